// Conversions between storage types, convert_FROM_TO: y [n] = x [n].
//
//   convert_f32_bf16: rounds to nearest, ties to even   moves 6·n bytes
//   convert_bf16_f32: exact                             moves 6·n bytes
//   convert_f16_f32:  exact                             moves 6·n bytes
//   convert_f16_bf16: rounds as above                   moves 4·n bytes
//
// Bound by memory; eight elements per thread, 16-byte accesses where addresses allow them.
// Registers: 18 to 26 on sm_90, 16 to 26 on sm_80. No spills.
//
// Correct on an H200; speed not measured. Not run on sm_80.
//
// Launch: grid ⌈n/2048⌉, block 256.
#include "cudev.cuh"

// IEEE 754 binary16: 1 sign, 5 exponent and 10 mantissa bits.
struct f16 {
  unsigned short bits;
};

// Moves exponent and mantissa to their places in a float and corrects the bias, 127 − 15, by a product, which also makes
// subnormal numbers right; infinity and NaN have all exponent bits, before and after.
__device__ __forceinline__ float f16_to_float(unsigned bits) {
  const float magnitude = __uint_as_float((bits & 0x7fff) << 13) * __uint_as_float((127 + 112) << 23);
  const unsigned special = (bits & 0x7c00) == 0x7c00 ? 0x7f800000u : 0u;
  return __uint_as_float(__float_as_uint(magnitude) | special | (bits & 0x8000) << 16);
}

__device__ __forceinline__ float8 load8(const f16* x, int left, bool wide) {
  const uint4 u = load_packed(reinterpret_cast<const bf16*>(x), left, wide);
  const unsigned pair[4] = {u.x, u.y, u.z, u.w};
  float8 v;
#pragma unroll
  for (int i = 0; i < 8; i++) v.v[i] = f16_to_float(pair[i / 2] >> 16 * (i % 2) & 0xffff);
  return v;
}

template <typename To, typename From>
__device__ __forceinline__ void convert(To* y, const From* x, long long n) {
  const long long i = ((long long)blockIdx.x * blockDim.x + threadIdx.x) * 8;
  if (i >= n) return;
  const int left = (int)min(n - i, 8ll);
  const bool wide = left == 8 && aligned(y, x);
  store8(y + i, load8(x + i, left, wide), left, wide);
}

extern "C" __global__ void convert_f32_bf16(bf16* __restrict__ y, const float* __restrict__ x, long long n) {
  convert(y, x, n);
}
EXPORT(convert_f32_bf16)

extern "C" __global__ void convert_bf16_f32(float* __restrict__ y, const bf16* __restrict__ x, long long n) {
  convert(y, x, n);
}
EXPORT(convert_bf16_f32)

extern "C" __global__ void convert_f16_f32(float* __restrict__ y, const f16* __restrict__ x, long long n) {
  convert(y, x, n);
}
EXPORT(convert_f16_f32)

extern "C" __global__ void convert_f16_bf16(bf16* __restrict__ y, const f16* __restrict__ x, long long n) {
  convert(y, x, n);
}
EXPORT(convert_f16_bf16)
