#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "allocations.h"
#include "base/json.h"
#include "random_json.h"

namespace tidemark::json {
namespace {

using testing::RandomJson;
using Tree = nlohmann::json;

// On the heap and of its exact size, so that the sanitizer sees a read past its end.
class Exact {
 public:
  explicit Exact(std::string_view text) : bytes_(text.begin(), text.end()) {}
  operator std::string_view() const { return {bytes_.data(), bytes_.size()}; }

 private:
  std::vector<char> bytes_;
};

bool same(std::string_view a, std::string_view b) {
  const bool answer = equal(Exact(a), Exact(b));
  EXPECT_EQ(equal(Exact(b), Exact(a)), answer) << a << "\n" << b;
  return answer;
}

TEST(JsonEqual, EverySpellingOfADocumentIsEqual) {
  for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
    RandomJson random(seed);
    const Tree tree = random.document();
    const std::string a = random.spelling(tree);
    const std::string b = random.spelling(tree);
    ASSERT_EQ(validate(a), Error::none) << a;
    // The spellings are what they claim to be.
    ASSERT_EQ(Tree::parse(a, nullptr, false), tree) << a;
    ASSERT_TRUE(same(a, b)) << seed << "\n" << a << "\n" << b;
  }
}

TEST(JsonEqual, AgreesWithTheOracleOnChangedDocuments) {
  int changed = 0;
  for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
    RandomJson random(seed);
    const Tree tree = random.document();
    Tree other = tree;
    random.mutate(other);
    const std::string a = random.spelling(tree);
    const std::string b = random.spelling(other);
    changed += tree == other ? 0 : 1;
    ASSERT_EQ(same(a, b), tree == other) << seed << "\n" << a << "\n" << b;
  }
  EXPECT_GT(changed, 600);
}

TEST(JsonEqual, TheLastOfRepeatedMembersCounts) {
  const std::vector<std::pair<std::string, std::string>> alike{
      {R"({"a":1,"a":2})", R"({"a":3,"a":2})"},
      {R"({"a":1,"b":0,"a":2})", R"({"b":0,"a":2})"},
      {R"({"a":1,"a":2})", R"({"a":2,"a":2,"a":2})"},
      {R"({"a":1,"\u0061":2})", R"({"a":2})"},
      {R"({"a":{"x":1},"b":0})", R"({"a":{"x":2},"b":0,"a":{"x":1}})"},
      {R"({"j":0,"k":2,"k":1})", R"({"k":1,"j":0,"k":1})"},
  };
  for (const auto& [a, b] : alike) EXPECT_TRUE(same(a, b)) << a << " " << b;
  const std::vector<std::pair<std::string, std::string>> different{
      {R"({"a":1,"a":2})", R"({"a":2,"a":1})"},
      {R"({"a":1,"a":2})", R"({"a":1})"},
      {R"({"a":1,"b":1})", R"({"a":1,"a":1})"},
      {R"({"j":0,"k":1,"k":2})", R"({"k":2,"j":0,"k":1})"},
      {R"({"a":1,"b":2,"a":3})", R"({"a":1,"b":2})"},
      {R"({"a":1,"b":2})", R"({"a":1,"b":2,"a":3})"},
  };
  for (const auto& [a, b] : different) EXPECT_FALSE(same(a, b)) << a << " " << b;
}

TEST(JsonEqual, NamesOfPrototypesAreOnlyNames) {
  EXPECT_TRUE(same(R"({"__proto__":{"x":1},"a":1})", R"({"a":1,"__proto__":{"x":1}})"));
  EXPECT_FALSE(same(R"({"__proto__":{"x":1}})", R"({"__proto__":{"x":2}})"));
  EXPECT_FALSE(same(R"({"__proto__":null})", "{}"));
}

TEST(JsonEqual, TellsTextsOfEveryLengthApart) {
  for (std::size_t size = 1; size < 70; ++size) {
    const std::string text(size, 'x');
    EXPECT_TRUE(same("[\"" + text + "\" ]", "[\"" + text + "\"]"));
    for (std::size_t at = 0; at < size; ++at) {
      std::string other = text;
      other[at] = 'y';
      EXPECT_FALSE(same("[\"" + text + "\" ]", "[\"" + other + "\"]")) << size << " " << at;
      EXPECT_FALSE(same("{\"" + text + "\":1 }", "{\"" + other + "\":1}")) << size << " " << at;
      // Where a name stands in the other order its bytes are compared in another way.
      EXPECT_FALSE(same("{\"a\":1,\"" + text + "\":1 }", "{\"" + other + "\":1,\"a\":1}"));
      const std::string escaped = other.substr(0, at) + "\\u0078" + other.substr(at + 1);
      EXPECT_TRUE(same("{\"a\":1,\"" + text + "\":1}", "{\"" + escaped + "\":1,\"a\":1}"));
    }
    EXPECT_FALSE(same("[\"" + text + "\"]", "[\"" + text + "x\"]"));
  }
}

// `inner` under `depth` objects of two members, written in either order.
std::string nested(std::string inner, int depth, bool in_order) {
  for (int i = 0; i < depth; ++i) {
    inner = in_order ? "{\"x\":" + inner + ",\"y\":0}" : "{\"y\":0,\"x\":" + inner + "}";
  }
  return inner;
}

TEST(JsonEqual, WalksTheDeepestThatIsValid) {
  const std::string deepest = nested("1", kMaxDepth, true);
  ASSERT_EQ(validate(deepest), Error::none);
  EXPECT_TRUE(same(deepest, deepest + " "));
  EXPECT_TRUE(same(nested("1", kMaxDepth, false), " " + nested("1.0", kMaxDepth, false)));
  EXPECT_FALSE(same(deepest, nested("2", kMaxDepth, true)));
  EXPECT_TRUE(same(nested("1", 50, true), nested("1", 50, false)));
  EXPECT_FALSE(same(nested("1", 50, true), nested("2", 50, false)));
}

// What would take for ever is given up: one update too many.
TEST(JsonEqual, BoundsItsWork) {
  EXPECT_FALSE(equal(nested("1", kMaxDepth, true), nested("1", kMaxDepth, false)));
  // Each level has two candidates on one side, the next on the other: 2^24 pairs in all.
  std::string a = "1";
  std::string b = "1";
  for (int i = 0; i < 24; ++i) {
    std::string& twice = i % 2 == 0 ? a : b;
    std::string& once = i % 2 == 0 ? b : a;
    twice = "{\"k\":" + twice + ",\"k\":" + twice + "}";
    once = "{\"k\":" + once + "}";
  }
  EXPECT_FALSE(equal("[" + a + ",1]", "[" + b + ", 1]"));
}

TEST(JsonEqual, ManyMembersInAnotherOrderAreEqual) {
  constexpr int kCount = 3'000;
  std::string forwards = "{\"first\":0";
  std::string backwards = "\"first\":0}";
  for (int i = 0; i < kCount; ++i) {
    const std::string each = "\"member " + std::to_string(i) + "\":" + std::to_string(i);
    forwards += "," + each;
    backwards = each + "," + backwards;
  }
  EXPECT_TRUE(same(forwards + "}", "{" + backwards));
  EXPECT_FALSE(same(forwards + ",\"last\":1}", "{\"other\":1," + backwards));
}

// Both in the same order: the common case, and the one that has to be cheap.
TEST(JsonEqual, TakesNoMemoryWhileOrderAndEscapesAgree) {
  const std::string a =
      R"({"id":1,"name":"A name that is longer than any small string","n":[1,2,{"x":null}]})";
  const std::string b =
      R"({ "id": 1, "name": "A name that is longer than any small string", "n": [1, 2, {"x": null}] })";
  const std::string c =
      R"({ "id": 1, "name": "A name that is longer than any small string", "n": [1, 2, {"x": true}] })";
  const std::size_t before = testing::allocations();
  const bool same_meaning = equal(a, b);
  const bool other_meaning = equal(a, c);
  EXPECT_EQ(testing::allocations(), before);
  EXPECT_TRUE(same_meaning);
  EXPECT_FALSE(other_meaning);
}

}  // namespace
}  // namespace tidemark::json
