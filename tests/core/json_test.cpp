#include "base/json.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace tidemark::json {
namespace {

using std::string_literals::operator""s;

std::string nested(int depth) {
  return std::string(static_cast<std::size_t>(depth), '[') +
         std::string(static_cast<std::size_t>(depth), ']');
}

TEST(JsonValidate, AcceptsEveryKindOfValue) {
  const std::vector<std::string> accepted{
      "null",
      "true",
      "false",
      "0",
      "-0",
      "7",
      "-7",
      "1.5",
      "0.5",
      "1e9",
      "1E+9",
      "1.25e-3",
      "0e0",
      "12345678901234567890",
      "1e999",
      R"("")",
      R"("text")",
      R"("\"\\\/\b\f\n\r\t")",
      R"("\u0000\uABCD\uabcd")",
      // Surrogates without their other half are JSON all the same.
      R"("\ud800")",
      R"("\udc00\ud800")",
      "\"\x7f\"",
      "\"é€😀\"",
      "\"\xed\x9f\xbf\xee\x80\x80\"",
      "\"\xf4\x8f\xbf\xbf\"",
      "[]",
      "[ ]",
      "{}",
      "{ }",
      "[1,2]",
      "[[],{}]",
      R"({"a":1,"a":2})",
      R"({"":null})",
      " \t\r\n{\"a\" : [ 1 , 2 ] }\n ",
  };
  for (const auto& text : accepted) EXPECT_EQ(validate(text), Error::none) << text;
}

TEST(JsonValidate, RefusesWhatIsNotJson) {
  const std::vector<std::string> refused{
      "",
      " ",
      "nul",
      "nulll",
      "True",
      "NaN",
      "Infinity",
      "undefined",
      "'a'",
      // Numbers.
      "-",
      "+1",
      "01",
      "-01",
      "00",
      "1.",
      ".5",
      "1.e3",
      "1e",
      "1e+",
      "1e1.5",
      "0x10",
      "1_000",
      "1 2",
      "--1",
      // Strings.
      "\"",
      "\"a",
      "\"\\",
      "\"\\\"",
      R"("\x41")",
      R"("\u12")",
      R"("\u12g4")",
      R"("\u")",
      "\"a\nb\"",
      "\"a\tb\"",
      "\"a\0b\""s,
      "a",
      // Containers.
      "[",
      "]",
      "[1",
      "[1,",
      "[1,]",
      "[,1]",
      "[1 2]",
      "[1}",
      "{",
      "}",
      R"({"a")",
      R"({"a":)",
      R"({"a":1)",
      R"({"a":1,)",
      R"({"a":1,})",
      R"({"a" 1})",
      R"({a:1})",
      R"({1:1})",
      R"({"a":1]})",
      "{,}",
      "[]]",
      "{}{}",
      "// no\n1",
      "[1/**/]",
      "\xef\xbb\xbf[]",
      "[]\0"s,
  };
  for (const auto& text : refused) EXPECT_EQ(validate(text), Error::malformed_json) << text;
}

TEST(JsonValidate, RefusesBadUtf8) {
  const std::vector<std::string> refused{
      "\x80",
      "\xbf",
      "\xc3",
      "\xc3(",
      "\xc0\xaf",
      "\xc1\xbf",
      "\xe2\x82",
      "\xe2(\xa1",
      "\xe0\x9f\xbf",      // overlong
      "\xed\xa0\x80",      // a surrogate
      "\xf0\x8f\xbf\xbf",  // overlong
      "\xf0\x9f\x98",
      "\xf4\x90\x80\x80",
      "\xf5\x80\x80\x80",
      "\xff",
      "\xfe",
  };
  for (const auto& bytes : refused) {
    EXPECT_EQ(validate("\"" + bytes + "\""), Error::malformed_json)
        << testing::PrintToString(bytes);
    EXPECT_EQ(validate("\"" + bytes), Error::malformed_json) << testing::PrintToString(bytes);
    EXPECT_EQ(validate("{\"" + bytes + "\":1}"), Error::malformed_json);
  }
}

TEST(JsonValidate, RefusesEveryTruncation) {
  const std::string text = R"({"a":[1.5e3,"é\u20ac\n",{"b":null}],"c":true})";
  ASSERT_EQ(validate(text), Error::none);
  for (std::size_t size = 0; size < text.size(); ++size) {
    // A copy on the heap, so that the sanitizer sees a read past the end.
    const std::vector<char> cut(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(validate({cut.data(), cut.size()}), Error::malformed_json) << size;
  }
}

TEST(JsonValidate, BoundsTheDepth) {
  EXPECT_EQ(validate(nested(kMaxDepth)), Error::none);
  EXPECT_EQ(validate(nested(kMaxDepth + 1)), Error::too_deep);
  EXPECT_EQ(validate(std::string(1'000'000, '[')), Error::too_deep);
  std::string objects;
  for (int i = 0; i < kMaxDepth; ++i) objects += "{\"a\":";
  EXPECT_EQ(validate(objects + "1" + std::string(kMaxDepth, '}')), Error::none);
  EXPECT_EQ(validate("[" + objects + "1" + std::string(kMaxDepth, '}') + "]"), Error::too_deep);
}

TEST(JsonKind, IsReadFromTheFirstByte) {
  EXPECT_EQ(kind_of("null"), Kind::null);
  EXPECT_EQ(kind_of("true"), Kind::boolean);
  EXPECT_EQ(kind_of("false"), Kind::boolean);
  EXPECT_EQ(kind_of("-1"), Kind::number);
  EXPECT_EQ(kind_of("0"), Kind::number);
  EXPECT_EQ(kind_of("\"1\""), Kind::string);
  EXPECT_EQ(kind_of("[1]"), Kind::array);
  EXPECT_EQ(kind_of("{}"), Kind::object);
}

TEST(JsonWalker, GivesMembersInOrderAndAsWritten) {
  const std::string text =
      R"( { "b" : 1.0 , "a\u0062":"}\"]," ,"c":{"d":[1,{"e":"]"}]},"f":-2e5} )";
  Walker walker(text);
  std::vector<std::pair<std::string, std::string>> seen;
  for (Member each; walker.next_member(each);) seen.emplace_back(each.key, each.value);
  const std::vector<std::pair<std::string, std::string>> expected{
      {"b", "1.0"},
      {R"(a\u0062)", R"("}\"],")"},
      {"c", R"({"d":[1,{"e":"]"}]})"},
      {"f", "-2e5"},
  };
  EXPECT_EQ(seen, expected);
}

TEST(JsonWalker, GivesElementsInOrder) {
  const std::string text = "[ 1 ,[2,3], \"a\\\\\" ,{\"b\":[]},null,true\n]";
  Walker walker(text);
  std::vector<std::string> seen;
  for (std::string_view each; walker.next_element(each);) seen.emplace_back(each);
  const std::vector<std::string> expected{"1", "[2,3]", R"("a\\")", R"({"b":[]})", "null", "true"};
  EXPECT_EQ(seen, expected);
}

TEST(JsonWalker, EndsAtOnceInAnEmptyContainer) {
  Member member;
  std::string_view element;
  EXPECT_FALSE(Walker("{ }").next_member(member));
  EXPECT_FALSE(Walker("[ ]").next_element(element));
}

TEST(JsonWalker, SkipsWhatIsWrittenTheSame) {
  const auto skips = [](const std::string& text, const std::string& other) {
    Walker theirs(other);
    Member member;
    EXPECT_TRUE(theirs.next_member(member));
    Walker walker(text);
    if (!walker.skip_same(member)) return std::string("no");
    return walker.next_member(member) ? std::string(member.key) : std::string("end");
  };
  EXPECT_EQ(skips(R"({"a":1,"b":2})", R"({"a":1,"c":2})"), "b");
  EXPECT_EQ(skips(R"({"a":"x"})", R"({"a":"x"})"), "end");
  EXPECT_EQ(skips(R"({"a":{"b":[1]} ,"c":2})", R"({"a":{"b":[1]} })"), "c");
  EXPECT_EQ(skips(R"({"a":12,"b":2})", R"({"a":1,"b":2})"), "no");
  EXPECT_EQ(skips(R"({"a":1,"b":2})", R"({"a":12,"b":2})"), "no");
  EXPECT_EQ(skips(R"({"a":"1"})", R"({"a":"2"})"), "no");
  EXPECT_EQ(skips(R"({"b":1})", R"({"a":1})"), "no");
  EXPECT_EQ(skips("{}", R"({"a":1})"), "no");
  EXPECT_EQ(skips(R"({"a":1})", R"({"a":1,"b":"longer than the other"})"), "no");
}

TEST(JsonMember, KeysAreToldByTheirMeaning) {
  EXPECT_TRUE(is_key("a", "a"));
  EXPECT_TRUE(is_key(R"(\u0061)", "a"));
  EXPECT_FALSE(is_key("b", "a"));
  EXPECT_FALSE(is_key("", "a"));
  EXPECT_TRUE(is_key("", ""));
}

TEST(JsonMember, TheLastOfARepeatedOneWins) {
  EXPECT_EQ(member(R"({"a":1,"b":2,"a":3})", "a"), "3");
  EXPECT_EQ(member(R"({"a":1,"\u0061":3})", "a"), "3");
  EXPECT_EQ(member(R"({"\u0061":3,"a":1})", "a"), "1");
}

TEST(JsonMember, ComparesTheMeaningOfKeys) {
  EXPECT_EQ(member(R"({"\u00e9\n":1})", "é\n"), "1");
  EXPECT_EQ(member(R"({"\ud83d\ude00":1})", "😀"), "1");
  EXPECT_EQ(member(R"({"a\\u0062":1})", "ab"), std::nullopt);
  EXPECT_EQ(member(R"({"a\\u0062":1})", R"(a\u0062)"), "1");
  EXPECT_EQ(member(R"({"A":1,"x":{"a":2}})", "a"), std::nullopt);
  EXPECT_EQ(member("{}", "a"), std::nullopt);
}

TEST(JsonAtPath, FollowsMembers) {
  const std::string text = R"( {"data":{"items":[1],"n":5},"data2":null} )";
  EXPECT_EQ(at_path(text, "data.items"), "[1]");
  EXPECT_EQ(at_path(text, "data.n"), "5");
  EXPECT_EQ(at_path(text, "data2"), "null");
  EXPECT_EQ(at_path(text, "data.none"), std::nullopt);
  EXPECT_EQ(at_path(text, "data.n.x"), std::nullopt);
  EXPECT_EQ(at_path(text, "data2.x"), std::nullopt);
  EXPECT_EQ(at_path("[1]", "0"), std::nullopt);
  EXPECT_EQ(at_path(" \n[1, 2]\t ", ""), "[1, 2]");
  EXPECT_EQ(at_path(" 7 ", ""), "7");
}

TEST(JsonString, ResolvesEscapes) {
  EXPECT_EQ(string_of(R"("\"\\\/\b\f\n\r\t")"), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(string_of(R"("\u0041\u00e9\u20ac\ud83d\ude00")"), "Aé€😀");
  EXPECT_EQ(string_of(R"("a\u0000b")"), "a\0b"s);
  EXPECT_EQ(string_of(R"("")"), "");
  EXPECT_EQ(unescape(R"(\\u0041)"), R"(\u0041)");
}

TEST(JsonString, KeepsLoneSurrogatesApart) {
  EXPECT_EQ(string_of(R"("\ud800")"), "\xed\xa0\x80");
  EXPECT_EQ(string_of(R"("\udfff")"), "\xed\xbf\xbf");
  EXPECT_EQ(string_of(R"("\ud800\u0041")"), "\xed\xa0\x80"s + "A");
  EXPECT_EQ(string_of(R"("\ud800\ud83d\ude00")"), "\xed\xa0\x80😀");
  EXPECT_EQ(string_of(R"("\ud800\\ude00")"), "\xed\xa0\x80\\ude00");
}

TEST(JsonMerged, ReplacesAndExtendsAndKeepsOtherBytes) {
  EXPECT_EQ(merged(R"({"id": 1.0, "a":[1, 2], "b":"\u0062"})", R"({"a":null,"c":1e2})"),
            R"({"id":1.0,"a":null,"b":"\u0062","c":1e2})");
  EXPECT_EQ(merged("{}", R"({"a":1})"), R"({"a":1})");
  EXPECT_EQ(merged(R"({"a":1})", "{}"), R"({"a":1})");
  EXPECT_EQ(merged("{}", "{}"), "{}");
}

TEST(JsonMerged, ComparesTheMeaningOfKeys) {
  EXPECT_EQ(merged(R"({"\u0061":1})", R"({"a":2})"), R"({"\u0061":2})");
  EXPECT_EQ(merged(R"({"a":1})", R"({"\u0061":2,"a":3})"), R"({"a":3})");
  EXPECT_EQ(merged(R"({"__proto__":1})", R"({"__proto__":2})"), R"({"__proto__":2})");
}

TEST(JsonEqual, LooksAtTheMeaning) {
  const std::vector<std::pair<std::string, std::string>> same{
      {"1", "1"},
      {"1", "1.0"},
      {"100", "1e2"},
      {"0", "-0"},
      {R"("a")", R"("\u0061")"},
      {R"({"a":1,"b":[2]})", R"( { "b" : [ 2 ], "a" : 1 } )"},
      {R"({"a":1,"a":2})", R"({"a":2})"},
      {"1e999", "1e999"},
      {R"("\ud800")", R"("\ud800")"},
  };
  for (const auto& [a, b] : same) {
    EXPECT_TRUE(equal(a, b)) << a << " " << b;
    EXPECT_TRUE(equal(b, a)) << a << " " << b;
  }
}

TEST(JsonEqual, SeesEveryDifference) {
  const std::vector<std::pair<std::string, std::string>> different{
      {"1", "2"},
      {"1", "\"1\""},
      {"0", "false"},
      {"null", "false"},
      {"[1,2]", "[2,1]"},
      {"[1]", "[1,1]"},
      {"{}", "[]"},
      {R"({"a":1})", R"({"a":1,"b":null})"},
      {R"({"a":1})", R"({"A":1})"},
      {R"("a")", R"("a ")"},
      {R"("\ud800")", R"("\ud801")"},
      {"12345678901234567890", "12345678901234567891"},
  };
  for (const auto& [a, b] : different) {
    EXPECT_FALSE(equal(a, b)) << a << " " << b;
    EXPECT_FALSE(equal(b, a)) << a << " " << b;
  }
}

// "One update too many, never one too few": what a double or an int64 cannot tell apart differs.
TEST(JsonEqual, RoundsNoNumber) {
  const std::vector<std::pair<std::string, std::string>> different{
      {"-1", "18446744073709551615"},
      {"9007199254740993", "9007199254740992.0"},
      {"123456789012345678901234567890", "123456789012345678901234567891"},
      {"0.1", "0.10000000000000000001"},
  };
  for (const auto& [a, b] : different) {
    EXPECT_FALSE(equal(a, b)) << a << " " << b;
    EXPECT_FALSE(equal(b, a)) << a << " " << b;
  }
}

TEST(JsonQuoted, ComesBackTheSame) {
  std::string every_byte;
  for (int c = 0; c < 0x80; ++c) every_byte.push_back(static_cast<char>(c));
  for (const std::string& text : {""s, "plain"s, "\"\\/"s, "é€😀"s, "</script>\n"s, every_byte}) {
    const std::string json = json::quoted(text);
    EXPECT_EQ(validate(json), Error::none) << json;
    EXPECT_EQ(string_of(json), text);
    EXPECT_EQ(nlohmann::json::parse(json, nullptr, false), nlohmann::json(text));
  }
  EXPECT_EQ(json::quoted("a\"\n"), R"("a\"\u000a")");
  std::string out = "x";
  append_quoted(out, "y");
  EXPECT_EQ(out, "x\"y\"");
}

TEST(JsonIsoTime, WritesWhatJavaScriptWrites) {
  EXPECT_EQ(iso_time(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(iso_time(1'795'427'115'123), "2026-11-23T09:45:15.123Z");
  EXPECT_EQ(iso_time(1'709'164'800'000), "2024-02-29T00:00:00.000Z");
  EXPECT_EQ(iso_time(951'782'399'999), "2000-02-28T23:59:59.999Z");
  EXPECT_EQ(iso_time(951'782'400'000), "2000-02-29T00:00:00.000Z");
  EXPECT_EQ(iso_time(4'107'542'400'000), "2100-03-01T00:00:00.000Z");
  EXPECT_EQ(iso_time(-1), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(iso_time(-62'135'596'800'000), "0001-01-01T00:00:00.000Z");
  EXPECT_EQ(iso_time(253'402'300'799'999), "9999-12-31T23:59:59.999Z");
}

}  // namespace
}  // namespace tidemark::json
