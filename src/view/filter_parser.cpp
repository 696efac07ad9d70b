#include "view/filter_parser.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace tidemark {

Result<Filter> Filter::parse(std::string_view text) {
  Filter filter;
  if (text.empty()) return filter;
  const bool read = text.size() <= kMaxLength && FilterParser(text).parse(filter);
  if (!read) return Error::bad_filter;
  return filter;
}

bool FilterParser::parse(Filter& filter) {
  filter_ = &filter;
  const std::uint32_t all = open(Kind::all, false);
  do {
    if (!listed()) return false;
  } while (take(","));
  filter.nodes_[all].end = static_cast<std::uint32_t>(filter.nodes_.size());
  return left_.empty();
}

bool FilterParser::listed() {
  const std::string_view before = left_;
  const bool negated = take("not.");
  if (take("and=(")) return group(Kind::all, negated, 1);
  if (take("or=(")) return group(Kind::any, negated, 1);
  left_ = before;
  ends_ = ",";
  if (!condition('=')) return false;
  note_term(before.substr(0, before.size() - left_.size()));
  return true;
}

void FilterParser::note_term(std::string_view text) {
  const std::size_t equals = text.find('=', text.starts_with('"') ? text.find('"', 1) : 0);
  std::string_view op = text.substr(equals + 1);
  if (op.starts_with("not.")) op.remove_prefix(4);
  op = op.substr(0, op.find('.'));
  filter_->terms_.push_back(
      {std::string(text), std::string(text.substr(0, equals)), std::string(op)});
}

// After the opening parenthesis.
bool FilterParser::group(Kind kind, bool negated, int depth) {
  if (depth > Filter::kMaxDepth) return false;
  const std::uint32_t node = open(kind, negated);
  do {
    skip_spaces();
    if (!nested(depth)) return false;
    skip_spaces();
  } while (take(","));
  filter_->nodes_[node].end = static_cast<std::uint32_t>(filter_->nodes_.size());
  return take(")");
}

bool FilterParser::nested(int depth) {
  const std::string_view before = left_;
  const bool negated = take("not.");
  if (take("and(")) return group(Kind::all, negated, depth + 1);
  if (take("or(")) return group(Kind::any, negated, depth + 1);
  left_ = before;
  ends_ = ",)";
  return condition('.');
}

bool FilterParser::condition(char after_field) {
  auto field = take_field(left_, after_field, filter_->columns_);
  if (!field || !left_.starts_with(after_field)) return false;
  left_.remove_prefix(1);
  const std::uint32_t node = open(Kind::condition, take("not."));
  filter_->nodes_[node].condition = static_cast<std::uint32_t>(filter_->conditions_.size());
  filter_->nodes_[node].end = node + 1;
  return operation(std::move(*field));
}

bool FilterParser::operation(Field field) {
  if (filter_->conditions_.size() == Filter::kMaxConditions) return false;
  const std::size_t dot = left_.find('.');
  if (dot == std::string_view::npos) return false;
  const std::string_view name = left_.substr(0, dot);
  left_.remove_prefix(dot + 1);
  if (name == "in") return list(std::move(field));
  if (name == "is") return keep(Condition::is(std::move(field), word()));
  const auto operand = value();
  return operand && keep(Condition::parse(std::move(field), name, *operand));
}

bool FilterParser::list(Field field) {
  if (!take("(")) return false;
  std::vector<std::string> values;
  const std::string_view ends = std::exchange(ends_, ",)");
  if (!left_.starts_with(')')) {
    do {
      auto each = value();
      if (!each || ++values_ > Filter::kMaxValues) return false;
      values.push_back(std::move(*each));
    } while (take(","));
  }
  ends_ = ends;
  return take(")") && keep(Condition::in(std::move(field), std::move(values)));
}

bool FilterParser::keep(Result<Condition> condition) {
  if (!condition.ok()) return false;
  filter_->conditions_.push_back(std::move(condition.value()));
  return true;
}

// Whatever stands before the value's end, or in quotes; none when a quote does not end, or
// something follows it.
std::optional<std::string> FilterParser::value() {
  if (!left_.starts_with('"')) return std::string(word());
  auto quoted = take_quoted(left_);
  const bool ended = left_.empty() || ends_.find(left_.front()) != std::string_view::npos;
  return ended ? quoted : std::nullopt;
}

std::string_view FilterParser::word() {
  const std::string_view word = left_.substr(0, left_.find_first_of(ends_));
  left_.remove_prefix(word.size());
  return word;
}

bool FilterParser::take(std::string_view prefix) {
  if (!left_.starts_with(prefix)) return false;
  left_.remove_prefix(prefix.size());
  return true;
}

void FilterParser::skip_spaces() {
  while (take(" ")) {
  }
}

std::uint32_t FilterParser::open(Kind kind, bool negated) {
  filter_->nodes_.push_back({kind, negated, 0, 0});
  return static_cast<std::uint32_t>(filter_->nodes_.size() - 1);
}

}  // namespace tidemark
