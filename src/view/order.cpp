#include "view/order.h"

#include <utility>

#include "base/decimal.h"
#include "base/json.h"
#include "base/timestamp.h"
#include "view/operand.h"
#include "view/sort_key.h"

namespace tidemark {
namespace {

bool take(std::string_view& text, std::string_view word) {
  const bool is_whole_word =
      text.starts_with(word) &&
      (text.size() == word.size() || text[word.size()] == '.' || text[word.size()] == ',');
  if (is_whole_word) text.remove_prefix(word.size());
  return is_whole_word;
}

// Values of different kinds still need one order, or sorting has no meaning. Times stand
// apart from other text, because they compare by moment.
enum Rank : std::uint8_t { kNumber, kTime, kText, kBoolean, kOther };

void append_column(std::string& key, std::string_view value) {
  switch (json::kind_of(value)) {
    case json::Kind::number:
      sort_key::append_byte(key, kNumber);
      return sort_key::append_number(key, value);
    case json::Kind::string: {
      const Text text(value);
      if (const auto moment = parse_timestamp(text.view())) {
        sort_key::append_byte(key, kTime);
        return sort_key::append_integer(key, *moment);
      }
      sort_key::append_byte(key, kText);
      return sort_key::append_text(key, text.view());
    }
    case json::Kind::boolean:
      sort_key::append_byte(key, kBoolean);
      return sort_key::append_byte(key, value == "true" ? 1 : 0);
    default:
      return sort_key::append_byte(key, kOther);
  }
}

// In the order of compare_json.
void append_json(std::string& key, std::string_view value) {
  enum JsonRank : std::uint8_t { kEmptyArray, kNull, kString, kNumeric, kBool, kArray, kObject };
  switch (json::kind_of(value)) {
    case json::Kind::null:
      return sort_key::append_byte(key, kNull);
    case json::Kind::string:
      sort_key::append_byte(key, kString);
      return sort_key::append_text(key, Text(value).view());
    case json::Kind::number:
      sort_key::append_byte(key, kNumeric);
      return sort_key::append_number(key, value);
    case json::Kind::boolean:
      sort_key::append_byte(key, kBool);
      return sort_key::append_byte(key, value == "true" ? 1 : 0);
    case json::Kind::array: {
      json::Walker walker(value);
      std::string_view element;
      return sort_key::append_byte(key, walker.next_element(element) ? kArray : kEmptyArray);
    }
    case json::Kind::object:
      return sort_key::append_byte(key, kObject);
  }
}

void append_value(std::string& key, std::string_view value, Field::As as) {
  switch (as) {
    case Field::As::column:
      return append_column(key, value);
    case Field::As::json:
      return append_json(key, value);
    case Field::As::text:
      return sort_key::append_text(key, Text(value).view());
  }
}

void append_id(std::string& key, std::string_view id) {
  const bool is_text = id.starts_with('"');
  sort_key::append_byte(key, is_text ? 0 : 1);
  if (!is_text && is_number(id)) sort_key::append_number(key, id);
  // Also after a number, because `1` and `1.0` name two rows.
  sort_key::append_text(key, id);
}

}  // namespace

Result<Order> Order::parse(std::string_view text) {
  Order order;
  if (text.empty()) return order;
  while (true) {
    if (!parse_term(text, order)) return Error::bad_order;
    if (text.empty()) return order;
    if (!text.starts_with(',')) return Error::bad_order;
    text.remove_prefix(1);
  }
}

bool Order::parse_term(std::string_view& text, Order& order) {
  auto field = take_field(text, '.', order.columns_);
  if (!field) return false;
  Term term{std::move(*field)};
  term.descending = take(text, ".desc");
  if (!term.descending) take(text, ".asc");
  term.nulls_first = take(text, ".nullsfirst");
  const bool says_last = !term.nulls_first && take(text, ".nullslast");
  if (!says_last && !term.nulls_first) term.nulls_first = term.descending;
  order.terms_.push_back(std::move(term));
  return true;
}

void Order::write_key(std::string_view row, std::string_view id, std::string& key) const {
  key.clear();
  Columns::Values values;
  columns_.read(row, values);
  for (const Term& term : terms_) {
    const std::string_view value = term.field.in(values);
    const bool comes_first = value.empty() == term.nulls_first;
    sort_key::append_byte(key, comes_first ? 0 : 1);
    if (value.empty()) continue;
    const std::size_t from = key.size();
    append_value(key, value, term.field.as);
    if (term.descending) sort_key::invert(key, from);
  }
  append_id(key, id);
}

}  // namespace tidemark
