// Finding the end of things in JSON text, many bytes at a time. Everything here stays
// between `p` and `end`, whatever the bytes are; only on text that json::validate accepted
// do the answers mean something.
//
// Quotes and brackets are told apart as in Langdale and Lemire, "Parsing gigabytes of JSON
// per second" (2019): a prefix xor over the quotes marks what lies inside strings.
#pragma once

#include <bit>
#include <cstring>
#include <functional>
#include <string_view>

#include "base/ascii.h"
#include "base/lanes.h"

namespace tidemark::scan {

inline std::string_view between(const char* from, const char* to) {
  return {from, static_cast<std::size_t>(to - from)};
}

// The first byte that `matches`, or `end`.
template <typename Wide = simd::Lanes, typename Matches>
const char* find(const char* p, const char* end, Matches matches) {
  for (; end - p >= Wide::kSize; p += Wide::kSize) {
    const std::uint32_t found = matches(Wide::load(p)).mask();
    if (found != 0) return p + std::countr_zero(found);
  }
  if constexpr (Wide::kSize > 1) return find<simd::Lane>(p, end, matches);
  return end;
}

template <typename Wide = simd::Lanes>
const char* find_quote_or_backslash(const char* p, const char* end) {
  return find<Wide>(p, end, [](auto bytes) { return (bytes == '"') | (bytes == '\\'); });
}

// What plain text in a string ends at: a quote, a backslash, a control character, or the
// first byte of what is not ASCII (negative, as all bytes from 0x80 on).
template <typename Wide = simd::Lanes>
const char* find_end_of_plain(const char* p, const char* end) {
  return find<Wide>(p, end,
                    [](auto bytes) { return (bytes == '"') | (bytes == '\\') | (bytes < ' '); });
}

// The white space of indentation is long, that after a comma is short, and mostly there is
// none. Counts on the first byte, so it is worth inlining.
inline const char* after_space(const char* p, const char* end) {
  if (p >= end || *p > ' ' || !json::is_space(*p)) return p;
  ++p;
  if (p >= end || !json::is_space(*p)) return p;
  for (; end - p >= simd::Lanes::kSize; p += simd::Lanes::kSize) {
    const auto bytes = simd::Lanes::load(p);
    const std::uint32_t spaces =
        ((bytes == ' ') | (bytes == '\n') | (bytes == '\r') | (bytes == '\t')).mask();
    constexpr std::uint32_t kAll = (1U << simd::Lanes::kSize) - 1U;
    if (spaces != kAll) return p + std::countr_one(spaces);
  }
  while (p < end && json::is_space(*p)) ++p;
  return p;
}

// `p` is at the opening quote.
template <typename Wide = simd::Lanes>
const char* after_string(const char* p, const char* end) {
  p = find_quote_or_backslash<Wide>(p + 1, end);
  while (p < end && *p == '\\') {
    p = end - p > 1 ? find_quote_or_backslash<Wide>(p + 2, end) : end;
  }
  return p < end ? p + 1 : end;
}

// A number, true, false or null.
inline const char* after_word(const char* p, const char* end) {
  while (p < end && *p != ',' && *p != '}' && *p != ']' && !json::is_space(*p)) ++p;
  return p;
}

// Scans for the bracket that closes a container.
class Brackets {
 public:
  explicit Brackets(int open) : open_(open) {}

  template <typename Wide = simd::Lanes>
  const char* after_last(const char* p, const char* end) {
    for (; end - p >= Wide::kSize; p += Wide::kSize) {
      const int closes = step<Wide>(p);
      if (closes >= 0) return p + closes + 1;
    }
    if constexpr (Wide::kSize > 1) return after_last<simd::Lane>(p, end);
    return end;
  }

 private:
  // Where in the block the last open bracket is closed, or -1.
  template <typename Wide>
  int step(const char* p) {
    const Wide bytes = Wide::load(p);
    // '{' and '[' differ in this bit only, and so do '}' and ']'.
    const Wide folded = bytes.with_bits(' ');
    std::uint32_t quotes = (bytes == '"').mask();
    const std::uint32_t backslashes = (bytes == '\\').mask();
    if ((backslashes | escaped_) != 0) quotes &= ~escaped_by<Wide>(backslashes);
    const std::uint32_t strings = inside_strings<Wide>(quotes);
    std::uint32_t closing = (folded == '}').mask() & ~strings;
    const std::uint32_t opening = (folded == '{').mask() & ~strings;
    if ((opening | closing) == 0) return -1;
    if (std::popcount(closing) < open_) {
      open_ += std::popcount(opening) - std::popcount(closing);
      return -1;
    }
    return last_of<Wide>(opening, closing);
  }

  // Which bytes follow a backslash that is not itself escaped.
  template <typename Wide>
  std::uint32_t escaped_by(std::uint32_t backslashes) {
    std::uint32_t escaped = escaped_;
    std::uint32_t rest = backslashes & ~escaped;
    while (rest != 0) {
      const std::uint32_t next = (rest & (0U - rest)) << 1U;
      escaped |= next;
      rest &= rest - 1U;
      rest &= ~next;
    }
    escaped_ = escaped >> Wide::kSize;
    return escaped;
  }

  template <typename Wide>
  std::uint32_t inside_strings(std::uint32_t quotes) {
    for (unsigned shift = 1; shift < Wide::kSize; shift <<= 1U) quotes ^= quotes << shift;
    const std::uint32_t strings = quotes ^ in_string_;
    in_string_ = 0U - (strings >> (Wide::kSize - 1) & 1U);
    return strings;
  }

  template <typename Wide>
  int last_of(std::uint32_t opening, std::uint32_t closing) {
    while (closing != 0) {
      const int at = std::countr_zero(closing);
      const std::uint32_t before = (1U << static_cast<unsigned>(at)) - 1U;
      open_ += std::popcount(opening & before) - 1;
      if (open_ == 0) return at;
      opening &= ~before;
      closing &= closing - 1U;
    }
    open_ += std::popcount(opening);
    return -1;
  }

  int open_;
  std::uint32_t in_string_ = 0;  // all ones inside a string
  std::uint32_t escaped_ = 0;    // 1 when the next byte is escaped
};

// `p` stands inside a container, between its members; skips the rest of it.
template <typename Wide = simd::Lanes>
const char* after_rest(const char* p, const char* end) {
  return Brackets(1).after_last<Wide>(p, end);
}

// `p` is at a value's first byte.
template <typename Wide = simd::Lanes>
const char* after_value(const char* p, const char* end) {
  if (p >= end) return end;
  if (*p == '"') return after_string<Wide>(p, end);
  if (*p == '{' || *p == '[') return after_rest<Wide>(p + 1, end);
  return after_word(p, end);
}

template <typename Word>
Word word_at(const char* p) {
  Word word = 0;
  std::memcpy(&word, p, sizeof word);
  return word;
}

// `n` equal bytes, and at least as many as `Wide` has? Four vectors at a time, because rows are
// long and mostly the same.
template <typename Wide = simd::Lanes>
bool same_blocks(const char* a, const char* b, std::size_t n) {
  constexpr auto kSize = static_cast<std::size_t>(Wide::kSize);
  const auto difference = [&](std::size_t at) { return Wide::load(a + at) ^ Wide::load(b + at); };
  const auto four_differ = [&](std::size_t at) {
    const Wide low = difference(at) | difference(at + kSize);
    const Wide high = difference(at + 2 * kSize) | difference(at + 3 * kSize);
    return (low | high).any();
  };
  std::size_t at = 0;
  if (n >= 4 * kSize) {
    for (; at + 4 * kSize < n; at += 4 * kSize) {
      if (four_differ(at)) return false;
    }
    // The last bytes, and some before them once more: a loop over what is left would end
    // where no processor expects it.
    return !four_differ(n - 4 * kSize);
  }
  for (; at + kSize < n; at += kSize) {
    if (difference(at).any()) return false;
  }
  return !difference(n - kSize).any();
}

// `n` equal bytes? libc's memcmp goes byte by byte in WebAssembly.
inline bool same_bytes(const char* a, const char* b, std::size_t n) {
  if (n >= 32) return same_blocks(a, b, n);
  const auto same_word = [a, b](std::size_t at, auto word) {
    return word_at<decltype(word)>(a + at) == word_at<decltype(word)>(b + at);
  };
  if (n >= 8) {
    for (std::size_t at = 0; at + 8 < n; at += 8) {
      if (!same_word(at, std::uint64_t{})) return false;
    }
    // The last word may overlap the one before it, here and below.
    return same_word(n - 8, std::uint64_t{});
  }
  if (n >= 4) return same_word(0, std::uint32_t{}) && same_word(n - 4, std::uint32_t{});
  for (std::size_t i = 0; i < n; ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

inline bool same_text(std::string_view a, std::string_view b) {
  return a.size() == b.size() && same_bytes(a.data(), b.data(), a.size());
}

inline bool lies_in(std::string_view part, std::string_view text) {
  const std::less<> before;
  return !before(part.data(), text.data()) && before(part.data(), text.data() + text.size());
}

// Mycroft's test for a zero byte, of the word xored with the byte that is looked for.
template <typename Word>
bool word_has(const char* p, char c) {
  constexpr auto kOnes = static_cast<Word>(~Word{0} / 0xffU);
  const Word word = word_at<Word>(p) ^ (kOnes * static_cast<unsigned char>(c));
  return ((word - kOnes) & ~word & (kOnes << 7U)) != 0;
}

// Is `c` among the bytes? Mostly asked of short texts.
inline bool has_byte(std::string_view text, char c) {
  const char* const p = text.data();
  const std::size_t n = text.size();
  if (n >= 16) {
    const char* const end = p + n;
    return find(p, end, [c](auto bytes) { return bytes == c; }) != end;
  }
  if (n >= 8) return word_has<std::uint64_t>(p, c) || word_has<std::uint64_t>(p + n - 8, c);
  if (n >= 4) return word_has<std::uint32_t>(p, c) || word_has<std::uint32_t>(p + n - 4, c);
  for (std::size_t i = 0; i < n; ++i) {
    if (p[i] == c) return true;
  }
  return false;
}

// Does `inner` stand anywhere in the text between two quotes?
template <typename Wide = simd::Lanes>
bool has_quoted(std::string_view text, std::string_view inner) {
  const std::size_t size = inner.size() + 2;
  if (text.size() < size) return false;
  const auto gap = static_cast<std::ptrdiff_t>(size - 1);
  const char* p = text.data();
  const char* const end = p + text.size() - gap;
  for (; end - p >= Wide::kSize; p += Wide::kSize) {
    const std::uint32_t opens = (Wide::load(p) == '"').mask();
    std::uint32_t both = opens == 0 ? 0 : opens & (Wide::load(p + gap) == '"').mask();
    for (; both != 0; both &= both - 1U) {
      const char* const at = p + std::countr_zero(both) + 1;
      if (same_bytes(at, inner.data(), inner.size())) return true;
    }
  }
  if constexpr (Wide::kSize > 1) return has_quoted<simd::Lane>(between(p, end + gap), inner);
  return false;
}

// Of a string without its quotes.
inline bool has_escape(std::string_view inner) { return has_byte(inner, '\\'); }

}  // namespace tidemark::scan
