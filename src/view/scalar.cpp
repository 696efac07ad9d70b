#include "view/scalar.h"

#include <string>

#include "base/decimal.h"
#include "base/json.h"
#include "base/timestamp.h"

namespace tidemark {
namespace {

std::partial_ordering compare_text(std::string_view a, std::string_view b) {
  const auto left = parse_timestamp(a);
  const auto right = left ? parse_timestamp(b) : std::nullopt;
  if (right) return *left <=> *right;
  return a.compare(b) <=> 0;
}

}  // namespace

std::partial_ordering compare_scalars(std::string_view a, std::string_view b) {
  const json::Kind kind = json::kind_of(a);
  if (kind != json::kind_of(b)) return std::partial_ordering::unordered;
  switch (kind) {
    case json::Kind::number:
      return compare_numbers(a, b);
    case json::Kind::string:
      return compare_text(json::string_of(a), json::string_of(b));
    case json::Kind::boolean:
      return (a == "true") <=> (b == "true");
    default:
      return std::partial_ordering::unordered;
  }
}

std::partial_ordering compare_with_text(std::string_view value, std::string_view text) {
  switch (json::kind_of(value)) {
    case json::Kind::number:
      if (!is_number(text)) return std::partial_ordering::unordered;
      return compare_numbers(value, text);
    case json::Kind::string:
      return compare_text(json::string_of(value), text);
    case json::Kind::boolean:
      if (text != "true" && text != "false") return std::partial_ordering::unordered;
      return (value == "true") <=> (text == "true");
    default:
      return std::partial_ordering::unordered;
  }
}

}  // namespace tidemark
