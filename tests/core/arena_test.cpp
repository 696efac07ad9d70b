#include "store/arena.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"

namespace tidemark {
namespace {

std::string text_of(Random& random, std::int64_t longest) {
  std::string text(static_cast<std::size_t>(1 + random.up_to(longest - 1)), 'x');
  for (char& c : text) c = static_cast<char>('a' + random.up_to(25));
  return text;
}

TEST(Arena, EmptyTextTakesNothing) {
  Arena arena;
  const std::size_t before = arena.bytes();
  const std::string_view none = arena.keep("");
  EXPECT_TRUE(none.empty());
  arena.release(none);
  EXPECT_EQ(arena.bytes(), before);
}

TEST(Arena, TextStaysWhatItIsUntilItIsReleased) {
  Arena arena;
  Random random(1);
  std::vector<std::pair<std::string, std::string_view>> kept;
  for (int step = 0; step < 20'000; ++step) {
    if (kept.size() > 200 || (!kept.empty() && random.up_to(2) == 0)) {
      const auto at =
          static_cast<std::size_t>(random.up_to(static_cast<std::int64_t>(kept.size()) - 1));
      ASSERT_EQ(kept[at].first, kept[at].second) << step;
      arena.release(kept[at].second);
      kept[at] = kept.back();
      kept.pop_back();
    } else {
      const std::int64_t longest = random.up_to(9) == 0 ? 20'000 : 1'200;
      const std::string text = text_of(random, longest);
      kept.emplace_back(text, arena.keep(text));
    }
  }
  for (const auto& [text, held] : kept) EXPECT_EQ(text, held);
}

TEST(Arena, EveryLengthFitsItsClass) {
  Arena arena;
  std::vector<std::pair<std::string, std::string_view>> kept;
  for (std::size_t size = 1; size < 5'000; ++size) {
    const std::string text(size, static_cast<char>('a' + size % 26));
    kept.emplace_back(text, arena.keep(text));
    kept.emplace_back(text, arena.keep(text));
  }
  for (const auto& [text, held] : kept) ASSERT_EQ(text, held);
}

// The sanitizers say whether a scanner may look there.
TEST(Arena, SixtyFourBytesAfterATextCanBeRead) {
  Arena arena;
  unsigned sum = 0;
  for (const std::size_t size : {1U, 60U, 1'020U, 4'000U, 4'092U, 4'093U, 70'000U}) {
    for (int i = 0; i < 40; ++i) {
      const std::string_view held = arena.keep(std::string(size, 'x'));
      for (std::size_t at = 0; at < 64; ++at) sum += held.data()[held.size() + at] != 0 ? 1U : 0U;
    }
  }
  EXPECT_LE(sum, 7U * 40U * 64U);
}

TEST(Arena, FreedSpaceIsTakenAgain) {
  Arena arena;
  std::vector<std::string_view> kept;
  for (int i = 0; i < 1'000; ++i) kept.push_back(arena.keep(std::string(480, 'x')));
  const std::size_t full = arena.bytes();
  for (int round = 0; round < 10; ++round) {
    for (std::string_view& each : kept) {
      arena.release(each);
      each = arena.keep(std::string(481, 'y'));
    }
  }
  EXPECT_EQ(arena.bytes(), full);
}

TEST(Arena, RowsThatGrewDoNotHoldOnToTheClassTheyLeft) {
  Arena arena;
  std::vector<std::string_view> kept(2'000);
  for (const std::size_t size : {100U, 300U, 700U, 1'500U, 3'500U, 100U}) {
    for (std::string_view& each : kept) {
      arena.release(each);
      each = arena.keep(std::string(size, 'x'));
    }
    EXPECT_LE(arena.bytes(), kept.size() * size * 5 / 4 + 120'000) << size;
  }
  for (const std::string_view each : kept) arena.release(each);
  EXPECT_LE(arena.bytes(), 200'000U);
}

TEST(Arena, OneTextOfAClassDoesNotTakeALargePage) {
  Arena arena;
  for (std::size_t size = 20; size < 500; size += 20) arena.keep(std::string(size, 'x'));
  EXPECT_LE(arena.bytes(), 40'000U);
}

}  // namespace
}  // namespace tidemark
