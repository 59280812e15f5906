// SwiGLU (Shazeer 2020, arXiv 2002.05202), with σ the logistic function and silu(g) = g·σ(g):
//
//   swiglu_forward:   y = silu(gate)·up                                                moves  6·T·F bytes
//   swiglu_backward:  dUp = dy·silu(gate),  dGate = dy·up·σ·(1 + gate·(1 − σ))         moves 10·T·F bytes
//
// All [T,F] bf16, each with its own pitch, computed in f32. An output may be one of the inputs: one thread reads every
// operand of an element before it writes.
//
// Bound by memory; eight elements per thread, 16-byte accesses where pitches and addresses allow them, no shared memory.
// Registers: 29 to 32 on sm_90, 28 to 32 on sm_80. No spills.
//
// H200: 4.2 of 4.8 TB/s. Not run on sm_80.
//
// Launch: grid T·⌈F/(8·B)⌉, block B = 256 or, for short rows, ⌈F/8⌉ rounded up to a warp.
#include "cudev.cuh"

__device__ __forceinline__ float logistic(float x) { return __fdividef(1.f, 1.f + __expf(-x)); }

extern "C" __global__ void swiglu_forward(bf16* y, const bf16* gate, const bf16* up, int T, int F, int ldy, int ldGate,
                                          int ldUp) {
  const Eight e = eight_of(F);
  if (e.row >= T || e.left <= 0) return;
  const bool wide = e.left >= 8 && (ldy | ldGate | ldUp) % 8 == 0 && aligned(y, gate, up);
  const float8 g = load8(gate + e.row * ldGate + e.column, e.left, wide);
  const float8 u = load8(up + e.row * ldUp + e.column, e.left, wide);
  float8 out;
#pragma unroll
  for (int i = 0; i < 8; i++) out.v[i] = g.v[i] * logistic(g.v[i]) * u.v[i];
  store8(y + e.row * ldy + e.column, out, e.left, wide);
}
EXPORT(swiglu_forward)

extern "C" __global__ void swiglu_backward(bf16* dGate, bf16* dUp, const bf16* dy, const bf16* gate, const bf16* up, int T,
                                           int F, int lddGate, int lddUp, int lddy, int ldGate, int ldUp) {
  const Eight e = eight_of(F);
  if (e.row >= T || e.left <= 0) return;
  const bool wide = e.left >= 8 && (lddGate | lddUp | lddy | ldGate | ldUp) % 8 == 0 && aligned(dGate, dUp, dy, gate, up);
  const float8 d = load8(dy + e.row * lddy + e.column, e.left, wide);
  const float8 g = load8(gate + e.row * ldGate + e.column, e.left, wide);
  const float8 u = load8(up + e.row * ldUp + e.column, e.left, wide);
  float8 dg, du;
#pragma unroll
  for (int i = 0; i < 8; i++) {
    const float s = logistic(g.v[i]), silu = g.v[i] * s;
    du.v[i] = d.v[i] * silu;
    dg.v[i] = d.v[i] * u.v[i] * (s + silu * (1.f - s));
  }
  store8(dGate + e.row * lddGate + e.column, dg, e.left, wide);
  store8(dUp + e.row * lddUp + e.column, du, e.left, wide);
}
EXPORT(swiglu_backward)
