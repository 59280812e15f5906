#include "host_memory.h"
#include <cstdlib>
#include <cstring>
#include <map>
#include "capture.h"
#include "context.h"
#include "counters.h"
#include "stream.h"

namespace cuda_on_cpu {

namespace {
struct Pinned {
  uintptr_t start;
  size_t bytes;
  unsigned flags;
  bool registered;  // the program's own memory, pinned by cuMemHostRegister
  Context* owner;
};
}  // namespace

static std::map<uintptr_t, Pinned> pinned;  // by the address after the last byte

static std::map<uintptr_t, Pinned>::iterator find(const void* address) {
  const auto found = pinned.upper_bound((uintptr_t)address);
  return found != pinned.end() && found->second.start <= (uintptr_t)address ? found : pinned.end();
}

bool is_pinned(const void* address, size_t bytes) {
  const auto found = find(address);
  return found != pinned.end() && (uintptr_t)address + bytes <= found->first;
}

size_t pinned_count() { return pinned.size(); }

static void* allocate_host(size_t bytes, unsigned flags) {
  forbid_during_capture("cuMemHostAlloc");
  if (bytes == 0) refuse(CUDA_ERROR_INVALID_VALUE, "0 bytes");
  void* start;
  if (posix_memalign(&start, 4096, bytes) != 0) refuse(CUDA_ERROR_OUT_OF_MEMORY, "the host has no memory left");
  memset(start, 0x7f, bytes);
  pinned[(uintptr_t)start + bytes] = {(uintptr_t)start, bytes, flags, false, &current_context()};
  count("pinned allocations");
  return start;
}

void free_all_host(Context& owner) {
  for (auto i = pinned.begin(); i != pinned.end();) {
    const auto next = std::next(i);
    if (i->second.owner == &owner) {
      if (!i->second.registered) free((void*)i->second.start);
      pinned.erase(i);
    }
    i = next;
  }
}

static std::map<uintptr_t, Pinned>::iterator exactly(const void* address, bool registered) {
  const auto found = find(address);
  if (found == pinned.end() || found->second.start != (uintptr_t)address || found->second.registered != registered)
    refuse(registered ? CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED : CUDA_ERROR_INVALID_VALUE, "%p is not pinned memory",
           address);
  return found;
}

}  // namespace cuda_on_cpu

using namespace cuda_on_cpu;

DRIVER_API CUresult cuMemHostAlloc(void** result, size_t bytes, unsigned flags) {
  return call("cuMemHostAlloc", [&] {
    require(result, "the result");
    *result = allocate_host(bytes, flags);
  });
}

DRIVER_API CUresult cuMemAllocHost_v2(void** result, size_t bytes) {
  return call("cuMemAllocHost_v2", [&] {
    require(result, "the result");
    *result = allocate_host(bytes, 0);
  });
}

DRIVER_API CUresult cuMemFreeHost(void* address) {
  return call("cuMemFreeHost", [&] {
    forbid_during_capture("cuMemFreeHost");
    if (!address) return;
    const auto found = exactly(address, false);
    finish_all_streams(current_context());
    pinned.erase(found);
    free(address);
  });
}

DRIVER_API CUresult cuMemHostRegister_v2(void* address, size_t bytes, unsigned flags) {
  return call("cuMemHostRegister_v2", [&] {
    require(address, "the address");
    if (find(address) != pinned.end()) refuse(CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED, "%p is pinned already", address);
    pinned[(uintptr_t)address + bytes] = {(uintptr_t)address, bytes, flags, true, &current_context()};
  });
}

DRIVER_API CUresult cuMemHostUnregister(void* address) {
  return call("cuMemHostUnregister", [&] {
    finish_all_streams(current_context());
    pinned.erase(exactly(address, true));
  });
}

DRIVER_API CUresult cuMemHostGetDevicePointer_v2(CUdeviceptr* result, void* address, unsigned) {
  return call("cuMemHostGetDevicePointer_v2", [&] {
    require(result, "the result");
    if (find(address) == pinned.end()) refuse(CUDA_ERROR_INVALID_VALUE, "%p is not pinned memory", address);
    *result = (CUdeviceptr)address;
  });
}

DRIVER_API CUresult cuMemHostGetFlags(unsigned* flags, void* address) {
  return call("cuMemHostGetFlags", [&] {
    require(flags, "the result");
    const auto found = find(address);
    if (found == pinned.end()) refuse(CUDA_ERROR_INVALID_VALUE, "%p is not pinned memory", address);
    *flags = found->second.flags;
  });
}
