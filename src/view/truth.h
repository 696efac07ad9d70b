// SQL's three-valued logic. Ordered, so that `and` is the least and `or` the greatest.
#pragma once

#include <algorithm>
#include <cstdint>

namespace tidemark {

enum class Truth : std::uint8_t { no, unknown, yes };

inline Truth truth_of(bool holds) { return holds ? Truth::yes : Truth::no; }
inline Truth both(Truth a, Truth b) { return std::min(a, b); }
inline Truth either(Truth a, Truth b) { return std::max(a, b); }
inline Truth negation(Truth a) {
  return static_cast<Truth>(static_cast<int>(Truth::yes) - static_cast<int>(a));
}

}  // namespace tidemark
