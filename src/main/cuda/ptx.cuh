// Wrappers of the PTX instructions that have no name in CUDA C++ (PTX ISA, NVIDIA). The kernels contain no other asm. The
// tests' emulation has the same functions with C++ bodies.
#pragma once
#ifdef __CUDACC__

namespace ptx {

// A byte address in shared memory.
typedef unsigned shared_address;

__device__ __forceinline__ shared_address shared(const void* p) { return (unsigned)__cvta_generic_to_shared(p); }

// d += a·b on tensor cores: d 16×8 float, a 16×16 bf16 by rows, b 16×8 bf16 by columns. Of lane l, with g = l/4, c =
// 2·(l%4): a holds (g, c), (g+8, c), (g, c+8), (g+8, c+8), each with its right neighbour; b holds (c, g), (c+8, g), each
// with its lower neighbour; d holds (g, c), (g, c+1), (g+8, c), (g+8, c+1). PTX ISA, mma.m16n8k16.
__device__ __forceinline__ void mma_m16n8k16(float (&d)[4], const unsigned (&a)[4], unsigned b0, unsigned b1) {
  asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};\n"
               : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
               : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

// Loads 8×8 matrices of bf16. Lanes 8·i to 8·i+7 give the addresses of the rows of matrix i, each 16 bytes and 16-byte
// aligned; r[i] of lane l is (l/4, 2·(l%4)) of matrix i with its right neighbour. _trans: of the transposed matrix.
__device__ __forceinline__ void ldmatrix_x2(unsigned (&r)[2], shared_address row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%0,%1}, [%2];\n" : "=r"(r[0]), "=r"(r[1]) : "r"(row) : "memory");
}
__device__ __forceinline__ void ldmatrix_x2_trans(unsigned (&r)[2], shared_address row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16 {%0,%1}, [%2];\n"
               : "=r"(r[0]), "=r"(r[1])
               : "r"(row)
               : "memory");
}
__device__ __forceinline__ void ldmatrix_x4(unsigned (&r)[4], shared_address row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];\n"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(row)
               : "memory");
}
__device__ __forceinline__ void ldmatrix_x4_trans(unsigned (&r)[4], shared_address row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0,%1,%2,%3}, [%4];\n"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(row)
               : "memory");
}

// Starts to copy 16 bytes from global to shared memory; both addresses 16-byte aligned. Without `valid` nothing is read and
// zeros are written. This thread may read the copy after cp_async_wait, others after a barrier that follows it.
__device__ __forceinline__ void cp_async_16(shared_address target, const void* source, bool valid = true) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;\n" ::"r"(target), "l"(__cvta_generic_to_global(source)),
               "r"(valid ? 16 : 0)
               : "memory");
}
// Closes a group of copies.
__device__ __forceinline__ void cp_async_commit() { asm volatile("cp.async.commit_group;\n" ::: "memory"); }
// Waits until at most N of the latest groups are in flight.
template <int N>
__device__ __forceinline__ void cp_async_wait() {
  asm volatile("cp.async.wait_group %0;\n" ::"n"(N) : "memory");
}

// 2^x to within 2 ulp; subnormal results are zero.
__device__ __forceinline__ float ex2(float x) {
  float y;
  asm("ex2.approx.ftz.f32 %0, %1;\n" : "=f"(y) : "f"(x));
  return y;
}

// Two floats as bf16, rounded to nearest, ties to even; the first in the low half.
__device__ __forceinline__ unsigned cvt_rn_bf16x2(float first, float second) {
  unsigned pair;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;\n" : "=r"(pair) : "f"(second), "f"(first));
  return pair;
}

}  // namespace ptx

#else
#include "cuda_on_cpu_ptx.h"
#endif
