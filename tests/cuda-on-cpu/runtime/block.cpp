#include "block.h"
#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include "errors.h"
#include "sanitizers.h"

namespace cuda_on_cpu {

__thread const BlockView* block;
__thread const ThreadView* thread;

static constexpr unsigned MOST_THREADS = 1024;

Block& running_block() { return *(Block*)block; }
Thread& running_thread() { return *(Thread*)thread; }
bool in_kernel() { return thread != nullptr; }

Block::Block() : all(MOST_THREADS), warps(MOST_THREADS / 32) {
  adopt_this_thread(worker);
  // Never grown while threads run: ThreadSanitizer would report the move as a race.
  stacks.reserve(MOST_THREADS);
  free_stacks.reserve(MOST_THREADS);
  for (unsigned i = 0; i < MOST_THREADS; i++) {
    all[i].owner = this;
    all[i].lane = i % 32;
    all[i].warp = &warps[i / 32];
  }
  for (unsigned i = 0; i < warps.size(); i++) warps[i].lanes = &all[i * 32];
}

void Block::set_shape(dim3 grid, dim3 threads, unsigned dynamic_shared) {
  this->grid = grid;
  this->threads = threads;
  count = threads.x * threads.y * threads.z;
  warp_count = (count + 31) / 32;
  shared.resize(dynamic_shared);
  this->dynamic_shared = shared.dynamic();
}

void Block::run(const Kernel& kernel, void* const* arguments, uint3 index, uint64_t number) {
  this->kernel = &kernel;
  this->arguments = arguments;
  this->index = index;
  failure = {};
  alive = count;
  at_barrier = runnable_warps = 0;
  random = settings.seed * 0x9e3779b97f4a7c15ull ^ (number + 1) * 0xd1b54a32d192ed03ull;
  if (random == 0) random = 1;
#ifndef CUDA_ON_CPU_THREAD_SANITIZER  // there every thread keeps its own: two that share memory would look like a race
  free_stacks = stacks;
#endif
  shared.poison();
  traffic.pass_barrier();

  uint3 at = {0, 0, 0};
  for (unsigned i = 0; i < count; i++) {
    Thread& thread = all[i];
    thread.index = at;
    thread.started = false;
    thread.pending.copies.clear();
    thread.pending.groups.clear();
    if (++at.x == threads.x) at.x = 0, at.y++;
    if (at.y == threads.y) at.y = 0, at.z++;
  }
  for (unsigned i = 0; i < warp_count; i++) {
    Warp& warp = warps[i];
    const unsigned lanes = std::min(32u, count - i * 32);
    warp.alive = lanes == 32 ? 0xffffffffu : (1u << lanes) - 1;
    warp.runnable = warp.at_barrier = 0;
    for (Meeting& meeting : warp.meetings) meeting.arrived = 0;
    warp.open = 0;
    make_runnable(warp, warp.alive);
  }

  block = this;
  RELEASE(&start_token);
  switch_to(*next_after(nullptr), nullptr, false);
  block = nullptr;
  thread = nullptr;
  ACQUIRE(&end_token);
  if (failure.code == 0 && shared.overrun())
    failure = {ILLEGAL_ADDRESS, "a thread wrote past the end of dynamic shared memory"};
}

// ---- threads

void Block::thread_main() {
  entered();
  running_block().run_threads();
}

// Runs threads, one after another: as long as the next to run has not begun, it begins on this very stack, without a switch.
// So a kernel whose threads never wait runs as a loop.
void Block::run_threads() {
  for (;;) {
    ACQUIRE(&start_token);
    kernel->call(arguments);
    RELEASE(&end_token);
    Thread& self = running_thread();
    if (!self.pending.copies.empty()) stop(LAUNCH_FAILED, "a thread returned before it waited for its cp.async");
    retire(self);
    Thread* next = next_after(&self);
    if (!next) {
      if (alive > 0) failure = {LAUNCH_FAILED, who_waits()};
      leave(self, true);
    }
#ifndef CUDA_ON_CPU_THREAD_SANITIZER
    if (!next->started) {
      next->started = true;
      next->fiber.stack = self.fiber.stack;
      thread = next;
      continue;
    }
    free_stacks.push_back(self.fiber.stack);
#endif
    switch_to(*next, &self, true);
    __builtin_unreachable();
  }
}

// A thread has returned: no other waits for it from now on.
void Block::retire(Thread& self) {
  Warp& warp = *self.warp;
  warp.alive &= ~(1u << self.lane);
  alive--;
  for (Meeting& meeting : warp.meetings) {
    if (meeting.arrived && meeting.arrived == (meeting.mask & warp.alive)) finish(meeting, warp, nullptr);
  }
  if (alive > 0 && at_barrier == alive) open_barrier(nullptr);
}

void Block::wait(Thread& self) {
  Thread* next = next_after(&self);
  if (!next) stop(LAUNCH_FAILED, who_waits());
  if (next != &self) switch_to(*next, &self, false);
}

Stack Block::take_stack() {
  if (free_stacks.empty()) {
    stacks.push_back(new_stack());
    return stacks.back();
  }
  const Stack stack = free_stacks.back();
  free_stacks.pop_back();
  return stack;
}

void Block::switch_to(Thread& to, Thread* from, bool ends) {
  if (!to.started) {
    to.started = true;
#ifdef CUDA_ON_CPU_THREAD_SANITIZER
    const Stack stack = to.fiber.stack.lowest ? to.fiber.stack : take_stack();
#else
    const Stack stack = take_stack();
#endif
    prepare(to.fiber, stack, (unsigned)(&to - all.data()), thread_main);
  }
  thread = &to;
  switch_fibers(from ? from->fiber : worker, to.fiber, ends, false);
}

// Back to the worker: the block has ended, one way or another.
void Block::leave(Thread& self, bool ends) {
  switch_fibers(self.fiber, worker, ends, true);
  __builtin_unreachable();
}

void Block::stop(int code, std::string text) {
  Thread& self = running_thread();
  char where[200];
  snprintf(where, sizeof where, " [kernel %s, block (%u,%u,%u), thread (%u,%u,%u)]", kernel->name, index.x, index.y, index.z,
           self.index.x, self.index.y, self.index.z);
  failure = {code, text + where};
  std::string().swap(text);  // this frame is never left
  leave(self, true);
}

void fail(Place place, const char* format, ...) {
  char text[600];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  length = std::min(length, (int)sizeof text - 1);
  if (place.file) snprintf(text + length, sizeof text - length, " at %s:%d", place.file, place.line);
  running_block().stop(LAUNCH_FAILED, text);
}

// ---- which thread runs next

void Block::make_runnable(Warp& warp, unsigned lanes) {
  if (lanes == 0) return;
  warp.runnable |= lanes;
  runnable_warps |= 1u << (&warp - warps.data());
}

// One of a set of at most 32, by the order that is set: the next above `after` and round again, the highest, or any.
unsigned Block::one_of(unsigned set, int after) {
  switch (settings.order) {
    case Order::FORWARD: {
      const unsigned above = after >= 31 ? 0 : set & ~((2u << after) - 1);
      return __builtin_ctz(after >= 0 && above ? above : set);
    }
    case Order::REVERSE:
      return 31 - __builtin_clz(set);
    case Order::RANDOM:
      random ^= random << 13, random ^= random >> 7, random ^= random << 17;
      for (unsigned skip = random % __builtin_popcount(set); skip > 0; skip--) set &= set - 1;
      return __builtin_ctz(set);
  }
  __builtin_unreachable();
}

// In order, a warp runs until none of its lanes can; at random, every choice is open each time.
Thread* Block::next_after(const Thread* self) {
  if (runnable_warps == 0) return nullptr;
  Warp* warp = self ? self->warp : nullptr;
  int after_lane = self ? (int)self->lane : -1;
  if (!warp || !warp->runnable || settings.order == Order::RANDOM) {
    warp = &warps[one_of(runnable_warps, warp ? (int)(warp - warps.data()) : -1)];
    after_lane = -1;
  }
  const unsigned lane = one_of(warp->runnable, after_lane);
  warp->runnable &= ~(1u << lane);
  if (!warp->runnable) runnable_warps &= ~(1u << (warp - warps.data()));
  return warp->lanes + lane;
}

// ---- the block's barrier

void barrier(Place place) { running_block().arrive_at_barrier(running_thread(), place); }

void Block::arrive_at_barrier(Thread& self, Place place) {
  if (at_barrier == 0)
    barrier_place = place;
  else if (barrier_place != place)
    fail(place, "threads of a block wait at different barriers: others at line %d, this one", barrier_place.line);
  char* token = &barrier_token[barrier_generation & 1];
  RELEASE(token);
  self.waits_at = place;
  self.warp->at_barrier |= 1u << self.lane;
  if (++at_barrier == alive)
    open_barrier(&self);
  else
    wait(self);
  ACQUIRE(token);
}

void Block::open_barrier(const Thread* last) {
  traffic.pass_barrier();
  at_barrier = 0;
  barrier_generation++;
  for (unsigned i = 0; i < warp_count; i++) {
    unsigned lanes = warps[i].at_barrier;
    warps[i].at_barrier = 0;
    if (last && last->warp == &warps[i]) lanes &= ~(1u << last->lane);
    make_runnable(warps[i], lanes);
  }
}

// ---- a block that cannot go on

std::string Block::who_waits() const {
  char text[300];
  snprintf(text, sizeof text, "no thread of block (%u,%u,%u) of kernel %s can go on:", index.x, index.y, index.z,
           kernel->name);
  std::string result = text;
  for (unsigned i = 0; i < warp_count; i++) {
    const Warp& warp = warps[i];
    if (warp.at_barrier) {
      const Place place = warp.lanes[__builtin_ctz(warp.at_barrier)].waits_at;
      snprintf(text, sizeof text, " warp %u, lanes %08x wait in __syncthreads at %s:%d;", i, warp.at_barrier, place.file,
               place.line);
      result += text;
    }
    for (const Meeting& meeting : warp.meetings) {
      if (!meeting.arrived) continue;
      snprintf(text, sizeof text, " warp %u, lanes %08x wait in %s for the others of mask %08x at %s:%d;", i,
               meeting.arrived, meeting.operation->name, meeting.mask, meeting.place.file, meeting.place.line);
      result += text;
    }
  }
  result.pop_back();
  return result;
}

}  // namespace cuda_on_cpu
