// Attention of new tokens over a cache of keys and values, for generation. Token i of sequence s has place past_s + i in
// cache row rows_s and sees the places up to its own:
//   s_j = scale·q·k_j,   out = Σ_j softmax(s)_j·v_j        for j ≤ past_s + i
//
// q, out [T,N·D], k, v [T,K·D] bf16, rows a pitch apart; caches [rows,P,K·D] bf16; starts [S+1]: the first token of each
// sequence, and T; rows, past [S]. D a multiple of 8 up to 256, pitches multiples of 8, pointers 16-byte aligned.
//
// If every sequence brings one token and the longest context has more than PART_KEYS places, attention_cached_part splits
// the keys of each token over several blocks (flash-decoding, Dao et al. 2023,
// https://crfm.stanford.edu/2023/10/12/flashdecoding.html), and attention_cached_join adds the parts in a fixed order. The
// split depends on the number of the token's keys alone, so its bits do not depend on the other sequences. A context of at
// most PART_KEYS places is one part and has the bits of attention_cached.
//   keys of a part = max(PART_KEYS, ⌈keys / (PART_STEP·MOST_PARTS)⌉·PART_STEP),   keys = past_s + 1
//   part i:  m_i = max_j s_j·log₂e,   l_i = Σ_j 2^(s_j·log₂e − m_i),   o_i = Σ_j 2^(s_j·log₂e − m_i)·v_j
//   join:    m = max_i m_i,   out = Σ_i 2^(m_i − m)·o_i / Σ_i 2^(m_i − m)·l_i
//
// T is here the tokens of one launch. scratch [T·N·parts·(D+2)] f32: values [T,N,parts,D], the sum of values weighted by
// 2^(score − largest); then sums [T,N,parts,2], the largest score and the sum of weights.
//
// Bound by memory: each new token reads the keys and values that it sees, 4·K·D bytes per place, once for every eight query
// heads that share a key head. A part moves 4·(D + 2) bytes per query head to scratch, and back.
//   cache_append           grid T, block 128; moves 8·T·K·D bytes
//   attention_cached       grid (T, K, ⌈N/K/8⌉), block 32·w, shared bytes w·(D+2)·4: w warps, at most 8, a multiple of the
//                          query heads of a block (N/K, at most 8); 2 blocks on an SM
//   attention_cached_part  grid (T, K, ⌈N/K/8⌉·parts), block and shared bytes as above; parts: ⌈places/PART_KEYS⌉ of the
//                          longest context, at most MOST_PARTS
//   attention_cached_join  grid (T, N), block D rounded up to a warp
// Registers: 22 to 124 on sm_90, 21 to 122 on sm_80. No spills.
//
// cache_append and attention_cached: correct on an H200 (attention_cached before it shared its code with
// attention_cached_part); speed not measured. attention_cached_part and attention_cached_join: not run on a GPU. Not run on
// sm_80.
#include "attention.cuh"

constexpr int CACHED_HEADS = 8;  // query heads of a block at most, and its warps
constexpr int PART_KEYS = 512;   // keys of a part at least
constexpr int PART_STEP = 64;    // the keys of a part are a multiple of this
constexpr int MOST_PARTS = 32;   // parts of a token

// The sequence of token t: the last that starts at or before t.
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

// One block per new token; width = K·D.
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

// The softmax of the keys seen so far: the largest score, Σ 2^(score − largest), and Σ 2^(score − largest)·value. Eight
// lanes share one; a lane holds columns 8·lane to 8·lane+7 of every 64.
struct Partial {
  float most, sum;
  float8 values[4];

  // Raises the largest score to `score` and scales the sums; returns what to subtract from a score. −∞: no key yet, all is
  // 0.
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

struct Cached {
  bf16* out;
  const bf16 *q, *keyCache, *valueCache;
  int N, K, D, P, ldo, ldq;
  float scale;
};

// Token t and up to eight of the query heads that share key head blockIdx.y (the eights are counted by `eight`), over
// places `from` to `to` of a cache row. A warp takes one head and every so many keys, eight at a time; its four groups of
// eight lanes take two keys each. In the end eight lanes of a head call write(x, head, column) with the softmax of all
// these keys.
template <class Write>
__device__ __forceinline__ void attend(unsigned char* memory, const Cached& a, int t, int row, int eight, int from, int to,
                                       Write write) {
  constexpr int KEYS = 2;
  const int D = a.D, lane = threadIdx.x % 32, warp = threadIdx.x / 32, column = lane % 8 * 8;
  const int keyHead = blockIdx.y, group = a.N / a.K;
  const int heads = min(CACHED_HEADS, group - eight * CACHED_HEADS), parts = blockDim.x / 32 / heads;
  const int head = keyHead * group + eight * CACHED_HEADS + warp % heads, part = warp / heads;
  const long long width = (long long)a.K * D, first = (long long)row * a.P * width + (long long)keyHead * D;

  float8 query[4];
  Partial x = {-infinity(), 0.f, {}};
#pragma unroll
  for (int i = 0; i < 4; i++) {
    const bool valid = i * 64 + column < D;
    const bf16* source = a.q + (long long)t * a.ldq + (long long)head * D + i * 64 + column;
    query[i] = valid ? unpack(*(const uint4*)source) : float8{};
  }

  for (int key = from + part * 4 * KEYS; part < parts && key < to; key += parts * 4 * KEYS) {
    float score[KEYS], most = -infinity();
#pragma unroll
    for (int j = 0; j < KEYS; j++) {
      const int place = key + j * 4 + lane / 8;
      const bf16* source = a.keyCache + first + place * width + column;
      score[j] = 0.f;
#pragma unroll
      for (int i = 0; i < 4; i++)
        if (place < to && i * 64 + column < D) {
          const float8 k = unpack(*(const uint4*)(source + i * 64));
#pragma unroll
          for (int e = 0; e < 8; e++) score[j] += query[i].v[e] * k.v[e];
        }
    }
#pragma unroll
    for (int j = 0; j < KEYS; j++) {
#pragma unroll
      for (int offset = 4; offset > 0; offset /= 2) score[j] += __shfl_xor_sync(FULL_WARP, score[j], offset);
      score[j] = key + j * 4 + lane / 8 < to ? score[j] * a.scale * LOG2_E : -infinity();
      most = fmaxf(most, score[j]);
    }
    const float shift = x.raise(most);
#pragma unroll
    for (int j = 0; j < KEYS; j++) {
      const int place = key + j * 4 + lane / 8;
      const bf16* source = a.valueCache + first + place * width + column;
      const float p = ptx::ex2(score[j] - shift);
      x.sum += p;
#pragma unroll
      for (int i = 0; i < 4; i++)
        if (place < to && i * 64 + column < D) {
          const float8 v = unpack(*(const uint4*)(source + i * 64));
#pragma unroll
          for (int e = 0; e < 8; e++) x.values[i].v[e] += p * v.v[e];
        }
    }
  }

  // Joins the four groups of a warp,
#pragma unroll
  for (int offset = 8; offset < 32; offset *= 2) {
    x.raise(__shfl_xor_sync(FULL_WARP, x.most, offset));
    x.sum += __shfl_xor_sync(FULL_WARP, x.sum, offset);
#pragma unroll
    for (int i = 0; i < 4; i++)
#pragma unroll
      for (int e = 0; e < 8; e++) x.values[i].v[e] += __shfl_xor_sync(FULL_WARP, x.values[i].v[e], offset);
  }
  // then the warps of a head through shared memory, each with D values, its largest score and its sum.
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
    write(x, head, column);
  }
}

// The output of token t: the softmax of all its keys.
__device__ __forceinline__ void write_output(const Cached& a, int t, Partial& x, int head, int column) {
  const float inverse = 1.f / x.sum;
#pragma unroll
  for (int i = 0; i < 4; i++)
    if (i * 64 + column < a.D) {
#pragma unroll
      for (int e = 0; e < 8; e++) x.values[i].v[e] *= inverse;
      *(uint4*)(a.out + (long long)t * a.ldo + (long long)head * a.D + i * 64 + column) = pack(x.values[i]);
    }
}

// One block: one token and up to eight query heads of a key head; blockIdx.z counts the eights.
extern "C" __global__ void __launch_bounds__(256)
    attention_cached(bf16* out, const bf16* q, const bf16* keyCache, const bf16* valueCache, const int* starts,
                     const int* rows, const int* past, int T, int S, int N, int K, int D, int P, int ldo, int ldq,
                     float scale) {
  DYNAMIC_SHARED(memory);
  const Cached a = {out, q, keyCache, valueCache, N, K, D, P, ldo, ldq, scale};
  const int t = blockIdx.x, s = sequence_of(t, starts, S), keys = past[s] + t - starts[s] + 1;
  attend(memory, a, t, rows[s], blockIdx.z, 0, keys,
         [&](Partial& x, int head, int column) { write_output(a, t, x, head, column); });
}
EXPORT(attention_cached)

// Keys of a part of a context; the last part has the rest. More than PART_KEYS where MOST_PARTS parts would not be enough.
__device__ __forceinline__ int part_keys(int keys) {
  return max(PART_KEYS, ((keys - 1) / (PART_STEP * MOST_PARTS) + 1) * PART_STEP);
}
__device__ __forceinline__ int part_count(int keys) { return (keys - 1) / part_keys(keys) + 1; }

// One block: one part of the keys of a token, which is a sequence of its own, for up to eight query heads of a key head.
extern "C" __global__ void __launch_bounds__(256)
    attention_cached_part(bf16* out, float* scratch, const bf16* q, const bf16* keyCache, const bf16* valueCache,
                          const int* rows, const int* past, int N, int K, int D, int P, int parts, int ldo, int ldq,
                          float scale) {
  DYNAMIC_SHARED(memory);
  const Cached a = {out, q, keyCache, valueCache, N, K, D, P, ldo, ldq, scale};
  const int t = blockIdx.x, keys = past[t] + 1, part = blockIdx.z % parts, from = part * part_keys(keys);
  if (from >= keys) return;
  attend(memory, a, t, rows[t], blockIdx.z / parts, from, min(from + part_keys(keys), keys),
         [&](Partial& x, int head, int column) {
           if (part_count(keys) == 1) {
             write_output(a, t, x, head, column);
             return;
           }
           const long long place = ((long long)t * N + head) * parts + part;
#pragma unroll
           for (int i = 0; i < 4; i++)
             if (i * 64 + column < D) store8(scratch + place * D + i * 64 + column, x.values[i], 8, true);
           if (column == 0) {
             float* sums = scratch + (long long)gridDim.x * N * parts * D + 2 * place;
             sums[0] = x.most;
             sums[1] = x.sum;
           }
         });
}
EXPORT(attention_cached_part)

// One block: one query head of one token, one column per thread.
extern "C" __global__ void __launch_bounds__(256)
    attention_cached_join(bf16* out, const float* scratch, const int* past, int N, int D, int parts, int ldo) {
  const int t = blockIdx.x, head = blockIdx.y, column = threadIdx.x, count = part_count(past[t] + 1);
  if (count == 1 || column >= D) return;
  const long long place = ((long long)t * N + head) * parts;
  const float* values = scratch + place * D + column;
  const float* sums = scratch + (long long)gridDim.x * N * parts * D + 2 * place;
  float most = -infinity(), sum = 0.f, value = 0.f;
  for (int i = 0; i < count; i++) most = fmaxf(most, sums[2 * i]);
#pragma unroll 4
  for (int i = 0; i < count; i++) {
    const float factor = ptx::ex2(sums[2 * i] - most);
    sum += sums[2 * i + 1] * factor;
    value += values[(long long)i * D] * factor;
  }
  out[(long long)t * ldo + (long long)head * D + column] = to_bf16(value / sum);
}
EXPORT(attention_cached_join)
