// Sorting what is short, or seldom. `std::sort` is made anew for each type, 2 to 7 KB of Wasm each.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <utility>

namespace tidemark {

// In place, equal elements in any order, n log n comparisons at the most.
template <typename Iterator, typename Before = std::less<>>
void sort_few(Iterator begin, Iterator end, Before before = {}) {
  constexpr std::ptrdiff_t kFew = 32;
  if (end - begin > kFew) {
    std::make_heap(begin, end, before);
    std::sort_heap(begin, end, before);
    return;
  }
  for (Iterator at = begin; at != end; ++at) {
    auto each = std::move(*at);
    Iterator to = at;
    for (; to != begin && before(each, to[-1]); --to) *to = std::move(to[-1]);
    *to = std::move(each);
  }
}

}  // namespace tidemark
