// What a filter compares with, and how it compares with a row's values: numbers exactly,
// text by its bytes (as with collation "C"), times by the moment they name, false before
// true.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "view/field.h"

namespace tidemark {

// The text of a JSON value, as `->>` gives it: without quotes and escapes. Copies only when
// there are escapes.
class Text {
 public:
  explicit Text(std::string_view value);
  std::string_view view() const { return unescaped_ ? std::string_view(*unescaped_) : raw_; }

 private:
  std::string_view raw_;
  std::optional<std::string> unescaped_;
};

// Microseconds since the epoch, when a text names a moment; a mere date is its midnight, UTC.
std::optional<std::int64_t> moment_of(std::string_view text);

struct Operand {
  explicit Operand(std::string_view written);

  std::string text;
  std::string number;  // in JSON's spelling; empty when the text is no number
  std::optional<std::int64_t> moment{};
  std::optional<bool> boolean{};
};

// unordered when the kinds differ. Not for Field::As::json.
std::partial_ordering compare(std::string_view value, Field::As as, const Operand& operand);

// Two JSON values as Postgres compares jsonb: null, text, numbers, booleans, arrays, objects.
// Equal arrays and equal objects are equivalent, others of the same kind unordered.
std::partial_ordering compare_json(std::string_view a, std::string_view b);

}  // namespace tidemark
