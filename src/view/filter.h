// Which rows a query shows, in PostgREST's language (docs/protocol.md, "Filters"):
// `city=eq.Lahore,or=(hours.gt.10,not.and(skills.is.null,level.in.(1,2)))`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "view/condition.h"
#include "view/field.h"
#include "view/truth.h"

namespace tidemark {

class Filter {
 public:
  // Beyond these a filter is refused, because each row pays for each condition.
  static constexpr std::size_t kMaxLength = 16'384;
  static constexpr std::size_t kMaxConditions = 100;
  static constexpr std::size_t kMaxValues = 1'000;  // of all lists together
  static constexpr int kMaxDepth = 16;

  // An empty text is the filter that every row passes.
  static Result<Filter> parse(std::string_view text);

  // As in SQL, a row of which it is unknown does not match.
  bool matches(std::string_view row) const;
  // Of a row that was read already.
  bool matches(const Columns::Values& values) const;
  const Columns& columns() const { return columns_; }
  bool empty() const { return conditions_.empty(); }

  // Of what the text lists, each condition that stands by itself, in no `and` and no `or`.
  struct Term {
    std::string text;    // `budget=not.gt.5`
    std::string column;  // as written, with arrows and quotes
    std::string op;      // without `not.`
  };
  const std::vector<Term>& terms() const { return terms_; }

 private:
  friend class FilterParser;

  // The tree in prefix order; the first node requires all that the text lists.
  struct Node {
    enum class Kind : unsigned char { condition, all, any };
    Kind kind = Kind::all;
    bool negated = false;
    std::uint32_t end = 0;        // where the nodes after this one and its children begin
    std::uint32_t condition = 0;  // which one
  };

  Truth holds(std::uint32_t node, const Columns::Values& values) const;

  Columns columns_;
  std::vector<Condition> conditions_;
  std::vector<Node> nodes_;
  std::vector<Term> terms_;
};

}  // namespace tidemark
