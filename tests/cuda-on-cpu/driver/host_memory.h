// Pinned host memory: what copies can use while the host goes on. (On a GPU it is also in the device's reach, at the same
// address; so kernels may read it here.)
#pragma once
#include <cstddef>
#include "call.h"

namespace cuda_on_cpu {

struct Context;

bool is_pinned(const void* address, size_t bytes);
void free_all_host(Context& owner);
size_t pinned_count();

}  // namespace cuda_on_cpu
