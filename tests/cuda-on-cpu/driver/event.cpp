#include "event.h"
#include <set>
#include "capture.h"
#include "counters.h"

namespace cuda_on_cpu {

static std::set<Event*> events;

static constexpr unsigned DISABLE_TIMING = 2, EXTERNAL = 1;

Event& event_of(CUevent handle) {
  Event* const event = (Event*)handle;
  if (!events.count(event)) refuse(CUDA_ERROR_INVALID_HANDLE, "there is no such event");
  return *event;
}

void destroy_events(Context& owner) {
  for (auto i = events.begin(); i != events.end();) {
    Event* const event = *i;
    if (event->owner != &owner) {
      ++i;
      continue;
    }
    i = events.erase(i);
    delete event;
  }
}

static void stamp(Event* event) {
  if (events.count(event)) event->time = std::chrono::steady_clock::now();
}

// In a capture an event is a mark for other streams to wait for, without a time; only an external one becomes a node.
static void record_event(Event& event, Stream& stream, bool external) {
  if (stream.capture) {
    if (external) {
      event.recorded = true;
      event.captured = false;
      Event* const target = &event;
      submit(stream, {WorkType::EVENT_RECORD, "event", [target] { stamp(target); }});
      return;
    }
    event.recorded = event.captured = true;
    event.capture = stream.capture;
    mark(event, stream);
    return;
  }
  Event* const target = &event;
  event.captured = false;
  event.capture.reset();
  submit(stream, {WorkType::EVENT_RECORD, "event", [target] { stamp(target); }});
  event.recorded = true;
  event.stream_id = stream.id;
  event.position = stream.submitted;
}

void wait_for_event(Stream& stream, Event& event) {
  if (!event.recorded) return;
  if (event.captured) {
    join(stream, event);
    return;
  }
  if (stream.capture) {
    invalidate(*stream.capture);
    refuse(CUDA_ERROR_STREAM_CAPTURE_ISOLATION, "the event was recorded outside of the capture");
  }
  const uint64_t id = event.stream_id, position = event.position;
  submit(stream, {WorkType::EMPTY, "wait", [id, position] { finish_until(id, position); }});
}

static void require_outside_capture(const Event& event) {
  if (event.captured)
    refuse(CUDA_ERROR_CAPTURED_EVENT, "the event was last recorded in a capture: it has no time of its own");
}

static float milliseconds_between(const Event& start, const Event& end) {
  for (const Event* event : {&start, &end}) {
    if (!event->timed) refuse(CUDA_ERROR_INVALID_HANDLE, "the event was created without timing");
    if (!event->recorded) refuse(CUDA_ERROR_INVALID_HANDLE, "the event was never recorded");
    require_outside_capture(*event);
    if (!is_finished(event->stream_id, event->position)) refuse(CUDA_ERROR_NOT_READY, "the event has not been reached");
  }
  return std::chrono::duration<float, std::milli>(end.time - start.time).count();
}

}  // namespace cuda_on_cpu

using namespace cuda_on_cpu;

DRIVER_API CUresult cuEventCreate(CUevent* result, unsigned flags) {
  return call("cuEventCreate", [&] {
    require(result, "the result");
    Event* event = new Event;
    event->owner = &current_context();
    event->timed = (flags & DISABLE_TIMING) == 0;
    events.insert(event);
    *result = (CUevent)event;
  });
}

DRIVER_API CUresult cuEventDestroy_v2(CUevent handle) {
  return call("cuEventDestroy_v2", [&] {
    Event* event = &event_of(handle);
    events.erase(event);
    delete event;
  });
}

DRIVER_API CUresult cuEventRecord(CUevent event, CUstream stream) {
  return call("cuEventRecord", [&] { record_event(event_of(event), stream_of(stream), false); });
}

DRIVER_API CUresult cuEventRecordWithFlags(CUevent event, CUstream stream, unsigned flags) {
  return call("cuEventRecordWithFlags", [&] { record_event(event_of(event), stream_of(stream), flags & EXTERNAL); });
}

DRIVER_API CUresult cuEventSynchronize(CUevent handle) {
  return call("cuEventSynchronize", [&] {
    const Event& event = event_of(handle);
    require_outside_capture(event);
    count("synchronizations");
    if (event.recorded) finish_until(event.stream_id, event.position);
  });
}

DRIVER_API CUresult cuEventQuery(CUevent handle) {
  return call("cuEventQuery", [&] {
    const Event& event = event_of(handle);
    require_outside_capture(event);
    if (!event.recorded || is_finished(event.stream_id, event.position)) return;
    run_one(*find_stream(event.stream_id));  // repeated queries make progress
    refuse(CUDA_ERROR_NOT_READY, "work is under way");
  });
}

static CUresult elapsed(const char* function, float* milliseconds, CUevent start, CUevent end) {
  return call(function, [&] {
    require(milliseconds, "the result");
    *milliseconds = milliseconds_between(event_of(start), event_of(end));
  });
}

DRIVER_API CUresult cuEventElapsedTime(float* milliseconds, CUevent start, CUevent end) {
  return elapsed("cuEventElapsedTime", milliseconds, start, end);
}

DRIVER_API CUresult cuEventElapsedTime_v2(float* milliseconds, CUevent start, CUevent end) {
  return elapsed("cuEventElapsedTime_v2", milliseconds, start, end);
}
