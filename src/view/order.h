// The order in which a query shows its rows: `column.asc,column.desc`, ties by id. Nulls
// come last in ascending and first in descending order, as in Postgres.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tidemark {

class Order {
 public:
  // An empty text is no order: rows stay as the server sent them, new ones go last.
  static Result<Order> parse(std::string_view text);

  bool empty() const { return columns_.empty(); }

  // Does `a` come before `b`? Each is a row and its key, which breaks ties.
  bool before(std::string_view a, std::string_view a_key, std::string_view b,
              std::string_view b_key) const;

 private:
  struct Column {
    std::string name;
    bool descending = false;
  };
  std::vector<Column> columns_;
};

}  // namespace tidemark
