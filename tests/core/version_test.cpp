#include "store/version.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tidemark {
namespace {

void expect_ascending(const std::vector<std::vector<std::string>>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t j = 0; j < values.size(); ++j) {
      for (const auto& a : values[i]) {
        for (const auto& b : values[j]) {
          const Version left = Version::parse(a);
          const Version right = Version::parse(b);
          EXPECT_TRUE(left.known() && right.known()) << a << " " << b;
          EXPECT_TRUE((left <=> right) == (i <=> j)) << a << " " << b;
          EXPECT_EQ(left == right, i == j) << a << " " << b;
        }
      }
    }
  }
}

TEST(Version, WholeNumbersOfAnySize) {
  expect_ascending({
      {"0", R"("0")", R"("000")"},
      {"9", R"("9")", R"("009")"},
      {"10", R"("10")"},
      {"9007199254740992"},
      {"9007199254740993"},
      {"999999999999999999", R"("0999999999999999999")"},
      {"1000000000000000000"},
      {"9223372036854775807"},
      {"9223372036854775808"},
      {"18446744073709551616", R"("18446744073709551616")"},
      {"99999999999999999999999999"},
      {"100000000000000000000000000"},
  });
}

TEST(Version, Times) {
  expect_ascending({
      {R"("1969-12-31T23:59:59Z")"},
      {R"("2026-11-23T09:45:15Z")", R"("2026-11-23 10:45:15+01")", R"("2026-11-23T09\u003a45:15")"},
      {R"("2026-11-23T09:45:15.000001Z")"},
      {R"("2026-11-23T11:00:00+01:00")"},
  });
}

TEST(Version, OtherValuesSayNothing) {
  for (const char* value : {"null", "true", "-1", "1.5", "1e3", R"("")", R"("v1")", R"("-1")",
                            R"("2026-11-23")", "[1]", R"({"a":1})"}) {
    EXPECT_FALSE(Version::parse(value).known()) << value;
  }
  EXPECT_FALSE(Version().known());
}

TEST(Version, KindsDoNotCompare) {
  const Version whole = Version::parse("5");
  const Version time = Version::parse(R"("2026-11-23T09:45:15Z")");
  const Version none;
  EXPECT_TRUE((whole <=> time) == std::partial_ordering::unordered);
  EXPECT_TRUE((time <=> whole) == std::partial_ordering::unordered);
  EXPECT_TRUE((whole <=> none) == std::partial_ordering::unordered);
  EXPECT_TRUE((none <=> none) == std::partial_ordering::unordered);
  EXPECT_FALSE(none == none);
  EXPECT_FALSE(whole == time);
}

TEST(Version, CopiesAreVersionsOfTheirOwn) {
  Version held = Version::parse("100000000000000000000000000");
  Version copy = held;
  held = Version::parse("7");
  EXPECT_TRUE(copy == Version::parse("100000000000000000000000000"));
  EXPECT_TRUE(held == Version::parse("7"));
  copy = held;
  EXPECT_TRUE(copy == Version::parse("7"));
  EXPECT_LE(sizeof(Version), 24U);
}

}  // namespace
}  // namespace tidemark
