// The gate: nothing else in the core looks at bytes that did not pass it. Accepts what
// JSON.parse accepts, within kMaxDepth and only as UTF-8. Whoever wants an object's members
// as well is told them on the way, so that nothing is read twice.
#pragma once

#include <algorithm>
#include <bitset>
#include <cstring>

#include "base/ascii.h"
#include "base/json.h"
#include "base/scan.h"
#include "base/utf8.h"

namespace tidemark::json {
namespace gate {

// Each of these steps past something that begins at `p`; null when it is not well-formed.

inline const char* after_escape(const char* p, const char* end) {
  if (end - p < 2) return nullptr;
  if (p[1] != 'u') {
    const bool known = std::string_view("\"\\/bfnrt").find(p[1]) != std::string_view::npos;
    return known ? p + 2 : nullptr;
  }
  if (end - p < 6) return nullptr;
  for (int i = 2; i < 6; ++i) {
    if (hex_value(p[i]) < 0) return nullptr;
  }
  return p + 6;
}

// `p` is behind the opening quote.
inline const char* after_text(const char* p, const char* end) {
  while (true) {
    p = scan::find_end_of_plain(p, end);
    if (p == end) return nullptr;
    const auto byte = static_cast<unsigned char>(*p);
    if (byte == '"') return p + 1;
    if (byte < 0x20U) return nullptr;
    p = byte == '\\' ? after_escape(p, end) : utf8::after_run(p, end);
    if (p == nullptr) return nullptr;
  }
}

// At least one.
inline const char* after_digits(const char* p, const char* end) {
  if (p == end || !is_digit(*p)) return nullptr;
  do ++p;
  while (p < end && is_digit(*p));
  return p;
}

inline const char* after_number(const char* p, const char* end) {
  if (*p == '-') ++p;
  p = p < end && *p == '0' ? p + 1 : after_digits(p, end);
  if (p != nullptr && p < end && *p == '.') p = after_digits(p + 1, end);
  if (p != nullptr && p < end && (*p == 'e' || *p == 'E')) {
    ++p;
    if (p < end && (*p == '+' || *p == '-')) ++p;
    p = after_digits(p, end);
  }
  return p;
}

template <std::size_t size>
const char* after_literal(const char* p, const char* end, const char (&word)[size]) {
  constexpr std::ptrdiff_t kLength = size - 1;
  const bool is_there = end - p >= kLength && std::memcmp(p, word, kLength) == 0;
  return is_there ? p + kLength : nullptr;
}

inline const char* after_scalar(const char* p, const char* end) {
  // Most are.
  if (*p == '"') return after_text(p + 1, end);
  switch (*p) {
    case 't':
      return after_literal(p, end, "true");
    case 'f':
      return after_literal(p, end, "false");
    case 'n':
      return after_literal(p, end, "null");
    default:
      return after_number(p, end);
  }
}

// A member's name, which `key` becomes, its colon, and the space after that.
inline const char* after_key(const char* p, const char* end, std::string_view& key) {
  if (p == end || *p != '"') return nullptr;
  const char* const inner = p + 1;
  p = after_text(inner, end);
  if (p == nullptr) return nullptr;
  key = scan::between(inner, p - 1);
  p = scan::after_space(p, end);
  return p < end && *p == ':' ? scan::after_space(p + 1, end) : nullptr;
}

// The containers that are open, one bit each. The bits are lent, so that the rest can stay in
// registers.
class Nesting {
 public:
  using Bits = std::bitset<kMaxDepth>;
  // `depth`: of what all this is in.
  Nesting(Bits& outer, int depth)
      : most_(static_cast<std::size_t>(std::max(0, kMaxDepth - depth))), outer_(outer) {}

  bool open(bool is_object) {
    if (depth_ == most_) return false;
    outer_[depth_++] = is_object_;
    is_object_ = is_object;
    return true;
  }
  void close() { is_object_ = outer_[--depth_]; }

  bool none() const { return depth_ == 0; }
  bool in_outermost_object() const { return depth_ == 1 && is_object_; }
  bool in_object() const { return is_object_; }
  char closer() const { return is_object_ ? '}' : ']'; }

 private:
  std::size_t depth_ = 0;
  std::size_t most_;
  bool is_object_ = false;
  Bits& outer_;
};

}  // namespace gate

// Steps past the value that begins at `at`, which `depth` containers are around. If it is an
// object, `visit` is called with each of its members as it ends, in order; that means something
// only when the whole value turns out to be well-formed.
template <typename Visit>
Error read_value(const char*& at, const char* end, int depth, Visit visit) {
  const char* p = at;
  gate::Nesting::Bits outer;
  gate::Nesting nesting(outer, depth);
  std::string_view key;
  const char* value = nullptr;
  Member outermost;
  const auto end_value = [&] {
    if (!nesting.in_outermost_object()) return;
    outermost.value = scan::between(value, p);
    visit(outermost);
  };
  while (true) {
    if (p == end) return Error::malformed_json;
    if (nesting.in_outermost_object()) {
      outermost.key = key;
      value = p;
    }
    if (*p == '{' || *p == '[') {
      if (!nesting.open(*p == '{')) return Error::too_deep;
      p = scan::after_space(p + 1, end);
      const bool is_empty = p < end && *p == nesting.closer();
      if (!is_empty) {
        if (nesting.in_object()) p = gate::after_key(p, end, key);
        if (p == nullptr) return Error::malformed_json;
        continue;
      }
    } else {
      p = gate::after_scalar(p, end);
      if (p == nullptr) return Error::malformed_json;
      if (nesting.none()) {
        at = p;
        return Error::none;
      }
      end_value();
      p = scan::after_space(p, end);
    }
    // A value has ended, or an empty container is about to.
    while (p < end && *p == nesting.closer()) {
      nesting.close();
      ++p;
      if (nesting.none()) {
        at = p;
        return Error::none;
      }
      end_value();
      p = scan::after_space(p, end);
    }
    if (p == end || *p != ',') return Error::malformed_json;
    p = scan::after_space(p + 1, end);
    if (nesting.in_object()) p = gate::after_key(p, end, key);
    if (p == nullptr) return Error::malformed_json;
  }
}

// As `validate`, and tells the members as read_value does.
template <typename Visit>
Error validate_members(std::string_view text, Visit visit) {
  const char* const end = text.data() + text.size();
  const char* p = scan::after_space(text.data(), end);
  if (const Error error = read_value(p, end, 0, visit); error != Error::none) return error;
  return scan::after_space(p, end) == end ? Error::none : Error::malformed_json;
}

}  // namespace tidemark::json
