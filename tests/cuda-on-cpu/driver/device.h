#pragma once
#include "call.h"
#include "settings.h"

namespace cuda_on_cpu {

// Limits of every GPU from compute capability 7.0 on, and the shared memory of the one that is emulated.
constexpr unsigned MOST_THREADS_A_BLOCK = 1024, MOST_BLOCK_X = 1024, MOST_BLOCK_Y = 1024, MOST_BLOCK_Z = 64;
constexpr unsigned MOST_GRID_X = 2147483647, MOST_GRID_YZ = 65535;
constexpr unsigned SHARED_WITHOUT_ASKING = 48 << 10;
unsigned most_shared_memory();

void require_device(CUdevice device);
// Whether it is in exclusive use by another process (compute mode Exclusive_Process).
bool is_taken(CUdevice device);

}  // namespace cuda_on_cpu
