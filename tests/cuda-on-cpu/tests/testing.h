// A test: TEST(name) { check(...) }. The program runs all, or those named, and prints a line each.
#pragma once
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

struct TestCase {
  const char* name;
  void (*body)();
};
std::vector<TestCase>& test_cases();

struct Registration {
  Registration(const char* name, void (*body)()) { test_cases().push_back({name, body}); }
};

#define TEST(name)                                                      \
  static void test_##name();                                            \
  static const Registration registration_of_##name(#name, test_##name); \
  static void test_##name()

// Of tests/sanitizers.cpp, in a process of its own.
int run_kernel(char** arguments) __attribute__((weak));

// Called when all tests of a program have passed: returns what is still missing, or nothing.
extern std::string (*final_check)();

struct TestFailure {
  std::string text;
};
[[noreturn]] void fail_test(const char* format, ...) __attribute__((format(printf, 1, 2)));

#define CHECK(condition)                                                              \
  do {                                                                                \
    if (!(condition)) fail_test("%s:%d: not so: %s", __FILE__, __LINE__, #condition); \
  } while (0)

#define CHECK_EQUAL(actual, expected)                                                                                  \
  do {                                                                                                                 \
    const auto actual_value = (actual);                                                                                \
    const decltype(actual_value) expected_value = (expected);                                                          \
    if (!(actual_value == expected_value))                                                                             \
      fail_test("%s:%d: %s is %g, not %g", __FILE__, __LINE__, #actual, (double)actual_value, (double)expected_value); \
  } while (0)
