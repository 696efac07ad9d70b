// Reads a regular expression: the part of Postgres' advanced regular expressions that an
// automaton without memory can decide.
//
//   x|y  xy  (x)  (?:x)  x*  x+  x?  x{m}  x{m,}  x{m,n} (up to 255), each also with a `?`
//   .  ^  $  [abc]  [^a-z]  [[:alpha:]]  \d \w \s \D \W \S  \t \n \v \f \r
//   \ before any other character that is neither letter nor digit
//
// Everything else is refused, above all back references, look-around, word boundaries, equivalence
// classes and embedded options. Named classes and \d \w \s hold ASCII characters only.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace tidemark {

struct CharacterSet {
  bool negated = false;
  std::vector<std::pair<char32_t, char32_t>> ranges;  // both ends are in

  void add(char32_t from, char32_t to) { ranges.emplace_back(from, to); }
  bool lists(char32_t c) const;
};

struct RegexNode {
  enum class Kind : unsigned char {
    sequence,  // of its children; none: the empty text
    choice,    // among its children
    repeat,    // its one child, `least` to `most` times
    character,
    any,
    set,
    begin,
    end,
  };
  static constexpr int kUnbounded = -1;

  Kind kind = Kind::sequence;
  char32_t character = 0;
  int least = 0;
  int most = kUnbounded;
  CharacterSet set{};
  std::vector<RegexNode> children{};
};

// bad_filter for what is malformed or not in the part above.
Result<RegexNode> parse_regex(std::string_view pattern);

}  // namespace tidemark
