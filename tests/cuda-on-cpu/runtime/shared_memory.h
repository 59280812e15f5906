// The shared memory of a block: what the kernels declare (fixed) and what the launch asks for (dynamic). Both are filled
// with 0x7f before every block, so that a read before the write shows: 3.4e38 as a float and as a bf16 (not NaN, which fmaxf
// drops), an index out of range as an integer.
//
// PTX addresses shared memory by 32 bits: here the fixed part is a window at 0x10000000, the dynamic part one at 0x20000000.
#pragma once
#include <cstddef>
#include "threads.h"

namespace cuda_on_cpu {

class SharedMemory {
 public:
  static constexpr int POISON = 0x7f;

  SharedMemory();
  void resize(size_t dynamic_size);
  unsigned char* dynamic() const { return dynamic_; }
  void poison();
  // Did the block write past the end of its dynamic shared memory?
  bool overrun() const;

  // The 32-bit address of p; the memory at an address, checked to hold `bytes` of shared memory and to be aligned to them.
  unsigned address_of(const void* p, Place place) const;
  unsigned char* at(unsigned address, size_t bytes, const char* instruction, Place place) const;

 private:
  unsigned char* fixed_;
  size_t fixed_size_;
  unsigned char* dynamic_;
  size_t dynamic_size_ = 0;
};

}  // namespace cuda_on_cpu
