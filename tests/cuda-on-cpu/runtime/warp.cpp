// The one primitive behind every warp operation, and the operations that compute on values alone.
#include "warp.h"
#include "block.h"
#include "sanitizers.h"

namespace cuda_on_cpu {

unsigned lanes_alive() { return running_thread().warp->alive; }

// The meeting of this mask, or a free one.
static Meeting& meeting_for(Warp& warp, unsigned mask) {
  for (unsigned open = warp.open; open; open &= open - 1) {
    Meeting& meeting = warp.meetings[__builtin_ctz(open)];
    if (meeting.mask == mask) return meeting;
  }
  const unsigned free = __builtin_ctz(~warp.open);
  warp.open |= 1u << free;
  return warp.meetings[free];
}

void together(const WarpOperation& operation, unsigned mask, void* operands, Place place) {
  Thread& self = running_thread();
  Warp& warp = *self.warp;
  const unsigned bit = 1u << self.lane;
  if (!(mask & bit)) fail(place, "%s: lane %u is not in its own mask %08x", operation.name, self.lane, mask);
  if (operation.aligned && warp.alive != 0xffffffffu)
    fail(place, "%s needs all 32 lanes of the warp, and only %08x are there", operation.name, warp.alive);

  Meeting& meeting = meeting_for(warp, mask);
  if (!meeting.arrived) {
    meeting.mask = mask;
    meeting.operation = &operation;
    meeting.place = place;
  } else if (meeting.operation != &operation || (operation.aligned && meeting.place != place)) {
    fail(place, "lanes of a warp went different ways: others of mask %08x wait in %s at line %d, this one in %s", mask,
         meeting.operation->name, meeting.place.line, operation.name);
  }
  self.waits_at = place;
  meeting.operands[self.lane] = operands;
  meeting.arrived |= bit;

  // Only __syncwarp orders memory accesses between lanes; the others exchange registers.
  char* token = &meeting.token[meeting.generation & 1];
  const bool orders = &operation == &sync_warp;
  if (orders) RELEASE(token);
  if (meeting.arrived == (mask & warp.alive)) {
    self.owner->finish(meeting, warp, &self);
  } else {
    self.owner->wait(self);
  }
  if (orders) ACQUIRE(token);
}

void Block::finish(Meeting& meeting, Warp& warp, const Thread* last) {
  unsigned lanes = meeting.arrived;
  meeting.arrived = 0;
  warp.open &= ~(1u << (&meeting - warp.meetings));
  meeting.generation++;
  if (meeting.operation->compute) meeting.operation->compute(meeting.operands, lanes);
  if (last) lanes &= ~(1u << last->lane);
  make_runnable(warp, lanes);
}

// ---- shuffles and votes

template <class Body>
static void each_lane(unsigned lanes, Body body) {
  for (; lanes; lanes &= lanes - 1) body(__builtin_ctz(lanes));
}

// The result of a read from a lane that gave nothing: large as a float and as a bf16, out of range as an index.
static constexpr unsigned long long GARBAGE = 0x7f7f7f7f7f7f7f7full;

static void compute_shuffle(void* const* operands, unsigned arrived) {
  each_lane(arrived, [&](unsigned lane) {
    Shuffle& self = *(Shuffle*)operands[lane];
    const bool given = arrived >> self.source & 1;
    self.result = given ? ((Shuffle*)operands[self.source])->value : GARBAGE;
  });
}

static void give_all(void* const* operands, unsigned arrived, unsigned result) {
  each_lane(arrived, [&](unsigned lane) { ((Vote*)operands[lane])->result = result; });
}

static void compute_ballot(void* const* operands, unsigned arrived) {
  unsigned result = 0;
  each_lane(arrived, [&](unsigned lane) { result |= ((Vote*)operands[lane])->value << lane; });
  give_all(operands, arrived, result);
}

template <class Combine>
static void reduce(void* const* operands, unsigned arrived, Combine combine) {
  unsigned result = ((Vote*)operands[__builtin_ctz(arrived)])->value;
  each_lane(arrived & (arrived - 1), [&](unsigned lane) { result = combine(result, ((Vote*)operands[lane])->value); });
  give_all(operands, arrived, result);
}

#define REDUCTION(expression)                                                                 \
  [](void* const* operands, unsigned arrived) {                                               \
    reduce(operands, arrived, [](unsigned a, unsigned b) -> unsigned { return expression; }); \
  }

const WarpOperation sync_warp = {"__syncwarp", nullptr, false};
const WarpOperation shuffle = {"__shfl_sync", compute_shuffle, false};
const WarpOperation ballot = {"__ballot_sync", compute_ballot, false};
const WarpOperation reduce_add = {"__reduce_add_sync", REDUCTION(a + b), false};
const WarpOperation reduce_min = {"__reduce_min_sync", REDUCTION(a < b ? a : b), false};
const WarpOperation reduce_max = {"__reduce_max_sync", REDUCTION(a > b ? a : b), false};
const WarpOperation reduce_and = {"__reduce_and_sync", REDUCTION(a& b), false};
const WarpOperation reduce_or = {"__reduce_or_sync", REDUCTION(a | b), false};
const WarpOperation reduce_xor = {"__reduce_xor_sync", REDUCTION(a ^ b), false};

}  // namespace cuda_on_cpu
