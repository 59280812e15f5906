// What a block reads and writes of device memory, in the build that counts it (VARIANT=traffic); nothing in others.
//
// That build compiles the kernels with the calls that g++ inserts for ThreadSanitizer before every access; traffic.cpp
// defines the functions called. A byte counts once for a block between two of its barriers: the lanes of a warp that read
// one address make one request, and what a neighbour has just read is in L1. After a barrier it counts again.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace cuda_on_cpu {

#if defined(CUDA_ON_CPU_TRAFFIC)
class TrafficMeter {
 public:
  uint64_t read_bytes = 0, written_bytes = 0;

  // A block begins, or has passed a barrier: what was accessed before counts again.
  void pass_barrier() {
    stretch_++;
    known_start_ = known_end_ = other_page_ = 0;
  }
  void read(const void* p, size_t bytes) { access(p, bytes, &Line::read, read_bytes); }
  void write(const void* p, size_t bytes) { access(p, bytes, &Line::written, written_bytes); }

 private:
  // 64 bytes of device memory, a bit for every two of them: no access is smaller.
  struct Line {
    uintptr_t number = 0;
    uint64_t stretch = 0;
    uint32_t read = 0, written = 0;
  };
  static constexpr size_t SIZE = 1 << 16;

  void access(const void* p, size_t bytes, uint32_t Line::*bits, uint64_t& counter);
  Line& line(uintptr_t number);
  bool is_device_memory(uintptr_t p);

  std::vector<Line> lines_ = std::vector<Line>(SIZE);
  uint64_t stretch_ = 1;
  uintptr_t known_start_ = 0, known_end_ = 0;  // the allocation that was accessed last
  uintptr_t other_page_ = 0;                   // no page
};
#else
struct TrafficMeter {
  uint64_t read_bytes = 0, written_bytes = 0;
  void pass_barrier() {}
};
#endif

}  // namespace cuda_on_cpu
