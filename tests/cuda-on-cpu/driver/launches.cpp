// cuLaunchKernel: the checks of a driver, those that only an emulation can make, and the run.
#include <cstring>
#include "call.h"
#include "counters.h"
#include "device.h"
#include "device_memory.h"
#include "host_memory.h"
#include "launch.h"
#include "module.h"
#include "settings.h"
#include "stream.h"

namespace cuda_on_cpu {
namespace {

// A launch with its own copy of the arguments: they are read at the call, also if it runs later or in a graph.
class KernelWork {
 public:
  KernelWork(const Function& function, dim3 grid, dim3 threads, unsigned dynamic_shared, void** arguments)
      : kernel_(function.kernel),
        grid_(grid),
        threads_(threads),
        dynamic_shared_(dynamic_shared),
        owner_(&current_context()) {
    for (int i = 0; i < kernel_->count; i++) {
      if (!arguments || !arguments[i])
        refuse(CUDA_ERROR_INVALID_VALUE, "kernel %s: argument %d of %d is missing", kernel_->name, i, kernel_->count);
      const unsigned char* bytes = (const unsigned char*)arguments[i];
      const unsigned alignment = kernel_->parameters[i].alignment;
      values_.resize((values_.size() + alignment - 1) / alignment * alignment);
      offsets_.push_back(values_.size());
      values_.insert(values_.end(), bytes, bytes + kernel_->parameters[i].size);
    }
  }

  void run() const {
    alignas(16) unsigned char values[MOST_ARGUMENT_BYTES];
    void* addresses[MOST_ARGUMENT_BYTES];
    memcpy(values, values_.data(), values_.size());
    for (size_t i = 0; i < offsets_.size(); i++) addresses[i] = values + offsets_[i];
    check_pointers(addresses);

    count("launches");
    count("launches on device " + std::to_string(owner_->device));
    count(std::string("launches:") + kernel_->name);
    Statistics statistics;
    const Failure failure = cuda_on_cpu::run({kernel_, addresses, grid_, threads_, dynamic_shared_}, statistics);
    count("matrix products", statistics.matrix_products);
    count("bank conflicts", statistics.bank_conflicts);
    if (statistics.read_bytes + statistics.written_bytes > 0) {
      count(std::string("read bytes:") + kernel_->name, statistics.read_bytes);
      count(std::string("written bytes:") + kernel_->name, statistics.written_bytes);
    }
    if (failure.code == 0) return;
    spoil(*owner_, (CUresult)failure.code, failure.text);
    throw Error{(CUresult)failure.code, failure.text};
  }

  size_t argument_bytes() const { return values_.size(); }

  static constexpr size_t MOST_ARGUMENT_BYTES = 4096;

 private:
  // A pointer to nothing is allowed, and so is one to the end of an allocation: a kernel need not use what it is given.
  void check_pointers(void* const* addresses) const {
    for (int i = 0; i < kernel_->count; i++) {
      const unsigned alignment = kernel_->parameters[i].points_to;
      if (alignment == 0) continue;
      const unsigned char* const p = *(const unsigned char* const*)addresses[i];
      if (!p || is_pinned(p, 1)) continue;
      if (!find_allocation(p) && !find_allocation(p - 1))
        wrong_pointer(CUDA_ERROR_ILLEGAL_ADDRESS, i, p, describe_address(p).c_str());
      if ((uintptr_t)p % alignment != 0) wrong_pointer(CUDA_ERROR_MISALIGNED_ADDRESS, i, p, "it is not aligned to its type");
    }
  }

  [[noreturn]] void wrong_pointer(CUresult code, int parameter, const void* p, const char* why) const {
    char text[400];
    snprintf(text, sizeof text, "kernel %s: argument %d is %p, which is not in device memory (%s)", kernel_->name, parameter,
             p, why);
    spoil(*owner_, code, text);
    throw Error{code, text};
  }

  const Kernel* kernel_;
  dim3 grid_, threads_;
  unsigned dynamic_shared_;
  Context* owner_;
  std::vector<unsigned char> values_;
  std::vector<size_t> offsets_;
};

void check_shape(const Function& function, dim3 grid, dim3 threads, unsigned dynamic_shared) {
  const Kernel& kernel = *function.kernel;
  if (grid.x == 0 || grid.y == 0 || grid.z == 0 || grid.x > MOST_GRID_X || grid.y > MOST_GRID_YZ || grid.z > MOST_GRID_YZ)
    refuse(CUDA_ERROR_INVALID_VALUE, "kernel %s: a grid of %u x %u x %u blocks", kernel.name, grid.x, grid.y, grid.z);
  const uint64_t count = (uint64_t)threads.x * threads.y * threads.z;
  if (count == 0 || count > MOST_THREADS_A_BLOCK || threads.x > MOST_BLOCK_X || threads.y > MOST_BLOCK_Y ||
      threads.z > MOST_BLOCK_Z)
    refuse(CUDA_ERROR_INVALID_VALUE, "kernel %s: blocks of %u x %u x %u threads", kernel.name, threads.x, threads.y,
           threads.z);
  if (count > kernel.most_threads) {
    refuse(CUDA_ERROR_INVALID_VALUE, "kernel %s: blocks of %llu threads, its __launch_bounds__ allow %u", kernel.name,
           (unsigned long long)count, kernel.most_threads);
  }
  if (dynamic_shared > function.dynamic_shared_limit) {
    refuse(CUDA_ERROR_INVALID_VALUE,
           "kernel %s: %u bytes of dynamic shared memory, the limit is %u (cuFuncSetAttribute raises it, to %u at most)",
           kernel.name, dynamic_shared, function.dynamic_shared_limit, most_shared_memory());
  }
}

}  // namespace
}  // namespace cuda_on_cpu

using namespace cuda_on_cpu;

DRIVER_API CUresult cuLaunchKernel(CUfunction handle, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x,
                                   unsigned block_y, unsigned block_z, unsigned dynamic_shared, CUstream stream,
                                   void** arguments, void** extra) {
  return call("cuLaunchKernel", [&] {
    Function& function = function_of(handle);
    if (extra) refuse(CUDA_ERROR_NOT_SUPPORTED, "arguments are taken by address, not from a buffer");
    const dim3 grid(grid_x, grid_y, grid_z), threads(block_x, block_y, block_z);
    check_shape(function, grid, threads, dynamic_shared);
    const KernelWork work(function, grid, threads, dynamic_shared, arguments);
    if (work.argument_bytes() > KernelWork::MOST_ARGUMENT_BYTES)
      refuse(CUDA_ERROR_INVALID_VALUE, "kernel %s: more than 4096 bytes of arguments", function.kernel->name);
    submit(stream_of(stream), {WorkType::KERNEL, function.kernel->name, [work] { work.run(); }});
  });
}

// ---- occupancy: as the limits of a multiprocessor have it, registers aside

static int blocks_at_once(unsigned threads, size_t dynamic_shared) {
  if (threads == 0) refuse(CUDA_ERROR_INVALID_VALUE, "blocks of no threads");
  const unsigned rounded = (threads + 31) / 32 * 32;
  unsigned blocks = 2048 / rounded;
  if (dynamic_shared > 0) blocks = std::min(blocks, (unsigned)(most_shared_memory() / (dynamic_shared + 1024)));
  return (int)std::min(blocks, 32u);
}

DRIVER_API CUresult cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, CUfunction function, int threads,
                                                                size_t shared) {
  return call("cuOccupancyMaxActiveBlocksPerMultiprocessor", [&] {
    require(blocks, "the result");
    function_of(function);
    *blocks = blocks_at_once(threads, shared);
  });
}

DRIVER_API CUresult cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int* blocks, CUfunction function, int threads,
                                                                         size_t shared, unsigned) {
  return call("cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags", [&] {
    require(blocks, "the result");
    function_of(function);
    *blocks = blocks_at_once(threads, shared);
  });
}
