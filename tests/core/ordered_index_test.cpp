#include "view/ordered_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <vector>

#include "base/random.h"

namespace tidemark {
namespace {

std::vector<Slot> slots_of(const OrderedIndex& index, std::size_t from, std::size_t to) {
  std::vector<Slot> slots;
  index.visit(from, to, [&](const Member& each) { slots.push_back(each.slot); });
  return slots;
}

// Beside a sorted vector. Few prefixes and keys, so that ties go down to the slot; it grows
// to many chunks and shrinks to none, twice.
TEST(OrderedIndex, AgreesWithASortedVector) {
  Random random(3);
  std::deque<Member> members;
  for (Slot slot = 0; slot < 5000; ++slot) {
    Member& each = members.emplace_back();
    each.slot = slot;
    each.prefix = static_cast<std::uint64_t>(random.up_to(40));
    each.key = std::string(1, static_cast<char>('a' + random.up_to(3)));
  }
  const auto before = [](const Member* a, const Member* b) { return comes_before(*a, *b); };
  OrderedIndex index;
  std::vector<Member*> sorted;
  std::vector<bool> is_in(members.size());
  for (int step = 0; step < 60'000; ++step) {
    Member& member =
        members[static_cast<std::size_t>(random.up_to(static_cast<int>(members.size()) - 1))];
    const auto place = std::lower_bound(sorted.begin(), sorted.end(), &member, before);
    const auto rank = static_cast<std::size_t>(place - sorted.begin());
    ASSERT_EQ(index.rank(member), rank);
    const bool grows = step / 15'000 % 2 == 0;
    const bool adds = random.up_to(9) < (grows ? 9 : 1);
    if (is_in[member.slot] && !adds) {
      ASSERT_EQ(index.erase(member), rank);
      sorted.erase(place);
      is_in[member.slot] = false;
    } else if (!is_in[member.slot] && adds) {
      ASSERT_EQ(index.insert(member), rank);
      sorted.insert(place, &member);
      is_in[member.slot] = true;
    }
    ASSERT_EQ(index.size(), sorted.size());
    if (sorted.empty()) continue;
    const auto at = static_cast<std::size_t>(random.up_to(static_cast<int>(sorted.size()) - 1));
    ASSERT_EQ(&index.at(at), sorted[at]);
    if (step % 500 > 0) continue;
    const std::size_t to = at + static_cast<std::size_t>(random.up_to(700));
    std::vector<Slot> expected;
    for (std::size_t i = at; i < std::min(to, sorted.size()); ++i) {
      expected.push_back(sorted[i]->slot);
    }
    ASSERT_EQ(slots_of(index, at, to), expected);
  }
  while (!sorted.empty()) {
    ASSERT_EQ(index.erase(*sorted.back()), sorted.size() - 1);
    sorted.pop_back();
  }
  EXPECT_EQ(index.size(), 0U);
  EXPECT_TRUE(slots_of(index, 0, 10).empty());
  EXPECT_EQ(index.insert(members[0]), 0U);
}

TEST(OrderedIndex, TakesASortedList) {
  std::deque<Member> members(1000);
  std::vector<Member*> sorted;
  for (Slot slot = 0; slot < 1000; ++slot) {
    members[slot].slot = slot;
    sorted.push_back(&members[slot]);
  }
  OrderedIndex index;
  index.insert(members[5]);
  index.assign(sorted);
  EXPECT_EQ(index.size(), 1000U);
  for (Slot slot = 0; slot < 1000; ++slot) EXPECT_EQ(index.rank(members[slot]), slot);
  EXPECT_EQ(slots_of(index, 998, 5000), (std::vector<Slot>{998, 999}));
  index.assign({});
  EXPECT_EQ(index.size(), 0U);
}

}  // namespace
}  // namespace tidemark
