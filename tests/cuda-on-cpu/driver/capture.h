// Stream capture: work is recorded into a graph instead of run. Calls that a GPU's driver refuses during a capture are
// refused here too.
#pragma once
#include <map>
#include <thread>
#include "graph.h"
#include "stream.h"

namespace cuda_on_cpu {

struct Event;

enum class CaptureMode { GLOBAL = 0, THREAD_LOCAL = 1, RELAXED = 2 };  // CUstreamCaptureMode

struct Capture {
  Graph* graph;
  CaptureMode mode;
  std::thread::id thread;
  uint64_t origin;  // the stream it was begun in
  bool invalid = false;
  uint64_t id;
  std::map<uint64_t, uint64_t> recorded, joined;  // by stream: how much was recorded, and how much of it others wait for
};

void record(Stream& stream, Work work);
void mark(Event& event, Stream& stream);
void join(Stream& stream, Event& event);
void invalidate(Capture& capture);
void abandon(std::shared_ptr<Capture> capture);

// Refuse calls that would wait, allocate or use the default stream, and invalidate the capture.
void forbid_during_capture(const char* function);
void forbid_if_capturing(Stream& stream, const char* function);
void forbid_legacy_during_capture(Context& owner);

}  // namespace cuda_on_cpu
