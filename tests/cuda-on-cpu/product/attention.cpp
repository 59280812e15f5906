// attention_*.cu. Three sequences, the second of one token, the last longer than a tile.
#include "schedules.h"

namespace {

struct Shape {
  int D;
  const char* suffix;
  int T = 150, N = 4, K = 2;
  int width() const { return (N + 2 * K) * D; }

  std::vector<int> begin() const {
    std::vector<int> result;
    for (int t = 0; t < T; t++) result.push_back(t < 20 ? 0 : t < 21 ? 20 : 21);
    return result;
  }
  std::vector<int> end() const {
    std::vector<int> result;
    for (int t = 0; t < T; t++) result.push_back(t < 20 ? 20 : t < 21 ? 21 : T);
    return result;
  }
};

// The exact sizes of the fast paths, and sizes that fill them in part.
const Shape SHAPES[] = {{64, "64"}, {128, "128"}, {40, "64"}, {72, "128"}, {136, "256", 70, 2, 1}};

struct Tile {
  int queries, keys, shared;
};

unsigned blocks(int count, int tile) { return (unsigned)((count + tile - 1) / tile); }

std::string name(const char* kernel, const Shape& s) { return std::string(kernel) + "_" + s.suffix; }
bool is(const Shape& s, const char* suffix) { return std::string(s.suffix) == suffix; }

}  // namespace

TEST(attention_forward) {
  for (const Shape& s : SHAPES) {
    const Tile tile = is(s, "64") ? Tile{128, 64, 40960} : is(s, "128") ? Tile{128, 64, 81920} : Tile{64, 32, 81920};
    const std::string kernel = name("attention_forward", s);
    Launch(kernel.c_str(), s.N, blocks(s.T, tile.queries), 1, 128, tile.shared)
        .out<unsigned short>((size_t)s.T * s.N * s.D)
        .out<float>((size_t)s.N * s.T)
        .in(bf16s((size_t)s.T * s.N * s.D, 1))
        .in(bf16s((size_t)s.T * s.K * s.D, 2))
        .in(bf16s((size_t)s.T * s.K * s.D, 3))
        .in(s.begin())
        .value(s.T)
        .value(s.N)
        .value(s.K)
        .value(s.D)
        .value(s.N * s.D)
        .value(s.N * s.D)
        .value(s.K * s.D)
        .value(0.125f)
        .check();
  }
}

TEST(attention_delta) {
  for (const Shape& s : SHAPES) {
    Launch("attention_delta", blocks(s.T, 32), s.N, 1, 256)
        .out<float>((size_t)s.N * s.T)
        .in(bf16s((size_t)s.T * s.N * s.D, 1))
        .in(bf16s((size_t)s.T * s.N * s.D, 2))
        .value(s.T)
        .value(s.N)
        .value(s.D)
        .value(s.N * s.D)
        .value(s.N * s.D)
        .check();
  }
}

TEST(attention_delta_recompute_and_backward_query) {
  for (const Shape& s : SHAPES) {
    const Tile tile = is(s, "64") ? Tile{128, 64, 65536} : is(s, "128") ? Tile{128, 32, 98304} : Tile{64, 16, 98304};
    const std::string recompute = name("attention_delta_recompute", s), backward = name("attention_backward_query", s);
    const auto query = bf16s((size_t)s.T * s.N * s.D, 1), gradient = bf16s((size_t)s.T * s.N * s.D, 4);
    const auto key = bf16s((size_t)s.T * s.K * s.D, 2), value = bf16s((size_t)s.T * s.K * s.D, 3);
    const std::vector<float> lse((size_t)s.N * s.T, 4.f), delta = floats((size_t)s.N * s.T, 5);
    Launch(recompute.c_str(), s.N, blocks(s.T, tile.queries), 1, 128, tile.shared)
        .out<float>((size_t)s.N * s.T)
        .in(gradient)
        .in(lse)
        .in(query)
        .in(key)
        .in(value)
        .in(s.begin())
        .value(s.T)
        .value(s.N)
        .value(s.K)
        .value(s.D)
        .value(s.N * s.D)
        .value(s.N * s.D)
        .value(s.K * s.D)
        .value(0.125f)
        .check();
    Launch(backward.c_str(), s.N, blocks(s.T, tile.queries), 1, 128, tile.shared)
        .out<unsigned short>((size_t)s.T * s.N * s.D)
        .in(gradient)
        .in(lse)
        .in(delta)
        .in(query)
        .in(key)
        .in(value)
        .in(s.begin())
        .value(s.T)
        .value(s.N)
        .value(s.K)
        .value(s.D)
        .value(s.N * s.D)
        .value(s.N * s.D)
        .value(s.N * s.D)
        .value(s.K * s.D)
        .value(0.125f)
        .check();
  }
}

TEST(attention_backward_key_value) {
  for (const Shape& s : SHAPES) {
    const Tile tile = is(s, "64") ? Tile{32, 128, 49664} : is(s, "128") ? Tile{32, 64, 66048} : Tile{16, 64, 98560};
    const std::string kernel = name("attention_backward_key_value", s);
    Launch(kernel.c_str(), s.K, blocks(s.T, tile.keys),
           is(s, "64")    ? 1
           : is(s, "128") ? 1
                          : 2,
           128, tile.shared)
        .out<unsigned short>((size_t)s.T * s.K * s.D)
        .out<unsigned short>((size_t)s.T * s.K * s.D)
        .in(bf16s((size_t)s.T * s.N * s.D, 4))
        .in(std::vector<float>((size_t)s.N * s.T, 4.f))
        .in(floats((size_t)s.N * s.T, 5))
        .in(bf16s((size_t)s.T * s.N * s.D, 1))
        .in(bf16s((size_t)s.T * s.K * s.D, 2))
        .in(bf16s((size_t)s.T * s.K * s.D, 3))
        .in(s.end())
        .value(s.T)
        .value(s.N)
        .value(s.K)
        .value(s.D)
        .value(s.K * s.D)
        .value(s.N * s.D)
        .value(s.N * s.D)
        .value(s.K * s.D)
        .value(0.125f)
        .check();
  }
}

TEST(attention_with_a_cache) {
  const int S = 3, P = 40, N = 6, K = 2;
  const std::vector<int> starts = {0, 1, 6, 8}, rows = {2, 0, 1}, past = {39, 0, 17};
  for (const int D : {64, 24}) {
    const int T = starts.back();
    Launch("cache_append", T, 1, 1, 128)
        .inout(bf16s((size_t)S * P * K * D, 1))
        .inout(bf16s((size_t)S * P * K * D, 2))
        .in(bf16s((size_t)T * K * D, 3))
        .in(bf16s((size_t)T * K * D, 4))
        .in(starts)
        .in(rows)
        .in(past)
        .value(S)
        .value(K * D)
        .value(P)
        .value(K * D)
        .check();
    const int warps = 6;  // a multiple of the N/K = 3 query heads of a block
    Launch("attention_cached", T, K, 1, 32 * warps, warps * (D + 2) * 4)
        .out<unsigned short>((size_t)T * N * D)
        .in(bf16s((size_t)T * N * D, 1))
        .in(bf16s((size_t)S * P * K * D, 2))
        .in(bf16s((size_t)S * P * K * D, 3))
        .in(starts)
        .in(rows)
        .in(past)
        .value(T)
        .value(S)
        .value(N)
        .value(K)
        .value(D)
        .value(P)
        .value(N * D)
        .value(N * D)
        .value(0.125f)
        .check();
  }
}

// Contexts of one part, of several, and of one whose last part is a single key; 11 heads: a block of eight and one of three.
TEST(attention_of_long_contexts_in_parts) {
  const int T = 3, P = 1100, N = 11, K = 1, D = 24, parts = 3;
  const std::vector<int> rows = {2, 0, 1}, past = {1024, 100, 700};
  const int warps = 8;
  Launch("attention_cached_part", T, K, 2 * parts, 32 * warps, warps * (D + 2) * 4)
      .inout(bf16s((size_t)T * N * D, 7))
      .inout(floats((size_t)T * N * parts * (D + 2), 8))
      .in(bf16s((size_t)T * N * D, 1))
      .in(bf16s((size_t)T * P * K * D, 2))
      .in(bf16s((size_t)T * P * K * D, 3))
      .in(rows)
      .in(past)
      .value(N)
      .value(K)
      .value(D)
      .value(P)
      .value(parts)
      .value(N * D)
      .value(N * D)
      .value(0.125f)
      .check();
  Launch("attention_cached_join", T, N, 1, 32)
      .inout(bf16s((size_t)T * N * D, 7))
      .in(floats((size_t)T * N * parts * (D + 2), 8))
      .in(past)
      .value(N)
      .value(D)
      .value(parts)
      .value(N * D)
      .check();
}
