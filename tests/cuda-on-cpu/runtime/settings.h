// What can be varied between two runs of the same kernel. From the environment at first; tests change it as they go
// (cudaOnCpuSet in driver/cuda_on_cpu_control.h).
#pragma once
#include <cstdint>
#include <string>

namespace cuda_on_cpu {

// In which order the threads of a block run between two points where they wait for each other, and the blocks of a grid.
enum class Order { FORWARD, REVERSE, RANDOM };

struct Settings {
  Order order = Order::FORWARD;  // CUDA_ON_CPU_ORDER    forward | reverse | random
  uint64_t seed = 1;             // CUDA_ON_CPU_SEED     of the random order
  bool early_copies = false;     // CUDA_ON_CPU_COPIES   late | early: when cp.async's data arrive
  bool late_streams = false;     // CUDA_ON_CPU_STREAMS  eager | late: late work runs when the host waits for it
  int workers = 0;               // CUDA_ON_CPU_WORKERS  threads that run blocks; 0: one per processor
  std::string device_name = "CUDA on the CPU";  // CUDA_ON_CPU_DEVICE
  int devices = 1;                              // CUDA_ON_CPU_DEVICES
  int compute_capability = 90;                  // CUDA_ON_CPU_CAPABILITY  9.0
  int driver_version = 13000;                   // CUDA_ON_CPU_DRIVER      13.0: the driver's CUDA version
  uint64_t memory = 8ull << 30;                 // CUDA_ON_CPU_MEMORY      bytes of device memory, with k, m or g
  uint64_t others = 0;                          // CUDA_ON_CPU_OTHERS      bytes of it that other programs hold
  std::string taken;                            // CUDA_ON_CPU_TAKEN       0,1: devices in exclusive use by another process

  // False if there is no such name, or the value is not one of its values.
  bool set(const std::string& name, const std::string& value);
};

// The names are those of the environment, without CUDA_ON_CPU_ and in lower case.
extern Settings settings;

}  // namespace cuda_on_cpu
