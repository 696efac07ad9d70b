// Which rows a query shows: `column=op.value`, joined by commas (docs/protocol.md).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tidemark {

class Filter {
 public:
  // An empty text is the filter that every row passes.
  static Result<Filter> parse(std::string_view text);

  bool matches(std::string_view row) const;
  bool empty() const { return conditions_.empty(); }

 private:
  enum class Op : unsigned char { eq, neq, lt, lte, gt, gte, in, is };

  struct Condition {
    std::string column;
    Op op = Op::eq;
    bool negated = false;
    std::vector<std::string> values;

    bool holds(std::string_view row) const;
  };

  static Result<Condition> parse_condition(std::string_view text);

  std::vector<Condition> conditions_;
};

}  // namespace tidemark
