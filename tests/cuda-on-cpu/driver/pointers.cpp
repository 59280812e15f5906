// cuPointerGetAttribute: whose memory an address is.
#include "call.h"
#include "device_memory.h"
#include "host_memory.h"

using namespace cuda_on_cpu;

// Numbers of CUpointer_attribute.
DRIVER_API CUresult cuPointerGetAttribute(void* value, int which, CUdeviceptr address) {
  return call("cuPointerGetAttribute", [&] {
    require(value, "the result");
    const Allocation* allocation = find_allocation((void*)address);
    if (!allocation && !is_pinned((void*)address, 1)) refuse(CUDA_ERROR_INVALID_VALUE, "0x%llx is unknown", address);
    switch (which) {
      case 1:  // CONTEXT
        *(void**)value = allocation ? (void*)allocation->owner : nullptr;
        return;
      case 2:  // MEMORY_TYPE: 1 host, 2 device
        *(unsigned*)value = allocation ? 2 : 1;
        return;
      case 3:  // DEVICE_POINTER
        *(CUdeviceptr*)value = address;
        return;
      case 4:  // HOST_POINTER
        if (allocation) refuse(CUDA_ERROR_INVALID_VALUE, "device memory has no host address");
        *(void**)value = (void*)address;
        return;
      case 8:  // IS_MANAGED
        *(unsigned*)value = 0;
        return;
      default:
        refuse(CUDA_ERROR_NOT_SUPPORTED, "attribute %d", which);
    }
  });
}
