// Attention of new tokens over a cache of keys and values, for generation. Token i of sequence s has place past_s + i in
// cache row rows_s and sees the places up to its own:
//   s_j = scale·q·k_j,   out = Σ_j softmax(s)_j·v_j        for j ≤ past_s + i
//
// q, out [T,N·D], k, v [T,K·D] bf16, rows a pitch apart; caches [rows,P,K·D] bf16; starts [S+1]: the first token of each
// sequence, and T; rows, past [S]. D a multiple of 8 up to 256, pitches multiples of 8, pointers 16-byte aligned.
//
// Bound by memory: each new token reads the keys and values that it sees, 4·K·D bytes per place.
//   cache_append      grid T, block 128
//   attention_cached  grid (T, K, ⌈N/K/8⌉), block 32·w, shared bytes w·(D+2)·4: w warps, at most 8, a multiple of the query
//                     heads of a block (N/K, at most 8); 2 blocks on an SM
// Registers: 22 to 118 on sm_90, 21 to 116 on sm_80. No spills.
//
// Correct on an H200; speed not measured. Not run on sm_80.
#include "attention.cuh"

// The sequence of token t: the last one that starts at or before it.
__device__ __forceinline__ int sequence_of(int t, const int* starts, int S) {
  int low = 0, high = S - 1;
  while (low < high) {
    const int middle = (low + high + 1) / 2;
    if (starts[middle] <= t)
      low = middle;
    else
      high = middle - 1;
  }
  return low;
}

// One block a new token; width = K·D. Moves 8·T·K·D bytes.
extern "C" __global__ void __launch_bounds__(128)
    cache_append(bf16* keyCache, bf16* valueCache, const bf16* k, const bf16* v, const int* starts, const int* rows,
                 const int* past, int S, int width, int P, int ldkv) {
  const int t = blockIdx.x, s = sequence_of(t, starts, S);
  const long long source = (long long)t * ldkv;
  const long long target = ((long long)rows[s] * P + past[s] + t - starts[s]) * width;
  for (int d = threadIdx.x * 8; d < width; d += blockDim.x * 8) {
    *(uint4*)(keyCache + target + d) = *(const uint4*)(k + source + d);
    *(uint4*)(valueCache + target + d) = *(const uint4*)(v + source + d);
  }
}
EXPORT(cache_append)

// A softmax under way over some of the keys: the largest score, Σ 2^(score − largest), and that sum weighted by values.
// Eight lanes share one; a lane holds columns 8·lane to 8·lane+7 of every 64.
struct Partial {
  float most, sum;
  float8 values[4];

  // Makes room for scores up to `score`; returns what a score must be lowered by. −∞: no key yet, all stays 0.
  __device__ __forceinline__ float raise(float score) {
    const float now = fmaxf(most, score), shift = now == -infinity() ? 0.f : now;
    const float correction = ptx::ex2(most - shift);
    most = now;
    sum *= correction;
#pragma unroll
    for (int i = 0; i < 4; i++)
#pragma unroll
      for (int e = 0; e < 8; e++) values[i].v[e] *= correction;
    return shift;
  }
};

// One block: one token and up to eight of the query heads that share a key head (blockIdx.z counts eights). A warp takes one
// head and every so many keys, eight at a time; its four groups of eight lanes take two keys each.
extern "C" __global__ void __launch_bounds__(256)
    attention_cached(bf16* out, const bf16* q, const bf16* keyCache, const bf16* valueCache, const int* starts,
                     const int* rows, const int* past, int T, int S, int N, int K, int D, int P, int ldo, int ldq,
                     float scale) {
  constexpr int KEYS = 2;
  DYNAMIC_SHARED(memory);
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32, column = lane % 8 * 8;
  const int t = blockIdx.x, keyHead = blockIdx.y, group = N / K;
  const int heads = min(8, group - (int)blockIdx.z * 8), parts = blockDim.x / 32 / heads;
  const int head = keyHead * group + blockIdx.z * 8 + warp % heads, part = warp / heads;
  const int s = sequence_of(t, starts, S), keys = past[s] + t - starts[s] + 1;
  const long long width = (long long)K * D, first = (long long)rows[s] * P * width + (long long)keyHead * D;

  float8 query[4];
  Partial x = {-infinity(), 0.f, {}};
#pragma unroll
  for (int i = 0; i < 4; i++) {
    const bool valid = i * 64 + column < D;
    const bf16* source = q + (long long)t * ldq + (long long)head * D + i * 64 + column;
    query[i] = valid ? unpack(*(const uint4*)source) : float8{};
  }

  for (int key = part * 4 * KEYS; part < parts && key < keys; key += parts * 4 * KEYS) {
    float score[KEYS], most = -infinity();
#pragma unroll
    for (int j = 0; j < KEYS; j++) {
      const int place = key + j * 4 + lane / 8;
      const bf16* source = keyCache + first + place * width + column;
      score[j] = 0.f;
#pragma unroll
      for (int i = 0; i < 4; i++)
        if (place < keys && i * 64 + column < D) {
          const float8 k = unpack(*(const uint4*)(source + i * 64));
#pragma unroll
          for (int e = 0; e < 8; e++) score[j] += query[i].v[e] * k.v[e];
        }
    }
#pragma unroll
    for (int j = 0; j < KEYS; j++) {
#pragma unroll
      for (int offset = 4; offset > 0; offset /= 2) score[j] += __shfl_xor_sync(FULL_WARP, score[j], offset);
      score[j] = key + j * 4 + lane / 8 < keys ? score[j] * scale * LOG2_E : -infinity();
      most = fmaxf(most, score[j]);
    }
    const float shift = x.raise(most);
#pragma unroll
    for (int j = 0; j < KEYS; j++) {
      const int place = key + j * 4 + lane / 8;
      const bf16* source = valueCache + first + place * width + column;
      const float p = ptx::ex2(score[j] - shift);
      x.sum += p;
#pragma unroll
      for (int i = 0; i < 4; i++)
        if (place < keys && i * 64 + column < D) {
          const float8 v = unpack(*(const uint4*)(source + i * 64));
#pragma unroll
          for (int e = 0; e < 8; e++) x.values[i].v[e] += p * v.v[e];
        }
    }
  }

  // The four groups of a warp become one,
#pragma unroll
  for (int offset = 8; offset < 32; offset *= 2) {
    x.raise(__shfl_xor_sync(FULL_WARP, x.most, offset));
    x.sum += __shfl_xor_sync(FULL_WARP, x.sum, offset);
#pragma unroll
    for (int i = 0; i < 4; i++)
#pragma unroll
      for (int e = 0; e < 8; e++) x.values[i].v[e] += __shfl_xor_sync(FULL_WARP, x.values[i].v[e], offset);
  }
  // then the warps of a head, through shared memory: D values, the largest score and the sum of each.
  float* const mine = (float*)memory + warp * (D + 2);
  if (lane < 8) {
#pragma unroll
    for (int i = 0; i < 4; i++)
#pragma unroll
      for (int e = 0; e < 8; e++)
        if (i * 64 + column < D) mine[i * 64 + column + e] = x.values[i].v[e];
    if (lane == 0) {
      mine[D] = x.most;
      mine[D + 1] = x.sum;
    }
  }
  __syncthreads();
  if (part == 0 && lane < 8) {
    for (int other = 1; other < parts; other++) {
      const float* theirs = mine + other * heads * (D + 2);
      const float shift = x.raise(theirs[D]), correction = ptx::ex2(theirs[D] - shift);
      x.sum += theirs[D + 1] * correction;
#pragma unroll
      for (int i = 0; i < 4; i++)
#pragma unroll
        for (int e = 0; e < 8; e++)
          if (i * 64 + column < D) x.values[i].v[e] += theirs[i * 64 + column + e] * correction;
    }
    const float inverse = 1.f / x.sum;
#pragma unroll
    for (int i = 0; i < 4; i++)
      if (i * 64 + column < D) {
#pragma unroll
        for (int e = 0; e < 8; e++) x.values[i].v[e] *= inverse;
        *(uint4*)(out + (long long)t * ldo + (long long)head * D + i * 64 + column) = pack(x.values[i]);
      }
  }
}
EXPORT(attention_cached)
