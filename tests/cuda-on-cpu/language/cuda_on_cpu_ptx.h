// The instructions of src/main/cuda/ptx.cuh, by the same names with the same signatures. Meanings: PTX ISA, NVIDIA.
#pragma once
#include <math.h>
#include "warp.h"

namespace cuda_on_cpu {

struct MatrixProduct {
  float* d;
  const unsigned* a;
  unsigned b0, b1;
};
struct MatrixLoad {
  unsigned* registers;
  unsigned row;
};
extern const WarpOperation mma_m16n8k16, ldmatrix_x1, ldmatrix_x1_trans, ldmatrix_x2, ldmatrix_x2_trans, ldmatrix_x4,
    ldmatrix_x4_trans;

unsigned shared_address(const void* p, Place place);
void copy_async(unsigned target, const void* source, bool valid, Place place);
void commit_copies(Place place);
void wait_for_copies(unsigned groups_left);

inline void load_matrix(const WarpOperation& operation, unsigned* registers, unsigned row, Place place) {
  MatrixLoad operands = {registers, row};
  together(operation, 0xffffffffu, &operands, place);
}

// Round to nearest, ties to even; every NaN becomes 0x7fff, as the instruction has it.
inline unsigned bf16_bits(float x) {
  const unsigned bits = __float_as_uint(x);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return 0x7fffu;
  return (bits + 0x7fffu + (bits >> 16 & 1)) >> 16;
}

}  // namespace cuda_on_cpu

namespace ptx {

// A byte address in shared memory: a window of 32 bits, as on a GPU (runtime/shared_memory.h).
typedef unsigned shared_address;

static inline shared_address shared(const void* p, CUDA_ON_CPU_HERE) { return cuda_on_cpu::shared_address(p, place); }

static inline void mma_m16n8k16(float (&d)[4], const unsigned (&a)[4], unsigned b0, unsigned b1, CUDA_ON_CPU_HERE) {
  cuda_on_cpu::MatrixProduct operands = {d, a, b0, b1};
  cuda_on_cpu::together(cuda_on_cpu::mma_m16n8k16, 0xffffffffu, &operands, place);
}

static inline void ldmatrix_x2(unsigned (&r)[2], shared_address row, CUDA_ON_CPU_HERE) {
  cuda_on_cpu::load_matrix(cuda_on_cpu::ldmatrix_x2, r, row, place);
}
static inline void ldmatrix_x2_trans(unsigned (&r)[2], shared_address row, CUDA_ON_CPU_HERE) {
  cuda_on_cpu::load_matrix(cuda_on_cpu::ldmatrix_x2_trans, r, row, place);
}
static inline void ldmatrix_x4(unsigned (&r)[4], shared_address row, CUDA_ON_CPU_HERE) {
  cuda_on_cpu::load_matrix(cuda_on_cpu::ldmatrix_x4, r, row, place);
}
static inline void ldmatrix_x4_trans(unsigned (&r)[4], shared_address row, CUDA_ON_CPU_HERE) {
  cuda_on_cpu::load_matrix(cuda_on_cpu::ldmatrix_x4_trans, r, row, place);
}

static inline void cp_async_16(shared_address target, const void* source, bool valid = true, CUDA_ON_CPU_HERE) {
  cuda_on_cpu::copy_async(target, source, valid, place);
}
static inline void cp_async_commit(CUDA_ON_CPU_HERE) { cuda_on_cpu::commit_copies(place); }
template <int N>
static inline void cp_async_wait() {
  cuda_on_cpu::wait_for_copies(N);
}

// .ftz: what would be subnormal is zero, on both sides.
static inline float ex2(float x) {
  const float y = exp2f(x);
  return fabsf(y) < 0x1p-126f ? 0.0f : y;
}

static inline unsigned cvt_rn_bf16x2(float first, float second) {
  return cuda_on_cpu::bf16_bits(first) | cuda_on_cpu::bf16_bits(second) << 16;
}

}  // namespace ptx
