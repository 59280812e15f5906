// Functions of the emulation itself, for tests, beside the driver's. All take and return plain C types, so that Java reaches
// them through java.lang.foreign in the very library that JCuda has loaded.
#pragma once
#include "call.h"

// Why the last failed call failed. Valid until the next call.
DRIVER_API const char* cudaOnCpuLastError();

// Changes a setting: "order" "reverse", "seed" "7", "copies" "early", "streams" "late", "memory" "64m" ...
// (runtime/settings.h). 0, or 1 if there is no such setting or value.
DRIVER_API int cudaOnCpuSet(const char* name, const char* value);

// How often something was done since the counters were last reset: "launches", "launches:add", "calls:cuMemAlloc_v2",
// "copies:HtoD", "bytes:DtoH", "synchronizations" ... ; and the present state: "outstanding bytes", "outstanding
// allocations".
DRIVER_API long long cudaOnCpuCount(const char* name);
// All counters that are not 0, a line each: name, tab, number. Valid until the next call.
DRIVER_API const char* cudaOnCpuCounters();
DRIVER_API void cudaOnCpuResetCounters();

// The names of all kernels that were compiled in, a line each.
DRIVER_API const char* cudaOnCpuKernels();

// Adds planted faults, written as in faults.h; an empty list removes all. 0, or 1 if it is not understood.
DRIVER_API int cudaOnCpuFail(const char* faults);
