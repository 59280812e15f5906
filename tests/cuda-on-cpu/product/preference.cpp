// The kernels of preference.cu: three pairs of different lengths, one with an empty side, and a block without a pair.
#include <string.h>

#include "schedules.h"

namespace {

constexpr int WORDS = 16;  // of a pair, and of the header
constexpr int ROWS = 700;
constexpr int BOUNDS[][3] = {{0, 300, 301}, {301, 301, 430}, {430, 437, ROWS}};

int bits(float x) {
  int word;
  memcpy(&word, &x, sizeof(word));
  return word;
}

std::vector<int> table() {
  std::vector<int> words(4 * WORDS, 0);
  words[0] = 3;
  for (int p = 0; p < 3; p++) {
    int* pair = &words[WORDS * (p + 1)];
    for (int i = 0; i < 3; i++) pair[i] = BOUNDS[p][i];
    pair[3] = bits(1.f / 3);
    pair[4] = bits(-20.5f * (float)p);
    pair[5] = bits(-7.25f);
    for (int f = 0; f < 6; f++) pair[6 + f] = bits(0.125f * (float)(f + p));
  }
  return words;
}

}  // namespace

TEST(preference) {
  Launch("pair_log_probs", 4, 1, 1, 256).inout(table()).in(floats(ROWS, 1)).check();
  for (int type = 0; type < 4; type++)
    Launch("pair_losses", 4, 1, 1, 256)
        .inout(table())
        .inout(floats(ROWS, 2))
        .in(floats(ROWS, 1))
        .value(type)
        .value(0.1f)
        .value(type == 3 ? 0.2f : 0.f)
        .check();
  Launch("sum_pairs", 1, 1, 1, 256).inout(floats(12, 3)).inout(table()).check();
}
