// SQL's LIKE and ILIKE: `%` and `*` stand for any text, `_` for one character, and `\` takes
// the character after it as it is. At worst the time is the product of both lengths.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace tidemark {

class LikePattern {
 public:
  // bad_filter when the pattern ends in a lone `\`.
  static Result<LikePattern> parse(std::string_view pattern, bool ignore_case);

  bool matches(std::string_view text) const;

 private:
  bool fits(char32_t wanted, char32_t c) const;

  std::u32string pattern_;  // code points, and the two below
  bool ignore_case_ = false;
};

}  // namespace tidemark
