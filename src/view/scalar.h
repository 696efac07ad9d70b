// How two scalar JSON values compare: numbers exactly, text by its bytes, times by the
// moment they name, false before true. Null has no place among values.
#pragma once

#include <compare>
#include <string_view>

namespace tidemark {

// unordered when the kinds differ or either is null, an array or an object.
std::partial_ordering compare_scalars(std::string_view a, std::string_view b);

// `text` as a filter writes it, against a row's JSON value.
std::partial_ordering compare_with_text(std::string_view value, std::string_view text);

}  // namespace tidemark
