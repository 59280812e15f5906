// Streams. Work runs at once (eager), or only when the host waits for it (late). Late work shows a host that reads a
// result or reuses a buffer without waiting, and a missing cuStreamWaitEvent.
#pragma once
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include "call.h"
#include "context.h"

namespace cuda_on_cpu {

struct Capture;

enum class WorkType { KERNEL = 0, COPY = 1, FILL = 2, HOST = 3, GRAPH = 4, EMPTY = 5, EVENT_RECORD = 7 };  // CUgraphNodeType

struct Work {
  WorkType type;
  std::string name;
  std::function<void()> run;
};

struct Stream {
  Context* owner;
  bool legacy;  // the default stream: it waits for all blocking streams, and they wait for it
  bool blocking;
  unsigned flags;
  int priority;
  uint64_t id;
  std::deque<Work> pending;
  uint64_t submitted = 0, finished = 0;
  std::shared_ptr<Capture> capture;
};

// The null handle is the default stream of the current context.
Stream& stream_of(CUstream handle);
Stream& default_stream();

// Runs the work, keeps it for later, or records it if the stream is capturing.
void submit(Stream& stream, Work work);

void finish(Stream& stream);
void finish_until(uint64_t stream_id, uint64_t position);
void run_one(Stream& stream);
void finish_all_streams(Context& owner);
void finish_blocking_streams(Context& owner);
void destroy_streams(Context& owner);
bool is_finished(uint64_t stream_id, uint64_t position);
Stream* find_stream(uint64_t id);

// All streams of a context, the default one too.
void each_stream(Context& owner, const std::function<void(Stream&)>& body);

}  // namespace cuda_on_cpu
