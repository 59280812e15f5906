// Dot products of gradients, and sums of them, for Gradient Episodic Memory (Lopez-Paz & Ranzato 2017, arXiv 1706.08840):
//
//   gradient_products_partial:  partial[part][tile][r][c] = Σ g_i·g_j over a part of the elements
//   gradient_products_sum:      products[i(i+1)/2 + j] = ⟨g_i, g_j⟩ = Σ partial,   j ≤ i
//   gradient_add:               g_0 += Σ coefficients[k]·g_(k+1)
//
// g_0 [n] is the gradient of the step, g_1 … g_(count-1) the rows of `memories`, all f32, `stride` elements apart. Products
// are summed in double, always in the same order. A tile is 4 gradients times 4, so a gradient is read from memory for many
// products; tiles (row ≥ column) are numbered row by row. The blocks of the same part of the elements are neighbours in
// the grid, and what one reads the cache still holds for the others. Terms with a coefficient of 0 are left out, so with
// zeros alone the gradient keeps its bits and nothing is read.
//
//   gradient_products_partial   moves 4·n·count bytes + 128 per block
//   gradient_products_sum       moves the partial sums
//   gradient_add                moves 4·n·(count + 2) bytes, count: of coefficients
//
// Bound by memory; 4-byte accesses, eight or more of each thread in flight.
// Registers: 26 to 60 on sm_90, 22 to 80 on sm_80. No spills.
//
// Not run on a GPU.
//
// Launch: gradient_products_partial: grid of all tiles times parts, block 256; gradient_products_sum: grid of the products,
// block 256; gradient_add: grid ⌈n/8192⌉, block 256.
#include "cudev.cuh"

constexpr int THREADS = 256;
constexpr int TILE = 4;
constexpr int PIECE = 8192;
constexpr int IN_FLIGHT = 8;  // elements of a gradient that a thread of gradient_add loads at once

// The place of a tile: row ≥ column.
struct Tile {
  int row, column;
};

__device__ __forceinline__ Tile tile_of(int number) {
  int row = 0;
  while ((row + 1) * (row + 2) / 2 <= number) row++;
  return {row, number - row * (row + 1) / 2};
}

extern "C" __global__ void __launch_bounds__(THREADS)
    gradient_products_partial(double* __restrict__ partial, const float* __restrict__ gradient,
                              const float* __restrict__ memories, long long n, long long stride, long long part, int count,
                              int tiles) {
  const Tile tile = tile_of(blockIdx.x % tiles);
  const bool diagonal = tile.row == tile.column;
  const long long from = blockIdx.x / tiles * part, to = min(n, from + part);
  const float *rows[TILE], *columns[TILE];  // null: there is no such gradient
#pragma unroll
  for (int k = 0; k < TILE; k++) {
    const int i = tile.row * TILE + k, j = tile.column * TILE + k;
    rows[k] = i == 0 ? gradient : i < count ? memories + (i - 1) * stride : nullptr;
    columns[k] = j == 0 ? gradient : j < count ? memories + (j - 1) * stride : nullptr;
  }
  double sums[TILE][TILE] = {};
#pragma unroll 2
  for (long long at = from + threadIdx.x; at < to; at += THREADS) {
    float a[TILE], b[TILE];
#pragma unroll
    for (int k = 0; k < TILE; k++) a[k] = rows[k] ? rows[k][at] : 0.f;
#pragma unroll
    for (int k = 0; k < TILE; k++) b[k] = diagonal ? a[k] : columns[k] ? columns[k][at] : 0.f;
#pragma unroll
    for (int r = 0; r < TILE; r++) {
#pragma unroll
      for (int c = 0; c < TILE; c++) sums[r][c] += (double)a[r] * b[c];
    }
  }
#pragma unroll
  for (int r = 0; r < TILE; r++) {
#pragma unroll
    for (int c = 0; c < TILE; c++) {
      const double sum = block_sum(sums[r][c]);
      if (threadIdx.x == 0) partial[(long long)blockIdx.x * TILE * TILE + r * TILE + c] = sum;
      __syncthreads();
    }
  }
}
EXPORT(gradient_products_partial)

extern "C" __global__ void __launch_bounds__(THREADS)
    gradient_products_sum(double* __restrict__ products, const double* __restrict__ partial, int parts, int tiles) {
  const Tile pair = tile_of(blockIdx.x);  // of gradients: products lie as tiles do
  const int row = pair.row / TILE, column = pair.column / TILE;
  const int tile = row * (row + 1) / 2 + column, place = pair.row % TILE * TILE + pair.column % TILE;
  double sum = 0;
#pragma unroll 4
  for (int i = threadIdx.x; i < parts; i += THREADS) sum += partial[((long long)i * tiles + tile) * TILE * TILE + place];
  sum = block_sum(sum);
  if (threadIdx.x == 0) products[blockIdx.x] = sum;
}
EXPORT(gradient_products_sum)

extern "C" __global__ void __launch_bounds__(THREADS)
    gradient_add(float* __restrict__ gradient, const float* __restrict__ memories, const float* __restrict__ coefficients,
                 long long n, long long stride, int count) {
  bool any = false;
  for (int k = 0; k < count; k++) any |= coefficients[k] != 0.f;
  if (!any) return;
  const long long begin = (long long)blockIdx.x * PIECE, end = min(n, begin + PIECE);
  for (long long base = begin + threadIdx.x; base < end; base += IN_FLIGHT * THREADS) {
    float g[IN_FLIGHT];
#pragma unroll
    for (int i = 0; i < IN_FLIGHT; i++) {
      const long long at = base + i * THREADS;
      g[i] = at < end ? gradient[at] : 0.f;
    }
    for (int k = 0; k < count; k++) {
      const float coefficient = coefficients[k];
      if (coefficient == 0.f) continue;
      const float* memory = memories + k * stride;
#pragma unroll
      for (int i = 0; i < IN_FLIGHT; i++) {
        const long long at = base + i * THREADS;
        if (at < end) g[i] = fmaf(coefficient, memory[at], g[i]);
      }
    }
#pragma unroll
    for (int i = 0; i < IN_FLIGHT; i++) {
      const long long at = base + i * THREADS;
      if (at < end) gradient[at] = g[i];
    }
  }
}
EXPORT(gradient_add)
