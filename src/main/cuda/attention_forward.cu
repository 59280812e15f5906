// Causal grouped-query attention within each sequence; scores stay in registers:
//   s_tj = scale·q_t·k_j for begin_t ≤ j ≤ t,   out_t = Σ_j softmax(s_t)_j·v_j,   lse_t = ln Σ_j e^(s_tj)
// FlashAttention-2 (Dao 2023, arXiv 2307.08691): an online softmax over the key tiles.
//
// out, q [T,N·D], k, v [T,K·D] bf16, rows a pitch apart; lse [N,T] f32; begin [T]: the first token of t's own sequence.
// D and pitches multiples of 8, pointers 16-byte aligned, scale > 0. Query head h uses key head h/(N/K).
//
// A sequence of L tokens takes 2·N·D·L² operations. q and out move once, 4·T·N·D bytes; keys and values are read from L2,
// once per block of queries. Bound by tensor cores for all but short sequences: an m16n8k16 product reads 128 bytes of
// shared memory for its right operand and at most 64 for its left.
//
// Grid (N, ⌈T/queries⌉), block 128.
//   D up to   queries × keys   shared bytes   blocks on an SM of an H100
//        64         128 × 64          40960                            2
//       128         128 × 64          81920                            2
//       256          64 × 32          81920                            2
// Registers: 199 to 254 on sm_90, 190 to 254 on sm_80. No spills.
//
// H200: 254 TFLOP/s at D 64 (T 8192, L 2048; data sheet 989). Not run on sm_80.
#include "attention.cuh"

struct Forward {
  bf16* out;
  float* lse;
  const bf16 *q, *k, *v;
  const int* begin;
  int T, N, K, D, ldo, ldq, ldkv;
  float scale;
};

// One block: ROWS queries of one head. Shared memory holds three key or value tiles: the one in use, the next, and the one
// after that, in flight.
template <int D, int M, int KEYS>
__device__ __forceinline__ void attention_forward(unsigned char* memory, const Forward& x) {
  constexpr int ROWS = WARPS * M * 16, S = KEYS / 8, O = D / 8;
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  const int head = blockIdx.x, keyHead = head / (x.N / x.K);
  const int first = (int)(gridDim.y - 1 - blockIdx.y) * ROWS;  // late queries see most keys: the longest blocks start first
  const int last = min(first + ROWS, x.T) - 1;
  const int warpFirst = first + warp * M * 16, warpLast = warpFirst + M * 16 - 1;
  const int firstKey = x.begin[first], lastBegin = x.begin[last];
  const int tiles = (last - firstKey) / KEYS + 1;

  const bf16* keys = x.k + (long long)keyHead * x.D;
  const bf16* values = x.v + (long long)keyHead * x.D;
  const ptx::shared_address queryTile = ptx::shared(memory);
  const ptx::shared_address warpQueries = queryTile + warp * tile_bytes<D, M * 16>;
  ptx::shared_address keyTile = queryTile + tile_bytes<D, ROWS>;
  ptx::shared_address valueTile = keyTile + tile_bytes<D, KEYS>;
  ptx::shared_address freeTile = valueTile + tile_bytes<D, KEYS>;

  load_tile<D, ROWS>(queryTile, x.q + (long long)head * x.D, x.ldq, first, x.T, x.D);
  load_tile<D, KEYS>(keyTile, keys, x.ldkv, firstKey, last + 1, x.D);
  ptx::cp_async_commit();
  load_tile<D, KEYS>(valueTile, values, x.ldkv, firstKey, last + 1, x.D);
  ptx::cp_async_commit();

  float o[M][O][4], most[M][2], sum[M][2];  // most: the largest unscaled score so far; sum: of this lane's columns alone
  clear(o);
#pragma unroll
  for (int m = 0; m < M; m++)
#pragma unroll
    for (int half = 0; half < 2; half++) {
      most[m][half] = -infinity();
      sum[m][half] = 0.f;
    }
  const float scale = x.scale * LOG2_E;

  for (int tile = 0; tile < tiles; tile++) {
    const int key = firstKey + tile * KEYS;
    const bool seen = key <= warpLast;  // else every row of this warp comes before every key
    float s[M][S][4];

    ptx::cp_async_wait<1>();  // the keys have arrived; the values may be in flight
    __syncthreads();
    if (tile + 1 < tiles) load_tile<D, KEYS>(freeTile, keys, x.ldkv, key + KEYS, last + 1, x.D);
    ptx::cp_async_commit();
    if (seen) {
      clear(s);
      add_product_of_rows<D>(s, warpQueries, keyTile);
      if (key < lastBegin || key + KEYS - 1 > warpFirst) mask(s, warpFirst, x.T, x.begin, key);
#pragma unroll
      for (int m = 0; m < M; m++)
#pragma unroll
        for (int half = 0; half < 2; half++) {
          float now = most[m][half];
#pragma unroll
          for (int n = 0; n < S; n++) now = fmaxf(now, fmaxf(s[m][n][2 * half], s[m][n][2 * half + 1]));
          now = row_max(now);
          const float shift = now == -infinity() ? 0.f : now * scale;  // a row that has seen no key yet stays at 0
          const float correction = ptx::ex2(most[m][half] * scale - shift);
          most[m][half] = now;
          sum[m][half] *= correction;
#pragma unroll
          for (int n = 0; n < S; n++)
#pragma unroll
            for (int e = 2 * half; e < 2 * half + 2; e++) {
              s[m][n][e] = ptx::ex2(s[m][n][e] * scale - shift);
              sum[m][half] += s[m][n][e];
            }
#pragma unroll
          for (int n = 0; n < O; n++) {
            o[m][n][2 * half] *= correction;
            o[m][n][2 * half + 1] *= correction;
          }
        }
    }

    ptx::cp_async_wait<1>();  // the values have arrived; the next keys may be in flight
    __syncthreads();
    if (tile + 1 < tiles) load_tile<D, KEYS>(keyTile, values, x.ldkv, key + KEYS, last + 1, x.D);  // over the used keys
    ptx::cp_async_commit();
    if (seen) add_product<D>(o, s, valueTile);

    const ptx::shared_address used = valueTile;
    valueTile = keyTile;
    keyTile = freeTile;
    freeTile = used;
  }

#pragma unroll
  for (int m = 0; m < M; m++)
#pragma unroll
    for (int half = 0; half < 2; half++) {
      const float total = row_sum(sum[m][half]), inverse = 1.f / total;
#pragma unroll
      for (int n = 0; n < O; n++) {
        o[m][n][2 * half] *= inverse;
        o[m][n][2 * half + 1] *= inverse;
      }
      const int row = warpFirst + m * 16 + half * 8 + lane / 4;
      if (lane % 4 == 0 && row <= last) x.lse[(long long)head * x.T + row] = most[m][half] * x.scale + logf(total);
    }
  store_rows<D>(x.out + (long long)head * x.D, x.ldo, warpFirst, x.T, x.D, memory + warp * tile_bytes<D, M * 16>, o);
}

extern "C" __global__ void __launch_bounds__(THREADS)
    attention_forward_64(bf16* out, float* lse, const bf16* q, const bf16* k, const bf16* v, const int* begin, int T, int N,
                         int K, int D, int ldo, int ldq, int ldkv, float scale) {
  DYNAMIC_SHARED(memory);
  attention_forward<64, 2, 64>(memory, {out, lse, q, k, v, begin, T, N, K, D, ldo, ldq, ldkv, scale});
}
EXPORT(attention_forward_64)

extern "C" __global__ void __launch_bounds__(THREADS)
    attention_forward_128(bf16* out, float* lse, const bf16* q, const bf16* k, const bf16* v, const int* begin, int T, int N,
                          int K, int D, int ldo, int ldq, int ldkv, float scale) {
  DYNAMIC_SHARED(memory);
  attention_forward<128, 2, 64>(memory, {out, lse, q, k, v, begin, T, N, K, D, ldo, ldq, ldkv, scale});
}
EXPORT(attention_forward_128)

extern "C" __global__ void __launch_bounds__(THREADS)
    attention_forward_256(bf16* out, float* lse, const bf16* q, const bf16* k, const bf16* v, const int* begin, int T, int N,
                          int K, int D, int ldo, int ldq, int ldkv, float scale) {
  DYNAMIC_SHARED(memory);
  attention_forward<256, 1, 32>(memory, {out, lse, q, k, v, begin, T, N, K, D, ldo, ldq, ldkv, scale});
}
EXPORT(attention_forward_256)
