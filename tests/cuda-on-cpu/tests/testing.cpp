// run            all tests
// run --list     their names
// run NAME...    these
#include "testing.h"
#include <algorithm>
#include <cstdarg>
#include <cstring>

std::vector<TestCase>& test_cases() {
  static std::vector<TestCase> all;
  return all;
}

std::string (*final_check)() = nullptr;

void fail_test(const char* format, ...) {
  char text[2000];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  throw TestFailure{text};
}

static bool passes(const TestCase& test) {
  try {
    test.body();
    printf("ok      %s\n", test.name);
    return true;
  } catch (const TestFailure& failure) {
    printf("FAILED  %s: %s\n", test.name, failure.text.c_str());
    return false;
  }
}

int main(int count, char** arguments) {
  if (count == 5 && strcmp(arguments[1], "--kernel") == 0 && run_kernel) return run_kernel(arguments + 2);
  const std::vector<std::string> names(arguments + 1, arguments + count);
  setvbuf(stdout, nullptr, _IOLBF, 0);
  int failed = 0, run = 0;
  for (const TestCase& test : test_cases()) {
    if (names == std::vector<std::string>{"--list"}) {
      puts(test.name);
      run++;
      continue;
    }
    if (!names.empty() && std::find(names.begin(), names.end(), test.name) == names.end()) continue;
    run++;
    if (!passes(test)) failed++;
  }
  if (names.empty() && failed == 0 && final_check) {
    const std::string missing = final_check();
    printf(missing.empty() ? "ok      nothing_is_missing\n" : "FAILED  nothing_is_missing: %s\n", missing.c_str());
    failed += !missing.empty();
  }
  if (run == 0) fprintf(stderr, "no such test\n");
  return failed > 0 || run == 0;
}
