// Faults planted by tests: the n-th call of a function fails with a code, before it has done anything. From the environment:
// CUDA_ON_CPU_FAIL=cuMemAlloc_v2:3:2,cuLaunchKernel:10:719 (function, which call from now on, CUresult).
#pragma once
#include <cstdint>
#include <string>
#include "call.h"

namespace cuda_on_cpu {
void plant_fault(const std::string& function, uint64_t call, CUresult code);  // call 0: takes it away again
void fail_if_planted(const char* function);
}  // namespace cuda_on_cpu
