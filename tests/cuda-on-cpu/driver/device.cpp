// Devices: names and attributes.
#include "device.h"
#include <cstdio>
#include <cstring>
#include <sstream>
#include "workers.h"

namespace cuda_on_cpu {

void require_device(CUdevice device) {
  if (device < 0 || device >= settings.devices) refuse(CUDA_ERROR_INVALID_DEVICE, "there is no device %d", device);
}

unsigned most_shared_memory() {
  switch (settings.compute_capability) {  // CUDA C++ Programming Guide, technical specifications per compute capability
    case 80:
    case 87:
      return 163 << 10;
    case 86:
    case 89:
    case 120:
      return 99 << 10;
    default:
      return 227 << 10;
  }
}

bool is_taken(CUdevice device) {
  std::istringstream list(settings.taken);
  for (std::string item; std::getline(list, item, ',');) {
    if (item == std::to_string(device)) return true;
  }
  return false;
}

// Numbers of CUdevice_attribute.
static int attribute(int which, CUdevice device) {
  switch (which) {
    case 1:  // MAX_THREADS_PER_BLOCK
      return MOST_THREADS_A_BLOCK;
    case 2:  // MAX_BLOCK_DIM_X
      return MOST_BLOCK_X;
    case 3:
      return MOST_BLOCK_Y;
    case 4:
      return MOST_BLOCK_Z;
    case 5:  // MAX_GRID_DIM_X
      return MOST_GRID_X;
    case 6:
    case 7:
      return MOST_GRID_YZ;
    case 8:  // MAX_SHARED_MEMORY_PER_BLOCK
      return SHARED_WITHOUT_ASKING;
    case 9:  // TOTAL_CONSTANT_MEMORY
      return 64 << 10;
    case 10:  // WARP_SIZE
      return 32;
    case 12:  // MAX_REGISTERS_PER_BLOCK
    case 82:  // MAX_REGISTERS_PER_MULTIPROCESSOR
      return 65536;
    case 13:  // CLOCK_RATE, kHz
      return 1000000;
    case 16:  // MULTIPROCESSOR_COUNT
      return worker_count();
    case 36:  // MEMORY_CLOCK_RATE, kHz
      return 1000000;
    case 37:  // GLOBAL_MEMORY_BUS_WIDTH, bits
      return 128;
    case 38:  // L2_CACHE_SIZE
      return 1 << 20;
    case 39:  // MAX_THREADS_PER_MULTIPROCESSOR
      return 2048;
    case 20:  // COMPUTE_MODE: default, or exclusive to a process
      return is_taken(device) ? 3 : 0;
    case 19:  // CAN_MAP_HOST_MEMORY
    case 31:  // CONCURRENT_KERNELS
    case 40:  // ASYNC_ENGINE_COUNT
    case 41:  // UNIFIED_ADDRESSING
      return 1;
    case 75:  // COMPUTE_CAPABILITY_MAJOR
      return settings.compute_capability / 10;
    case 76:
      return settings.compute_capability % 10;
    case 81:  // MAX_SHARED_MEMORY_PER_MULTIPROCESSOR
      return most_shared_memory() + 1024;
    case 97:  // MAX_SHARED_MEMORY_PER_BLOCK_OPTIN
      return most_shared_memory();
    case 106:  // MAX_BLOCKS_PER_MULTIPROCESSOR
      return 32;
    default:
      return 0;
  }
}

}  // namespace cuda_on_cpu

using namespace cuda_on_cpu;

DRIVER_API CUresult cuDriverGetVersion(int* version) {
  return call("cuDriverGetVersion", Needs::NOTHING, [&] {
    require(version, "the result");
    *version = settings.driver_version;
  });
}

DRIVER_API CUresult cuDeviceGetCount(int* count) {
  return call("cuDeviceGetCount", Needs::DRIVER, [&] {
    require(count, "the result");
    *count = settings.devices;
  });
}

DRIVER_API CUresult cuDeviceGet(CUdevice* device, int ordinal) {
  return call("cuDeviceGet", Needs::DRIVER, [&] {
    require(device, "the result");
    require_device(ordinal);
    *device = ordinal;
  });
}

DRIVER_API CUresult cuDeviceGetName(char* name, int length, CUdevice device) {
  return call("cuDeviceGetName", Needs::DRIVER, [&] {
    require(name, "the result");
    require_device(device);
    snprintf(name, length, "%s", settings.device_name.c_str());
  });
}

DRIVER_API CUresult cuDeviceTotalMem_v2(size_t* bytes, CUdevice device) {
  return call("cuDeviceTotalMem_v2", Needs::DRIVER, [&] {
    require(bytes, "the result");
    require_device(device);
    *bytes = settings.memory;
  });
}

DRIVER_API CUresult cuDeviceGetAttribute(int* value, int which, CUdevice device) {
  return call("cuDeviceGetAttribute", Needs::DRIVER, [&] {
    require(value, "the result");
    require_device(device);
    *value = attribute(which, device);
  });
}

DRIVER_API CUresult cuDeviceComputeCapability(int* major, int* minor, CUdevice device) {
  return call("cuDeviceComputeCapability", Needs::DRIVER, [&] {
    require_device(device);
    *major = settings.compute_capability / 10;
    *minor = settings.compute_capability % 10;
  });
}

DRIVER_API CUresult cuDeviceGetUuid(unsigned char* uuid, CUdevice device) {
  return call("cuDeviceGetUuid", Needs::DRIVER, [&] {
    require_device(device);
    memset(uuid, 0, 16);
    uuid[15] = (unsigned char)device;
  });
}

DRIVER_API CUresult cuDeviceGetPCIBusId(char* name, int length, CUdevice device) {
  return call("cuDeviceGetPCIBusId", Needs::DRIVER, [&] {
    require_device(device);
    snprintf(name, length, "0000:%02x:00.0", device);
  });
}

DRIVER_API CUresult cuDeviceCanAccessPeer(int* can, CUdevice device, CUdevice peer) {
  return call("cuDeviceCanAccessPeer", Needs::DRIVER, [&] {
    require_device(device);
    require_device(peer);
    *can = 0;
  });
}
