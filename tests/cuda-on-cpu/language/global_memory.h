// Loads and stores with a hint for the cache (the hint is dropped), and atomics.
#pragma once
#include "numbers.h"

template <class T>
static inline T __ldg(const T* p) {
  return *p;
}
template <class T>
static inline T __ldcs(const T* p) {
  return *p;
}
template <class T>
static inline T __ldcg(const T* p) {
  return *p;
}
template <class T>
static inline void __stcs(T* p, T value) {
  *p = value;
}
template <class T>
static inline void __stcg(T* p, T value) {
  *p = value;
}

namespace cuda_on_cpu {
// Replaces *p by change(*p) as one step and returns what was there. Bits is the integer of T's size.
template <class Bits, class T, class Change>
inline T exchange(T* p, Change change) {
  Bits before = __atomic_load_n((Bits*)p, __ATOMIC_RELAXED);
  while (!__atomic_compare_exchange_n((Bits*)p, &before, same_bits<Bits>(change(same_bits<T>(before))), true,
                                      __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
  return same_bits<T>(before);
}
}  // namespace cuda_on_cpu

static inline float atomicAdd(float* p, float x) {
  return cuda_on_cpu::exchange<unsigned>(p, [x](float y) { return y + x; });
}
static inline double atomicAdd(double* p, double x) {
  return cuda_on_cpu::exchange<unsigned long long>(p, [x](double y) { return y + x; });
}

#define CUDA_ON_CPU_ATOMICS(type)                                                                        \
  static inline type atomicAdd(type* p, type x) { return __atomic_fetch_add(p, x, __ATOMIC_RELAXED); }   \
  static inline type atomicAnd(type* p, type x) { return __atomic_fetch_and(p, x, __ATOMIC_RELAXED); }   \
  static inline type atomicOr(type* p, type x) { return __atomic_fetch_or(p, x, __ATOMIC_RELAXED); }     \
  static inline type atomicXor(type* p, type x) { return __atomic_fetch_xor(p, x, __ATOMIC_RELAXED); }   \
  static inline type atomicExch(type* p, type x) { return __atomic_exchange_n(p, x, __ATOMIC_RELAXED); } \
  static inline type atomicMin(type* p, type x) {                                                        \
    return cuda_on_cpu::exchange<type>(p, [x](type y) { return x < y ? x : y; });                        \
  }                                                                                                      \
  static inline type atomicMax(type* p, type x) {                                                        \
    return cuda_on_cpu::exchange<type>(p, [x](type y) { return y < x ? x : y; });                        \
  }                                                                                                      \
  static inline type atomicCAS(type* p, type expected, type x) {                                         \
    __atomic_compare_exchange_n(p, &expected, x, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);             \
    return expected;                                                                                     \
  }
CUDA_ON_CPU_ATOMICS(int)
CUDA_ON_CPU_ATOMICS(unsigned)
CUDA_ON_CPU_ATOMICS(unsigned long long)
#undef CUDA_ON_CPU_ATOMICS
