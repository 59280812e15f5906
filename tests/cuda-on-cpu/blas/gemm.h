// C = alpha·op(A)·op(B) + beta·C, all by columns as in BLAS; sums in float.
#pragma once
#include <cstddef>
#include <cstdint>

namespace cuda_on_cpu {

enum class Number { FLOAT, BF16 };

struct Matrix {
  const void* data;
  int64_t pitch;  // numbers between starts of columns
  Number type;
  bool transposed;
};

struct Product {
  int64_t m, n, k;
  float alpha, beta;
  Matrix a, b;  // m×k and k×n once transposed
  void* c;      // m×n
  int64_t c_pitch;
  Number c_type;
};

// Spreads over the workers. With beta 0, C is not read.
void multiply(const Product& product);

inline size_t size_of(Number type) { return type == Number::FLOAT ? 4 : 2; }

}  // namespace cuda_on_cpu
