#include "faults.h"
#include <cstdio>
#include <cstdlib>
#include <map>
#include <sstream>

namespace cuda_on_cpu {

namespace {
struct Fault {
  uint64_t calls_left;
  CUresult code;
};
}  // namespace

static std::map<std::string, Fault> from_environment() {
  std::map<std::string, Fault> result;
  const char* value = getenv("CUDA_ON_CPU_FAIL");
  std::istringstream list(value ? value : "");
  for (std::string item; std::getline(list, item, ',');) {
    char function[100];
    unsigned long long call;
    int code;
    if (sscanf(item.c_str(), "%99[^:]:%llu:%d", function, &call, &code) != 3) {
      fprintf(stderr, "cuda-on-cpu: CUDA_ON_CPU_FAIL=%s: give function:call:code\n", value);
      abort();
    }
    result[function] = {call, (CUresult)code};
  }
  return result;
}

static std::map<std::string, Fault>& faults() {
  static std::map<std::string, Fault> all = from_environment();
  return all;
}

void plant_fault(const std::string& function, uint64_t call, CUresult code) {
  if (call == 0)
    faults().erase(function);
  else
    faults()[function] = {call, code};
}

void fail_if_planted(const char* function) {
  if (faults().empty()) return;
  const auto found = faults().find(function);
  if (found == faults().end() || --found->second.calls_left > 0) return;
  const CUresult code = found->second.code;
  faults().erase(found);
  refuse(code, "a fault planted by a test");
}

}  // namespace cuda_on_cpu
