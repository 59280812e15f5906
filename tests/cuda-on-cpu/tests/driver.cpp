// The driver: contexts, memory, copies, launches, events, errors; and what the emulation adds: counters, faults, leaks.
#include <thread>
#include "gpu.h"

TEST(nothing_works_before_a_context_is_current) {
  OK(cuInit(0));
  CUdeviceptr address;
  OK(cuCtxSetCurrent(nullptr));
  FAILS(cuMemAlloc_v2(&address, 16), CUDA_ERROR_INVALID_CONTEXT);
  Gpu gpu;
  OK(cuMemAlloc_v2(&address, 16));
  OK(cuMemFree_v2(address));
  int result = 0;
  std::thread([&] { result = cuMemAlloc_v2(&address, 16); }).join();
  CHECK_EQUAL(result, (int)CUDA_ERROR_INVALID_CONTEXT);
}

TEST(devices_are_as_configured) {
  cudaOnCpuSet("devices", "2");
  cudaOnCpuSet("device", "Halftune Test Device");
  cudaOnCpuSet("capability", "8.6");
  int count, major, shared;
  char name[100];
  OK(cuInit(0));
  OK(cuDeviceGetCount(&count));
  CHECK_EQUAL(count, 2);
  OK(cuDeviceGetName(name, sizeof name, 1));
  CHECK(std::string(name) == "Halftune Test Device");
  OK(cuDeviceGetAttribute(&major, 75, 0));
  CHECK_EQUAL(major, 8);
  OK(cuDeviceGetAttribute(&shared, 97, 0));
  CHECK_EQUAL(shared, 99 << 10);
  CUdevice device;
  FAILS(cuDeviceGet(&device, 2), CUDA_ERROR_INVALID_DEVICE);
  cudaOnCpuSet("devices", "0");
  FAILS(cuInit(0), CUDA_ERROR_NO_DEVICE);
  cudaOnCpuSet("devices", "1");
  cudaOnCpuSet("device", "CUDA on the CPU");
  cudaOnCpuSet("capability", "9.0");
}

TEST(memory_is_limited_and_counted) {
  Gpu gpu;
  cudaOnCpuSet("memory", "1m");
  size_t free_bytes, total;
  OK(cuMemGetInfo_v2(&free_bytes, &total));
  CHECK_EQUAL(free_bytes, 1u << 20);
  CUdeviceptr half, other;
  OK(cuMemAlloc_v2(&half, 1 << 19));
  OK(cuMemGetInfo_v2(&free_bytes, &total));
  CHECK_EQUAL(free_bytes, 1u << 19);
  CHECK_EQUAL(cudaOnCpuCount("outstanding bytes"), 1 << 19);
  FAILS(cuMemAlloc_v2(&other, (1 << 19) + 1), CUDA_ERROR_OUT_OF_MEMORY);
  OK(cuMemFree_v2(half));
  FAILS(cuMemFree_v2(half), CUDA_ERROR_INVALID_VALUE);
  CHECK_EQUAL(cudaOnCpuCount("outstanding allocations"), 0);
}

TEST(fresh_memory_is_garbage) {
  Gpu gpu;
  Array<float> array(100);
  for (float x : array.values()) CHECK(x > 3e38f);
}

TEST(copies_and_fills_stay_inside_allocations) {
  Gpu gpu;
  Array<float> a(std::vector<float>(100, 1.f)), b(100);
  std::vector<float> host(101);
  FAILS(cuMemcpyHtoD_v2(a.address(), host.data(), 404), CUDA_ERROR_INVALID_VALUE);
  FAILS(cuMemcpyDtoH_v2(host.data(), a.address() + 4, 400), CUDA_ERROR_INVALID_VALUE);
  FAILS(cuMemcpyDtoD_v2(b.address(), a.address() - 4, 8), CUDA_ERROR_INVALID_VALUE);
  FAILS(cuMemcpyHtoD_v2(a.address(), (void*)b.address(), 4), CUDA_ERROR_INVALID_VALUE);
  FAILS(cuMemsetD32_v2(a.address(), 0, 101), CUDA_ERROR_INVALID_VALUE);
  FAILS(cuMemsetD32_v2(a.address() + 2, 0, 1), CUDA_ERROR_INVALID_VALUE);
  FAILS(cuMemcpyDtoH_v2(host.data(), (CUdeviceptr)host.data(), 4), CUDA_ERROR_INVALID_VALUE);
  OK(cuMemsetD8_v2(a.address() + 396, 0, 4));
  OK(cuMemsetD16_v2(a.address(), 0x4000, 2));
  OK(cuMemcpyDtoD_v2(b.address(), a.address(), 400));
  const std::vector<float> values = b.values();
  CHECK_EQUAL(values[99], 0.f);
  CHECK(values[0] > 2.f && values[0] < 2.01f && values[1] == 1.f);
}

// Half of CUDA_MEMCPY2D: type 1 is host memory, 2 the device's.
struct Side2D {
  size_t x, y;
  int type;
  const void* host;
  CUdeviceptr device;
  void* array;
  size_t pitch;
};

TEST(rows_are_filled_and_copied_by_pitch) {
  Gpu gpu;
  Array<unsigned short> a(std::vector<unsigned short>(40, 1));
  OK(cuMemsetD2D16_v2(a.address() + 4, 20, 7, 3, 4));
  FAILS(cuMemsetD2D16_v2(a.address() + 4, 20, 7, 9, 4), CUDA_ERROR_INVALID_VALUE);
  std::vector<unsigned short> host(12, 0);
  const Side2D from = {4, 0, 2, nullptr, a.address(), nullptr, 20}, to = {0, 0, 1, host.data(), 0, nullptr, 6};
  const struct {
    Side2D source, target;
    size_t width, height;
  } copy = {from, to, 6, 4};
  OK(cuMemcpy2D_v2(&copy));
  for (unsigned short x : host) CHECK_EQUAL(x, 7);
  int sevens = 0;
  for (unsigned short x : a.values()) sevens += x == 7;
  CHECK_EQUAL(sevens, 12);
}

TEST(launches_are_checked_like_a_gpu_does) {
  Gpu gpu;
  Array<float> a(1024);
  const float value = 1.f;
  const long long n = 1024;
  CUdeviceptr address = a.address();
  void* arguments[] = {&address, (void*)&value, (void*)&n};
  CUfunction fill = gpu.function("fill"), sum = gpu.function("sum_of_block"), missing;
  const auto launch = [&](unsigned gx, unsigned gy, unsigned bx, unsigned bz, unsigned shared) {
    return cuLaunchKernel(fill, gx, gy, 1, bx, 1, bz, shared, nullptr, arguments, nullptr);
  };
  OK(launch(1, 1, 1024, 1, 0));
  FAILS(launch(0, 1, 32, 1, 0), CUDA_ERROR_INVALID_VALUE);
  FAILS(launch(1, 65536, 32, 1, 0), CUDA_ERROR_INVALID_VALUE);
  FAILS(launch(1, 1, 1025, 1, 0), CUDA_ERROR_INVALID_VALUE);
  FAILS(launch(1, 1, 1, 65, 0), CUDA_ERROR_INVALID_VALUE);
  FAILS(cuLaunchKernel(fill, 1, 1, 1, 32, 1, 1, 0, nullptr, nullptr, nullptr), CUDA_ERROR_INVALID_VALUE);
  FAILS(cuModuleGetFunction(&missing, gpu.module(), "no_such_kernel"), CUDA_ERROR_NOT_FOUND);

  // More than 48 KiB of shared memory need the attribute.
  OK(launch(1, 1, 32, 1, 48 << 10));
  FAILS(launch(1, 1, 32, 1, (48 << 10) + 1), CUDA_ERROR_INVALID_VALUE);
  FAILS(cuFuncSetAttribute(fill, 8, 228 << 10), CUDA_ERROR_INVALID_VALUE);
  OK(cuFuncSetAttribute(fill, 8, 227 << 10));
  OK(launch(1, 1, 32, 1, 227 << 10));

  // __launch_bounds__
  int most;
  OK(cuFuncGetAttribute(&most, 0, fill));
  CHECK_EQUAL(most, 1024);
  OK(cuFuncGetAttribute(&most, 0, sum));
  CHECK_EQUAL(most, 256);
  const int count = 1;
  void* three[] = {&address, &address, (void*)&count};
  FAILS(cuLaunchKernel(sum, 1, 1, 1, 512, 1, 1, 2048, nullptr, three, nullptr), CUDA_ERROR_INVALID_VALUE);
}

TEST(pointers_that_are_not_the_devices_are_refused) {
  std::vector<float> host(32);
  {
    Gpu gpu;
    FAILS(gpu.try_launch("fill", nullptr, 1, 32, 0, (CUdeviceptr)host.data(), 1.f, 32ll), CUDA_ERROR_ILLEGAL_ADDRESS);
    CHECK(std::string(cudaOnCpuLastError()).find("argument 0") != std::string::npos);
  }
  Gpu gpu;
  Array<float> a(32);
  FAILS(gpu.try_launch("fill", nullptr, 1, 32, 0, a.address() + 2, 1.f, 31ll), CUDA_ERROR_MISALIGNED_ADDRESS);
}

TEST(a_failed_kernel_spoils_its_context) {
  {
    Gpu gpu;
    CUdeviceptr address;
    OK(cuMemAlloc_v2(&address, 1024));
    FAILS(gpu.try_launch("failed_assertion", nullptr, 1, 32, 0, address, address), CUDA_ERROR_LAUNCH_FAILED);
    FAILS(cuCtxSynchronize(), CUDA_ERROR_LAUNCH_FAILED);
    FAILS(cuMemFree_v2(address), CUDA_ERROR_LAUNCH_FAILED);
  }
  Gpu gpu;
  OK(cuCtxSynchronize());
}

TEST(ptx_is_looked_at) {
  Gpu gpu;
  CUmodule module;
  CUfunction function;
  OK(cuModuleLoadData(&module, ".version 8.0\n.target sm_80\n.visible .entry add_one(\n)"));
  OK(cuModuleGetFunction(&function, module, "add_one"));
  FAILS(cuModuleGetFunction(&function, module, "fill"), CUDA_ERROR_NOT_FOUND);
  OK(cuModuleUnload(module));
  cudaOnCpuSet("driver", "12.4");
  FAILS(cuModuleLoadData(&module, ".version 9.0\n.target sm_80\n"), CUDA_ERROR_UNSUPPORTED_PTX_VERSION);
  OK(cuModuleLoadData(&module, ".version 8.4\n.target sm_80\n"));
  FAILS(cuModuleLoadData(&module, ".version 8.5\n.target sm_80\n"), CUDA_ERROR_UNSUPPORTED_PTX_VERSION);
  cudaOnCpuSet("driver", "13.0");
}

TEST(events_tell_the_time_between_them) {
  Gpu gpu;
  CUevent start, end, untimed;
  OK(cuEventCreate(&start, 0));
  OK(cuEventCreate(&end, 0));
  OK(cuEventCreate(&untimed, 2));
  float milliseconds = -1;
  FAILS(cuEventElapsedTime(&milliseconds, start, end), CUDA_ERROR_INVALID_HANDLE);
  Array<float> a(1024);
  OK(cuEventRecord(start, nullptr));
  gpu.launch("fill", 4, 256, 0, a.address(), 1.f, 1024ll);
  OK(cuEventRecord(end, nullptr));
  OK(cuEventSynchronize(end));
  OK(cuEventElapsedTime(&milliseconds, start, end));
  if (!(milliseconds > 0.f && milliseconds < 60000.f)) fail_test("%g ms", milliseconds);
  FAILS(cuEventElapsedTime(&milliseconds, start, untimed), CUDA_ERROR_INVALID_HANDLE);
  OK(cuEventDestroy_v2(untimed));
  FAILS(cuEventDestroy_v2(untimed), CUDA_ERROR_INVALID_HANDLE);
}

TEST(planted_faults_fail_the_call_that_is_meant) {
  Gpu gpu;
  CUdeviceptr address;
  cudaOnCpuFail("cuMemAlloc_v2:2:2");
  OK(cuMemAlloc_v2(&address, 16));
  OK(cuMemFree_v2(address));
  FAILS(cuMemAlloc_v2(&address, 16), CUDA_ERROR_OUT_OF_MEMORY);
  OK(cuMemAlloc_v2(&address, 16));
  OK(cuMemFree_v2(address));
  cudaOnCpuFail("cuMemAlloc_v2:1:2");
  cudaOnCpuFail("");
  OK(cuMemAlloc_v2(&address, 16));
  OK(cuMemFree_v2(address));
}

TEST(everything_is_counted) {
  Gpu gpu;
  std::vector<float> host(256);
  {
    Array<float> a(256), b(host);
    gpu.launch("fill", 1, 256, 0, a.address(), 1.f, 256ll);
    gpu.launch("add_one", 1, 256, 0, a.address(), 256);
    gpu.launch("add_one", 1, 256, 0, a.address(), 256);
    OK(cuMemcpyDtoD_v2(b.address(), a.address(), 100));
    CHECK_EQUAL(b.values()[0], 3.f);
  }
  CHECK_EQUAL(cudaOnCpuCount("launches"), 3);
  CHECK_EQUAL(cudaOnCpuCount("launches:add_one"), 2);
  CHECK_EQUAL(cudaOnCpuCount("bytes:HtoD"), 1024);
  CHECK_EQUAL(cudaOnCpuCount("bytes:DtoD"), 100);
  CHECK_EQUAL(cudaOnCpuCount("copies:DtoH"), 1);
  CHECK_EQUAL(cudaOnCpuCount("synchronizations"), 3);  // three copies that wait
  CHECK_EQUAL(cudaOnCpuCount("allocations"), 2);
  CHECK_EQUAL(cudaOnCpuCount("frees"), 2);
  CHECK_EQUAL(cudaOnCpuCount("calls:cuLaunchKernel"), 3);
  CHECK(std::string(cudaOnCpuCounters()).find("launches:add_one\t2\n") != std::string::npos);
  cudaOnCpuResetCounters();
  CHECK_EQUAL(cudaOnCpuCount("launches"), 0);
}

TEST(leaks_are_counted_when_a_context_ends) {
  {
    Gpu gpu;
    CUdeviceptr address;
    OK(cuMemAlloc_v2(&address, 1000));
  }
  CHECK_EQUAL(cudaOnCpuCount("leaked allocations"), 1);
  CHECK_EQUAL(cudaOnCpuCount("leaked bytes"), 1000);
  CHECK_EQUAL(cudaOnCpuCount("outstanding bytes"), 0);
}

TEST(a_primary_context_is_shared_and_counted) {
  OK(cuInit(0));
  CUcontext first, second;
  OK(cuDevicePrimaryCtxRetain(&first, 0));
  OK(cuDevicePrimaryCtxRetain(&second, 0));
  CHECK(first == second);
  OK(cuCtxSetCurrent(first));
  OK(cuDevicePrimaryCtxRelease_v2(0));
  OK(cuCtxSynchronize());
  OK(cuDevicePrimaryCtxRelease_v2(0));
  FAILS(cuCtxSynchronize(), CUDA_ERROR_CONTEXT_IS_DESTROYED);
  FAILS(cuDevicePrimaryCtxRelease_v2(0), CUDA_ERROR_INVALID_CONTEXT);
}

TEST(results_have_names) {
  const char* name;
  OK(cuGetErrorName(CUDA_ERROR_OUT_OF_MEMORY, &name));
  CHECK(std::string(name) == "CUDA_ERROR_OUT_OF_MEMORY");
  FAILS(cuGetErrorName((CUresult)12345, &name), CUDA_ERROR_INVALID_VALUE);
}

TEST(what_is_not_emulated_says_so) {
  FAILS(cuCtxSetLimit(), CUDA_ERROR_NOT_SUPPORTED);
  CHECK(std::string(cudaOnCpuLastError()).find("cuCtxSetLimit") == 0);
}
