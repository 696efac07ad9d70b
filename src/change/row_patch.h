// What JS has to set on a copy of a row's object to get the row as it is now.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tidemark {

class RowPatch {
 public:
  // Writes an object of the members of `after` that are not in `before` with the same bytes.
  // False when only the whole row will do, or when that is no longer: a member is new, gone
  // or stands elsewhere, a key occurs twice (the last one counts, and may be the one that did
  // not change), or `__proto__` changed, which is not safe to set on an object. Both must be
  // objects.
  bool write(std::string_view before, std::string_view after);

  std::string_view text() const { return text_; }
  bool empty() const { return text_ == "{}"; }

 private:
  bool changed_keys_are_plain() const;

  // Kept for the next row, which has as many members.
  std::string text_;
  std::vector<std::string_view> keys_;
  std::vector<std::size_t> changed_;  // their places in `keys_`
};

}  // namespace tidemark
