// Embedding: a table lookup, and its gradient.
//
//   embedding_forward:   out[t] = table[ids[t]]                     moves 4·T·H bytes
//   embedding_backward:  dTable[id] += Σ_{t: ids[t] = id} dOut[t]   moves 2·T·H + 8·H·(distinct ids) bytes
//
// out, dOut [T,H] and table [V,H] bf16; dTable [V,H] f32; ids [T]; order [T]: the tokens sorted by id, equal ids by token.
//
// The backward pass has no atomics. In `order` the tokens of one id are a run. The block at the first position of a run
// sums the whole run in f32, in the order of tokens, and adds the sum to the table once; all other blocks return at once.
// A block reads eight rows at a time, so a run of n tokens takes about n/8 memory latencies: about 0.3 ms for a token that
// is 5 % of a batch of 65 536. Other runs proceed meanwhile.
//
// Bound by memory; 16-byte accesses where H is a multiple of 8 and addresses allow them. embedding_backward has 1 KiB of
// shared memory.
// Registers: 20 to 55 on sm_90, 18 to 58 on sm_80. No spills.
//
// H200: 2.6 to 3.5 of 4.8 TB/s. Not run on sm_80.
//
// Launch, B = 256 or, for short rows, ⌈H/8⌉ rounded up to a warp:
//   embedding_forward    grid T·⌈H/(8·B)⌉       block B
//   embedding_backward   grid (T, ⌈H/(8·B)⌉)    block B
#include "cudev.cuh"

extern "C" __global__ void embedding_forward(bf16* __restrict__ out, const bf16* __restrict__ table,
                                             const int* __restrict__ ids, int T, int H) {
  const Eight e = eight_of(H);
  if (e.row >= T || e.left <= 0) return;
  const bool wide = H % 8 == 0 && aligned(out, table);
  const uint4 u = load_packed(table + (long long)ids[e.row] * H + e.column, e.left, wide);
  store_packed(out + e.row * H + e.column, u, e.left, wide);
}
EXPORT(embedding_forward)

constexpr int MOST_THREADS = 256;
constexpr int IN_FLIGHT = 8;  // rows that a thread loads at once

template <bool WIDE>
__device__ __forceinline__ void add_run(float* __restrict__ dTable, const bf16* __restrict__ dOut,
                                        const int* __restrict__ ids, const int* __restrict__ order, int* tokens, int T,
                                        int H) {
  const int first = blockIdx.x, id = ids[order[first]];
  if (first > 0 && ids[order[first - 1]] == id) return;  // not the first of its run
  const int threads = blockDim.x;
  const int column = ((int)blockIdx.y * threads + (int)threadIdx.x) * 8, left = H - column;

  float8 sum = {};
  for (int from = first;; from += threads) {
    const int place = from + (int)threadIdx.x;
    const int token = place < T ? order[place] : -1;
    tokens[threadIdx.x] = token >= 0 && ids[token] == id ? token : -1;
    __syncthreads();
    for (int i = 0; i < threads && tokens[i] >= 0 && left > 0; i += IN_FLIGHT) {  // block sizes are multiples of IN_FLIGHT
      uint4 row[IN_FLIGHT];
#pragma unroll
      for (int j = 0; j < IN_FLIGHT; j++) {
        row[j] = make_uint4(0, 0, 0, 0);
        if (tokens[i + j] >= 0) row[j] = load_packed(dOut + (long long)tokens[i + j] * H + column, left, WIDE);
      }
#pragma unroll
      for (int j = 0; j < IN_FLIGHT; j++) {
        const float8 d = unpack(row[j]);
#pragma unroll
        for (int k = 0; k < 8; k++) sum.v[k] += d.v[k];
      }
    }
    const bool ended = tokens[threads - 1] < 0;
    __syncthreads();
    if (ended) break;
  }
  if (left <= 0) return;
  float* target = dTable + (long long)id * H + column;
  float8 total = load8(target, left, WIDE);
#pragma unroll
  for (int k = 0; k < 8; k++) total.v[k] += sum.v[k];
  store8(target, total, left, WIDE);
}

extern "C" __global__ void __launch_bounds__(MOST_THREADS)
    embedding_backward(float* __restrict__ dTable, const bf16* __restrict__ dOut, const int* __restrict__ ids,
                       const int* __restrict__ order, int T, int H) {
  __shared__ int tokens[MOST_THREADS];  // a stretch of the run, −1 past its end
  if (H % 8 == 0 && aligned(dTable, dOut)) {
    add_run<true>(dTable, dOut, ids, order, tokens, T, H);
  } else {
    add_run<false>(dTable, dOut, ids, order, tokens, T, H);
  }
}
EXPORT(embedding_backward)
