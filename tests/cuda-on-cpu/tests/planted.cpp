// Every kernel of kernels/planted.cu must be caught: by an error, by garbage in its result, or by results that depend on the
// order of threads, of blocks or of copies. What sanitizers must see is tested by sanitizers.cpp.
#include "gpu.h"

namespace {

struct Outcome {
  int error = 0;
  std::string text;
  std::vector<float> out;
};

struct Launch {
  unsigned grid = 1, threads = 32, shared = 512;
};

Outcome run(const char* kernel, const Launch& launch, const char* order, const char* copies, const char* seed) {
  Gpu gpu;
  Gpu::settings(order, copies, seed);
  std::vector<float> numbers(1024);
  for (size_t i = 0; i < numbers.size(); i++) numbers[i] = (float)i;
  const Array<float> in(numbers), out(std::vector<float>(256, 0.f));
  Outcome outcome;
  outcome.error = gpu.try_launch(kernel, nullptr, launch.grid, launch.threads, launch.shared, out.address(), in.address());
  if (outcome.error != 0)
    outcome.text = cudaOnCpuLastError();
  else
    outcome.out = out.values();
  return outcome;
}

bool has_garbage(const Outcome& outcome) {
  for (float x : outcome.out)
    if (!(fabsf(x) < 1e30f)) return true;
  return false;
}

// Fails with this result and a message that contains `text`.
void fails(const char* kernel, const Launch& launch, int error, const char* text) {
  const Outcome outcome = run(kernel, launch, "forward", "late", "1");
  if (outcome.error != error || outcome.text.find(text) == std::string::npos)
    fail_test("%s: error %d, text \"%s\"; expected %d, \"%s\"", kernel, outcome.error, outcome.text.c_str(), error, text);
  if (error == CUDA_ERROR_LAUNCH_FAILED && outcome.text.find("kernel " + std::string(kernel)) == std::string::npos)
    fail_test("the kernel is not named: %s", outcome.text.c_str());
}

// Gives garbage, at least with these settings.
void gives_garbage(const char* kernel, const Launch& launch, const char* order, const char* copies) {
  const Outcome outcome = run(kernel, launch, order, copies, "1");
  if (outcome.error != 0) fail_test("%s: %s", kernel, outcome.text.c_str());
  if (!has_garbage(outcome)) fail_test("%s: no garbage in its result", kernel);
}

// Gives something else with other settings.
void depends(const char* kernel, const Launch& launch, const char* order, const char* copies) {
  const Outcome plain = run(kernel, launch, "forward", "late", "1");
  const Outcome other = run(kernel, launch, order, copies, "1");
  if (plain.error != 0 || other.error != 0) fail_test("%s: %s%s", kernel, plain.text.c_str(), other.text.c_str());
  if (plain.out == other.out) fail_test("%s: the same result in both ways", kernel);
}

}  // namespace

TEST(planted_missing_barrier_before_a_read) {
  for (const char* order : {"forward", "reverse", "random"}) gives_garbage("no_barrier_before_read", {1, 64}, order, "late");
}
TEST(planted_missing_barrier_before_an_overwrite) {
  depends("no_barrier_before_overwrite", {1, 64}, "reverse", "late");
  depends("no_barrier_before_overwrite", {1, 64}, "random", "late");
}
TEST(planted_missing_syncwarp) {
  for (const char* order : {"forward", "reverse", "random"}) gives_garbage("no_syncwarp", {1, 32}, order, "late");
}
TEST(planted_sum_of_blocks_without_atomics) {
  depends("blocks_add_without_atomics", {20, 1}, "reverse", "late");
  depends("blocks_add_without_atomics", {20, 1}, "random", "late");
}
TEST(planted_wait_for_too_few_copies) { gives_garbage("wait_for_too_few", {}, "forward", "late"); }
TEST(planted_missing_barrier_after_a_wait) {
  for (const char* order : {"forward", "reverse", "random"}) gives_garbage("no_barrier_after_wait", {}, order, "late");
}
TEST(planted_copy_over_what_is_still_read) {
  for (const char* order : {"reverse", "random"}) depends("copy_over_what_is_read", {}, order, "early");
}
TEST(planted_return_before_a_wait) {
  fails("return_before_wait", {}, CUDA_ERROR_LAUNCH_FAILED, "returned before it waited for its cp.async");
}
TEST(planted_misaligned_copy) {
  fails("misaligned_copy", {}, CUDA_ERROR_LAUNCH_FAILED, "is not 16-byte aligned at kernels/planted.cu:");
}

TEST(planted_two_different_barriers) {
  fails("two_barriers", {}, CUDA_ERROR_LAUNCH_FAILED, "threads of a block wait at different barriers");
}
TEST(planted_barrier_for_half_a_warp) {
  fails("barrier_for_half", {}, CUDA_ERROR_LAUNCH_FAILED,
        "warp 0, lanes 0000ffff wait in __syncthreads at kernels/planted.cu:");
}
TEST(planted_full_mask_in_half_a_warp) {
  fails("full_mask_in_half", {1, 64}, CUDA_ERROR_LAUNCH_FAILED,
        "lanes 0000ffff wait in __shfl_sync for the others of mask ffffffff");
}
TEST(planted_masks_that_differ) {
  fails("masks_differ", {}, CUDA_ERROR_LAUNCH_FAILED, "lanes ffff0000 wait in __shfl_sync for the others of mask ffffffff");
}
TEST(planted_lane_outside_its_mask) {
  fails("not_in_own_mask", {}, CUDA_ERROR_LAUNCH_FAILED, "lane 16 is not in its own mask 0000ffff");
}
TEST(planted_mma_of_half_a_warp) {
  fails("product_of_half_a_warp", {}, CUDA_ERROR_LAUNCH_FAILED, "mma.m16n8k16 needs all 32 lanes");
}
TEST(planted_shuffle_from_outside_the_mask) { gives_garbage("shuffle_from_a_lane_outside", {}, "forward", "late"); }

TEST(planted_read_before_write) { gives_garbage("read_before_write", {1, 64}, "forward", "late"); }
TEST(planted_ldmatrix_past_the_end) {
  fails("ldmatrix_past_the_end", {}, CUDA_ERROR_LAUNCH_FAILED, "is outside of shared memory");
}
TEST(planted_trap) { fails("failed_assertion", {}, CUDA_ERROR_LAUNCH_FAILED, "__trap() at kernels/planted.cu:"); }

// With sanitizers these are theirs to report: sanitizers.cpp.
#if !defined(CUDA_ON_CPU_ADDRESS_SANITIZER) && !defined(CUDA_ON_CPU_THREAD_SANITIZER)
TEST(planted_write_past_dynamic_shared_memory) {
  fails("dynamic_shared_overrun", {1, 32, 128}, CUDA_ERROR_ILLEGAL_ADDRESS, "wrote past the end of dynamic shared memory");
}
TEST(planted_write_past_an_allocation) {
  fails("write_past_the_end", {}, CUDA_ERROR_ILLEGAL_ADDRESS, "0 bytes after the end of an allocation of 1024 bytes");
}
TEST(planted_read_past_an_allocation) {
  fails("read_past_the_end", {}, CUDA_ERROR_ILLEGAL_ADDRESS, "0 bytes after the end of an allocation of 4096 bytes");
}
TEST(planted_null_pointer) { fails("null_pointer", {}, CUDA_ERROR_ILLEGAL_ADDRESS, "reads from address"); }
TEST(planted_misaligned_float4) { fails("misaligned_float4", {}, CUDA_ERROR_MISALIGNED_ADDRESS, "misaligned"); }
#endif
