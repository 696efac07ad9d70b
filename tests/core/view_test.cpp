#include "view/view.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/random.h"
#include "view_harness.h"

namespace tidemark {
namespace {

using testing::replay_ops;
using testing::Rows;
using testing::Slots;
using testing::view_of;

TEST(View, TakesNoEventsBeforeTheFirstSnapshot) {
  Rows rows;
  rows.set(1, R"({"n":1})");
  View view = view_of("", "");
  view.touch(rows(1));
  EXPECT_FALSE(view.has_snapshot());
  EXPECT_FALSE(view.changed());
  EXPECT_TRUE(view.slots().empty());
}

TEST(View, AnEmptyFirstSnapshotIsAList) {
  const Rows rows;
  View view = view_of("", "");
  view.show_snapshot({}, {}, rows.lookup());
  EXPECT_TRUE(view.has_snapshot());
  EXPECT_TRUE(view.changed());
  EXPECT_TRUE(view.delta().relisted);
  EXPECT_TRUE(view.delta().slots.empty());
}

TEST(View, WithoutAnOrderTheServersOrderStands) {
  Rows rows;
  for (const Slot slot : {1U, 2U, 3U, 4U}) rows.set(slot, R"({"n":1})");
  View view = view_of("", "");
  view.show_snapshot({3, 1, 2}, {4}, rows.lookup());
  EXPECT_EQ(view.slots(), (Slots{3, 1, 2, 4}));
  view.commit();
  rows.set(5, R"({"n":0})");
  view.touch(rows(5));
  EXPECT_EQ(view.slots(), (Slots{3, 1, 2, 4, 5}));
}

TEST(View, ASnapshotLeavesOutWhatDoesNotBelong) {
  Rows rows;
  rows.set(1, R"({"n":1})");
  rows.set(2, R"({"n":2})");
  View view = view_of("n=eq.1", "");
  view.show_snapshot({2, 3, 1}, {}, rows.lookup());
  EXPECT_EQ(view.slots(), Slots{1});
  EXPECT_TRUE(view.contains(1));
  EXPECT_FALSE(view.contains(2));
  EXPECT_FALSE(view.contains(3));
}

TEST(View, I6TheSameListIsNoChange) {
  Rows rows;
  rows.set(1, R"({"n":1})");
  rows.set(2, R"({"n":2})");
  View view = view_of("", "n");
  view.show_snapshot({2, 1}, {}, rows.lookup());
  EXPECT_EQ(view.slots(), (Slots{1, 2}));
  view.commit();
  EXPECT_FALSE(view.changed());
  view.show_snapshot({1, 2}, {}, rows.lookup());
  EXPECT_FALSE(view.changed());
  view.show_snapshot({2}, {}, rows.lookup());
  EXPECT_TRUE(view.delta().relisted);
  EXPECT_EQ(view.delta().slots, Slots{2});
}

TEST(View, SaysWhatMoved) {
  Rows rows;
  for (const Slot slot : {1U, 2U, 3U}) rows.set(slot, R"({"n":)" + std::to_string(slot) + "}");
  View view = view_of("n=lt.100", "n");
  view.show_snapshot({1, 2, 3}, {}, rows.lookup());
  view.commit();

  rows.set(1, R"({"n":9})");
  view.touch(rows(1));  // 2 3 1
  rows.set(3, R"({"n":3,"m":1})");
  view.touch(rows(3));
  rows.set(4, R"({"n":5})");
  view.touch(rows(4));  // 2 3 4 1
  rows.set(2, R"({"n":100})");
  view.touch(rows(2));  // 3 4 1
  rows.drop(9);
  view.touch(rows(9));

  const ViewDelta delta = view.delta();
  EXPECT_EQ(delta.view, 1U);
  EXPECT_FALSE(delta.relisted);
  ASSERT_EQ(delta.ops.size(), 4U);
  EXPECT_EQ(delta.ops[0].kind, ViewOpKind::move);
  EXPECT_EQ(delta.ops[0].from, 0U);
  EXPECT_EQ(delta.ops[0].to, 2U);
  EXPECT_EQ(delta.ops[1].kind, ViewOpKind::insert);
  EXPECT_EQ(delta.ops[1].to, 2U);
  EXPECT_EQ(delta.ops[2].kind, ViewOpKind::remove);
  EXPECT_EQ(delta.ops[2].from, 0U);
  // Updates are told where the row is in the end.
  EXPECT_EQ(delta.ops[3].kind, ViewOpKind::update);
  EXPECT_EQ(delta.ops[3].slot, 3U);
  EXPECT_EQ(delta.ops[3].from, 0U);
  EXPECT_EQ(view.slots(), (Slots{3, 4, 1}));
}

TEST(View, UntilTheCommitNothingCountsAsTold) {
  Rows rows;
  rows.set(1, R"({"n":1})");
  View view = view_of("", "");
  view.show_snapshot({1}, {}, rows.lookup());
  EXPECT_TRUE(view.delta().relisted);
  EXPECT_TRUE(view.delta().relisted);
  view.commit();
  rows.set(2, R"({"n":2})");
  view.touch(rows(2));
  EXPECT_EQ(view.delta().ops.size(), 1U);
  EXPECT_EQ(view.delta().ops.size(), 1U);
  view.commit();
  EXPECT_FALSE(view.changed());
}

TEST(View, I7ABurstBecomesOneList) {
  Rows rows;
  View view = view_of("", "n.desc");
  view.show_snapshot({}, {}, rows.lookup());
  view.commit();
  Slot slot = 0;
  for (; slot < 256; ++slot) {
    rows.set(slot, R"({"n":)" + std::to_string(slot) + "}");
    view.touch(rows(slot));
  }
  EXPECT_FALSE(view.delta().relisted);
  EXPECT_EQ(view.delta().ops.size(), 256U);
  rows.set(slot, R"({"n":-1})");
  view.touch(rows(slot));
  EXPECT_TRUE(view.delta().relisted);
  EXPECT_EQ(view.delta().slots, view.slots());
  EXPECT_EQ(view.slots().size(), 257U);
  EXPECT_EQ(view.slots().front(), 255U);
  EXPECT_EQ(view.slots().back(), 256U);
  view.commit();
  rows.drop(0);
  view.touch(rows(0));
  EXPECT_FALSE(view.delta().relisted);
  EXPECT_EQ(view.delta().ops.size(), 1U);
}

TEST(View, I7ManyUpdatesOfARowAreOne) {
  Rows rows;
  Slots all;
  for (Slot slot = 0; slot < 1000; ++slot) {
    rows.set(slot, R"({"n":1})");
    all.push_back(slot);
  }
  View view = view_of("", "");
  view.show_snapshot(all, {}, rows.lookup());
  view.commit();
  for (int i = 0; i < 2000; ++i) view.touch(rows(7));
  view.touch(rows(9));
  ASSERT_EQ(view.delta().ops.size(), 2U);
  EXPECT_EQ(view.delta().ops[0].from, 7U);
  EXPECT_EQ(view.delta().ops[1].from, 9U);
  view.commit();
  EXPECT_FALSE(view.changed());
  view.touch(rows(7));
  EXPECT_EQ(view.delta().ops.size(), 1U);
  for (const Slot slot : all) view.touch(rows(slot));
  EXPECT_TRUE(view.delta().relisted);  // a thousand ops are longer than the list
  EXPECT_EQ(view.delta().slots, all);
}

// Without an order: a set that is right, in the server's order with new rows last.
TEST(View, WithoutAnOrderRowsKeepTheirPlaces) {
  Random random(5);
  Rows rows;
  View view = view_of("n=lt.15", "");
  Slots expected;
  Slots told;
  view.show_snapshot({}, {}, rows.lookup());
  for (int step = 0; step < 3000; ++step) {
    const Slot slot = static_cast<Slot>(random.up_to(30));
    const int n = static_cast<int>(random.up_to(20));
    const auto held = std::find(expected.begin(), expected.end(), slot);
    const bool belongs = random.up_to(4) > 0 && n < 15;
    rows.set(slot, R"({"n":)" + std::to_string(belongs ? n : 15) + "}");
    if (!belongs && random.up_to(1) == 0) rows.drop(slot);
    if (belongs && held == expected.end()) expected.push_back(slot);
    if (!belongs && held != expected.end()) expected.erase(held);
    view.touch(rows(slot));
    ASSERT_EQ(view.slots(), expected) << step;
    if (random.up_to(100) == 0) {
      std::reverse(expected.begin(), expected.end());
      view.show_snapshot(expected, {}, rows.lookup());
    }
    if (random.up_to(40) > 0) continue;
    if (view.changed()) replay_ops(view.delta(), told);
    view.commit();
    ASSERT_EQ(told, expected);
  }
}

}  // namespace
}  // namespace tidemark
