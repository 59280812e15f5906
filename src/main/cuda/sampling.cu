// The next token of each sequence, drawn from its row of logits.
//
//   temperature 0: the id of the largest logit, of equal ones the lowest id.
//   otherwise: a draw from softmax(logits/temperature), cut to its nucleus if topP < 1 (Holtzman et al. 2020, arXiv
//   1904.09751): the fewest, most probable ids whose probabilities reach topP. The drawn id is the one at the share
//   `uniform` of the mass; ids are ordered most probable first, equal ones by lowest id, or by id alone where nothing is
//   cut.
//
// ids, uniforms [S], 0 ≤ uniform ≤ 1; logits [S,V] f32 with pitch ld; V < 2^28. The id is −1 where logits hold NaN or +∞, or
// are all −∞.
//
// Nothing is sorted. Each id has a unique key in the order of the draw, and select() finds the key at a given mass digit
// by digit, like a radix sort: it sums the mass of each value of a digit over the keys that share all digits before it.
// That is one pass over the row for every four bits: 32 of the logit, and those of the id. Each thread sums into its own
// column of shared memory, and columns are added in a fixed order, so the same logits always give the same id. A thread
// sums in f32: the bound of an id's share of the mass is accurate to about 10⁻⁶.
//
// A row of 128 256 logits is read once for the largest, 7 times where nothing is cut, 28 times otherwise: from memory the
// first time, then from L2.
// Registers: 58 on sm_90, 53 on sm_80. No spills.
//
// Correct on an H200; speed not measured. Not run on sm_80.
//
// Launch: grid S, block 1024, 65 536 bytes of dynamic shared memory.
#include "cudev.cuh"

#define INFINITE __uint_as_float(0x7f800000u)

typedef unsigned long long Key;

constexpr int THREADS = 1024;
constexpr int DIGIT_BITS = 4, VALUES = 1 << DIGIT_BITS;
constexpr int IN_FLIGHT = 8;  // logits that a thread loads at once

// Unsigned integers in the order of the logits. Both zeros are equal, NaN and +∞ are the greatest.
__device__ __forceinline__ unsigned ordered(float x) {
  if (!(x < INFINITE)) return 0xffffffffu;
  const unsigned bits = __float_as_uint(x + 0.f);
  return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

// The greatest key is first: by logit, equal ones by lowest id, or by lowest id alone.
struct Order {
  int id_bits;  // bits of an id, rounded up to whole digits
  bool by_id;

  __device__ __forceinline__ unsigned mask() const { return (1u << id_bits) - 1; }
  __device__ __forceinline__ int bits() const { return by_id ? id_bits : id_bits + 32; }
  __device__ __forceinline__ Key key(float logit, int id) const {
    return (by_id ? 0ull : (Key)ordered(logit) << id_bits) | (mask() - (unsigned)id);
  }
  __device__ __forceinline__ int id(Key key) const { return (int)(mask() - ((unsigned)key & mask())); }
};

__device__ __forceinline__ Order order_by_logit(int V) {
  int id_bits = DIGIT_BITS;
  while (V > 1 << id_bits) id_bits += DIGIT_BITS;
  return {id_bits, false};
}

struct Row {
  const float* logits;
  int V;
  float largest, temperature;

  // e^((logit − largest)/temperature)
  __device__ __forceinline__ float weight(float logit) const { return expf((logit - largest) / temperature); }

  // Calls use(logit, id) for the ids of this thread, in order.
  template <typename Use>
  __device__ __forceinline__ void each(Use use) const {
    for (int from = threadIdx.x; from < V; from += IN_FLIGHT * THREADS) {
      float x[IN_FLIGHT];
#pragma unroll
      for (int k = 0; k < IN_FLIGHT; k++)
        if (from + k * THREADS < V) x[k] = logits[from + k * THREADS];
#pragma unroll
      for (int k = 0; k < IN_FLIGHT; k++)
        if (from + k * THREADS < V) use(x[k], from + k * THREADS);
    }
  }
};

// The greatest key of the block, in every thread.
__device__ __forceinline__ Key block_max(Key key) {
  __shared__ Key warps[32];
#pragma unroll
  for (int offset = 16; offset > 0; offset /= 2) key = max(key, __shfl_xor_sync(FULL_WARP, key, offset));
  if (threadIdx.x % 32 == 0) warps[threadIdx.x / 32] = key;
  __syncthreads();
  key = warps[threadIdx.x % 32];
#pragma unroll
  for (int offset = 16; offset > 0; offset /= 2) key = max(key, __shfl_xor_sync(FULL_WARP, key, offset));
  return key;
}

// mass[d] ← the weight of all ids whose key begins with `prefix` and goes on with the digit d, which ends at bit `shift`.
__device__ __forceinline__ void sum_by_digit(double (&mass)[VALUES], float (*columns)[THREADS], const Row& row, Order order,
                                             Key prefix, int shift) {
#pragma unroll
  for (int d = 0; d < VALUES; d++) columns[d][threadIdx.x] = 0.f;
  row.each([&](float logit, int id) {
    const Key key = order.key(logit, id) >> shift;
    if (key >> DIGIT_BITS == prefix) columns[key % VALUES][threadIdx.x] += row.weight(logit);
  });
  __syncthreads();
  const int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
  if (warp < VALUES) {
    double sum = 0;
#pragma unroll 8
    for (int i = lane; i < THREADS; i += 32) sum += columns[warp][i];
    sum = warp_sum(sum);
    if (lane == 0) mass[warp] = sum;
  }
  __syncthreads();
}

// The key at which the mass, counted down from the greatest key, reaches `target` (or exceeds it, where it must lie
// `beyond`); then target ← what is left of it after all keys before. If rounding leaves a rest after the last key, the
// last key.
__device__ __forceinline__ Key select(double& target, bool beyond, float (*columns)[THREADS], const Row& row, Order order) {
  __shared__ double mass[VALUES];
  Key prefix = 0;
  for (int shift = order.bits() - DIGIT_BITS; shift >= 0; shift -= DIGIT_BITS) {
    sum_by_digit(mass, columns, row, order, prefix, shift);
    int last = 0;  // of the values in their order, from the greatest down
    while (last < VALUES - 1 && mass[last] == 0) last++;
    int digit = VALUES - 1;
    for (; digit > last; digit--) {
      const double here = mass[digit];
      if (here > 0 && (beyond ? target < here : target <= here)) break;
      target -= here;
    }
    prefix = prefix << DIGIT_BITS | digit;
  }
  return prefix;
}

__device__ __forceinline__ int draw(const Row& row, Order order, float uniform, float topP, float (*columns)[THREADS]) {
  double total = 0;
  row.each([&](float logit, int) { total += row.weight(logit); });
  total = block_sum(total);
  if (topP >= 1.f) {
    order.by_id = true;
    double target = uniform * total;
    return order.id(select(target, true, columns, row, order));
  }
  double target = topP * total;
  const Key last = select(target, false, columns, row, order);  // of the nucleus
  const double mass = topP * total - target + row.weight(row.logits[order.id(last)]);
  target = uniform * mass;
  const Key drawn = select(target, true, columns, row, order);
  return order.id(max(drawn, last));
}

extern "C" __global__ void __launch_bounds__(THREADS)
    sample(int* __restrict__ ids, const float* __restrict__ logits, const float* __restrict__ uniforms, int S, int V, int ld,
           float temperature, float topP) {
  DYNAMIC_SHARED(memory);
  const int s = blockIdx.x;
  Row row = {logits + (long long)s * ld, V, 0.f, temperature};
  const Order order = order_by_logit(V);
  Key best = 0;
  row.each([&](float logit, int id) { best = max(best, order.key(logit, id)); });
  best = block_max(best);

  int id = order.id(best);
  row.largest = row.logits[id];
  const unsigned rank = (unsigned)(best >> order.id_bits);
  const bool usable = rank != 0xffffffffu && rank != ordered(-INFINITE);
  if (!usable) {
    id = -1;
  } else if (temperature > 0.f) {
    id = draw(row, order, uniforms[s], topP, reinterpret_cast<float(*)[THREADS]>(memory));
  }
  if (threadIdx.x == 0) ids[s] = id;
}
EXPORT(sample)
