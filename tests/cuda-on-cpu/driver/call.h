// What all functions of the driver have in common: one at a time, counted, made to fail where a test has planted a fault,
// refused after a kernel has failed; what is wrong is thrown as an Error and becomes the result and the text of the last
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
  NOTHING,  // answers always, even after a failure
  DRIVER,   // cuInit
  CONTEXT   // a current context in which no kernel has failed
};

CUresult call(const char* function, Needs needs, const std::function<void()>& body);

inline CUresult call(const char* function, const std::function<void()>& body) {
  return call(function, Needs::CONTEXT, body);
}

// Makes the end of the process wait for calls that other threads are in.
void wait_at_exit();

// Sets the text of the last error, for results that are not thrown.
void explain(const std::string& text);

template <class T>
void require(T* pointer, const char* name) {
  if (!pointer) refuse(CUDA_ERROR_INVALID_VALUE, "%s is null", name);
}

}  // namespace cuda_on_cpu
