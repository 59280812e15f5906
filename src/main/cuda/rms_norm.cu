// RMSNorm (Zhang & Sennrich 2019, arXiv 1910.07467):  y_i = x_i·r·w_i,  r = 1/√(mean(x²) + ε)
//
//   rms_norm_forward:               y and r of x                                                 moves 4·T·H bytes
//   residual_rms_norm_forward:      sum = a + b, then y and r of the rounded sum                 moves 8·T·H bytes
//   rms_norm_recompute:             y from a kept r                                              moves 4·T·H bytes
//   rms_norm_backward_input:        dx_i += r·(g_i − x_i·r²·mean(g·x)),  g = dy·w                moves 8·T·H bytes
//   rms_norm_backward_weight_…:     dw_i (+)= Σ_t dy_i·x_i·r                                     moves 4·T·H + 8·P·H bytes
//
// x, y, sum, a, b, dx, dy [T,H] and w [H] bf16; r [T] and dw [H] f32. sum may be a or b. Sums in f32.
//
// One block per row. Each thread keeps its part of the row in registers between the sum and its use, KEPT times eight
// elements. A row of up to 32 elements per thread is read once, a longer one twice. The weight's gradient is summed in two
// steps, in an order that depends on T, H and P alone: P partial sums, each over ⌈T/P⌉ rows, then their sum.
//
// Bound by memory; 16-byte accesses where H is a multiple of 8 and addresses allow them; 128 bytes of shared memory,
// rms_norm_backward_weight_sum 1 KiB.
// Registers: 28 to 59 on sm_90, 26 to 58 on sm_80. No spills.
//
// H200: 2.7 to 3.6 of 4.8 TB/s. Not run on sm_80.
//
// Launch, B = ⌈H/32⌉ rounded up to a warp, at most 1024; C = 128 or, for short rows, ⌈H/8⌉ rounded up to a warp:
//   rms_norm_forward, residual_…, recompute, backward_input   grid T                    block B
//   rms_norm_backward_weight_partial                          grid (⌈H/(8·C)⌉, P)       block C
//   rms_norm_backward_weight_sum                              grid ⌈H/32⌉               block 256
#include "cudev.cuh"

constexpr int KEPT = 4;  // eights of a row that a thread keeps

// A thread's eights of a row from element `base` on, zeros past the end.
template <bool WIDE>
__device__ __forceinline__ void load_row(uint4 (&kept)[KEPT], const bf16* row, int base, int H) {
#pragma unroll
  for (int k = 0; k < KEPT; k++) {
    const int i = base + ((int)threadIdx.x + k * (int)blockDim.x) * 8;
    kept[k] = make_uint4(0, 0, 0, 0);
    if (i < H) kept[k] = load_packed(row + i, H - i, WIDE);
  }
}

template <bool WIDE>
__device__ __forceinline__ void store_row(bf16* row, const uint4 (&kept)[KEPT], int base, int H) {
#pragma unroll
  for (int k = 0; k < KEPT; k++) {
    const int i = base + ((int)threadIdx.x + k * (int)blockDim.x) * 8;
    if (i < H) store_packed(row + i, kept[k], H - i, WIDE);
  }
}

// kept ← kept·r·w
template <bool WIDE>
__device__ __forceinline__ void scale_row(uint4 (&kept)[KEPT], float r, const bf16* w, int base, int H) {
  uint4 weights[KEPT];
  load_row<WIDE>(weights, w, base, H);
#pragma unroll
  for (int k = 0; k < KEPT; k++) {
    float8 x = unpack(kept[k]);
    const float8 v = unpack(weights[k]);
#pragma unroll
    for (int j = 0; j < 8; j++) x.v[j] = x.v[j] * r * v.v[j];
    kept[k] = pack(x);
  }
}

__device__ __forceinline__ float squares_of(const uint4 (&kept)[KEPT]) {
  float sum = 0.f;
#pragma unroll
  for (int k = 0; k < KEPT; k++) {
    const float8 x = unpack(kept[k]);
#pragma unroll
    for (int j = 0; j < 8; j++) sum += x.v[j] * x.v[j];
  }
  return sum;
}

// x is the row; if b is given, x is where the sum a + b is written, which may be a or b.
template <bool WIDE, bool RESIDUAL>
__device__ __forceinline__ void forward_row(bf16* sum, bf16* y, float* r, const bf16* a, const bf16* b, const bf16* w, int H,
                                            float epsilon) {
  const int stretch = KEPT * 8 * blockDim.x;
  uint4 kept[KEPT];
  float squares = 0.f;
  for (int base = 0; base < H; base += stretch) {
    load_row<WIDE>(kept, a, base, H);
    if (RESIDUAL) {
      uint4 other[KEPT];
      load_row<WIDE>(other, b, base, H);
#pragma unroll
      for (int k = 0; k < KEPT; k++) {
        float8 x = unpack(kept[k]);
        const float8 z = unpack(other[k]);
#pragma unroll
        for (int j = 0; j < 8; j++) x.v[j] += z.v[j];
        kept[k] = pack(x);
      }
      store_row<WIDE>(sum, kept, base, H);
    }
    squares += squares_of(kept);
  }
  const float scale = 1.f / sqrtf(block_sum(squares) / (float)H + epsilon);
  if (threadIdx.x == 0) *r = scale;
  for (int base = 0; base < H; base += stretch) {
    if (H > stretch) load_row<WIDE>(kept, RESIDUAL ? sum : a, base, H);
    scale_row<WIDE>(kept, scale, w, base, H);
    store_row<WIDE>(y, kept, base, H);
  }
}

extern "C" __global__ void __launch_bounds__(1024)
    rms_norm_forward(bf16* __restrict__ y, float* __restrict__ r, const bf16* __restrict__ x, const bf16* __restrict__ w,
                     int T, int H, float epsilon) {
  const long long row = (long long)blockIdx.x * H;
  if (H % 8 == 0 && aligned(y, x, w)) {
    forward_row<true, false>(nullptr, y + row, r + blockIdx.x, x + row, nullptr, w, H, epsilon);
  } else {
    forward_row<false, false>(nullptr, y + row, r + blockIdx.x, x + row, nullptr, w, H, epsilon);
  }
}
EXPORT(rms_norm_forward)

extern "C" __global__ void __launch_bounds__(1024)
    residual_rms_norm_forward(bf16* sum, bf16* __restrict__ y, float* __restrict__ r, const bf16* a, const bf16* b,
                              const bf16* __restrict__ w, int T, int H, float epsilon) {
  const long long row = (long long)blockIdx.x * H;
  if (H % 8 == 0 && aligned(sum, y, a, b, w)) {
    forward_row<true, true>(sum + row, y + row, r + blockIdx.x, a + row, b + row, w, H, epsilon);
  } else {
    forward_row<false, true>(sum + row, y + row, r + blockIdx.x, a + row, b + row, w, H, epsilon);
  }
}
EXPORT(residual_rms_norm_forward)

template <bool WIDE>
__device__ __forceinline__ void recompute_row(bf16* y, float r, const bf16* x, const bf16* w, int H) {
  for (int base = 0; base < H; base += KEPT * 8 * blockDim.x) {
    uint4 kept[KEPT];
    load_row<WIDE>(kept, x, base, H);
    scale_row<WIDE>(kept, r, w, base, H);
    store_row<WIDE>(y, kept, base, H);
  }
}

extern "C" __global__ void __launch_bounds__(1024)
    rms_norm_recompute(bf16* __restrict__ y, const float* __restrict__ r, const bf16* __restrict__ x,
                       const bf16* __restrict__ w, int T, int H) {
  const long long row = (long long)blockIdx.x * H;
  if (H % 8 == 0 && aligned(y, x, w)) {
    recompute_row<true>(y + row, r[blockIdx.x], x + row, w, H);
  } else {
    recompute_row<false>(y + row, r[blockIdx.x], x + row, w, H);
  }
}
EXPORT(rms_norm_recompute)

template <bool WIDE>
__device__ __forceinline__ void backward_row(bf16* dx, const bf16* dy, const bf16* x, float r, const bf16* w, int H) {
  const int stretch = KEPT * 8 * blockDim.x;
  uint4 keptX[KEPT], keptDy[KEPT];
  float dot = 0.f;  // of g and x
  for (int base = 0; base < H; base += stretch) {
    load_row<WIDE>(keptX, x, base, H);
    load_row<WIDE>(keptDy, dy, base, H);
#pragma unroll
    for (int k = 0; k < KEPT; k++) {
      const int i = base + ((int)threadIdx.x + k * (int)blockDim.x) * 8;
      if (i >= H) continue;
      const float8 v = load8(w + i, H - i, WIDE), d = unpack(keptDy[k]), z = unpack(keptX[k]);
#pragma unroll
      for (int j = 0; j < 8; j++) dot += d.v[j] * v.v[j] * z.v[j];
    }
  }
  const float along = block_sum(dot) * r * r * r / (float)H;
  for (int base = 0; base < H; base += stretch) {
    if (H > stretch) {
      load_row<WIDE>(keptX, x, base, H);
      load_row<WIDE>(keptDy, dy, base, H);
    }
#pragma unroll
    for (int k = 0; k < KEPT; k++) {
      const int i = base + ((int)threadIdx.x + k * (int)blockDim.x) * 8;
      if (i >= H) continue;
      float8 out = load8(dx + i, H - i, WIDE);
      const float8 v = load8(w + i, H - i, WIDE), d = unpack(keptDy[k]), z = unpack(keptX[k]);
#pragma unroll
      for (int j = 0; j < 8; j++) out.v[j] += d.v[j] * v.v[j] * r - z.v[j] * along;
      store8(dx + i, out, H - i, WIDE);
    }
  }
}

extern "C" __global__ void __launch_bounds__(1024)
    rms_norm_backward_input(bf16* __restrict__ dx, const bf16* __restrict__ dy, const bf16* __restrict__ x,
                            const float* __restrict__ r, const bf16* __restrict__ w, int T, int H) {
  const long long row = (long long)blockIdx.x * H;
  if (H % 8 == 0 && aligned(dx, dy, x, w)) {
    backward_row<true>(dx + row, dy + row, x + row, r[blockIdx.x], w, H);
  } else {
    backward_row<false>(dx + row, dy + row, x + row, r[blockIdx.x], w, H);
  }
}
EXPORT(rms_norm_backward_input)

constexpr int ROWS = 4;  // that a thread loads at once

template <bool WIDE>
__device__ __forceinline__ void sum_columns(float* partial, const bf16* dy, const bf16* x, const float* r, int from, int to,
                                            int H, int column) {
  float8 sum = {};
  for (int t = from; t < to; t += ROWS) {
    uint4 d[ROWS], z[ROWS];
    float scale[ROWS];
#pragma unroll
    for (int k = 0; k < ROWS; k++) {
      const bool there = t + k < to;
      const long long i = (long long)(there ? t + k : t) * H + column;
      d[k] = load_packed(dy + i, H - column, WIDE);
      z[k] = load_packed(x + i, H - column, WIDE);
      scale[k] = there ? r[t + k] : 0.f;
    }
#pragma unroll
    for (int k = 0; k < ROWS; k++) {
      if (t + k >= to) break;
      const float8 p = unpack(d[k]), q = unpack(z[k]);
#pragma unroll
      for (int j = 0; j < 8; j++) sum.v[j] += p.v[j] * (q.v[j] * scale[k]);
    }
  }
  store8(partial, sum, H - column, WIDE);
}

extern "C" __global__ void rms_norm_backward_weight_partial(float* __restrict__ partial, const bf16* __restrict__ dy,
                                                            const bf16* __restrict__ x, const float* __restrict__ r, int T,
                                                            int H, int P) {
  const int column = ((int)blockIdx.x * (int)blockDim.x + (int)threadIdx.x) * 8;
  if (column >= H) return;
  const int rows = (T + P - 1) / P, from = (int)min((long long)blockIdx.y * rows, (long long)T),
            to = min(T - from, rows) + from;
  float* target = partial + (long long)blockIdx.y * H + column;
  if (H % 8 == 0 && aligned(partial, dy, x)) {
    sum_columns<true>(target, dy, x, r, from, to, H, column);
  } else {
    sum_columns<false>(target, dy, x, r, from, to, H, column);
  }
}
EXPORT(rms_norm_backward_weight_partial)

constexpr int SUM_COLUMNS = 32, SUM_STRIPS = 8;

// One block: SUM_COLUMNS columns, SUM_STRIPS strips of partial sums.
extern "C" __global__ void __launch_bounds__(SUM_COLUMNS* SUM_STRIPS)
    rms_norm_backward_weight_sum(float* __restrict__ dw, const float* __restrict__ partial, int P, int H, int accumulate) {
  __shared__ float strips[SUM_STRIPS][SUM_COLUMNS];
  const int lane = threadIdx.x % SUM_COLUMNS, strip = threadIdx.x / SUM_COLUMNS;
  const int column = blockIdx.x * SUM_COLUMNS + lane;
  float sum = 0.f;
  if (column < H) {
#pragma unroll 8
    for (int p = strip; p < P; p += SUM_STRIPS) sum += partial[(long long)p * H + column];
  }
  strips[strip][lane] = sum;
  __syncthreads();
  if (strip > 0 || column >= H) return;
  float total = accumulate ? dw[column] : 0.f;
#pragma unroll
  for (int s = 0; s < SUM_STRIPS; s++) total += strips[s][lane];
  dw[column] = total;
}
EXPORT(rms_norm_backward_weight_sum)
