// The table of an update: every trainable tensor with its gradient and state, a row each (org.halftune.backend.UpdateTable). One
// launch treats them all: each is cut into pieces of 8192 elements, the pieces are counted through over all of them, and a block
// finds its own by a binary search.
#pragma once
#include "cudev.cuh"

constexpr int PIECE = 8192;

struct AdamWSegment {
  bf16* weight;
  float* master;  // null: the weight alone is kept
  const float* gradient;
  void* first;  // moments, f32 or bf16
  void* second;
  long long size;
  long long firstPiece;  // of all pieces; a segment has ⌈size/PIECE⌉
  int decayed;
  int index;  // its stream of random bits
};

// The segment of a piece: the last that begins at or before it.
__device__ __forceinline__ const AdamWSegment& segment_of(long long piece, const AdamWSegment* segments, int count) {
  int low = 0, high = count;
  while (high - low > 1) {
    const int middle = (low + high) / 2;
    if (segments[middle].firstPiece <= piece) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return segments[low];
}
