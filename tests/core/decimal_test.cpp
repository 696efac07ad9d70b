#include "base/decimal.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/decimal_sum.h"
#include "base/random.h"

namespace tidemark {
namespace {

TEST(Decimal, KnowsANumber) {
  for (const char* text : {"0", "-0", "7", "-1.50", "1e5", "1E-5", "12345678901234567890"}) {
    EXPECT_TRUE(is_number(text)) << text;
  }
  for (const char* text : {"", "-", "+1", "01", "1.", ".5", "1e", " 1", "1 ", "1\n2", "0x1", "NaN",
                           "true", "\"1\"", "[1]", "1,2"}) {
    EXPECT_FALSE(is_number(text)) << text;
  }
}

// Every list is of equal numbers, and every list is above the one before it.
TEST(Decimal, ComparesExactly) {
  const std::vector<std::vector<std::string>> ascending{
      {"-1e1000"},
      {"-12345678901234567891"},
      {"-12345678901234567890", "-1234567890123456789e1"},
      {"-10", "-1e1", "-10.0"},
      {"-9.5"},
      {"-1e-1000"},
      {"0", "-0", "0.0", "0e99", "-0.00e-5"},
      {"1e-1000"},
      {"0.1", "1e-1", "0.10", "10e-2"},
      {"0.10000000000000000001"},
      {"0.2"},
      {"9"},
      {"10", "1e1", "1.0e+1", "100e-1"},
      {"10.01"},
      {"9007199254740992"},
      {"9007199254740993", "9007199254740993.000"},
      {"12345678901234567890"},
      {"12345678901234567891"},
      {"1e1000"},
      {"1e99999999999"},
  };
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      for (const auto& a : ascending[i]) {
        for (const auto& b : ascending[j]) {
          EXPECT_TRUE(compare_numbers(a, b) == (i <=> j)) << a << " " << b;
        }
      }
    }
  }
}

TEST(Decimal, AddsExactly) {
  const auto sum = [](std::string_view a, std::string_view b) {
    return add_numbers(a, b).value_or("none");
  };
  EXPECT_EQ(sum("1", "2"), "3");
  EXPECT_EQ(sum("0.1", "0.2"), "0.3");
  EXPECT_EQ(sum("9007199254740993", "1"), "9007199254740994");
  EXPECT_EQ(sum("999", "1"), "1000");
  EXPECT_EQ(sum("1", "-2"), "-1");
  EXPECT_EQ(sum("-1.5", "1.5"), "0");
  EXPECT_EQ(sum("100", "-0.001"), "99.999");
  EXPECT_EQ(sum("1e3", "1E-3"), "1000.001");
  EXPECT_EQ(sum("-0", "0.0"), "0");
  EXPECT_EQ(sum("1e40", "1e-40"), "none");
  EXPECT_EQ(sum("1e999999999999", "1"), "none");
  EXPECT_EQ(negated("5"), "-5");
  EXPECT_EQ(negated("-5"), "5");
  Random random(3);
  for (int i = 0; i < 20'000; ++i) {
    const std::int64_t a = random.up_to(2'000'000'000) - 1'000'000'000;
    const std::int64_t b = random.up_to(2'000) - 1'000;
    ASSERT_EQ(sum(std::to_string(a), std::to_string(b)), std::to_string(a + b));
  }
}

}  // namespace
}  // namespace tidemark
