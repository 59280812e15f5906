// RoPE (Su et al. 2021, arXiv 2104.09864) in the half-rotated layout of Hugging Face, in place. With h = D/2, and c, s
// cosine and sine of the token's angle i,
//
//   x_i ← x_i·c − x_{i+h}·s,   x_{i+h} ← x_{i+h}·c + x_i·s        (s·direction; −1: the inverse, and the gradient)
//
// x [T,heads·D] bf16 with pitch ld; positions [T]; cos, sin [P,D/2] f32, which include any scaling of frequencies. D is
// even. Query and key heads lie side by side: one launch rotates both.
//
// Bound by memory: moves 4·T·heads·D bytes; a token's angles are read from memory for its first head and from a cache for
// the others. Eight pairs per thread, 16-byte accesses where D/2 and pitch are multiples of 8 and addresses allow them.
// Registers: 44 on sm_90, 38 on sm_80. No spills.
//
// H200: 2.8 of 4.8 TB/s. Not run on sm_80.
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
