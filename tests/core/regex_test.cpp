#include "view/regex.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/random.h"

namespace tidemark {
namespace {

bool matches(std::string_view pattern, std::string_view text, bool ignore_case = false) {
  const auto regex = Regex::parse(pattern, ignore_case);
  EXPECT_TRUE(regex.ok()) << pattern;
  return regex.ok() && regex.value().matches(text);
}

struct Case {
  std::string pattern;
  std::vector<std::string> matching;
  std::vector<std::string> others;
};

TEST(Regex, Matches) {
  for (const auto& [pattern, matching, others] : std::vector<Case>{
           {"", {"", "a"}, {}},
           {"b", {"b", "abc"}, {"", "a"}},
           {"^b", {"b", "bc"}, {"ab"}},
           {"b$", {"b", "ab"}, {"ba"}},
           {"^$", {""}, {"a"}},
           {"a|^b$|", {"", "x"}, {}},
           {"^(a|bc)$", {"a", "bc"}, {"abc", "b"}},
           {"^(?:a|)$", {"a", ""}, {"b"}},
           {"^a*b+c?$", {"b", "aabbc", "ab"}, {"ac", "abcc"}},
           {"^a*?b$", {"b", "aab"}, {"a"}},
           {"^a{2}$", {"aa"}, {"a", "aaa"}},
           {"^a{2,}$", {"aa", "aaaa"}, {"a"}},
           {"^a{1,3}$", {"a", "aaa"}, {"", "aaaa"}},
           {"^a{0}b$", {"b"}, {"ab"}},
           {"^(a*)*$", {"", "aaa"}, {"b"}},
           {"^(a*)+b$", {"b", "aab"}, {"a"}},
           {"^(ab){2,3}$", {"abab"}, {"ab", "aba"}},
           {"^.$", {"a", "é", "😀", "\n"}, {"", "ab"}},
           {"^[a-cx]$", {"a", "b", "x"}, {"d", "-"}},
           {"^[^a-c]$", {"d", "é"}, {"a", ""}},
           {"^[]x-]$", {"]", "x", "-"}, {"a"}},
           {"^[^]]$", {"a"}, {"]"}},
           {"^[-a]$", {"-", "a"}, {"b"}},
           {"^[a\\]\\\\]$", {"a", "]", "\\"}, {"b"}},
           {"^[à-ö]$", {"é"}, {"e"}},
           {"^[[:alpha:]_[:digit:]]$", {"a", "_", "7"}, {"-", "é"}},
           {"^[^[:space:]]$", {"a"}, {" ", "\t"}},
           {"^[\\d.]+$", {"1.5"}, {"1,5"}},
           {"^\\d\\D\\w\\W\\s\\S$", {"1aa- x"}, {"11a- x", "1aa-xx"}},
           {"^\\.\\*\\(\\)\\[\\{\\\\\\^\\$\\|\\+\\?\\t$", {".*()[{\\^$|+?\t"}, {"x"}},
           {"^{a}]$", {"{a}]"}, {"a"}},
           {"a{,2}", {"a{,2}"}, {"aa"}},
           {"a^b", {}, {"ab", "a^b"}},
           {"(^a|b)c", {"ac", "xbc"}, {"xac"}},
           {"x$|^y", {"x", "yz"}, {"xz"}},
       }) {
    for (const auto& text : matching) EXPECT_TRUE(matches(pattern, text)) << pattern << " " << text;
    for (const auto& text : others) EXPECT_FALSE(matches(pattern, text)) << pattern << " " << text;
  }
}

TEST(Regex, IgnoresCase) {
  EXPECT_TRUE(matches("^äB[c-e]$", "Äbd", true));
  EXPECT_TRUE(matches("^[C-E]$", "d", true));
  EXPECT_FALSE(matches("^[^C-E]$", "d", true));
  EXPECT_TRUE(matches("^[[:upper:]]$", "d", true));
  EXPECT_FALSE(matches("^ä$", "Ä", false));
}

TEST(Regex, RefusesWhatItCannotDecide) {
  for (const char* pattern : {"(",
                              ")",
                              "(a",
                              "a)",
                              "[",
                              "[a",
                              "[]",
                              "*a",
                              "+",
                              "a|*b",
                              "(?i)a",
                              "(?=a)",
                              "(?!a)",
                              "(?<=a)",
                              "(a)\\1",
                              "\\ba",
                              "\\y",
                              "\\m",
                              "\\Aa",
                              "\\",
                              "[[.a.]]",
                              "[[=a=]]",
                              "[[:foo:]]",
                              "[[:<:]]a",
                              "a**",
                              "a{2}{3}",
                              "^*",
                              "$+",
                              "a{2,1}",
                              "a{256}",
                              "a{1",
                              "a{1,x}",
                              "[b-a]",
                              "[a-c-e]",
                              "[\\D]",
                              "[\\d-z]",
                              "[a-[:digit:]]",
                              "***:a",
                              "a{1}*",
                              "{1}",
                              "\\é",
                              "a??+",
                              "[--z]",
                              "[a--z]"}) {
    const auto regex = Regex::parse(pattern, false);
    EXPECT_FALSE(regex.ok()) << pattern;
    EXPECT_EQ(regex.error(), Error::bad_filter) << pattern;
  }
}

TEST(Regex, HasLimits) {
  EXPECT_TRUE(Regex::parse("a{255}b{255}c{255}", false).ok());
  EXPECT_FALSE(Regex::parse("(a{255}){255}", false).ok());
  EXPECT_FALSE(Regex::parse("((a{0,255}){0,255}){0,255}", false).ok());
  EXPECT_FALSE(Regex::parse("(((((){255}){255}){255}){255}){255}", false).ok());
  EXPECT_FALSE(Regex::parse(std::string(60, '(') + std::string(60, ')'), false).ok());
  EXPECT_FALSE(Regex::parse(std::string(2000, 'a'), false).ok());
}

// What a backtracking matcher takes longer than the universe for.
TEST(Regex, IsLinearInTheText) {
  EXPECT_FALSE(matches("^(a+)+$", std::string(20'000, 'a') + "b"));
  EXPECT_FALSE(matches("^(a|a?)+$", std::string(20'000, 'a') + "b"));
  EXPECT_FALSE(matches("(.*)(.*)(.*)(.*)(.*)x", std::string(20'000, 'a')));
}

// A random expression beside the set of all texts of up to three letters that it describes.
struct Described {
  std::string pattern;
  std::vector<bool> language;  // by the text's place in kTexts
};

const std::vector<std::string>& texts() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> out{""};
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (out[i].size() == 4) break;
      out.push_back(out[i] + "a");
      out.push_back(out[i] + "b");
    }
    return out;
  }();
  return all;
}

std::vector<bool> joined(const std::vector<bool>& a, const std::vector<bool>& b) {
  std::vector<bool> out(texts().size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::string& text = texts()[i];
    const auto at = [](std::string_view part) {
      return static_cast<std::size_t>(std::find(texts().begin(), texts().end(), part) -
                                      texts().begin());
    };
    for (std::size_t cut = 0; cut <= text.size() && !out[i]; ++cut) {
      out[i] = a[at(text.substr(0, cut))] && b[at(text.substr(cut))];
    }
  }
  return out;
}

std::vector<bool> united(std::vector<bool> a, const std::vector<bool>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = a[i] || b[i];
  return a;
}

Described random_regex(Random& random, int depth) {
  const auto only = [](const auto& test) {
    std::vector<bool> language;
    for (const auto& text : texts()) language.push_back(test(text));
    return language;
  };
  const std::vector<bool> empty = only([](const std::string& text) { return text.empty(); });
  switch (depth == 0 ? random.up_to(2) : random.up_to(6)) {
    case 0:
      return {"a", only([](const std::string& text) { return text == "a"; })};
    case 1:
      return {"[^a]", only([](const std::string& text) { return text == "b"; })};
    case 2:
      return {".", only([](const std::string& text) { return text.size() == 1; })};
    case 3: {
      const Described a = random_regex(random, depth - 1);
      const Described b = random_regex(random, depth - 1);
      return {"(" + a.pattern + "|" + b.pattern + ")", united(a.language, b.language)};
    }
    case 4: {
      const Described a = random_regex(random, depth - 1);
      const Described b = random_regex(random, depth - 1);
      return {"(" + a.pattern + b.pattern + ")", joined(a.language, b.language)};
    }
    default: {
      const Described a = random_regex(random, depth - 1);
      const std::int64_t least = random.up_to(2);
      const std::int64_t most = random.up_to(2) == 0 ? -1 : least + random.up_to(2);
      std::vector<bool> times = empty;
      for (std::int64_t i = 0; i < least; ++i) times = joined(times, a.language);
      std::vector<bool> all = times;
      for (std::int64_t i = least; i < (most < 0 ? 5 : most); ++i) {
        times = joined(times, a.language);
        all = united(all, times);
      }
      const std::string bound =
          "{" + std::to_string(least) + (most < 0 ? "," : "," + std::to_string(most)) + "}";
      return {"(" + a.pattern + ")" + bound, all};
    }
  }
}

TEST(Regex, AgreesWithItsDefinition) {
  Random random(11);
  int matched = 0;
  for (int i = 0; i < 1500; ++i) {
    const Described described = random_regex(random, 4);
    const auto regex = Regex::parse("^(" + described.pattern + ")$", false);
    if (!regex.ok()) continue;  // too many states
    for (std::size_t k = 0; k < texts().size(); ++k) {
      ASSERT_EQ(regex.value().matches(texts()[k]), described.language[k])
          << described.pattern << " " << texts()[k];
      matched += described.language[k] ? 1 : 0;
    }
  }
  EXPECT_GT(matched, 5'000);
}

}  // namespace
}  // namespace tidemark
