// The keywords that CUDA adds to C++, and where shared memory lies.
#pragma once

#define __global__ __attribute__((noinline))
#define __device__
#define __host__
#define __constant__ static
#define __forceinline__ inline __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))
#define __align__(bytes) __attribute__((aligned(bytes)))
#define __grid_constant__

// The most threads a block of this kernel may have (the second number, blocks a multiprocessor, means nothing here). g++ has
// no attribute to keep a number of one's own, so the bound is kept as the function's alignment, which kernels.h reads back:
// a bound must be a power of two.
#define __launch_bounds__(threads, ...) __attribute__((aligned(threads)))

// All threads of a block run on one thread of the operating system, so that thread's own memory is the block's shared
// memory. AddressSanitizer guards plain variables only: there a single worker runs all blocks, and a section of the
// library's own holds them, so that they can be found and poisoned.
#ifdef CUDA_ON_CPU_ADDRESS_SANITIZER
#define __shared__ static __attribute__((section("shared_memory")))
#else
#define __shared__ static thread_local
#endif

// Shared memory whose size the launch gives.
#define DYNAMIC_SHARED(name) unsigned char* const name = cuda_on_cpu::block->dynamic_shared
