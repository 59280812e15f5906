// Gradient of attention with respect to queries, from the log-sum-exp that the forward pass kept:
//   P_tj = e^(scale·q_t·k_j − lse_t),   dP_tj = dOut_t·v_j,   delta_t = Σ_j P_tj·dP_tj,
//   dS_tj = P_tj·(dP_tj − delta_t),     dq_t = scale·Σ_j dS_tj·k_j        for begin_t ≤ j ≤ t
// (FlashAttention-2, Dao 2023, arXiv 2307.08691). delta_t equals dOut_t·out_t: attention_delta computes it from the output,
// attention_delta_recompute from the sum, for a backward pass that kept no output.
//
// dq, q, dOut, out [T,N·D], k, v [T,K·D] bf16, rows a pitch apart; lse, delta [N,T] f32; begin and alignment as in
// attention_forward.
//
// attention_delta: grid (⌈T/32⌉, N), block 256; moves 4·T·N·D bytes, bound by memory.
//
// attention_backward_query, attention_delta_recompute: a sequence of L tokens takes 3·N·D·L² and 2·N·D·L² operations. q,
// dOut and dq move once, 6·T·N·D bytes; keys and values are read from L2, once per block of queries. Grid (N,
// ⌈T/queries⌉), block 128.
//   D up to   queries × keys   shared bytes   blocks on an SM of an H100
//        64         128 × 64          65536                            2
//       128         128 × 32          98304                            2
//       256          64 × 16          98304                            2
// Registers: 36 to 254 on sm_90, 36 to 254 on sm_80. No spills.
//
// H200: attention_backward_query 342 TFLOP/s at D 64 (T 8192, L 2048; data sheet 989), attention_delta 3.4 of 4.8 TB/s. Not
// run on sm_80.
#include "attention.cuh"

constexpr int DELTA_TOKENS = 32;

// One block: DELTA_TOKENS tokens of one head, eight lanes per token.
extern "C" __global__ void __launch_bounds__(8 * DELTA_TOKENS)
    attention_delta(float* delta, const bf16* dOut, const bf16* out, int T, int N, int D, int lddo, int ldo) {
  const int lane = threadIdx.x % 8, t = blockIdx.x * DELTA_TOKENS + threadIdx.x / 8, head = blockIdx.y;
  float sum = 0.f;
  if (t < T) {
    const bf16* left = dOut + (long long)t * lddo + (long long)head * D;
    const bf16* right = out + (long long)t * ldo + (long long)head * D;
    for (int d = lane * 8; d < D; d += 64) {
      const float8 a = unpack(*(const uint4*)(left + d)), b = unpack(*(const uint4*)(right + d));
#pragma unroll
      for (int i = 0; i < 8; i++) sum += a.v[i] * b.v[i];
    }
  }
#pragma unroll
  for (int offset = 4; offset > 0; offset /= 2) sum += __shfl_xor_sync(FULL_WARP, sum, offset);
  if (lane == 0 && t < T) delta[(long long)head * T + t] = sum;
}
EXPORT(attention_delta)

struct BackwardQuery {
  const bf16* dOut;
  const float* lse;
  const bf16 *q, *k, *v;
  const int* begin;
  int T, N, K, D, lddo, ldq, ldkv;
  float scale;
};

// The rows of one block: ROWS queries of one head, a warp's share of them, and the rows of this lane.
template <int D, int M>
struct Rows {
  static constexpr int ROWS = WARPS * M * 16;
  int head, first, last, warpFirst;

  __device__ __forceinline__ explicit Rows(int T) {
    head = blockIdx.x;
    first = (int)(gridDim.y - 1 - blockIdx.y) * ROWS;  // late queries see most keys: the longest blocks start first
    last = min(first + ROWS, T) - 1;
    warpFirst = first + (int)threadIdx.x / 32 * M * 16;
  }
  __device__ __forceinline__ int warpLast() const { return warpFirst + M * 16 - 1; }
  __device__ __forceinline__ int row(int m, int half) const {
    return warpFirst + m * 16 + half * 8 + (int)threadIdx.x % 32 / 4;
  }
};

// Calls use(p, dp, keyTile) for every key tile that the warp's rows see, with this lane's P and dP of the tile. Shared
// memory holds the block's rows of q and dOut, and two pairs of key and value tiles: the one in use and the next, in
// flight.
template <int D, int M, int KEYS, class Use>
__device__ __forceinline__ void for_each_key_tile(unsigned char* memory, const BackwardQuery& x, const Rows<D, M>& rows,
                                                  Use use) {
  constexpr int ROWS = Rows<D, M>::ROWS, S = KEYS / 8;
  const int warp = threadIdx.x / 32, keyHead = rows.head / (x.N / x.K);
  const int firstKey = x.begin[rows.first], lastBegin = x.begin[rows.last];
  const int tiles = (rows.last - firstKey) / KEYS + 1;

  const bf16* keys = x.k + (long long)keyHead * x.D;
  const bf16* values = x.v + (long long)keyHead * x.D;
  const ptx::shared_address queryTile = ptx::shared(memory), dOutTile = queryTile + tile_bytes<D, ROWS>;
  const ptx::shared_address warpQueries = queryTile + warp * tile_bytes<D, M * 16>;
  const ptx::shared_address warpDOut = dOutTile + warp * tile_bytes<D, M * 16>;
  ptx::shared_address pair = dOutTile + tile_bytes<D, ROWS>, next = pair + 2 * tile_bytes<D, KEYS>;

  load_tile<D, ROWS>(queryTile, x.q + (long long)rows.head * x.D, x.ldq, rows.first, x.T, x.D);
  load_tile<D, ROWS>(dOutTile, x.dOut + (long long)rows.head * x.D, x.lddo, rows.first, x.T, x.D);
  load_tile<D, KEYS>(pair, keys, x.ldkv, firstKey, rows.last + 1, x.D);
  load_tile<D, KEYS>(pair + tile_bytes<D, KEYS>, values, x.ldkv, firstKey, rows.last + 1, x.D);
  ptx::cp_async_commit();

  const float scale = x.scale * LOG2_E;
  float lse[M][2];  // in powers of two
#pragma unroll
  for (int m = 0; m < M; m++)
#pragma unroll
    for (int half = 0; half < 2; half++)
      lse[m][half] = x.lse[(long long)rows.head * x.T + min(rows.row(m, half), rows.last)] * LOG2_E;

  for (int tile = 0; tile < tiles; tile++) {
    const int key = firstKey + tile * KEYS;
    const ptx::shared_address keyTile = pair, valueTile = pair + tile_bytes<D, KEYS>;
    ptx::cp_async_wait<0>();
    __syncthreads();
    if (tile + 1 < tiles) {
      load_tile<D, KEYS>(next, keys, x.ldkv, key + KEYS, rows.last + 1, x.D);
      load_tile<D, KEYS>(next + tile_bytes<D, KEYS>, values, x.ldkv, key + KEYS, rows.last + 1, x.D);
      ptx::cp_async_commit();
    }
    if (key <= rows.warpLast()) {  // else every row of this warp comes before every key
      float p[M][S][4], dp[M][S][4];
      clear(p);
      clear(dp);
      add_product_of_rows<D>(p, warpQueries, keyTile);
      if (key < lastBegin || key + KEYS - 1 > rows.warpFirst) mask(p, rows.warpFirst, x.T, x.begin, key);
#pragma unroll
      for (int m = 0; m < M; m++)
#pragma unroll
        for (int n = 0; n < S; n++)
#pragma unroll
          for (int e = 0; e < 4; e++) p[m][n][e] = ptx::ex2(p[m][n][e] * scale - lse[m][e / 2]);
      add_product_of_rows<D>(dp, warpDOut, valueTile);
      use(p, dp, keyTile);
    }
    pair = next;
    next = keyTile;
  }
}

template <int D, int M, int KEYS>
__device__ __forceinline__ void attention_delta_recompute(unsigned char* memory, float* delta, const BackwardQuery& x) {
  const Rows<D, M> rows(x.T);
  float sum[M][2] = {};
  for_each_key_tile<D, M, KEYS>(memory, x, rows,
                                [&](const float(&p)[M][KEYS / 8][4], const float(&dp)[M][KEYS / 8][4], ptx::shared_address) {
#pragma unroll
                                  for (int m = 0; m < M; m++)
#pragma unroll
                                    for (int n = 0; n < KEYS / 8; n++)
#pragma unroll
                                      for (int e = 0; e < 4; e++) sum[m][e / 2] += p[m][n][e] * dp[m][n][e];
                                });
#pragma unroll
  for (int m = 0; m < M; m++)
#pragma unroll
    for (int half = 0; half < 2; half++) {
      const float total = row_sum(sum[m][half]);
      const int row = rows.row(m, half);
      if (threadIdx.x % 4 == 0 && row <= rows.last) delta[(long long)rows.head * x.T + row] = total;
    }
}

template <int D, int M, int KEYS>
__device__ __forceinline__ void attention_backward_query(unsigned char* memory, bf16* dq, const float* delta, int lddq,
                                                         const BackwardQuery& x) {
  const Rows<D, M> rows(x.T);
  float gradient[M][D / 8][4], rowDelta[M][2];
  clear(gradient);
#pragma unroll
  for (int m = 0; m < M; m++)
#pragma unroll
    for (int half = 0; half < 2; half++)
      rowDelta[m][half] = delta[(long long)rows.head * x.T + min(rows.row(m, half), rows.last)];

  for_each_key_tile<D, M, KEYS>(
      memory, x, rows, [&](float(&p)[M][KEYS / 8][4], const float(&dp)[M][KEYS / 8][4], ptx::shared_address keyTile) {
#pragma unroll
        for (int m = 0; m < M; m++)
#pragma unroll
          for (int n = 0; n < KEYS / 8; n++)
#pragma unroll
            for (int e = 0; e < 4; e++) p[m][n][e] *= dp[m][n][e] - rowDelta[m][e / 2];  // now dS
        add_product<D>(gradient, p, keyTile);
      });

#pragma unroll
  for (int m = 0; m < M; m++)
#pragma unroll
    for (int n = 0; n < D / 8; n++)
#pragma unroll
      for (int e = 0; e < 4; e++) gradient[m][n][e] *= x.scale;
  const int warp = threadIdx.x / 32;
  store_rows<D>(dq + (long long)rows.head * x.D, lddq, rows.warpFirst, x.T, x.D, memory + warp * tile_bytes<D, M * 16>,
                gradient);
}

extern "C" __global__ void __launch_bounds__(THREADS)
    attention_delta_recompute_64(float* delta, const bf16* dOut, const float* lse, const bf16* q, const bf16* k,
                                 const bf16* v, const int* begin, int T, int N, int K, int D, int lddo, int ldq, int ldkv,
                                 float scale) {
  DYNAMIC_SHARED(memory);
  attention_delta_recompute<64, 2, 64>(memory, delta, {dOut, lse, q, k, v, begin, T, N, K, D, lddo, ldq, ldkv, scale});
}
EXPORT(attention_delta_recompute_64)

extern "C" __global__ void __launch_bounds__(THREADS)
    attention_delta_recompute_128(float* delta, const bf16* dOut, const float* lse, const bf16* q, const bf16* k,
                                  const bf16* v, const int* begin, int T, int N, int K, int D, int lddo, int ldq, int ldkv,
                                  float scale) {
  DYNAMIC_SHARED(memory);
  attention_delta_recompute<128, 2, 32>(memory, delta, {dOut, lse, q, k, v, begin, T, N, K, D, lddo, ldq, ldkv, scale});
}
EXPORT(attention_delta_recompute_128)

extern "C" __global__ void __launch_bounds__(THREADS)
    attention_delta_recompute_256(float* delta, const bf16* dOut, const float* lse, const bf16* q, const bf16* k,
                                  const bf16* v, const int* begin, int T, int N, int K, int D, int lddo, int ldq, int ldkv,
                                  float scale) {
  DYNAMIC_SHARED(memory);
  attention_delta_recompute<256, 1, 16>(memory, delta, {dOut, lse, q, k, v, begin, T, N, K, D, lddo, ldq, ldkv, scale});
}
EXPORT(attention_delta_recompute_256)

extern "C" __global__ void __launch_bounds__(THREADS)
    attention_backward_query_64(bf16* dq, const bf16* dOut, const float* lse, const float* delta, const bf16* q,
                                const bf16* k, const bf16* v, const int* begin, int T, int N, int K, int D, int lddq,
                                int lddo, int ldq, int ldkv, float scale) {
  DYNAMIC_SHARED(memory);
  attention_backward_query<64, 2, 64>(memory, dq, delta, lddq,
                                      {dOut, lse, q, k, v, begin, T, N, K, D, lddo, ldq, ldkv, scale});
}
EXPORT(attention_backward_query_64)

extern "C" __global__ void __launch_bounds__(THREADS)
    attention_backward_query_128(bf16* dq, const bf16* dOut, const float* lse, const float* delta, const bf16* q,
                                 const bf16* k, const bf16* v, const int* begin, int T, int N, int K, int D, int lddq,
                                 int lddo, int ldq, int ldkv, float scale) {
  DYNAMIC_SHARED(memory);
  attention_backward_query<128, 2, 32>(memory, dq, delta, lddq,
                                       {dOut, lse, q, k, v, begin, T, N, K, D, lddo, ldq, ldkv, scale});
}
EXPORT(attention_backward_query_128)

extern "C" __global__ void __launch_bounds__(THREADS)
    attention_backward_query_256(bf16* dq, const bf16* dOut, const float* lse, const float* delta, const bf16* q,
                                 const bf16* k, const bf16* v, const int* begin, int T, int N, int K, int D, int lddq,
                                 int lddo, int ldq, int ldkv, float scale) {
  DYNAMIC_SHARED(memory);
  attention_backward_query<256, 1, 16>(memory, dq, delta, lddq,
                                       {dOut, lse, q, k, v, begin, T, N, K, D, lddo, ldq, ldkv, scale});
}
EXPORT(attention_backward_query_256)
