// The keywords that CUDA adds to C++, and the section of shared memory.
#pragma once

#define __global__ __attribute__((noinline))
#define __device__
#define __host__
#define __constant__ static
#define __forceinline__ inline __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))
#define __align__(bytes) __attribute__((aligned(bytes)))
#define __grid_constant__

// The most threads a block of this kernel may have (the second number, blocks per SM, is ignored here). g++ has no
// attribute to store a number, so the bound is stored as the function's alignment, which kernels.h reads back: a bound must
// be a power of two.
#define __launch_bounds__(threads, ...) __attribute__((aligned(threads)))

// All threads of a block run on one thread of the operating system, so thread-local memory is the block's shared
// memory. AddressSanitizer guards plain variables only: in that build a single worker runs all blocks, and the variables are
// in a section of their own, where they can be found and poisoned.
#ifdef CUDA_ON_CPU_ADDRESS_SANITIZER
#define __shared__ static __attribute__((section("shared_memory")))
#else
#define __shared__ static thread_local
#endif

// Shared memory whose size the launch gives.
#define DYNAMIC_SHARED(name) unsigned char* const name = cuda_on_cpu::block->dynamic_shared
