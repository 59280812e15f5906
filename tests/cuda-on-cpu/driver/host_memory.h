// Pinned host memory, for asynchronous copies. (A GPU can access it too, at the same address, so kernels may read it here.)
#pragma once
#include <cstddef>
#include "call.h"

namespace cuda_on_cpu {

struct Context;

bool is_pinned(const void* address, size_t bytes);
void free_all_host(Context& owner);
size_t pinned_count();

}  // namespace cuda_on_cpu
