#include "view/filter.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/json.h"
#include "view/scalar.h"

namespace tidemark {
namespace {

// Splits at commas that stand neither in quotes nor in parentheses.
std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  std::size_t from = 0;
  int depth = 0;
  bool in_quotes = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_quotes) {
      if (c == '\\') ++i;
      if (c == '"') in_quotes = false;
      continue;
    }
    if (c == '"') in_quotes = true;
    if (c == '(') ++depth;
    if (c == ')') --depth;
    if (c == ',' && depth == 0) {
      parts.push_back(text.substr(from, i - from));
      from = i + 1;
    }
  }
  parts.push_back(text.substr(from));
  return parts;
}

std::string unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
  std::string out;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '\\' && i + 2 < text.size()) ++i;
    out.push_back(text[i]);
  }
  return out;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

Result<Filter> Filter::parse(std::string_view text) {
  Filter filter;
  if (text.empty()) return filter;
  for (const std::string_view part : split(text)) {
    auto condition = parse_condition(part);
    if (!condition.ok()) return condition.error();
    filter.conditions_.push_back(std::move(condition.value()));
  }
  return filter;
}

Result<Filter::Condition> Filter::parse_condition(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, Op>, 8> kOps{{
      {"eq", Op::eq},
      {"neq", Op::neq},
      {"lt", Op::lt},
      {"lte", Op::lte},
      {"gt", Op::gt},
      {"gte", Op::gte},
      {"in", Op::in},
      {"is", Op::is},
  }};
  const std::size_t equals = text.find('=');
  if (equals == 0 || equals == std::string_view::npos) return Error::bad_filter;
  Condition condition;
  condition.column = text.substr(0, equals);
  text.remove_prefix(equals + 1);
  condition.negated = take_prefix(text, "not.");
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return Error::bad_filter;
  const auto op = std::find_if(kOps.begin(), kOps.end(),
                               [&](const auto& each) { return each.first == text.substr(0, dot); });
  if (op == kOps.end()) return Error::bad_filter;
  condition.op = op->second;
  text.remove_prefix(dot + 1);
  if (condition.op == Op::in) {
    if (text.size() < 2 || text.front() != '(' || text.back() != ')') return Error::bad_filter;
    text = text.substr(1, text.size() - 2);
    if (text.empty()) return condition;  // an empty list, not a list of one empty text
    for (const std::string_view each : split(text)) condition.values.push_back(unquoted(each));
    return condition;
  }
  if (condition.op == Op::is && text != "null" && text != "true" && text != "false") {
    return Error::bad_filter;
  }
  condition.values.push_back(unquoted(text));
  return condition;
}

bool Filter::matches(std::string_view row) const {
  return std::all_of(conditions_.begin(), conditions_.end(),
                     [&](const Condition& each) { return each.holds(row); });
}

bool Filter::Condition::holds(std::string_view row) const {
  const std::string_view value = json::member(row, column).value_or("null");
  if (op == Op::is) return (value == values.front()) != negated;
  // SQL: a comparison with null is neither true nor false, negated or not.
  if (json::kind_of(value) == json::Kind::null) return false;
  const auto order =
      op == Op::in ? std::partial_ordering::equivalent : compare_with_text(value, values.front());
  if (order == std::partial_ordering::unordered) return false;
  const auto equals = [&](const std::string& each) {
    return compare_with_text(value, each) == std::partial_ordering::equivalent;
  };
  bool result = false;
  switch (op) {
    case Op::eq:
      result = order == 0;
      break;
    case Op::neq:
      result = order != 0;
      break;
    case Op::lt:
      result = order < 0;
      break;
    case Op::lte:
      result = order <= 0;
      break;
    case Op::gt:
      result = order > 0;
      break;
    case Op::gte:
      result = order >= 0;
      break;
    case Op::in:
      result = std::any_of(values.begin(), values.end(), equals);
      break;
    case Op::is:
      break;
  }
  return result != negated;
}

}  // namespace tidemark
