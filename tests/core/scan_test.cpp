#include "base/scan.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/json.h"
#include "random_json.h"

namespace tidemark::scan {
namespace {

using testing::RandomJson;

// On the heap and of its exact size, so that the sanitizer sees a read past its end.
std::vector<char> exact(std::string_view text) { return {text.begin(), text.end()}; }

// One byte at a time, as written down in the grammar.
std::size_t plain_end_of_value(std::string_view text) {
  int open = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      ++open;
    } else if (c == '}' || c == ']') {
      --open;
    } else {
      continue;
    }
    if (open == 0 && !in_string) return i + 1;
  }
  return text.size();
}

TEST(Scan, FindsTheEndOfEveryValue) {
  for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
    RandomJson random(seed);
    const std::string value = random.spelling(random.document(6));
    if (value.front() != '{' && value.front() != '[' && value.front() != '"') continue;
    // Whatever follows it, and at whatever distance from the end of the text.
    const std::string rest = random.pick(std::vector<std::string>{
        "", "]", ",\"x\\\"\"]", "}}}}}}}}}}}}}}}}}}", "\"" + std::string(60, 'x')});
    const auto text = exact(value + rest);
    const char* const end = text.data() + text.size();
    const auto size = static_cast<std::ptrdiff_t>(value.size());
    ASSERT_EQ(plain_end_of_value(value + rest), value.size());
    ASSERT_EQ(after_value(text.data(), end) - text.data(), size) << seed << " " << value;
    ASSERT_EQ(after_value<simd::Lane>(text.data(), end) - text.data(), size) << value;
  }
}

TEST(Scan, SeesBackslashesWhereverABlockEnds) {
  for (std::size_t before = 0; before < 40; ++before) {
    for (std::size_t backslashes = 0; backslashes < 40; ++backslashes) {
      const std::string escapes =
          std::string(backslashes / 2 * 2, '\\') + (backslashes % 2 == 1 ? "\\\"" : "");
      const std::string value = "[\"" + std::string(before, 'x') + escapes + "\",\"]\"]";
      const auto text = exact(value + "]\"");
      const char* const end = text.data() + text.size();
      const auto size = static_cast<std::ptrdiff_t>(value.size());
      EXPECT_EQ(after_value(text.data(), end) - text.data(), size) << value;
      EXPECT_EQ(after_value<simd::Lane>(text.data(), end) - text.data(), size) << value;
    }
  }
}

// Bytes that no validator has seen: the scan means nothing, but it stays inside.
TEST(Scan, StaysInsideWhateverTheBytesAre) {
  for (std::uint64_t seed = 1; seed <= 5'000; ++seed) {
    RandomJson random(seed);
    std::string bytes;
    for (std::int64_t i = random.up_to(50); i >= 0; --i) {
      bytes.push_back(random.pick(std::string_view("\"\\[]{},: 1x\x80")));
    }
    const auto text = exact(bytes);
    const char* const p = text.data();
    const char* const end = p + text.size();
    for (const char* at :
         {after_value(p, end), after_rest(p, end), after_string(p, end), after_space(p, end),
          after_word(p, end), find_end_of_plain(p, end), find_quote_or_backslash(p, end)}) {
      ASSERT_GE(at, p) << bytes;
      ASSERT_LE(at, end) << bytes;
    }
    ASSERT_EQ(after_value(p, end), after_value<simd::Lane>(p, end)) << bytes;
    ASSERT_EQ(after_rest(p, end), after_rest<simd::Lane>(p, end)) << bytes;
  }
}

TEST(Scan, FindsTheFirstByteThatEndsPlainText) {
  for (int c = 0; c < 256; ++c) {
    const bool stops = c < 0x20 || c >= 0x80 || c == '"' || c == '\\';
    for (std::size_t at = 0; at < 36; ++at) {
      std::string bytes(36, 'x');
      bytes[at] = static_cast<char>(c);
      if (at < 35) bytes[35] = '"';
      const auto text = exact(bytes);
      const char* const end = text.data() + text.size();
      const std::ptrdiff_t expected = stops ? static_cast<std::ptrdiff_t>(at) : at < 35 ? 35 : 36;
      ASSERT_EQ(find_end_of_plain(text.data(), end) - text.data(), expected) << c;
      ASSERT_EQ(find_end_of_plain<simd::Lane>(text.data(), end) - text.data(), expected) << c;
    }
  }
}

TEST(Scan, SkipsWhiteSpaceOfEveryLength) {
  for (std::size_t size = 0; size < 50; ++size) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i) bytes.push_back(" \n\r\t"[i % 4]);
    for (const char* rest : {"", "x", "\v", "\f", "\xc2\xa0", "x                              "}) {
      const auto text = exact(bytes + rest);
      const char* const end = text.data() + text.size();
      EXPECT_EQ(after_space(text.data(), end) - text.data(), static_cast<std::ptrdiff_t>(size));
    }
  }
}

TEST(Scan, ComparesAndSearchesTextsOfEveryLength) {
  for (std::size_t size = 0; size < 200; ++size) {
    const auto text = exact(std::string(size, 'x'));
    EXPECT_TRUE(same_bytes(text.data(), exact(std::string(size, 'x')).data(), size));
    EXPECT_FALSE(has_escape({text.data(), size}));
    for (std::size_t at = 0; at < size; ++at) {
      for (const char c : {'\\', '\xdc', '\x5d', '\x5b', '\0'}) {
        auto other = text;
        other[at] = c;
        EXPECT_FALSE(same_bytes(text.data(), other.data(), size)) << size << " " << at;
        EXPECT_FALSE(same_blocks<simd::Lane>(text.data(), other.data(), size)) << size;
        EXPECT_EQ(has_escape({other.data(), size}), c == '\\') << size << " " << at;
      }
    }
  }
}

TEST(Scan, FindsAQuotedTextWhereverItStands) {
  for (const std::string inner : {"", "a", "name", "a name that is longer than sixteen bytes"}) {
    const std::string quoted = "\"" + inner + "\"";
    for (std::size_t before = 0; before < 70; ++before) {
      for (const std::string& rest : {std::string(), std::string("x"), std::string(40, 'x')}) {
        const auto with = exact(std::string(before, 'x') + quoted + rest);
        EXPECT_TRUE(has_quoted({with.data(), with.size()}, inner)) << before;
        EXPECT_TRUE(has_quoted<simd::Lane>({with.data(), with.size()}, inner)) << before;
        // One quote is missing, or another byte stands there.
        const auto half =
            exact(std::string(before, 'x') + quoted.substr(0, quoted.size() - 1) + rest);
        EXPECT_FALSE(has_quoted({half.data(), half.size()}, inner)) << before;
        if (inner.empty()) continue;
        auto other = with;
        other[before + inner.size()] = '!';
        EXPECT_FALSE(has_quoted({other.data(), other.size()}, inner)) << before;
      }
    }
  }
  EXPECT_TRUE(has_quoted(R"({"a":1,"name":{"name":2}})", "name"));
  EXPECT_FALSE(has_quoted(R"({"names":1,"ame":2})", "name"));
}

}  // namespace
}  // namespace tidemark::scan
