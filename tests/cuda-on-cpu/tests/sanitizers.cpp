// In a build with sanitizers: what only they can see. Each planted kernel runs in a process of its own, whose output must
// hold the report.  run --kernel NAME THREADS SHARED
#include <unistd.h>
#include "gpu.h"

int run_kernel(char** arguments) {
  Gpu gpu;
  std::vector<float> numbers(1024, 1.f);
  const Array<float> in(numbers), out(std::vector<float>(256, 0.f));
  gpu.try_launch(arguments[0], nullptr, 4, (unsigned)atoi(arguments[1]), (unsigned)atoi(arguments[2]), out.address(),
                 in.address());
  return 0;
}

#if defined(CUDA_ON_CPU_ADDRESS_SANITIZER) || defined(CUDA_ON_CPU_THREAD_SANITIZER)

static std::string output_of(const char* kernel, int threads, int shared) {
  char own[1000], command[1200];
  const ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
  own[length > 0 ? length : 0] = 0;
  snprintf(command, sizeof command, "%s --kernel %s %d %d 2>&1", own, kernel, threads, shared);
  std::string output;
  FILE* pipe = popen(command, "r");
  for (int c; (c = fgetc(pipe)) != EOF;) output += (char)c;
  pclose(pipe);
  return output;
}

static void is_reported(const char* kernel, int threads, const char* report, int shared = 512) {
  const std::string output = output_of(kernel, threads, shared);
  if (output.find(report) == std::string::npos)
    fail_test("%s: no \"%s\" in: %s", kernel, report, output.substr(0, 1000).c_str());
  if (output.find("planted.cu:") == std::string::npos) fail_test("%s: no line of the kernel in: %s", kernel, output.c_str());
}
#endif

#ifdef CUDA_ON_CPU_ADDRESS_SANITIZER
TEST(sanitizer_finds_static_shared_overrun) { is_reported("static_shared_overrun", 64, "index 64 out of bounds"); }
TEST(sanitizer_finds_dynamic_shared_overrun) {
  is_reported("dynamic_shared_overrun", 32, "AddressSanitizer: use-after-poison", 128);
}
TEST(sanitizer_finds_write_past_an_allocation) {
  is_reported("write_past_the_end", 32, "AddressSanitizer: heap-buffer-overflow");
}
TEST(sanitizer_finds_read_past_an_allocation) {
  is_reported("read_past_the_end", 32, "AddressSanitizer: heap-buffer-overflow");
}
TEST(sanitizer_finds_misaligned_float4) { is_reported("misaligned_float4", 32, "runtime error: "); }
TEST(sanitizer_finds_null_pointer) { is_reported("null_pointer", 32, "runtime error: "); }
#endif

#ifdef CUDA_ON_CPU_THREAD_SANITIZER
TEST(sanitizer_finds_missing_barrier_before_a_read) {
  is_reported("no_barrier_before_read", 64, "ThreadSanitizer: data race");
}
TEST(sanitizer_finds_missing_barrier_before_an_overwrite) {
  is_reported("no_barrier_before_overwrite", 64, "ThreadSanitizer: data race");
}
TEST(sanitizer_finds_missing_syncwarp) { is_reported("no_syncwarp", 32, "ThreadSanitizer: data race"); }
TEST(sanitizer_finds_sum_of_blocks_without_atomics) {
  is_reported("blocks_add_without_atomics", 1, "ThreadSanitizer: data race");
}
TEST(sanitizer_finds_missing_barrier_after_a_wait) {
  is_reported("no_barrier_after_wait", 32, "ThreadSanitizer: data race");
}
TEST(sanitizer_finds_copy_over_what_is_read) { is_reported("copy_over_what_is_read", 32, "ThreadSanitizer: data race"); }
#endif
