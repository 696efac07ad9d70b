// JSON as bytes. Rows stay the text that the server sent: nothing here builds a tree, so
// digits, member order and escapes survive. `validate` must have accepted a text before
// any of the other functions may walk it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/types.h"

namespace tidemark::json {

inline constexpr int kMaxDepth = 512;

// Is `text` one JSON value (RFC 8259, valid UTF-8, white space around it allowed)?
Error validate(std::string_view text);
// The same of the value that `text` begins with, whatever comes after it: that is what `value`
// becomes. `depth` containers are around it.
Error validate_first(std::string_view text, int depth, std::string_view& value);

enum class Kind : std::uint8_t { null, boolean, number, string, array, object };
inline Kind kind_of(std::string_view value) {
  switch (value.front()) {
    case '{':
      return Kind::object;
    case '[':
      return Kind::array;
    case '"':
      return Kind::string;
    case 't':
    case 'f':
      return Kind::boolean;
    case 'n':
      return Kind::null;
    default:
      return Kind::number;
  }
}

struct Member {
  std::string_view key;  // as written between its quotes
  std::string_view value;
};

// Walks the members of an object, or the elements of an array, in order.
class Walker {
 public:
  explicit Walker(std::string_view container);
  bool next_member(Member& member);
  bool next_element(std::string_view& element);
  // Steps over the next member when it is written just as `other`, a member of another object.
  bool skip_same(const Member& other);

 private:
  bool step_to_next(char closer);

  const char* at_;
  const char* end_;
};

// The value of `name`, the last one if it is repeated (as JSON.parse has it).
std::optional<std::string_view> member(std::string_view object, std::string_view name);

// Is `name` what a key means, as Member gives it?
bool is_key(std::string_view key, std::string_view name);

// Without the white space around it.
std::string_view trimmed(std::string_view text);

// Follows a dotted path of members; an empty path is the value itself.
std::optional<std::string_view> at_path(std::string_view value, std::string_view path);

// The text of a string value, escapes resolved. A lone surrogate becomes its three-byte
// form, so that different strings stay different.
std::string string_of(std::string_view string_value);

// Same, for a key as Member gives it.
std::string unescape(std::string_view inner);

// The text of a key, or of a string without its quotes: `inner` itself when it has no
// escape, else made in `room`, which has to live as long as what is returned.
std::string_view meaning(std::string_view inner, std::string& room);

// Members of `patch` replace or extend those of `object`; other bytes are kept.
std::string merged(std::string_view object, std::string_view patch);

// Do two values mean the same: member order, white space, escapes and number spelling aside?
// Of repeated members the last counts. Numbers are compared exactly, and 0 equals -0, as
// JavaScript's === has it. Text that would take too long to compare, as only objects nested
// in many levels of repeated or reordered members do, is called different: one update too
// many, never one too few.
bool equal(std::string_view a, std::string_view b);

void append_quoted(std::string& out, std::string_view text);
std::string quoted(std::string_view text);

// "2026-11-23T09:45:15.123Z"
std::string iso_time(Millis at);

}  // namespace tidemark::json
