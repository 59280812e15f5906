// AdamW (Loshchilov & Hutter 2019, arXiv 1711.05101, algorithm 2) over all trainable tensors in one launch:
//
//   g ← g·min(1, maxNorm/(norm + 10⁻⁶))
//   m ← β₁·m + (1 − β₁)·g,   v ← β₂·v + (1 − β₂)·g²
//   x ← x − η·λ·x − η·m̂/(√v̂ + ε),   m̂ = m/(1 − β₁ᵗ),  v̂ = v/(1 − β₂ᵗ)
//   w ← x in bf16, rounded stochastically or to nearest
//
// w is the bf16 weight that the model computes with, x its fp32 master. Without masters, x is read from w and kept in
// registers only.
//
//   kernel                          moments   x                 bytes per element
//   adamw_f32                       f32       f32 masters       30
//   adamw_bf16_moments              bf16      f32 masters       22
//   adamw_no_masters                f32       the bf16 weight   24
//   adamw_no_masters_bf16_moments   bf16      the bf16 weight   16
//
// Rounding to nearest loses every change below half a step of bf16, which is at most 1/256 of the value. Without a master
// the change is lost for good. With a master, the weight changes only after its master has moved by half a step.
// Stochastic rounding takes one of the two neighbours such that the expected value is x (Gupta et al. 2015, arXiv
// 1502.02551), so small changes arrive on average. A weight drawn from its master carries no rounding error into the next
// step. Moments in bf16 are always rounded stochastically: a second moment that decays by 1/1000 per step would never fall
// otherwise.
//
// The random bits are a function of (seed, step, tensor, element): Philox 4×32-10 (Salmon et al. 2011, Parallel random
// numbers: as easy as 1, 2, 3), with one counter for weights and one for moments. org.halftune.tensor.StochasticRounding
// computes the same weights from the same masters.
//
// Gradients below 10⁻¹⁶ and moments below 10⁻³⁵ count as zero, as in the CPU backend. If the norm is NaN, or infinite with a
// finite maxNorm, nothing is changed. With maxNorm infinite, gradients are not clipped.
//
// One block per piece of the table in update.cuh. Bound by memory: four elements per access (16 bytes of f32), two
// accesses to each operand in flight per thread.
// Registers: 65 to 78 on sm_90, 64 to 78 on sm_80. No spills.
//
// H200 (1.24 billion elements): adamw_f32 with stochastic rounding 3.98 TB/s; adamw_no_masters_bf16_moments, which draws
// twice for the fewest bytes, 3.1 TB/s (8.03 billion elements). Not run on sm_80.
//
// Launch: grid of all pieces, block 256.
#include "update.cuh"

constexpr int THREADS = 256;
constexpr int BLOCKS = 3;     // resident on an SM: at most 80 registers
constexpr int IN_FLIGHT = 2;  // fours of each operand that a thread loads at once
constexpr float LEAST_GRADIENT = 1e-16f, LEAST_MOMENT = 1e-35f;

// One step's constants (org.halftune.backend.AdamWScalars), in device memory so that a captured graph can be replayed with
// others.
struct AdamWScalars {
  float beta1, rest1;  // β₁ and 1 − β₁, each rounded once
  float beta2, rest2;
  float rate;  // η/(1 − β₁ᵗ)
  float root;  // 1/√(1 − β₂ᵗ)
  float epsilon;
  float decay;    // η·λ
  float maxNorm;  // infinity: no limit
  unsigned seedLow, seedHigh;
  unsigned step;        // t
  unsigned stochastic;  // how weights are rounded: 1 stochastically, 0 to nearest
};

// Philox 4×32-10.
__device__ __forceinline__ uint4 random_words(uint4 counter, unsigned key0, unsigned key1) {
#pragma unroll
  for (int round = 0; round < 10; round++) {
    const unsigned long long a = 0xd2511f53ull * counter.x, b = 0xcd9e8d57ull * counter.z;
    counter =
        make_uint4((unsigned)(b >> 32) ^ counter.y ^ key0, (unsigned)b, (unsigned)(a >> 32) ^ counter.w ^ key1, (unsigned)a);
    key0 += 0x9e3779b9u;
    key1 += 0xbb67ae85u;
  }
  return counter;
}

// One of the two neighbours of x in bf16; the mean over the 65536 values of `random` is x.
__device__ __forceinline__ bf16 round_at_random(float x, unsigned random) {
  if (!(fabsf(x) < __uint_as_float(0x7f800000u))) return to_bf16(x);  // infinity and NaN
  bf16 y;
  y.bits = (unsigned short)((__float_as_uint(x) + (random & 0xffff)) >> 16);
  return y;
}

// Four elements, or as many as are left and then zeros.
struct Four {
  float v[4];
};

template <bool WIDE>
__device__ __forceinline__ Four load4(const float* x, int left) {
  if constexpr (WIDE) {
    const float4 a = *reinterpret_cast<const float4*>(x);
    return {{a.x, a.y, a.z, a.w}};
  } else {
    Four y;
#pragma unroll
    for (int i = 0; i < 4; i++) y.v[i] = i < left ? x[i] : 0.f;
    return y;
  }
}

template <bool WIDE>
__device__ __forceinline__ Four load4(const bf16* x, int left) {
  if constexpr (WIDE) {
    const uint2 u = *reinterpret_cast<const uint2*>(x);
    return {{first_of(u.x), second_of(u.x), first_of(u.y), second_of(u.y)}};
  } else {
    Four y;
#pragma unroll
    for (int i = 0; i < 4; i++) y.v[i] = i < left ? to_float(x[i]) : 0.f;
    return y;
  }
}

template <bool WIDE>
__device__ __forceinline__ void store4(float* y, const Four& x, int left) {
  if constexpr (WIDE) {
    *reinterpret_cast<float4*>(y) = make_float4(x.v[0], x.v[1], x.v[2], x.v[3]);
  } else {
#pragma unroll
    for (int i = 0; i < 4; i++)
      if (i < left) y[i] = x.v[i];
  }
}

template <bool WIDE>
__device__ __forceinline__ void store4(bf16* y, const bf16 (&x)[4], int left) {
  if constexpr (WIDE) {
    *reinterpret_cast<uint2*>(y) = make_uint2(x[0].bits | (unsigned)x[1].bits << 16, x[2].bits | (unsigned)x[3].bits << 16);
  } else {
#pragma unroll
    for (int i = 0; i < 4; i++)
      if (i < left) y[i] = x[i];
  }
}

// Stores f32 unchanged, bf16 rounded with 16 bits of each random word.
template <bool WIDE>
__device__ __forceinline__ void store_rounded(float* y, const Four& x, uint4, int, int left) {
  store4<WIDE>(y, x, left);
}

template <bool WIDE>
__device__ __forceinline__ void store_rounded(bf16* y, const Four& x, uint4 random, int shift, int left) {
  const bf16 rounded[4] = {round_at_random(x.v[0], random.x >> shift), round_at_random(x.v[1], random.y >> shift),
                           round_at_random(x.v[2], random.z >> shift), round_at_random(x.v[3], random.w >> shift)};
  store4<WIDE>(y, rounded, left);
}

__device__ __forceinline__ float flushed(float x, float least) { return fabsf(x) < least ? 0.f : x; }

__device__ __forceinline__ void update(float& w, float& m, float& v, float g, float clip, float decay,
                                       const AdamWScalars& s) {
  g = flushed(g, LEAST_GRADIENT) * clip;
  m = flushed(s.beta1 * m + s.rest1 * g, LEAST_MOMENT);
  v = flushed(s.beta2 * v + s.rest2 * (g * g), LEAST_MOMENT);
  w -= decay * w + m * s.rate / (sqrtf(v) * s.root + s.epsilon);
}

// Elements `from` to `from` + n of a segment.
template <bool WIDE, bool MASTER, typename Moment>
__device__ __forceinline__ void update_piece(const AdamWSegment& segment, long long from, int n, const AdamWScalars& s,
                                             float clip) {
  bf16* weight = segment.weight + from;
  float* master = segment.master + (MASTER ? from : 0);
  const float* gradient = segment.gradient + from;
  Moment* first = (Moment*)segment.first + from;
  Moment* second = (Moment*)segment.second + from;
  const float decay = segment.decayed ? s.decay : 0.f;
  for (int base = 4 * threadIdx.x; base < n; base += IN_FLIGHT * 4 * THREADS) {
    Four w[IN_FLIGHT], g[IN_FLIGHT], m[IN_FLIGHT], v[IN_FLIGHT];
#pragma unroll
    for (int k = 0; k < IN_FLIGHT; k++) {
      const int i = base + k * 4 * THREADS, left = n - i;
      if (left <= 0) continue;
      g[k] = load4<WIDE>(gradient + i, left);
      m[k] = load4<WIDE>(first + i, left);
      v[k] = load4<WIDE>(second + i, left);
      w[k] = MASTER ? load4<WIDE>(master + i, left) : load4<WIDE>(weight + i, left);
    }
#pragma unroll
    for (int k = 0; k < IN_FLIGHT; k++) {
      const int i = base + k * 4 * THREADS, left = n - i;
      if (left <= 0) continue;
#pragma unroll
      for (int j = 0; j < 4; j++) update(w[k].v[j], m[k].v[j], v[k].v[j], g[k].v[j], clip, decay, s);

      const unsigned four = (unsigned)((from + i) / 4);
      uint4 random = make_uint4(0, 0, 0, 0);
      if (sizeof(Moment) == sizeof(bf16))
        random = random_words(make_uint4(four, 0, segment.index, s.step), s.seedLow, s.seedHigh);
      store_rounded<WIDE>(first + i, m[k], random, 0, left);
      store_rounded<WIDE>(second + i, v[k], random, 16, left);
      if (MASTER) store4<WIDE>(master + i, w[k], left);
      if (s.stochastic) {
        random = random_words(make_uint4(four, 1, segment.index, s.step), s.seedLow, s.seedHigh);
        store_rounded<WIDE>(weight + i, w[k], random, 0, left);
      } else {
        const bf16 nearest[4] = {to_bf16(w[k].v[0]), to_bf16(w[k].v[1]), to_bf16(w[k].v[2]), to_bf16(w[k].v[3])};
        store4<WIDE>(weight + i, nearest, left);
      }
    }
  }
}

template <bool MASTER, typename Moment>
__device__ __forceinline__ void step(const AdamWSegment* segments, int count, const AdamWScalars* scalars,
                                     const float* norm) {
  const AdamWScalars s = *scalars;
  const float infinite = __uint_as_float(0x7f800000u), measured = *norm;
  const bool limited = s.maxNorm < infinite;
  if (measured != measured || (limited && measured == infinite)) return;
  const float clip = limited ? fminf(1.f, s.maxNorm / (measured + 1e-6f)) : 1.f;

  const AdamWSegment segment = segment_of(blockIdx.x, segments, count);
  const long long from = (blockIdx.x - segment.firstPiece) * PIECE;
  const int n = (int)min(segment.size - from, (long long)PIECE);
  const bool wide = n % 4 == 0 && aligned(segment.weight, segment.master, segment.gradient, (const char*)segment.first,
                                          (const char*)segment.second);
  if (wide) {
    update_piece<true, MASTER, Moment>(segment, from, n, s, clip);
  } else {
    update_piece<false, MASTER, Moment>(segment, from, n, s, clip);
  }
}

extern "C" __global__ void __launch_bounds__(THREADS, BLOCKS)
    adamw_f32(const AdamWSegment* __restrict__ segments, int count, const AdamWScalars* __restrict__ scalars,
              const float* __restrict__ norm) {
  step<true, float>(segments, count, scalars, norm);
}
EXPORT(adamw_f32)

extern "C" __global__ void __launch_bounds__(THREADS, BLOCKS)
    adamw_bf16_moments(const AdamWSegment* __restrict__ segments, int count, const AdamWScalars* __restrict__ scalars,
                       const float* __restrict__ norm) {
  step<true, bf16>(segments, count, scalars, norm);
}
EXPORT(adamw_bf16_moments)

extern "C" __global__ void __launch_bounds__(THREADS, BLOCKS)
    adamw_no_masters(const AdamWSegment* __restrict__ segments, int count, const AdamWScalars* __restrict__ scalars,
                     const float* __restrict__ norm) {
  step<false, float>(segments, count, scalars, norm);
}
EXPORT(adamw_no_masters)

extern "C" __global__ void __launch_bounds__(THREADS, BLOCKS)
    adamw_no_masters_bf16_moments(const AdamWSegment* __restrict__ segments, int count,
                                  const AdamWScalars* __restrict__ scalars, const float* __restrict__ norm) {
  step<false, bf16>(segments, count, scalars, norm);
}
EXPORT(adamw_no_masters_bf16_moments)
