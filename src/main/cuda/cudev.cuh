// What every kernel includes first: the CUDA language, bfloat16, and sums over a warp. The same text compiles under nvcc,
// under NVRTC (which brings no headers, so nothing of CUDA's or C++'s is included here), and under a C++ compiler with the
// tests' emulation of the language (tests/cuda-on-cpu).
#pragma once
#ifdef __CUDACC__
// Shared memory whose size the launch gives, aligned for every access.
#define DYNAMIC_SHARED(name) extern __shared__ __align__(1024) unsigned char name[]
// After a kernel: makes it known by name where no linker does.
#define EXPORT(kernel)
#else
#include "cuda_on_cpu.h"
#endif

#define FULL_WARP 0xffffffffu

// bfloat16: the upper half of a float. Arithmetic is in float.
struct bf16 {
  unsigned short bits;
};

#include "ptx.cuh"

__device__ __forceinline__ float to_float(bf16 x) { return __uint_as_float((unsigned)x.bits << 16); }

// Rounds to nearest, ties to even.
__device__ __forceinline__ bf16 to_bf16(float x) {
  bf16 y;
  y.bits = (unsigned short)ptx::cvt_rn_bf16x2(x, 0.f);
  return y;
}

// Two bf16 in a word: the first in the low half, as they lie in memory.
__device__ __forceinline__ unsigned pack_bf16(float first, float second) { return ptx::cvt_rn_bf16x2(first, second); }
__device__ __forceinline__ float first_of(unsigned pair) { return __uint_as_float(pair << 16); }
__device__ __forceinline__ float second_of(unsigned pair) { return __uint_as_float(pair & 0xffff0000u); }

// Eight bf16 in 16 bytes, the widest access there is.
struct float8 {
  float v[8];
};

__device__ __forceinline__ float8 unpack(uint4 u) {
  return {{first_of(u.x), second_of(u.x), first_of(u.y), second_of(u.y), first_of(u.z), second_of(u.z), first_of(u.w),
           second_of(u.w)}};
}

__device__ __forceinline__ uint4 pack(const float8& x) {
  return make_uint4(pack_bf16(x.v[0], x.v[1]), pack_bf16(x.v[2], x.v[3]), pack_bf16(x.v[4], x.v[5]),
                    pack_bf16(x.v[6], x.v[7]));
}

// The sum over the 32 lanes, in every lane; always in the same order.
__device__ __forceinline__ float warp_sum(float x) {
#pragma unroll
  for (int offset = 16; offset > 0; offset /= 2) x += __shfl_xor_sync(FULL_WARP, x, offset);
  return x;
}

__device__ __forceinline__ float warp_max(float x) {
#pragma unroll
  for (int offset = 16; offset > 0; offset /= 2) x = fmaxf(x, __shfl_xor_sync(FULL_WARP, x, offset));
  return x;
}
