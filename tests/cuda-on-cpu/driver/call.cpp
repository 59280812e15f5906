#include "call.h"
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include "context.h"
#include "counters.h"
#include "faults.h"

namespace cuda_on_cpu {

static auto& mutex =
    *new std::recursive_mutex;  // a host function may call back, and is then refused by name rather than by a deadlock
static auto& last_error = *new std::string;

void refuse(CUresult code, const char* format, ...) {
  char text[1200];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  throw Error{code, text};
}

void explain(const std::string& text) { last_error = text; }

CUresult call(const char* function, Needs needs, const std::function<void()>& body) {
  std::lock_guard<std::recursive_mutex> lock(mutex);
  try {
    count(std::string("calls:") + function);
    fail_if_planted(function, needs);
    if (needs != Needs::NOTHING) require_driver();
    if (needs == Needs::CONTEXT) require_context();
    body();
    return CUDA_SUCCESS;
  } catch (const Error& error) {
    last_error = std::string(function) + ": " + error.text;
    return error.code;
  } catch (const std::bad_alloc&) {
    last_error = std::string(function) + ": the host has no memory left";
    return CUDA_ERROR_OUT_OF_MEMORY;
  }
}

// A thread that is in a call while the process ends would find the objects of this library destroyed: the end waits for
// it, and no thread may start another call. Registered at the first call, when all of those objects exist, so that it
// comes before their end.
void wait_at_exit() {
  static const int registered = atexit([] { mutex.lock(); });
  (void)registered;
}

const std::string& last_error_text() { return last_error; }

}  // namespace cuda_on_cpu
