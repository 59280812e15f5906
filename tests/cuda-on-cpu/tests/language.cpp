// The language: kernels/language.cu, each in all thread orders.
#include <algorithm>
#include <numeric>
#include "gpu.h"

static void in_every_order(const std::function<void()>& body) {
  for (const char* order : {"forward", "reverse", "random"}) {
    Gpu::settings(order, "late", "3");
    body();
  }
}

TEST(every_thread_knows_where_it_is) {
  Gpu gpu;
  in_every_order([&] {
    Array<unsigned> out(2 * 3 * 2 * 4 * 2 * 3 * 4);
    CUdeviceptr address = out.address();
    void* arguments[] = {&address};
    OK(cuLaunchKernel(gpu.function("indices"), 2, 3, 2, 4, 2, 3, 0, nullptr, arguments, nullptr));
    const std::vector<unsigned> values = out.values();
    for (unsigned i = 0; i < 2 * 3 * 2 * 24; i++) {
      const unsigned thread = i % 24, block = i / 24;
      CHECK_EQUAL(values[4 * i], thread % 4 | thread / 4 % 2 << 16);
      CHECK_EQUAL(values[4 * i + 1], thread / 8);
      CHECK_EQUAL(values[4 * i + 2], block % 2 | block / 2 % 3 << 16);
      CHECK_EQUAL(values[4 * i + 3], block / 6);
    }
  });
}

TEST(barriers_order_shared_memory) {
  Gpu gpu;
  std::vector<float> in(1000);
  std::iota(in.begin(), in.end(), 1.f);
  const Array<float> source(in);
  in_every_order([&] {
    Array<float> out(1024);
    gpu.launch("sum_of_block", 4, 256, 1024, out.address(), source.address(), 1000);
    const std::vector<float> values = out.values();
    for (int block = 0; block < 4; block++) {
      float sum = 0;
      for (int i = block * 256; i < std::min(1000, block * 256 + 256); i++) sum += in[i];
      for (int i = 0; i < 256; i++) CHECK_EQUAL(values[block * 256 + i], sum);
    }
  });
}

TEST(lanes_exchange_and_vote) {
  Gpu gpu;
  in_every_order([&] {
    Array<int> out(32 * 16);
    gpu.launch("warp_operations", 1, 32, 0, out.address());
    const std::vector<int> values = out.values();
    for (int lane = 0; lane < 32; lane++) {
      const int group = lane / 8 * 8, in_group = lane % 8;
      const int expected[16] = {50,
                                lane ^ 3,
                                lane < 4 ? lane : lane - 4,
                                lane > 27 ? lane : lane + 4,
                                group + 1,
                                in_group < 2 ? lane : lane - 2,
                                in_group > 5 ? lane : lane + 2,
                                (int)0x49249249,
                                1,
                                0,
                                496,
                                -16,
                                15,
                                0xffff,
                                lane ^ 1,
                                496};
      for (int i = 0; i < 16; i++) CHECK_EQUAL(values[lane * 16 + i], expected[i]);
    }
  });
}

TEST(halves_of_a_warp_go_different_ways) {
  Gpu gpu;
  in_every_order([&] {
    Array<int> out(32);
    gpu.launch("halves", 1, 32, 0, out.address());
    const std::vector<int> values = out.values();
    for (int lane = 0; lane < 32; lane++) {
      const int from = 31 - lane;
      CHECK_EQUAL(values[lane], from < 16 ? from ^ 1 : from ^ 6);
    }
  });
}

TEST(threads_that_return_are_not_waited_for) {
  Gpu gpu;
  in_every_order([&] {
    for (int n : {40, 64, 77, 256}) {
      Array<float> out(256);
      OK(cuMemsetD32_v2(out.address(), 0, 256));
      gpu.launch("early_return", 1, 256, 0, out.address(), n);
      const std::vector<float> values = out.values();
      // A shuffle from a lane that has returned gives garbage.
      for (int i = 0; i < 256; i++) CHECK(values[i] == (i < n ? 1.f : 0.f) || (i < n && (i ^ 1) >= n));
    }
  });
}

TEST(atomics_lose_nothing) {
  Gpu gpu;
  in_every_order([&] {
    Array<int> ints(std::vector<int>(6, 0));
    Array<float> floats(std::vector<float>(1, 0.f));
    Array<unsigned long long> longs(std::vector<unsigned long long>(1, 0));
    gpu.launch("atomics", 7, 100, 0, ints.address(), floats.address(), longs.address());
    const std::vector<int> values = ints.values();
    const int expected[] = {700, 699, -99, 0xff, 7, 9};
    for (int i = 0; i < 6; i++) CHECK_EQUAL(values[i], expected[i]);
    CHECK_EQUAL(floats.values()[0], 350.f);
    CHECK_EQUAL(longs.values()[0], 700ull << 33);
  });
}

TEST(functions_of_numbers) {
  Gpu gpu;
  Array<double> out(16);
  gpu.launch("numbers", 1, 1, 0, out.address());
  const std::vector<double> values = out.values();
  const double expected[16] = {8, 31, 4, 2147483648., 3, 0x05010400, 1.5, -2147483648., 0.5, 1.5, 2, 7.5, 2.0, 0.0, 1.0, 32};
  for (int i = 0; i < 16; i++) CHECK_EQUAL(values[i], expected[i]);
}

static float as_float(unsigned bits) {
  float x;
  memcpy(&x, &bits, 4);
  return x;
}

TEST(bf16_rounds_to_nearest_even) {
  Gpu gpu;
  const std::vector<unsigned> in = {0x3f800000, 0x3f808000, 0x3f818000, 0x3f808001, 0x3f807fff, 0x7f7fffff,
                                    0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001, 0x80000000, 0x00008001};
  const std::vector<unsigned> expected = {0x3f80, 0x3f80, 0x3f82, 0x3f81, 0x3f80, 0x7f80,
                                          0x7f80, 0xff80, 0x7fff, 0x7fff, 0x8000, 0x0001};
  std::vector<float> floats;
  for (unsigned bits : in) floats.push_back(as_float(bits));
  Array<float> source(in.size());
  OK(cuMemcpyHtoD_v2(source.address(), in.data(), in.size() * 4));
  Array<unsigned> out(in.size());
  gpu.launch("bf16_conversions", 1, 1, 0, out.address(), source.address(), (int)in.size());
  const std::vector<unsigned> values = out.values();
  for (size_t i = 0; i < in.size(); i++) CHECK_EQUAL(values[i], expected[i] | 0x3f800000);
}

TEST(parameters_of_every_size_arrive) {
  Gpu gpu;
  const Array<float> source(std::vector<float>{1.f, 2.f, 3.f});
  Array<double> out(6);
  const struct {
    CUdeviceptr values;
    int n;
  } pair = {source.address(), 2};
  gpu.launch("parameters", 1, 1, 0, out.address(), (char)-3, (short)-300, 2.25, pair, 0.5f, 1ll << 40);
  const std::vector<double> values = out.values();
  const double expected[] = {-3, -300, 2.25, 3, 0.5, 1099511627776.};
  for (int i = 0; i < 6; i++) CHECK_EQUAL(values[i], expected[i]);

  // From cuFuncGetParamInfo.
  const size_t offsets[] = {0, 8, 10, 16, 24, 40, 48}, sizes[] = {8, 1, 2, 8, 16, 4, 8};
  for (size_t i = 0; i < 7; i++) {
    size_t offset, size;
    OK(cuFuncGetParamInfo(gpu.function("parameters"), i, &offset, &size));
    CHECK_EQUAL(offset, offsets[i]);
    CHECK_EQUAL(size, sizes[i]);
  }
  size_t offset, size;
  FAILS(cuFuncGetParamInfo(gpu.function("parameters"), 7, &offset, &size), CUDA_ERROR_INVALID_VALUE);
}

static std::vector<unsigned> order(Gpu& gpu, const char* kernel, unsigned grid, unsigned threads) {
  const Array<unsigned> next(std::vector<unsigned>(1, 0));
  Array<unsigned> out(std::max(grid, threads));
  gpu.launch(kernel, grid, threads, 0, next.address(), out.address());
  return out.values();
}

TEST(orders_of_threads_differ) {
  Gpu gpu;
  const unsigned n = 100;
  std::vector<std::vector<unsigned>> seen;
  for (const char* setting : {"forward", "reverse", "random"}) {
    Gpu::settings(setting, "late", "1");
    seen.push_back(order(gpu, "order_of_threads", 1, n));
  }
  Gpu::settings("random", "late", "2");
  seen.push_back(order(gpu, "order_of_threads", 1, n));
  for (unsigned i = 0; i < n; i++) CHECK_EQUAL(seen[0][i], i);
  for (unsigned i = 0; i < n; i++) CHECK_EQUAL(seen[1][i], n - 1 - i);
  CHECK(seen[2] != seen[0] && seen[2] != seen[1] && seen[3] != seen[2]);
  for (auto& numbers : seen) {
    std::sort(numbers.begin(), numbers.end());
    for (unsigned i = 0; i < n; i++) CHECK_EQUAL(numbers[i], i);
  }
}

TEST(every_block_runs_once) {
  Gpu gpu;
  in_every_order([&] {
    for (unsigned blocks : {1u, 2u, 6u, 97u, 1000u}) {
      std::vector<unsigned> numbers = order(gpu, "order_of_blocks", blocks, 1);
      std::sort(numbers.begin(), numbers.end());
      for (unsigned i = 0; i < blocks; i++) CHECK_EQUAL(numbers[i], i);
    }
  });
}
