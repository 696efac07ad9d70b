#include "view/order.h"

#include "base/decimal.h"
#include "base/json.h"
#include "base/timestamp.h"
#include "view/scalar.h"

namespace tidemark {
namespace {

// Values of different kinds still need one order, or sorting has no meaning. Null is last,
// as in Postgres; times stand apart from other text, because they compare by moment.
int rank_of(std::string_view value) {
  switch (json::kind_of(value)) {
    case json::Kind::number:
      return 0;
    case json::Kind::string:
      return parse_timestamp(json::string_of(value)) ? 1 : 2;
    case json::Kind::boolean:
      return 3;
    case json::Kind::array:
    case json::Kind::object:
      return 4;
    case json::Kind::null:
      return 5;
  }
  return 5;
}

int compare(std::string_view a, std::string_view b) {
  const int rank = rank_of(a) - rank_of(b);
  if (rank != 0) return rank;
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
