#include "view/case_fold.h"

#include <array>
#include <cstdint>

namespace tidemark {
namespace {

// Every `step`th code point from `first` to `last` is an upper-case letter whose lower case
// is `distance` further on.
struct Run {
  std::int32_t first;
  std::int32_t last;
  std::int32_t distance;
  std::int32_t step;

  bool has(std::int32_t upper) const {
    return first <= upper && upper <= last && (upper - first) % step == 0;
  }
};

// From the Unicode Character Database, field Simple_Lowercase_Mapping.
constexpr std::array<Run, 23> kRuns{{
    {0x41, 0x5a, 32, 1},   {0xc0, 0xd6, 32, 1},   {0xd8, 0xde, 32, 1},   {0x100, 0x12e, 1, 2},
    {0x132, 0x136, 1, 2},  {0x139, 0x147, 1, 2},  {0x14a, 0x176, 1, 2},  {0x178, 0x178, -121, 1},
    {0x179, 0x17d, 1, 2},  {0x386, 0x386, 38, 1}, {0x388, 0x38a, 37, 1}, {0x38c, 0x38c, 64, 1},
    {0x38e, 0x38f, 63, 1}, {0x391, 0x3a1, 32, 1}, {0x3a3, 0x3ab, 32, 1}, {0x3d8, 0x3ee, 1, 2},
    {0x400, 0x40f, 80, 1}, {0x410, 0x42f, 32, 1}, {0x460, 0x480, 1, 2},  {0x48a, 0x4be, 1, 2},
    {0x4c0, 0x4c0, 15, 1}, {0x4c1, 0x4cd, 1, 2},  {0x4d0, 0x52e, 1, 2},
}};

constexpr char32_t kLast = 0x52f;

}  // namespace

char32_t lower_case(char32_t c) {
  if (c < 0x80U) return c >= U'A' && c <= U'Z' ? c + 32 : c;
  if (c > kLast) return c;
  const auto code = static_cast<std::int32_t>(c);
  for (const Run& each : kRuns) {
    if (each.has(code)) return static_cast<char32_t>(code + each.distance);
  }
  return c;
}

char32_t upper_case(char32_t c) {
  if (c > kLast) return c;
  const auto code = static_cast<std::int32_t>(c);
  for (const Run& each : kRuns) {
    if (each.has(code - each.distance)) return static_cast<char32_t>(code - each.distance);
  }
  return c;
}

}  // namespace tidemark
