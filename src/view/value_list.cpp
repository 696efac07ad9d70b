#include "view/value_list.h"

#include <algorithm>

#include "base/decimal.h"
#include "base/json.h"
#include "base/sort.h"
#include "view/operand.h"

namespace tidemark {
namespace {

bool number_before(std::string_view a, std::string_view b) { return compare_numbers(a, b) < 0; }

}  // namespace

ValueList::ValueList(std::vector<std::string> values, Field::As as)
    : as_(as), texts_(std::move(values)) {
  for (const std::string& each : texts_) {
    const Operand operand(each);
    if (!operand.number.empty()) numbers_.push_back(operand.number);
    if (operand.moment) moments_.push_back(*operand.moment);
    if (!operand.boolean) continue;
    ++booleans_;
    has_[*operand.boolean ? 1 : 0] = true;
  }
  sort_few(texts_.begin(), texts_.end());
  sort_few(numbers_.begin(), numbers_.end(), number_before);
  sort_few(moments_.begin(), moments_.end());
}

Truth ValueList::holds(std::string_view value) const {
  if (texts_.empty()) return Truth::no;
  if (value.empty()) return Truth::unknown;
  // True when found; otherwise known only if every listed value could be compared.
  const auto among = [this](bool found, std::size_t comparable) {
    if (found) return Truth::yes;
    return comparable == texts_.size() ? Truth::no : Truth::unknown;
  };
  if (as_ == Field::As::json) {
    return truth_of(std::any_of(texts_.begin(), texts_.end(), [value](const std::string& each) {
      return compare_json(value, each) == 0;
    }));
  }
  if (as_ == Field::As::text) return holds_text(Text(value).view());
  switch (json::kind_of(value)) {
    case json::Kind::number:
      return among(std::binary_search(numbers_.begin(), numbers_.end(), value, number_before),
                   numbers_.size());
    case json::Kind::string:
      return holds_text(Text(value).view());
    case json::Kind::boolean:
      return among(has_[value == "true" ? 1 : 0], booleans_);
    default:
      return Truth::unknown;
  }
}

Truth ValueList::holds_text(std::string_view text) const {
  if (std::binary_search(texts_.begin(), texts_.end(), text)) return Truth::yes;
  if (as_ == Field::As::text || moments_.empty()) return Truth::no;
  const auto moment = moment_of(text);
  return truth_of(moment && std::binary_search(moments_.begin(), moments_.end(), *moment));
}

}  // namespace tidemark
