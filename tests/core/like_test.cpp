#include "view/like.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "base/random.h"
#include "view/case_fold.h"

namespace tidemark {
namespace {

bool like(std::string_view pattern, std::string_view text, bool ignore_case = false) {
  const auto parsed = LikePattern::parse(pattern, ignore_case);
  EXPECT_TRUE(parsed.ok()) << pattern;
  return parsed.ok() && parsed.value().matches(text);
}

TEST(Like, KnowsItsWildcards) {
  for (const auto& [pattern, text] : std::vector<std::pair<std::string, std::string>>{
           {"", ""},
           {"%", ""},
           {"**", "anything"},
           {"a%", "a"},
           {"%a", "bca"},
           {"%b%", "abc"},
           {"a_c", "aéc"},
           {"_", "😀"},
           {"%ab%ab", "abxabab"},
           {"\\%\\*\\_\\\\", "%*_\\"},
           {"\\a", "a"},
           {"%aab", "aaab"},
       }) {
    EXPECT_TRUE(like(pattern, text)) << pattern << " " << text;
  }
  for (const auto& [pattern, text] : std::vector<std::pair<std::string, std::string>>{
           {"", "a"},
           {"_", ""},
           {"_", "ab"},
           {"a", "A"},
           {"a%", "ba"},
           {"%a", "ab"},
           {"\\%", "a"},
           {"\\_", "a"},
           {"é", "e"},
           {"__", "é"},
           {"%ab%ab", "abab_"},
           // From within é the bytes would read as ɡ.
           {"%ɡ", "éa"},
       }) {
    EXPECT_FALSE(like(pattern, text)) << pattern << " " << text;
  }
  EXPECT_EQ(LikePattern::parse("a\\", false).error(), Error::bad_filter);
}

TEST(Like, IgnoresCaseOfTheLettersItNames) {
  EXPECT_TRUE(like("straSSE%ärzte", "STRAsse ÄRZTE", true));
  EXPECT_TRUE(like("ἀθήνα αθήνα", "ἀΘΉΝΑ ΑΘΉΝΑ", true));
  EXPECT_TRUE(like("жЁлТЫЙ%", "Жёлтый цвет", true));
  EXPECT_TRUE(like("ŁÓDŹ", "łódź", true));
  EXPECT_FALSE(like("a×", "A÷", true));
  EXPECT_FALSE(like("ﬀ", "FF", true));
  EXPECT_FALSE(like("Ä", "ä", false));
}

TEST(CaseFold, EveryLetterHasOneOther) {
  int pairs = 0;
  for (char32_t c = 0; c < 0x600; ++c) {
    const char32_t lower = lower_case(c);
    EXPECT_EQ(lower_case(lower), lower) << std::hex << static_cast<unsigned>(c);
    if (lower == c) continue;
    ++pairs;
    EXPECT_EQ(upper_case(lower), c) << std::hex << static_cast<unsigned>(c);
    EXPECT_EQ(upper_case(c), c) << std::hex << static_cast<unsigned>(c);
  }
  EXPECT_GT(pairs, 240);
  EXPECT_EQ(upper_case(U'ÿ'), U'Ÿ');
  EXPECT_EQ(upper_case(U'ß'), U'ß');
  EXPECT_EQ(lower_case(U'İ'), U'İ');
}

// The definition, tried in every way.
bool defined_like(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '%') {
    for (std::size_t i = 0; i <= text.size(); ++i) {
      if (defined_like(pattern.substr(1), text.substr(i))) return true;
    }
    return false;
  }
  const bool fits = !text.empty() && (pattern[0] == '_' || pattern[0] == text[0]);
  return fits && defined_like(pattern.substr(1), text.substr(1));
}

TEST(Like, AgreesWithItsDefinition) {
  Random random(7);
  const auto pick = [&](std::string_view alphabet, std::int64_t most) {
    std::string out;
    for (std::int64_t n = random.up_to(most); n > 0; --n) {
      out += alphabet[static_cast<std::size_t>(
          random.up_to(static_cast<std::int64_t>(alphabet.size()) - 1))];
    }
    return out;
  };
  int matched = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string pattern = pick("ab_%", 6);
    const std::string text = pick("ab", 8);
    const bool expected = defined_like(pattern, text);
    ASSERT_EQ(like(pattern, text), expected) << pattern << " " << text;
    matched += expected ? 1 : 0;
  }
  EXPECT_GT(matched, 2'000);
}

TEST(Like, ManyWildcardsAreNotExponential) {
  std::string pattern;
  for (int i = 0; i < 1000; ++i) pattern += "%a";
  EXPECT_FALSE(like(pattern + "b", std::string(20'000, 'a')));
}

}  // namespace
}  // namespace tidemark
