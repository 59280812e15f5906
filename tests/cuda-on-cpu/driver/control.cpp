#include "control.h"
#include <cstdio>
#include <cstdlib>
#include "counters.h"
#include "device_memory.h"
#include "faults.h"
#include "host_memory.h"
#include "launch.h"
#include "settings.h"

namespace cuda_on_cpu {

const std::string& last_error_text();

static std::string answer;  // the last answer

static long long value_of(const std::string& name) {
  if (name == "outstanding bytes") return (long long)allocated_bytes();
  if (name == "outstanding allocations") return (long long)allocation_count();
  if (name == "outstanding pinned allocations") return (long long)pinned_count();
  const auto found = counters().find(name);
  return found == counters().end() ? 0 : (long long)found->second;
}

// CUDA_ON_CPU_REPORT=FILE: when the process ends, its counters are added to the file, a line each.
static void write_report() {
  const char* name = getenv("CUDA_ON_CPU_REPORT");
  if (FILE* file = name ? fopen(name, "a") : nullptr) {
    for (const auto& [counter, value] : counters()) fprintf(file, "%s\t%llu\n", counter.c_str(), (unsigned long long)value);
    fclose(file);
  }
  if (allocation_count() > 0) {
    fprintf(stderr, "cuda-on-cpu: the process ends with %zu allocations of %llu bytes that were not freed\n",
            allocation_count(), (unsigned long long)allocated_bytes());
  }
}
static const int registered = atexit(write_report);

}  // namespace cuda_on_cpu

using namespace cuda_on_cpu;

const char* cudaOnCpuLastError() {
  (void)registered;
  return last_error_text().c_str();
}

int cudaOnCpuSet(const char* name, const char* value) { return settings.set(name, value) ? 0 : 1; }

long long cudaOnCpuCount(const char* name) { return value_of(name); }

const char* cudaOnCpuCounters() {
  answer.clear();
  for (const auto& [name, value] : counters()) answer += name + "\t" + std::to_string(value) + "\n";
  for (const char* name : {"outstanding allocations", "outstanding bytes", "outstanding pinned allocations"}) {
    if (value_of(name) != 0) answer += std::string(name) + "\t" + std::to_string(value_of(name)) + "\n";
  }
  return answer.c_str();
}

void cudaOnCpuResetCounters() { counters().clear(); }

const char* cudaOnCpuKernels() {
  answer.clear();
  for (const Kernel* kernel : all_kernels()) answer += std::string(kernel->name) + "\n";
  return answer.c_str();
}

int cudaOnCpuFail(const char* faults) { return plant_faults(faults) ? 0 : 1; }
