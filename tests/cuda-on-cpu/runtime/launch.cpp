#include "launch.h"
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include "workers.h"

namespace cuda_on_cpu {

// Filled before main() by each file that exports a kernel.
static std::map<std::string, Kernel>& registry() {
  static std::map<std::string, Kernel> kernels;
  return kernels;
}

void announce(const Kernel& kernel) { registry()[kernel.name] = kernel; }

const Kernel* find_kernel(const std::string& name) {
  const auto found = registry().find(name);
  return found == registry().end() ? nullptr : &found->second;
}

std::vector<const Kernel*> all_kernels() {
  std::vector<const Kernel*> result;
  for (const auto& [name, kernel] : registry()) result.push_back(&kernel);
  return result;
}

// The i-th block to run. At random: a step that has no factor in common with their number visits each once.
static uint64_t block_number(uint64_t i, uint64_t blocks) {
  switch (settings.order) {
    case Order::FORWARD:
      return i;
    case Order::REVERSE:
      return blocks - 1 - i;
    case Order::RANDOM: {
      uint64_t step = settings.seed * 0x9e3779b97f4a7c15ull % blocks;
      while (std::gcd(step, blocks) != 1) step++;
      return (uint64_t)(((unsigned __int128)i * step + settings.seed) % blocks);
    }
  }
  __builtin_unreachable();
}

Failure run(const Launch& launch, Statistics& statistics) {
  // Each worker makes its own: stacks are kept from launch to launch.
  static std::vector<std::unique_ptr<Block>> blocks(worker_count());
  const uint64_t count = (uint64_t)launch.grid.x * launch.grid.y * launch.grid.z;
  std::atomic<bool> failed(false);
  std::mutex mutex;
  Failure failure;
  run_on_workers(count, [&](uint64_t i, int worker) {
    if (failed) return;
    if (!blocks[worker]) blocks[worker] = std::make_unique<Block>();
    Block& block = *blocks[worker];
    const uint64_t number = block_number(i, count), row = number / launch.grid.x;
    const uint3 index = {(unsigned)(number % launch.grid.x), (unsigned)(row % launch.grid.y),
                         (unsigned)(row / launch.grid.y)};
    block.set_shape(launch.grid, launch.threads, launch.dynamic_shared);
    block.run(*launch.kernel, launch.arguments, index, number);
    if (block.failure.code == 0) return;
    std::lock_guard<std::mutex> lock(mutex);
    if (!failed.exchange(true)) failure = block.failure;
  });
  for (auto& block : blocks) {
    if (!block) continue;
    statistics.matrix_products += block->statistics.matrix_products;
    statistics.bank_conflicts += block->statistics.bank_conflicts;
    statistics.read_bytes += block->traffic.read_bytes;
    statistics.written_bytes += block->traffic.written_bytes;
    block->traffic.read_bytes = block->traffic.written_bytes = 0;
    block->statistics = {};
  }
  return failure;
}

}  // namespace cuda_on_cpu
