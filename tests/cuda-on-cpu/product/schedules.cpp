#include "schedules.h"

// Every kernel of the product that was compiled in must have been launched; those of tests/gpu/wrappers.cu have their own
// test.
static std::vector<std::string> launched;
static std::string kernels_never_launched() {
  std::string missing, kernels = cudaOnCpuKernels();
  for (size_t from = 0, to; (to = kernels.find('\n', from)) != std::string::npos; from = to + 1) {
    const std::string kernel = kernels.substr(from, to - from);
    if (kernel.rfind("wrapper_", 0) == 0) continue;
    if (std::find(launched.begin(), launched.end(), kernel) == launched.end())
      missing += (missing.empty() ? "" : ", ") + kernel;
  }
  return missing.empty() ? "" : "never launched: " + missing;
}
static const bool registered = (final_check = kernels_never_launched, true);

std::vector<float> floats(size_t count, unsigned seed, float scale) {
  std::vector<float> result(count);
  for (float& x : result) {
    seed = seed * 1664525u + 1013904223u;
    x = ((float)(seed >> 8) / (1 << 23) - 1.f) * scale;
  }
  return result;
}

unsigned short as_bf16(float x) {
  unsigned bits;
  memcpy(&bits, &x, 4);
  return (unsigned short)(bits >> 16);
}

std::vector<unsigned short> bf16s(size_t count, unsigned seed, float scale) {
  std::vector<unsigned short> result;
  for (float x : floats(count, seed, scale)) result.push_back(as_bf16(x));
  return result;
}

Launch& Launch::buffer(Bytes initial, bool output) {
  arguments_.push_back({(int)buffers_.size(), {}});
  buffers_.push_back({std::move(initial), output});
  return *this;
}

Launch& Launch::structure(size_t bytes, std::function<void(unsigned char*, const std::vector<CUdeviceptr>&)> link) {
  buffer(Bytes(bytes, 0), false);
  buffers_.back().link = std::move(link);
  return *this;
}

Launch& Launch::null() { return value((CUdeviceptr)0); }

std::vector<Bytes> Launch::run() {
  std::vector<std::unique_ptr<Array<unsigned char>>> arrays;
  std::vector<CUdeviceptr> addresses;
  for (const Buffer& buffer : buffers_) {
    arrays.push_back(std::make_unique<Array<unsigned char>>(buffer.initial));
    addresses.push_back(arrays.back()->address());
  }
  for (size_t i = 0; i < buffers_.size(); i++) {
    if (!buffers_[i].link) continue;
    Bytes structure = buffers_[i].initial;
    buffers_[i].link(structure.data(), addresses);
    OK(cuMemcpyHtoD_v2(addresses[i], structure.data(), structure.size()));
  }

  CUmodule module;
  CUfunction function;
  OK(cuModuleLoadData(&module, "the kernels that were compiled in"));
  OK(cuModuleGetFunction(&function, module, kernel_));
  OK(cuFuncSetAttribute(function, 8, (int)shared_));
  std::vector<void*> pointers;
  for (const Argument& argument : arguments_)
    pointers.push_back(argument.buffer < 0 ? (void*)argument.value.data() : (void*)&addresses[argument.buffer]);
  for (size_t i = 0; i <= arguments_.size(); i++) {
    size_t offset, size = 0;
    const bool exists = cuFuncGetParamInfo(function, i, &offset, &size) == CUDA_SUCCESS;
    const bool given = i < arguments_.size();
    if (exists != given || (given && size != (arguments_[i].buffer < 0 ? arguments_[i].value.size() : sizeof(CUdeviceptr))))
      fail_test("%s: argument %zu is not what the kernel takes", kernel_, i);
  }
  OK(cuLaunchKernel(function, grid_[0], grid_[1], grid_[2], threads_, 1, 1, shared_, nullptr, pointers.data(), nullptr));
  OK(cuCtxSynchronize());

  std::vector<Bytes> outputs;
  for (size_t i = 0; i < buffers_.size(); i++)
    if (buffers_[i].output) outputs.push_back(arrays[i]->values());
  return outputs;
}

// Four bytes of 0x7f at a whole word: no kernel computes this number.
static bool has_garbage(const Bytes& output) {
  for (size_t i = 0; i + 4 <= output.size(); i += 4) {
    const unsigned char* p = &output[i];
    if (p[0] == 0x7f && p[1] == 0x7f && p[2] == 0x7f && p[3] == 0x7f) return true;
  }
  return false;
}

void Launch::check() {
  (void)registered;
  launched.push_back(kernel_);
  Gpu gpu;
  struct Schedule {
    const char *order, *copies, *seed;
  };
  // A sanitizer watches every access: once in order is enough, and once not.
#if defined(CUDA_ON_CPU_ADDRESS_SANITIZER) || defined(CUDA_ON_CPU_THREAD_SANITIZER)
  const std::vector<Schedule> schedules = {{"forward", "late", "1"}, {"random", "early", "1"}};
#else
  const std::vector<Schedule> schedules = {{"forward", "late", "1"},  {"reverse", "late", "1"}, {"random", "late", "1"},
                                           {"reverse", "early", "1"}, {"random", "early", "2"}, {"random", "late", "3"}};
#endif
  std::vector<Bytes> first;
  for (const Schedule& schedule : schedules) {
    Gpu::settings(schedule.order, schedule.copies, schedule.seed);
    const std::vector<Bytes> outputs = run();
    for (const Bytes& output : outputs)
      if (has_garbage(output)) fail_test("%s: garbage in a result (%s, %s)", kernel_, schedule.order, schedule.copies);
    if (first.empty()) first = outputs;
    for (size_t i = 0; i < outputs.size(); i++) {
      if (outputs[i] != first[i])
        fail_test("%s: output %zu differs between orders (%s, %s, %s)", kernel_, i, schedule.order, schedule.copies,
                  schedule.seed);
    }
  }
}
