// The driver's types as far as they are used here; names and numbers are those of NVIDIA's cuda.h, which is not needed.
#pragma once
#include <cstddef>
#include <cstdint>

typedef int CUdevice;
typedef unsigned long long CUdeviceptr;
typedef struct CUctx_st* CUcontext;
typedef struct CUmod_st* CUmodule;
typedef struct CUfunc_st* CUfunction;
typedef struct CUstream_st* CUstream;
typedef struct CUevent_st* CUevent;
typedef struct CUgraph_st* CUgraph;
typedef struct CUgraphNode_st* CUgraphNode;
typedef struct CUgraphExec_st* CUgraphExec;

// RESULT(number, name, text)
#define CUDA_ON_CPU_RESULTS(RESULT)                                                                                 \
  RESULT(0, CUDA_SUCCESS, "no error")                                                                               \
  RESULT(1, CUDA_ERROR_INVALID_VALUE, "invalid argument")                                                           \
  RESULT(2, CUDA_ERROR_OUT_OF_MEMORY, "out of memory")                                                              \
  RESULT(3, CUDA_ERROR_NOT_INITIALIZED, "initialization error")                                                     \
  RESULT(4, CUDA_ERROR_DEINITIALIZED, "driver shutting down")                                                       \
  RESULT(34, CUDA_ERROR_STUB_LIBRARY, "stub library")                                                               \
  RESULT(46, CUDA_ERROR_DEVICE_UNAVAILABLE, "device is busy or unavailable")                                        \
  RESULT(100, CUDA_ERROR_NO_DEVICE, "no CUDA-capable device is detected")                                           \
  RESULT(101, CUDA_ERROR_INVALID_DEVICE, "invalid device ordinal")                                                  \
  RESULT(200, CUDA_ERROR_INVALID_IMAGE, "device kernel image is invalid")                                           \
  RESULT(201, CUDA_ERROR_INVALID_CONTEXT, "invalid device context")                                                 \
  RESULT(209, CUDA_ERROR_NO_BINARY_FOR_GPU, "no kernel image is available for execution on the device")             \
  RESULT(218, CUDA_ERROR_INVALID_PTX, "a PTX JIT compilation failed")                                               \
  RESULT(222, CUDA_ERROR_UNSUPPORTED_PTX_VERSION, "the PTX was compiled with an unsupported toolchain")             \
  RESULT(301, CUDA_ERROR_FILE_NOT_FOUND, "file not found")                                                          \
  RESULT(400, CUDA_ERROR_INVALID_HANDLE, "invalid resource handle")                                                 \
  RESULT(401, CUDA_ERROR_ILLEGAL_STATE, "the operation cannot be performed in the present state")                   \
  RESULT(500, CUDA_ERROR_NOT_FOUND, "named symbol not found")                                                       \
  RESULT(600, CUDA_ERROR_NOT_READY, "device not ready")                                                             \
  RESULT(700, CUDA_ERROR_ILLEGAL_ADDRESS, "an illegal memory access was encountered")                               \
  RESULT(701, CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES, "too many resources requested for launch")                        \
  RESULT(702, CUDA_ERROR_LAUNCH_TIMEOUT, "the launch timed out and was terminated")                                 \
  RESULT(709, CUDA_ERROR_CONTEXT_IS_DESTROYED, "context is destroyed")                                              \
  RESULT(710, CUDA_ERROR_ASSERT, "device-side assert triggered")                                                    \
  RESULT(712, CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED, "part or all of the memory is already mapped")             \
  RESULT(713, CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED, "pointer does not correspond to a registered region")          \
  RESULT(716, CUDA_ERROR_MISALIGNED_ADDRESS, "misaligned address")                                                  \
  RESULT(719, CUDA_ERROR_LAUNCH_FAILED, "unspecified launch failure")                                               \
  RESULT(801, CUDA_ERROR_NOT_SUPPORTED, "operation not supported")                                                  \
  RESULT(803, CUDA_ERROR_SYSTEM_DRIVER_MISMATCH, "system has unsupported display driver / cuda driver combination") \
  RESULT(900, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, "operation not permitted when stream is capturing")            \
  RESULT(901, CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, "operation failed due to a previous error during capture")     \
  RESULT(902, CUDA_ERROR_STREAM_CAPTURE_MERGE, "operation would result in a merge of separate capture sequences")   \
  RESULT(903, CUDA_ERROR_STREAM_CAPTURE_UNMATCHED, "capture was not ended in the same stream as it began")          \
  RESULT(904, CUDA_ERROR_STREAM_CAPTURE_UNJOINED, "capturing stream has unjoined work")                             \
  RESULT(905, CUDA_ERROR_STREAM_CAPTURE_ISOLATION, "dependency created on uncaptured work in another stream")       \
  RESULT(906, CUDA_ERROR_STREAM_CAPTURE_IMPLICIT,                                                                   \
         "operation would make the legacy stream depend on a capturing blocking stream")                            \
  RESULT(907, CUDA_ERROR_CAPTURED_EVENT, "operation not permitted on an event last recorded in a capturing stream") \
  RESULT(908, CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD,                                                               \
         "attempt to terminate a thread-local capture sequence from another thread")                                \
  RESULT(999, CUDA_ERROR_UNKNOWN, "unknown error")

#define CUDA_ON_CPU_RESULT(number, name, text) name = number,
typedef enum CUresult { CUDA_ON_CPU_RESULTS(CUDA_ON_CPU_RESULT) } CUresult;
#undef CUDA_ON_CPU_RESULT
