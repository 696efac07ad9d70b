// The gate: nothing else in the core looks at bytes that did not pass it.
#include <cstring>

#include "base/ascii.h"
#include "base/json.h"

namespace tidemark::json {
namespace {

// How many bytes the UTF-8 sequence at `p` has; 0 when it is not well-formed (Unicode
// standard, table 3-7).
int utf8_length(const unsigned char* p, std::size_t left) {
  const auto tail = [&](std::size_t i) { return i < left && (p[i] & 0xc0U) == 0x80U; };
  if (p[0] < 0x80U) return 1;
  if (p[0] >= 0xc2U && p[0] <= 0xdfU) return tail(1) ? 2 : 0;
  if (p[0] >= 0xe0U && p[0] <= 0xefU) {
    if (!tail(1) || !tail(2)) return 0;
    if (p[0] == 0xe0U && p[1] < 0xa0U) return 0;
    if (p[0] == 0xedU && p[1] > 0x9fU) return 0;
    return 3;
  }
  if (p[0] >= 0xf0U && p[0] <= 0xf4U) {
    if (!tail(1) || !tail(2) || !tail(3)) return 0;
    if (p[0] == 0xf0U && p[1] < 0x90U) return 0;
    if (p[0] == 0xf4U && p[1] > 0x8fU) return 0;
    return 4;
  }
  return 0;
}

// A recursive-descent check; its depth is bounded by kMaxDepth.
class Validator {
 public:
  explicit Validator(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  Error run() {
    skip_space();
    if (!value(0)) return error_;
    skip_space();
    return at_ == end_ ? Error::none : Error::malformed_json;
  }

 private:
  bool more() const { return at_ < end_; }
  void skip_space() {
    while (more() && is_space(*at_)) ++at_;
  }
  bool take(char c) {
    if (!more() || *at_ != c) return false;
    ++at_;
    return true;
  }
  bool literal(std::string_view word) {
    if (static_cast<std::size_t>(end_ - at_) < word.size()) return false;
    if (std::memcmp(at_, word.data(), word.size()) != 0) return false;
    at_ += word.size();
    return true;
  }

  bool value(int depth) {
    if (!more()) return false;
    switch (*at_) {
      case '{':
        return container(depth, '}', true);
      case '[':
        return container(depth, ']', false);
      case '"':
        return string();
      case 't':
        return literal("true");
      case 'f':
        return literal("false");
      case 'n':
        return literal("null");
      default:
        return number();
    }
  }

  bool container(int depth, char close, bool keyed) {
    if (depth >= kMaxDepth) {
      error_ = Error::too_deep;
      return false;
    }
    ++at_;
    skip_space();
    if (take(close)) return true;
    while (true) {
      skip_space();
      if (keyed) {
        if (!more() || *at_ != '"' || !string()) return false;
        skip_space();
        if (!take(':')) return false;
        skip_space();
      }
      if (!value(depth + 1)) return false;
      skip_space();
      if (take(close)) return true;
      if (!take(',')) return false;
    }
  }

  bool string() {
    ++at_;
    while (more()) {
      const auto c = static_cast<unsigned char>(*at_);
      if (c == '"') {
        ++at_;
        return true;
      }
      if (c < 0x20U) return false;
      if (c == '\\') {
        if (!escape()) return false;
        continue;
      }
      const int length = utf8_length(reinterpret_cast<const unsigned char*>(at_),
                                     static_cast<std::size_t>(end_ - at_));
      if (length == 0) return false;
      at_ += length;
    }
    return false;
  }

  bool escape() {
    if (end_ - at_ < 2) return false;
    const char kind = at_[1];
    at_ += 2;
    if (kind != 'u') return std::string_view("\"\\/bfnrt").find(kind) != std::string_view::npos;
    if (end_ - at_ < 4) return false;
    for (int i = 0; i < 4; ++i) {
      if (hex_value(*at_++) < 0) return false;
    }
    return true;
  }

  bool digits() {
    if (!more() || !is_digit(*at_)) return false;
    while (more() && is_digit(*at_)) ++at_;
    return true;
  }

  bool number() {
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (more() && (*at_ == 'e' || *at_ == 'E')) {
      ++at_;
      if (more() && (*at_ == '+' || *at_ == '-')) ++at_;
      if (!digits()) return false;
    }
    return true;
  }

  const char* at_;
  const char* end_;
  Error error_ = Error::malformed_json;
};

}  // namespace

Error validate(std::string_view text) { return Validator(text).run(); }

}  // namespace tidemark::json
