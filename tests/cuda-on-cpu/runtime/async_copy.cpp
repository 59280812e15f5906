// cp.async: the data arrive at the last moment the instruction allows, when the thread waits for them, and until then the
// target is garbage: a wait that is missing, or waits for too few groups, shows. (Set to early, they arrive at once: a
// kernel that overwrites a buffer still being read shows then.)
#include <cstring>
#include "block.h"
#include "cuda_on_cpu_ptx.h"
#include "sanitizers.h"

namespace cuda_on_cpu {

static constexpr size_t SIZE = 16;

static void arrive(const PendingCopy& copy) {
  WRITES_16(copy.target);
  if (!copy.source) {
    memset(copy.target, 0, SIZE);
    return;
  }
  READS_16(copy.source);
  memcpy(copy.target, copy.source, SIZE);
}

void copy_async(unsigned target, const void* source, bool valid, Place place) {
  Block& block = running_block();
  const PendingCopy copy = {block.shared.at(target, SIZE, "cp.async", place),
                            valid ? (const unsigned char*)source : nullptr};
  if (valid && (uintptr_t)source % SIZE != 0) fail(place, "cp.async: the source %p is not 16-byte aligned", source);
  if (settings.early_copies)
    arrive(copy);
  else
    memset(copy.target, SharedMemory::POISON, SIZE);
  running_thread().pending.copies.push_back(copy);
}

void commit_copies(Place) {
  PendingCopies& pending = running_thread().pending;
  pending.groups.push_back(pending.copies.size());
}

void wait_for_copies(unsigned groups_left) {
  PendingCopies& pending = running_thread().pending;
  if (pending.groups.size() <= groups_left) return;
  const size_t done = pending.groups.size() - groups_left, end = pending.groups[done - 1];
  if (!settings.early_copies) {
    for (size_t i = 0; i < end; i++) arrive(pending.copies[i]);
  }
  pending.copies.erase(pending.copies.begin(), pending.copies.begin() + end);
  pending.groups.erase(pending.groups.begin(), pending.groups.begin() + done);
  for (size_t& group : pending.groups) group -= end;
}

}  // namespace cuda_on_cpu
