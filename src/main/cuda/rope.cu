// RoPE (Su et al. 2021, arXiv 2104.09864) in the half-rotated layout of Hugging Face, in place: with c, s the cosine and sine of
// the token's angle i, and h = D/2,
//
//   x_i ← x_i·c − x_{i+h}·s,   x_{i+h} ← x_{i+h}·c + x_i·s        (s·direction: −1 turns back, which is also the gradient)
//
// x [T,heads·D] bf16 with pitch ld; positions [T]; cos, sin [P,D/2] f32 hold every scaling of frequencies. Query and key
// heads stand side by side, so one launch turns both. D is even.
//
// Bound by memory: moves 4·T·heads·D bytes; the angles of a token come from the cache for all its heads but the first. Eight
// pairs a thread, 16 bytes an access where D/2 and pitch are multiples of 8 and addresses allow it. 44 registers, no spills
// (sm_90); 2.8 of 4.8 TB/s on an H200; not run on sm_80.
//
// Launch: grid T, block min(256, heads·⌈D/16⌉) rounded up to a warp.
#include "cudev.cuh"

extern "C" __global__ void rope(bf16* x, const int* __restrict__ positions, const float* __restrict__ cos,
                                const float* __restrict__ sin, int T, int heads, int D, int ld, float direction) {
  const int t = blockIdx.x;
  if (t >= T) return;
  const int half = D / 2, perHead = (half + 7) / 8;
  const bool wide = half % 8 == 0 && ld % 8 == 0 && aligned(x, cos, sin);
  const long long angles = (long long)positions[t] * half;
  for (int unit = threadIdx.x; unit < heads * perHead; unit += blockDim.x) {
    const int head = unit / perHead, i = (unit - head * perHead) * 8, left = half - i;
    bf16* first = x + (long long)t * ld + head * D + i;
    const float8 a = load8(first, left, wide), b = load8(first + half, left, wide);
    const float8 c = load8(cos + angles + i, left, wide), s = load8(sin + angles + i, left, wide);
    float8 p, q;
#pragma unroll
    for (int j = 0; j < 8; j++) {
      const float turn = s.v[j] * direction;
      p.v[j] = a.v[j] * c.v[j] - b.v[j] * turn;
      q.v[j] = b.v[j] * c.v[j] + a.v[j] * turn;
    }
    store8(first, p, left, wide);
    store8(first + half, q, left, wide);
  }
}
EXPORT(rope)
