// Each task computes one tile of C: it converts the parts of A and B it needs to float, packed so that the innermost loop
// reads both in sequence, and keeps the sums in float until the last. The order of every sum depends on k alone, so results
// do not depend on the number of workers.
#include "gemm.h"
#include <algorithm>
#include <cstring>
#include <vector>
#include "workers.h"

namespace cuda_on_cpu {
namespace {

// The innermost loop holds ROWS × COLUMNS sums in registers: 24 of 32 vectors with AVX-512, 12 of 16 with AVX2.
#ifdef __AVX512F__
constexpr int LANES = 16, COLUMNS = 12;
#else
constexpr int LANES = 8, COLUMNS = 6;
#endif
constexpr int ROWS = 2 * LANES;
constexpr int64_t TILE_M = 6 * ROWS, TILE_N = 8 * COLUMNS, DEPTH = 256;

typedef float Vector __attribute__((vector_size(4 * LANES)));
typedef float Unaligned __attribute__((vector_size(4 * LANES), aligned(4)));

float load(const void* data, Number type, int64_t i) {
  if (type == Number::FLOAT) return ((const float*)data)[i];
  const uint32_t bits = (uint32_t)((const uint16_t*)data)[i] << 16;
  float x;
  memcpy(&x, &bits, 4);
  return x;
}

void store(void* data, Number type, int64_t i, float x) {
  if (type == Number::FLOAT) {
    ((float*)data)[i] = x;
    return;
  }
  uint32_t bits;
  memcpy(&bits, &x, 4);
  const bool nan = (bits & 0x7fffffff) > 0x7f800000;
  ((uint16_t*)data)[i] = (uint16_t)(nan ? 0x7fff : (bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

// Packs `lines` × `depth` numbers into groups of `group` lines, each group by depth: line varies fastest. Line i, depth j
// lies at i·line_step + j·depth_step. What is missing in the last group is zero.
template <int group, Number type>
void pack(float* target, const void* source, int64_t lines, int64_t depth, int64_t line_step, int64_t depth_step) {
  for (int64_t first = 0; first < lines; first += group) {
    const int64_t count = std::min<int64_t>(group, lines - first);
    if (count < group) std::fill(target, target + group * depth, 0.0f);
    if (line_step == 1) {
      for (int64_t j = 0; j < depth; j++)
        for (int64_t i = 0; i < count; i++) target[j * group + i] = load(source, type, first + i + j * depth_step);
    } else {
      for (int64_t i = 0; i < count; i++)
        for (int64_t j = 0; j < depth; j++)
          target[j * group + i] = load(source, type, (first + i) * line_step + j * depth_step);
    }
    target += group * depth;
  }
}

template <int group>
void pack(float* target, const Matrix& matrix, bool lines_are_columns, int64_t line, int64_t lines, int64_t from,
          int64_t depth) {
  // Of a matrix by columns, the step along a column is 1 and between columns the pitch.
  const bool by_pitch = lines_are_columns != matrix.transposed;
  const int64_t line_step = by_pitch ? matrix.pitch : 1, depth_step = by_pitch ? 1 : matrix.pitch;
  const void* source = (const char*)matrix.data + (line * line_step + from * depth_step) * (int64_t)size_of(matrix.type);
  if (matrix.type == Number::FLOAT)
    pack<group, Number::FLOAT>(target, source, lines, depth, line_step, depth_step);
  else
    pack<group, Number::BF16>(target, source, lines, depth, line_step, depth_step);
}

// sums (by columns, ROWS apart) += a·b
void multiply_packed(float* sums, const float* a, const float* b, int64_t depth) {
  Vector low[COLUMNS], high[COLUMNS];
  for (int j = 0; j < COLUMNS; j++) {
    low[j] = *(const Unaligned*)(sums + j * ROWS);
    high[j] = *(const Unaligned*)(sums + j * ROWS + LANES);
  }
  for (int64_t p = 0; p < depth; p++, a += ROWS, b += COLUMNS) {
    const Vector a0 = *(const Unaligned*)a, a1 = *(const Unaligned*)(a + LANES);
#pragma GCC unroll 12
    for (int j = 0; j < COLUMNS; j++) {
      low[j] += a0 * b[j];
      high[j] += a1 * b[j];
    }
  }
  for (int j = 0; j < COLUMNS; j++) {
    *(Unaligned*)(sums + j * ROWS) = low[j];
    *(Unaligned*)(sums + j * ROWS + LANES) = high[j];
  }
}

void multiply_tile(const Product& p, int64_t row, int64_t column) {
  const int64_t rows = std::min(TILE_M, p.m - row), columns = std::min(TILE_N, p.n - column);
  std::vector<float> sums(TILE_M * TILE_N), a(TILE_M * DEPTH), b(TILE_N * DEPTH);
  if (p.alpha != 0.0f) {
    for (int64_t from = 0; from < p.k; from += DEPTH) {
      const int64_t depth = std::min(DEPTH, p.k - from);
      pack<ROWS>(a.data(), p.a, false, row, rows, from, depth);
      pack<COLUMNS>(b.data(), p.b, true, column, columns, from, depth);
      for (int64_t j = 0; j < columns; j += COLUMNS)
        for (int64_t i = 0; i < rows; i += ROWS)
          multiply_packed(&sums[j * TILE_M + i * COLUMNS], &a[i * depth], &b[j * depth], depth);
    }
  }
  for (int64_t j = 0; j < columns; j++) {
    for (int64_t i = 0; i < rows; i++) {
      const int64_t block_i = i / ROWS * ROWS, block_j = j / COLUMNS * COLUMNS;
      const float sum = sums[block_j * TILE_M + block_i * COLUMNS + (j - block_j) * ROWS + (i - block_i)];
      const int64_t at = row + i + (column + j) * p.c_pitch;
      store(p.c, p.c_type, at, p.beta == 0.0f ? p.alpha * sum : p.alpha * sum + p.beta * load(p.c, p.c_type, at));
    }
  }
}

}  // namespace

void multiply(const Product& product) {
  const int64_t tiles_m = (product.m + TILE_M - 1) / TILE_M, tiles_n = (product.n + TILE_N - 1) / TILE_N;
  run_on_workers(tiles_m * tiles_n, [&](uint64_t tile, int) {
    multiply_tile(product, (int64_t)tile % tiles_m * TILE_M, (int64_t)tile / tiles_m * TILE_N);
  });
}

}  // namespace cuda_on_cpu
