#include "status.h"
#include "context.h"
#include <cstdarg>
#include <cstdio>

namespace cuda_on_cpu {

namespace {
struct BlasError {
  BlasStatus status;
  std::string text;
};
}  // namespace

void refuse_blas(BlasStatus status, const char* format, ...) {
  char text[600];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  throw BlasError{status, text};
}

// A wrong pointer or an invalidated capture is the driver's result and becomes cuBLAS's; a planted fault is cuBLAS's own already,
// since the test that planted it named cuBLAS's function.
int blas_call(const char* function, const std::function<void()>& body) {
  return (int)call(function, Needs::NOTHING, [&] {
    try {
      require_context();
      body();
    } catch (const BlasError& error) {
      throw Error{(CUresult)error.status, error.text};
    } catch (const Error& error) {
      throw Error{(CUresult)EXECUTION_FAILED, error.text};
    }
  });
}

}  // namespace cuda_on_cpu

BLAS_API const char* cublasGetStatusName(int status) {
  switch (status) {
    case 0:
      return "CUBLAS_STATUS_SUCCESS";
    case 1:
      return "CUBLAS_STATUS_NOT_INITIALIZED";
    case 3:
      return "CUBLAS_STATUS_ALLOC_FAILED";
    case 7:
      return "CUBLAS_STATUS_INVALID_VALUE";
    case 8:
      return "CUBLAS_STATUS_ARCH_MISMATCH";
    case 11:
      return "CUBLAS_STATUS_MAPPING_ERROR";
    case 13:
      return "CUBLAS_STATUS_EXECUTION_FAILED";
    case 14:
      return "CUBLAS_STATUS_INTERNAL_ERROR";
    case 15:
      return "CUBLAS_STATUS_NOT_SUPPORTED";
    case 16:
      return "CUBLAS_STATUS_LICENSE_ERROR";
    default:
      return "unknown status";
  }
}

BLAS_API const char* cublasGetStatusString(int status) { return cublasGetStatusName(status); }
