// Copies between host and device. Ranges are checked when the copy is called and again when it runs.
#include <cstring>
#include "call.h"
#include "capture.h"
#include "counters.h"
#include "device_memory.h"
#include "host_memory.h"
#include "settings.h"
#include "stream.h"

namespace cuda_on_cpu {
namespace {

// Rows of bytes, one of the two sides of a copy.
struct Side {
  bool device;
  unsigned char* start;
  size_t pitch;
};

struct Copy {
  Side target, source;
  size_t width, height;

  const char* direction() const {
    return source.device ? (target.device ? "DtoD" : "DtoH") : (target.device ? "HtoD" : "HtoH");
  }
  size_t bytes() const { return width * height; }
};

Side device(CUdeviceptr address) { return {true, (unsigned char*)address, 0}; }
Side host(const void* address) { return {false, (unsigned char*)address, 0}; }
// An address of host memory (pinned or pageable) or device memory.
Side unified(CUdeviceptr address) { return find_allocation((void*)address) ? device(address) : host((void*)address); }

size_t extent(const Side& side, const Copy& copy) {
  return copy.height == 0 ? 0 : (copy.height - 1) * side.pitch + copy.width;
}

void check(const Side& side, const Copy& copy, const char* what) {
  if (copy.bytes() == 0) return;
  if (side.device)
    device_range((CUdeviceptr)side.start, extent(side, copy), what);
  else if (!side.start)
    refuse(CUDA_ERROR_INVALID_VALUE, "%s is null", what);
  else if (find_allocation(side.start))
    refuse(CUDA_ERROR_INVALID_VALUE, "%s %p must be in host memory, and is in device memory", what, (void*)side.start);
}

void check(const Copy& copy) {
  check(copy.target, copy, "the target");
  check(copy.source, copy, "the source");
}

void run(const Copy& copy) {
  check(copy);
  count(std::string("copies:") + copy.direction());
  count(std::string("bytes:") + copy.direction(), copy.bytes());
  for (size_t row = 0; row < copy.height; row++)
    memmove(copy.target.start + row * copy.target.pitch, copy.source.start + row * copy.source.pitch, copy.width);
}

bool pageable(const Side& side, const Copy& copy) { return !side.device && !is_pinned(side.start, extent(side, copy)); }

// Waits, whatever it copies: in the default stream.
void copy_now(const Copy& copy) {
  check(copy);
  count("synchronizations");
  submit(default_stream(), {WorkType::COPY, copy.direction(), [copy] { run(copy); }});
}

// From pageable memory the driver takes its own copy before it returns; to pageable memory it waits.
void copy_async(const Copy& copy, Stream& stream) {
  check(copy);
  if (stream.capture || copy.bytes() == 0 || !(pageable(copy.source, copy) || pageable(copy.target, copy))) {
    submit(stream, {WorkType::COPY, copy.direction(), [copy] { run(copy); }});
    return;
  }
  count("pageable copies");
  if (pageable(copy.target, copy)) {
    count("synchronizations");
    submit(stream, {WorkType::COPY, copy.direction(), [copy] { run(copy); }});
    finish(stream);
    return;
  }
  auto staged = std::make_shared<std::vector<unsigned char>>(copy.bytes());
  for (size_t row = 0; row < copy.height; row++)
    memcpy(staged->data() + row * copy.width, copy.source.start + row * copy.source.pitch, copy.width);
  submit(stream, {WorkType::COPY, copy.direction(), [copy, staged] {
                    Copy second = copy;
                    second.source = {false, staged->data(), copy.width};
                    run(second);
                  }});
}

Copy flat(Side target, Side source, size_t bytes) { return {target, source, bytes, 1}; }

CUresult now(const char* function, Side target, Side source, size_t bytes) {
  return call(function, [&] {
    forbid_during_capture(function);
    copy_now(flat(target, source, bytes));
  });
}

CUresult later(const char* function, Side target, Side source, size_t bytes, CUstream stream) {
  return call(function, [&] { copy_async(flat(target, source, bytes), stream_of(stream)); });
}

}  // namespace
}  // namespace cuda_on_cpu

using namespace cuda_on_cpu;

DRIVER_API CUresult cuMemcpyHtoD_v2(CUdeviceptr target, const void* source, size_t bytes) {
  return now("cuMemcpyHtoD_v2", device(target), host(source), bytes);
}
DRIVER_API CUresult cuMemcpyDtoH_v2(void* target, CUdeviceptr source, size_t bytes) {
  return now("cuMemcpyDtoH_v2", host(target), device(source), bytes);
}
DRIVER_API CUresult cuMemcpyDtoD_v2(CUdeviceptr target, CUdeviceptr source, size_t bytes) {
  return now("cuMemcpyDtoD_v2", device(target), device(source), bytes);
}
DRIVER_API CUresult cuMemcpy(CUdeviceptr target, CUdeviceptr source, size_t bytes) {
  return call("cuMemcpy", [&] {
    forbid_during_capture("cuMemcpy");
    copy_now(flat(unified(target), unified(source), bytes));
  });
}

DRIVER_API CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr target, const void* source, size_t bytes, CUstream stream) {
  return later("cuMemcpyHtoDAsync_v2", device(target), host(source), bytes, stream);
}
DRIVER_API CUresult cuMemcpyDtoHAsync_v2(void* target, CUdeviceptr source, size_t bytes, CUstream stream) {
  return later("cuMemcpyDtoHAsync_v2", host(target), device(source), bytes, stream);
}
DRIVER_API CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr target, CUdeviceptr source, size_t bytes, CUstream stream) {
  return later("cuMemcpyDtoDAsync_v2", device(target), device(source), bytes, stream);
}
DRIVER_API CUresult cuMemcpyAsync(CUdeviceptr target, CUdeviceptr source, size_t bytes, CUstream stream) {
  return call("cuMemcpyAsync", [&] { copy_async(flat(unified(target), unified(source), bytes), stream_of(stream)); });
}

// ---- rows of pitched memory

// CUDA_MEMCPY2D of cuda.h.
struct Side2D {
  size_t x_bytes, y;
  int type;  // CUmemorytype: 1 host, 2 device, 3 array, 4 unified
  const void* host;
  CUdeviceptr device;
  void* array;
  size_t pitch;
};
struct Copy2D {
  Side2D source, target;
  size_t width, height;
};

static Side side_of(const Side2D& given, size_t width) {
  Side side = given.type == 1   ? host(given.host)
              : given.type == 2 ? device(given.device)
              : given.type == 4 ? unified(given.device)
                                : Side{};
  if (!side.start) refuse(CUDA_ERROR_NOT_SUPPORTED, "2-D copies are of host and device memory");
  side.pitch = given.pitch ? given.pitch : width;
  if (side.pitch < width) refuse(CUDA_ERROR_INVALID_VALUE, "a pitch of %zu bytes for rows of %zu", side.pitch, width);
  side.start += given.y * side.pitch + given.x_bytes;
  return side;
}

static Copy rows(const Copy2D* given) {
  require(given, "the description");
  return {side_of(given->target, given->width), side_of(given->source, given->width), given->width, given->height};
}

DRIVER_API CUresult cuMemcpy2D_v2(const Copy2D* copy) {
  return call("cuMemcpy2D_v2", [&] {
    forbid_during_capture("cuMemcpy2D_v2");
    copy_now(rows(copy));
  });
}
DRIVER_API CUresult cuMemcpy2DUnaligned_v2(const Copy2D* copy) {
  return call("cuMemcpy2DUnaligned_v2", [&] {
    forbid_during_capture("cuMemcpy2DUnaligned_v2");
    copy_now(rows(copy));
  });
}
DRIVER_API CUresult cuMemcpy2DAsync_v2(const Copy2D* copy, CUstream stream) {
  return call("cuMemcpy2DAsync_v2", [&] { copy_async(rows(copy), stream_of(stream)); });
}
