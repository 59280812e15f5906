// Cross-entropy of rows of logits, and its gradient in place of them:
//
//   loss_r = log Σ_v e^logit_rv − logit_r,target
//
//   cross_entropy_forward_bf16, _f32:  losses                                          moves 2·R·V or 4·R·V bytes
//   cross_entropy_forward_backward:    losses, and logit_rv ← (softmax_rv − [v = target_r])·weights_r
//                                                                                      moves 6·R·V bytes
//   sum_losses:                        sum[0] + sum[1] += Σ losses
//
// logits [R,V] with pitch ld; targets, losses, weights [R]. A target below 0 masks its row: loss 0, gradient 0, logits not
// read. −loss is the log-probability of the target.
//
// One block per row. One pass keeps, in each thread, the largest logit so far and the sum of e^{logit − largest} (online
// softmax, Milakov & Gimelshein 2018, arXiv 1805.02867). A second pass writes the gradient from the end of the row back to
// its start, because the end was read last and may still be cached.
//
// sum_losses sums in double, always in the same order. The sum [2] is two floats: the second holds what the first rounds
// away. An infinite loss makes the sum infinite (the second is then 0), a NaN makes it NaN.
//
// Bound by memory; 16-byte accesses where ld is a multiple of 8 and the address allows them, for any V; up to four
// accesses of each thread in flight; 256 bytes of shared memory.
// Registers: 16 to 64 on sm_90, 16 to 64 on sm_80. No spills.
//
// H200: 3.96 of 4.8 TB/s, with one scale in place of weights (before 2026-11-28). In its present form not run on a GPU, nor is
// sum_losses with infinite losses. Not run on sm_80.
//
// Launch: grid R, block 512, or for short rows ⌈V/8⌉ rounded up to a warp; sum_losses: grid 1, block 1024.
#include "cudev.cuh"

#define INFINITE __uint_as_float(0x7f800000u)

constexpr int MOST_THREADS = 512;
constexpr int IN_FLIGHT = 4;  // eights of a row that a thread loads at once

// The online softmax of the logits seen so far.
struct Softmax {
  float largest;
  float sum;  // of e^(logit − largest)
};

// Commutative, bit for bit.
__device__ __forceinline__ Softmax join(Softmax a, Softmax b) {
  const Softmax high = a.largest >= b.largest ? a : b, low = a.largest >= b.largest ? b : a;
  const float shrink = low.largest == high.largest ? 1.f : __expf(low.largest - high.largest);
  return {high.largest, fmaf(low.sum, shrink, high.sum)};
}

__device__ __forceinline__ void see(Softmax& s, const float8& x) {
  float largest = s.largest;
#pragma unroll
  for (int i = 0; i < 8; i++) largest = fmaxf(largest, x.v[i]);
  const float base = largest == -INFINITE ? 0.f : largest;
  float sum = s.sum * __expf(s.largest - base);
#pragma unroll
  for (int i = 0; i < 8; i++) sum += __expf(x.v[i] - base);
  s = {largest, sum};
}

// Over the block, in every thread.
__device__ __forceinline__ Softmax block_join(Softmax s) {
  __shared__ Softmax warps[32];
  const int lane = threadIdx.x % 32;
#pragma unroll
  for (int offset = 16; offset > 0; offset /= 2) {
    s = join(s, {__shfl_xor_sync(FULL_WARP, s.largest, offset), __shfl_xor_sync(FULL_WARP, s.sum, offset)});
  }
  if (lane == 0) warps[threadIdx.x / 32] = s;
  __syncthreads();
  s = {-INFINITE, 0.f};
  if (lane < (int)blockDim.x / 32) s = warps[lane];
#pragma unroll
  for (int offset = 16; offset > 0; offset /= 2) {
    s = join(s, {__shfl_xor_sync(FULL_WARP, s.largest, offset), __shfl_xor_sync(FULL_WARP, s.sum, offset)});
  }
  return s;
}

// How the threads of a block divide a row: whole stretches, with IN_FLIGHT eights for each thread, then single eights.
struct Stretches {
  int size, whole, step;  // elements of a stretch, number of stretches, elements of one eight of every thread
};

__device__ __forceinline__ Stretches stretches_of(int V) {
  const int step = 8 * blockDim.x, size = IN_FLIGHT * step;
  return {size, V / size, step};
}

template <bool WIDE, typename Logit>
__device__ __forceinline__ Softmax read_row(const Logit* row, int V) {
  const Stretches stretches = stretches_of(V);
  const int first = 8 * threadIdx.x;
  Softmax s = {-INFINITE, 0.f};
  for (int n = 0; n < stretches.whole; n++) {
    const Logit* from = row + n * stretches.size + first;
    float8 x[IN_FLIGHT];
#pragma unroll
    for (int k = 0; k < IN_FLIGHT; k++) x[k] = load8(from + k * stretches.step, 8, WIDE);
#pragma unroll
    for (int k = 0; k < IN_FLIGHT; k++) see(s, x[k]);
  }
  for (int i = stretches.whole * stretches.size + first; i < V; i += stretches.step) {
    float8 x = load8(row + i, V - i, WIDE && V - i >= 8);
#pragma unroll
    for (int j = 0; j < 8; j++)
      if (i + j >= V) x.v[j] = -INFINITE;
    see(s, x);
  }
  return s;
}

template <typename Logit>
__device__ __forceinline__ Softmax softmax_of(const Logit* row, int V, bool wide) {
  return block_join(wide ? read_row<true>(row, V) : read_row<false>(row, V));
}

// Small losses keep their digits: the logits cancel before the logarithm is added.
__device__ __forceinline__ float loss_of(Softmax s, float logit) { return s.largest - logit + logf(s.sum); }

__device__ __forceinline__ float to_float(float x) { return x; }

template <typename Logit>
__device__ __forceinline__ void forward(float* losses, const Logit* logits, const int* targets, int V, int ld) {
  const int target = targets[blockIdx.x];
  const Logit* row = logits + (long long)blockIdx.x * ld;
  float loss = 0.f;
  if (target >= 0) {
    const Softmax s = softmax_of(row, V, ld % 8 == 0 && aligned(logits));
    loss = loss_of(s, to_float(row[target]));
  }
  if (threadIdx.x == 0) losses[blockIdx.x] = loss;
}

extern "C" __global__ void __launch_bounds__(MOST_THREADS)
    cross_entropy_forward_bf16(float* __restrict__ losses, const bf16* __restrict__ logits, const int* __restrict__ targets,
                               int R, int V, int ld) {
  forward(losses, logits, targets, V, ld);
}
EXPORT(cross_entropy_forward_bf16)

extern "C" __global__ void __launch_bounds__(MOST_THREADS)
    cross_entropy_forward_f32(float* __restrict__ losses, const float* __restrict__ logits, const int* __restrict__ targets,
                              int R, int V, int ld) {
  forward(losses, logits, targets, V, ld);
}
EXPORT(cross_entropy_forward_f32)

// A row's constants: gradient = (e^(logit − largest)·inverse − [v = target])·factor.
struct Slope {
  float largest, inverse, factor;
  int target;
};

// Of the eight logits from i on.
__device__ __forceinline__ float8 gradient_of(float8 x, int i, const Slope& slope) {
#pragma unroll
  for (int j = 0; j < 8; j++) x.v[j] = __expf(x.v[j] - slope.largest) * slope.inverse;
  if ((unsigned)(slope.target - i) < 8) {
#pragma unroll
    for (int j = 0; j < 8; j++)
      if (i + j == slope.target) x.v[j] -= 1.f;
  }
#pragma unroll
  for (int j = 0; j < 8; j++) x.v[j] *= slope.factor;
  return x;
}

template <bool WIDE>
__device__ __forceinline__ void write_gradient(bf16* row, int V, const Slope& slope) {
  const Stretches stretches = stretches_of(V);
  const int first = 8 * threadIdx.x;
  for (int i = stretches.whole * stretches.size + first; i < V; i += stretches.step) {
    const bool wide = WIDE && V - i >= 8;
    store8(row + i, gradient_of(load8(row + i, V - i, wide), i, slope), V - i, wide);
  }
  for (int n = stretches.whole - 1; n >= 0; n--) {
    const int from = n * stretches.size + first;
    uint4 x[IN_FLIGHT];
#pragma unroll
    for (int k = 0; k < IN_FLIGHT; k++) x[k] = load_packed(row + from + k * stretches.step, 8, WIDE);
#pragma unroll
    for (int k = 0; k < IN_FLIGHT; k++) {
      const int i = from + k * stretches.step;
      store8(row + i, gradient_of(unpack(x[k]), i, slope), 8, WIDE);
    }
  }
}

__device__ __forceinline__ void write_zeros(bf16* row, int V, bool aligned) {
  for (int i = 8 * threadIdx.x; i < V; i += 8 * blockDim.x) {
    store_packed(row + i, make_uint4(0, 0, 0, 0), V - i, aligned && V - i >= 8);
  }
}

extern "C" __global__ void __launch_bounds__(MOST_THREADS)
    cross_entropy_forward_backward(float* __restrict__ losses, bf16* __restrict__ logits, const int* __restrict__ targets,
                                   const float* __restrict__ weights, int R, int V, int ld) {
  const int r = blockIdx.x, target = targets[r];
  bf16* row = logits + (long long)r * ld;
  const bool wide = ld % 8 == 0 && aligned(logits);
  if (target < 0) {
    write_zeros(row, V, wide);
    if (threadIdx.x == 0) losses[r] = 0.f;
    return;
  }
  const float logit = to_float(row[target]);  // before the barrier in softmax_of; overwritten after it
  const Softmax s = softmax_of(row, V, wide);
  if (threadIdx.x == 0) losses[r] = loss_of(s, logit);
  const Slope slope = {s.largest, 1.f / s.sum, weights[r], target};
  if (wide) {
    write_gradient<true>(row, V, slope);
  } else {
    write_gradient<false>(row, V, slope);
  }
}
EXPORT(cross_entropy_forward_backward)

extern "C" __global__ void __launch_bounds__(1024)
    sum_losses(float* __restrict__ sum, const float* __restrict__ losses, int n) {
  double total = 0;
  for (int i = threadIdx.x; i < n; i += blockDim.x) total += losses[i];
  total = block_sum(total);
  if (threadIdx.x > 0) return;
  total += (double)sum[0] + sum[1];
  const float high = (float)total;
  sum[0] = high;
  sum[1] = fabsf(high) < INFINITE ? (float)(total - high) : 0.f;  // ∞ − ∞ would make an infinite sum NaN
}
EXPORT(sum_losses)
