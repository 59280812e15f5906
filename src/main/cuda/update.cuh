// The table of an update, a row per trainable tensor with its gradient and state (org.halftune.backend.UpdateTable). One
// launch covers them all: each tensor is cut into pieces of 8192 elements, pieces are numbered over all tensors, and a
// block finds its tensor by a binary search.
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
  int index;  // number of its stream of random bits
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
