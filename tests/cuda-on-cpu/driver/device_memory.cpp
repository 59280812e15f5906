#include "device_memory.h"
#include <sys/mman.h>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include "capture.h"
#include "context.h"
#include "counters.h"
#include "sanitizers.h"
#include "settings.h"
#include "stream.h"

namespace cuda_on_cpu {

static constexpr size_t PAGE = 4096, ALIGNMENT = 256;
static constexpr int POISON = 0x7f;

// By the address after the last byte, so that the first that ends beyond an address is the only one that can hold it.
// Changed and read under the driver's lock; kernels that fail read it while their launch holds that lock. Never destroyed:
// read when the process ends.
static auto& allocations = *new std::map<uintptr_t, Allocation>;
static uint64_t in_use;

static size_t round_up(size_t bytes, size_t unit) { return (bytes + unit - 1) / unit * unit; }
// Free bytes: neither allocated here nor held by other programs.
static uint64_t free_bytes() {
  const uint64_t taken = in_use + settings.others;
  return taken < settings.memory ? settings.memory - taken : 0;
}
// What an allocation takes of the device's memory.
static size_t footprint(size_t bytes) { return round_up(bytes, 512); }

#ifdef CUDA_ON_CPU_ADDRESS_SANITIZER
// AddressSanitizer's allocator guards both ends to the byte, and reports where a block was allocated.
static Allocation map_pages(Context& owner, size_t bytes) {
  void* start;
  if (posix_memalign(&start, ALIGNMENT, bytes) != 0) refuse(CUDA_ERROR_OUT_OF_MEMORY, "the host has no memory left");
  return {(unsigned char*)start, bytes, &owner, start, bytes};
}
static void unmap_pages(const Allocation& allocation) { free(allocation.pages); }
static void check_end(const Allocation&) {}
#else
static Allocation map_pages(Context& owner, size_t bytes) {
  const size_t data = round_up(bytes, ALIGNMENT), inner = round_up(data, PAGE), outer = inner + 2 * PAGE;
  char* pages = (char*)mmap(nullptr, outer, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (pages == MAP_FAILED) refuse(CUDA_ERROR_OUT_OF_MEMORY, "the host has no memory left");
  mprotect(pages + PAGE, inner, PROT_READ | PROT_WRITE);
  madvise(pages + PAGE, inner, MADV_HUGEPAGE);  // all of it is written at once, below: most of the time goes into its pages
  unsigned char* const start = (unsigned char*)pages + PAGE + inner - data;
  memset(start + bytes, POISON, data - bytes);
  return {start, bytes, &owner, pages, outer};
}
static void unmap_pages(const Allocation& allocation) { munmap(allocation.pages, allocation.page_bytes); }

// Whether the bytes between the end and the guard page were written to.
static void check_end(const Allocation& allocation) {
  const unsigned char* end = allocation.start + allocation.bytes;
  for (; (uintptr_t)end % ALIGNMENT != 0; end++) {
    if (*end == POISON) continue;
    count("overruns");
    fprintf(stderr, "cuda-on-cpu: something wrote past the end of an allocation of %zu bytes at %p\n", allocation.bytes,
            (void*)allocation.start);
    return;
  }
}
#endif

CUdeviceptr allocate(Context& owner, size_t bytes) {
  if (bytes == 0) refuse(CUDA_ERROR_INVALID_VALUE, "0 bytes");
  if (footprint(bytes) > free_bytes()) {
    refuse(CUDA_ERROR_OUT_OF_MEMORY, "%zu bytes: %llu of %llu are free", bytes, (unsigned long long)free_bytes(),
           (unsigned long long)settings.memory);
  }
  const Allocation allocation = map_pages(owner, bytes);
  memset(allocation.start, POISON, bytes);
  allocations[(uintptr_t)allocation.start + bytes] = allocation;
  in_use += footprint(bytes);
  count("allocations");
  count("allocated bytes", bytes);
  count("allocations on device " + std::to_string(owner.device));
  return (CUdeviceptr)allocation.start;
}

static void forget(std::map<uintptr_t, Allocation>::iterator position) {
  check_end(position->second);
  in_use -= footprint(position->second.bytes);
  unmap_pages(position->second);
  allocations.erase(position);
}

void release(CUdeviceptr address) {
  if (address == 0) return;
  const auto found = allocations.upper_bound((uintptr_t)address);
  if (found == allocations.end() || (uintptr_t)found->second.start != address)
    refuse(CUDA_ERROR_INVALID_VALUE, "0x%llx: %s", address, describe_address((void*)address).c_str());
  forget(found);
  count("frees");
}

void free_all(Context& owner) {
  for (auto i = allocations.begin(); i != allocations.end();) {
    const auto next = std::next(i);
    if (i->second.owner == &owner) forget(i);
    i = next;
  }
}

void report_leaks(const Context& owner) {
  if (owner.failure != CUDA_SUCCESS) return;  // nothing could have been freed
  uint64_t bytes = 0, number = 0;
  for (const auto& [end, allocation] : allocations) {
    if (allocation.owner != &owner) continue;
    bytes += allocation.bytes;
    number++;
  }
  if (number == 0) return;
  count("leaked allocations", number);
  count("leaked bytes", bytes);
  fprintf(stderr, "cuda-on-cpu: a context ends with %llu allocations of %llu bytes that were not freed\n",
          (unsigned long long)number, (unsigned long long)bytes);
}

const Allocation* find_allocation(const void* address) {
  const auto found = allocations.upper_bound((uintptr_t)address);
  if (found == allocations.end() || (uintptr_t)found->second.start > (uintptr_t)address) return nullptr;
  return &found->second;
}

std::string describe_address(const void* address) {
  char text[200];
  const auto after = allocations.upper_bound((uintptr_t)address);
  if (after != allocations.end() && after->second.start <= address) {
    snprintf(text, sizeof text, "byte %zu of an allocation of %zu bytes",
             (size_t)((const unsigned char*)address - after->second.start), after->second.bytes);
    return text;
  }
  const size_t NEAR = 1 << 20;
  if (after != allocations.begin()) {
    const Allocation& before = std::prev(after)->second;
    const size_t distance = (uintptr_t)address - ((uintptr_t)before.start + before.bytes);
    if (distance < NEAR) {
      snprintf(text, sizeof text, "%zu bytes after the end of an allocation of %zu bytes", distance, before.bytes);
      return text;
    }
  }
  if (after != allocations.end() && (uintptr_t)after->second.start - (uintptr_t)address < NEAR) {
    snprintf(text, sizeof text, "%zu bytes before the start of an allocation of %zu bytes",
             (size_t)((uintptr_t)after->second.start - (uintptr_t)address), after->second.bytes);
    return text;
  }
  return "no allocation is near";
}

unsigned char* device_range(CUdeviceptr address, size_t bytes, const char* what) {
  const Allocation* allocation = find_allocation((void*)address);
  if (!allocation)
    refuse(CUDA_ERROR_INVALID_VALUE, "%s 0x%llx is not in device memory: %s", what, address,
           describe_address((void*)address).c_str());
  const size_t offset = (size_t)(address - (CUdeviceptr)allocation->start);
  if (offset + bytes > allocation->bytes)
    refuse(CUDA_ERROR_INVALID_VALUE, "%s: %zu bytes from byte %zu of an allocation of %zu bytes", what, bytes, offset,
           allocation->bytes);
  return (unsigned char*)address;
}

uint64_t allocated_bytes() {
  uint64_t bytes = 0;
  for (const auto& entry : allocations) bytes += entry.second.bytes;
  return bytes;
}

size_t allocation_count() { return allocations.size(); }

}  // namespace cuda_on_cpu

using namespace cuda_on_cpu;

DRIVER_API CUresult cuMemAlloc_v2(CUdeviceptr* address, size_t bytes) {
  return call("cuMemAlloc_v2", [&] {
    require(address, "the result");
    forbid_during_capture("cuMemAlloc");
    *address = allocate(current_context(), bytes);
  });
}

// Waits for all work, as a GPU's driver does in practice.
DRIVER_API CUresult cuMemFree_v2(CUdeviceptr address) {
  return call("cuMemFree_v2", [&] {
    forbid_during_capture("cuMemFree");
    finish_all_streams(current_context());
    release(address);
  });
}

DRIVER_API CUresult cuMemGetInfo_v2(size_t* free, size_t* total) {
  return call("cuMemGetInfo_v2", [&] {
    if (free) *free = free_bytes();
    if (total) *total = settings.memory;
  });
}

DRIVER_API CUresult cuMemGetAddressRange_v2(CUdeviceptr* start, size_t* bytes, CUdeviceptr address) {
  return call("cuMemGetAddressRange_v2", [&] {
    const Allocation* allocation = find_allocation((void*)address);
    if (!allocation) refuse(CUDA_ERROR_NOT_FOUND, "0x%llx is not in device memory", address);
    if (start) *start = (CUdeviceptr)allocation->start;
    if (bytes) *bytes = allocation->bytes;
  });
}
