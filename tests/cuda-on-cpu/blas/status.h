// cuBLAS's results, and what its functions have in common: they are calls of the driver like any other (driver/call.h).
#pragma once
#include <functional>
#include "call.h"

#define BLAS_API extern "C" __attribute__((visibility("default")))

namespace cuda_on_cpu {

enum BlasStatus {  // cublasStatus_t
  SUCCESS = 0,
  NOT_INITIALIZED = 1,
  ALLOC_FAILED = 3,
  INVALID_VALUE = 7,
  ARCH_MISMATCH = 8,
  MAPPING_ERROR = 11,
  EXECUTION_FAILED = 13,
  INTERNAL_ERROR = 14,
  NOT_SUPPORTED = 15,
  LICENSE_ERROR = 16
};

int blas_call(const char* function, const std::function<void()>& body);
[[noreturn]] void refuse_blas(BlasStatus status, const char* format, ...) __attribute__((format(printf, 2, 3)));

}  // namespace cuda_on_cpu
