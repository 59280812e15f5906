// The driver's codes for what can go wrong in a kernel (CUresult).
#pragma once

namespace cuda_on_cpu {
enum KernelError { ILLEGAL_ADDRESS = 700, ASSERT = 710, MISALIGNED_ADDRESS = 716, LAUNCH_FAILED = 719 };
}
