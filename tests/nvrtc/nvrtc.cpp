// A stand-in for NVRTC, to test the Java side of run-time compilation on machines without it: the functions of nvrtc.h (NVIDIA,
// NVRTC 12) that Halftune calls.
//
// It compiles nothing. It checks strings, headers, options, buffers and the lifetime of programs, and returns PTX/NAME.ptx from
// the folder of this library for a program NAME.cu: as PTX, or after a line that marks it, as device code. A program whose
// source contains "#error" fails with a log, as with NVRTC.
//
//   g++ -shared -fPIC -DMAJOR=12 -DMINOR=4 -DARCHITECTURES=80,86,89,90 -o libnvrtc.so.12 nvrtc.cpp
#include <dlfcn.h>

#include <cstring>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

namespace {

enum Result { SUCCESS = 0, INVALID_INPUT = 3, INVALID_PROGRAM = 4, INVALID_OPTION = 5, COMPILATION = 6 };

const int architectures[] = {ARCHITECTURES};

struct Program {
  std::string name, source, log, ptx, code;
  std::map<std::string, std::string> headers;
};

std::set<Program*> living;

bool lives(Program* program) { return living.count(program) != 0; }

std::string folder() {
  Dl_info info;
  dladdr((void*)&folder, &info);
  std::string path = info.dli_fname;
  return path.substr(0, path.rfind('/'));
}

std::string stored_ptx(const std::string& name) {
  std::ifstream file(folder() + "/ptx/" + name.substr(0, name.rfind('.')) + ".ptx");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// The first name in #include "…" for which no header was given; empty if there is none.
std::string missing_header(const Program& program) {
  const std::string include = "#include \"";
  for (size_t at = program.source.find(include); at != std::string::npos; at = program.source.find(include, at + 1)) {
    size_t begin = at + include.size();
    std::string name = program.source.substr(begin, program.source.find('"', begin) - begin);
    if (!program.headers.count(name)) return name;
  }
  return "";
}

// The number in sm_90 or compute_90; 0 if this compiler has no such architecture.
int known(const std::string& architecture) {
  int number = std::stoi(architecture.substr(architecture.find('_') + 1));
  for (int a : architectures)
    if (a == number) return number;
  return 0;
}

Result copy(const std::string& text, char* target) {
  std::memcpy(target, text.data(), text.size());
  return SUCCESS;
}

}  // namespace

extern "C" {

const char* nvrtcGetErrorString(int code) {
  switch (code) {
    case SUCCESS:
      return "NVRTC_SUCCESS";
    case INVALID_INPUT:
      return "NVRTC_ERROR_INVALID_INPUT";
    case INVALID_PROGRAM:
      return "NVRTC_ERROR_INVALID_PROGRAM";
    case INVALID_OPTION:
      return "NVRTC_ERROR_INVALID_OPTION";
    case COMPILATION:
      return "NVRTC_ERROR_COMPILATION";
    default:
      return "NVRTC_ERROR unknown";
  }
}

int nvrtcVersion(int* major, int* minor) {
  *major = MAJOR;
  *minor = MINOR;
  return SUCCESS;
}

int nvrtcGetNumSupportedArchs(int* count) {
  *count = sizeof architectures / sizeof *architectures;
  return SUCCESS;
}

int nvrtcGetSupportedArchs(int* numbers) {
  std::memcpy(numbers, architectures, sizeof architectures);
  return SUCCESS;
}

int nvrtcCreateProgram(Program** program, const char* source, const char* name, int count, const char* const* headers,
                       const char* const* names) {
  if (!program || !source || !name || count < 0) return INVALID_INPUT;
  *program = new Program{};
  (*program)->name = name;
  (*program)->source = source;
  for (int i = 0; i < count; i++) (*program)->headers[names[i]] = headers[i];
  living.insert(*program);
  return SUCCESS;
}

int nvrtcDestroyProgram(Program** program) {
  if (!program || !lives(*program)) return INVALID_PROGRAM;
  living.erase(*program);
  delete *program;
  *program = nullptr;
  return SUCCESS;
}

int nvrtcCompileProgram(Program* program, int count, const char* const* options) {
  if (!lives(program)) return INVALID_PROGRAM;
  std::string architecture;
  for (int i = 0; i < count; i++) {
    std::string option = options[i];
    if (option.rfind("--gpu-architecture=", 0) == 0) {
      architecture = option.substr(option.find('=') + 1);
    } else if (option != "--std=c++17") {
      program->log = "nvrtc: error: unrecognized option " + option;
      return INVALID_OPTION;
    }
  }
  if (architecture.empty() || !known(architecture)) {
    program->log = "nvrtc: error: invalid value for --gpu-architecture (-arch)";
    return INVALID_OPTION;
  }
  std::string missing = missing_header(*program);
  if (!missing.empty()) {
    program->log = program->name + "(1): catastrophic error: could not open source file \"" + missing + "\"";
    return COMPILATION;
  }
  if (program->source.find("#error") != std::string::npos) {
    program->log = program->name + "(1): error: #error directive\n\n1 error detected in the compilation of \"" +
                   program->name + "\".\n";
    return COMPILATION;
  }
  program->ptx = stored_ptx(program->name);
  if (program->ptx.empty()) {
    program->log = program->name + ": no ptx/ of it beside the stand-in for NVRTC";
    return COMPILATION;
  }
  if (architecture.rfind("sm_", 0) == 0) program->code = "device code for " + architecture + "\n" + program->ptx;
  return SUCCESS;
}

int nvrtcGetProgramLogSize(Program* program, size_t* size) {
  if (!lives(program)) return INVALID_PROGRAM;
  *size = program->log.size() + 1;
  return SUCCESS;
}

int nvrtcGetProgramLog(Program* program, char* log) {
  return lives(program) ? copy(program->log + '\0', log) : INVALID_PROGRAM;
}

int nvrtcGetPTXSize(Program* program, size_t* size) {
  if (!lives(program) || program->ptx.empty()) return INVALID_PROGRAM;
  *size = program->ptx.size() + 1;
  return SUCCESS;
}

int nvrtcGetPTX(Program* program, char* ptx) { return lives(program) ? copy(program->ptx + '\0', ptx) : INVALID_PROGRAM; }

int nvrtcGetCUBINSize(Program* program, size_t* size) {
  if (!lives(program)) return INVALID_PROGRAM;
  *size = program->code.size();
  return SUCCESS;
}

int nvrtcGetCUBIN(Program* program, char* code) { return lives(program) ? copy(program->code, code) : INVALID_PROGRAM; }

}  // extern "C"
