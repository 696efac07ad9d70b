#include "change/row_patch.h"

#include <algorithm>
#include <vector>

#include "base/json.h"

namespace tidemark {
namespace {

bool is_plain(std::string_view key) {
  // Two keys with escapes may be the same one.
  return key != "__proto__" && key.find('\\') == std::string_view::npos;
}

bool occurs_once(std::string_view object, std::string_view key) {
  int times = 0;
  json::Walker walker(object);
  for (json::Member each; walker.next_member(each);) {
    if (each.key == key) ++times;
    // It could be this key in other letters.
    if (each.key.find('\\') != std::string_view::npos) return false;
  }
  return times == 1;
}

}  // namespace

bool write_row_patch(std::string_view before, std::string_view after, std::string& patch) {
  patch = "{";
  std::vector<std::string_view> changed;
  json::Walker old_members(before);
  json::Walker new_members(after);
  json::Member was;
  json::Member is;
  while (old_members.next_member(was)) {
    if (!new_members.next_member(is) || is.key != was.key) return false;
    if (is.value == was.value) continue;
    if (!is_plain(is.key)) return false;
    if (patch.size() > 1) patch.push_back(',');
    patch.append("\"").append(is.key).append("\":").append(is.value);
    // Its closing brace makes it no shorter than the row.
    if (patch.size() + 1 >= after.size()) return false;
    changed.push_back(is.key);
  }
  // Members that JS would have to add go elsewhere than a parse would put them.
  if (new_members.next_member(is)) return false;
  patch.push_back('}');
  return std::all_of(changed.begin(), changed.end(),
                     [&](std::string_view key) { return occurs_once(after, key); });
}

}  // namespace tidemark
