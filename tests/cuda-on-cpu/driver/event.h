// Events: a position in a stream, and the time at which work reached it.
#pragma once
#include <chrono>
#include <memory>
#include "call.h"
#include "stream.h"

namespace cuda_on_cpu {

struct Event {
  Context* owner = nullptr;
  bool timed = true;
  bool recorded = false;
  uint64_t stream_id = 0, position = 0;
  std::chrono::steady_clock::time_point time;
  std::weak_ptr<Capture> capture;  // of the stream in which it was last recorded
  bool captured = false;
};

Event& event_of(CUevent handle);
void wait_for_event(Stream& stream, Event& event);
void destroy_events(Context& owner);

}  // namespace cuda_on_cpu
