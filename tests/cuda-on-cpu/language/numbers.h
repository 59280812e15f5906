// Bits of numbers: reinterpretation and counting.
#pragma once
#include <cstring>

namespace cuda_on_cpu {
template <class To, class From>
inline To same_bits(From from) {
  static_assert(sizeof(To) == sizeof(From), "same size");
  To to;
  memcpy(&to, &from, sizeof to);
  return to;
}
}  // namespace cuda_on_cpu

static inline unsigned __float_as_uint(float x) { return cuda_on_cpu::same_bits<unsigned>(x); }
static inline int __float_as_int(float x) { return cuda_on_cpu::same_bits<int>(x); }
static inline float __uint_as_float(unsigned x) { return cuda_on_cpu::same_bits<float>(x); }
static inline float __int_as_float(int x) { return cuda_on_cpu::same_bits<float>(x); }
static inline long long __double_as_longlong(double x) { return cuda_on_cpu::same_bits<long long>(x); }
static inline double __longlong_as_double(long long x) { return cuda_on_cpu::same_bits<double>(x); }

static inline int __popc(unsigned x) { return __builtin_popcount(x); }
static inline int __popcll(unsigned long long x) { return __builtin_popcountll(x); }
static inline int __ffs(int x) { return __builtin_ffs(x); }
static inline int __ffsll(long long x) { return __builtin_ffsll(x); }
static inline int __clz(int x) { return x == 0 ? 32 : __builtin_clz((unsigned)x); }
static inline int __clzll(long long x) { return x == 0 ? 64 : __builtin_clzll((unsigned long long)x); }
static inline unsigned __brev(unsigned x) {
  unsigned y = 0;
  for (int i = 0; i < 32; i++) y |= (x >> i & 1) << (31 - i);
  return y;
}
static inline unsigned __umulhi(unsigned a, unsigned b) { return (unsigned)((unsigned long long)a * b >> 32); }
static inline int __mulhi(int a, int b) { return (int)((long long)a * b >> 32); }
static inline unsigned long long __umul64hi(unsigned long long a, unsigned long long b) {
  return (unsigned long long)((unsigned __int128)a * b >> 64);
}
static inline unsigned __byte_perm(unsigned a, unsigned b, unsigned selector) {
  const unsigned long long bytes = (unsigned long long)b << 32 | a;
  unsigned y = 0;
  for (int i = 0; i < 4; i++) {
    const unsigned byte = bytes >> 8 * (selector >> 4 * i & 7) & 0xff;
    const bool sign = selector >> (4 * i + 3) & 1;
    y |= (sign ? (byte & 0x80 ? 0xffu : 0u) : byte) << 8 * i;
  }
  return y;
}
static inline unsigned __funnelshift_l(unsigned low, unsigned high, unsigned shift) {
  return (unsigned)((((unsigned long long)high << 32 | low) << (shift & 31)) >> 32);
}
static inline unsigned __funnelshift_r(unsigned low, unsigned high, unsigned shift) {
  return (unsigned)(((unsigned long long)high << 32 | low) >> (shift & 31));
}
