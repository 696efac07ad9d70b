// The order in which a query shows its rows, in PostgREST's language:
// `budget.desc.nullslast,name`; ties by id. Without a word on nulls they come last in
// ascending and first in descending order, as in Postgres.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "view/field.h"

namespace tidemark {

class Order {
 public:
  // An empty text is no order: rows stay as the server sent them, new ones go last.
  static Result<Order> parse(std::string_view text);

  bool empty() const { return terms_.empty(); }

  // Writes the row's sort key (see sort_key.h) to `key`. `id` is the row's key as
  // Entity::key_of makes it; it breaks ties.
  void write_key(std::string_view row, std::string_view id, std::string& key) const;

 private:
  struct Term {
    Field field;
    bool descending = false;
    bool nulls_first = false;
  };

  static bool parse_term(std::string_view& text, Order& order);

  Columns columns_;
  std::vector<Term> terms_;
};

}  // namespace tidemark
