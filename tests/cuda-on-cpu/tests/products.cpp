// cuBLAS: products of all shapes, types, transpositions and pitches against a plain loop.
#include "gpu.h"

extern "C" {
int cublasCreate_v2(void**);
int cublasDestroy_v2(void*);
int cublasSetStream_v2(void*, CUstream);
int cublasSetWorkspace_v2(void*, CUdeviceptr, size_t);
int cublasGetVersion_v2(void*, int*);
int cublasGemmEx(void*, int, int, int, int, int, const void*, CUdeviceptr, int, int, CUdeviceptr, int, int, const void*,
                 CUdeviceptr, int, int, int, int);
int cublasGemmStridedBatchedEx(void*, int, int, int, int, int, const void*, CUdeviceptr, int, int, long long, CUdeviceptr,
                               int, int, long long, const void*, CUdeviceptr, int, int, long long, int, int, int);
const char* cublasGetStatusName(int);
int cublasSrotg_v2();
}

namespace {

constexpr int FLOAT = 0, BF16 = 14, SUMS_IN_FLOAT = 68, INVALID_VALUE = 7, EXECUTION_FAILED = 13, NOT_SUPPORTED = 15;

struct Blas {
  void* handle;
  Blas() { OK(cublasCreate_v2(&handle)); }
  ~Blas() { cublasDestroy_v2(handle); }
};

// Numbers of one of the two types, as the device keeps them.
struct Numbers {
  int type;
  std::vector<unsigned char> bytes;

  Numbers(int type, size_t count) : type(type), bytes(count * size()) {}
  size_t size() const { return type == FLOAT ? 4 : 2; }
  float get(size_t i) const {
    unsigned bits = 0;
    memcpy((char*)&bits + 4 - size(), &bytes[i * size()], size());
    float x;
    memcpy(&x, &bits, 4);
    return x;
  }
  void set(size_t i, float x) { memcpy(&bytes[i * size()], (const char*)&x + 4 - size(), size()); }  // bf16: cut off
};

Numbers random_numbers(int type, size_t count, unsigned seed) {
  Numbers result(type, count);
  for (size_t i = 0; i < count; i++) {
    seed = seed * 1664525u + 1013904223u;
    result.set(i, (float)(seed >> 8) / (1 << 23) - 1.f);
  }
  return result;
}

struct Case {
  int m, n, k, in, out;
  bool transpose_a, transpose_b;
  int extra;  // of every pitch
  float alpha, beta;
};

void check(Gpu&, const Case& c, CUstream stream) {
  Blas blas;
  OK(cublasSetStream_v2(blas.handle, stream));
  const int lda = (c.transpose_a ? c.k : c.m) + c.extra, ldb = (c.transpose_b ? c.n : c.k) + c.extra, ldc = c.m + c.extra;
  const Numbers a = random_numbers(c.in, (size_t)lda * (c.transpose_a ? c.m : c.k), 1);
  const Numbers b = random_numbers(c.in, (size_t)ldb * (c.transpose_b ? c.k : c.n), 2);
  Numbers before = random_numbers(c.out, (size_t)ldc * c.n, 3);
  if (c.beta == 0.f)
    for (size_t i = 0; i < before.bytes.size(); i++) before.bytes[i] = 0x7f;
  const Array<unsigned char> da(a.bytes), db(b.bytes), dc(before.bytes);
  OK(cublasGemmEx(blas.handle, c.transpose_a, c.transpose_b, c.m, c.n, c.k, &c.alpha, da.address(), c.in, lda, db.address(),
                  c.in, ldb, &c.beta, dc.address(), c.out, ldc, SUMS_IN_FLOAT, -1));
  OK(cuStreamSynchronize(stream));
  Numbers after(c.out, 0);
  after.bytes = dc.values();
  double error = 0, scale = 0;
  for (int j = 0; j < c.n; j++) {
    for (int i = 0; i < ldc; i++) {
      const size_t at = (size_t)j * ldc + i;
      if (i >= c.m) {
        CHECK(memcmp(&after.bytes[at * after.size()], &before.bytes[at * after.size()], after.size()) == 0);
        continue;
      }
      double sum = 0;
      for (int p = 0; p < c.k; p++)
        sum += (double)a.get(c.transpose_a ? (size_t)i * lda + p : (size_t)p * lda + i) *
               b.get(c.transpose_b ? (size_t)p * ldb + j : (size_t)j * ldb + p);
      const double exact = c.alpha * sum + (c.beta == 0.f ? 0.0 : c.beta * before.get(at));
      error += (after.get(at) - exact) * (after.get(at) - exact);
      scale += exact * exact;
    }
  }
  const double relative = sqrt(error / (scale + 1e-300)), bound = c.out == FLOAT ? 1e-6 : 3e-3;
  if (!(relative <= bound))
    fail_test("m %d n %d k %d types %d %d transposed %d %d: relative error %g", c.m, c.n, c.k, c.in, c.out, c.transpose_a,
              c.transpose_b, relative);
}

}  // namespace

TEST(products_of_all_kinds) {
  Gpu gpu;
  CUstream stream;
  OK(cuStreamCreate(&stream, 1));
  const int shapes[][3] = {{1, 1, 1}, {7, 5, 3}, {64, 48, 16}, {200, 100, 300}, {193, 97, 513}, {1, 200, 70}, {300, 1, 40}};
  const int types[][2] = {{FLOAT, FLOAT}, {BF16, BF16}, {BF16, FLOAT}};
  for (const auto& shape : shapes)
    for (const auto& type : types)
      for (int transposed = 0; transposed < 4; transposed++)
        for (const float beta : {0.f, 1.f, -0.5f})
          check(gpu,
                {shape[0], shape[1], shape[2], type[0], type[1], transposed % 2 == 1, transposed / 2 == 1,
                 beta == 1.f ? 3 : 0, beta == 1.f ? 1.f : 0.75f, beta},
                stream);
}

TEST(products_of_nothing) {
  Gpu gpu;
  Blas blas;
  const float one = 1.f, zero = 0.f;
  Array<float> a(std::vector<float>(4, 1.f)), c(4);
  OK(cublasGemmEx(blas.handle, 0, 0, 2, 2, 0, &one, a.address(), FLOAT, 2, a.address(), FLOAT, 1, &zero, c.address(), FLOAT,
                  2, SUMS_IN_FLOAT, -1));
  for (float x : c.values()) CHECK_EQUAL(x, 0.f);
  OK(cublasGemmEx(blas.handle, 0, 0, 0, 2, 2, &one, a.address(), FLOAT, 1, a.address(), FLOAT, 2, &zero, c.address(), FLOAT,
                  1, SUMS_IN_FLOAT, -1));
}

TEST(batches_of_products) {
  Gpu gpu;
  Blas blas;
  const float one = 1.f, zero = 0.f;
  std::vector<float> a, b;
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 4; j++) a.push_back((float)(i + 1) * (j == 0 || j == 3));  // (i + 1)·identity
  for (int j = 0; j < 6; j++) b.push_back((float)j);
  const Array<float> da(a), db(b);
  Array<float> c(std::vector<float>(3 * 5, 9.f));
  OK(cublasGemmStridedBatchedEx(blas.handle, 0, 0, 2, 1, 2, &one, da.address(), FLOAT, 2, 4, db.address(), FLOAT, 2, 2,
                                &zero, c.address(), FLOAT, 2, 5, 3, SUMS_IN_FLOAT, -1));
  const std::vector<float> values = c.values();
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 5; j++) CHECK_EQUAL(values[i * 5 + j], j < 2 ? (float)((i + 1) * (2 * i + j)) : 9.f);
}

TEST(wrong_products_are_refused) {
  Gpu gpu;
  Blas blas;
  const float one = 1.f;
  Array<float> a(6), small(5);
  const auto product = [&](CUdeviceptr x, int ldx, CUdeviceptr c, int type, int compute) {
    return cublasGemmEx(blas.handle, 0, 0, 2, 3, 2, &one, x, type, ldx, a.address(), type, 2, &one, c, type, 2, compute, -1);
  };
  OK(cuMemsetD32_v2(a.address(), 0, 6));
  OK(product(a.address(), 2, a.address(), FLOAT, SUMS_IN_FLOAT));
  FAILS(product(a.address(), 1, a.address(), FLOAT, SUMS_IN_FLOAT), INVALID_VALUE);
  FAILS(product(a.address(), 2, a.address(), 1, SUMS_IN_FLOAT), NOT_SUPPORTED);
  FAILS(product(a.address(), 2, a.address(), FLOAT, 64), NOT_SUPPORTED);
  FAILS(product(a.address(), 2, small.address(), FLOAT, SUMS_IN_FLOAT), EXECUTION_FAILED);
  CHECK(std::string(cudaOnCpuLastError()).find("cublasGemmEx: C: 24 bytes from byte 0 of an allocation of 20") == 0);
  FAILS(cublasSrotg_v2(), NOT_SUPPORTED);
  CHECK(std::string(cublasGetStatusName(13)) == "CUBLAS_STATUS_EXECUTION_FAILED");
}

TEST(products_are_captured) {
  Gpu gpu;
  Blas blas;
  CUstream stream;
  CUgraph graph;
  CUgraphExec executable;
  OK(cuStreamCreate(&stream, 1));
  OK(cublasSetStream_v2(blas.handle, stream));
  Array<float> a(std::vector<float>(1, 3.f)), c(std::vector<float>(1, 0.f));
  float one = 1.f;
  OK(cuStreamBeginCapture_v2(stream, 0));
  OK(cublasGemmEx(blas.handle, 0, 0, 1, 1, 1, &one, a.address(), FLOAT, 1, a.address(), FLOAT, 1, &one, c.address(), FLOAT,
                  1, SUMS_IN_FLOAT, -1));
  OK(cuStreamEndCapture(stream, &graph));
  one = 100.f;
  CHECK_EQUAL(c.values()[0], 0.f);
  OK(cuGraphInstantiateWithFlags(&executable, graph, 0));
  for (int i = 0; i < 2; i++) OK(cuGraphLaunch(executable, stream));
  CHECK_EQUAL(c.values()[0], 18.f);
  CHECK_EQUAL(cudaOnCpuCount("products"), 2);
}

TEST(results_do_not_depend_on_the_number_of_workers) {
  // Each tile is one worker's alone, and sums go by k: two runs agree to the bit.
  Gpu gpu;
  Blas blas;
  const float one = 1.f, zero = 0.f;
  const Numbers a = random_numbers(BF16, 500 * 700, 5);
  const Array<unsigned char> da(a.bytes);
  std::vector<float> results[2];
  for (std::vector<float>& result : results) {
    Array<float> c(500 * 500);
    OK(cublasGemmEx(blas.handle, 0, 1, 500, 500, 700, &one, da.address(), BF16, 500, da.address(), BF16, 500, &zero,
                    c.address(), FLOAT, 500, SUMS_IN_FLOAT, -1));
    result = c.values();
  }
  CHECK(memcmp(results[0].data(), results[1].data(), results[0].size() * 4) == 0);
}
