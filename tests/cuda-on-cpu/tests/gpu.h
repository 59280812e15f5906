// The driver as a program sees it, and the few lines that every test needs: arrays on the device, launches.
#pragma once
#include <cstring>
#include <string>
#include <vector>
#include "cuda_types.h"
#include "control.h"
#include "testing.h"

extern "C" {
CUresult cuInit(unsigned);
CUresult cuDriverGetVersion(int*);
CUresult cuDeviceGetCount(int*);
CUresult cuDeviceGet(CUdevice*, int);
CUresult cuDeviceGetName(char*, int, CUdevice);
CUresult cuDeviceGetAttribute(int*, int, CUdevice);
CUresult cuDeviceTotalMem_v2(size_t*, CUdevice);
CUresult cuCtxCreate_v2(CUcontext*, unsigned, CUdevice);
CUresult cuCtxDestroy_v2(CUcontext);
CUresult cuCtxSetCurrent(CUcontext);
CUresult cuCtxSynchronize();
CUresult cuDevicePrimaryCtxRetain(CUcontext*, CUdevice);
CUresult cuDevicePrimaryCtxRelease_v2(CUdevice);
CUresult cuModuleLoadData(CUmodule*, const void*);
CUresult cuModuleUnload(CUmodule);
CUresult cuModuleGetFunction(CUfunction*, CUmodule, const char*);
CUresult cuFuncGetAttribute(int*, int, CUfunction);
CUresult cuFuncSetAttribute(CUfunction, int, int);
CUresult cuFuncGetParamInfo(CUfunction, size_t, size_t*, size_t*);
CUresult cuLaunchKernel(CUfunction, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, CUstream, void**,
                        void**);
CUresult cuLaunchHostFunc(CUstream, void (*)(void*), void*);
CUresult cuMemAlloc_v2(CUdeviceptr*, size_t);
CUresult cuMemFree_v2(CUdeviceptr);
CUresult cuMemGetInfo_v2(size_t*, size_t*);
CUresult cuMemHostAlloc(void**, size_t, unsigned);
CUresult cuMemFreeHost(void*);
CUresult cuMemcpyHtoD_v2(CUdeviceptr, const void*, size_t);
CUresult cuMemcpyDtoH_v2(void*, CUdeviceptr, size_t);
CUresult cuMemcpyDtoD_v2(CUdeviceptr, CUdeviceptr, size_t);
CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr, const void*, size_t, CUstream);
CUresult cuMemcpyDtoHAsync_v2(void*, CUdeviceptr, size_t, CUstream);
CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr, CUdeviceptr, size_t, CUstream);
CUresult cuMemcpy2D_v2(const void*);
CUresult cuMemsetD8_v2(CUdeviceptr, unsigned char, size_t);
CUresult cuMemsetD16_v2(CUdeviceptr, unsigned short, size_t);
CUresult cuMemsetD32_v2(CUdeviceptr, unsigned, size_t);
CUresult cuMemsetD32Async(CUdeviceptr, unsigned, size_t, CUstream);
CUresult cuMemsetD2D16_v2(CUdeviceptr, size_t, unsigned short, size_t, size_t);
CUresult cuStreamCreate(CUstream*, unsigned);
CUresult cuStreamDestroy_v2(CUstream);
CUresult cuStreamSynchronize(CUstream);
CUresult cuStreamQuery(CUstream);
CUresult cuStreamWaitEvent(CUstream, CUevent, unsigned);
CUresult cuStreamBeginCapture_v2(CUstream, int);
CUresult cuStreamEndCapture(CUstream, CUgraph*);
CUresult cuStreamIsCapturing(CUstream, int*);
CUresult cuEventCreate(CUevent*, unsigned);
CUresult cuEventDestroy_v2(CUevent);
CUresult cuEventRecord(CUevent, CUstream);
CUresult cuEventRecordWithFlags(CUevent, CUstream, unsigned);
CUresult cuEventQuery(CUevent);
CUresult cuEventSynchronize(CUevent);
CUresult cuEventElapsedTime(float*, CUevent, CUevent);
CUresult cuGraphInstantiateWithFlags(CUgraphExec*, CUgraph, unsigned long long);
CUresult cuGraphLaunch(CUgraphExec, CUstream);
CUresult cuGraphGetNodes(CUgraph, CUgraphNode*, size_t*);
CUresult cuGraphNodeGetType(CUgraphNode, int*);
CUresult cuGraphExecDestroy(CUgraphExec);
CUresult cuGraphDestroy(CUgraph);
CUresult cuGetErrorName(CUresult, const char**);
CUresult cuCtxSetLimit();
}

// The call must succeed.
#define OK(call)                                                                                            \
  do {                                                                                                      \
    const int result_of_call = (call);                                                                      \
    if (result_of_call != 0)                                                                                \
      fail_test("%s:%d: %s gives %d: %s", __FILE__, __LINE__, #call, result_of_call, cudaOnCpuLastError()); \
  } while (0)

// The call must fail with this result.
#define FAILS(call, expected)                                                                                  \
  do {                                                                                                         \
    const int result_of_call = (call);                                                                         \
    if (result_of_call != (expected))                                                                          \
      fail_test("%s:%d: %s gives %d, not %d (%s)", __FILE__, __LINE__, #call, result_of_call, (int)(expected), \
                cudaOnCpuLastError());                                                                         \
  } while (0)

// A context with the default settings; everything is freed at the end.
class Gpu {
 public:
  Gpu() {
    settings("forward", "late");
    OK(cuInit(0));
    OK(cuCtxCreate_v2(&context_, 0, 0));
    OK(cuModuleLoadData(&module_, "the kernels that were compiled in"));
    cudaOnCpuResetCounters();
  }
  ~Gpu() { cuCtxDestroy_v2(context_); }

  static void settings(const char* order, const char* copies, const char* seed = "1") {
    cudaOnCpuSet("order", order);
    cudaOnCpuSet("copies", copies);
    cudaOnCpuSet("seed", seed);
    cudaOnCpuSet("streams", "eager");
    cudaOnCpuSet("memory", "8g");
  }

  CUfunction function(const char* name) {
    CUfunction result;
    OK(cuModuleGetFunction(&result, module_, name));
    return result;
  }

  template <class... Arguments>
  CUresult try_launch(const char* name, CUstream stream, unsigned grid, unsigned threads, unsigned shared,
                      Arguments... arguments) {
    void* addresses[] = {(void*)&arguments...};
    return cuLaunchKernel(function(name), grid, 1, 1, threads, 1, 1, shared, stream, addresses, nullptr);
  }
  template <class... Arguments>
  void launch(const char* name, unsigned grid, unsigned threads, unsigned shared, Arguments... arguments) {
    OK(try_launch(name, nullptr, grid, threads, shared, arguments...));
  }

  CUmodule module() const { return module_; }

 private:
  CUcontext context_;
  CUmodule module_;
};

template <class T>
class Array {
 public:
  explicit Array(size_t count) : count_(count) { OK(cuMemAlloc_v2(&address_, count * sizeof(T))); }
  explicit Array(const std::vector<T>& values) : Array(values.size()) {
    OK(cuMemcpyHtoD_v2(address_, values.data(), count_ * sizeof(T)));
  }
  Array(const Array&) = delete;
  ~Array() { cuMemFree_v2(address_); }

  CUdeviceptr address() const { return address_; }
  std::vector<T> values() const {
    std::vector<T> result(count_);
    OK(cuMemcpyDtoH_v2(result.data(), address_, count_ * sizeof(T)));
    return result;
  }

 private:
  size_t count_;
  CUdeviceptr address_;
};
