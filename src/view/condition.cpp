#include "view/condition.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/json.h"

namespace tidemark {
namespace {

template <typename T, std::size_t N>
const T* find(const std::array<std::pair<std::string_view, T>, N>& table, std::string_view name) {
  const auto found = std::find_if(table.begin(), table.end(),
                                  [name](const auto& each) { return each.first == name; });
  return found == table.end() ? nullptr : &found->second;
}

// What `->` gives compares with JSON only.
bool is_json(std::string_view text) {
  return json::validate(text) == Error::none && json::at_path(text, "") == text;
}

bool is_scalar(std::string_view value) {
  const json::Kind kind = json::kind_of(value);
  return kind != json::Kind::array && kind != json::Kind::object;
}

}  // namespace

Result<Condition> Condition::in(Field field, std::vector<std::string> values) {
  const bool comparable =
      field.as != Field::As::json || std::all_of(values.begin(), values.end(), is_json);
  if (!comparable) return Error::bad_filter;
  const Field::As as = field.as;
  return Condition(std::move(field), ValueList(std::move(values), as));
}

Result<Condition> Condition::is(Field field, std::string_view state) {
  constexpr std::array<std::pair<std::string_view, State>, 5> kStates{{
      {"null", State::null},
      {"unknown", State::null},
      {"not_null", State::not_null},
      {"true", State::yes},
      {"false", State::no},
  }};
  const State* found = find(kStates, state);
  if (found == nullptr) return Error::bad_filter;
  // Only a boolean column is true or false.
  const bool needs_boolean = *found == State::yes || *found == State::no;
  if (needs_boolean && field.as != Field::As::column) return Error::bad_filter;
  return Condition(std::move(field), *found);
}

Result<Condition> Condition::parse(Field field, std::string_view op, std::string_view value) {
  constexpr std::array<std::pair<std::string_view, Comparison>, 7> kComparisons{{
      {"eq", Comparison::eq},
      {"neq", Comparison::neq},
      {"lt", Comparison::lt},
      {"lte", Comparison::lte},
      {"gt", Comparison::gt},
      {"gte", Comparison::gte},
      {"isdistinct", Comparison::isdistinct},
  }};
  if (const Comparison* comparison = find(kComparisons, op)) {
    if (field.as == Field::As::json && !is_json(value)) return Error::bad_filter;
    const bool needs_order = *comparison == Comparison::lt || *comparison == Comparison::lte ||
                             *comparison == Comparison::gt || *comparison == Comparison::gte;
    // Whatever the row holds compares with a scalar.
    if (field.as == Field::As::json && needs_order && !is_scalar(value)) return Error::bad_filter;
    return Condition(std::move(field), Compare{*comparison, Operand(value)});
  }
  const bool ignore_case = op.starts_with('i');
  if (ignore_case) op.remove_prefix(1);
  // jsonb is not text to SQL.
  if (field.as == Field::As::json) return Error::bad_filter;
  if (op == "like") {
    auto pattern = LikePattern::parse(value, ignore_case);
    if (!pattern.ok()) return pattern.error();
    return Condition(std::move(field), std::move(pattern.value()));
  }
  if (op == "match") {
    auto regex = Regex::parse(value, ignore_case);
    if (!regex.ok()) return regex.error();
    return Condition(std::move(field), std::move(regex.value()));
  }
  return Error::bad_filter;
}

Truth Condition::holds(const Columns::Values& values) const {
  const std::string_view value = field_.in(values);
  return std::visit([&](const auto& each) { return test(each, value); }, test_);
}

Truth Condition::test(const Compare& each, std::string_view value) const {
  if (value.empty()) {
    return each.op == Comparison::isdistinct ? Truth::yes : Truth::unknown;
  }
  const auto order = field_.as == Field::As::json ? compare_json(value, each.operand.text)
                                                  : compare(value, field_.as, each.operand);
  // Arrays and objects that differ are different, though neither comes first.
  const bool can_differ = field_.as == Field::As::json || each.op == Comparison::isdistinct;
  if (order == std::partial_ordering::unordered && !can_differ) return Truth::unknown;
  switch (each.op) {
    case Comparison::eq:
      return truth_of(order == 0);
    case Comparison::lt:
      return truth_of(order < 0);
    case Comparison::lte:
      return truth_of(order <= 0);
    case Comparison::gt:
      return truth_of(order > 0);
    case Comparison::gte:
      return truth_of(order >= 0);
    case Comparison::neq:
    case Comparison::isdistinct:
      break;
  }
  return truth_of(order != 0);
}

Truth Condition::test(State state, std::string_view value) {
  switch (state) {
    case State::null:
      return truth_of(value.empty());
    case State::not_null:
      return truth_of(!value.empty());
    case State::yes:
      return truth_of(value == "true");
    case State::no:
      return truth_of(value == "false");
  }
  return Truth::unknown;
}

Truth Condition::test(const ValueList& list, std::string_view value) const {
  return list.holds(value);
}

bool Condition::has_text(std::string_view value) const {
  if (value.empty()) return false;
  return field_.as == Field::As::text || json::kind_of(value) == json::Kind::string;
}

Truth Condition::test(const LikePattern& pattern, std::string_view value) const {
  if (!has_text(value)) return Truth::unknown;
  return truth_of(pattern.matches(Text(value).view()));
}

Truth Condition::test(const Regex& regex, std::string_view value) const {
  if (!has_text(value)) return Truth::unknown;
  return truth_of(regex.matches(Text(value).view()));
}

}  // namespace tidemark
