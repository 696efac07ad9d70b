#include "view/sort_key.h"

#include "base/decimal.h"

namespace tidemark::sort_key {
namespace {

// A scale within this takes one byte.
constexpr std::int64_t kSmall = 60;
constexpr std::uint8_t kMiddle = 0x80;
constexpr std::uint8_t kBelowSmall = 0x01;
constexpr std::uint8_t kAboveSmall = 0xff;

void append_scale(std::string& key, std::int64_t scale) {
  if (scale < -kSmall || scale > kSmall) {
    append_byte(key, scale < 0 ? kBelowSmall : kAboveSmall);
    return append_integer(key, scale);
  }
  append_byte(key, static_cast<std::uint8_t>(kMiddle + scale));
}

}  // namespace

void append_byte(std::string& key, std::uint8_t byte) { key.push_back(static_cast<char>(byte)); }

void append_integer(std::string& key, std::int64_t value) {
  const std::uint64_t unsigned_order = static_cast<std::uint64_t>(value) ^ (1ULL << 63U);
  for (unsigned shift = 64; shift > 0; shift -= 8) {
    append_byte(key, static_cast<std::uint8_t>(unsigned_order >> (shift - 8)));
  }
}

// Sign, scale, the digits two to a byte (1 to 100), a zero.
void append_number(std::string& key, std::string_view number) {
  enum Sign : std::uint8_t { kNegative, kZero, kPositive };
  const Decimal decimal(number);
  if (decimal.size() == 0) return append_byte(key, kZero);
  append_byte(key, decimal.negative ? kNegative : kPositive);
  const std::size_t magnitude = key.size();
  append_scale(key, decimal.scale);
  const auto digit = [&](std::size_t i) { return i < decimal.size() ? decimal[i] - '0' : 0; };
  for (std::size_t i = 0; i < decimal.size(); i += 2) {
    append_byte(key, static_cast<std::uint8_t>(digit(i) * 10 + digit(i + 1) + 1));
  }
  append_byte(key, 0);
  if (decimal.negative) invert(key, magnitude);
}

// Ends in two zeros; a zero inside is followed by a byte above them.
void append_text(std::string& key, std::string_view text) {
  for (const char c : text) {
    key.push_back(c);
    if (c == '\0') append_byte(key, 0xff);
  }
  key.append(2, '\0');
}

void invert(std::string& key, std::size_t from) {
  for (std::size_t i = from; i < key.size(); ++i) key[i] = static_cast<char>(~key[i]);
}

std::uint64_t prefix_of(std::string_view key) {
  std::uint64_t prefix = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    const char c = i < key.size() ? key[i] : '\0';
    prefix = prefix << 8U | static_cast<unsigned char>(c);
  }
  return prefix;
}

}  // namespace tidemark::sort_key
