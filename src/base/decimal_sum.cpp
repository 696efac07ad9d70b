#include "base/decimal_sum.h"

#include <algorithm>
#include <cstdint>

#include "base/decimal.h"

namespace tidemark {
namespace {

constexpr std::int64_t kMostDigits = 60;

// Digits from the place `high` (10^(high-1)) down to `low`, most significant first.
std::string aligned(const Decimal& number, std::int64_t high, std::int64_t low) {
  std::string out(static_cast<std::size_t>(high - number.scale), '0');
  for (std::size_t i = 0; i < number.size(); ++i) out.push_back(number[i]);
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

std::optional<std::string> add_numbers(std::string_view a, std::string_view b) {
  const Decimal left(a);
  const Decimal right(b);
  const auto low_of = [](const Decimal& each) {
    return each.scale - static_cast<std::int64_t>(each.size());
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
