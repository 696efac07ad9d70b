#include "base/decimal.h"

#include <cstdint>
#include <string>

#include "base/json.h"

namespace tidemark {
namespace {

// ±0.d1d2d3… × 10^scale with d1 ≠ 0; zero has no digits.
struct Decimal {
  bool negative = false;
  std::string digits;
  std::int64_t scale = 0;
};

Decimal decimal_of(std::string_view text) {
  Decimal out;
  out.negative = text.front() == '-';
  if (out.negative) text.remove_prefix(1);
  const std::size_t e = text.find_first_of("eE");
  std::int64_t exponent = 0;
  if (e != std::string_view::npos) {
    const bool down = text[e + 1] == '-';
    for (const char c : text.substr(e + 1)) {
      // Beyond ±10^12 only the direction matters.
      if (c >= '0' && c <= '9' && exponent < 1'000'000'000'000)
        exponent = exponent * 10 + (c - '0');
    }
    if (down) exponent = -exponent;
    text = text.substr(0, e);
  }
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  out.digits = whole;
  if (point != std::string_view::npos) out.digits.append(text.substr(point + 1));
  out.scale = static_cast<std::int64_t>(whole.size()) + exponent;
  const std::size_t leading = out.digits.find_first_not_of('0');
  if (leading == std::string::npos) return {};
  out.digits.erase(0, leading);
  out.scale -= static_cast<std::int64_t>(leading);
  out.digits.erase(out.digits.find_last_not_of('0') + 1);
  return out;
}

std::strong_ordering compare_magnitudes(const Decimal& a, const Decimal& b) {
  if (a.digits.empty() || b.digits.empty()) return a.digits.size() <=> b.digits.size();
  if (a.scale != b.scale) return a.scale <=> b.scale;
  return a.digits.compare(b.digits) <=> 0;
}

}  // namespace

bool is_number(std::string_view text) {
  if (text.empty() || (text.front() != '-' && (text.front() < '0' || text.front() > '9'))) {
    return false;
  }
  const char last = text.back();
  return last >= '0' && last <= '9' && json::validate(text) == Error::none;
}

std::strong_ordering compare_numbers(std::string_view a, std::string_view b) {
  const Decimal left = decimal_of(a);
  const Decimal right = decimal_of(b);
  if (left.negative != right.negative)
    return left.negative ? std::strong_ordering::less : std::strong_ordering::greater;
  return left.negative ? compare_magnitudes(right, left) : compare_magnitudes(left, right);
}

}  // namespace tidemark
