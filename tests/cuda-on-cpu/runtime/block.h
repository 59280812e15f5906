// A block of threads while it runs on a worker: which of its threads can run, which wait for which, and its shared memory.
#pragma once
#include <cstdint>
#include <string>
#include <vector>
#include "fiber.h"
#include "settings.h"
#include "shared_memory.h"
#include "threads.h"
#include "traffic.h"
#include "warp.h"
#include "kernels.h"

namespace cuda_on_cpu {

struct Block;
struct Warp;

// cp.async: the copies that a thread has issued and not yet waited for.
struct PendingCopy {
  unsigned char* target;
  const unsigned char* source;  // null: zeros
};
struct PendingCopies {
  std::vector<PendingCopy> copies;
  std::vector<size_t> groups;  // for each committed group, the number of copies up to its end
};

struct Thread : ThreadView {
  Block* owner;
  Warp* warp;
  bool started;
  Place waits_at;
  Fiber fiber;
  PendingCopies pending;
};

// Lanes of a warp that have arrived at an operation and wait for the others of its mask.
struct Meeting {
  unsigned mask, arrived;
  const WarpOperation* operation;
  Place place;
  void* operands[32];
  unsigned generation;
  char token[2];  // ThreadSanitizer's, by parity: a lane must not acquire what is released to the next meeting
};

struct Warp {
  unsigned alive, runnable, at_barrier;
  unsigned open;  // which of the meetings have arrivals
  Thread* lanes;
  Meeting meetings[32];  // no two with arrivals are of the same mask
};

struct Failure {
  int code = 0;  // a CUresult; 0: none
  std::string text;
};

struct Statistics {
  uint64_t matrix_products = 0, bank_conflicts = 0;
  uint64_t read_bytes = 0, written_bytes = 0;  // of device memory, where they are counted (traffic.h)
};

struct Block : BlockView {
  Block();

  // Runs one block of a kernel to its end; failure is the outcome.
  void run(const Kernel& kernel, void* const* arguments, uint3 index, uint64_t number);
  void set_shape(dim3 grid, dim3 threads, unsigned dynamic_shared);

  // The running thread cannot go on before others have: runs these.
  void wait(Thread& self);
  void make_runnable(Warp& warp, unsigned lanes);
  void arrive_at_barrier(Thread& self, Place place);
  void finish(Meeting& meeting, Warp& warp, const Thread* last);
  [[noreturn]] void stop(int code, std::string text);

  Failure failure;
  SharedMemory shared;
  Statistics statistics;
  TrafficMeter traffic;

 private:
  static void thread_main();
  [[noreturn]] void run_threads();
  void retire(Thread& self);
  Thread* next_after(const Thread* self);
  unsigned one_of(unsigned set, int after);
  void switch_to(Thread& to, Thread* from, bool ends);
  [[noreturn]] void leave(Thread& self, bool ends);
  void open_barrier(const Thread* last);
  Stack take_stack();
  std::string who_waits() const;

  const Kernel* kernel = nullptr;
  void* const* arguments = nullptr;
  std::vector<Thread> all;
  std::vector<Warp> warps;
  unsigned count = 0, warp_count = 0, alive = 0, at_barrier = 0;
  unsigned runnable_warps = 0;  // those with runnable lanes
  Place barrier_place = {nullptr, 0};
  unsigned barrier_generation = 0;
  char barrier_token[2], start_token, end_token;
  uint64_t random = 1;
  Fiber worker;
  std::vector<Stack> stacks, free_stacks;
};

// The block and thread that this worker runs; null outside of kernels.
Block& running_block();
Thread& running_thread();
bool in_kernel();

}  // namespace cuda_on_cpu
