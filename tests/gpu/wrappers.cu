// A kernel for each instruction of ptx.cuh, on inputs from a test (org.halftune.backend.cuda.PtxWrapper), to record a
// GPU's results and compare the emulation with them. Not part of the product.
//
// One block of one warp per case; each kernel states the words per case of `in` and `out`. The PTX is committed;
// tests/gpu/compile-wrappers makes it.
#include "cudev.cuh"

// in: of each lane a[4], b[2], d[4]; out: of each lane d[4]
extern "C" __global__ void __launch_bounds__(32) wrapper_mma_m16n8k16(unsigned* out, const unsigned* in) {
  in += (blockIdx.x * 32 + threadIdx.x) * 10;
  const unsigned a[4] = {in[0], in[1], in[2], in[3]};
  float d[4];
#pragma unroll
  for (int i = 0; i < 4; i++) d[i] = __uint_as_float(in[6 + i]);
  ptx::mma_m16n8k16(d, a, in[4], in[5]);
#pragma unroll
  for (int i = 0; i < 4; i++) out[(blockIdx.x * 32 + threadIdx.x) * 4 + i] = __float_as_uint(d[i]);
}
EXPORT(wrapper_mma_m16n8k16)

// The four ldmatrix forms: 32 rows of 16 bytes in shared memory; lane l gives the address of row (11·l + case) % 32, so
// that a row taken from another lane's address shows. in: the 32 rows, 128 words; out: of each lane its registers
template <int Registers, typename Load>
__device__ __forceinline__ void load_rows(unsigned* out, const unsigned* in, Load load) {
  __shared__ __align__(16) unsigned rows[128];
#pragma unroll
  for (int i = 0; i < 4; i++) rows[threadIdx.x + 32 * i] = in[blockIdx.x * 128 + threadIdx.x + 32 * i];
  __syncthreads();
  unsigned r[Registers];
  load(r, ptx::shared(rows + (11 * threadIdx.x + blockIdx.x) % 32 * 4));
#pragma unroll
  for (int i = 0; i < Registers; i++) out[(blockIdx.x * 32 + threadIdx.x) * Registers + i] = r[i];
}

extern "C" __global__ void __launch_bounds__(32) wrapper_ldmatrix_x2(unsigned* out, const unsigned* in) {
  load_rows<2>(out, in, [](unsigned(&r)[2], ptx::shared_address row) { ptx::ldmatrix_x2(r, row); });
}
EXPORT(wrapper_ldmatrix_x2)

extern "C" __global__ void __launch_bounds__(32) wrapper_ldmatrix_x2_trans(unsigned* out, const unsigned* in) {
  load_rows<2>(out, in, [](unsigned(&r)[2], ptx::shared_address row) { ptx::ldmatrix_x2_trans(r, row); });
}
EXPORT(wrapper_ldmatrix_x2_trans)

extern "C" __global__ void __launch_bounds__(32) wrapper_ldmatrix_x4(unsigned* out, const unsigned* in) {
  load_rows<4>(out, in, [](unsigned(&r)[4], ptx::shared_address row) { ptx::ldmatrix_x4(r, row); });
}
EXPORT(wrapper_ldmatrix_x4)

extern "C" __global__ void __launch_bounds__(32) wrapper_ldmatrix_x4_trans(unsigned* out, const unsigned* in) {
  load_rows<4>(out, in, [](unsigned(&r)[4], ptx::shared_address row) { ptx::ldmatrix_x4_trans(r, row); });
}
EXPORT(wrapper_ldmatrix_x4_trans)

// Two groups of copies over words that are all ones; every third lane's copy is not valid. The first group is read while the
// second may still be in flight.
// in: of each lane 4 words of each group; out: the same
extern "C" __global__ void __launch_bounds__(32) wrapper_cp_async_16(unsigned* out, const unsigned* in) {
  __shared__ __align__(16) unsigned buffer[2][128];
  const int lane = threadIdx.x;
  const bool valid = lane % 3 != 1;
  for (int i = 0; i < 4; i++) buffer[0][lane * 4 + i] = buffer[1][lane * 4 + i] = 0xffffffffu;
  __syncthreads();
#pragma unroll
  for (int group = 0; group < 2; group++) {
    ptx::cp_async_16(ptx::shared(buffer[group] + lane * 4), in + blockIdx.x * 256 + group * 128 + lane * 4, valid);
    ptx::cp_async_commit();
  }
  ptx::cp_async_wait<1>();
  for (int i = 0; i < 4; i++) out[blockIdx.x * 256 + lane * 4 + i] = buffer[0][lane * 4 + i];
  ptx::cp_async_wait<0>();
  for (int i = 0; i < 4; i++) out[blockIdx.x * 256 + 128 + lane * 4 + i] = buffer[1][lane * 4 + i];
}
EXPORT(wrapper_cp_async_16)

// in: of each lane x; out: 2^x
extern "C" __global__ void __launch_bounds__(32) wrapper_ex2(unsigned* out, const unsigned* in) {
  const int i = blockIdx.x * 32 + threadIdx.x;
  out[i] = __float_as_uint(ptx::ex2(__uint_as_float(in[i])));
}
EXPORT(wrapper_ex2)

// in: of each lane two floats; out: both as bf16
extern "C" __global__ void __launch_bounds__(32) wrapper_cvt_rn_bf16x2(unsigned* out, const unsigned* in) {
  const int i = blockIdx.x * 32 + threadIdx.x;
  out[i] = ptx::cvt_rn_bf16x2(__uint_as_float(in[2 * i]), __uint_as_float(in[2 * i + 1]));
}
EXPORT(wrapper_cvt_rn_bf16x2)
