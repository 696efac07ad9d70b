#include "view/like.h"

#include "view/case_fold.h"
#include "view/code_points.h"

namespace tidemark {
namespace {

// Beyond Unicode's last code point.
constexpr char32_t kAnyText = 0x110000;
constexpr char32_t kAnyOne = 0x110001;

}  // namespace

Result<LikePattern> LikePattern::parse(std::string_view pattern, bool ignore_case) {
  LikePattern like;
  like.ignore_case_ = ignore_case;
  for (std::size_t at = 0; at < pattern.size();) {
    char32_t c = next_code_point(pattern, at);
    if (c == U'%' || c == U'*') {
      c = kAnyText;
    } else if (c == U'_') {
      c = kAnyOne;
    } else {
      if (c == U'\\') {
        if (at == pattern.size()) return Error::bad_filter;
        c = next_code_point(pattern, at);
      }
      if (ignore_case) c = lower_case(c);
    }
    // Several in a row say no more than one.
    if (c == kAnyText && !like.pattern_.empty() && like.pattern_.back() == kAnyText) continue;
    like.pattern_.push_back(c);
  }
  return like;
}

bool LikePattern::fits(char32_t wanted, char32_t c) const {
  return wanted == kAnyOne || wanted == (ignore_case_ ? lower_case(c) : c);
}

// Greedy: only the last `%` can need another try, because the shortest text for those before
// it leaves the most for what follows.
bool LikePattern::matches(std::string_view text) const {
  std::size_t at = 0;
  std::size_t wanted = 0;
  std::size_t after_any = std::u32string::npos;  // where the pattern goes on after the last `%`
  std::size_t tried_from = 0;                    // where in the text it was last tried
  while (at < text.size()) {
    if (wanted < pattern_.size() && pattern_[wanted] == kAnyText) {
      if (++wanted == pattern_.size()) return true;
      after_any = wanted;
      tried_from = at;
      continue;
    }
    std::size_t next = at;
    if (wanted < pattern_.size() && fits(pattern_[wanted], next_code_point(text, next))) {
      at = next;
      ++wanted;
      continue;
    }
    if (after_any == std::u32string::npos) return false;
    next_code_point(text, tried_from);
    at = tried_from;
    wanted = after_any;
  }
  if (wanted < pattern_.size() && pattern_[wanted] == kAnyText) ++wanted;
  return wanted == pattern_.size();
}

}  // namespace tidemark
