// Exact comparison of number texts: digits are compared, nothing is rounded to a double.
#pragma once

#include <compare>
#include <string_view>

namespace tidemark {

// Is `text` a JSON number (a leading + or zeros, as Postgres writes none, excluded)?
bool is_number(std::string_view text);

// Both must be numbers.
std::strong_ordering compare_numbers(std::string_view a, std::string_view b);

}  // namespace tidemark
