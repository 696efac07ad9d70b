// Exact comparison of number texts: digits are compared, nothing is rounded to a double.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tidemark {

// A number's text taken apart, without a copy: ±0.d1d2d3… × 10^scale with d1 ≠ 0 and no
// zeros at the end; zero has no digits and no sign.
class Decimal {
 public:
  Decimal() = default;
  explicit Decimal(std::string_view text);  // which must be a number

  std::size_t size() const { return whole_.size() + fraction_.size(); }
  char operator[](std::size_t i) const {
    return i < whole_.size() ? whole_[i] : fraction_[i - whole_.size()];
  }

  bool negative = false;
  std::int64_t scale = 0;

 private:
  void trim();

  std::string_view whole_;
  std::string_view fraction_;
};

// Is `text` a JSON number (a leading + or zeros, as Postgres writes none, excluded)?
bool is_number(std::string_view text);

// Both must be numbers.
std::strong_ordering compare_numbers(std::string_view a, std::string_view b);

}  // namespace tidemark
