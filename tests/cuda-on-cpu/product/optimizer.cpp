// The kernels that cover all trainable tensors in one launch: adamw.cu, gradient_norm.cu, gradient_projection.cu. The
// structures are the kernels'.
#include "schedules.h"

namespace {

struct AdamWSegment {
  CUdeviceptr weight, master, gradient, first, second;
  long long size, firstPiece;
  int decayed, index;
};
struct AdamWScalars {
  float beta1, rest1, beta2, rest2, rate, root, epsilon, decay, maxNorm;
  unsigned seedLow, seedHigh, step, stochastic;
};

constexpr long long SIZES[] = {10000, 333, 8192};
constexpr int SEGMENTS = 3;
constexpr long long PIECE = 8192;

unsigned pieces(int before) {
  unsigned count = 0;
  for (int i = 0; i < before; i++) count += (unsigned)((SIZES[i] + PIECE - 1) / PIECE);
  return count;
}

void adamw(const char* kernel, bool masters, bool bf16_moments, unsigned stochastic) {
  Launch launch(kernel, pieces(SEGMENTS), 1, 1, 256);
  for (int i = 0; i < SEGMENTS; i++) {
    const size_t n = SIZES[i];
    launch.reached(bf16s(n, 1 + i), true).reached(floats(n, 2 + i), masters).reached(floats(n, 3 + i), false);
    std::vector<unsigned short> second = bf16s(n, 5 + i, 1e-3f);
    for (unsigned short& x : second) x &= 0x7fff;
    std::vector<float> second_f32 = floats(n, 5 + i, 1e-3f);
    for (float& x : second_f32) x = fabsf(x);
    if (bf16_moments)
      launch.reached(bf16s(n, 4 + i), true).reached(second, true);
    else
      launch.reached(floats(n, 4 + i), true).reached(second_f32, true);
  }
  launch.structure(SEGMENTS * sizeof(AdamWSegment),
                   [masters](unsigned char* bytes, const std::vector<CUdeviceptr>& buffers) {
                     AdamWSegment* segments = (AdamWSegment*)bytes;
                     for (int i = 0; i < SEGMENTS; i++)
                       segments[i] = {buffers[5 * i],
                                      masters ? buffers[5 * i + 1] : 0,
                                      buffers[5 * i + 2],
                                      buffers[5 * i + 3],
                                      buffers[5 * i + 4],
                                      SIZES[i],
                                      pieces(i),
                                      i % 2,
                                      i};
                   });
  launch.value(SEGMENTS);
  const AdamWScalars scalars = {0.9f, 0.1f, 0.999f, 0.001f, 1e-3f, 1.f, 1e-8f, 1e-5f, 1.f, 1234, 5678, 3, stochastic};
  launch.in(std::vector<AdamWScalars>{scalars}).in(std::vector<float>{2.5f}).check();
}

}  // namespace

TEST(adamw) {
  for (unsigned stochastic : {0u, 1u}) {
    adamw("adamw_f32", true, false, stochastic);
    adamw("adamw_bf16_moments", true, true, stochastic);
    adamw("adamw_no_masters", false, false, stochastic);
    adamw("adamw_no_masters_bf16_moments", false, true, stochastic);
  }
}

TEST(gradient_norm) {
  Launch launch("gradient_norm_partial", pieces(SEGMENTS), 1, 1, 256);
  for (int i = 0; i < SEGMENTS; i++) launch.reached(floats(SIZES[i], i), false);
  launch.out<double>(pieces(SEGMENTS));
  launch.structure(SEGMENTS * sizeof(AdamWSegment), [](unsigned char* bytes, const std::vector<CUdeviceptr>& buffers) {
    AdamWSegment* segments = (AdamWSegment*)bytes;
    for (int i = 0; i < SEGMENTS; i++) segments[i] = {0, 0, buffers[i], 0, 0, SIZES[i], pieces(i), 0, i};
  });
  launch.value(SEGMENTS).check();
  Launch("gradient_norm_sum", 1, 1, 1, 1024).out<float>(1).in(std::vector<double>{1.0, 3.0, 5.0}).value(3).check();
}

// Five memories, so that there are tiles on the diagonal, below it, and with an edge; two parts of the elements.
TEST(gradient_projection) {
  constexpr int MEMORIES = 5, TILES = 3, PARTS = 2, PAIRS = 21;
  constexpr long long N = 9001, STRIDE = 9024, PART = 8192;
  Launch("gradient_products_partial", TILES * PARTS, 1, 1, 256)
      .out<double>(16 * TILES * PARTS)
      .in(floats(N, 1))
      .in(floats(MEMORIES * STRIDE, 2))
      .value(N)
      .value(STRIDE)
      .value(PART)
      .value(MEMORIES + 1)
      .value(TILES)
      .check();
  std::vector<double> sums(16 * TILES * PARTS);
  for (size_t i = 0; i < sums.size(); i++) sums[i] = (double)i;
  Launch("gradient_products_sum", PAIRS, 1, 1, 256).out<double>(PAIRS).in(sums).value(PARTS).value(TILES).check();
  for (const std::vector<float>& coefficients : {std::vector<float>{0.5f, 0, -2, 1e-3f, 3}, std::vector<float>(5)})
    Launch("gradient_add", 2, 1, 1, 256)
        .inout(floats(N, 1))
        .in(floats(MEMORIES * STRIDE, 2))
        .in(coefficients)
        .value(N)
        .value(STRIDE)
        .value(MEMORIES)
        .check();
}
