#include "faults.h"
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <sstream>
#include "context.h"

namespace cuda_on_cpu {

namespace {
struct Fault {
  uint64_t calls_left;
  bool every_later_call;
  CUresult code;
  bool loses_device;
};
}  // namespace

static constexpr const char* ANY = "*";

using Faults = std::map<std::string, Fault>;

static bool parse(const std::string& list, Faults& result) {
  std::istringstream items(list);
  for (std::string item; std::getline(items, item, ',');) {
    char function[100], call_suffix[2] = "", code_suffix[2] = "";
    unsigned long long call;
    int code, end = 0;
    bool understood = sscanf(item.c_str(), "%99[^:]:%llu%1[+]%n", function, &call, call_suffix, &end) == 3 ||
                      sscanf(item.c_str(), "%99[^:]:%llu%n", function, &call, &end) == 2;
    understood = understood && (sscanf(item.c_str() + end, ":%d%1[!]", &code, code_suffix) >= 1) && call > 0;
    if (!understood) return false;
    result[function] = {call, *call_suffix == '+', (CUresult)code, *code_suffix == '!'};
  }
  return true;
}

static Faults from_environment() {
  Faults result;
  const char* value = getenv("CUDA_ON_CPU_FAIL");
  if (value && !parse(value, result)) {
    fprintf(stderr, "cuda-on-cpu: CUDA_ON_CPU_FAIL=%s: give function:call:code\n", value);
    abort();
  }
  return result;
}

static Faults& faults() {
  static Faults& all = *new Faults(from_environment());  // never destroyed: used while the process ends
  return all;
}

bool plant_faults(const std::string& list) {
  if (list.empty()) faults().clear();
  return parse(list, faults());
}

static void fail_if_due(const std::string& key, const char* function) {
  const auto found = faults().find(key);
  if (found == faults().end()) return;
  Fault& fault = found->second;
  if (fault.calls_left > 1) {
    fault.calls_left--;
    return;
  }
  const Fault due = fault;
  if (!due.every_later_call) faults().erase(found);
  // cuBLAS has codes of its own: on a GPU one of its kernels fails.
  const bool of_cublas = strncmp(function, "cublas", 6) == 0;
  if (due.loses_device) spoil_current(of_cublas ? CUDA_ERROR_LAUNCH_FAILED : due.code, "a fault planted by a test");
  refuse(due.code, "a fault planted by a test");
}

void fail_if_planted(const char* function, Needs needs) {
  if (faults().empty()) return;
  fail_if_due(function, function);
  if (needs == Needs::CONTEXT || strncmp(function, "cublas", 6) == 0) fail_if_due(ANY, function);
}

}  // namespace cuda_on_cpu
