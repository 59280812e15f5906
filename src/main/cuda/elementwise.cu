// Ops that move rows or treat all elements alike. All bf16.
//
//   add:           y = a + b                              [n], y may be a or b      moves 6·n bytes
//   gather_rows:   out[i] = x[rows[i]], 0 if rows[i] < 0  out [R,H], x [T,H]        moves 4·R·H bytes
//   scatter_rows:  out[rows[i]] = x[i] if rows[i] ≥ 0     out [T,H], x [R,H]        moves 4·R·H bytes
//
// scatter_rows: rows [R] has no repeats; other rows of out are unchanged.
//
// Bound by memory; eight elements per thread, 16-byte accesses where addresses allow them, no shared memory.
// Registers: 19 to 24 on sm_90, 17 to 24 on sm_80. No spills.
//
// H200: add 3.7 of 4.8 TB/s. Not run on sm_80.
//
// Launch, B = 256 or, for short rows, ⌈H/8⌉ rounded up to a warp:
//   add            grid ⌈n/2048⌉            block 256
//   gather_rows    grid R·⌈H/(8·B)⌉         block B
//   scatter_rows   grid R·⌈H/(8·B)⌉         block B
#include "cudev.cuh"

extern "C" __global__ void add(bf16* y, const bf16* a, const bf16* b, long long n) {
  const long long i = ((long long)blockIdx.x * blockDim.x + threadIdx.x) * 8;
  if (i >= n) return;
  const int left = (int)min(n - i, 8ll);
  const bool wide = left == 8 && aligned(y, a, b);
  const float8 p = load8(a + i, left, wide), q = load8(b + i, left, wide);
  float8 sum;
#pragma unroll
  for (int j = 0; j < 8; j++) sum.v[j] = p.v[j] + q.v[j];
  store8(y + i, sum, left, wide);
}
EXPORT(add)

extern "C" __global__ void gather_rows(bf16* out, const bf16* x, const int* rows, int R, int H) {
  const Eight e = eight_of(H);
  if (e.row >= R || e.left <= 0) return;
  const int row = rows[e.row];
  const bool wide = H % 8 == 0 && aligned(out, x);
  uint4 u = make_uint4(0, 0, 0, 0);
  if (row >= 0) u = load_packed(x + (long long)row * H + e.column, e.left, wide);
  store_packed(out + e.row * H + e.column, u, e.left, wide);
}
EXPORT(gather_rows)

extern "C" __global__ void scatter_rows(bf16* out, const bf16* x, const int* rows, int R, int H) {
  const Eight e = eight_of(H);
  if (e.row >= R || e.left <= 0) return;
  const int row = rows[e.row];
  const bool wide = H % 8 == 0 && aligned(out, x);
  if (row < 0) return;
  const uint4 u = load_packed(x + e.row * H + e.column, e.left, wide);
  store_packed(out + (long long)row * H + e.column, u, e.left, wide);
}
EXPORT(scatter_rows)
