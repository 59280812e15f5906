// One launch: a kernel, its arguments and its grid.
#pragma once
#include "block.h"

namespace cuda_on_cpu {

// All kernels that were compiled in, by name; null if there is none of that name.
const Kernel* find_kernel(const std::string& name);
std::vector<const Kernel*> all_kernels();

struct Launch {
  const Kernel* kernel;
  void* const* arguments;
  dim3 grid, threads;
  unsigned dynamic_shared;
};

// Runs all blocks and returns when they have ended; statistics are added up.
Failure run(const Launch& launch, Statistics& statistics);

}  // namespace cuda_on_cpu
