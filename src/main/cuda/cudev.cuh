// Included by every kernel: the CUDA language, bfloat16, and sums over a warp or block. The same text compiles under nvcc,
// under NVRTC (which has no headers, so none of CUDA's or C++'s is included here), and under a C++ compiler with the
// tests' emulation of the language (tests/cuda-on-cpu).
#pragma once
#ifdef __CUDACC__
// Shared memory whose size the launch gives, aligned for every access.
#define DYNAMIC_SHARED(name) extern __shared__ __align__(1024) unsigned char name[]
// Follows each kernel: the emulation registers it by name.
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

// Eight bf16: 16 bytes, the widest access.
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

__device__ __forceinline__ double warp_sum(double x) {
#pragma unroll
  for (int offset = 16; offset > 0; offset /= 2) x += __shfl_xor_sync(FULL_WARP, x, offset);
  return x;
}

// The sum over a block of whole warps, in every thread; always in the same order. A second sum needs a barrier before it.
template <typename Number>
__device__ __forceinline__ Number block_sum(Number x) {
  __shared__ Number warps[32];
  x = warp_sum(x);
  if (blockDim.x == 32) return x;
  if (threadIdx.x % 32 == 0) warps[threadIdx.x / 32] = x;
  __syncthreads();
  return warp_sum(threadIdx.x % 32 < blockDim.x / 32 ? warps[threadIdx.x % 32] : Number(0));
}

// Whether all these addresses allow 16-byte accesses.
template <typename... Pointers>
__device__ __forceinline__ bool aligned(const Pointers*... x) {
  return ((0ull | ... | (unsigned long long)x) & 15) == 0;
}

// Eight consecutive elements, or as many as are `left` and then zeros. wide: in 16-byte accesses, which need all eight.
__device__ __forceinline__ uint4 load_packed(const bf16* x, int left, bool wide) {
  if (wide) return *reinterpret_cast<const uint4*>(x);
  unsigned pair[4] = {0, 0, 0, 0};
#pragma unroll
  for (int i = 0; i < 8; i++)
    if (i < left) pair[i / 2] |= (unsigned)x[i].bits << 16 * (i % 2);
  return make_uint4(pair[0], pair[1], pair[2], pair[3]);
}

__device__ __forceinline__ void store_packed(bf16* x, uint4 u, int left, bool wide) {
  if (wide) {
    *reinterpret_cast<uint4*>(x) = u;
    return;
  }
  const unsigned pair[4] = {u.x, u.y, u.z, u.w};
#pragma unroll
  for (int i = 0; i < 8; i++)
    if (i < left) x[i].bits = (unsigned short)(pair[i / 2] >> 16 * (i % 2));
}

__device__ __forceinline__ float8 load8(const bf16* x, int left, bool wide) { return unpack(load_packed(x, left, wide)); }

__device__ __forceinline__ void store8(bf16* x, const float8& v, int left, bool wide) {
  store_packed(x, pack(v), left, wide);
}

__device__ __forceinline__ float8 load8(const float* x, int left, bool wide) {
  if (wide) {
    const float4 a = reinterpret_cast<const float4*>(x)[0], b = reinterpret_cast<const float4*>(x)[1];
    return {{a.x, a.y, a.z, a.w, b.x, b.y, b.z, b.w}};
  }
  float8 v;
#pragma unroll
  for (int i = 0; i < 8; i++) v.v[i] = i < left ? x[i] : 0.f;
  return v;
}

__device__ __forceinline__ void store8(float* x, const float8& v, int left, bool wide) {
  if (wide) {
    reinterpret_cast<float4*>(x)[0] = make_float4(v.v[0], v.v[1], v.v[2], v.v[3]);
    reinterpret_cast<float4*>(x)[1] = make_float4(v.v[4], v.v[5], v.v[6], v.v[7]);
    return;
  }
#pragma unroll
  for (int i = 0; i < 8; i++)
    if (i < left) x[i] = v.v[i];
}

// A thread's eight elements, where all elements of a matrix are treated alike: ⌈width/(8·block)⌉ blocks per row, rows one
// after another. A thread past the end of its row has left ≤ 0.
struct Eight {
  long long row;
  int column;
  int left;
};

__device__ __forceinline__ Eight eight_of(int width) {
  const int blocks = (width + 8 * (int)blockDim.x - 1) / (8 * (int)blockDim.x);
  const int column = (int)(blockIdx.x % blocks * blockDim.x + threadIdx.x) * 8;
  return {blockIdx.x / blocks, column, width - column};
}
