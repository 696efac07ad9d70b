#include "sequence/dedup_window.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace tidemark {
namespace {

constexpr HashKey kKey{0x0706050403020100U, 0x0f0e0d0c0b0a0908U};

TEST(DedupWindow, TellsTheFirstSight) {
  DedupWindow window(kKey, 4);
  EXPECT_TRUE(window.first_sight("a"));
  EXPECT_FALSE(window.first_sight("a"));
  EXPECT_TRUE(window.first_sight("b"));
  EXPECT_FALSE(window.first_sight("a"));
  EXPECT_TRUE(window.first_sight(""));
  EXPECT_EQ(window.size(), 3U);
}

TEST(DedupWindow, ForgetsTheOldestFirst) {
  DedupWindow window(kKey, 3);
  for (const char* id : {"a", "b", "c"}) EXPECT_TRUE(window.first_sight(id));
  // Seeing it again does not make it younger.
  EXPECT_FALSE(window.first_sight("a"));
  EXPECT_TRUE(window.first_sight("d"));
  EXPECT_FALSE(window.first_sight("b"));
  EXPECT_FALSE(window.first_sight("c"));
  EXPECT_FALSE(window.first_sight("d"));
  EXPECT_TRUE(window.first_sight("a"));
  EXPECT_TRUE(window.first_sight("b"));
}

TEST(DedupWindow, IsBounded) {
  DedupWindow window(kKey, 100);
  for (int i = 0; i < 10'000; ++i) {
    EXPECT_TRUE(window.first_sight(std::to_string(i)));
    EXPECT_LE(window.size(), 100U);
  }
  for (int i = 9'900; i < 10'000; ++i) EXPECT_FALSE(window.first_sight(std::to_string(i)));
  EXPECT_EQ(window.size(), 100U);
  EXPECT_TRUE(window.first_sight("9899"));
}

TEST(DedupWindow, RemembersOne) {
  DedupWindow window(kKey, 1);
  EXPECT_TRUE(window.first_sight("a"));
  EXPECT_FALSE(window.first_sight("a"));
  EXPECT_TRUE(window.first_sight("b"));
  EXPECT_TRUE(window.first_sight("a"));
}

TEST(KeyedHash, DependsOnEveryByteAndOnTheKey) {
  std::set<std::uint64_t> seen;
  const std::string text(20, 'x');
  for (std::size_t size = 0; size <= text.size(); ++size) {
    EXPECT_TRUE(seen.insert(keyed_hash(kKey, text.substr(0, size))).second) << size;
  }
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string other = text;
    other[at] = 'y';
    EXPECT_TRUE(seen.insert(keyed_hash(kKey, other)).second) << at;
  }
  EXPECT_TRUE(seen.insert(keyed_hash({kKey.k0 + 1, kKey.k1}, text)).second);
  EXPECT_TRUE(seen.insert(keyed_hash({kKey.k0, kKey.k1 + 1}, text)).second);
}

}  // namespace
}  // namespace tidemark
