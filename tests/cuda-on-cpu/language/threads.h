// The thread that runs, its block, and the barrier. A kernel sees nothing else of runtime/.
#pragma once
#include "vectors.h"

namespace cuda_on_cpu {

// A line of a kernel, for messages. As a default argument it is the line of the call.
struct Place {
  const char* file;
  int line;
  static constexpr Place here(const char* file = __builtin_FILE(), int line = __builtin_LINE()) { return {file, line}; }
};
constexpr bool operator==(const Place& a, const Place& b) { return a.file == b.file && a.line == b.line; }
constexpr bool operator!=(const Place& a, const Place& b) { return !(a == b); }

struct BlockView {
  uint3 index;
  dim3 threads, grid;
  unsigned char* dynamic_shared;
};
struct ThreadView {
  uint3 index;
  unsigned lane;
};

// The block and thread that the calling worker runs at this moment. (__thread, not thread_local: nothing
// to initialise, so no call at every access.)
extern __thread const BlockView* block __attribute__((visibility("hidden")));
extern __thread const ThreadView* thread __attribute__((visibility("hidden")));

// Ends the launch with an error that names the kernel, the block and the thread.
[[noreturn]] void fail(Place place, const char* format, ...) __attribute__((format(printf, 2, 3)));

void barrier(Place place);

}  // namespace cuda_on_cpu

#define threadIdx (cuda_on_cpu::thread->index)
#define blockIdx (cuda_on_cpu::block->index)
#define blockDim (cuda_on_cpu::block->threads)
#define gridDim (cuda_on_cpu::block->grid)
#define warpSize 32

static inline void __syncthreads(cuda_on_cpu::Place place = cuda_on_cpu::Place::here()) { cuda_on_cpu::barrier(place); }

static inline void __threadfence_block() { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
static inline void __threadfence() { __atomic_thread_fence(__ATOMIC_SEQ_CST); }

#define __trap() cuda_on_cpu::fail(cuda_on_cpu::Place::here(), "__trap()")
#define assert(condition) \
  ((condition) ? (void)0 : cuda_on_cpu::fail(cuda_on_cpu::Place::here(), "assertion failed: %s", #condition))
