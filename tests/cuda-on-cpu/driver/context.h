// Contexts: they own streams, events, modules and memory, and are unusable after a kernel has failed.
#pragma once
#include <set>
#include <string>
#include "call.h"

namespace cuda_on_cpu {

struct Context {
  CUdevice device = 0;
  unsigned flags = 0;
  unsigned retained = 0;            // of a primary context: how often it is retained
  CUresult failure = CUDA_SUCCESS;  // of a kernel: everything fails from then on
  std::string failure_text;
};

// Of the calling thread.
Context& current_context();
void require_driver();
void require_context();

// A kernel has failed: as on a GPU the context is unusable from now on.
void spoil(Context& context, CUresult code, const std::string& text);

// The context of the calling thread, if it has one.
void spoil_current(CUresult code, const std::string& text);

Context* context_of(CUcontext handle);

}  // namespace cuda_on_cpu
