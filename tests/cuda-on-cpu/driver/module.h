// Modules and functions. An image is checked, not executed: the kernels are those that were compiled in.
#pragma once
#include <string>
#include "call.h"
#include "context.h"
#include "kernels.h"

namespace cuda_on_cpu {

struct Module;

struct Function {
  const Kernel* kernel;
  Module* module;
  unsigned dynamic_shared_limit;  // raised by cuFuncSetAttribute
};

Function& function_of(CUfunction handle);
void destroy_modules(Context& owner);

}  // namespace cuda_on_cpu
