#include "base/decimal.h"

#include <algorithm>
#include <cstdint>

#include "base/ascii.h"
#include "base/json.h"

namespace tidemark {
namespace {

using json::is_digit;

// Enough for every bigint; longer texts take the general way.
constexpr std::size_t kPlainDigits = 18;

// A whole number without exponent, as most are.
bool plain_integer(std::string_view text, std::int64_t& value) {
  const bool negative = text.front() == '-';
  if (negative) text.remove_prefix(1);
  if (text.size() > kPlainDigits) return false;
  value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return false;
    value = value * 10 + (c - '0');
  }
  if (negative) value = -value;
  return true;
}

std::strong_ordering compare_magnitudes(const Decimal& a, const Decimal& b) {
  if (a.size() == 0 || b.size() == 0) return a.size() <=> b.size();
  if (a.scale != b.scale) return a.scale <=> b.scale;
  const std::size_t shared = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < shared; ++i) {
    if (a[i] != b[i]) return a[i] <=> b[i];
  }
  return a.size() <=> b.size();
}

}  // namespace

Decimal::Decimal(std::string_view text) {
  negative = text.front() == '-';
  if (negative) text.remove_prefix(1);
  const std::size_t e = text.find_first_of("eE");
  std::int64_t exponent = 0;
  if (e != std::string_view::npos) {
    const bool down = text[e + 1] == '-';
    for (const char c : text.substr(e + 1)) {
      // Beyond ±10^12 only the direction matters.
      if (is_digit(c) && exponent < 1'000'000'000'000) exponent = exponent * 10 + (c - '0');
    }
    if (down) exponent = -exponent;
    text = text.substr(0, e);
  }
  const std::size_t point = text.find('.');
  whole_ = text.substr(0, point);
  if (point != std::string_view::npos) fraction_ = text.substr(point + 1);
  scale = static_cast<std::int64_t>(whole_.size()) + exponent;
  trim();
}

void Decimal::trim() {
  const auto drop_leading = [this](std::string_view& digits) {
    const std::size_t zeros = std::min(digits.find_first_not_of('0'), digits.size());
    digits.remove_prefix(zeros);
    scale -= static_cast<std::int64_t>(zeros);
  };
  drop_leading(whole_);
  if (whole_.empty()) drop_leading(fraction_);
  fraction_ = fraction_.substr(0, fraction_.find_last_not_of('0') + 1);
  if (fraction_.empty()) whole_ = whole_.substr(0, whole_.find_last_not_of('0') + 1);
  if (size() == 0) *this = Decimal();
}

bool is_number(std::string_view text) {
  if (text.empty() || (text.front() != '-' && !is_digit(text.front()))) return false;
  return is_digit(text.back()) && json::validate(text) == Error::none;
}

std::strong_ordering compare_numbers(std::string_view a, std::string_view b) {
  std::int64_t x = 0;
  std::int64_t y = 0;
  if (plain_integer(a, x) && plain_integer(b, y)) return x <=> y;
  const Decimal left(a);
  const Decimal right(b);
  if (left.negative != right.negative)
    return left.negative ? std::strong_ordering::less : std::strong_ordering::greater;
  return left.negative ? compare_magnitudes(right, left) : compare_magnitudes(left, right);
}

}  // namespace tidemark
