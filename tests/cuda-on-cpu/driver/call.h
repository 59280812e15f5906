// Shared by all functions of the driver: calls run one at a time, are counted, fail where a test has planted a fault, and
// are refused after a kernel has failed. A failure is thrown as an Error and becomes the result and the text of the last
// error.
#pragma once
#include <functional>
#include <string>
#include "cuda_types.h"

#define DRIVER_API extern "C" __attribute__((visibility("default")))

namespace cuda_on_cpu {

struct Error {
  CUresult code;
  std::string text;
};

[[noreturn]] void refuse(CUresult code, const char* format, ...) __attribute__((format(printf, 2, 3)));

// What a function needs before it may begin.
enum class Needs {
  NOTHING,  // works always, even after a failure
  DRIVER,   // cuInit
  CONTEXT   // a current context in which no kernel has failed
};

CUresult call(const char* function, Needs needs, const std::function<void()>& body);

inline CUresult call(const char* function, const std::function<void()>& body) {
  return call(function, Needs::CONTEXT, body);
}

// Makes the end of the process wait for calls that run in other threads.
void wait_at_exit();

// Sets the text of the last error, for results that are not thrown.
void explain(const std::string& text);

template <class T>
void require(T* pointer, const char* name) {
  if (!pointer) refuse(CUDA_ERROR_INVALID_VALUE, "%s is null", name);
}

}  // namespace cuda_on_cpu
