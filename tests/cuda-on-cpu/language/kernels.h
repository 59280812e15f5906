// EXPORT(kernel): registers a kernel by name, with what the driver needs to launch it.
#pragma once
#include <cstddef>
#include <type_traits>
#include <utility>

namespace cuda_on_cpu {

struct Parameter {
  unsigned size, alignment;
  unsigned points_to;  // alignment of what a pointer points to; 0: not a pointer
};

struct Kernel {
  const char* name;
  const char* file;
  void (*call)(void* const* arguments);
  const Parameter* parameters;
  int count;
  unsigned most_threads;
};

void announce(const Kernel& kernel);

template <class T>
constexpr unsigned alignment_of_target() {
  using Target = std::remove_pointer_t<T>;
  if constexpr (!std::is_pointer_v<T>)
    return 0;
  else if constexpr (std::is_void_v<Target>)
    return 1;
  else
    return alignof(Target);
}

// Calls a function with arguments given as the launch gives them: one address each.
template <auto function>
struct Call;
template <class... Arguments, void (*function)(Arguments...)>
struct Call<function> {
  // One more than needed: an array has at least one element.
  static constexpr Parameter parameters[] = {{sizeof(Arguments), alignof(Arguments), alignment_of_target<Arguments>()}...,
                                             {0, 0, 0}};
  static constexpr int count = sizeof...(Arguments);

  template <size_t... i>
  static void unpack(void* const* arguments, std::index_sequence<i...>) {
    function(*(std::remove_reference_t<Arguments>*)arguments[i]...);
  }
  static void call([[maybe_unused]] void* const* arguments) { unpack(arguments, std::index_sequence_for<Arguments...>()); }
};

struct Announcement {
  explicit Announcement(const Kernel& kernel) { announce(kernel); }
};

}  // namespace cuda_on_cpu

// __launch_bounds__ is kept as the function's alignment (keywords.h).
#define CUDA_ON_CPU_BOUND(kernel, threads) __builtin_has_attribute(kernel, aligned(threads)) ? threads:
#define CUDA_ON_CPU_MOST_THREADS(kernel) \
  CUDA_ON_CPU_BOUND(kernel, 32)          \
  CUDA_ON_CPU_BOUND(kernel, 64)          \
  CUDA_ON_CPU_BOUND(kernel, 128) CUDA_ON_CPU_BOUND(kernel, 256) CUDA_ON_CPU_BOUND(kernel, 512) 1024

#define EXPORT(kernel)                                                                              \
  static const cuda_on_cpu::Announcement announcement_of_##kernel(                                  \
      {#kernel, __FILE__, cuda_on_cpu::Call<&kernel>::call, cuda_on_cpu::Call<&kernel>::parameters, \
       cuda_on_cpu::Call<&kernel>::count, CUDA_ON_CPU_MOST_THREADS(kernel)});
