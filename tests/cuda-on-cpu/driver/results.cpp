// The names and meanings of the results.
#include "call.h"

using namespace cuda_on_cpu;

#define NAME(number, name, text) \
  case name:                     \
    return #name;
#define TEXT(number, name, text) \
  case name:                     \
    return text;

static const char* name_of(CUresult result) {
  switch (result) { CUDA_ON_CPU_RESULTS(NAME) }
  return nullptr;
}

static const char* text_of(CUresult result) {
  switch (result) { CUDA_ON_CPU_RESULTS(TEXT) }
  return nullptr;
}

DRIVER_API CUresult cuGetErrorName(CUresult result, const char** name) {
  *name = name_of(result);
  return *name ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

DRIVER_API CUresult cuGetErrorString(CUresult result, const char** text) {
  *text = text_of(result);
  return *text ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}
