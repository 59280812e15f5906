// Fibers: functions that can be left in the middle and entered again. Every CUDA thread is one, so that a barrier or a
// shuffle can leave it and run others. A switch saves the six registers that the x86-64 calling convention asks a function
// to keep: about 10 ns (ucontext takes 250).
#pragma once
#include <cstddef>

namespace cuda_on_cpu {

struct Stack {
  char* lowest;
  size_t size;
};
Stack new_stack();

struct Fiber {
  void* stack_pointer = nullptr;
  Stack stack = {nullptr, 0};
  void* race_detector = nullptr;  // ThreadSanitizer's own record of it
};

// The operating system's thread itself, as the fiber it is.
void adopt_this_thread(Fiber& fiber);

// Prepares `fiber` to start with entry() on `stack`. Tops of stacks that are a multiple of 4 KiB apart would share a few
// sets of the cache: `colour` shifts neighbouring stacks.
void prepare(Fiber& fiber, Stack stack, unsigned colour, void (*entry)());

// Leaves `from` for `to`; returns when another fiber switches back. A fiber that ends is never switched to again.
// `ordered`: what `from` did happened before what `to` does (ThreadSanitizer).
void switch_fibers(Fiber& from, Fiber& to, bool ends, bool ordered);

// The first thing an entry must call.
void entered();

}  // namespace cuda_on_cpu
