// Two texts with a NUL between them: equal agrees with nlohmann/json.
#include <algorithm>

#include "base/json.h"
#include "support.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidemark;
  const auto [a, b] = fuzz::halves_of(fuzz::text_of(data, size));
  if (json::validate(a) != Error::none || json::validate(b) != Error::none) return 0;
  const bool same = json::equal(a, b);
  const auto left = fuzz::Tree::parse(a, nullptr, false);
  const auto right = fuzz::Tree::parse(b, nullptr, false);
  if (left.is_discarded() || right.is_discarded()) return 0;
  if (same) fuzz::require(left == right);
  // Deeply nested text may be given up, and a double does not tell all numbers apart.
  const auto brackets = std::count_if(a.begin(), a.end(), [](char c) { return c == '{'; });
  const bool judges = fuzz::numbers_are_plain(a) && fuzz::numbers_are_plain(b) && brackets < 30;
  if (!judges) return 0;
  fuzz::require(same == (left == right));
  fuzz::require(json::equal(b, a) == same);
  // The oracle's own spelling, members sorted.
  fuzz::require(json::equal(a, left.dump()));
  if (left.is_object() && right.is_object()) {
    auto together = left;
    together.update(right);
    fuzz::require(fuzz::Tree::parse(json::merged(a, b), nullptr, false) == together);
  }
  return 0;
}
