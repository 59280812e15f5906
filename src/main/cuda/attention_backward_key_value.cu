// Gradients of attention with respect to keys and values (formulas in attention_backward_query.cu):
//   dv_j = Σ_h Σ_t P_tj·dOut_t,   dk_j = scale·Σ_h Σ_t dS_tj·q_t        for j ≤ t < end_j
// summed over the N/K query heads h that share the key head (FlashAttention-2, Dao 2023, arXiv 2307.08691).
//
// dk, dv, k, v [T,K·D], q, dOut [T,N·D] bf16, rows a pitch apart; lse, delta [N,T] f32; end [T]: one past the last token of
// t's own sequence. dk and dv share a pitch, k and v share a pitch. Alignment as in attention_forward.
//
// One block owns a tile of keys of one key head and loops over all queries of all heads that see it, in order. No two blocks
// add to the same element, so the result is the same every time. Keys are the rows of the products, Sᵀ = k·qᵀ and
// dPᵀ = v·dOutᵀ, so that Pᵀ and dSᵀ are in the registers where dv += Pᵀ·dOut and dk += dSᵀ·q need them.
//
// A sequence of L tokens takes 4·N·D·L² operations (6·N·D·L² where two blocks share a tile). k, v, dk and dv move once,
// 8·T·K·D bytes; queries and dOut are read from L2, once per block of keys. Grid (K, ⌈T/keys⌉, shares), block 128.
//   D up to   keys × queries   shares   shared bytes   blocks on an SM of an H100
//        64         128 × 32        1          49664                            2
//       128          64 × 32        1          66048                            2
//       256          64 × 16        2          98560                            2
// Registers: 222 to 250 on sm_90, 220 to 251 on sm_80. No spills.
//
// H200: 214 TFLOP/s at D 64 (T 8192, L 2048; data sheet 989). Not run on sm_80.
#include "attention.cuh"

struct BackwardKeyValue {
  bf16 *dk, *dv;
  const bf16* dOut;
  const float *lse, *delta;
  const bf16 *q, *k, *v;
  const int* end;
  int T, N, K, D, lddkv, lddo, ldq, ldkv;
  float scale;
};

// One tile of queries of one head; a block loops over tiles and heads.
struct QueryTile {
  int head, first;

  __device__ __forceinline__ QueryTile next(int firstOfHead, int endOfHead, int queries) const {
    return first + queries < endOfHead ? QueryTile{head, first + queries} : QueryTile{head + 1, firstOfHead};
  }
};

// A tile of queries in shared memory: q, dOut, and for each query the log-sum-exp in powers of two and delta.
template <int D, int QUERIES>
struct Queries {
  static constexpr int bytes = 2 * tile_bytes<D, QUERIES> + 2 * QUERIES * 4;
  unsigned char* memory;

  __device__ __forceinline__ ptx::shared_address q() const { return ptx::shared(memory); }
  __device__ __forceinline__ ptx::shared_address dOut() const { return q() + tile_bytes<D, QUERIES>; }
  __device__ __forceinline__ float* lse() const { return (float*)(memory + 2 * tile_bytes<D, QUERIES>); }
  __device__ __forceinline__ float* delta() const { return lse() + QUERIES; }

  __device__ __forceinline__ void load(const BackwardKeyValue& x, QueryTile tile) const {
    load_tile<D, QUERIES>(q(), x.q + (long long)tile.head * x.D, x.ldq, tile.first, x.T, x.D);
    load_tile<D, QUERIES>(dOut(), x.dOut + (long long)tile.head * x.D, x.lddo, tile.first, x.T, x.D);
  }
  // This thread's element of lse or delta; a query past T has lse = ∞, so that its probabilities are 0.
  __device__ __forceinline__ float load_scalar(const BackwardKeyValue& x, QueryTile tile) const {
    const int i = threadIdx.x % QUERIES, t = tile.first + i;
    const long long at = (long long)tile.head * x.T + t;
    if ((int)threadIdx.x < QUERIES) return t < x.T ? x.lse[at] * LOG2_E : infinity();
    return (int)threadIdx.x < 2 * QUERIES && t < x.T ? x.delta[at] : 0.f;
  }
  __device__ __forceinline__ void store_scalar(float value) const {
    if (threadIdx.x < 2 * QUERIES) lse()[threadIdx.x] = value;
  }
};

// Scores of a warp's keys first, first + 1, … with queries query, query + 1, …: those that attention forbids become −∞. Keys
// from T on are not used.
template <int M, int N>
__device__ __forceinline__ void mask_of_keys(float (&s)[M][N][4], int first, int T, const int* end, int query) {
  const int lane = threadIdx.x % 32;
#pragma unroll
  for (int m = 0; m < M; m++)
#pragma unroll
    for (int half = 0; half < 2; half++) {
      const int key = min(first + m * 16 + half * 8 + lane / 4, T - 1), lastQuery = end[key] - 1;
#pragma unroll
      for (int n = 0; n < N; n++)
#pragma unroll
        for (int e = 0; e < 2; e++) {
          const int t = query + n * 8 + lane % 4 * 2 + e;
          if (t < key || t > lastQuery) s[m][n][2 * half + e] = -infinity();
        }
    }
}

// One block: KEYS keys of one key head, and one of SPLIT shares of the columns of their gradients. Where the accumulators
// of all columns do not fit into registers, each share computes P and dS again. Shared memory holds the block's keys and
// values, and two query tiles: the one in use and the next, in flight.
template <int D, int M, int QUERIES, int SPLIT>
__device__ __forceinline__ void attention_backward_key_value(unsigned char* memory, const BackwardKeyValue& x) {
  constexpr int KEYS = WARPS * M * 16, S = QUERIES / 8, COLUMNS = D / SPLIT, O = COLUMNS / 8;
  static_assert(2 * QUERIES <= THREADS, "a thread brings one lse or delta");
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  const int keyHead = blockIdx.x, share = blockIdx.z;
  const int first = blockIdx.y * KEYS, last = min(first + KEYS, x.T) - 1;  // early keys are seen most: the longest first
  const int warpFirst = first + warp * M * 16;
  const int firstEnd = x.end[first], lastEnd = x.end[last];
  const int group = x.N / x.K, tiles = group * ((lastEnd - first + QUERIES - 1) / QUERIES);

  const ptx::shared_address keyTile = ptx::shared(memory), valueTile = keyTile + tile_bytes<D, KEYS>;
  const ptx::shared_address warpKeys = keyTile + warp * tile_bytes<D, M * 16>;
  const ptx::shared_address warpValues = valueTile + warp * tile_bytes<D, M * 16>;
  unsigned char* const pair = memory + 2 * tile_bytes<D, KEYS>;

  QueryTile tile{keyHead * group, first};
  load_tile<D, KEYS>(keyTile, x.k + (long long)keyHead * x.D, x.ldkv, first, x.T, x.D);
  load_tile<D, KEYS>(valueTile, x.v + (long long)keyHead * x.D, x.ldkv, first, x.T, x.D);
  const Queries<D, QUERIES> initial{pair};
  initial.load(x, tile);
  ptx::cp_async_commit();
  initial.store_scalar(initial.load_scalar(x, tile));

  float dk[M][O][4], dv[M][O][4];
  clear(dk);
  clear(dv);
  const float scale = x.scale * LOG2_E;

  for (int i = 0; i < tiles; i++) {
    const QueryTile following = tile.next(first, lastEnd, QUERIES);
    const Queries<D, QUERIES> queries{pair + i % 2 * Queries<D, QUERIES>::bytes};
    const Queries<D, QUERIES> next{pair + (i + 1) % 2 * Queries<D, QUERIES>::bytes};
    float scalar = 0.f;
    ptx::cp_async_wait<0>();
    __syncthreads();
    if (i + 1 < tiles) {
      next.load(x, following);
      ptx::cp_async_commit();
      scalar = next.load_scalar(x, following);
    }
    if (tile.first + QUERIES > warpFirst) {  // else every query comes before every key of this warp
      float p[M][S][4], ds[M][S][4];
      clear(p);
      add_product_of_rows<D>(p, warpKeys, queries.q());
      if (tile.first < warpFirst + M * 16 - 1 || tile.first + QUERIES > firstEnd)
        mask_of_keys(p, warpFirst, x.T, x.end, tile.first);
#pragma unroll
      for (int n = 0; n < S; n++)
#pragma unroll
        for (int e = 0; e < 2; e++) {
          const float lse = queries.lse()[n * 8 + lane % 4 * 2 + e];
#pragma unroll
          for (int m = 0; m < M; m++) {
            p[m][n][e] = ptx::ex2(p[m][n][e] * scale - lse);
            p[m][n][2 + e] = ptx::ex2(p[m][n][2 + e] * scale - lse);
          }
        }
      clear(ds);
      add_product_of_rows<D>(ds, warpValues, queries.dOut());  // dPᵀ
      add_product<D>(dv, p, queries.dOut() + share * COLUMNS * 2);
#pragma unroll
      for (int n = 0; n < S; n++)
#pragma unroll
        for (int e = 0; e < 2; e++) {
          const float delta = queries.delta()[n * 8 + lane % 4 * 2 + e];
#pragma unroll
          for (int m = 0; m < M; m++) {
            ds[m][n][e] = p[m][n][e] * (ds[m][n][e] - delta);
            ds[m][n][2 + e] = p[m][n][2 + e] * (ds[m][n][2 + e] - delta);
          }
        }
      add_product<D>(dk, ds, queries.q() + share * COLUMNS * 2);
    }
    if (i + 1 < tiles) next.store_scalar(scalar);
    tile = following;
  }

#pragma unroll
  for (int m = 0; m < M; m++)
#pragma unroll
    for (int n = 0; n < O; n++)
#pragma unroll
      for (int e = 0; e < 4; e++) dk[m][n][e] *= x.scale;
  const long long column = (long long)keyHead * x.D + share * COLUMNS;
  const int columns = x.D - share * COLUMNS;
  unsigned char* staging = memory + warp * tile_bytes<D, M * 16>;
  store_rows<D>(x.dk + column, x.lddkv, warpFirst, x.T, columns, staging, dk);
  store_rows<D>(x.dv + column, x.lddkv, warpFirst, x.T, columns, staging + tile_bytes<D, KEYS>, dv);
}

extern "C" __global__ void __launch_bounds__(THREADS)
    attention_backward_key_value_64(bf16* dk, bf16* dv, const bf16* dOut, const float* lse, const float* delta,
                                    const bf16* q, const bf16* k, const bf16* v, const int* end, int T, int N, int K, int D,
                                    int lddkv, int lddo, int ldq, int ldkv, float scale) {
  DYNAMIC_SHARED(memory);
  attention_backward_key_value<64, 2, 32, 1>(
      memory, {dk, dv, dOut, lse, delta, q, k, v, end, T, N, K, D, lddkv, lddo, ldq, ldkv, scale});
}
EXPORT(attention_backward_key_value_64)

extern "C" __global__ void __launch_bounds__(THREADS)
    attention_backward_key_value_128(bf16* dk, bf16* dv, const bf16* dOut, const float* lse, const float* delta,
                                     const bf16* q, const bf16* k, const bf16* v, const int* end, int T, int N, int K, int D,
                                     int lddkv, int lddo, int ldq, int ldkv, float scale) {
  DYNAMIC_SHARED(memory);
  attention_backward_key_value<128, 1, 32, 1>(
      memory, {dk, dv, dOut, lse, delta, q, k, v, end, T, N, K, D, lddkv, lddo, ldq, ldkv, scale});
}
EXPORT(attention_backward_key_value_128)

extern "C" __global__ void __launch_bounds__(THREADS)
    attention_backward_key_value_256(bf16* dk, bf16* dv, const bf16* dOut, const float* lse, const float* delta,
                                     const bf16* q, const bf16* k, const bf16* v, const int* end, int T, int N, int K, int D,
                                     int lddkv, int lddo, int ldq, int ldkv, float scale) {
  DYNAMIC_SHARED(memory);
  attention_backward_key_value<256, 1, 16, 2>(
      memory, {dk, dv, dOut, lse, delta, q, k, v, end, T, N, K, D, lddkv, lddo, ldq, ldkv, scale});
}
EXPORT(attention_backward_key_value_256)
