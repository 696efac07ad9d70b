#include "view/order.h"

#include "base/decimal.h"
#include "base/json.h"
#include "view/scalar.h"

namespace tidemark {
namespace {

// Null is larger than every value; values of kinds that do not compare are equal.
int compare(std::string_view a, std::string_view b) {
  const bool a_null = json::kind_of(a) == json::Kind::null;
  const bool b_null = json::kind_of(b) == json::Kind::null;
  if (a_null || b_null) return static_cast<int>(a_null) - static_cast<int>(b_null);
  const auto order = compare_scalars(a, b);
  if (order == std::partial_ordering::less) return -1;
  return order == std::partial_ordering::greater ? 1 : 0;
}

// Keys as Entity::key_of makes them: a number's text, or a quote and a string.
bool key_before(std::string_view a, std::string_view b) {
  if (is_number(a) && is_number(b)) return compare_numbers(a, b) < 0;
  return a < b;
}

}  // namespace

Result<Order> Order::parse(std::string_view text) {
  Order order;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    const std::string_view part = text.substr(0, comma);
    const std::size_t dot = part.find('.');
    const std::string_view direction =
        dot == std::string_view::npos ? std::string_view("asc") : part.substr(dot + 1);
    const std::string_view name = part.substr(0, dot);
    if (name.empty() || (direction != "asc" && direction != "desc")) return Error::bad_order;
    order.columns_.push_back({std::string(name), direction == "desc"});
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
    if (text.empty()) return Error::bad_order;
  }
  return order;
}

bool Order::before(std::string_view a, std::string_view a_key, std::string_view b,
                   std::string_view b_key) const {
  for (const Column& each : columns_) {
    const int order = compare(json::member(a, each.name).value_or("null"),
                              json::member(b, each.name).value_or("null"));
    if (order != 0) return each.descending ? order > 0 : order < 0;
  }
  return key_before(a_key, b_key);
}

}  // namespace tidemark
