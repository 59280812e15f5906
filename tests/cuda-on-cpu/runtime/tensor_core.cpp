// mma and ldmatrix. The layouts of their fragments are in src/main/cuda/ptx.cuh and in the PTX ISA.
#include "cuda_on_cpu_ptx.h"
#include "block.h"
#include "sanitizers.h"

namespace cuda_on_cpu {

static float low(unsigned pair) { return __uint_as_float(pair << 16); }
static float high(unsigned pair) { return __uint_as_float(pair & 0xffff0000u); }

// Gathers the lanes' fragments into matrices, multiplies, and scatters the result. Sums go over k in ascending order
// with fused multiply-adds in float; a tensor core's own order and rounding are not documented.
static void compute_product(void* const* operands, unsigned) {
  running_block().statistics.matrix_products++;
  alignas(64) float a[16][16], b[16][8], d[16][8];
  for (int lane = 0; lane < 32; lane++) {
    const MatrixProduct& x = *(const MatrixProduct*)operands[lane];
    const int g = lane / 4, c = 2 * (lane % 4);
    for (int part = 0; part < 4; part++) {
      const int row = g + part % 2 * 8, column = c + part / 2 * 8;
      a[row][column] = low(x.a[part]);
      a[row][column + 1] = high(x.a[part]);
    }
    b[c][g] = low(x.b0);
    b[c + 1][g] = high(x.b0);
    b[c + 8][g] = low(x.b1);
    b[c + 9][g] = high(x.b1);
    d[g][c] = x.d[0];
    d[g][c + 1] = x.d[1];
    d[g + 8][c] = x.d[2];
    d[g + 8][c + 1] = x.d[3];
  }
  for (int row = 0; row < 16; row++) {
    for (int k = 0; k < 16; k++) {
      for (int column = 0; column < 8; column++) d[row][column] += a[row][k] * b[k][column];
    }
  }
  for (int lane = 0; lane < 32; lane++) {
    const MatrixProduct& x = *(const MatrixProduct*)operands[lane];
    const int g = lane / 4, c = 2 * (lane % 4);
    x.d[0] = d[g][c];
    x.d[1] = d[g][c + 1];
    x.d[2] = d[g + 8][c];
    x.d[3] = d[g + 8][c + 1];
  }
}

// Shared memory has 32 banks of 4 bytes: eight rows of 16 bytes are read at once if each begins in its own group of four.
static unsigned conflicts(const unsigned char* const (&rows)[8]) {
  unsigned in_group[8] = {}, worst = 0;
  for (const unsigned char* row : rows) {
    const unsigned n = ++in_group[(uintptr_t)row / 16 % 8];
    if (n > worst) worst = n;
  }
  return worst - 1;
}

template <int matrices, bool transposed>
static void compute_load(void* const* operands, unsigned) {
  Block& block = running_block();
  const Place place = running_thread().waits_at;
  for (int matrix = 0; matrix < matrices; matrix++) {
    const unsigned char* rows[8];
    unsigned short values[8][8];
    for (int i = 0; i < 8; i++) {
      const unsigned address = ((const MatrixLoad*)operands[matrix * 8 + i])->row;
      rows[i] = block.shared.at(address, 16, "ldmatrix", place);
      READS_16(rows[i]);
      memcpy(values[i], rows[i], 16);
    }
    block.statistics.bank_conflicts += conflicts(rows);
    for (int lane = 0; lane < 32; lane++) {
      const int g = lane / 4, c = 2 * (lane % 4);
      const unsigned first = transposed ? values[c][g] : values[g][c];
      const unsigned second = transposed ? values[c + 1][g] : values[g][c + 1];
      ((const MatrixLoad*)operands[lane])->registers[matrix] = first | second << 16;
    }
  }
}

const WarpOperation mma_m16n8k16 = {"mma.m16n8k16", compute_product, true};
const WarpOperation ldmatrix_x1 = {"ldmatrix.x1", compute_load<1, false>, true};
const WarpOperation ldmatrix_x1_trans = {"ldmatrix.x1.trans", compute_load<1, true>, true};
const WarpOperation ldmatrix_x2 = {"ldmatrix.x2", compute_load<2, false>, true};
const WarpOperation ldmatrix_x2_trans = {"ldmatrix.x2.trans", compute_load<2, true>, true};
const WarpOperation ldmatrix_x4 = {"ldmatrix.x4", compute_load<4, false>, true};
const WarpOperation ldmatrix_x4_trans = {"ldmatrix.x4.trans", compute_load<4, true>, true};

}  // namespace cuda_on_cpu
