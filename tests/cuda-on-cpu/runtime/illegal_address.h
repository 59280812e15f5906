// A kernel's access to memory that is not there: the operating system's signal becomes the error that a GPU would report,
// with the thread that made it.
#pragma once

namespace cuda_on_cpu {
// For the worker that calls it.
void watch_for_illegal_addresses();
}  // namespace cuda_on_cpu
