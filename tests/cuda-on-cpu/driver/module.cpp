#include "module.h"
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include "capture.h"
#include "device.h"
#include "launch.h"
#include "settings.h"

namespace cuda_on_cpu {

struct Module {
  Context* owner;
  std::string ptx;  // empty if the image is anything else
  std::map<std::string, std::unique_ptr<Function>> functions;
};

static std::set<Module*> modules;

static Module& module_of(CUmodule handle) {
  Module* const module = (Module*)handle;
  if (!modules.count(module)) refuse(CUDA_ERROR_INVALID_HANDLE, "there is no such module");
  return *module;
}

Function& function_of(CUfunction handle) {
  for (Module* module : modules) {
    for (const auto& [name, function] : module->functions) {
      if (function.get() != (Function*)handle) continue;
      if (module->owner != &current_context()) refuse(CUDA_ERROR_INVALID_HANDLE, "the function is of another context");
      return *function;
    }
  }
  refuse(CUDA_ERROR_INVALID_HANDLE, "there is no such function");
}

void destroy_modules(Context& owner) {
  for (auto i = modules.begin(); i != modules.end();) {
    Module* const module = *i;
    if (module->owner != &owner) {
      ++i;
      continue;
    }
    i = modules.erase(i);
    delete module;
  }
}

// A driver refuses PTX of a version that is newer than itself. PTX 8.n came with CUDA 12.n (to 8.5), 9.n with 13.n.
static void check_version(const std::string& ptx) {
  const size_t at = ptx.find(".version");
  int major, minor;
  if (at == std::string::npos || sscanf(ptx.c_str() + at, ".version %d.%d", &major, &minor) != 2) return;
  const int needs = (major + 4) * 1000 + (major == 8 && minor > 5 ? minor + 1 : minor) * 10;
  if (needs > settings.driver_version) {
    refuse(CUDA_ERROR_UNSUPPORTED_PTX_VERSION, "PTX %d.%d needs a driver of CUDA %d.%d, this one is of %d.%d", major, minor,
           needs / 1000, needs / 10 % 100, settings.driver_version / 1000, settings.driver_version / 10 % 100);
  }
}

// PTX names the least device that it is for.
static void check_target(const std::string& ptx) {
  const size_t at = ptx.find(".target sm_");
  int target;
  if (at == std::string::npos || sscanf(ptx.c_str() + at, ".target sm_%d", &target) != 1) return;
  if (target > settings.compute_capability) {
    refuse(CUDA_ERROR_INVALID_PTX, "PTX for compute capability %d.%d, the device has %d.%d", target / 10, target % 10,
           settings.compute_capability / 10, settings.compute_capability % 10);
  }
}

static bool is_binary(const void* image) {
  static const unsigned FATBIN = 0xba55ed50u, FATBIN_WRAPPER = 0x466243b1u;
  unsigned magic;
  memcpy(&magic, image, 4);
  return magic == FATBIN || magic == FATBIN_WRAPPER || memcmp(image, "\177ELF", 4) == 0;
}

static CUmodule load(const void* image) {
  require(image, "the image");
  forbid_during_capture("cuModuleLoad");
  auto module = std::make_unique<Module>();
  module->owner = &current_context();
  if (!is_binary(image)) {
    module->ptx = (const char*)image;
    check_version(module->ptx);
    check_target(module->ptx);
  }
  modules.insert(module.get());
  return (CUmodule)module.release();
}

// PTX names its kernels: one that it lacks is not found, even if it was compiled in.
static bool ptx_lacks(const std::string& ptx, const std::string& name) {
  return ptx.find(".entry") != std::string::npos && ptx.find(".entry " + name + "(") == std::string::npos &&
         ptx.find(".entry " + name + "\n") == std::string::npos;
}

static Function* get_function(Module& module, const std::string& name) {
  std::unique_ptr<Function>& function = module.functions[name];
  if (function) return function.get();
  const Kernel* kernel = find_kernel(name);
  if (!kernel || ptx_lacks(module.ptx, name)) {
    module.functions.erase(name);
    refuse(CUDA_ERROR_NOT_FOUND,
           kernel ? "the module's PTX has no kernel %s" : "no kernel %s was compiled in (EXPORT missing?)", name.c_str());
  }
  function.reset(new Function{kernel, &module, SHARED_WITHOUT_ASKING});
  return function.get();
}

// Numbers of CUfunction_attribute.
static int attribute(const Function& function, int which) {
  switch (which) {
    case 0:  // MAX_THREADS_PER_BLOCK
      return function.kernel->most_threads;
    case 1:  // SHARED_SIZE_BYTES: not known here
    case 2:  // CONST_SIZE_BYTES
    case 3:  // LOCAL_SIZE_BYTES
    case 4:  // NUM_REGS
      return 0;
    case 5:  // PTX_VERSION
    case 6:  // BINARY_VERSION
      return settings.compute_capability;
    case 8:  // MAX_DYNAMIC_SHARED_SIZE_BYTES
      return function.dynamic_shared_limit;
    case 9:  // PREFERRED_SHARED_MEMORY_CARVEOUT: the driver's choice
      return -1;
    default:
      return 0;
  }
}

static void set_attribute(Function& function, int which, int value) {
  if (which == 9) return;
  if (which != 8) refuse(CUDA_ERROR_INVALID_VALUE, "attribute %d cannot be set", which);
  if (value < 0 || (unsigned)value > most_shared_memory())
    refuse(CUDA_ERROR_INVALID_VALUE, "%d bytes of shared memory: a block has at most %u", value, most_shared_memory());
  function.dynamic_shared_limit = value;
}

// As the compiler lays out a kernel's parameters: one after another, each aligned.
static void parameter_info(const Kernel& kernel, size_t index, size_t* offset, size_t* size) {
  if (index >= (size_t)kernel.count)
    refuse(CUDA_ERROR_INVALID_VALUE, "%s has %d parameters, there is no number %zu", kernel.name, kernel.count, index);
  size_t at = 0;
  for (size_t i = 0; i <= index; i++) {
    const Parameter& parameter = kernel.parameters[i];
    at = (at + parameter.alignment - 1) / parameter.alignment * parameter.alignment;
    if (i < index) at += parameter.size;
  }
  if (offset) *offset = at;
  if (size) *size = kernel.parameters[index].size;
}

}  // namespace cuda_on_cpu

using namespace cuda_on_cpu;

DRIVER_API CUresult cuModuleLoadData(CUmodule* module, const void* image) {
  return call("cuModuleLoadData", [&] {
    require(module, "the result");
    *module = load(image);
  });
}

DRIVER_API CUresult cuModuleLoadDataEx(CUmodule* module, const void* image, unsigned, int*, void**) {
  return call("cuModuleLoadDataEx", [&] {
    require(module, "the result");
    *module = load(image);
  });
}

DRIVER_API CUresult cuModuleLoadFatBinary(CUmodule* module, const void* image) {
  return call("cuModuleLoadFatBinary", [&] {
    require(module, "the result");
    *module = load(image);
  });
}

DRIVER_API CUresult cuModuleLoad(CUmodule* module, const char* name) {
  return call("cuModuleLoad", [&] {
    require(module, "the result");
    require(name, "the file name");
    std::ifstream file(name, std::ios::binary);
    if (!file) refuse(CUDA_ERROR_FILE_NOT_FOUND, "there is no file %s", name);
    std::ostringstream text;
    text << file.rdbuf();
    *module = load(text.str().c_str());
  });
}

DRIVER_API CUresult cuModuleUnload(CUmodule handle) {
  return call("cuModuleUnload", [&] {
    Module* module = &module_of(handle);
    modules.erase(module);
    delete module;
  });
}

DRIVER_API CUresult cuModuleGetLoadingMode(int* mode) {
  return call("cuModuleGetLoadingMode", Needs::DRIVER, [&] { *mode = 1; });  // eager
}

DRIVER_API CUresult cuModuleGetFunction(CUfunction* function, CUmodule module, const char* name) {
  return call("cuModuleGetFunction", [&] {
    require(function, "the result");
    require(name, "the name");
    *function = (CUfunction)get_function(module_of(module), name);
  });
}

DRIVER_API CUresult cuModuleGetGlobal_v2(CUdeviceptr*, size_t*, CUmodule module, const char* name) {
  return call("cuModuleGetGlobal_v2", [&] {
    module_of(module);
    refuse(CUDA_ERROR_NOT_FOUND, "there is no variable %s", name);
  });
}

DRIVER_API CUresult cuFuncGetModule(CUmodule* module, CUfunction function) {
  return call("cuFuncGetModule", [&] {
    require(module, "the result");
    *module = (CUmodule)function_of(function).module;
  });
}

DRIVER_API CUresult cuFuncGetName(const char** name, CUfunction function) {
  return call("cuFuncGetName", [&] {
    require(name, "the result");
    *name = function_of(function).kernel->name;
  });
}

DRIVER_API CUresult cuFuncGetAttribute(int* value, int which, CUfunction function) {
  return call("cuFuncGetAttribute", [&] {
    require(value, "the result");
    *value = attribute(function_of(function), which);
  });
}

DRIVER_API CUresult cuFuncSetAttribute(CUfunction function, int which, int value) {
  return call("cuFuncSetAttribute", [&] { set_attribute(function_of(function), which, value); });
}

DRIVER_API CUresult cuFuncSetCacheConfig(CUfunction function, int) {
  return call("cuFuncSetCacheConfig", [&] { function_of(function); });
}

DRIVER_API CUresult cuFuncGetParamInfo(CUfunction function, size_t index, size_t* offset, size_t* size) {
  return call("cuFuncGetParamInfo", [&] { parameter_info(*function_of(function).kernel, index, offset, size); });
}
