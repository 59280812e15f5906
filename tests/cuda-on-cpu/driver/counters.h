// Counts of what the driver has done, by name, for tests: "launches", "launches:add", "bytes:HtoD", "synchronizations" ...
// README.md has the list.
#pragma once
#include <cstdint>
#include <map>
#include <string>

namespace cuda_on_cpu {
void count(const std::string& name, uint64_t by = 1);
std::map<std::string, uint64_t>& counters();
}  // namespace cuda_on_cpu
