#include "poll/envelope.h"

#include <string>

#include "base/json.h"
#include "base/scan.h"

namespace tidemark::poll {
namespace {

// The value of the first member called `name` of the object at `at`; none when there is
// none, or when this does not look like an object.
const char* find_member(const char* at, const char* end, std::string_view name) {
  if (at == end || *at != '{') return nullptr;
  while (true) {
    const char* const key = scan::after_space(at + 1, end);
    if (key == end || *key != '"') return nullptr;
    const char* const key_end = scan::after_string(key, end);
    at = scan::after_space(key_end, end);
    if (at == end || *at != ':') return nullptr;
    at = scan::after_space(at + 1, end);
    if (scan::between(key + 1, key_end - 1) == name) return at;
    at = scan::after_space(scan::after_value(at, end), end);
    if (at == end || *at != ',') return nullptr;
  }
}

}  // namespace

ListStart find_list(std::string_view body, std::string_view path) {
  const char* end = body.data() + body.size();
  const char* at = scan::after_space(body.data(), end);
  int depth = 0;
  while (!path.empty()) {
    const std::size_t dot = path.find('.');
    at = find_member(at, end, path.substr(0, dot));
    if (at == nullptr) return {};
    ++depth;
    if (dot == std::string_view::npos) break;
    path.remove_prefix(dot + 1);
  }
  if (at == end || *at != '[') return {};
  return {at, depth};
}

bool is_envelope(std::string_view head, std::string_view tail, std::string_view path) {
  // One value stands where another may stand, so an empty list does for the one that was read.
  std::string envelope(head);
  envelope.append("[]").append(tail);
  if (json::validate(envelope) != Error::none) return false;
  // Of two members with the same name the last counts.
  const auto list = json::at_path(envelope, path);
  return list && list->data() == envelope.data() + head.size();
}

}  // namespace tidemark::poll
