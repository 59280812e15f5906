// Faults planted by tests: a call of a function fails with a code, before it has done anything. Written
// function:call:code, as in the environment's CUDA_ON_CPU_FAIL=cuMemAlloc_v2:3:2,cuLaunchKernel:10:719!
//
//   function   with its suffix; * is every function that needs a context
//   call       which call from now on, the first is 1; 3+ is the third and all after it
//   code       CUresult, or cublasStatus_t for a function of cuBLAS; 719! loses the device: everything fails from then on
#pragma once
#include <cstdint>
#include <string>
#include "call.h"

namespace cuda_on_cpu {
bool plant_faults(
    const std::string& list);  // added to those planted; an empty list removes all; false if it is not understood
void fail_if_planted(const char* function, Needs needs);
}  // namespace cuda_on_cpu
