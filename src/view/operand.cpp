#include "view/operand.h"

#include "base/ascii.h"
#include "base/decimal.h"
#include "base/json.h"
#include "base/timestamp.h"

namespace tidemark {
namespace {

// Postgres also reads numbers that JSON does not write: `+1`, `007`.
std::string number_of(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  while (text.size() > 1 && text[0] == '0' && json::is_digit(text[1])) text.remove_prefix(1);
  const bool signs_twice = text.starts_with('-');
  if (signs_twice || !is_number(text)) return "";
  return (negative ? "-" : "") + std::string(text);
}

// A time begins with a date, and most texts do not.
bool may_be_time(std::string_view text) {
  return text.size() >= 10 && text[4] == '-' && text[7] == '-' && json::is_digit(text[0]);
}

std::partial_ordering compare_text(std::string_view text, const Operand& operand) {
  if (operand.moment) {
    const auto moment = may_be_time(text) ? parse_timestamp(text) : std::nullopt;
    if (moment) return *moment <=> *operand.moment;
  }
  return text.compare(operand.text) <=> 0;
}

int jsonb_rank(json::Kind kind) {
  switch (kind) {
    case json::Kind::null:
      return 0;
    case json::Kind::string:
      return 1;
    case json::Kind::number:
      return 2;
    case json::Kind::boolean:
      return 3;
    case json::Kind::array:
      return 4;
    case json::Kind::object:
      return 5;
  }
  return 0;
}

bool is_empty_array(std::string_view value) {
  json::Walker walker(value);
  std::string_view element;
  return !walker.next_element(element);
}

}  // namespace

Text::Text(std::string_view value) : raw_(value) {
  if (value.empty() || json::kind_of(value) != json::Kind::string) return;
  raw_ = value.substr(1, value.size() - 2);
  if (raw_.find('\\') != std::string_view::npos) unescaped_ = json::unescape(raw_);
}

std::optional<std::int64_t> moment_of(std::string_view text) {
  if (!may_be_time(text)) return std::nullopt;
  if (text.size() == 10) return parse_timestamp(std::string(text) + "T00:00");
  return parse_timestamp(text);
}

Operand::Operand(std::string_view written)
    : text(written), number(number_of(written)), moment(moment_of(written)) {
  if (text == "true" || text == "false") boolean = text == "true";
}

std::partial_ordering compare(std::string_view value, Field::As as, const Operand& operand) {
  if (as == Field::As::text) return Text(value).view().compare(operand.text) <=> 0;
  switch (json::kind_of(value)) {
    case json::Kind::number:
      if (operand.number.empty()) return std::partial_ordering::unordered;
      return compare_numbers(value, operand.number);
    case json::Kind::string:
      return compare_text(Text(value).view(), operand);
    case json::Kind::boolean:
      if (!operand.boolean) return std::partial_ordering::unordered;
      return (value == "true") <=> *operand.boolean;
    default:
      return std::partial_ordering::unordered;
  }
}

std::partial_ordering compare_json(std::string_view a, std::string_view b) {
  const json::Kind kind = json::kind_of(a);
  const json::Kind other = json::kind_of(b);
  if (kind != other) {
    // Postgres keeps a lone scalar as an array of one, so an empty array comes before it.
    const bool a_is_scalar = kind != json::Kind::array && kind != json::Kind::object;
    const bool b_is_scalar = other != json::Kind::array && other != json::Kind::object;
    if (kind == json::Kind::array && b_is_scalar && is_empty_array(a))
      return std::partial_ordering::less;
    if (other == json::Kind::array && a_is_scalar && is_empty_array(b))
      return std::partial_ordering::greater;
    return jsonb_rank(kind) <=> jsonb_rank(other);
  }
  switch (kind) {
    case json::Kind::null:
      return std::partial_ordering::equivalent;
    case json::Kind::number:
      return compare_numbers(a, b);
    case json::Kind::string:
      return Text(a).view().compare(Text(b).view()) <=> 0;
    case json::Kind::boolean:
      return (a == "true") <=> (b == "true");
    default:
      return json::equal(a, b) ? std::partial_ordering::equivalent
                               : std::partial_ordering::unordered;
  }
}

}  // namespace tidemark
