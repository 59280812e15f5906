#include "traffic.h"
#if defined(CUDA_ON_CPU_TRAFFIC)
#include <cstdlib>
#include "block.h"
#include "device_memory.h"

namespace cuda_on_cpu {

// Allocations do not change while a kernel runs.
bool TrafficMeter::is_device_memory(uintptr_t p) {
  if (p - known_start_ < known_end_ - known_start_) return true;
  if (p >> 12 == other_page_) return false;
  const Allocation* found = find_allocation((const void*)p);
  if (!found) {
    other_page_ = p >> 12;
    return false;
  }
  known_start_ = (uintptr_t)found->start;
  known_end_ = known_start_ + found->bytes;
  return true;
}

TrafficMeter::Line& TrafficMeter::line(uintptr_t number) {
  size_t slot = number * 0x9e3779b97f4a7c15ull >> 48;
  for (size_t tried = 0; tried < SIZE; tried++, slot = (slot + 1) % SIZE) {
    Line& line = lines_[slot];
    if (line.stretch != stretch_) {
      line = {number, stretch_, 0, 0};
      return line;
    }
    if (line.number == number) return line;
  }
  abort();  // four megabytes between two barriers
}

void TrafficMeter::access(const void* p, size_t bytes, uint32_t Line::*bits, uint64_t& counter) {
  const uintptr_t start = (uintptr_t)p;
  if (!is_device_memory(start)) return;
  for (uintptr_t half = start / 2; half * 2 < start + bytes; half++) {
    uint32_t& seen = line(half / 32).*bits;
    const uint32_t bit = 1u << half % 32;
    if (!(seen & bit)) counter += 2;
    seen |= bit;
  }
}

static void read(const void* p, size_t bytes) {
  if (in_kernel()) running_block().traffic.read(p, bytes);
}
static void write(const void* p, size_t bytes) {
  if (in_kernel()) running_block().traffic.write(p, bytes);
}

}  // namespace cuda_on_cpu

// ---- the functions that g++ -fsanitize=thread calls

#define ACCESS(bytes)                                                         \
  void __tsan_read##bytes(void* p) { cuda_on_cpu::read(p, bytes); }           \
  void __tsan_write##bytes(void* p) { cuda_on_cpu::write(p, bytes); }         \
  void __tsan_unaligned_read##bytes(void* p) { cuda_on_cpu::read(p, bytes); } \
  void __tsan_unaligned_write##bytes(void* p) { cuda_on_cpu::write(p, bytes); }
extern "C" {
ACCESS(1)
ACCESS(2)
ACCESS(4)
ACCESS(8)
ACCESS(16)
void __tsan_read_range(void* p, size_t bytes) { cuda_on_cpu::read(p, bytes); }
void __tsan_write_range(void* p, size_t bytes) { cuda_on_cpu::write(p, bytes); }
void __tsan_init() {}
void __tsan_func_entry(void*) {}
void __tsan_func_exit() {}
void __tsan_vptr_update(void**, void*) {}
void __tsan_vptr_read(void**) {}
}
#endif
