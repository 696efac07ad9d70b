// Walks UTF-8 a code point at a time. A lone surrogate in its three-byte form (see
// json::string_of) counts as one.
#pragma once

#include <cstddef>
#include <string_view>

namespace tidemark {

// The code point at `at`, which moves past it and never past the end: rows are well-formed, but
// a filter may be any bytes, and one that breaks off inside a code point has one that nothing is.
inline char32_t next_code_point(std::string_view text, std::size_t& at) {
  constexpr char32_t kBrokenOff = 0xffffffffU;
  const auto byte = [&](std::size_t i) {
    return static_cast<char32_t>(static_cast<unsigned char>(text[i]));
  };
  const char32_t first = byte(at);
  if (first < 0x80U) {
    at += 1;
    return first;
  }
  const std::size_t size = first < 0xe0U ? 2 : first < 0xf0U ? 3 : 4;
  if (text.size() - at < size) {
    at = text.size();
    return kBrokenOff;
  }
  if (first < 0xe0U) {
    at += 2;
    return (first & 0x1fU) << 6U | (byte(at - 1) & 0x3fU);
  }
  if (first < 0xf0U) {
    at += 3;
    return (first & 0x0fU) << 12U | (byte(at - 2) & 0x3fU) << 6U | (byte(at - 1) & 0x3fU);
  }
  at += 4;
  return (first & 0x07U) << 18U | (byte(at - 3) & 0x3fU) << 12U | (byte(at - 2) & 0x3fU) << 6U |
         (byte(at - 1) & 0x3fU);
}

}  // namespace tidemark
