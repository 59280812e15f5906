// Annotations about fibers for AddressSanitizer and ThreadSanitizer; empty in an ordinary build.
//
// ThreadSanitizer sees the kernels only. This runtime is compiled without it, and declares its fibers and which waits
// order one fiber's accesses before another's, so that only the kernel's own barriers count.
#pragma once

#if defined(CUDA_ON_CPU_ADDRESS_SANITIZER)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#define FORBID(address, bytes) __asan_poison_memory_region(address, bytes)
#define PERMIT(address, bytes) __asan_unpoison_memory_region(address, bytes)
#else
#define FORBID(address, bytes) ((void)(address), (void)(bytes))
#define PERMIT(address, bytes) ((void)(address), (void)(bytes))
#endif

#if defined(CUDA_ON_CPU_THREAD_SANITIZER)
#include <sanitizer/tsan_interface.h>
extern "C" void __tsan_read16(void*);
extern "C" void __tsan_write16(void*);
// All that happened before the release of a token happened before what follows its acquisition.
#define RELEASE(token) __tsan_release((void*)(token))
#define ACQUIRE(token) __tsan_acquire((void*)(token))
// An access made here in a kernel's name.
#define READS_16(p) __tsan_read16((void*)(p))
#define WRITES_16(p) __tsan_write16((void*)(p))
#elif defined(CUDA_ON_CPU_TRAFFIC)
extern "C" void __tsan_read16(void*);
extern "C" void __tsan_write16(void*);
#define RELEASE(token) ((void)(token))
#define ACQUIRE(token) ((void)(token))
#define READS_16(p) __tsan_read16((void*)(p))
#define WRITES_16(p) __tsan_write16((void*)(p))
#else
#define RELEASE(token) ((void)(token))
#define ACQUIRE(token) ((void)(token))
#define READS_16(p) ((void)(p))
#define WRITES_16(p) ((void)(p))
#endif
