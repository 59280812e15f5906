// One kernel per wrapper of ptx.cuh; tests/instructions.cpp compares with plain loops.
#include "cudev.cuh"

// d [16,8] = a [16,16]·b [16,8] + d, times `times`: fragments taken from plain matrices by the layout in ptx.cuh.
extern "C" __global__ void product(float* d, const bf16* a, const bf16* b, int times) {
  const int lane = threadIdx.x, g = lane / 4, c = 2 * (lane % 4);
  unsigned fragment[4], b0, b1;
  float sum[4];
  for (int i = 0; i < 4; i++) {
    const bf16* at = a + (g + i % 2 * 8) * 16 + c + i / 2 * 8;
    fragment[i] = at[0].bits | (unsigned)at[1].bits << 16;
    sum[i] = d[(g + i / 2 * 8) * 8 + c + i % 2];
  }
  b0 = b[c * 8 + g].bits | (unsigned)b[(c + 1) * 8 + g].bits << 16;
  b1 = b[(c + 8) * 8 + g].bits | (unsigned)b[(c + 9) * 8 + g].bits << 16;
  for (int i = 0; i < times; i++) ptx::mma_m16n8k16(sum, fragment, b0, b1);
  for (int i = 0; i < 4; i++) d[(g + i / 2 * 8) * 8 + c + i % 2] = sum[i];
}
EXPORT(product)

// Four 8×8 matrices, one under the other, in rows of `pitch` numbers: 12 registers per lane.
extern "C" __global__ void load_matrices(unsigned* out, const bf16* in, int pitch) {
  DYNAMIC_SHARED(memory);
  bf16* const rows = (bf16*)memory;
  const int lane = threadIdx.x;
  for (int i = 0; i < pitch; i++) rows[lane * pitch + i] = in[lane * pitch + i];
  __syncthreads();
  unsigned two[2], two_transposed[2], four[4], four_transposed[4];
  const ptx::shared_address start = ptx::shared(rows);
  const ptx::shared_address row = start + lane * pitch * 2;
  ptx::ldmatrix_x2(two, row);
  ptx::ldmatrix_x2_trans(two_transposed, row);
  ptx::ldmatrix_x4(four, row);
  ptx::ldmatrix_x4_trans(four_transposed, row);
  unsigned* const mine = out + lane * 12;
  for (int i = 0; i < 2; i++) {
    mine[i] = two[i];
    mine[2 + i] = two_transposed[i];
  }
  for (int i = 0; i < 4; i++) {
    mine[4 + i] = four[i];
    mine[8 + i] = four_transposed[i];
  }
}
EXPORT(load_matrices)

// Copies through shared memory in three groups; the last 16 bytes of each thread's 48 only if its number is even, else
// zeros.
extern "C" __global__ void copy_in_groups(uint4* out, const uint4* in) {
  __shared__ uint4 memory[3][64];
  const int thread = threadIdx.x;
  for (int group = 0; group < 3; group++) {
    ptx::cp_async_16(ptx::shared(&memory[group][thread]), in + group * 64 + thread, group < 2 || thread % 2 == 0);
    ptx::cp_async_commit();
  }
  ptx::cp_async_wait<2>();
  __syncthreads();
  out[thread] = memory[0][63 - thread];
  ptx::cp_async_wait<0>();
  __syncthreads();
  out[64 + thread] = memory[1][63 - thread];
  out[128 + thread] = memory[2][63 - thread];
}
EXPORT(copy_in_groups)

extern "C" __global__ void powers_of_two(float* out, const float* in, int n) {
  for (int i = 0; i < n; i++) out[i] = ptx::ex2(in[i]);
}
EXPORT(powers_of_two)
