// Shared by the attention kernels: tiles of rows in shared memory, and their products on tensor cores (FlashAttention-2, Dao
// 2023, arXiv 2307.08691).
//
// A tile holds rows of D bf16. D is 64, 128 or 256: the head size rounded up, the rest filled with zeros. A block has four
// warps. A warp owns M·16 rows of the tile and their accumulators, in M tiles of 16 rows, so that each ldmatrix of the other
// operand feeds M products.
#pragma once
#include "cudev.cuh"

#define WARPS 4
#define THREADS (32 * WARPS)

// Softmax in powers of two: e^x = 2^(x·log2 e).
#define LOG2_E 1.4426950408889634f
#define LN_2 0.6931471805599453f

__device__ __forceinline__ float infinity() { return __uint_as_float(0x7f800000u); }

// ---- Tiles in shared memory

template <int D>
constexpr int row_bytes = 2 * D;

template <int D, int ROWS>
constexpr int tile_bytes = ROWS* row_bytes<D>;

// Offset of 16 bytes of a tile. Chunk c of a row is stored at chunk c ^ (row % 8), so that the same chunk of eight rows
// lies in 32 different banks.
template <int D>
__device__ __forceinline__ int chunk_offset(int row, int chunk) {
  return row * row_bytes<D> + ((chunk ^ (row & 7)) << 4);
}

// Starts to copy rows first, first + 1, … of a matrix into a tile. Rows from `end` on and columns from `columns` on are not
// read: they become zeros.
template <int D, int ROWS>
__device__ __forceinline__ void load_tile(ptx::shared_address tile, const bf16* matrix, int pitch, int first, int end,
                                          int columns) {
  constexpr int CHUNKS = D / 8, STEP = THREADS / CHUNKS;
  static_assert(ROWS % STEP == 0, "every thread copies the same number of chunks");
  const int row = (int)threadIdx.x / CHUNKS, chunk = (int)threadIdx.x % CHUNKS;
  const bf16* source = matrix + (long long)(first + row) * pitch + chunk * 8;
#pragma unroll
  for (int i = 0; i < ROWS; i += STEP) {
    const bool valid = first + row + i < end && chunk * 8 < columns;
    ptx::cp_async_16(tile + chunk_offset<D>(row + i, chunk), source, valid);
    source += (long long)STEP * pitch;
  }
}

// Writes a warp's accumulators as rows first, first + 1, … of a matrix, up to `end` and `columns`. They are staged in
// the warp's own rows of a tile that is no longer needed: lanes hold pairs, and global memory is written 16 bytes at a time.
template <int D, int M, int N>
__device__ __forceinline__ void store_rows(bf16* matrix, int pitch, int first, int end, int columns, unsigned char* staging,
                                           const float (&x)[M][N][4]) {
  const int lane = threadIdx.x % 32;
  __syncwarp();  // other lanes may still read the tile
#pragma unroll
  for (int m = 0; m < M; m++)
#pragma unroll
    for (int n = 0; n < N; n++)
#pragma unroll
      for (int half = 0; half < 2; half++)
        *(unsigned*)(staging + chunk_offset<D>(m * 16 + half * 8 + lane / 4, n) + lane % 4 * 4) =
            pack_bf16(x[m][n][2 * half], x[m][n][2 * half + 1]);
  __syncwarp();
#pragma unroll
  for (int i = 0; i < M * 16 * N; i += 32) {
    const int row = (i + lane) / N, chunk = (i + lane) % N;
    if (first + row < end && chunk * 8 < columns)
      *(uint4*)(matrix + (long long)(first + row) * pitch + chunk * 8) =
          *(const uint4*)(staging + chunk_offset<D>(row, chunk));
  }
}

// ---- Products. Accumulators x[m][n][e] of lane l: row 16·m + l/4 + 8·(e/2), column 8·n + 2·(l%4) + e%2.

template <int M, int N>
__device__ __forceinline__ void clear(float (&x)[M][N][4]) {
#pragma unroll
  for (int m = 0; m < M; m++)
#pragma unroll
    for (int n = 0; n < N; n++)
#pragma unroll
      for (int e = 0; e < 4; e++) x[m][n][e] = 0.f;
}

// Where lane l finds its row of 16 bytes for an ldmatrix_x4 of rows row to row+15 and chunks chunk, chunk+1: matrices 0 and
// 1 are the upper and lower eight rows of the first chunk, 2 and 3 those of the second.
template <int D>
__device__ __forceinline__ int fragment_offset(int row, int chunk) {
  const int lane = threadIdx.x % 32;
  return chunk_offset<D>(row + lane % 16, chunk + lane / 16);
}

// s += a·bᵀ: 16·M rows of one tile by 8·N rows of another.
template <int D, int M, int N>
__device__ __forceinline__ void add_product_of_rows(float (&s)[M][N][4], ptx::shared_address a, ptx::shared_address b) {
#pragma unroll
  for (int k = 0; k < D / 16; k++) {
    unsigned left[M][4];
#pragma unroll
    for (int m = 0; m < M; m++) ptx::ldmatrix_x4(left[m], a + fragment_offset<D>(m * 16, 2 * k));
#pragma unroll
    for (int n = 0; n < N; n += 2) {
      unsigned right[4];
      ptx::ldmatrix_x4(right, b + fragment_offset<D>(n * 8, 2 * k));
#pragma unroll
      for (int m = 0; m < M; m++) {
        ptx::mma_m16n8k16(s[m][n], left[m], right[0], right[2]);
        ptx::mma_m16n8k16(s[m][n + 1], left[m], right[1], right[3]);
      }
    }
  }
}

// o += p·b: p from registers, rounded to bf16, by the first N·8 columns of a tile's 8·K rows. An accumulator has the register
// layout of the left operand.
template <int D, int M, int K, int N>
__device__ __forceinline__ void add_product(float (&o)[M][N][4], const float (&p)[M][K][4], ptx::shared_address b) {
#pragma unroll
  for (int k = 0; k < K; k += 2) {
    unsigned left[M][4];
#pragma unroll
    for (int m = 0; m < M; m++) {
      left[m][0] = pack_bf16(p[m][k][0], p[m][k][1]);
      left[m][1] = pack_bf16(p[m][k][2], p[m][k][3]);
      left[m][2] = pack_bf16(p[m][k + 1][0], p[m][k + 1][1]);
      left[m][3] = pack_bf16(p[m][k + 1][2], p[m][k + 1][3]);
    }
#pragma unroll
    for (int n = 0; n < N; n += 2) {
      unsigned right[4];
      ptx::ldmatrix_x4_trans(right, b + fragment_offset<D>(k * 8, n));
#pragma unroll
      for (int m = 0; m < M; m++) {
        ptx::mma_m16n8k16(o[m][n], left[m], right[0], right[1]);
        ptx::mma_m16n8k16(o[m][n + 1], left[m], right[2], right[3]);
      }
    }
  }
}

// Scores of a warp's rows first, first + 1, … of queries with keys key, key + 1, …: those that attention forbids become −∞.
// Rows from T on are not used.
template <int M, int N>
__device__ __forceinline__ void mask(float (&s)[M][N][4], int first, int T, const int* begin, int key) {
  const int lane = threadIdx.x % 32;
#pragma unroll
  for (int m = 0; m < M; m++)
#pragma unroll
    for (int half = 0; half < 2; half++) {
      const int row = min(first + m * 16 + half * 8 + lane / 4, T - 1), firstKey = begin[row];
#pragma unroll
      for (int n = 0; n < N; n++)
#pragma unroll
        for (int e = 0; e < 2; e++) {
          const int j = key + n * 8 + lane % 4 * 2 + e;
          if (j < firstKey || j > row) s[m][n][2 * half + e] = -infinity();
        }
    }
}

// The sum over the four lanes that share a row, in each of them.
__device__ __forceinline__ float row_sum(float x) {
  x += __shfl_xor_sync(FULL_WARP, x, 1);
  return x + __shfl_xor_sync(FULL_WARP, x, 2);
}
__device__ __forceinline__ float row_max(float x) {
  x = fmaxf(x, __shfl_xor_sync(FULL_WARP, x, 1));
  return fmaxf(x, __shfl_xor_sync(FULL_WARP, x, 2));
}
