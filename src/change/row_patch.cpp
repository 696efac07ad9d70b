#include "change/row_patch.h"

#include <algorithm>

#include "base/json.h"
#include "base/scan.h"

namespace tidemark {

bool RowPatch::write(std::string_view before, std::string_view after) {
  text_ = "{";
  keys_.clear();
  changed_.clear();
  json::Walker old_members(before);
  json::Walker new_members(after);
  json::Member was;
  json::Member is;
  while (old_members.next_member(was)) {
    keys_.push_back(was.key);
    if (new_members.skip_same(was)) continue;
    if (!new_members.next_member(is) || !scan::same_text(is.key, was.key)) return false;
    if (scan::same_text(is.value, was.value)) continue;
    changed_.push_back(keys_.size() - 1);
    if (text_.size() > 1) text_.push_back(',');
    text_.append("\"").append(is.key).append("\":").append(is.value);
    // Its closing brace makes it no shorter than the row.
    if (text_.size() + 1 >= after.size()) return false;
  }
  // Members that JS would have to add go elsewhere than a parse would put them.
  if (new_members.next_member(is)) return false;
  text_.push_back('}');
  return changed_.empty() || changed_keys_are_plain();
}

bool RowPatch::changed_keys_are_plain() const {
  // Two keys with escapes may be the same one.
  const bool has_escapes = std::any_of(keys_.begin(), keys_.end(),
                                       [](std::string_view key) { return scan::has_escape(key); });
  return !has_escapes && std::all_of(changed_.begin(), changed_.end(), [this](std::size_t at) {
    const std::string_view key = keys_[at];
    const auto is_same = [key](std::string_view other) { return scan::same_text(other, key); };
    return key != "__proto__" && std::count_if(keys_.begin(), keys_.end(), is_same) == 1;
  });
}

}  // namespace tidemark
