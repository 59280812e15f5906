// libcublas.so.12 and .so.13: handles, and the products that a transformer needs.
#include <algorithm>
#include <set>
#include <string>
#include "counters.h"
#include "device_memory.h"
#include "gemm.h"
#include "settings.h"
#include "status.h"
#include "stream.h"

namespace cuda_on_cpu {
namespace {

struct Handle {
  CUstream stream = nullptr;
  int math_mode = 0, pointer_mode = 0, atomics_mode = 0;
};

std::set<Handle*> handles;

Handle& handle_of(void* handle) {
  if (!handles.count((Handle*)handle)) refuse_blas(NOT_INITIALIZED, "there is no such handle");
  return *(Handle*)handle;
}

// Numbers of cudaDataType and cublasComputeType_t.
Number number_type(int type) {
  if (type == 0) return Number::FLOAT;
  if (type == 14) return Number::BF16;
  refuse_blas(NOT_SUPPORTED, "numbers of type %d: float (0) and bf16 (14) are emulated", type);
}

void check_compute_type(int type) {
  const bool sums_in_float = type == 68 || type == 69 || type == 75 || type == 77;
  if (!sums_in_float)
    refuse_blas(NOT_SUPPORTED, "compute type %d: those that sum in float (68, 69, 75, 77) are emulated", type);
}

Matrix matrix(const char* name, const void* data, int type, int64_t pitch, int operation, int64_t rows, int64_t columns) {
  if (operation < 0 || operation > 2) refuse_blas(INVALID_VALUE, "%s: operation %d", name, operation);
  const bool transposed = operation != 0;  // 2, conjugate and transposed, is the same for real numbers
  const int64_t height = transposed ? columns : rows;
  if (pitch < std::max<int64_t>(1, height))
    refuse_blas(INVALID_VALUE, "%s: a leading dimension of %lld for columns of %lld", name, (long long)pitch,
                (long long)height);
  return {data, pitch, number_type(type), transposed};
}

// The bytes from the first to the last number of a batch of matrices must lie in one allocation, each aligned to its type.
void check_range(const char* name, const void* data, Number type, int64_t height, int64_t width, int64_t pitch,
                 int64_t stride, int64_t batch) {
  if (height == 0 || width == 0 || batch == 0) return;
  const int64_t numbers = (batch - 1) * stride + (width - 1) * pitch + height;
  device_range((CUdeviceptr)data, numbers * size_of(type), name);
  if ((uintptr_t)data % size_of(type) != 0) refuse_blas(INVALID_VALUE, "%s is not aligned to its type", name);
}

struct Batch {
  Product first;
  int64_t a_stride, b_stride, c_stride, count;

  void check() const {
    const Product& p = first;
    check_range("A", p.a.data, p.a.type, p.a.transposed ? p.k : p.m, p.a.transposed ? p.m : p.k, p.a.pitch, a_stride, count);
    check_range("B", p.b.data, p.b.type, p.b.transposed ? p.n : p.k, p.b.transposed ? p.k : p.n, p.b.pitch, b_stride, count);
    check_range("C", p.c, p.c_type, p.m, p.n, p.c_pitch, c_stride, count);
  }

  void run() const {
    check();
    cuda_on_cpu::count("products");
    cuda_on_cpu::count("multiplications", first.m * first.n * first.k * count);
    for (int64_t i = 0; i < count; i++) {
      Product p = first;
      p.a.data = (const char*)p.a.data + i * a_stride * (int64_t)size_of(p.a.type);
      p.b.data = (const char*)p.b.data + i * b_stride * (int64_t)size_of(p.b.type);
      p.c = (char*)p.c + i * c_stride * (int64_t)size_of(p.c_type);
      multiply(p);
    }
  }
};

struct Operand {
  const void* data;
  int type;
  int64_t pitch, stride;
};

void gemm(void* handle, int operation_a, int operation_b, int64_t m, int64_t n, int64_t k, const void* alpha, Operand a,
          Operand b, const void* beta, Operand c, int64_t count, int compute_type) {
  const Handle& self = handle_of(handle);
  if (self.pointer_mode != 0) refuse_blas(NOT_SUPPORTED, "alpha and beta in device memory");
  if (m < 0 || n < 0 || k < 0 || count < 0 || !alpha || !beta)
    refuse_blas(INVALID_VALUE, "a negative size, or no alpha or beta");
  check_compute_type(compute_type);
  if (a.type != b.type) refuse_blas(NOT_SUPPORTED, "A and B of different types");
  if (a.type == 0 && c.type != 0) refuse_blas(NOT_SUPPORTED, "bf16 results of float matrices");
  if (c.pitch < std::max<int64_t>(1, m))
    refuse_blas(INVALID_VALUE, "C: a leading dimension of %lld for columns of %lld", (long long)c.pitch, (long long)m);
  const Product first = {m,
                         n,
                         k,
                         *(const float*)alpha,
                         *(const float*)beta,
                         matrix("A", a.data, a.type, a.pitch, operation_a, m, k),
                         matrix("B", b.data, b.type, b.pitch, operation_b, k, n),
                         (void*)c.data,
                         c.pitch,
                         number_type(c.type)};
  const Batch batch = {first, a.stride, b.stride, c.stride, count};
  batch.check();
  submit(stream_of(self.stream), {WorkType::KERNEL, "gemm", [batch] { batch.run(); }});
}

}  // namespace
}  // namespace cuda_on_cpu

using namespace cuda_on_cpu;

BLAS_API int cublasCreate_v2(void** handle) {
  return blas_call("cublasCreate_v2", [&] {
    require(handle, "the result");
    Handle* created = new Handle;
    handles.insert(created);
    *handle = created;
  });
}

BLAS_API int cublasDestroy_v2(void* handle) {
  return blas_call("cublasDestroy_v2", [&] {
    Handle* doomed = &handle_of(handle);
    handles.erase(doomed);
    delete doomed;
  });
}

BLAS_API int cublasGetVersion_v2(void*, int* version) {
  return blas_call("cublasGetVersion_v2", [&] {
    require(version, "the result");
    *version = CUDA_ON_CPU_CUBLAS * 10000;
  });
}

BLAS_API int cublasGetProperty(int which, int* value) {
  return blas_call("cublasGetProperty", [&] {
    require(value, "the result");
    *value = which == 0 ? CUDA_ON_CPU_CUBLAS : 0;  // major; minor and patch level
  });
}

BLAS_API int cublasSetStream_v2(void* handle, CUstream stream) {
  return blas_call("cublasSetStream_v2", [&] {
    stream_of(stream);
    handle_of(handle).stream = stream;
  });
}

BLAS_API int cublasGetStream_v2(void* handle, CUstream* stream) {
  return blas_call("cublasGetStream_v2", [&] { *stream = handle_of(handle).stream; });
}

// Not used here; a graph on a GPU needs it, and it must be device memory.
BLAS_API int cublasSetWorkspace_v2(void* handle, void* workspace, size_t bytes) {
  return blas_call("cublasSetWorkspace_v2", [&] {
    handle_of(handle);
    if (bytes == 0) return;
    device_range((CUdeviceptr)workspace, bytes, "the workspace");
    if ((uintptr_t)workspace % 256 != 0) refuse_blas(INVALID_VALUE, "the workspace is not 256-byte aligned");
  });
}

#define MODE(Name, field)                                                          \
  BLAS_API int cublasSet##Name(void* handle, int mode) {                           \
    return blas_call("cublasSet" #Name, [&] { handle_of(handle).field = mode; });  \
  }                                                                                \
  BLAS_API int cublasGet##Name(void* handle, int* mode) {                          \
    return blas_call("cublasGet" #Name, [&] { *mode = handle_of(handle).field; }); \
  }
MODE(MathMode, math_mode)
MODE(PointerMode_v2, pointer_mode)
MODE(AtomicsMode, atomics_mode)

// Each exists with 32-bit and with 64-bit sizes.
#define PRODUCTS(suffix, Size)                                                                                              \
  BLAS_API int cublasGemmEx##suffix(void* handle, int operation_a, int operation_b, Size m, Size n, Size k,                 \
                                    const void* alpha, const void* a, int a_type, Size lda, const void* b, int b_type,      \
                                    Size ldb, const void* beta, void* c, int c_type, Size ldc, int compute_type, int) {     \
    return blas_call("cublasGemmEx" #suffix, [&] {                                                                          \
      gemm(handle, operation_a, operation_b, m, n, k, alpha, {a, a_type, lda, 0}, {b, b_type, ldb, 0}, beta,                \
           {c, c_type, ldc, 0}, 1, compute_type);                                                                           \
    });                                                                                                                     \
  }                                                                                                                         \
  BLAS_API int cublasGemmStridedBatchedEx##suffix(                                                                          \
      void* handle, int operation_a, int operation_b, Size m, Size n, Size k, const void* alpha, const void* a, int a_type, \
      Size lda, long long a_stride, const void* b, int b_type, Size ldb, long long b_stride, const void* beta, void* c,     \
      int c_type, Size ldc, long long c_stride, Size count, int compute_type, int) {                                        \
    return blas_call("cublasGemmStridedBatchedEx" #suffix, [&] {                                                            \
      gemm(handle, operation_a, operation_b, m, n, k, alpha, {a, a_type, lda, a_stride}, {b, b_type, ldb, b_stride}, beta,  \
           {c, c_type, ldc, c_stride}, count, compute_type);                                                                \
    });                                                                                                                     \
  }
PRODUCTS(, int)
PRODUCTS(_64, int64_t)

BLAS_API int cublasSgemm_v2(void* handle, int operation_a, int operation_b, int m, int n, int k, const float* alpha,
                            const float* a, int lda, const float* b, int ldb, const float* beta, float* c, int ldc) {
  return cublasGemmEx(handle, operation_a, operation_b, m, n, k, alpha, a, 0, lda, b, 0, ldb, beta, c, 0, ldc, 68, -1);
}

BLAS_API int cublasSgemmStridedBatched(void* handle, int operation_a, int operation_b, int m, int n, int k,
                                       const float* alpha, const float* a, int lda, long long a_stride, const float* b,
                                       int ldb, long long b_stride, const float* beta, float* c, int ldc, long long c_stride,
                                       int count) {
  return cublasGemmStridedBatchedEx(handle, operation_a, operation_b, m, n, k, alpha, a, 0, lda, a_stride, b, 0, ldb,
                                    b_stride, beta, c, 0, ldc, c_stride, count, 68, -1);
}
