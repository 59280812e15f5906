// Losses of preference pairs, and what each token of a pair weighs in the gradient:
//
//   pair_log_probs:  log-probabilities of both sides by a reference model, reference = −Σ losses of the side's rows
//                                                                                       moves 4·R bytes
//   pair_losses:     logp = −Σ losses;  r = logp − reference;  x = β·(r_chosen − r_rejected)
//                      sigmoid  f = −log σ(x)                        (DPO, Rafailov et al. 2023, arXiv 2305.18290)
//                      hinge    f = max(0, 1 − x)                    (SLiC, Zhao et al. 2023, arXiv 2305.10425)
//                      ipo      f = (r_chosen/n_chosen − r_rejected/n_rejected − 1/(2β))²
//                                                                    (Azar et al. 2023, arXiv 2310.12036)
//                      robust   f = (−(1−ε)·log σ(x) + ε·log σ(−x))/(1−2ε)
//                                                                    (Chowdhury et al. 2024, arXiv 2403.00409)
//                    weights_row = −scale·∂f/∂logp of the row's side; six figures of the pair, times scale
//                                                                                       moves 8·R + 64·P bytes
//   sum_pairs:       sums += Σ figures over the pairs
//
// losses, weights [R], the negative log-probabilities of the rows and their weights: rows of a pair's chosen sequence lie one
// after another, then those of the rejected one. n is a side's number of rows. pairs: 16 words for the header, then 16 words for
// each pair (struct Pair; backend.PairTable). As many blocks are launched as the table has room for, so that a graph serves any
// number of pairs; those past it return. sums [12]: six sums of two floats each, the second what the first rounds away.
//
// One block a pair. Sums of log-probabilities are in double, always in the same order, and rounded once to float, for the model
// and the reference alike: equal models have a difference of exactly 0. A NaN or infinite loss reaches the sums.
//
// Bound by launch: a batch has a few thousand rows. 256 bytes of shared memory.
// Registers: 29 to 40 on sm_90, 29 to 46 on sm_80. No spills.
//
// Not run on a GPU.
//
// Launch: grid pairs, block 256; sum_pairs: grid 1, block 256, a warp for each figure.
#include "cudev.cuh"

#define INFINITE __uint_as_float(0x7f800000u)

constexpr int FIGURES = 6;

struct Pair {
  int chosen, rejected, end;  // the first row of the chosen and of the rejected sequence, and one past the last
  float scale;                // of the pair in the loss
  float reference[2];         // log-probabilities of chosen and rejected
  float figures[FIGURES];     // loss, rewards, whether chosen has more, log-probabilities; times scale
  int unused[4];
};

struct Header {
  int count, unused[15];
};

__device__ __forceinline__ Pair* pair_of(int* pairs, int p) { return reinterpret_cast<Pair*>(pairs + 16) + p; }

// −Σ losses over rows [from, to), in every thread.
__device__ __forceinline__ float log_prob(const float* losses, int from, int to) {
  double sum = 0;
  for (int i = from + (int)threadIdx.x; i < to; i += (int)blockDim.x) sum += losses[i];
  return (float)-block_sum(sum);
}

extern "C" __global__ void __launch_bounds__(256) pair_log_probs(int* __restrict__ pairs, const float* __restrict__ losses) {
  if ((int)blockIdx.x >= reinterpret_cast<const Header*>(pairs)->count) return;
  Pair* pair = pair_of(pairs, blockIdx.x);
  const float chosen = log_prob(losses, pair->chosen, pair->rejected);
  __syncthreads();
  const float rejected = log_prob(losses, pair->rejected, pair->end);
  if (threadIdx.x > 0) return;
  pair->reference[0] = chosen;
  pair->reference[1] = rejected;
}
EXPORT(pair_log_probs)

// A pair's loss, and its derivatives with respect to both log-probabilities.
struct Outcome {
  double loss, chosen, rejected;
};

__device__ __forceinline__ double logistic(double x) { return 1 / (1 + exp(-x)); }

// −log σ(x), for any x without overflow.
__device__ __forceinline__ double softplus_negative(double x) { return (x < 0 ? -x : 0) + log1p(exp(-fabs(x))); }

__device__ __forceinline__ Outcome outcome(int type, double beta, double epsilon, double chosen, double rejected,
                                           int n_chosen, int n_rejected) {
  if (type == 2) {  // ipo
    const double a = n_chosen > 0 ? n_chosen : 1, b = n_rejected > 0 ? n_rejected : 1;
    const double off = chosen / a - rejected / b - 1 / (2 * beta);
    return {off * off, 2 * off / a, -2 * off / b};
  }
  const double x = beta * (chosen - rejected);
  double loss, slope;  // of f by x
  if (type == 1) {     // hinge; a NaN stays one
    loss = x >= 1 ? 0 : 1 - x;
    slope = x >= 1 ? 0 : -1;
  } else {  // sigmoid is robust with ε = 0
    const double share = 1 / (1 - 2 * epsilon);
    loss = share * (1 - epsilon) * softplus_negative(x) - (epsilon > 0 ? share * epsilon * softplus_negative(-x) : 0);
    slope = -share * ((1 - epsilon) * logistic(-x) + epsilon * logistic(x));
  }
  return {loss, beta * slope, -beta * slope};
}

extern "C" __global__ void __launch_bounds__(256)
    pair_losses(int* __restrict__ pairs, float* __restrict__ weights, const float* __restrict__ losses, int type, float beta,
                float epsilon) {
  if ((int)blockIdx.x >= reinterpret_cast<const Header*>(pairs)->count) return;
  Pair* pair = pair_of(pairs, blockIdx.x);
  const int from = pair->chosen, middle = pair->rejected, to = pair->end;
  const float chosen = log_prob(losses, from, middle);
  __syncthreads();
  const float rejected = log_prob(losses, middle, to);
  const double more = (double)chosen - pair->reference[0], less = (double)rejected - pair->reference[1];
  const Outcome o = outcome(type, beta, epsilon, more, less, middle - from, to - middle);
  const double scale = pair->scale;
  for (int i = from + (int)threadIdx.x; i < to; i += (int)blockDim.x) {
    weights[i] = (float)(-scale * (i < middle ? o.chosen : o.rejected));
  }
  if (threadIdx.x > 0) return;
  pair->figures[0] = (float)(scale * o.loss);
  pair->figures[1] = (float)(scale * beta * more);
  pair->figures[2] = (float)(scale * beta * less);
  pair->figures[3] = more > less ? (float)scale : 0.f;
  pair->figures[4] = (float)(scale * chosen);
  pair->figures[5] = (float)(scale * rejected);
}
EXPORT(pair_losses)

extern "C" __global__ void __launch_bounds__(256) sum_pairs(float* __restrict__ sums, int* __restrict__ pairs) {
  const int figure = threadIdx.x / 32, lane = threadIdx.x % 32, count = reinterpret_cast<const Header*>(pairs)->count;
  if (figure >= FIGURES) return;
  double total = 0;
  for (int p = lane; p < count; p += 32) total += pair_of(pairs, p)->figures[figure];
  total = warp_sum(total);
  if (lane > 0) return;
  float* sum = sums + 2 * figure;
  total += (double)sum[0] + sum[1];
  const float high = (float)total;
  sum[0] = high;
  sum[1] = fabsf(high) < INFINITE ? (float)(total - high) : 0.f;  // ∞ − ∞ would make an infinite sum NaN
}
EXPORT(sum_pairs)
