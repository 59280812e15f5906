#include "capture.h"
#include <vector>
#include "event.h"

namespace cuda_on_cpu {

static std::vector<std::weak_ptr<Capture>> captures;
static uint64_t next_id = 1;
static __thread CaptureMode thread_mode = CaptureMode::GLOBAL;

void invalidate(Capture& capture) { capture.invalid = true; }

static void refuse_if_invalid(const Capture& capture) {
  if (capture.invalid) refuse(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, "an earlier call has invalidated the capture");
}

void record(Stream& stream, Work work) {
  refuse_if_invalid(*stream.capture);
  stream.capture->recorded[stream.id]++;
  add(*stream.capture->graph, std::move(work));
}

// An event recorded in a capture: the work of its stream so far.
void mark(Event& event, Stream& stream) {
  refuse_if_invalid(*stream.capture);
  event.stream_id = stream.id;
  event.position = stream.capture->recorded[stream.id];
}

// A stream that waits for a captured event takes part in that capture from there on.
void join(Stream& stream, Event& event) {
  const std::shared_ptr<Capture> capture = event.capture.lock();
  if (!capture) refuse(CUDA_ERROR_CAPTURED_EVENT, "the event was recorded in a capture that has ended");
  refuse_if_invalid(*capture);
  if (stream.capture && stream.capture != capture) {
    invalidate(*stream.capture);
    invalidate(*capture);
    refuse(CUDA_ERROR_STREAM_CAPTURE_MERGE, "the event is of another capture");
  }
  if (stream.legacy) refuse(CUDA_ERROR_STREAM_CAPTURE_IMPLICIT, "the default stream cannot take part in a capture");
  stream.capture = capture;
  capture->recorded[stream.id];
  uint64_t& joined = capture->joined[event.stream_id];
  if (event.position > joined) joined = event.position;
  if (event.position == 0) capture->joined[event.stream_id];
}

static std::vector<std::shared_ptr<Capture>> under_way() {
  std::vector<std::shared_ptr<Capture>> result;
  for (auto i = captures.begin(); i != captures.end();) {
    if (std::shared_ptr<Capture> capture = i->lock()) {
      result.push_back(capture);
      ++i;
    } else {
      i = captures.erase(i);
    }
  }
  return result;
}

void forbid_during_capture(const char* function) {
  if (thread_mode == CaptureMode::RELAXED) return;
  for (const auto& capture : under_way()) {
    const bool own = capture->thread == std::this_thread::get_id();
    if (capture->mode == CaptureMode::RELAXED || (capture->mode == CaptureMode::THREAD_LOCAL && !own)) continue;
    if (thread_mode == CaptureMode::THREAD_LOCAL && !own) continue;
    invalidate(*capture);
    refuse(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, "%s is not allowed while a stream is capturing", function);
  }
}

void forbid_if_capturing(Stream& stream, const char* function) {
  if (stream.capture) {
    invalidate(*stream.capture);
    refuse(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, "%s of a stream that is capturing", function);
  }
  if (stream.legacy) forbid_legacy_during_capture(*stream.owner);
}

void forbid_legacy_during_capture(Context& owner) {
  each_stream(owner, [](Stream& stream) {
    if (!stream.capture || !stream.blocking) return;
    invalidate(*stream.capture);
    refuse(CUDA_ERROR_STREAM_CAPTURE_IMPLICIT, "the default stream would have to wait for a stream that is capturing");
  });
}

static void leave(Capture& capture) {
  for (const auto& [id, recorded] : capture.recorded) {
    if (Stream* stream = find_stream(id)) stream->capture.reset();
  }
}

// Keeps the capture alive until its streams release it.
void abandon(std::shared_ptr<Capture> capture) {
  leave(*capture);
  destroy(capture->graph);
}

static Graph* end(Stream& stream) {
  const std::shared_ptr<Capture> capture = stream.capture;
  if (!capture) refuse(CUDA_ERROR_ILLEGAL_STATE, "the stream is not capturing");
  if (capture->origin != stream.id) {
    invalidate(*capture);
    refuse(CUDA_ERROR_STREAM_CAPTURE_UNMATCHED, "the capture was begun in another stream");
  }
  if (capture->mode != CaptureMode::RELAXED && capture->thread != std::this_thread::get_id())
    refuse(CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD, "the capture was begun by another thread");
  bool unjoined = false;
  for (const auto& [id, recorded] : capture->recorded) {
    if (id == stream.id) continue;
    const auto joined = capture->joined.find(id);
    unjoined |= joined == capture->joined.end() || joined->second < recorded;
  }
  const bool invalid = capture->invalid;
  if (invalid || unjoined) {
    abandon(capture);
    if (invalid) refuse(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, "an earlier call has invalidated the capture");
    refuse(CUDA_ERROR_STREAM_CAPTURE_UNJOINED, "work of another stream was captured that the first does not wait for");
  }
  leave(*capture);
  return capture->graph;
}

}  // namespace cuda_on_cpu

using namespace cuda_on_cpu;

DRIVER_API CUresult cuStreamBeginCapture_v2(CUstream handle, int mode) {
  return call("cuStreamBeginCapture_v2", [&] {
    Stream& stream = stream_of(handle);
    if (stream.legacy) refuse(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, "the default stream cannot be captured");
    if (stream.capture) refuse(CUDA_ERROR_ILLEGAL_STATE, "the stream is capturing already");
    if (mode < 0 || mode > 2) refuse(CUDA_ERROR_INVALID_VALUE, "there is no mode %d", mode);
    stream.capture = std::make_shared<Capture>(
        Capture{new_graph(), (CaptureMode)mode, std::this_thread::get_id(), stream.id, false, next_id++, {}, {}});
    stream.capture->recorded[stream.id];
    captures.push_back(stream.capture);
  });
}

DRIVER_API CUresult cuStreamEndCapture(CUstream handle, CUgraph* result) {
  return call("cuStreamEndCapture", [&] {
    require(result, "the result");
    *result = nullptr;
    *result = (CUgraph)end(stream_of(handle));
  });
}

// 0: not capturing, 1: capturing, 2: invalidated.
static int capture_status(const Stream& stream) { return !stream.capture ? 0 : stream.capture->invalid ? 2 : 1; }

DRIVER_API CUresult cuStreamIsCapturing(CUstream handle, int* status) {
  return call("cuStreamIsCapturing", [&] {
    require(status, "the result");
    *status = capture_status(stream_of(handle));
  });
}

DRIVER_API CUresult cuStreamGetCaptureInfo_v2(CUstream handle, int* status, unsigned long long* id, CUgraph* graph,
                                              const CUgraphNode** dependencies, size_t* count) {
  return call("cuStreamGetCaptureInfo_v2", [&] {
    require(status, "the result");
    const Stream& stream = stream_of(handle);
    *status = capture_status(stream);
    if (id) *id = stream.capture ? stream.capture->id : 0;
    if (graph) *graph = stream.capture ? (CUgraph)stream.capture->graph : nullptr;
    if (dependencies) *dependencies = nullptr;
    if (count) *count = 0;
  });
}

DRIVER_API CUresult cuThreadExchangeStreamCaptureMode(int* mode) {
  return call("cuThreadExchangeStreamCaptureMode", [&] {
    require(mode, "the mode");
    const CaptureMode before = thread_mode;
    thread_mode = (CaptureMode)*mode;
    *mode = (int)before;
  });
}
