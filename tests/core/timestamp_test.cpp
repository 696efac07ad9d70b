#include "base/timestamp.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"

namespace tidemark {
namespace {

constexpr std::int64_t kSecond = 1'000'000;

TEST(Timestamp, ReadsWhatPostgresAndJavaScriptWrite) {
  const std::vector<std::pair<std::string, std::int64_t>> table{
      {"1970-01-01T00:00:00Z", 0},
      {"1970-01-01 00:00:00", 0},
      {"1970-01-01T00:00", 0},
      {"1970-01-01T00:00:00.000001Z", 1},
      {"1970-01-01T00:00:00.1", 100'000},
      {"1970-01-01T00:00:00.12345678", 123'456},
      {"1969-12-31T23:59:59.999999Z", -1},
      {"2026-11-23T09:45:15.123Z", 1'795'427'115'123'000},
      {"2026-11-23 09:45:15.123456+00", 1'795'427'115'123'456},
      {"2026-11-23T10:45:15+01:00", 1'795'427'115 * kSecond},
      {"2026-11-23T10:45:15+0100", 1'795'427'115 * kSecond},
      {"2026-11-23 04:15:15-05:30", 1'795'427'115 * kSecond},
      {"2024-02-29T00:00:00Z", 1'709'164'800 * kSecond},
      {"2016-12-31T23:59:60Z", 1'483'228'800 * kSecond},
      {"1970-01-01T24:00:00Z", 86'400 * kSecond},
  };
  for (const auto& [text, micros] : table) EXPECT_EQ(parse_timestamp(text), micros) << text;
}

TEST(Timestamp, ReadsBackIsoTime) {
  for (const Millis at :
       {Millis{0}, Millis{-1}, Millis{1'795'427'115'123}, Millis{-5'000'000'000}}) {
    EXPECT_EQ(parse_timestamp(json::iso_time(at)), at * 1'000);
  }
}

TEST(Timestamp, RefusesOtherText) {
  for (const char* text : {"",
                           "2026",
                           "2026-11-23",
                           "hello",
                           "20261123T094515Z",
                           "2026-13-01T00:00:00Z",
                           "2026-00-01T00:00:00Z",
                           "2026-02-29T00:00:00Z",
                           "2026-04-31T00:00:00Z",
                           "2026-11-23X09:45:15Z",
                           "2026-11-23T9:45:15Z",
                           "2026-11-23T09",
                           "2026-11-23T09:",
                           "2026-11-23T25:00:00Z",
                           "2026-11-23T09:60:00Z",
                           "2026-11-23T09:45:61Z",
                           "2026-11-23T09:45:15.Z",
                           "2026-11-23T09:45:15 ",
                           "2026-11-23T09:45:15Zx",
                           "2026-11-23T09:45:15+",
                           "2026-11-23T09:45:15+1",
                           "2026-11-23T09:45:15+01:0",
                           "2026-11-23T09:45:15+01:000",
                           " 2026-11-23T09:45:15Z",
                           "-026-11-23T09:45:15Z"}) {
    EXPECT_EQ(parse_timestamp(text), std::nullopt) << text;
  }
}

TEST(Timestamp, RefusesABrokenZoneOrHour) {
  for (const char* text : {"2026-11-23T09:45:15Z+01:00", "2026-11-23T09:45:15+01:",
                           "2026-11-23T09:45:15+01:99", "2026-11-23T24:30:00Z"}) {
    EXPECT_EQ(parse_timestamp(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace tidemark
