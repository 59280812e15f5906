// Streams and graphs: late work, captures, and what is not allowed during a capture.
#include "gpu.h"

namespace {

struct Stream {
  CUstream handle;
  Stream() { OK(cuStreamCreate(&handle, 1)); }
  ~Stream() { cuStreamDestroy_v2(handle); }
};

struct Event {
  CUevent handle;
  explicit Event(unsigned flags = 2) { OK(cuEventCreate(&handle, flags)); }
  ~Event() { cuEventDestroy_v2(handle); }
};

// Pinned host memory.
struct Pinned {
  float* values;
  explicit Pinned(size_t count) { OK(cuMemHostAlloc((void**)&values, count * 4, 0)); }
  ~Pinned() { cuMemFreeHost(values); }
};

constexpr int GLOBAL = 0, RELAXED = 2;

}  // namespace

TEST(late_work_runs_when_it_is_waited_for) {
  Gpu gpu;
  cudaOnCpuSet("streams", "late");
  Stream stream;
  Pinned host(4);
  Array<float> a(std::vector<float>(4, 1.f));
  OK(gpu.try_launch("add_one", stream.handle, 1, 4, 0, a.address(), 4));
  OK(cuMemcpyDtoHAsync_v2(host.values, a.address(), 16, stream.handle));
  CHECK(host.values[0] > 3e38f);
  FAILS(cuStreamQuery(stream.handle), CUDA_ERROR_NOT_READY);
  OK(cuStreamSynchronize(stream.handle));
  CHECK_EQUAL(host.values[0], 2.f);
  OK(cuStreamQuery(stream.handle));
}

TEST(who_asks_long_enough_sees_the_end) {
  Gpu gpu;
  cudaOnCpuSet("streams", "late");
  Stream stream;
  Event event;
  Array<float> a(std::vector<float>(4, 1.f));
  for (int i = 0; i < 10; i++) OK(gpu.try_launch("add_one", stream.handle, 1, 4, 0, a.address(), 4));
  OK(cuEventRecord(event.handle, stream.handle));
  int asked = 0;
  while (cuEventQuery(event.handle) == CUDA_ERROR_NOT_READY) CHECK(++asked < 100);
  CHECK_EQUAL(cudaOnCpuCount("launches"), 10);
}

TEST(a_missing_wait_between_streams_shows) {
  for (const bool waits : {true, false}) {
    Gpu gpu;
    cudaOnCpuSet("streams", "late");
    Stream first, second;
    Event event;
    Array<float> a(std::vector<float>(4, 1.f)), b(4);
    OK(gpu.try_launch("add_one", first.handle, 1, 4, 0, a.address(), 4));
    OK(cuEventRecord(event.handle, first.handle));
    if (waits) OK(cuStreamWaitEvent(second.handle, event.handle, 0));
    OK(cuMemcpyDtoDAsync_v2(b.address(), a.address(), 16, second.handle));
    OK(cuStreamSynchronize(second.handle));
    OK(cuStreamSynchronize(first.handle));
    CHECK_EQUAL(b.values()[0], waits ? 2.f : 1.f);
  }
}

TEST(a_buffer_reused_too_early_shows) {
  Gpu gpu;
  cudaOnCpuSet("streams", "late");
  Stream stream;
  Pinned host(1);
  std::vector<float> pageable(1, 1.f);
  Array<float> a(1), b(1);
  host.values[0] = 1.f;
  OK(cuMemcpyHtoDAsync_v2(a.address(), host.values, 4, stream.handle));
  OK(cuMemcpyHtoDAsync_v2(b.address(), pageable.data(), 4, stream.handle));
  host.values[0] = pageable[0] = 2.f;
  OK(cuStreamSynchronize(stream.handle));
  CHECK_EQUAL(a.values()[0], 2.f);
  CHECK_EQUAL(b.values()[0], 1.f);  // the driver has copied pageable memory
  CHECK_EQUAL(cudaOnCpuCount("pageable copies"), 1);
}

TEST(arguments_are_read_when_a_launch_is_asked_for) {
  Gpu gpu;
  cudaOnCpuSet("streams", "late");
  Stream stream;
  Array<float> a(1);
  CUdeviceptr address = a.address();
  float value = 1.f;
  const long long n = 1;
  void* arguments[] = {&address, &value, (void*)&n};
  OK(cuLaunchKernel(gpu.function("fill"), 1, 1, 1, 1, 1, 1, 0, stream.handle, arguments, nullptr));
  value = 2.f;
  OK(cuStreamSynchronize(stream.handle));
  CHECK_EQUAL(a.values()[0], 1.f);
}

TEST(a_kernel_that_fails_late_fails_the_wait) {
  Gpu gpu;
  cudaOnCpuSet("streams", "late");
  Stream stream;
  CUdeviceptr address;
  OK(cuMemAlloc_v2(&address, 1024));
  OK(gpu.try_launch("failed_assertion", stream.handle, 1, 32, 0, address, address));
  FAILS(cuStreamSynchronize(stream.handle), CUDA_ERROR_LAUNCH_FAILED);
}

static void count_call(void* calls) { ++*(int*)calls; }

TEST(a_graph_repeats_what_was_captured) {
  for (const char* streams : {"eager", "late"}) {
    Gpu gpu;
    cudaOnCpuSet("streams", streams);
    Stream stream;
    Pinned host(4);
    Array<float> a(4);
    Event start(0), end(0);
    int calls = 0;
    CUgraph graph;
    CUgraphExec executable;
    OK(cuStreamBeginCapture_v2(stream.handle, GLOBAL));
    OK(cuMemsetD32Async(a.address(), 0, 4, stream.handle));
    OK(cuEventRecordWithFlags(start.handle, stream.handle, 1));
    OK(gpu.try_launch("add_one", stream.handle, 1, 4, 0, a.address(), 4));
    OK(gpu.try_launch("add_one", stream.handle, 1, 4, 0, a.address(), 4));
    OK(cuEventRecordWithFlags(end.handle, stream.handle, 1));
    OK(cuMemcpyDtoHAsync_v2(host.values, a.address(), 16, stream.handle));
    OK(cuLaunchHostFunc(stream.handle, count_call, &calls));
    CHECK_EQUAL(cudaOnCpuCount("launches"), 0);
    OK(cuStreamEndCapture(stream.handle, &graph));

    CUgraphNode nodes[10];
    size_t count = 10;
    OK(cuGraphGetNodes(graph, nodes, &count));
    CHECK_EQUAL(count, 7u);
    const int expected[] = {2, 7, 0, 0, 7, 1, 3};
    for (size_t i = 0; i < count; i++) {
      int type;
      OK(cuGraphNodeGetType(nodes[i], &type));
      CHECK_EQUAL(type, expected[i]);
    }

    OK(cuGraphInstantiateWithFlags(&executable, graph, 0));
    OK(cuGraphDestroy(graph));
    for (int i = 0; i < 3; i++) {
      host.values[3] = 0.f;
      OK(cuGraphLaunch(executable, stream.handle));
      OK(cuStreamSynchronize(stream.handle));
      CHECK_EQUAL(host.values[3], 2.f);
    }
    CHECK_EQUAL(calls, 3);
    CHECK_EQUAL(cudaOnCpuCount("launches:add_one"), 6);
    CHECK_EQUAL(cudaOnCpuCount("graph launches"), 3);
    float milliseconds;
    OK(cuEventElapsedTime(&milliseconds, start.handle, end.handle));
    OK(cuGraphExecDestroy(executable));
    FAILS(cuGraphLaunch(executable, stream.handle), CUDA_ERROR_INVALID_VALUE);
  }
}

TEST(another_stream_takes_part_in_a_capture) {
  for (const bool joined : {true, false}) {
    Gpu gpu;
    Stream first, second;
    Event fork, meet;
    Array<float> a(std::vector<float>(4, 1.f));
    CUgraph graph;
    OK(cuStreamBeginCapture_v2(first.handle, GLOBAL));
    OK(cuEventRecord(fork.handle, first.handle));
    OK(cuStreamWaitEvent(second.handle, fork.handle, 0));
    OK(gpu.try_launch("add_one", second.handle, 1, 4, 0, a.address(), 4));
    OK(cuEventRecord(meet.handle, second.handle));
    if (joined) OK(cuStreamWaitEvent(first.handle, meet.handle, 0));
    if (joined) {
      OK(cuStreamEndCapture(first.handle, &graph));
      FAILS(cuEventSynchronize(meet.handle), CUDA_ERROR_CAPTURED_EVENT);
    } else {
      FAILS(cuStreamEndCapture(first.handle, &graph), CUDA_ERROR_STREAM_CAPTURE_UNJOINED);
    }
    int status;
    OK(cuStreamIsCapturing(second.handle, &status));
    CHECK_EQUAL(status, 0);
    CHECK_EQUAL(a.values()[0], 1.f);
  }
}

// Waits and allocations invalidate a capture.
static void spoils(const std::function<int(Gpu&, CUstream)>& call, int expected) {
  Gpu gpu;
  Stream stream;
  CUgraph graph;
  OK(cuStreamBeginCapture_v2(stream.handle, GLOBAL));
  FAILS(call(gpu, stream.handle), expected);
  FAILS(cuStreamEndCapture(stream.handle, &graph), CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
  int status;
  OK(cuStreamIsCapturing(stream.handle, &status));
  CHECK_EQUAL(status, 0);
}

TEST(waiting_and_allocating_spoil_a_capture) {
  CUdeviceptr address;
  float host = 0;
  spoils([](Gpu&, CUstream stream) { return cuStreamSynchronize(stream); }, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
  spoils([](Gpu&, CUstream stream) { return cuStreamQuery(stream); }, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
  spoils([](Gpu&, CUstream) { return cuCtxSynchronize(); }, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
  spoils([&](Gpu&, CUstream) { return cuMemAlloc_v2(&address, 16); }, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
  spoils([&](Gpu&, CUstream) { return cuMemcpyHtoD_v2(address, &host, 4); }, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
  spoils(
      [](Gpu&, CUstream stream) {
        Event outside;
        Stream other;
        OK(cuEventRecord(outside.handle, other.handle));
        return cuStreamWaitEvent(stream, outside.handle, 0);
      },
      CUDA_ERROR_STREAM_CAPTURE_ISOLATION);
}

TEST(the_default_stream_may_not_wait_for_a_capture) {
  Gpu gpu;
  Array<float> a(4);
  CUstream blocking;
  CUgraph graph;
  OK(cuStreamCreate(&blocking, 0));
  OK(cuStreamBeginCapture_v2(blocking, RELAXED));
  FAILS(gpu.try_launch("add_one", nullptr, 1, 4, 0, a.address(), 4), CUDA_ERROR_STREAM_CAPTURE_IMPLICIT);
  FAILS(cuStreamEndCapture(blocking, &graph), CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
  FAILS(cuStreamBeginCapture_v2(nullptr, GLOBAL), CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
}

TEST(a_relaxed_capture_lets_others_allocate) {
  Gpu gpu;
  Stream stream;
  CUgraph graph;
  OK(cuStreamBeginCapture_v2(stream.handle, RELAXED));
  CUdeviceptr address;
  OK(cuMemAlloc_v2(&address, 16));
  OK(cuStreamEndCapture(stream.handle, &graph));
  OK(cuMemFree_v2(address));
}

TEST(captures_end_where_they_began) {
  Gpu gpu;
  Stream first, second;
  Event fork;
  CUgraph graph;
  FAILS(cuStreamEndCapture(first.handle, &graph), CUDA_ERROR_ILLEGAL_STATE);
  OK(cuStreamBeginCapture_v2(first.handle, GLOBAL));
  OK(cuEventRecord(fork.handle, first.handle));
  OK(cuStreamWaitEvent(second.handle, fork.handle, 0));
  FAILS(cuStreamEndCapture(second.handle, &graph), CUDA_ERROR_STREAM_CAPTURE_UNMATCHED);
}
