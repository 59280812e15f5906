// The wrappers of ptx.cuh against plain loops: kernels/instructions.cu.
#include "gpu.h"

typedef unsigned short bf16_bits;

static float to_float(bf16_bits x) {
  const unsigned bits = (unsigned)x << 16;
  float y;
  memcpy(&y, &bits, 4);
  return y;
}

// Small whole numbers: every product and every sum is exact, whatever its order.
static std::vector<bf16_bits> small_numbers(size_t count, unsigned seed) {
  std::vector<bf16_bits> result;
  for (size_t i = 0; i < count; i++) {
    seed = seed * 1664525u + 1013904223u;
    const float x = (float)((int)(seed >> 24) % 17 - 8);
    unsigned bits;
    memcpy(&bits, &x, 4);
    result.push_back((bf16_bits)(bits >> 16));
  }
  return result;
}

TEST(mma_multiplies_matrices) {
  Gpu gpu;
  for (const char* order : {"forward", "reverse", "random"}) {
    Gpu::settings(order, "late");
    const std::vector<bf16_bits> a = small_numbers(16 * 16, 1), b = small_numbers(16 * 8, 2);
    std::vector<float> before(16 * 8);
    for (size_t i = 0; i < before.size(); i++) before[i] = (float)i;
    Array<float> d(before);
    const Array<bf16_bits> a_array(a), b_array(b);
    gpu.launch("product", 1, 32, 0, d.address(), a_array.address(), b_array.address(), 3);
    const std::vector<float> values = d.values();
    for (int i = 0; i < 16; i++) {
      for (int j = 0; j < 8; j++) {
        float sum = 0;
        for (int k = 0; k < 16; k++) sum += to_float(a[i * 16 + k]) * to_float(b[k * 8 + j]);
        CHECK_EQUAL(values[i * 8 + j], before[i * 8 + j] + 3 * sum);
      }
    }
  }
}

TEST(ldmatrix_hands_out_matrices) {
  Gpu gpu;
  for (const int pitch : {8, 24, 64}) {
    std::vector<bf16_bits> in(32 * pitch);
    for (size_t i = 0; i < in.size(); i++) in[i] = (bf16_bits)i;
    const Array<bf16_bits> source(in);
    Array<unsigned> out(32 * 12);
    gpu.launch("load_matrices", 1, 32, 32 * pitch * 2, out.address(), source.address(), pitch);
    const std::vector<unsigned> values = out.values();
    for (int lane = 0; lane < 32; lane++) {
      const int g = lane / 4, c = 2 * (lane % 4);
      for (int matrix = 0; matrix < 4; matrix++) {
        const bf16_bits* m = &in[matrix * 8 * pitch];
        const unsigned plain = m[g * pitch + c] | (unsigned)m[g * pitch + c + 1] << 16;
        const unsigned transposed = m[c * pitch + g] | (unsigned)m[(c + 1) * pitch + g] << 16;
        CHECK_EQUAL(values[lane * 12 + 4 + matrix], plain);
        CHECK_EQUAL(values[lane * 12 + 8 + matrix], transposed);
        if (matrix >= 2) continue;
        CHECK_EQUAL(values[lane * 12 + matrix], plain);
        CHECK_EQUAL(values[lane * 12 + 2 + matrix], transposed);
      }
    }
  }
}

TEST(bank_conflicts_of_ldmatrix_are_counted) {
  Gpu gpu;
  const Array<bf16_bits> source(std::vector<bf16_bits>(32 * 72, 0));
  Array<unsigned> out(32 * 12);
  // Rows 16 bytes apart lie in different banks, rows of 128 bytes all in the same; 144 bytes shift each row by one.
  const int pitches[] = {8, 64, 72};
  const long long conflicts[] = {0, 12 * 7, 0};
  for (int i = 0; i < 3; i++) {
    cudaOnCpuResetCounters();
    gpu.launch("load_matrices", 1, 32, 32 * pitches[i] * 2, out.address(), source.address(), pitches[i]);
    CHECK_EQUAL(cudaOnCpuCount("bank conflicts"), conflicts[i]);
  }
}

TEST(asynchronous_copies_arrive_in_groups) {
  Gpu gpu;
  std::vector<unsigned> in(3 * 64 * 4);
  for (size_t i = 0; i < in.size(); i++) in[i] = (unsigned)i;
  const Array<unsigned> source(in);
  for (const char* copies : {"late", "early"}) {
    for (const char* order : {"forward", "reverse", "random"}) {
      Gpu::settings(order, copies);
      Array<unsigned> out(in.size());
      gpu.launch("copy_in_groups", 1, 64, 0, out.address(), source.address());
      const std::vector<unsigned> values = out.values();
      for (int group = 0; group < 3; group++) {
        for (int thread = 0; thread < 64; thread++) {
          const int from = 63 - thread;
          for (int word = 0; word < 4; word++) {
            const bool zero = group == 2 && from % 2 == 1;
            CHECK_EQUAL(values[(group * 64 + thread) * 4 + word], zero ? 0u : in[(group * 64 + from) * 4 + word]);
          }
        }
      }
    }
  }
}

TEST(ex2_is_a_power_of_two) {
  Gpu gpu;
  const std::vector<float> in = {0.f, 1.f, -1.f, 0.5f, 10.25f, -125.5f, -127.f, -1000.f, -INFINITY, INFINITY, 128.f};
  const Array<float> source(in);
  Array<float> out(in.size());
  gpu.launch("powers_of_two", 1, 1, 0, out.address(), source.address(), (int)in.size());
  const std::vector<float> values = out.values();
  for (size_t i = 0; i < in.size(); i++) {
    const double exact = in[i] <= -126.5f ? 0.0 : (float)exp2((double)in[i]);
    CHECK(values[i] == exact || fabs(values[i] - exact) <= 4e-7 * exact);
  }
}
