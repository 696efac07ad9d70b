// The gate: nothing else in the core looks at bytes that did not pass it. Accepts what
// JSON.parse accepts, within kMaxDepth and only as UTF-8.
#include <bitset>
#include <cstring>

#include "base/ascii.h"
#include "base/json.h"
#include "base/scan.h"
#include "base/utf8.h"

namespace tidemark::json {
namespace {

// Each of these steps past something that begins at `p`; null when it is not well-formed.

const char* after_escape(const char* p, const char* end) {
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
const char* after_text(const char* p, const char* end) {
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
const char* after_digits(const char* p, const char* end) {
  if (p == end || !is_digit(*p)) return nullptr;
  do ++p;
  while (p < end && is_digit(*p));
  return p;
}

const char* after_number(const char* p, const char* end) {
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

const char* after_scalar(const char* p, const char* end) {
  switch (*p) {
    case '"':
      return after_text(p + 1, end);
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

// A member's name and colon.
const char* after_key(const char* p, const char* end) {
  if (p == end || *p != '"') return nullptr;
  p = after_text(p + 1, end);
  if (p == nullptr) return nullptr;
  p = scan::after_space(p, end);
  return p < end && *p == ':' ? p + 1 : nullptr;
}

// The containers that are open, one bit each.
class Nesting {
 public:
  bool open(bool is_object) {
    if (depth_ == kMaxDepth) return false;
    outer_[depth_++] = is_object_;
    is_object_ = is_object;
    return true;
  }
  void close() { is_object_ = outer_[--depth_]; }

  bool none() const { return depth_ == 0; }
  bool in_object() const { return is_object_; }
  char closer() const { return is_object_ ? '}' : ']'; }

 private:
  std::size_t depth_ = 0;
  bool is_object_ = false;
  std::bitset<kMaxDepth> outer_;
};

}  // namespace

Error validate(std::string_view text) {
  const char* p = text.data();
  const char* const end = p + text.size();
  Nesting nesting;
  while (true) {
    // A value begins.
    p = scan::after_space(p, end);
    if (p == end) return Error::malformed_json;
    if (*p == '{' || *p == '[') {
      if (!nesting.open(*p == '{')) return Error::too_deep;
      p = scan::after_space(p + 1, end);
      const bool is_empty = p < end && *p == nesting.closer();
      if (!is_empty) {
        if (nesting.in_object()) p = after_key(p, end);
        if (p == nullptr) return Error::malformed_json;
        continue;
      }
    } else {
      p = after_scalar(p, end);
      if (p == nullptr) return Error::malformed_json;
      p = scan::after_space(p, end);
    }
    // A value has ended, or an empty container is about to.
    while (!nesting.none() && p < end && *p == nesting.closer()) {
      nesting.close();
      p = scan::after_space(p + 1, end);
    }
    if (nesting.none()) return p == end ? Error::none : Error::malformed_json;
    if (p == end || *p != ',') return Error::malformed_json;
    ++p;
    if (nesting.in_object()) p = after_key(scan::after_space(p, end), end);
    if (p == nullptr) return Error::malformed_json;
  }
}

}  // namespace tidemark::json
