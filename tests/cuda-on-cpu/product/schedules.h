// A launch of one of the product's kernels, under every order of threads, blocks and copies: no bit of any output
// may depend on it. Java tests compare results with double references; here they are compared with each other.
#pragma once
#include <algorithm>
#include <memory>
#include "gpu.h"

typedef std::vector<unsigned char> Bytes;

template <class T>
Bytes bytes_of(const std::vector<T>& values) {
  return Bytes((const unsigned char*)values.data(), (const unsigned char*)(values.data() + values.size()));
}

// Pseudorandom numbers from −1 to 1, times `scale`.
std::vector<float> floats(size_t count, unsigned seed, float scale = 1.f);
std::vector<unsigned short> bf16s(size_t count, unsigned seed, float scale = 1.f);
unsigned short as_bf16(float x);

class Launch {
 public:
  Launch(const char* kernel, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned threads, unsigned shared = 0)
      : kernel_(kernel), grid_{grid_x, grid_y, grid_z}, threads_(threads), shared_(shared) {}

  template <class T>
  Launch& in(const std::vector<T>& values) {
    return buffer(bytes_of(values), false);
  }
  // Read and written.
  template <class T>
  Launch& inout(const std::vector<T>& values) {
    return buffer(bytes_of(values), true);
  }
  // Written everywhere: garbage that is left fails the test.
  template <class T>
  Launch& out(size_t count) {
    return buffer(Bytes(count * sizeof(T), 0x7f), true);
  }
  template <class T>
  Launch& value(T x) {
    arguments_.push_back({-1, Bytes((unsigned char*)&x, (unsigned char*)(&x + 1))});
    return *this;
  }
  // A structure in device memory; `link` writes its contents, with the addresses of the buffers given so far.
  Launch& structure(size_t bytes,
                    std::function<void(unsigned char* structure, const std::vector<CUdeviceptr>& buffers)> link);
  // A buffer that no argument names, only a structure.
  template <class T>
  Launch& reached(const std::vector<T>& values, bool output) {
    buffers_.push_back({bytes_of(values), output});
    return *this;
  }
  Launch& null();

  void check();

 private:
  struct Buffer {
    Bytes initial;
    bool output;
    std::function<void(unsigned char*, const std::vector<CUdeviceptr>&)> link = nullptr;
  };
  struct Argument {
    int buffer;  // −1: the value
    Bytes value;
  };

  Launch& buffer(Bytes initial, bool output);
  std::vector<Bytes> run();

  const char* kernel_;
  unsigned grid_[3], threads_, shared_;
  std::vector<Buffer> buffers_;
  std::vector<Argument> arguments_;
};
