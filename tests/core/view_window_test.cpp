#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/random.h"
#include "view_harness.h"

namespace tidemark {
namespace {

using testing::replay_ops;
using testing::Rows;
using testing::Slots;
using testing::view_of;

TEST(ViewWindow, AWindowTellsWhoCrossesItsEdges) {
  Rows rows;
  Slots all;
  for (Slot slot = 0; slot < 10; ++slot) {
    rows.set(slot, R"({"n":)" + std::to_string(slot) + "}");
    all.push_back(slot);
  }
  View view = view_of("", "n", {3, 4, false});
  view.show_snapshot(all, {}, rows.lookup());
  EXPECT_EQ(view.slots(), (Slots{3, 4, 5, 6}));
  EXPECT_EQ(view.crossed(), (Slots{3, 4, 5, 6}));
  EXPECT_TRUE(view.shows(3));
  EXPECT_FALSE(view.shows(2));
  EXPECT_TRUE(view.contains(2));
  view.commit();

  rows.set(9, R"({"n":9.5})");
  view.touch(rows(9));
  EXPECT_FALSE(view.changed());
  EXPECT_TRUE(view.crossed().empty());

  rows.drop(0);
  view.touch(rows(0));
  EXPECT_EQ(view.crossed(), (Slots{3, 7}));
  ASSERT_EQ(view.delta().ops.size(), 2U);
  EXPECT_EQ(view.delta().ops[0].kind, ViewOpKind::remove);
  EXPECT_EQ(view.delta().ops[0].slot, 3U);
  EXPECT_EQ(view.delta().ops[0].from, 0U);
  EXPECT_EQ(view.delta().ops[1].kind, ViewOpKind::insert);
  EXPECT_EQ(view.delta().ops[1].slot, 7U);
  EXPECT_EQ(view.delta().ops[1].to, 3U);
  EXPECT_EQ(view.slots(), (Slots{4, 5, 6, 7}));
  EXPECT_FALSE(view.shows(3));

  // What leaves the snapshot leaves the window.
  view.show_snapshot({1, 2, 3, 4, 5}, {}, rows.lookup());
  Slots crossed = view.crossed();
  std::sort(crossed.begin(), crossed.end());
  EXPECT_EQ(crossed, (Slots{6, 7}));
  EXPECT_FALSE(view.needs_refetch());
}

void show_page(View& view, const Rows& rows, const Slots& page) {
  view.expect_page(rows(page.front()), rows(page.back()));
  view.show_snapshot(page, {}, rows.lookup());
}

TEST(ViewWindow, APageSaysWhenItCannotKnow) {
  Rows rows;
  for (Slot slot = 0; slot < 10; ++slot) {
    rows.set(slot, R"({"n":)" + std::to_string(slot) + "}");
  }
  View view = view_of("", "n", {0, 3, true});
  EXPECT_FALSE(view.whole_entity());
  show_page(view, rows, {0, 1, 2});
  EXPECT_FALSE(view.needs_refetch());
  // Below the page nothing is known, and nothing shows.
  rows.set(8, R"({"n":2.5})");
  view.touch(rows(8));
  EXPECT_EQ(view.slots(), (Slots{0, 1, 2}));
  EXPECT_FALSE(view.contains(8));
  EXPECT_FALSE(view.needs_refetch());
  // A row that comes in pushes one out, which is kept in reserve.
  rows.set(9, R"({"n":0.5})");
  view.touch(rows(9));
  EXPECT_EQ(view.slots(), (Slots{0, 9, 1}));
  rows.drop(0);
  view.touch(rows(0));
  EXPECT_EQ(view.slots(), (Slots{9, 1, 2}));
  EXPECT_FALSE(view.needs_refetch());
  // 8 comes next, but for all that the view knows there may be others.
  rows.set(1, R"({"n":7})");
  view.touch(rows(1));
  EXPECT_EQ(view.slots(), (Slots{9, 2}));
  EXPECT_TRUE(view.needs_refetch());
  show_page(view, rows, {9, 2, 8});
  EXPECT_FALSE(view.needs_refetch());
  // Fewer rows than asked for: that is all there are.
  show_page(view, rows, {9, 2});
  rows.drop(9);
  view.touch(rows(9));
  rows.set(5, R"({"n":5})");
  view.touch(rows(5));
  EXPECT_EQ(view.slots(), (Slots{2, 5}));
  EXPECT_FALSE(view.needs_refetch());
}

// A server that keeps sending a row which the view does not show must not be asked for ever.
TEST(ViewWindow, APageThatStaysShortIsAskedForOnce) {
  Rows rows;
  for (Slot slot = 0; slot < 3; ++slot) rows.set(slot, R"({"n":1})");
  rows.drop(1);
  View view = view_of("", "n", {0, 3, true});
  show_page(view, rows, {0, 1, 2});
  EXPECT_TRUE(view.needs_refetch());
  show_page(view, rows, {0, 1, 2});
  EXPECT_FALSE(view.needs_refetch());
  // News of a row that is gone may be what was waited for.
  view.touch(rows(1));
  EXPECT_TRUE(view.needs_refetch());
  // A row that came and went again is a new reason to ask.
  rows.set(1, R"({"n":1})");
  view.touch(rows(1));
  rows.drop(1);
  view.touch(rows(1));
  show_page(view, rows, {0, 1, 2});
  EXPECT_TRUE(view.needs_refetch());
}

TEST(ViewWindow, APageWithoutAnOrderCannotPlaceNewRows) {
  Rows rows;
  for (Slot slot = 0; slot < 4; ++slot) rows.set(slot, R"({"n":1})");
  View view = view_of("n=eq.1", "", {0, 2, true});
  view.show_snapshot({1, 0}, {}, rows.lookup());
  view.touch(rows(0));
  EXPECT_FALSE(view.needs_refetch());
  rows.set(3, R"({"n":2})");
  view.touch(rows(3));
  EXPECT_FALSE(view.needs_refetch());
  view.touch(rows(2));
  EXPECT_TRUE(view.needs_refetch());
  EXPECT_EQ(view.slots(), (Slots{1, 0}));
}

// ---------------------------------------------------------------- beside a list from scratch

struct Order3 {
  std::string_view text;
  bool (*before)(const std::array<int, 3>& a, const std::array<int, 3>& b);
};

constexpr int kNull = 1'000;  // above every value

// Of rows {n, g, slot}; keys are numbers and sort as such.
const std::vector<Order3>& orders() {
  using Row = std::array<int, 3>;
  static const std::vector<Order3> all{
      {"n", [](const Row& a, const Row& b) { return std::tie(a[0], a[2]) < std::tie(b[0], b[2]); }},
      {"n.desc",
       [](const Row& a, const Row& b) { return std::tie(b[0], a[2]) < std::tie(a[0], b[2]); }},
      {"g.desc,n",
       [](const Row& a, const Row& b) {
         return std::tie(b[1], a[0], a[2]) < std::tie(a[1], b[0], b[2]);
       }},
      {"g.nullsfirst,n.desc",
       [](const Row& a, const Row& b) {
         const int x = a[1] == kNull ? -1 : a[1];
         const int y = b[1] == kNull ? -1 : b[1];
         return std::tie(x, b[0], a[2]) < std::tie(y, a[0], b[2]);
       }},
  };
  return all;
}

// A server's table and the view of a client that hears of every change.
class Simulation {
 public:
  Simulation(const Order3& order, Window window, std::size_t reserve, std::uint64_t seed)
      : order_(order),
        window_(window),
        reserve_(reserve),
        view_(view_of("g=not.eq.2", order.text, window)),
        random_(seed) {}

  void run(int steps) {
    for (int i = 0; i < 60; ++i) change();
    begin_snapshot();
    end_snapshot();
    for (int step = 0; step < steps; ++step) {
      if (random_.up_to(9) > 0) change();
      if (!in_flight_ && (view_.needs_refetch() || random_.up_to(60) == 0)) begin_snapshot();
      if (in_flight_ && random_.up_to(3) == 0) end_snapshot();
      if (random_.up_to(12) == 0) flush();
      check(step);
      if (::testing::Test::HasFatalFailure()) return;
    }
    flush();
    // It says that it does not know only sometimes, and knows a lot in between.
    if (!window_.paged) EXPECT_EQ(known_, steps);
    EXPECT_GT(known_, steps / 40);
  }

 private:
  static constexpr std::int64_t kSlots = 80;

  void change() {
    const Slot slot = static_cast<Slot>(random_.up_to(kSlots));
    const bool was_held = rows_.has(slot);
    if (random_.up_to(3) == 0) {
      rows_.drop(slot);
      table_.erase(slot);
      missed_ = missed_ || was_held;
      if (!view_.contains(slot)) {
        // What the client never heard of is not touched when it goes.
        if (was_held) view_.miss();
        changed_.erase(slot);
        return;
      }
    } else {
      const int n = static_cast<int>(random_.up_to(20));
      const int g = random_.up_to(5) == 0 ? kNull : static_cast<int>(random_.up_to(3));
      table_[slot] = {n, g, static_cast<int>(slot)};
      rows_.set(slot, R"({"n":)" + std::to_string(n) + R"(,"g":)" +
                          (g == kNull ? "null" : std::to_string(g)) + "}");
    }
    view_.touch(rows_(slot));
    for (const Slot each : view_.crossed()) marked_.insert(each);
    changed_.insert(slot);
  }

  Slots slice(std::size_t offset, std::size_t limit) const {
    std::vector<std::array<int, 3>> list;
    for (const auto& [slot, row] : table_) {
      if (row[1] != 2 && row[1] != kNull) list.push_back(row);
    }
    std::sort(list.begin(), list.end(), order_.before);
    Slots out;
    for (std::size_t i = offset; i < list.size() && i - offset < limit; ++i) {
      out.push_back(static_cast<Slot>(list[i][2]));
    }
    return out;
  }

  void begin_snapshot() {
    in_flight_ = true;
    missed_ = false;
    changed_.clear();
    const std::size_t limit =
        window_.limit == Window::kAll ? window_.limit : window_.limit + reserve_;
    listed_ = window_.paged ? slice(window_.offset, limit) : slice(0, Window::kAll);
    sent_ = rows_;
  }

  void end_snapshot() {
    in_flight_ = false;
    Slots newer;
    for (const Slot slot : changed_) {
      const bool is_listed = std::find(listed_.begin(), listed_.end(), slot) != listed_.end();
      if (rows_.has(slot) && !is_listed) newer.push_back(slot);
    }
    if (!listed_.empty()) view_.expect_page(sent_(listed_.front()), sent_(listed_.back()));
    view_.show_snapshot(listed_, newer, rows_.lookup());
    if (missed_) view_.miss();
    for (const Slot each : view_.crossed()) marked_.insert(each);
  }

  void flush() {
    const Slots before = told_;
    if (view_.changed()) replay_ops(view_.delta(), told_);
    view_.commit();
    ASSERT_EQ(told_, view_.slots());
    // Whoever came or went was named, so that its object can come or go.
    for (Slot slot = 0; slot <= kSlots; ++slot) {
      const bool was = std::find(before.begin(), before.end(), slot) != before.end();
      const bool is = std::find(told_.begin(), told_.end(), slot) != told_.end();
      if (was != is) ASSERT_TRUE(marked_.contains(slot)) << slot;
    }
    marked_.clear();
  }

  void check(int step) {
    const Slots shown = view_.slots();
    for (Slot slot = 0; slot <= kSlots; ++slot) {
      const bool is = std::find(shown.begin(), shown.end(), slot) != shown.end();
      ASSERT_EQ(view_.shows(slot), is) << step;
    }
    if (view_.needs_refetch()) return;
    ++known_;
    ASSERT_EQ(shown, slice(window_.offset, window_.limit)) << step;
  }

  const Order3& order_;
  Window window_;
  std::size_t reserve_;
  View view_;
  Random random_;
  Rows rows_;
  Rows sent_;  // as they were when the request left
  std::map<Slot, std::array<int, 3>> table_;
  bool in_flight_ = false;
  bool missed_ = false;
  std::set<Slot> changed_;  // since the request left
  std::set<Slot> marked_;
  Slots listed_;
  Slots told_;
  int known_ = 0;
};

void simulate(const Window& window, std::size_t reserve, int steps) {
  for (const Order3& order : orders()) {
    for (const std::uint64_t seed : {1U, 2U}) {
      SCOPED_TRACE(::testing::Message() << order.text << " offset " << window.offset << " limit "
                                        << window.limit << " seed " << seed);
      Simulation(order, window, reserve, seed).run(steps);
      if (::testing::Test::HasFatalFailure()) return;
    }
  }
}

TEST(ViewWindow, AWholeListFollowsEveryChange) { simulate({}, 0, 500); }

TEST(ViewWindow, AWindowFollowsEveryChange) {
  simulate({0, 7, false}, 0, 500);
  simulate({5, 7, false}, 0, 500);
  simulate({12, Window::kAll, false}, 0, 500);
  simulate({30, 40, false}, 0, 500);
}

TEST(ViewWindow, APageIsRightWheneverItSaysSo) {
  simulate({0, 7, true}, 0, 500);
  simulate({0, 7, true}, 4, 500);
  simulate({0, 60, true}, 0, 500);
  simulate({5, 7, true}, 0, 500);
  simulate({5, 7, true}, 3, 500);
  simulate({3, Window::kAll, true}, 0, 500);
}

}  // namespace
}  // namespace tidemark
