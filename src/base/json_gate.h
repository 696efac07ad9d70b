// The gate: nothing else in the core looks at bytes that did not pass it. Accepts what
// JSON.parse accepts, within kMaxDepth and only as UTF-8. Whoever wants an object's members
// as well is told them on the way, so that nothing is read twice.
#pragma once

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

// A member's name, which `key` becomes, and its colon.
inline const char* after_key(const char* p, const char* end, std::string_view& key) {
  if (p == end || *p != '"') return nullptr;
  const char* const inner = p + 1;
  p = after_text(inner, end);
  if (p == nullptr) return nullptr;
  key = scan::between(inner, p - 1);
  p = scan::after_space(p, end);
  return p < end && *p == ':' ? p + 1 : nullptr;
}

// The containers that are open, one bit each. The bits are lent, so that the rest can stay in
// registers.
class Nesting {
 public:
  using Bits = std::bitset<kMaxDepth>;
  explicit Nesting(Bits& outer) : outer_(outer) {}

  bool open(bool is_object) {
    if (depth_ == kMaxDepth) return false;
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
  bool is_object_ = false;
  Bits& outer_;
};

}  // namespace gate

// As `validate`. If `text` is an object, `visit` is called with each of its members as it
// ends, in order, and that means something only when all of it turns out to be well-formed.
template <typename Visit>
Error validate_members(std::string_view text, Visit visit) {
  const char* p = text.data();
  const char* const end = p + text.size();
  gate::Nesting::Bits outer;
  gate::Nesting nesting(outer);
  std::string_view key;
  const char* value = nullptr;
  Member outermost;
  while (true) {
    // A value begins.
    p = scan::after_space(p, end);
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
      if (nesting.in_outermost_object()) {
        outermost.value = scan::between(value, p);
        visit(outermost);
      }
      p = scan::after_space(p, end);
    }
    // A value has ended, or an empty container is about to.
    while (!nesting.none() && p < end && *p == nesting.closer()) {
      nesting.close();
      ++p;
      if (nesting.in_outermost_object()) {
        outermost.value = scan::between(value, p);
        visit(outermost);
      }
      p = scan::after_space(p, end);
    }
    if (nesting.none()) return p == end ? Error::none : Error::malformed_json;
    if (p == end || *p != ',') return Error::malformed_json;
    ++p;
    if (nesting.in_object()) p = gate::after_key(scan::after_space(p, end), end, key);
    if (p == nullptr) return Error::malformed_json;
  }
}

}  // namespace tidemark::json
