// Kernels with one planted fault each. tests/planted.cpp states what must catch it: a thread order, a late or
// an early copy, a check of the emulation, or a sanitizer. out [256] and in [1024] are floats.
#include "cudev.cuh"

// ---- races in shared memory

extern "C" __global__ void no_barrier_before_read(float* out, const float*) {
  __shared__ float s[256];
  s[threadIdx.x] = threadIdx.x;
  out[threadIdx.x] = s[(threadIdx.x + 33) % blockDim.x];
}
EXPORT(no_barrier_before_read)

extern "C" __global__ void no_barrier_before_overwrite(float* out, const float*) {
  __shared__ float s;
  float sum = 0.f;
  for (int i = 0; i < 3; i++) {
    if (threadIdx.x == 0) s = i * 10.f;
    __syncthreads();
    sum += s;
  }
  out[threadIdx.x] = sum;
}
EXPORT(no_barrier_before_overwrite)

extern "C" __global__ void no_syncwarp(float* out, const float*) {
  __shared__ float s[32];
  s[threadIdx.x] = threadIdx.x;
  out[threadIdx.x] = s[31 - threadIdx.x];
}
EXPORT(no_syncwarp)

// ---- between blocks

extern "C" __global__ void blocks_add_without_atomics(float* out, const float*) { out[0] = out[0] * 0.5f + blockIdx.x; }
EXPORT(blocks_add_without_atomics)

// ---- cp.async

extern "C" __global__ void wait_for_too_few(float* out, const float* in) {
  __shared__ float4 s[32];
  ptx::cp_async_16(ptx::shared(&s[threadIdx.x]), in + threadIdx.x * 4);
  ptx::cp_async_commit();
  ptx::cp_async_wait<1>();
  __syncthreads();
  out[threadIdx.x] = s[threadIdx.x].x;
  ptx::cp_async_wait<0>();
}
EXPORT(wait_for_too_few)

extern "C" __global__ void no_barrier_after_wait(float* out, const float* in) {
  __shared__ float4 s[32];
  ptx::cp_async_16(ptx::shared(&s[threadIdx.x]), in + threadIdx.x * 4);
  ptx::cp_async_commit();
  ptx::cp_async_wait<0>();
  out[threadIdx.x] = s[(threadIdx.x + 10) % 32].x;
}
EXPORT(no_barrier_after_wait)

// The next tile is copied while other threads still read this one: late copies hide it, early ones do not.
extern "C" __global__ void copy_over_what_is_read(float* out, const float* in) {
  __shared__ float4 s[32];
  float sum = 0.f;
  for (int tile = 0; tile < 3; tile++) {
    ptx::cp_async_16(ptx::shared(&s[threadIdx.x]), in + (tile * 32 + threadIdx.x) * 4);
    ptx::cp_async_commit();
    ptx::cp_async_wait<0>();
    __syncthreads();
    sum += s[31 - threadIdx.x].x;
  }
  out[threadIdx.x] = sum;
}
EXPORT(copy_over_what_is_read)

extern "C" __global__ void return_before_wait(float* out, const float* in) {
  __shared__ float4 s[32];
  ptx::cp_async_16(ptx::shared(&s[threadIdx.x]), in + threadIdx.x * 4);
  ptx::cp_async_commit();
  out[threadIdx.x] = 0.f;
}
EXPORT(return_before_wait)

extern "C" __global__ void misaligned_copy(float* out, const float* in) {
  __shared__ float4 s[32];
  ptx::cp_async_16(ptx::shared(&s[threadIdx.x]), in + threadIdx.x * 4 + 1);
  ptx::cp_async_commit();
  ptx::cp_async_wait<0>();
  out[threadIdx.x] = s[threadIdx.x].x;
}
EXPORT(misaligned_copy)

// ---- divergence

extern "C" __global__ void two_barriers(float* out, const float*) {
  if (threadIdx.x < 16) {
    out[threadIdx.x] = 1.f;
    __syncthreads();
  } else {
    out[threadIdx.x] = 2.f;
    __syncthreads();
  }
}
EXPORT(two_barriers)

extern "C" __global__ void barrier_for_half(float* out, const float*) {
  if (threadIdx.x < 16) __syncthreads();
  __shfl_sync(FULL_WARP, 1, 0);
  out[threadIdx.x] = 1.f;
}
EXPORT(barrier_for_half)

extern "C" __global__ void full_mask_in_half(float* out, const float*) {
  float x = threadIdx.x;
  if (threadIdx.x % 32 < 16) x = __shfl_xor_sync(FULL_WARP, x, 1);
  __syncthreads();
  out[threadIdx.x] = x;
}
EXPORT(full_mask_in_half)

extern "C" __global__ void masks_differ(float* out, const float*) {
  const unsigned mask = threadIdx.x < 16 ? 0x0000ffffu : FULL_WARP;
  out[threadIdx.x] = __shfl_xor_sync(mask, (float)threadIdx.x, 1);
  __syncthreads();
}
EXPORT(masks_differ)

extern "C" __global__ void not_in_own_mask(float* out, const float*) {
  out[threadIdx.x] = __shfl_xor_sync(0x0000ffffu, (float)threadIdx.x, 1);
}
EXPORT(not_in_own_mask)

extern "C" __global__ void product_of_half_a_warp(float* out, const float*) {
  float d[4] = {0.f, 0.f, 0.f, 0.f};
  const unsigned a[4] = {0u, 0u, 0u, 0u};
  if (threadIdx.x < 16) return;
  ptx::mma_m16n8k16(d, a, 0u, 0u);
  out[threadIdx.x] = d[0];
}
EXPORT(product_of_half_a_warp)

extern "C" __global__ void shuffle_from_a_lane_outside(float* out, const float*) {
  float x = 1.f;
  if (threadIdx.x < 16) x = __shfl_sync(0x0000ffffu, 2.f, 20);
  out[threadIdx.x] = x;
}
EXPORT(shuffle_from_a_lane_outside)

// ---- memory

extern "C" __global__ void read_before_write(float* out, const float*) {
  __shared__ float s[64];
  if (threadIdx.x > 5) s[threadIdx.x] = 0.f;
  __syncthreads();
  out[threadIdx.x] = s[threadIdx.x];
}
EXPORT(read_before_write)

extern "C" __global__ void static_shared_overrun(float* out, const float*) {
  __shared__ float s[64];
  s[threadIdx.x] = 1.f;
  __syncthreads();
  out[threadIdx.x] = s[threadIdx.x + 1];
}
EXPORT(static_shared_overrun)

extern "C" __global__ void dynamic_shared_overrun(float* out, const float*) {
  DYNAMIC_SHARED(memory);
  float* const s = (float*)memory;
  s[threadIdx.x + 1] = 1.f;
  __syncthreads();
  out[threadIdx.x] = s[threadIdx.x];
}
EXPORT(dynamic_shared_overrun)

extern "C" __global__ void ldmatrix_past_the_end(float* out, const float*) {
  DYNAMIC_SHARED(memory);
  unsigned r[4];
  ptx::ldmatrix_x4(r, ptx::shared(memory) + threadIdx.x * 16 + 16);
  out[threadIdx.x] = r[0];
}
EXPORT(ldmatrix_past_the_end)

extern "C" __global__ void write_past_the_end(float* out, const float*) { out[threadIdx.x + 256] = 1.f; }
EXPORT(write_past_the_end)

extern "C" __global__ void read_past_the_end(float* out, const float* in) { out[threadIdx.x] = in[threadIdx.x + 1024]; }
EXPORT(read_past_the_end)

extern "C" __global__ void misaligned_float4(float* out, const float* in) {
  ((float4*)out)[threadIdx.x] = *(const float4*)(in + 4 * threadIdx.x + 1);
}
EXPORT(misaligned_float4)

extern "C" __global__ void null_pointer(float* out, const float*) {
  const float* nothing = (const float*)(unsigned long long)blockIdx.y;
  out[threadIdx.x] = nothing[threadIdx.x];
}
EXPORT(null_pointer)

extern "C" __global__ void failed_assertion(float* out, const float*) {
  out[threadIdx.x] = 1.f;
  if (threadIdx.x == 7) __trap();
}
EXPORT(failed_assertion)
