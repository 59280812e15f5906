// cuMemset: fills device memory with a value of 1, 2 or 4 bytes, in one piece or in rows.
#include <cstring>
#include "call.h"
#include "capture.h"
#include "counters.h"
#include "device_memory.h"
#include "stream.h"

namespace cuda_on_cpu {
namespace {

template <class T>
struct Fill {
  CUdeviceptr target;
  size_t pitch;
  T value;
  size_t width, height;  // in values, in rows

  void check() const {
    if (target % sizeof(T) != 0) refuse(CUDA_ERROR_INVALID_VALUE, "0x%llx is not %zu-byte aligned", target, sizeof(T));
    if (width > 0 && height > 0) device_range(target, (height - 1) * pitch + width * sizeof(T), "the target");
  }

  void run() const {
    check();
    count("fills");
    count("bytes:fill", width * height * sizeof(T));
    for (size_t row = 0; row < height; row++) {
      T* const values = (T*)(target + row * pitch);
      for (size_t i = 0; i < width; i++) values[i] = value;
    }
  }
};

template <class T>
void fill(const Fill<T>& fill, Stream& stream) {
  fill.check();
  submit(stream, {WorkType::FILL, "fill", [fill] { fill.run(); }});
}

template <class T>
CUresult now(const char* function, const Fill<T>& what) {
  return call(function, [&] { fill(what, default_stream()); });
}

template <class T>
CUresult later(const char* function, const Fill<T>& what, CUstream stream) {
  return call(function, [&] { fill(what, stream_of(stream)); });
}

}  // namespace
}  // namespace cuda_on_cpu

using namespace cuda_on_cpu;

#define FILLS(bits, T)                                                                                                 \
  DRIVER_API CUresult cuMemsetD##bits##_v2(CUdeviceptr target, T value, size_t count) {                                \
    return now("cuMemsetD" #bits "_v2", Fill<T>{target, 0, value, count, 1});                                          \
  }                                                                                                                    \
  DRIVER_API CUresult cuMemsetD##bits##Async(CUdeviceptr target, T value, size_t count, CUstream stream) {             \
    return later("cuMemsetD" #bits "Async", Fill<T>{target, 0, value, count, 1}, stream);                              \
  }                                                                                                                    \
  DRIVER_API CUresult cuMemsetD2D##bits##_v2(CUdeviceptr target, size_t pitch, T value, size_t width, size_t height) { \
    return now("cuMemsetD2D" #bits "_v2", Fill<T>{target, pitch, value, width, height});                               \
  }                                                                                                                    \
  DRIVER_API CUresult cuMemsetD2D##bits##Async(CUdeviceptr target, size_t pitch, T value, size_t width, size_t height, \
                                               CUstream stream) {                                                      \
    return later("cuMemsetD2D" #bits "Async", Fill<T>{target, pitch, value, width, height}, stream);                   \
  }
FILLS(8, unsigned char)
FILLS(16, unsigned short)
FILLS(32, unsigned)
