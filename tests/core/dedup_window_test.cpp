#include "sequence/dedup_window.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <string>

#include "allocations.h"
#include "base/random.h"

namespace tidemark {
namespace {

constexpr HashKey kKey{0x0706050403020100U, 0x0f0e0d0c0b0a0908U};

TEST(DedupWindow, TellsTheFirstSight) {
  DedupWindow window(kKey, 4);
  EXPECT_TRUE(window.first_sight("a", 0));
  EXPECT_FALSE(window.first_sight("a", 0));
  EXPECT_TRUE(window.first_sight("b", 0));
  EXPECT_FALSE(window.first_sight("a", 0));
  EXPECT_TRUE(window.first_sight("", 0));
  EXPECT_EQ(window.size(), 3U);
}

TEST(DedupWindow, ForgetsTheOldestFirst) {
  DedupWindow window(kKey, 3);
  for (const char* id : {"a", "b", "c"}) EXPECT_TRUE(window.first_sight(id, 0));
  // Seeing it again does not make it younger.
  EXPECT_FALSE(window.first_sight("a", 0));
  EXPECT_TRUE(window.first_sight("d", 0));
  EXPECT_FALSE(window.first_sight("b", 0));
  EXPECT_FALSE(window.first_sight("c", 0));
  EXPECT_FALSE(window.first_sight("d", 0));
  EXPECT_TRUE(window.first_sight("a", 0));
  EXPECT_TRUE(window.first_sight("b", 0));
}

TEST(DedupWindow, IsBounded) {
  DedupWindow window(kKey, 100);
  for (int i = 0; i < 10'000; ++i) {
    EXPECT_TRUE(window.first_sight(std::to_string(i), 0));
    EXPECT_LE(window.size(), 100U);
  }
  for (int i = 9'900; i < 10'000; ++i) EXPECT_FALSE(window.first_sight(std::to_string(i), 0));
  EXPECT_EQ(window.size(), 100U);
  EXPECT_TRUE(window.first_sight("9899", 0));
}

TEST(DedupWindow, RemembersOne) {
  DedupWindow window(kKey, 1);
  EXPECT_TRUE(window.first_sight("a", 0));
  EXPECT_FALSE(window.first_sight("a", 0));
  EXPECT_TRUE(window.first_sight("b", 0));
  EXPECT_TRUE(window.first_sight("a", 0));
}

TEST(DedupWindow, ForgetsWhatIsOlderThanItsTime) {
  DedupWindow window(kKey, 10, 1'000);
  EXPECT_TRUE(window.first_sight("a", 5'000));
  EXPECT_TRUE(window.first_sight("b", 5'600));
  EXPECT_FALSE(window.first_sight("a", 6'000));
  // Seeing it again did not make it younger.
  EXPECT_TRUE(window.first_sight("a", 6'001));
  EXPECT_FALSE(window.first_sight("b", 6'600));
  EXPECT_TRUE(window.first_sight("b", 6'601));
  EXPECT_EQ(window.size(), 2U);
}

TEST(DedupWindow, ForgetsAllAfterALongSleep) {
  constexpr Millis kTurn = Millis{1} << 32;  // after which 32 bits of the clock repeat
  DedupWindow window(kKey, 10, 1'000);
  EXPECT_TRUE(window.first_sight("a", kTurn - 10));
  EXPECT_FALSE(window.first_sight("a", kTurn + 10));
  EXPECT_TRUE(window.first_sight("a", 2 * kTurn));
  EXPECT_TRUE(window.first_sight("a", 7 * kTurn));
  EXPECT_EQ(window.size(), 1U);
}

TEST(DedupWindow, WithoutATimeItNeverExpires) {
  DedupWindow window(kKey, 10);
  EXPECT_TRUE(window.first_sight("a", 0));
  EXPECT_FALSE(window.first_sight("a", Millis{1} << 50));
}

// The plainest thing that could be right.
class Model {
 public:
  Model(std::size_t capacity, Millis ttl) : capacity_(capacity), ttl_(ttl) {}

  bool first_sight(const Hash128& id, Millis now) {
    while (ttl_ > 0 && !ids_.empty() && now - ids_.front().second > ttl_) ids_.pop_front();
    for (const auto& [known, when] : ids_) {
      if (known == id) return false;
    }
    if (ids_.size() == capacity_) ids_.pop_front();
    ids_.emplace_back(id, now);
    return true;
  }
  std::size_t size() const { return ids_.size(); }

 private:
  std::size_t capacity_;
  Millis ttl_;
  std::deque<std::pair<Hash128, Millis>> ids_;
};

// Hashes that begin their probes at few places, and at the table's end, so that probes are
// long, cross each other and go round.
Hash128 crowded(Random& random) {
  const auto low = static_cast<std::uint64_t>(random.up_to(3)) * 0x55555555U << 32U;
  return {low, random.next() % 200};
}

TEST(DedupWindow, AgreesWithAPlainModel) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Random random(seed);
    const auto capacity = static_cast<std::size_t>(1 + random.up_to(150));
    const Millis ttl = random.up_to(2) == 0 ? 0 : 1 + random.up_to(300);
    DedupWindow window(kKey, capacity, ttl);
    Model model(capacity, ttl);
    Millis now = 1'000;
    for (int i = 0; i < 2'000; ++i) {
      now += random.up_to(200) == 0 ? random.up_to(1'000) : random.up_to(3);
      const Hash128 id = crowded(random);
      ASSERT_EQ(window.first_sight(id, now), model.first_sight(id, now)) << seed << " " << i;
      ASSERT_EQ(window.size(), model.size()) << seed << " " << i;
    }
  }
}

TEST(DedupWindow, StaysWithin32BytesAnId) {
  for (const std::size_t capacity : {100U, 10'000U, 99'999U}) {
    DedupWindow window(kKey, capacity, 1'000'000);
    for (std::size_t i = 0; i < 2 * capacity; ++i) {
      window.first_sight(std::to_string(i), static_cast<Millis>(i));
    }
    EXPECT_EQ(window.size(), capacity);
    EXPECT_LE(window.bytes(), 32 * capacity);
  }
}

TEST(DedupWindow, IsSmallWhileItHoldsLittle) {
  DedupWindow window(kKey, 1'000'000, 60'000);
  EXPECT_EQ(window.bytes(), 0U);
  for (int i = 0; i < 50; ++i) window.first_sight(std::to_string(i), 0);
  EXPECT_LE(window.bytes(), 2'048U);
  for (int i = 0; i < 5'000; ++i) window.first_sight(std::to_string(i), 0);
  EXPECT_LE(window.bytes(), 2 * 32 * window.size());
}

TEST(DedupWindow, TakesNoMemoryForAnEventOnceItIsFull) {
  DedupWindow window(kKey, 1'000, 1'000'000);
  for (int i = 0; i < 1'000; ++i) window.first_sight(std::to_string(i), i);
  const std::string fresh = "an id of a common length, longer than a small string";
  const std::size_t before = testing::allocations();
  for (int i = 0; i < 1'000; ++i) {
    window.first_sight({1, static_cast<std::uint64_t>(i)}, 1'000 + i);
  }
  const bool is_first = window.first_sight(fresh, 2'001);
  EXPECT_EQ(testing::allocations(), before);
  EXPECT_TRUE(is_first);
  EXPECT_FALSE(window.first_sight(fresh, 2'002));
}

}  // namespace
}  // namespace tidemark
