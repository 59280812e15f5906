// The kernels over rows: embedding, RMSNorm, RoPE, SwiGLU, elementwise, conversions, cross-entropy, sampling. Each
// with a width that allows 16-byte accesses and with one that does not.
#include "schedules.h"

namespace {

constexpr int T = 13;
const int WIDTHS[] = {264, 51};

unsigned whole_warps(int threads, int most) { return (unsigned)std::min(most, (threads + 31) / 32 * 32); }
unsigned blocks(long long count, long long tile) { return (unsigned)((count + tile - 1) / tile); }

}  // namespace

TEST(embedding) {
  const std::vector<int> ids = {5, 2, 5, 5, 0, 9, 2, 5, 7, 0, 5, 5, 5}, order = {4, 9, 1, 6, 0, 2, 3, 7, 10, 11, 12, 8, 5};
  for (const int H : WIDTHS) {
    const unsigned block = whole_warps((H + 7) / 8, 256);
    Launch("embedding_forward", T * blocks(H, 8 * block), 1, 1, block)
        .out<unsigned short>(T * H)
        .in(bf16s(10 * H, 1))
        .in(ids)
        .value(T)
        .value(H)
        .check();
    Launch("embedding_backward", T, blocks(H, 8 * block), 1, block)
        .inout(floats(10 * H, 1))
        .in(bf16s(T * H, 2))
        .in(ids)
        .in(order)
        .value(T)
        .value(H)
        .check();
  }
}

// A token that fills several blocks' width: its run is summed in stretches.
TEST(embedding_of_a_frequent_token) {
  const int T = 150, H = 51;
  std::vector<int> ids(T), order;
  for (int t = 0; t < T; t++) ids[t] = t % 10 == 3 ? 1 : 0;
  for (int id = 0; id < 2; id++)
    for (int t = 0; t < T; t++)
      if (ids[t] == id) order.push_back(t);
  Launch("embedding_backward", T, 1, 1, 32)
      .inout(floats(2 * H, 1))
      .in(bf16s(T * H, 2))
      .in(ids)
      .in(order)
      .value(T)
      .value(H)
      .check();
}

TEST(rms_norm) {
  for (const int H : {264, 51, 1300}) {
    const unsigned block = whole_warps((H + 31) / 32, 1024), columns = whole_warps((H + 7) / 8, 128);
    const auto x = bf16s(T * H, 1), w = bf16s(H, 2), dy = bf16s(T * H, 3);
    const std::vector<float> r(T, 1.5f);
    const int P = 3;
    Launch("rms_norm_forward", T, 1, 1, block)
        .out<unsigned short>(T * H)
        .out<float>(T)
        .in(x)
        .in(w)
        .value(T)
        .value(H)
        .value(1e-5f)
        .check();
    Launch("residual_rms_norm_forward", T, 1, 1, block)
        .out<unsigned short>(T * H)
        .out<unsigned short>(T * H)
        .out<float>(T)
        .in(x)
        .in(dy)
        .in(w)
        .value(T)
        .value(H)
        .value(1e-5f)
        .check();
    Launch("rms_norm_recompute", T, 1, 1, block).out<unsigned short>(T * H).in(r).in(x).in(w).value(T).value(H).check();
    Launch("rms_norm_backward_input", T, 1, 1, block).inout(x).in(dy).in(x).in(r).in(w).value(T).value(H).check();
    Launch("rms_norm_backward_weight_partial", blocks(H, 8 * columns), P, 1, columns)
        .out<float>(P * H)
        .in(dy)
        .in(x)
        .in(r)
        .value(T)
        .value(H)
        .value(P)
        .check();
    for (const int accumulate : {0, 1})
      Launch("rms_norm_backward_weight_sum", blocks(H, 32), 1, 1, 256)
          .inout(floats(H, 1))
          .in(floats(P * H, 4))
          .value(P)
          .value(H)
          .value(accumulate)
          .check();
  }
}

TEST(rope) {
  std::vector<int> positions;
  for (int t = 0; t < T; t++) positions.push_back(t * 3 % 20);
  for (const int D : {64, 6}) {
    const int heads = 5, pitch = heads * D + 8;
    for (const float direction : {1.f, -1.f})
      Launch("rope", T, 1, 1, whole_warps(heads * ((D + 15) / 16), 256))
          .inout(bf16s(T * pitch, 1))
          .in(positions)
          .in(floats(20 * D / 2, 2))
          .in(floats(20 * D / 2, 3))
          .value(T)
          .value(heads)
          .value(D)
          .value(pitch)
          .value(direction)
          .check();
  }
}

TEST(swiglu) {
  for (const int F : WIDTHS) {
    const unsigned block = whole_warps((F + 7) / 8, 256), grid = T * blocks(F, 8 * block);
    Launch("swiglu_forward", grid, 1, 1, block)
        .out<unsigned short>(T * F)
        .in(bf16s(T * F, 1))
        .in(bf16s(T * F, 2))
        .value(T)
        .value(F)
        .value(F)
        .value(F)
        .value(F)
        .check();
    Launch("swiglu_backward", grid, 1, 1, block)
        .out<unsigned short>(T * F)
        .out<unsigned short>(T * F)
        .in(bf16s(T * F, 1))
        .in(bf16s(T * F, 2))
        .in(bf16s(T * F, 3))
        .value(T)
        .value(F)
        .value(F)
        .value(F)
        .value(F)
        .value(F)
        .value(F)
        .check();
  }
}

TEST(elementwise) {
  for (const int H : WIDTHS) {
    const unsigned block = whole_warps((H + 7) / 8, 256), grid = T * blocks(H, 8 * block);
    const long long n = (long long)T * H;
    Launch("add", blocks(n, 2048), 1, 1, 256).out<unsigned short>(n).in(bf16s(n, 1)).in(bf16s(n, 2)).value(n).check();
    const std::vector<int> rows = {3, -1, 0, 12, 7, -1, 5, 1, 2, 4, 6, 8, 9};
    Launch("gather_rows", grid, 1, 1, block).out<unsigned short>(n).in(bf16s(n, 1)).in(rows).value(T).value(H).check();
    Launch("scatter_rows", grid, 1, 1, block).inout(bf16s(n, 2)).in(bf16s(n, 1)).in(rows).value(T).value(H).check();
  }
}

TEST(conversions) {
  const long long n = 5003;
  const unsigned grid = blocks(n, 2048);
  Launch("convert_f32_bf16", grid, 1, 1, 256).out<unsigned short>(n).in(floats(n, 1)).value(n).check();
  Launch("convert_bf16_f32", grid, 1, 1, 256).out<float>(n).in(bf16s(n, 1)).value(n).check();
  Launch("convert_f16_f32", grid, 1, 1, 256).out<float>(n).in(bf16s(n, 1)).value(n).check();
  Launch("convert_f16_bf16", grid, 1, 1, 256).out<unsigned short>(n).in(bf16s(n, 1)).value(n).check();
}

TEST(cross_entropy) {
  for (const int V : {1000, 1237}) {
    const int R = 5, ld = (V + 7) / 8 * 8;
    const unsigned block = whole_warps((V + 7) / 8, 512);
    const std::vector<int> targets = {3, -100, 999, 0, 500};
    Launch("cross_entropy_forward_bf16", R, 1, 1, block)
        .out<float>(R)
        .in(bf16s(R * ld, 1, 9.f))
        .in(targets)
        .value(R)
        .value(V)
        .value(ld)
        .check();
    Launch("cross_entropy_forward_f32", R, 1, 1, block)
        .out<float>(R)
        .in(floats(R * ld, 1, 9.f))
        .in(targets)
        .value(R)
        .value(V)
        .value(ld)
        .check();
    Launch("cross_entropy_forward_backward", R, 1, 1, block)
        .out<float>(R)
        .inout(bf16s(R * ld, 1, 9.f))
        .in(targets)
        .in(floats(R, 7))
        .value(R)
        .value(V)
        .value(ld)
        .check();
  }
  Launch("sum_losses", 1, 1, 1, 1024).inout(std::vector<float>{1.f, 0.f}).in(floats(3001, 1)).value(3001).check();
}

TEST(sample) {
  const int S = 4, V = 1237;
  for (const float temperature : {0.f, 0.8f})
    for (const float topP : {1.f, 0.9f})
      Launch("sample", S, 1, 1, 1024, 65536)
          .out<int>(S)
          .in(floats(S * V, 1, 5.f))
          .in(std::vector<float>{0.f, 0.3f, 0.7f, 1.f})
          .value(S)
          .value(V)
          .value(V)
          .value(temperature)
          .value(topP)
          .check();
}
