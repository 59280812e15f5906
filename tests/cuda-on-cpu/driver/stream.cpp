#include "stream.h"
#include <map>
#include "capture.h"
#include "counters.h"
#include "event.h"
#include "settings.h"

namespace cuda_on_cpu {

static std::map<uint64_t, std::unique_ptr<Stream>> streams;
static uint64_t next_id = 1;

static constexpr unsigned NON_BLOCKING = 1;

static Stream& create(Context& owner, bool legacy, unsigned flags, int priority) {
  const uint64_t id = next_id++;
  streams[id] =
      std::make_unique<Stream>(Stream{&owner, legacy, (flags & NON_BLOCKING) == 0, flags, priority, id, {}, 0, 0, nullptr});
  return *streams[id];
}

Stream* find_stream(uint64_t id) {
  const auto found = streams.find(id);
  return found == streams.end() ? nullptr : found->second.get();
}

void each_stream(Context& owner, const std::function<void(Stream&)>& body) {
  for (const auto& [id, stream] : streams) {
    if (stream->owner == &owner) body(*stream);
  }
}

Stream& default_stream() {
  Context& owner = current_context();
  Stream* result = nullptr;
  each_stream(owner, [&](Stream& stream) {
    if (stream.legacy) result = &stream;
  });
  return result ? *result : create(owner, true, 0, 0);
}

Stream& stream_of(CUstream handle) {
  if ((uintptr_t)handle <= 2) return default_stream();  // also CU_STREAM_LEGACY and CU_STREAM_PER_THREAD
  for (const auto& [id, stream] : streams) {
    if (stream.get() != (Stream*)handle) continue;
    if (stream->owner != &current_context()) refuse(CUDA_ERROR_INVALID_HANDLE, "the stream is of another context");
    return *stream;
  }
  refuse(CUDA_ERROR_INVALID_HANDLE, "there is no such stream");
}

void run_one(Stream& stream) {
  const Work work = std::move(stream.pending.front());
  stream.pending.pop_front();
  stream.finished++;
  work.run();
}

void finish(Stream& stream) {
  while (!stream.pending.empty()) run_one(stream);
}

bool is_finished(uint64_t stream_id, uint64_t position) {
  const Stream* stream = find_stream(stream_id);
  return !stream || stream->finished >= position;
}

void finish_until(uint64_t stream_id, uint64_t position) {
  while (!is_finished(stream_id, position)) run_one(*find_stream(stream_id));
}

void finish_all_streams(Context& owner) { each_stream(owner, finish); }

void finish_blocking_streams(Context& owner) {
  each_stream(owner, [](Stream& stream) {
    if (stream.blocking) finish(stream);
  });
}

void submit(Stream& stream, Work work) {
  if (stream.capture) {
    record(stream, std::move(work));
    return;
  }
  if (stream.legacy) {
    forbid_legacy_during_capture(*stream.owner);
    finish_blocking_streams(*stream.owner);
  } else if (settings.late_streams) {
    stream.submitted++;
    stream.pending.push_back(std::move(work));
    return;
  }
  finish(stream);
  stream.submitted++;
  stream.finished++;
  work.run();
}

static void destroy(Stream& stream) {
  finish(stream);
  streams.erase(stream.id);
}

void destroy_streams(Context& owner) {
  for (auto i = streams.begin(); i != streams.end();) {
    const auto next = std::next(i);
    if (i->second->owner == &owner) streams.erase(i);
    i = next;
  }
}

}  // namespace cuda_on_cpu

using namespace cuda_on_cpu;

DRIVER_API CUresult cuStreamCreateWithPriority(CUstream* result, unsigned flags, int priority) {
  return call("cuStreamCreateWithPriority", [&] {
    require(result, "the result");
    *result = (CUstream)&create(current_context(), false, flags, priority);
  });
}

DRIVER_API CUresult cuStreamCreate(CUstream* result, unsigned flags) {
  return call("cuStreamCreate", [&] {
    require(result, "the result");
    *result = (CUstream)&create(current_context(), false, flags, 0);
  });
}

DRIVER_API CUresult cuStreamDestroy_v2(CUstream handle) {
  return call("cuStreamDestroy_v2", [&] {
    Stream& stream = stream_of(handle);
    if (stream.legacy) refuse(CUDA_ERROR_INVALID_HANDLE, "the default stream cannot be destroyed");
    if (stream.capture) abandon(stream.capture);
    destroy(stream);
  });
}

DRIVER_API CUresult cuStreamSynchronize(CUstream handle) {
  return call("cuStreamSynchronize", [&] {
    Stream& stream = stream_of(handle);
    forbid_if_capturing(stream, "cuStreamSynchronize");
    count("synchronizations");
    if (stream.legacy) finish_blocking_streams(*stream.owner);
    finish(stream);
  });
}

DRIVER_API CUresult cuStreamQuery(CUstream handle) {
  return call("cuStreamQuery", [&] {
    Stream& stream = stream_of(handle);
    forbid_if_capturing(stream, "cuStreamQuery");
    if (stream.pending.empty()) return;
    run_one(stream);  // repeated queries make progress
    refuse(CUDA_ERROR_NOT_READY, "work is under way");
  });
}

DRIVER_API CUresult cuStreamWaitEvent(CUstream handle, CUevent event, unsigned) {
  return call("cuStreamWaitEvent", [&] { wait_for_event(stream_of(handle), event_of(event)); });
}

DRIVER_API CUresult cuStreamGetFlags(CUstream handle, unsigned* flags) {
  return call("cuStreamGetFlags", [&] {
    require(flags, "the result");
    *flags = stream_of(handle).flags;
  });
}

DRIVER_API CUresult cuStreamGetPriority(CUstream handle, int* priority) {
  return call("cuStreamGetPriority", [&] {
    require(priority, "the result");
    *priority = stream_of(handle).priority;
  });
}

DRIVER_API CUresult cuStreamGetId(CUstream handle, unsigned long long* id) {
  return call("cuStreamGetId", [&] {
    require(id, "the result");
    *id = stream_of(handle).id;
  });
}

DRIVER_API CUresult cuStreamGetCtx(CUstream handle, CUcontext* context) {
  return call("cuStreamGetCtx", [&] {
    require(context, "the result");
    *context = (CUcontext)stream_of(handle).owner;
  });
}

DRIVER_API CUresult cuLaunchHostFunc(CUstream handle, void (*function)(void*), void* argument) {
  return call("cuLaunchHostFunc", [&] {
    require(function, "the function");
    submit(stream_of(handle), {WorkType::HOST, "host function", [=] { function(argument); }});
  });
}

DRIVER_API CUresult cuStreamAddCallback(CUstream handle, void (*function)(CUstream, CUresult, void*), void* argument,
                                        unsigned) {
  return call("cuStreamAddCallback", [&] {
    require(function, "the function");
    Stream& stream = stream_of(handle);
    if (stream.capture) refuse(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, "callbacks cannot be captured");
    submit(stream, {WorkType::HOST, "callback", [=] { function(handle, CUDA_SUCCESS, argument); }});
  });
}
