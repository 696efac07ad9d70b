#include "view/field.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/json.h"

namespace tidemark {
namespace {

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::optional<std::string> take_name(std::string_view& text, char stop) {
  if (text.starts_with('"')) return take_quoted(text);
  const auto ends = [&](std::size_t i) {
    const char c = text[i];
    return c == stop || c == ',' || c == '(' || c == ')' || c == '"' ||
           text.substr(i).starts_with("->");
  };
  std::size_t size = 0;
  while (size < text.size() && !ends(size)) ++size;
  if (size == 0) return std::nullopt;
  std::string name(text.substr(0, size));
  text.remove_prefix(size);
  return name;
}

std::optional<std::int64_t> index_of(std::string_view name) {
  const bool from_end = take_prefix(name, "-");
  if (name.empty() || name.size() > 9 || !std::all_of(name.begin(), name.end(), json::is_digit)) {
    return std::nullopt;
  }
  std::int64_t index = 0;
  for (const char c : name) index = index * 10 + (c - '0');
  return from_end ? -index : index;
}

// As in SQL: a name looks into objects only, a number into arrays only, and a negative one
// counts from the end. Postgres keeps a lone scalar as an array of one.
std::string_view follow(std::string_view value, const Field::Step& step) {
  const json::Kind kind = json::kind_of(value);
  if (!step.index) {
    return kind == json::Kind::object ? json::member(value, step.name).value_or("") : "";
  }
  if (kind == json::Kind::object) return "";
  if (kind != json::Kind::array) return *step.index == 0 || *step.index == -1 ? value : "";
  const auto element = [value](std::int64_t index) {
    json::Walker walker(value);
    std::string_view each;
    for (std::int64_t i = 0; walker.next_element(each); ++i) {
      if (i == index) return each;
    }
    return std::string_view();
  };
  if (*step.index >= 0) return element(*step.index);
  std::int64_t size = 0;
  json::Walker walker(value);
  for (std::string_view each; walker.next_element(each);) ++size;
  return element(size + *step.index);
}

}  // namespace

std::optional<std::size_t> Columns::add(std::string_view name) {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found != names_.end()) return static_cast<std::size_t>(found - names_.begin());
  if (names_.size() == kMost) return std::nullopt;
  names_.emplace_back(name);
  return names_.size() - 1;
}

void Columns::read(std::string_view row, Values& values) const {
  std::fill_n(values.begin(), names_.size(), std::string_view());
  const auto take = [&](std::string_view key, std::string_view value) {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (names_[i] == key) values[i] = value;
    }
  };
  json::Walker walker(row);
  for (json::Member each; walker.next_member(each);) {
    const bool is_escaped = each.key.find('\\') != std::string_view::npos;
    if (is_escaped)
      take(json::unescape(each.key), each.value);
    else
      take(each.key, each.value);
  }
}

std::string_view Field::in(const Columns::Values& values) const {
  const auto is_null = [](std::string_view value) {
    return value.empty() || json::kind_of(value) == json::Kind::null;
  };
  std::string_view value = values[column];
  // A row does not tell SQL's null from JSON's in a column; the former is meant.
  if (is_null(value)) return {};
  for (const Step& step : path) {
    value = follow(value, step);
    if (value.empty()) return value;
  }
  // What `->` gives may be JSON's null, which is a value to SQL.
  return is_null(value) && as != As::json ? std::string_view() : value;
}

std::optional<Field> take_field(std::string_view& text, char stop, Columns& columns) {
  Field field;
  const auto name = take_name(text, stop);
  if (!name || name->empty()) return std::nullopt;
  while (text.starts_with("->") && field.as != Field::As::text) {
    text.remove_prefix(2);
    field.as = take_prefix(text, ">") ? Field::As::text : Field::As::json;
    const bool is_quoted = text.starts_with('"');
    const auto step = take_name(text, stop);
    if (!step) return std::nullopt;
    field.path.push_back({*step, is_quoted ? std::nullopt : index_of(*step)});
  }
  const auto column = columns.add(*name);
  if (!column) return std::nullopt;
  field.column = *column;
  return field;
}

std::optional<std::string> take_quoted(std::string_view& text) {
  std::string out;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return out;
    }
    if (text[i] == '\\' && ++i == text.size()) return std::nullopt;
    out.push_back(text[i]);
  }
  return std::nullopt;
}

}  // namespace tidemark
