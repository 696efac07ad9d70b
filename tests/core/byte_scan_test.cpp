#include "poll/byte_scan.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/json.h"
#include "base/random.h"

namespace tidemark::poll {
namespace {

// Exactly as long as the text: the sanitizers see whoever reads further.
std::vector<char> exact(std::string_view text) { return {text.begin(), text.end()}; }

TEST(ByteScan, FindsTheOneByteThatDiffers) {
  for (std::size_t size = 0; size < 200; ++size) {
    const std::vector<char> a = exact(std::string(size, 'x'));
    EXPECT_TRUE(equal_bytes(a.data(), std::vector<char>(a).data(), size));
    for (std::size_t at = 0; at < size; ++at) {
      std::vector<char> b = a;
      b[at] = 'y';
      EXPECT_FALSE(equal_bytes(a.data(), b.data(), size)) << size << " " << at;
    }
  }
}

TEST(ByteScan, SkipsEveryKindOfValue) {
  struct Case {
    std::string text;
    std::size_t length;
    int depth;
  };
  const std::vector<Case> cases{
      {"1,", 1, 0},
      {"-1.5e3 ", 6, 0},
      {"true]", 4, 0},
      {"null", 4, 0},
      {R"("a" )", 3, 0},
      {R"("a\"]")", 6, 0},
      {R"("\\")", 4, 0},
      {"[],", 2, 1},
      {"{}}", 2, 1},
      {R"([[{"a":[]}],"]"],)", 16, 4},
      {R"({"a\\":"}\\\"","b":"{"})", 23, 1},
  };
  for (const Case& each : cases) {
    const std::vector<char> text = exact(each.text);
    const char* end = text.data() + text.size();
    const Skipped skipped = skip_value(text.data(), end);
    ASSERT_NE(skipped.after, nullptr) << each.text;
    EXPECT_EQ(static_cast<std::size_t>(skipped.after - text.data()), each.length) << each.text;
    EXPECT_EQ(skipped.depth, each.depth) << each.text;
  }
}

TEST(ByteScan, SaysWhenAValueDoesNotEnd) {
  for (const char* open :
       {"", "[", "[[]", "{\"a\":1", "[\"]", "[\"\\\"]", "\"", "\"a\\", "\"a\\\""}) {
    const std::vector<char> text = exact(open);
    EXPECT_EQ(skip_value(text.data(), text.data() + text.size()).after, nullptr) << open;
  }
}

// Backslashes and quotes around the borders of the blocks that the scan goes by.
TEST(ByteScan, EscapesAcrossBlocks) {
  for (std::size_t before = 0; before < 140; ++before) {
    for (std::size_t run = 0; run < 6; ++run) {
      std::string text = "[\"" + std::string(before, 'x');
      for (std::size_t i = 0; i < run; ++i) text.append("\\\\");
      const std::string plain = text + "\"]";
      const std::string quoted = text + "\\\"]\"]";
      for (const std::string& each : {plain, quoted}) {
        const std::vector<char> bytes = exact(each + ",1]");
        const Skipped skipped = skip_value(bytes.data(), bytes.data() + bytes.size());
        ASSERT_NE(skipped.after, nullptr);
        EXPECT_EQ(static_cast<std::size_t>(skipped.after - bytes.data()), each.size()) << each;
      }
    }
  }
}

// Random values, valid by construction: the skip ends where the value does.
std::string value_of(Random& random, int depth) {
  constexpr std::string_view kPieces[] = {"a",
                                          "\\\"",
                                          "\\\\",
                                          "]",
                                          "}",
                                          "{",
                                          "[",
                                          ",",
                                          ":",
                                          "\\u005b",
                                          "\xc3\xa9",
                                          " ",
                                          "long enough to fill a block"};
  const auto text = [&] {
    std::string out = "\"";
    for (std::int64_t i = random.up_to(6); i > 0; --i) {
      out.append(kPieces[static_cast<std::size_t>(random.up_to(12))]);
    }
    return out + "\"";
  };
  const std::int64_t kind = depth > 6 ? random.up_to(2) : random.up_to(5);
  if (kind == 0) return std::to_string(random.up_to(100'000));
  if (kind == 1) return random.up_to(1) == 0 ? "true" : "null";
  if (kind == 2) return text();
  const bool keyed = kind == 3;
  std::string out(1, keyed ? '{' : '[');
  for (std::int64_t i = random.up_to(4); i > 0; --i) {
    if (out.size() > 1) out.append(random.up_to(1) == 0 ? "," : " ,\r\n");
    if (keyed) out.append(text()).append(": ");
    out.append(value_of(random, depth + 1));
  }
  out.push_back(keyed ? '}' : ']');
  return out;
}

TEST(ByteScan, RandomValuesEndWhereTheyEnd) {
  Random random(3);
  for (int round = 0; round < 3'000; ++round) {
    const std::string value = value_of(random, 0);
    ASSERT_EQ(json::validate(value), Error::none) << value;
    const std::vector<char> bytes = exact(value + ",\"]}\"");
    const Skipped skipped = skip_value(bytes.data(), bytes.data() + bytes.size());
    ASSERT_NE(skipped.after, nullptr);
    ASSERT_EQ(static_cast<std::size_t>(skipped.after - bytes.data()), value.size()) << value;
  }
}

}  // namespace
}  // namespace tidemark::poll
