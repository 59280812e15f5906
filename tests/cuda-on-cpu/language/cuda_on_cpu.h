// The CUDA language for a C++ compiler: what a kernel may use of it, and nothing of the driver. A .cu file includes this
// through src/main/cuda/cudev.cuh whenever nvcc is not the compiler.
#pragma once
#include "keywords.h"
#include "vectors.h"
#include "numbers.h"
#include "threads.h"
#include "warp.h"
#include "global_memory.h"
#include "mathematics.h"
#include "kernels.h"
