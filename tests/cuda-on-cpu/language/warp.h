// Warp operations. All use one primitive: every lane of the mask stores its operands, and the last lane to arrive computes
// for all.
#pragma once
#include "numbers.h"
#include "threads.h"

namespace cuda_on_cpu {

// One kind of operation. `compute` sees the operands of the lanes in `arrived`; null for a barrier alone.
struct WarpOperation {
  const char* name;
  void (*compute)(void* const* operands, unsigned arrived);
  bool aligned;  // PTX's .aligned: all 32 lanes, at the same line
};

void together(const WarpOperation& operation, unsigned mask, void* operands, Place place);
unsigned lanes_alive();

struct Shuffle {
  unsigned long long value, result;
  unsigned source;
};
struct Vote {
  unsigned value, result;
};
extern const WarpOperation sync_warp, shuffle, ballot, reduce_add, reduce_min, reduce_max, reduce_and, reduce_or, reduce_xor;

template <class T>
inline T shuffled(unsigned mask, T value, unsigned source, Place place) {
  static_assert(sizeof(T) <= 8, "CUDA shuffles 4 or 8 bytes");
  Shuffle operands = {0, 0, source};
  memcpy(&operands.value, &value, sizeof value);
  together(shuffle, mask, &operands, place);
  memcpy(&value, &operands.result, sizeof value);
  return value;
}

inline unsigned voted(const WarpOperation& operation, unsigned mask, unsigned value, Place place) {
  Vote operands = {value, 0};
  together(operation, mask, &operands, place);
  return operands.result;
}

// The first lane of this lane's group of `width` lanes.
inline unsigned group_start(int width) { return thread->lane / width * width; }

}  // namespace cuda_on_cpu

#define CUDA_ON_CPU_HERE cuda_on_cpu::Place place = cuda_on_cpu::Place::here()

static inline void __syncwarp(unsigned mask = 0xffffffffu, CUDA_ON_CPU_HERE) {
  cuda_on_cpu::together(cuda_on_cpu::sync_warp, mask, nullptr, place);
}

// A lane that would read from outside its group reads its own value.
template <class T>
static inline T __shfl_sync(unsigned mask, T value, int lane, int width = 32, CUDA_ON_CPU_HERE) {
  return cuda_on_cpu::shuffled(mask, value, cuda_on_cpu::group_start(width) + (lane & (width - 1)), place);
}
template <class T>
static inline T __shfl_xor_sync(unsigned mask, T value, int bits, int width = 32, CUDA_ON_CPU_HERE) {
  const unsigned self = cuda_on_cpu::thread->lane, source = self ^ bits;
  return cuda_on_cpu::shuffled(mask, value, source < cuda_on_cpu::group_start(width) + width ? source : self, place);
}
template <class T>
static inline T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32, CUDA_ON_CPU_HERE) {
  const unsigned self = cuda_on_cpu::thread->lane;
  return cuda_on_cpu::shuffled(mask, value, self >= cuda_on_cpu::group_start(width) + delta ? self - delta : self, place);
}
template <class T>
static inline T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32, CUDA_ON_CPU_HERE) {
  const unsigned self = cuda_on_cpu::thread->lane;
  return cuda_on_cpu::shuffled(mask, value, self + delta < cuda_on_cpu::group_start(width) + width ? self + delta : self,
                               place);
}

static inline unsigned __ballot_sync(unsigned mask, int predicate, CUDA_ON_CPU_HERE) {
  return cuda_on_cpu::voted(cuda_on_cpu::ballot, mask, predicate != 0, place);
}
static inline int __any_sync(unsigned mask, int predicate, CUDA_ON_CPU_HERE) {
  return cuda_on_cpu::voted(cuda_on_cpu::ballot, mask, predicate != 0, place) != 0;
}
static inline int __all_sync(unsigned mask, int predicate, CUDA_ON_CPU_HERE) {
  return cuda_on_cpu::voted(cuda_on_cpu::ballot, mask, predicate == 0, place) == 0;
}

// Compute capability 8.0: integers only.
static inline unsigned __reduce_add_sync(unsigned mask, unsigned value, CUDA_ON_CPU_HERE) {
  return cuda_on_cpu::voted(cuda_on_cpu::reduce_add, mask, value, place);
}
static inline unsigned __reduce_and_sync(unsigned mask, unsigned value, CUDA_ON_CPU_HERE) {
  return cuda_on_cpu::voted(cuda_on_cpu::reduce_and, mask, value, place);
}
static inline unsigned __reduce_or_sync(unsigned mask, unsigned value, CUDA_ON_CPU_HERE) {
  return cuda_on_cpu::voted(cuda_on_cpu::reduce_or, mask, value, place);
}
static inline unsigned __reduce_xor_sync(unsigned mask, unsigned value, CUDA_ON_CPU_HERE) {
  return cuda_on_cpu::voted(cuda_on_cpu::reduce_xor, mask, value, place);
}
// Signed and unsigned order differ: the sign bit is flipped on the way in and out.
static inline unsigned __reduce_min_sync(unsigned mask, unsigned value, CUDA_ON_CPU_HERE) {
  return cuda_on_cpu::voted(cuda_on_cpu::reduce_min, mask, value, place);
}
static inline unsigned __reduce_max_sync(unsigned mask, unsigned value, CUDA_ON_CPU_HERE) {
  return cuda_on_cpu::voted(cuda_on_cpu::reduce_max, mask, value, place);
}
static inline int __reduce_min_sync(unsigned mask, int value, CUDA_ON_CPU_HERE) {
  return (int)(cuda_on_cpu::voted(cuda_on_cpu::reduce_min, mask, (unsigned)value ^ 0x80000000u, place) ^ 0x80000000u);
}
static inline int __reduce_max_sync(unsigned mask, int value, CUDA_ON_CPU_HERE) {
  return (int)(cuda_on_cpu::voted(cuda_on_cpu::reduce_max, mask, (unsigned)value ^ 0x80000000u, place) ^ 0x80000000u);
}

// The lanes that have not returned. On a GPU it is the lanes that run together at this moment, which no kernel may rely on.
static inline unsigned __activemask() { return cuda_on_cpu::lanes_alive(); }
