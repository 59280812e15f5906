// One kernel per feature of the language; tests/language.cpp has the expected results.
#include "cudev.cuh"

// Every thread writes where it is.
extern "C" __global__ void indices(uint4* out) {
  const unsigned threads = blockDim.x * blockDim.y * blockDim.z;
  const unsigned in_block = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
  const unsigned block = blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z);
  out[block * threads + in_block] =
      make_uint4(threadIdx.x | threadIdx.y << 16, threadIdx.z, blockIdx.x | blockIdx.y << 16, blockIdx.z);
}
EXPORT(indices)

// The sum of a block through shared memory, both kinds of it.
extern "C" __global__ void __launch_bounds__(256) sum_of_block(float* out, const float* in, int n) {
  DYNAMIC_SHARED(memory);
  __shared__ float total;
  float* const values = (float*)memory;
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  values[threadIdx.x] = i < n ? in[i] : 0.f;
  __syncthreads();
  for (unsigned half = blockDim.x / 2; half > 0; half /= 2) {
    if (threadIdx.x < half) values[threadIdx.x] += values[threadIdx.x + half];
    __syncthreads();
  }
  if (threadIdx.x == 0) total = values[0];
  __syncthreads();
  out[i] = total;
}
EXPORT(sum_of_block)

// All warp operations of a full warp: 16 results a lane.
extern "C" __global__ void warp_operations(int* out) {
  const int lane = threadIdx.x;
  int* const mine = out + lane * 16;
  mine[0] = __shfl_sync(FULL_WARP, lane * 10, 5);
  mine[1] = __shfl_xor_sync(FULL_WARP, lane, 3);
  mine[2] = __shfl_up_sync(FULL_WARP, lane, 4);
  mine[3] = __shfl_down_sync(FULL_WARP, lane, 4);
  mine[4] = __shfl_sync(FULL_WARP, lane, 1, 8);
  mine[5] = __shfl_up_sync(FULL_WARP, lane, 2, 8);
  mine[6] = __shfl_down_sync(FULL_WARP, lane, 2, 8);
  mine[7] = (int)__ballot_sync(FULL_WARP, lane % 3 == 0);
  mine[8] = __any_sync(FULL_WARP, lane == 31);
  mine[9] = __all_sync(FULL_WARP, lane < 31);
  mine[10] = (int)__reduce_add_sync(FULL_WARP, (unsigned)lane);
  mine[11] = __reduce_min_sync(FULL_WARP, lane - 16);
  mine[12] = __reduce_max_sync(FULL_WARP, lane - 16);
  mine[13] = (int)__reduce_or_sync(FULL_WARP, 1u << lane / 2);
  mine[14] = (int)(__shfl_xor_sync(FULL_WARP, (double)lane / 2, 1) * 2);
  mine[15] = (int)warp_sum((float)lane);
}
EXPORT(warp_operations)

// The two halves of a warp go different ways, each with its own mask, and meet again.
extern "C" __global__ void halves(int* out) {
  const int lane = threadIdx.x;
  int x = lane;
  if (lane < 16) {
    x = __shfl_xor_sync(0x0000ffffu, x, 1);
  } else {
    x = __shfl_xor_sync(0xffff0000u, x, 2);
    x = __shfl_xor_sync(0xffff0000u, x, 4);
  }
  __syncwarp();
  out[lane] = __shfl_sync(FULL_WARP, x, 31 - lane);
}
EXPORT(halves)

// Threads that return early are no longer waited for.
extern "C" __global__ void early_return(float* out, int n) {
  if ((int)threadIdx.x >= n) return;
  __syncthreads();
  const float x = __shfl_xor_sync(__activemask(), 1.f, 1);
  __syncthreads();
  out[threadIdx.x] = x;
}
EXPORT(early_return)

// Blocks and threads add to the same places.
extern "C" __global__ void atomics(int* ints, float* floats, unsigned long long* longs) {
  atomicAdd(&ints[0], 1);
  atomicMax(&ints[1], (int)(blockIdx.x * blockDim.x + threadIdx.x));
  atomicMin(&ints[2], -(int)threadIdx.x);
  atomicOr(&ints[3], 1 << threadIdx.x % 8);
  atomicExch(&ints[4], 7);
  atomicCAS(&ints[5], 0, 9);
  atomicAdd(&floats[0], 0.5f);
  atomicAdd(&longs[0], 1ull << 33);
}
EXPORT(atomics)

// Functions of numbers, one a thread.
extern "C" __global__ void numbers(double* out) {
  out[0] = __popc(0xf0f0u);
  out[1] = __clz(1);
  out[2] = __ffs(8);
  out[3] = __brev(1u);
  out[4] = __umulhi(0x80000000u, 6u);
  out[5] = __byte_perm(0x03020100u, 0x07060504u, 0x5140);
  out[6] = __uint_as_float(0x3fc00000u);
  out[7] = __float_as_int(-0.f);
  out[8] = rsqrtf(4.f);
  out[9] = __fdividef(3.f, 2.f);
  out[10] = fmaxf(__int_as_float(0x7fc00000), 2.f);
  out[11] = max(3, -4) + min(3u, 4u) + max(1.5f, 0.5f);
  out[12] = __float2int_rn(2.5f);
  out[13] = __fadd_rn(__fmul_rn(1.000244140625f, 1.000244140625f), -1.00048828125f);  // rounded twice: fused it gives 2^-24
  out[14] = __saturatef(1.5f) + __saturatef(-1.f);
  out[15] = __clz(0);
}
EXPORT(numbers)

extern "C" __global__ void bf16_conversions(unsigned* out, const float* in, int n) {
  for (int i = 0; i < n; i++) out[i] = ptx::cvt_rn_bf16x2(in[i], 1.f);
}
EXPORT(bf16_conversions)

struct Pair {
  const float* values;
  int n;
};
// Parameters of every size, and a structure.
extern "C" __global__ void parameters(double* out, char c, short s, double d, Pair pair, float f, long long l) {
  out[0] = c;
  out[1] = s;
  out[2] = d;
  out[3] = pair.values[pair.n];
  out[4] = f;
  out[5] = (double)l;
}
EXPORT(parameters)

extern "C" __global__ void fill(float* out, float value, long long n) {
  const long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) out[i] = value;
}
EXPORT(fill)

extern "C" __global__ void add_one(float* x, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) x[i] += 1.f;
}
EXPORT(add_one)

// The order of blocks: each takes the next number.
extern "C" __global__ void order_of_blocks(unsigned* next, unsigned* out) { out[blockIdx.x] = atomicAdd(next, 1u); }
EXPORT(order_of_blocks)
extern "C" __global__ void order_of_threads(unsigned* next, unsigned* out) { out[threadIdx.x] = atomicAdd(next, 1u); }
EXPORT(order_of_threads)
