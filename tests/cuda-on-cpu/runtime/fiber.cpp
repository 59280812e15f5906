#include "fiber.h"
#include <sys/mman.h>
#include <cstdio>
#include <cstdlib>
#include "sanitizers.h"

namespace cuda_on_cpu {

#ifndef __x86_64__
#error "Fibers are written for x86-64; port switch_stacks and prepare"
#endif

// void switch_stacks(void** save, void* next): pushes what a function must keep, changes stacks, pops the other's.
extern "C" void cuda_on_cpu_switch_stacks(void** save, void* next);
asm(R"(
.text
.p2align 4
.globl cuda_on_cpu_switch_stacks
.hidden cuda_on_cpu_switch_stacks
.type cuda_on_cpu_switch_stacks, @function
cuda_on_cpu_switch_stacks:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size cuda_on_cpu_switch_stacks, . - cuda_on_cpu_switch_stacks
)");

#ifdef CUDA_ON_CPU_ADDRESS_SANITIZER
static constexpr size_t STACK_SIZE = 512 << 10;  // its frames are larger
#else
static constexpr size_t STACK_SIZE = 128 << 10;
#endif
static constexpr size_t PAGE = 4096;

Stack new_stack() {
  // The lowest page is a guard page: a stack overflow faults.
  char* pages = (char*)mmap(nullptr, PAGE + STACK_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (pages == MAP_FAILED || mprotect(pages + PAGE, STACK_SIZE, PROT_READ | PROT_WRITE) != 0) {
    perror("cuda-on-cpu: no memory for the stack of a CUDA thread");
    abort();
  }
  return {pages + PAGE, STACK_SIZE};
}

#ifdef CUDA_ON_CPU_ADDRESS_SANITIZER
// The fiber that this switch left; its stack is recorded here if it is not known yet.
static __thread Fiber* left;

static void finish_switch(void* fake_stack) {
  const void* lowest;
  size_t size;
  __sanitizer_finish_switch_fiber(fake_stack, &lowest, &size);
  if (left && !left->stack.lowest) left->stack = {(char*)lowest, size};
}
#endif

void adopt_this_thread(Fiber& fiber) {
#ifdef CUDA_ON_CPU_THREAD_SANITIZER
  fiber.race_detector = __tsan_get_current_fiber();
#else
  (void)fiber;
#endif
}

void prepare(Fiber& fiber, Stack stack, unsigned colour, void (*entry)()) {
  PERMIT(stack.lowest, stack.size);  // frames of an earlier fiber that never returned
  fiber.stack = stack;
#ifdef CUDA_ON_CPU_THREAD_SANITIZER
  if (!fiber.race_detector) fiber.race_detector = __tsan_create_fiber(0);
#endif
  const size_t shift = colour * 17 % 64 * 64 + colour / 64 % 4 * PAGE;
  void** top = (void**)(stack.lowest + stack.size - shift);
  *--top = nullptr;  // a return address for entry(), which never returns; it also aligns the stack
  *--top = (void*)entry;
  for (int i = 0; i < 6; i++) *--top = nullptr;
  fiber.stack_pointer = top;
}

void switch_fibers(Fiber& from, Fiber& to, [[maybe_unused]] bool ends, [[maybe_unused]] bool ordered) {
#ifdef CUDA_ON_CPU_ADDRESS_SANITIZER
  void* fake_stack = nullptr;
  left = &from;
  __sanitizer_start_switch_fiber(ends ? nullptr : &fake_stack, to.stack.lowest, to.stack.size);
#endif
#ifdef CUDA_ON_CPU_THREAD_SANITIZER
  __tsan_switch_to_fiber(to.race_detector, ordered ? 0 : __tsan_switch_to_fiber_no_sync);
#endif
  cuda_on_cpu_switch_stacks(&from.stack_pointer, to.stack_pointer);
#ifdef CUDA_ON_CPU_ADDRESS_SANITIZER
  finish_switch(fake_stack);
#endif
}

void entered() {
#ifdef CUDA_ON_CPU_ADDRESS_SANITIZER
  finish_switch(nullptr);
#endif
}

}  // namespace cuda_on_cpu
