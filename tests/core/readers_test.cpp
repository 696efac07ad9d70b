// Several pages that share an engine: each is told of its own views, of every change once, however
// far behind it is.
#include <memory>
#include <random>

#include "harness.h"

namespace tidemark::testing {
namespace {

using List = Json::array_t;

Json row(int id, const std::string& name, int version) {
  Json row = project(id, name, version);
  row["city"] = "a text that does not change and that a patch need not repeat";
  return row;
}

class Readers : public ::testing::Test {
 protected:
  ViewId observe(ReaderId reader, const std::string& filter = "", const std::string& order = "id") {
    return harness->engine
        .observe({"projects", filter, order, "", true, {}, reader}, ++harness->now)
        .value();
  }

  // One round: each reader's batch, then one commit.
  void flush(const std::vector<ReaderId>& readers) {
    for (const ReaderId each : readers) {
      const auto batch = harness->engine.flush(each);
      if (!batch.empty()) pages[each].take(batch);
    }
    harness->engine.commit();
  }

  void tell(const std::string& action, const Json& changed) {
    harness->frame(harness->event(action, changed, seq + 1, seq));
    ++seq;
  }

  void go_live() {
    harness->connect();
    harness->answer_subscribes(false, 0);
  }

  // Two pages that are live and have these rows.
  std::pair<ViewId, ViewId> both_show(const List& rows) {
    const std::pair views{observe(0), observe(1)};
    go_live();
    harness->snapshot(views.first, rows);
    harness->snapshot(views.second, rows);
    flush({0, 1});
    return views;
  }

  void begin_anew() {
    harness = std::make_unique<Harness>();
    pages.clear();
    seq = 0;
  }

  std::unique_ptr<Harness> harness = std::make_unique<Harness>();
  std::map<ReaderId, ShownRows> pages;
  std::int64_t seq = 0;
};

TEST_F(Readers, EachIsToldOfItsOwnViews) {
  const auto [first, second] = both_show(List{row(1, "a", 1), row(2, "b", 1)});
  EXPECT_EQ(pages[0].rows_of(first), (List{row(1, "a", 1), row(2, "b", 1)}));
  EXPECT_EQ(pages[1].rows_of(second), pages[0].rows_of(first));
  EXPECT_EQ(pages[0].lists.size(), 1U);
  EXPECT_EQ(pages[1].lists.size(), 1U);
}

TEST_F(Readers, BothGetTheMembersThatChanged) {
  const auto [first, second] = both_show(List{row(1, "a", 1)});
  tell("update", row(1, "b", 2));
  flush({0, 1});
  for (const auto& [reader, view] : {std::pair{0U, first}, std::pair{1U, second}}) {
    EXPECT_EQ(pages[reader].rows_of(view), (List{row(1, "b", 2)}));
    EXPECT_EQ(pages[reader].patches, 1U);
  }
}

TEST_F(Readers, WhoIsBehindGetsTheNewestOnceAndWhole) {
  const auto [first, second] = both_show(List{row(1, "a", 1)});
  for (int version = 2; version < 10; ++version) {
    tell("update", row(1, "v" + std::to_string(version), version));
    flush({0});
  }
  const auto before = pages[1].rows_sent;
  flush({0, 1});
  EXPECT_EQ(pages[1].rows_of(second), (List{row(1, "v9", 9)}));
  EXPECT_EQ(pages[1].rows_sent - before, 1U);
  EXPECT_EQ(pages[1].patches, 0U);
  // In step again.
  tell("update", row(1, "w", 10));
  flush({0, 1});
  EXPECT_EQ(pages[1].rows_of(second), pages[0].rows_of(first));
  EXPECT_EQ(pages[1].patches, 1U);
}

TEST_F(Readers, OneThatComesLaterGetsWhatTheOthersHave) {
  const ViewId first = observe(0);
  go_live();
  harness->snapshot(first, List{row(1, "a", 1), row(2, "b", 1)});
  flush({0});
  const ViewId later = observe(1);
  harness->snapshot(later, List{row(1, "a", 1), row(2, "b", 1)});
  const auto before = pages[0].rows_sent;
  flush({0, 1});
  EXPECT_EQ(pages[1].rows_of(later), pages[0].rows_of(first));
  EXPECT_EQ(pages[0].rows_sent, before);
}

TEST_F(Readers, OneThatLeftLeavesNothingAndItsNumberCanBeUsedAgain) {
  const auto [first, second] = both_show(List{row(1, "a", 1)});
  harness->engine.release(second, ++harness->now);
  flush({1});
  EXPECT_TRUE(pages[1].objects.empty());
  EXPECT_EQ(pages[0].rows_of(first), (List{row(1, "a", 1)}));

  pages[1] = ShownRows();
  const ViewId again = observe(1);
  harness->snapshot(again, List{row(1, "a", 1)});
  tell("update", row(1, "b", 2));
  flush({0, 1});
  EXPECT_EQ(pages[1].rows_of(again), (List{row(1, "b", 2)}));
  EXPECT_EQ(pages[0].rows_of(first), pages[1].rows_of(again));
}

TEST_F(Readers, AnEditIsShownToAllAndTakenBackFromAll) {
  const auto [first, second] = both_show(List{row(1, "a", 1)});
  const auto edit = harness->engine.mutate("m1", "projects", Action::update,
                                           R"({"id":1,"name":"mine"})", ++harness->now);
  flush({0, 1});
  EXPECT_EQ(pages[0].rows_of(first)[0]["name"], "mine");
  EXPECT_EQ(pages[1].rows_of(second)[0]["name"], "mine");
  // Only the one is told of the end, then the other.
  harness->engine.settle(edit.value(), "", ++harness->now);
  flush({0});
  flush({1});
  EXPECT_EQ(pages[0].rows_of(first), (List{row(1, "a", 1)}));
  EXPECT_EQ(pages[1].rows_of(second), (List{row(1, "a", 1)}));
}

TEST_F(Readers, NothingOfARoundThatFailedCountsAsTaken) {
  const ViewId first = observe(0);
  observe(1);
  go_live();
  harness->snapshot(first, List{row(1, "a", 1)});
  ASSERT_FALSE(harness->engine.flush(0).empty());
  harness->engine.flush(1);
  harness->engine.rollback();
  flush({0, 1});
  EXPECT_EQ(pages[0].rows_of(first), (List{row(1, "a", 1)}));
}

TEST_F(Readers, TooManyAreRefused) {
  const Engine::ViewSpec spec{"projects", "", "", "", true, {}, Engine::kMostReaders};
  EXPECT_EQ(harness->engine.observe(spec, ++harness->now).error(), Error::bad_config);
  EXPECT_TRUE(harness->engine.flush(7).empty());
}

// Whoever is flushed when: in the end all show what a reader shows that begins afresh.
TEST_F(Readers, ConvergeWhateverTheOrder) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    begin_anew();
    std::mt19937 random(seed);
    const auto one_in = [&](unsigned n) { return random() % n == 0; };
    std::map<ReaderId, std::vector<ViewId>> views;
    for (const ReaderId reader : {0U, 1U, 2U}) {
      views[reader] = {observe(reader), observe(reader, "version=gt.3", "name,id")};
    }
    go_live();
    for (const auto& [reader, mine] : views) {
      for (const ViewId view : mine) harness->snapshot(view, List{});
    }
    std::map<int, Json> rows;
    for (int step = 1; step < 60; ++step) {
      const int id = static_cast<int>(random() % 6);
      const Json next = row(id, std::string(1, static_cast<char>('a' + random() % 4)), step);
      const bool is_there = rows.contains(id);
      if (is_there && one_in(4)) {
        tell("delete", row(id, "", step));
        rows.erase(id);
      } else {
        tell(is_there ? "update" : "insert", next);
        rows[id] = next;
      }
      std::vector<ReaderId> readers;
      for (const ReaderId reader : {0U, 1U, 2U}) {
        if (one_in(3)) readers.push_back(reader);
      }
      if (!readers.empty()) flush(readers);
    }
    flush({0, 1, 2});
    List all;
    for (const auto& [id, each] : rows) all.push_back(each);
    for (const auto& [reader, mine] : views) {
      EXPECT_EQ(pages[reader].rows_of(mine[0]), all);
      EXPECT_EQ(pages[reader].rows_of(mine[1]), pages[0].rows_of(views[0][1]));
      EXPECT_EQ(pages[reader].objects.size(), rows.size());
    }
  }
}

}  // namespace
}  // namespace tidemark::testing
