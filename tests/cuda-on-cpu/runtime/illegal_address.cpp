#include "illegal_address.h"
#include <signal.h>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include "block.h"
#include "device_memory.h"
#include "errors.h"

namespace cuda_on_cpu {

// A sanitizer's own report, with its stack trace, says more.
#if defined(CUDA_ON_CPU_ADDRESS_SANITIZER) || defined(CUDA_ON_CPU_THREAD_SANITIZER)
void watch_for_illegal_addresses() {}
#else

static struct sigaction previous;

// Runs on the worker's alternative stack, and never returns into the kernel: the block is left as by any other failure.
static void on_fault(int signal, siginfo_t* info, void* context) {
  if (in_kernel()) {
    const bool writes = ((ucontext_t*)context)->uc_mcontext.gregs[REG_ERR] & 2;
    char text[300];
    // A misaligned wide access faults without an address.
    if (info->si_code == SI_KERNEL) running_block().stop(MISALIGNED_ADDRESS, "a misaligned access, or a wild address");
    snprintf(text, sizeof text, "a thread %s address %p: %s", writes ? "writes to" : "reads from", info->si_addr,
             describe_address(info->si_addr).c_str());
    running_block().stop(ILLEGAL_ADDRESS, text);
  }
  // Not a kernel's: the Java VM uses this signal too.
  if (previous.sa_flags & SA_SIGINFO)
    previous.sa_sigaction(signal, info, context);
  else if (previous.sa_handler == SIG_DFL || previous.sa_handler == SIG_IGN)
    sigaction(SIGSEGV, &previous, nullptr);  // and the access faults again
  else
    previous.sa_handler(signal);
}

void watch_for_illegal_addresses() {
  static constexpr size_t SIZE = 64 << 10;
  stack_t stack = {};
  stack.ss_sp = malloc(SIZE);
  stack.ss_size = SIZE;
  sigaltstack(&stack, nullptr);

  static std::once_flag once;
  std::call_once(once, [] {
    struct sigaction action = {};
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    sigaction(SIGSEGV, &action, &previous);
  });
}
#endif

}  // namespace cuda_on_cpu
