// What a broken or hostile server can send: refused, never read beyond, never crashed on.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/json_gate.h"
#include "random_json.h"

namespace tidemark::json {
namespace {

using std::string_literals::operator""s;
using testing::RandomJson;
using Tree = nlohmann::json;

// A copy of its exact size on the heap, so that the sanitizer sees a read past the end.
Error verdict(std::string_view text) {
  const std::vector<char> bytes(text.begin(), text.end());
  return validate({bytes.data(), bytes.size()});
}

std::string repeated(std::string_view text, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += text;
  return out;
}

TEST(JsonBadInput, NestingIsRefusedWithoutRecursion) {
  for (const int depth : {10'000, 1'000'000}) {
    EXPECT_EQ(verdict(repeated("[", depth)), Error::too_deep);
    EXPECT_EQ(verdict(repeated("[", depth) + repeated("]", depth)), Error::too_deep);
    EXPECT_EQ(verdict(repeated("{\"a\":", depth)), Error::too_deep);
    EXPECT_EQ(verdict(repeated("[{\"a\":", depth)), Error::too_deep);
  }
  EXPECT_EQ(verdict(repeated("]", 10'000)), Error::malformed_json);
}

TEST(JsonBadInput, ContainersCloseAsTheyWereOpened) {
  // At every depth up to the limit, so that each bit of the nesting is used.
  for (int depth = 1; depth < kMaxDepth; ++depth) {
    const std::string open = repeated("[", depth);
    const std::string close = repeated("]", depth - 1);
    EXPECT_EQ(verdict(open + "1]" + close), Error::none) << depth;
    EXPECT_EQ(verdict(open + "1}" + close), Error::malformed_json) << depth;
    EXPECT_EQ(verdict(open + "{\"a\":1}]" + close), Error::none) << depth;
    EXPECT_EQ(verdict(open + "{\"a\":1]]" + close), Error::malformed_json) << depth;
    EXPECT_EQ(verdict(open + "{},1]" + close), Error::none) << depth;
    EXPECT_EQ(verdict(open + "{},\"a\":1]" + close), Error::malformed_json) << depth;
  }
}

// Every sequence of one to four bytes that the standard's table 3-7 allows, and its
// neighbours; at every distance from a block's border.
TEST(JsonBadInput, OnlyWellFormedUtf8IsText) {
  const std::vector<std::string> good{"\xc2\x80",         "\xdf\xbf",         "\xe0\xa0\x80",
                                      "\xe0\xbf\xbf",     "\xe1\x80\x80",     "\xec\xbf\xbf",
                                      "\xed\x80\x80",     "\xed\x9f\xbf",     "\xee\x80\x80",
                                      "\xef\xbf\xbf",     "\xef\xbb\xbf",     "\xf0\x90\x80\x80",
                                      "\xf0\xbf\xbf\xbf", "\xf1\x80\x80\x80", "\xf3\xbf\xbf\xbf",
                                      "\xf4\x80\x80\x80", "\xf4\x8f\xbf\xbf"};
  const std::vector<std::string> bad{"\x80",
                                     "\xbf",
                                     "\xc0\x80",
                                     "\xc1\xbf",
                                     "\xc2",
                                     "\xc2x",
                                     "\xc2\xc2\x80",
                                     "\xe0\x80\x80",
                                     "\xe0\x9f\xbf",
                                     "\xe1\x80",
                                     "\xe1x\x80",
                                     "\xe1\x80x",
                                     "\xed\xa0\x80",
                                     "\xed\xad\xbf",
                                     "\xed\xae\x80",
                                     "\xed\xb0\x80",
                                     "\xed\xbf\xbf",
                                     "\xef\xbf",
                                     "\xf0\x80\x80\x80",
                                     "\xf0\x8f\xbf\xbf",
                                     "\xf1\x80\x80",
                                     "\xf1x\x80\x80",
                                     "\xf1\x80x\x80",
                                     "\xf1\x80\x80x",
                                     "\xf4\x90\x80\x80",
                                     "\xf5\x80\x80\x80",
                                     "\xf7\xbf\xbf\xbf",
                                     "\xf8\x88\x80\x80\x80",
                                     "\xfc\x84\x80\x80\x80\x80",
                                     "\xfe",
                                     "\xff"};
  for (std::size_t before = 0; before < 20; ++before) {
    const std::string pad(before, 'x');
    for (const auto& each : good) {
      EXPECT_EQ(verdict("\"" + pad + each + "\""), Error::none) << ::testing::PrintToString(each);
      EXPECT_EQ(verdict("\"" + pad + each + "é" + each + "y\""), Error::none);
    }
    for (const auto& each : bad) {
      EXPECT_EQ(verdict("\"" + pad + each + "\""), Error::malformed_json)
          << ::testing::PrintToString(each);
      EXPECT_EQ(verdict("\"" + pad + "é" + each + "é\""), Error::malformed_json);
      EXPECT_EQ(verdict("{\"" + pad + each + "\":1}"), Error::malformed_json);
      EXPECT_EQ(verdict("\"" + pad + each), Error::malformed_json);
    }
  }
}

TEST(JsonBadInput, AByteOrderMarkIsNotJson) {
  EXPECT_EQ(verdict("\xef\xbb\xbf{}"), Error::malformed_json);
  EXPECT_EQ(verdict("{}\xef\xbb\xbf"), Error::malformed_json);
  EXPECT_EQ(verdict("\xfe\xff\0{"s), Error::malformed_json);
}

TEST(JsonBadInput, ControlCharactersAreEscapedInText) {
  for (int c = 0; c < 0x20; ++c) {
    for (std::size_t before = 0; before < 20; ++before) {
      const std::string text = "\"" + std::string(before, 'x') + static_cast<char>(c) + "\"";
      EXPECT_EQ(verdict(text), Error::malformed_json) << c;
    }
    const bool is_space = c == '\t' || c == '\n' || c == '\r';
    const std::string around = static_cast<char>(c) + "1"s;
    EXPECT_EQ(verdict(around), is_space ? Error::none : Error::malformed_json) << c;
  }
  EXPECT_EQ(verdict("\"\x7f\""), Error::none);
  EXPECT_EQ(verdict("1\0"s), Error::malformed_json);
  EXPECT_EQ(verdict("\0"s), Error::malformed_json);
}

TEST(JsonBadInput, NumbersAreSpelledAsTheGrammarHasThem) {
  for (const char* good : {"1e999", "-1e-999", "-0", "-0.0e-0", "0.10", "1E5", "9e+09"}) {
    EXPECT_EQ(verdict(good), Error::none) << good;
    EXPECT_EQ(verdict("["s + good + "]"), Error::none) << good;
  }
  for (const char* bad :
       {"01",    "-01",   "1.",  ".5",  "-.5", "+1",  "1e",   "1e+",      "1e-",
        "1.e1",  "-",     "--1", "1-",  "1+1", "NaN", "-NaN", "Infinity", "-Infinity",
        "1e1.0", "1.1.1", "0x1", "1_0", "1f",  "00",  "1,1"}) {
    EXPECT_EQ(verdict(bad), Error::malformed_json) << bad;
    EXPECT_EQ(verdict("{\"a\":"s + bad + ",}"), Error::malformed_json) << bad;
  }
}

TEST(JsonBadInput, LongTextIsNoTrouble) {
  const std::string text(1'000'000, 'x');
  EXPECT_EQ(verdict("\"" + text + "\""), Error::none);
  EXPECT_EQ(verdict("\"" + text), Error::malformed_json);
  EXPECT_EQ(verdict("{\"" + text + "\":\"" + text + "é\"}"), Error::none);
  EXPECT_EQ(verdict("\"" + text + "\n\""), Error::malformed_json);
  EXPECT_EQ(verdict(std::string(1'000'000, ' ') + "1" + std::string(1'000'000, '\n')), Error::none);
  EXPECT_EQ(verdict("\"" + repeated("\\u0000", 200'000) + "\""), Error::none);
  EXPECT_EQ(verdict(std::string(1'000'000, '7')), Error::none);
}

TEST(JsonBadInput, EveryTruncationIsRefused) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    RandomJson random(seed);
    const std::string text = "[" + random.spelling(random.document()) + "]";
    ASSERT_EQ(verdict(text), Error::none) << text;
    for (std::size_t size = 0; size < text.size(); ++size) {
      ASSERT_EQ(verdict(std::string_view(text).substr(0, size)), Error::malformed_json) << text;
    }
  }
}

// Bytes changed, dropped and doubled at random: nlohmann/json decides what is still JSON.
// Where the two differ by design: it refuses a lone surrogate and a number beyond a double.
TEST(JsonBadInput, AgreesWithTheOracleOnDamagedText) {
  int accepted = 0;
  int refused = 0;
  for (std::uint64_t seed = 1; seed <= 4'000; ++seed) {
    RandomJson random(seed);
    std::string text = random.spelling(random.document());
    for (std::int64_t i = 1 + random.up_to(2); i > 0; --i) {
      const auto at = static_cast<std::size_t>(random.up_to(std::ssize(text) - 1));
      const char byte =
          random.pick(std::string_view("\"\\[]{},:.eE+-019 tfnu\n\t\x01\x80\xc3\xe2\xed\xf0\xff"));
      if (random.one_in(3))
        text.erase(at, 1);
      else if (random.one_in(2))
        text.insert(at, 1, byte);
      else
        text[at] = byte;
      if (text.empty()) text = "x";
    }
    if (text.find("\\u") != text.npos || text.find_first_of("eE") != text.npos) {
      // Left to the differential test against JSON.parse.
      if (!Tree::accept(text)) continue;
    }
    const bool accepts = validate(text) == Error::none;
    ASSERT_EQ(accepts, Tree::accept(text)) << seed << " " << ::testing::PrintToString(text);
    ++(accepts ? accepted : refused);
  }
  EXPECT_GT(accepted, 200);
  EXPECT_GT(refused, 1'000);
}

// A value is read to its end and no further, also where the text goes on with what is not JSON.
TEST(JsonGate, StopsAfterTheFirstValue) {
  for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
    RandomJson random(seed);
    const std::string value(trimmed(random.spelling(random.document())));
    for (const char* rest : {"", " ", ",", "]", "}", "\"", " \x01"}) {
      const std::string text = value + rest;
      const std::vector<char> bytes(text.begin(), text.end());
      std::string_view first;
      ASSERT_EQ(validate_first({bytes.data(), bytes.size()}, 0, first), Error::none) << text;
      ASSERT_EQ(first, value);
    }
  }
}

TEST(JsonGate, CountsTheContainersAround) {
  std::string_view first;
  EXPECT_EQ(validate_first("[[1]]", kMaxDepth - 2, first), Error::none);
  EXPECT_EQ(validate_first("[[1]]", kMaxDepth - 1, first), Error::too_deep);
  EXPECT_EQ(validate_first("1", kMaxDepth, first), Error::none);
  EXPECT_EQ(validate_first("[]", kMaxDepth + 1, first), Error::too_deep);
}

using Texts = std::vector<std::pair<std::string_view, std::string_view>>;

// What the gate tells while it reads, and what the walker finds afterwards.
TEST(JsonGate, TellsTheMembersThatTheWalkerFinds) {
  std::size_t told_members = 0;
  for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
    RandomJson random(seed);
    RandomJson::Tree tree = random.document();
    if (!random.one_in(4)) tree = RandomJson::Tree::object({{"a", tree}, {"", random.document()}});
    const std::string text = random.spelling(tree);
    Texts told;
    const Error error = validate_members(
        text, [&told](const Member& each) { told.emplace_back(each.key, each.value); });
    ASSERT_EQ(error, Error::none) << text;
    Texts walked;
    if (kind_of(trimmed(text)) == Kind::object) {
      Walker walker(text);
      for (Member each; walker.next_member(each);) walked.emplace_back(each.key, each.value);
    }
    ASSERT_EQ(told, walked) << text;
    told_members += told.size();
  }
  EXPECT_GT(told_members, 1'000U);
}

}  // namespace
}  // namespace tidemark::json
