#include "settings.h"
#include <cctype>
#include <cstdio>
#include <cstdlib>

namespace cuda_on_cpu {

static bool choose(bool& target, const std::string& value, const char* no, const char* yes) {
  if (value != no && value != yes) return false;
  target = value == yes;
  return true;
}

// "9.0" with unit 10 is 90, "12.4" with 1000 and tenths of 100 is 12040.
static bool version(int& target, const std::string& value, int major, int minor) {
  int a, b;
  if (sscanf(value.c_str(), "%d.%d", &a, &b) != 2) return false;
  target = a * major + b * minor;
  return true;
}

template <class T>
static bool number(T& target, const std::string& value) {
  char* end;
  const unsigned long long x = strtoull(value.c_str(), &end, 10);
  if (value.empty() || *end) return false;
  target = (T)x;
  return true;
}

static bool bytes(uint64_t& target, const std::string& value) {
  char* end;
  const unsigned long long x = strtoull(value.c_str(), &end, 10);
  const std::string unit(end);
  const int shift = unit.empty() ? 0 : unit == "k" ? 10 : unit == "m" ? 20 : unit == "g" ? 30 : -1;
  if (shift < 0 || value.empty()) return false;
  target = x << shift;
  return true;
}

bool Settings::set(const std::string& name, const std::string& value) {
  if (name == "order") {
    if (value != "forward" && value != "reverse" && value != "random") return false;
    order = value == "forward" ? Order::FORWARD : value == "reverse" ? Order::REVERSE : Order::RANDOM;
    return true;
  }
  if (name == "seed") return number(seed, value);
  if (name == "copies") return choose(early_copies, value, "late", "early");
  if (name == "streams") return choose(late_streams, value, "eager", "late");
  if (name == "workers") return number(workers, value);
  if (name == "device") return device_name = value, true;
  if (name == "devices") return number(devices, value);
  if (name == "capability") return version(compute_capability, value, 10, 1);
  if (name == "driver") return version(driver_version, value, 1000, 10);
  if (name == "memory") return bytes(memory, value);
  if (name == "others") return bytes(others, value);
  if (name == "taken") return taken = value, true;
  return false;
}

static Settings from_environment() {
  Settings result;
  for (const char* name : {"order", "seed", "copies", "streams", "workers", "device", "devices", "capability", "driver",
                           "memory", "others", "taken"}) {
    std::string variable = "CUDA_ON_CPU_";
    for (const char* c = name; *c; c++) variable += (char)toupper(*c);
    const char* value = getenv(variable.c_str());
    if (value && !result.set(name, value)) {
      fprintf(stderr, "cuda-on-cpu: %s=%s is not understood\n", variable.c_str(), value);
      abort();
    }
  }
  return result;
}

Settings settings = from_environment();

}  // namespace cuda_on_cpu
