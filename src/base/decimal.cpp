#include "base/decimal.h"

#include <algorithm>
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

constexpr std::int64_t kMostDigits = 60;

// Digits from the place `high` (10^(high-1)) down to `low`, most significant first.
std::string aligned(const Decimal& number, std::int64_t high, std::int64_t low) {
  std::string out(static_cast<std::size_t>(high - number.scale), '0');
  out.append(number.digits);
  out.append(static_cast<std::size_t>(high - low) - out.size(), '0');
  return out;
}

// Both of the same length; the sum has one digit more.
std::string sum_of(const std::string& a, const std::string& b) {
  std::string out(a.size() + 1, '0');
  int carry = 0;
  for (std::size_t i = a.size(); i-- > 0;) {
    const int digit = (a[i] - '0') + (b[i] - '0') + carry;
    out[i + 1] = static_cast<char>('0' + digit % 10);
    carry = digit / 10;
  }
  out[0] = static_cast<char>('0' + carry);
  return out;
}

// Both of the same length, `a` not the smaller.
std::string difference_of(const std::string& a, const std::string& b) {
  std::string out(a.size() + 1, '0');
  int borrow = 0;
  for (std::size_t i = a.size(); i-- > 0;) {
    int digit = (a[i] - '0') - (b[i] - '0') - borrow;
    borrow = digit < 0 ? 1 : 0;
    if (digit < 0) digit += 10;
    out[i + 1] = static_cast<char>('0' + digit);
  }
  return out;
}

// `digits` of which the last `decimals` stand behind the point.
std::string written(bool negative, std::string digits, std::size_t decimals) {
  if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
  std::string fraction = digits.substr(digits.size() - decimals);
  std::string whole = digits.substr(0, digits.size() - decimals);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size() - 1));
  const bool is_zero = whole == "0" && fraction.empty();
  std::string out = negative && !is_zero ? "-" : "";
  out.append(whole);
  if (!fraction.empty()) out.append(".").append(fraction);
  return out;
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

std::optional<std::string> add_numbers(std::string_view a, std::string_view b) {
  const Decimal left = decimal_of(a);
  const Decimal right = decimal_of(b);
  const auto low_of = [](const Decimal& each) {
    return each.scale - static_cast<std::int64_t>(each.digits.size());
  };
  const std::int64_t high = std::max({left.scale, right.scale, std::int64_t{0}});
  const std::int64_t low = std::min({low_of(left), low_of(right), std::int64_t{0}});
  if (high - low > kMostDigits) return std::nullopt;
  const std::string x = aligned(left, high, low);
  const std::string y = aligned(right, high, low);
  const auto decimals = static_cast<std::size_t>(-low);
  if (left.negative == right.negative) return written(left.negative, sum_of(x, y), decimals);
  if (x >= y) return written(left.negative, difference_of(x, y), decimals);
  return written(right.negative, difference_of(y, x), decimals);
}

std::string negated(std::string_view number) {
  if (number.front() == '-') return std::string(number.substr(1));
  return std::string("-").append(number);
}

}  // namespace tidemark
