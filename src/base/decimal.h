// Exact arithmetic on number texts: digits are compared and added, nothing is rounded to a
// double.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace tidemark {

// Is `text` a JSON number (a leading + or zeros, as Postgres writes none, excluded)?
bool is_number(std::string_view text);

// Both must be numbers.
std::strong_ordering compare_numbers(std::string_view a, std::string_view b);

// The sum of two numbers, in plain digits. None when it would need more than 60 of them.
std::optional<std::string> add_numbers(std::string_view a, std::string_view b);
// The number with the other sign.
std::string negated(std::string_view number);

}  // namespace tidemark
