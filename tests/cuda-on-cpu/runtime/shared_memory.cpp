#include "shared_memory.h"
#include <link.h>
#include <sys/mman.h>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <tuple>
#include <utility>
#include "block.h"
#include "cuda_on_cpu_ptx.h"
#include "sanitizers.h"

namespace cuda_on_cpu {

static constexpr unsigned FIXED = 0x10000000u, DYNAMIC = 0x20000000u;
static constexpr unsigned long long PATTERN = 0x0101010101010101ull * SharedMemory::POISON;
static constexpr size_t LARGEST = 256 << 10, MARGIN = 1 << 10;

#ifdef CUDA_ON_CPU_ADDRESS_SANITIZER
// The linker marks the borders of a section whose name is a C name.
extern "C" unsigned char __start_shared_memory[] __attribute__((weak)), __stop_shared_memory[] __attribute__((weak));

static std::pair<unsigned char*, size_t> fixed_memory() {
  if (!__start_shared_memory) return {nullptr, 0};
  return {__start_shared_memory, (size_t)(__stop_shared_memory - __start_shared_memory)};
}
#else
// __shared__ variables are thread_local ones of this library: this worker's copy of the library's thread-local storage. It
// holds the runtime's own few, too: block and thread.
static int find_own_thread_storage(dl_phdr_info* library, size_t, void* result) {
  for (int i = 0; i < library->dlpi_phnum; i++) {
    if (library->dlpi_phdr[i].p_type != PT_TLS || !library->dlpi_tls_data) continue;
    unsigned char* const start = (unsigned char*)library->dlpi_tls_data;
    const size_t size = library->dlpi_phdr[i].p_memsz;
    if ((unsigned char*)&thread < start || (unsigned char*)&thread >= start + size) continue;
    *(std::pair<unsigned char*, size_t>*)result = {start, size};
    return 1;
  }
  return 0;
}

static std::pair<unsigned char*, size_t> fixed_memory() {
  std::pair<unsigned char*, size_t> result(nullptr, 0);
  dl_iterate_phdr(find_own_thread_storage, &result);
  return result;
}
#endif

SharedMemory::SharedMemory() {
  std::tie(fixed_, fixed_size_) = fixed_memory();
  dynamic_ = (unsigned char*)mmap(nullptr, LARGEST, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (dynamic_ == MAP_FAILED) {
    perror("cuda-on-cpu: shared memory");
    abort();
  }
}

void SharedMemory::resize(size_t dynamic_size) {
  PERMIT(dynamic_, LARGEST);
  dynamic_size_ = dynamic_size;
  memset(dynamic_ + dynamic_size, POISON, MARGIN);
  FORBID(dynamic_ + dynamic_size, MARGIN);
}

// Not memset: it would overwrite AddressSanitizer's guards between variables, and be reported.
static void fill(unsigned char* p, size_t size) {
  for (; size >= 8; p += 8, size -= 8) memcpy(p, &PATTERN, 8);
  for (; size > 0; p++, size--) *p = SharedMemory::POISON;
}

void SharedMemory::poison() {
  memset(dynamic_, POISON, dynamic_size_);
  const BlockView* const saved_block = block;
  const ThreadView* const saved_thread = thread;
  fill(fixed_, fixed_size_);
  block = saved_block;
  thread = saved_thread;
}

bool SharedMemory::overrun() const {
#ifndef CUDA_ON_CPU_ADDRESS_SANITIZER  // it reports this itself
  unsigned char* const margin = dynamic_ + dynamic_size_;
  for (size_t i = 0; i < MARGIN; i += 8) {
    unsigned long long word;
    memcpy(&word, margin + i, 8);
    if (word != PATTERN) return true;
  }
#endif
  return false;
}

unsigned SharedMemory::address_of(const void* p, Place place) const {
  const unsigned char* const byte = (const unsigned char*)p;
  // One past the end is an address too.
  if (byte >= dynamic_ && byte <= dynamic_ + dynamic_size_) return DYNAMIC + (unsigned)(byte - dynamic_);
  if (byte >= fixed_ && byte <= fixed_ + fixed_size_) return FIXED + (unsigned)(byte - fixed_);
  fail(place, "%p is not in the block's shared memory", p);
}

unsigned char* SharedMemory::at(unsigned address, size_t bytes, const char* instruction, Place place) const {
  unsigned char* p = nullptr;
  if (address >= DYNAMIC && address - DYNAMIC + bytes <= dynamic_size_)
    p = dynamic_ + (address - DYNAMIC);
  else if (address >= FIXED && address < DYNAMIC && address - FIXED + bytes <= fixed_size_)
    p = fixed_ + (address - FIXED);
  if (!p) {
    fail(place, "%s: address %#x is outside of shared memory (dynamic: %#x to %#x)", instruction, address, DYNAMIC,
         DYNAMIC + (unsigned)dynamic_size_);
  }
  if ((uintptr_t)p % bytes != 0) fail(place, "%s: address %#x is not %zu-byte aligned", instruction, address, bytes);
  return p;
}

unsigned shared_address(const void* p, Place place) { return running_block().shared.address_of(p, place); }

}  // namespace cuda_on_cpu
