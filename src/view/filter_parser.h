// Reads the text of a filter into its tree.
#pragma once

#include <string>
#include <string_view>

#include "view/filter.h"

namespace tidemark {

// What is listed at the top reads `column=operator.value` and may contain what follows in
// parentheses; inside of those, `column.operator.value`. A value ends at the next comma
// (inside, also at the closing parenthesis), unless it stands in quotes.
class FilterParser {
 public:
  explicit FilterParser(std::string_view text) : left_(text) {}

  bool parse(Filter& filter);

 private:
  using Kind = Filter::Node::Kind;

  bool listed();
  bool nested(int depth);
  bool group(Kind kind, bool negated, int depth);
  bool condition(char after_field);
  void note_term(std::string_view text);
  bool operation(Field field);
  bool list(Field field);
  bool keep(Result<Condition> condition);
  std::optional<std::string> value();
  std::string_view word();

  bool take(std::string_view prefix);
  void skip_spaces();
  std::uint32_t open(Kind kind, bool negated);

  std::string_view left_;
  Filter* filter_ = nullptr;
  std::string_view ends_ = ",";  // what a value ends at
  std::size_t values_ = 0;
};

}  // namespace tidemark
