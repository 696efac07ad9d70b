// One comparison of a filter: a field, an operator and what it is compared with.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "view/field.h"
#include "view/like.h"
#include "view/operand.h"
#include "view/regex.h"
#include "view/truth.h"
#include "view/value_list.h"

namespace tidemark {

class Condition {
 public:
  // `column=in.(a,b)`
  static Result<Condition> in(Field field, std::vector<std::string> values);
  // `column=is.null` and its like; `state` as it is written, without quotes.
  static Result<Condition> is(Field field, std::string_view state);
  // Every other operator, with its value unquoted.
  static Result<Condition> parse(Field field, std::string_view op, std::string_view value);

  Truth holds(const Columns::Values& values) const;

 private:
  enum class Comparison : unsigned char { eq, neq, lt, lte, gt, gte, isdistinct };
  enum class State : unsigned char { null, not_null, yes, no };
  struct Compare {
    Comparison op;
    Operand operand;
  };
  using Test = std::variant<Compare, State, ValueList, LikePattern, Regex>;

  Condition(Field field, Test test) : field_(std::move(field)), test_(std::move(test)) {}

  Truth test(const Compare& compare, std::string_view value) const;
  Truth test(const ValueList& list, std::string_view value) const;
  Truth test(const LikePattern& pattern, std::string_view value) const;
  Truth test(const Regex& regex, std::string_view value) const;
  static Truth test(State state, std::string_view value);
  bool has_text(std::string_view value) const;

  Field field_;
  Test test_;
};

}  // namespace tidemark
