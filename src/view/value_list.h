// The values of `in.(…)`, sorted by each way in which they can be compared, so that a long
// list costs a few comparisons.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "view/field.h"
#include "view/truth.h"

namespace tidemark {

class ValueList {
 public:
  ValueList(std::vector<std::string> values, Field::As as);

  // Unknown as in SQL: when none is equal, but some cannot be compared.
  Truth holds(std::string_view value) const;

 private:
  Truth holds_text(std::string_view text) const;

  Field::As as_;
  std::vector<std::string> texts_;
  std::vector<std::string> numbers_;
  std::vector<std::int64_t> moments_;
  std::size_t booleans_ = 0;
  bool has_[2] = {false, false};  // false, true
};

}  // namespace tidemark
