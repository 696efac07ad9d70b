// Exact sums of number texts.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tidemark {

// The sum of two numbers, in plain digits. None when it would need more than 60 of them.
std::optional<std::string> add_numbers(std::string_view a, std::string_view b);
// The number with the other sign.
std::string negated(std::string_view number);

}  // namespace tidemark
