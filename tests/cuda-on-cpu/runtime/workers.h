// The threads of the operating system that run blocks, and the parts of a matrix product.
#pragma once
#include <cstdint>
#include <functional>

namespace cuda_on_cpu {

int worker_count();

// Runs task(i, worker) for i from 0 to count - 1 on the workers, each taking the next number as it is free, and returns when
// all are done. Called from one thread at a time.
void run_on_workers(uint64_t count, const std::function<void(uint64_t i, int worker)>& task);

}  // namespace cuda_on_cpu
