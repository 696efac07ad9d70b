#include "view/view.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/random.h"

namespace tidemark {
namespace {

using Slots = std::vector<Slot>;

// Rows by slot, as store and overlay would show them. Keys are the slots' numbers.
class Rows {
 public:
  void set(Slot slot, std::string bytes) {
    keys_.try_emplace(slot, std::to_string(slot));
    bytes_[slot] = std::move(bytes);
  }
  void drop(Slot slot) { bytes_.erase(slot); }
  bool has(Slot slot) const { return bytes_.contains(slot); }

  VisibleRow operator()(Slot slot) const {
    const auto key = keys_.find(slot);
    const auto row = bytes_.find(slot);
    return {slot, key == keys_.end() ? std::string_view() : std::string_view(key->second),
            row == bytes_.end() ? std::nullopt : std::optional(row->second)};
  }
  View::Lookup lookup() const {
    return [this](Slot slot) { return (*this)(slot); };
  }

  // What a view must show: filtered and sorted from scratch.
  Slots expected(const Filter& filter, const Order& order) const {
    Slots out;
    for (const auto& [slot, bytes] : bytes_) {
      if (filter.matches(bytes)) out.push_back(slot);
    }
    std::sort(out.begin(), out.end(), [&](Slot a, Slot b) {
      return order.before(bytes_.at(a), keys_.at(a), bytes_.at(b), keys_.at(b));
    });
    return out;
  }

 private:
  std::map<Slot, std::string> keys_;
  std::map<Slot, std::string> bytes_;
};

View view_of(std::string_view filter, std::string_view order) {
  return {1, 0, Filter::parse(filter).value(), Order::parse(order).value()};
}

// As JS applies a delta to the list it holds.
void replay_ops(const ViewDelta& delta, Slots& list) {
  if (delta.relisted) {
    EXPECT_TRUE(delta.ops.empty());
    list = delta.slots;
    return;
  }
  const auto at = [&](std::uint32_t index) {
    return list.begin() + static_cast<std::ptrdiff_t>(index);
  };
  for (const ViewOp& op : delta.ops) {
    switch (op.kind) {
      case ViewOpKind::insert:
        ASSERT_LE(op.to, list.size());
        list.insert(at(op.to), op.slot);
        break;
      case ViewOpKind::remove:
        ASSERT_LT(op.from, list.size());
        ASSERT_EQ(list[op.from], op.slot);
        list.erase(at(op.from));
        break;
      case ViewOpKind::move:
        ASSERT_LT(op.from, list.size());
        ASSERT_EQ(list[op.from], op.slot);
        list.erase(at(op.from));
        ASSERT_LE(op.to, list.size());
        list.insert(at(op.to), op.slot);
        break;
      case ViewOpKind::update:
        ASSERT_LT(op.from, list.size());
        ASSERT_EQ(list[op.from], op.slot);
        break;
    }
  }
}

TEST(View, TakesNoEventsBeforeTheFirstSnapshot) {
  Rows rows;
  rows.set(1, R"({"n":1})");
  View view = view_of("", "");
  view.touch(1, rows.lookup());
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
  view.touch(5, rows.lookup());
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
  view.touch(1, rows.lookup());  // 2 3 1
  rows.set(3, R"({"n":3,"m":1})");
  view.touch(3, rows.lookup());
  rows.set(4, R"({"n":5})");
  view.touch(4, rows.lookup());  // 2 3 4 1
  rows.set(2, R"({"n":100})");
  view.touch(2, rows.lookup());  // 3 4 1
  rows.drop(9);
  view.touch(9, rows.lookup());

  const ViewDelta delta = view.delta();
  EXPECT_EQ(delta.view, 1U);
  EXPECT_FALSE(delta.relisted);
  ASSERT_EQ(delta.ops.size(), 4U);
  EXPECT_EQ(delta.ops[0].kind, ViewOpKind::move);
  EXPECT_EQ(delta.ops[0].from, 0U);
  EXPECT_EQ(delta.ops[0].to, 2U);
  EXPECT_EQ(delta.ops[1].kind, ViewOpKind::update);
  EXPECT_EQ(delta.ops[1].from, 1U);
  EXPECT_EQ(delta.ops[2].kind, ViewOpKind::insert);
  EXPECT_EQ(delta.ops[2].to, 2U);
  EXPECT_EQ(delta.ops[3].kind, ViewOpKind::remove);
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
  view.touch(2, rows.lookup());
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
    view.touch(slot, rows.lookup());
  }
  EXPECT_FALSE(view.delta().relisted);
  EXPECT_EQ(view.delta().ops.size(), 256U);
  rows.set(slot, R"({"n":-1})");
  view.touch(slot, rows.lookup());
  EXPECT_TRUE(view.delta().relisted);
  EXPECT_EQ(view.delta().slots, view.slots());
  EXPECT_EQ(view.slots().size(), 257U);
  EXPECT_EQ(view.slots().front(), 255U);
  EXPECT_EQ(view.slots().back(), 256U);
  view.commit();
  rows.drop(0);
  view.touch(0, rows.lookup());
  EXPECT_FALSE(view.delta().relisted);
  EXPECT_EQ(view.delta().ops.size(), 1U);
}

// Random changes, random commits, now and then a snapshot: JS's list, the view's list and a
// list made from scratch stay the same.
void replay(std::string_view filter_text, std::string_view order_text, std::uint64_t seed) {
  SCOPED_TRACE(testing::Message() << filter_text << " " << order_text << " seed " << seed);
  const Filter filter = Filter::parse(filter_text).value();
  const Order order = Order::parse(order_text).value();
  Random random(seed);
  Rows rows;
  View view = view_of(filter_text, order_text);
  Slots told;
  bool moved = false;
  const auto flush = [&] {
    if (view.changed()) replay_ops(view.delta(), told);
    view.commit();
    ASSERT_EQ(told, view.slots());
  };
  view.show_snapshot({}, {}, rows.lookup());
  for (int step = 0; step < 600; ++step) {
    const Slot slot = static_cast<Slot>(random.up_to(30));
    if (random.up_to(4) == 0) {
      rows.drop(slot);
    } else {
      const std::string group = random.up_to(5) == 0 ? "null" : std::to_string(random.up_to(3));
      rows.set(slot, R"({"n":)" + std::to_string(random.up_to(20)) + R"(,"g":)" + group + "}");
    }
    view.touch(slot, rows.lookup());
    if (order.empty()) {
      Slots shown = view.slots();
      std::sort(shown.begin(), shown.end());
      Slots expected;
      for (Slot each = 0; each <= 30; ++each) {
        const auto row = rows(each);
        if (row.bytes && filter.matches(*row.bytes)) expected.push_back(each);
      }
      ASSERT_EQ(shown, expected) << step;
    } else {
      ASSERT_EQ(view.slots(), rows.expected(filter, order)) << step;
    }
    for (Slot each = 0; each <= 30; ++each) {
      const auto& shown = view.slots();
      ASSERT_EQ(view.contains(each), std::count(shown.begin(), shown.end(), each) == 1);
    }
    const ViewDelta delta = view.delta();
    moved = moved || std::any_of(delta.ops.begin(), delta.ops.end(),
                                 [](const ViewOp& op) { return op.kind == ViewOpKind::move; });
    if (random.up_to(40) == 0) flush();
    if (random.up_to(100) == 0) {
      Slots all;
      for (Slot each = 0; each <= 30; ++each) {
        if (rows.has(each)) all.push_back(each);
      }
      view.show_snapshot(all, {}, rows.lookup());
    }
  }
  flush();
  EXPECT_EQ(moved, !order.empty());
}

TEST(View, OpsReplayToTheSameList) {
  for (const std::uint64_t seed : {1U, 2U}) {
    replay("", "", seed);
    replay("", "n", seed);
    replay("n=lt.15", "", seed);
    replay("n=lt.15,g=not.is.null", "n.desc", seed);
    replay("n=gte.3", "g.desc,n", seed);
  }
}

}  // namespace
}  // namespace tidemark
