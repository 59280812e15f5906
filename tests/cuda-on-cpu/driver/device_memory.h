// Device memory. Each allocation has its own pages, ends (to within 256 bytes) at a guard page, and is filled with 0x7f: a
// read past its end faults, a read of what was never written gives 3.4e38.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>
#include "call.h"

namespace cuda_on_cpu {

struct Context;

struct Allocation {
  unsigned char* start;
  size_t bytes;
  Context* owner;
  void* pages;
  size_t page_bytes;
};

CUdeviceptr allocate(Context& owner, size_t bytes);
void release(CUdeviceptr address);
void free_all(Context& owner);
void report_leaks(const Context& owner);

const Allocation* find_allocation(const void* address);
std::string describe_address(const void* address);

// Refuses what does not lie in one allocation; `what` names the range in the message.
unsigned char* device_range(CUdeviceptr address, size_t bytes, const char* what);

uint64_t allocated_bytes();
size_t allocation_count();

}  // namespace cuda_on_cpu
