#include "context.h"
#include <map>
#include <memory>
#include "capture.h"
#include "device_memory.h"
#include "device.h"
#include "host_memory.h"
#include "module.h"
#include "stream.h"
#include "event.h"
#include "counters.h"

namespace cuda_on_cpu {

static std::set<Context*> contexts;
static std::map<CUdevice, Context*> primary;
static __thread Context* current;
static bool initialized;

static CUcontext handle(Context* context) { return (CUcontext)context; }

Context* context_of(CUcontext handle) {
  Context* const context = (Context*)handle;
  if (!contexts.count(context)) refuse(CUDA_ERROR_INVALID_CONTEXT, "there is no such context");
  return context;
}

void require_driver() {
  if (!initialized) refuse(CUDA_ERROR_NOT_INITIALIZED, "cuInit was not called");
}

Context& current_context() {
  if (!current) refuse(CUDA_ERROR_INVALID_CONTEXT, "this thread has no current context");
  if (!contexts.count(current)) refuse(CUDA_ERROR_CONTEXT_IS_DESTROYED, "this thread's context was destroyed");
  return *current;
}

void require_context() {
  const Context& context = current_context();
  if (context.failure != CUDA_SUCCESS)
    refuse(context.failure, "an earlier kernel has failed: %s", context.failure_text.c_str());
}

void spoil(Context& context, CUresult code, const std::string& text) {
  context.failure = code;
  context.failure_text = text;
}

void spoil_current(CUresult code, const std::string& text) {
  if (current && contexts.count(current)) spoil(*current, code, text);
}

static Context* create(CUdevice device, unsigned flags) {
  require_device(device);
  Context* context = new Context;
  context->device = device;
  context->flags = flags;
  contexts.insert(context);
  return context;
}

// What the context still owns is freed with it, and reported as a leak.
static void destroy(Context* context) {
  report_leaks(*context);
  destroy_streams(*context);
  destroy_events(*context);
  destroy_modules(*context);
  free_all(*context);
  free_all_host(*context);
  contexts.erase(context);
  delete context;
}

}  // namespace cuda_on_cpu

using namespace cuda_on_cpu;

DRIVER_API CUresult cuInit(unsigned flags) {
  return call("cuInit", Needs::NOTHING, [&] {
    if (flags != 0) refuse(CUDA_ERROR_INVALID_VALUE, "flags must be 0");
    if (settings.devices == 0) refuse(CUDA_ERROR_NO_DEVICE, "there is no device");
    wait_at_exit();
    initialized = true;
  });
}

DRIVER_API CUresult cuCtxCreate_v2(CUcontext* result, unsigned flags, CUdevice device) {
  return call("cuCtxCreate_v2", Needs::DRIVER, [&] {
    require(result, "the result");
    current = create(device, flags);
    *result = handle(current);
  });
}

DRIVER_API CUresult cuCtxDestroy_v2(CUcontext context) {
  return call("cuCtxDestroy_v2", Needs::DRIVER, [&] {
    Context* const doomed = context_of(context);
    if (current == doomed) current = nullptr;
    destroy(doomed);
  });
}

DRIVER_API CUresult cuCtxSetCurrent(CUcontext context) {
  return call("cuCtxSetCurrent", Needs::DRIVER, [&] { current = context ? context_of(context) : nullptr; });
}

DRIVER_API CUresult cuCtxPushCurrent_v2(CUcontext context) { return cuCtxSetCurrent(context); }

DRIVER_API CUresult cuCtxPopCurrent_v2(CUcontext* context) {
  return call("cuCtxPopCurrent_v2", Needs::DRIVER, [&] {
    if (context) *context = handle(&current_context());
    current = nullptr;
  });
}

DRIVER_API CUresult cuCtxGetCurrent(CUcontext* context) {
  return call("cuCtxGetCurrent", Needs::DRIVER, [&] {
    require(context, "the result");
    *context = handle(current);
  });
}

DRIVER_API CUresult cuCtxGetDevice(CUdevice* device) {
  return call("cuCtxGetDevice", [&] {
    require(device, "the result");
    *device = current_context().device;
  });
}

DRIVER_API CUresult cuCtxGetFlags(unsigned* flags) {
  return call("cuCtxGetFlags", [&] {
    require(flags, "the result");
    *flags = current_context().flags;
  });
}

DRIVER_API CUresult cuCtxGetApiVersion(CUcontext context, unsigned* version) {
  return call("cuCtxGetApiVersion", Needs::DRIVER, [&] {
    require(version, "the result");
    context_of(context);
    *version = 3020;
  });
}

DRIVER_API CUresult cuCtxSynchronize() {
  return call("cuCtxSynchronize", [&] {
    forbid_during_capture("cuCtxSynchronize");
    count("synchronizations");
    finish_all_streams(current_context());
    require_context();
  });
}

DRIVER_API CUresult cuCtxGetStreamPriorityRange(int* least, int* greatest) {
  return call("cuCtxGetStreamPriorityRange", [&] {
    if (least) *least = 0;
    if (greatest) *greatest = -5;
  });
}

DRIVER_API CUresult cuCtxSetCacheConfig(int) {
  return call("cuCtxSetCacheConfig", [] {});
}

DRIVER_API CUresult cuDevicePrimaryCtxRetain(CUcontext* context, CUdevice device) {
  return call("cuDevicePrimaryCtxRetain", Needs::DRIVER, [&] {
    require(context, "the result");
    require_device(device);
    if (is_taken(device)) refuse(CUDA_ERROR_DEVICE_UNAVAILABLE, "device %d is in exclusive use by another process", device);
    Context*& mine = primary[device];
    if (!mine) mine = create(device, 0);
    mine->retained++;
    *context = handle(mine);
  });
}

DRIVER_API CUresult cuDevicePrimaryCtxReset_v2(CUdevice device) {
  return call("cuDevicePrimaryCtxReset_v2", Needs::DRIVER, [&] {
    require_device(device);
    if (primary[device]) destroy(primary[device]);
    primary[device] = nullptr;
  });
}

DRIVER_API CUresult cuDevicePrimaryCtxRelease_v2(CUdevice device) {
  return call("cuDevicePrimaryCtxRelease_v2", Needs::DRIVER, [&] {
    require_device(device);
    Context*& mine = primary[device];
    if (!mine) refuse(CUDA_ERROR_INVALID_CONTEXT, "the primary context was not retained");
    if (--mine->retained > 0) return;
    destroy(mine);
    mine = nullptr;
  });
}

DRIVER_API CUresult cuDevicePrimaryCtxGetState(CUdevice device, unsigned* flags, int* active) {
  return call("cuDevicePrimaryCtxGetState", Needs::DRIVER, [&] {
    require_device(device);
    if (flags) *flags = primary[device] ? primary[device]->flags : 0;
    if (active) *active = primary[device] != nullptr;
  });
}

DRIVER_API CUresult cuDevicePrimaryCtxSetFlags_v2(CUdevice device, unsigned) {
  return call("cuDevicePrimaryCtxSetFlags_v2", Needs::DRIVER, [&] { require_device(device); });
}
