// What is known of a row, and which news can change it: reads, events and answers that arrive in
// another order than the server made them.
#include <gtest/gtest.h>

#include "harness.h"
#include "store/row_store.h"

namespace tidemark::testing {
namespace {

using List = Json::array_t;

class EvidenceTest : public ::testing::Test {
 protected:
  EvidenceTest() {
    versioned_ = store_.define({"projects", "id", "version"});
    plain_ = store_.define({"notes", "id", ""});
  }

  RowChange event(Action action, std::string_view row, std::int64_t seq = 0) {
    RowChange change;
    change.action = action;
    change.row = row;
    change.as_of = now_ + 1;
    if (seq > 0) change.place = store_.place_of("e1", seq);
    return change;
  }
  // Left the server's client at `as_of`, when the server was known to be at `seq`.
  RowChange listed(std::string_view row, Tick as_of, std::int64_t seq = 0) {
    RowChange change = event(Action::insert, row, seq);
    change.as_of = as_of;
    change.is_read = true;
    return change;
  }
  RowChange missing(std::string_view row, Tick as_of, std::int64_t seq = 0) {
    RowChange change = listed(row, as_of, seq);
    change.action = Action::erase;
    return change;
  }

  Outcome take(EntityId entity, RowChange change) {
    change.entity = entity;
    change.key = *store_.entity(entity).key_of(change.row);
    change.version = store_.entity(entity).version_of(change.row);
    Slot slot = 0;
    return store_.apply(change, ++now_, slot);
  }
  Slot slot(EntityId entity) { return store_.slot_for(entity, "1"); }

  RowStore store_{HashKey{1, 2}, 10};
  EntityId versioned_ = 0;
  EntityId plain_ = 0;
  Tick now_ = 100;
};

TEST_F(EvidenceTest, I2AReplayedDeleteDoesNotRemoveWhatAReadConfirmed) {
  take(plain_, event(Action::insert, R"({"id":1})", 3));
  // Deleted at 4 and inserted again at 5; a read from then lists it with the same bytes.
  store_.confirm(slot(plain_), {now_ + 1, store_.place_of("e1", 6), true});
  EXPECT_EQ(take(plain_, event(Action::erase, R"({"id":1})", 4)), Outcome::stale);
  EXPECT_EQ(take(plain_, event(Action::erase, R"({"id":1})", 7)), Outcome::deleted);
}

TEST_F(EvidenceTest, I3AConfirmedRowIsAsNewAsTheReadThatConfirmedIt) {
  take(plain_, listed(R"({"id":1,"a":1})", 50));
  store_.confirm(slot(plain_), {70, {}, true});
  EXPECT_EQ(take(plain_, listed(R"({"id":1,"a":0})", 60)), Outcome::stale);
  EXPECT_EQ(take(plain_, listed(R"({"id":1,"a":2})", 80)), Outcome::updated);
}

TEST_F(EvidenceTest, I3OfTwoAnswersTheOneThatWasAskedForLaterWins) {
  EXPECT_EQ(take(plain_, listed(R"({"id":1,"a":1})", 50)), Outcome::inserted);
  // Asked for before the first one arrived.
  EXPECT_EQ(take(plain_, listed(R"({"id":1,"a":2})", 60)), Outcome::updated);
  EXPECT_EQ(take(plain_, listed(R"({"id":1,"a":1})", 55)), Outcome::stale);
}

TEST_F(EvidenceTest, I2AnAnswerFromBeforeAReadThatMissedTheRowDoesNotBringItBack) {
  take(versioned_, event(Action::insert, R"({"id":1,"version":10})"));
  EXPECT_EQ(take(versioned_, missing(R"({"id":1,"version":10})", 103)), Outcome::deleted);
  RowChange answer = event(Action::insert, R"({"id":1,"version":11})");
  answer.as_of = 102;
  EXPECT_EQ(take(versioned_, answer), Outcome::stale);
  EXPECT_EQ(take(versioned_, event(Action::insert, R"({"id":1,"version":12})")), Outcome::inserted);
}

TEST_F(EvidenceTest, ARowThatOneReadMissedIsBackWhenALaterOneListsItUnchanged) {
  take(versioned_, listed(R"({"id":1,"version":18})", 50));
  EXPECT_EQ(take(versioned_, missing(R"({"id":1,"version":18})", 60)), Outcome::deleted);
  EXPECT_EQ(take(versioned_, listed(R"({"id":1,"version":18})", 70)), Outcome::inserted);
}

TEST_F(EvidenceTest, AnotherListMayHaveWhatAFilteredOneDoesNot) {
  take(plain_, listed(R"({"id":1,"a":1})", 50));
  RowChange left = missing(R"({"id":1,"a":1})", 70);
  left.may_exist = true;
  EXPECT_EQ(take(plain_, left), Outcome::deleted);
  // Asked for at about the same time, under another filter.
  EXPECT_EQ(take(plain_, listed(R"({"id":1,"a":2})", 69)), Outcome::inserted);
}

TEST_F(EvidenceTest, I2ADeleteOfARowThatLeftAListIsADelete) {
  take(versioned_, listed(R"({"id":1,"version":1})", 50));
  RowChange left = missing(R"({"id":1,"version":1})", 60);
  left.may_exist = true;
  take(versioned_, left);
  take(versioned_, event(Action::erase, R"({"id":1,"version":1})", 10));
  EXPECT_EQ(take(versioned_, listed(R"({"id":1,"version":1})", 55, 9)), Outcome::stale);
}

TEST_F(EvidenceTest, I2ADeleteWithoutAVersionGoesByItsPlace) {
  take(versioned_, event(Action::insert, R"({"id":1,"version":1})", 1));
  EXPECT_EQ(take(versioned_, event(Action::erase, R"({"id":1})", 19)), Outcome::deleted);
  // It may have been version 15 that went.
  EXPECT_EQ(take(versioned_, listed(R"({"id":1,"version":15})", 99, 18)), Outcome::stale);
  EXPECT_EQ(take(versioned_, event(Action::insert, R"({"id":1,"version":15})", 20)),
            Outcome::inserted);
}

TEST_F(EvidenceTest, I2ASecondDeleteMakesTheTombstoneNewer) {
  take(plain_, event(Action::insert, R"({"id":1})"));
  take(plain_, event(Action::erase, R"({"id":1})"));
  const Tick between = now_ + 1;
  ++now_;
  EXPECT_EQ(take(plain_, event(Action::erase, R"({"id":1})")), Outcome::unchanged);
  EXPECT_EQ(take(plain_, listed(R"({"id":1})", between)), Outcome::stale);
}

TEST_F(EvidenceTest, I7ATombstoneThatWasKeptForAPinGoesWithIt) {
  RowStore store{HashKey{1, 2}, 1};
  const EntityId entity = store.define({"projects", "id", ""});
  for (const char* key : {"1", "2"}) {
    RowChange change;
    change.entity = entity;
    change.action = Action::erase;
    change.as_of = 1;
    const Slot slot = store.slot_for(entity, key);
    store.pin(slot);
    store.apply(slot, change, 1);
  }
  EXPECT_EQ(store.tombstone_count(), 2U);
  store.unpin(store.slot_for(entity, "1"));
  EXPECT_EQ(store.tombstone_count(), 1U);
}

// ---------------------------------------------------------------- what the engine makes of it

struct Page : ::testing::Test {
  void live(ViewId view, const List& rows) {
    harness.answer_subscribes(false, 10);
    harness.snapshot(view, rows);
    harness.flush();
    harness.effects();
  }
  List fetches() { return Harness::only(harness.effects(), "fetch"); }
  Json stats() const { return Json::parse(harness.engine.stats()); }

  Harness harness;
};

TEST_F(Page, ARowKeptOutOfAViewEntersWhenANewerEventRepeatsIt) {
  harness.connect();
  const ViewId all = harness.observe("notes");
  const ViewId some = harness.observe("notes", "a=eq.1");
  harness.answer_subscribes(false, 10);
  const std::string sub = harness.sub;
  harness.snapshot(all, List{{{"id", 1}, {"a", 1}}});
  harness.snapshot(some, List{});
  EXPECT_EQ(harness.shown(some).size(), 0U);
  harness.sub = sub;
  harness.frame(harness.event("update", {{"id", 1}, {"a", 1}}, 11, 10, "notes"));
  EXPECT_EQ(harness.shown(some).size(), 1U);
}

TEST_F(Page, AnUpdateOfADeletedRowThatCannotBePlacedIsAskedAbout) {
  harness.connect();
  const ViewId view = harness.observe("notes");
  const Json send = Harness::only(harness.effects(), "send")[0];
  const Json message = Json::parse(send["text"].get<std::string>());
  harness.frame({{"op", "subscribed"}, {"ref", message["ref"]}, {"sub", "s"}});
  harness.snapshot(view, List{{{"id", 1}, {"a", 1}}});
  const auto event = [&](const char* id, const char* action, int a) {
    harness.frame({{"type", "realtime"},
                   {"id", id},
                   {"entity", "notes"},
                   {"action", action},
                   {"data", {{"id", 1}, {"a", a}}},
                   {"sub", "s"}});
  };
  event("x1", "delete", 1);
  harness.effects();
  event("x2", "update", 2);
  EXPECT_EQ(harness.shown(view).size(), 0U);
  const List asked = harness.effects();
  EXPECT_EQ(Harness::only(asked, "fetch").size(), 1U);
  EXPECT_EQ(Harness::only(asked, "continuity").back()["continuity"], "catching-up");
  // A request that left before does not answer it; one that left afterwards does.
  harness.snapshot(view, List{{{"id", 1}, {"a", 2}}});
  EXPECT_EQ(harness.shown(view).size(), 1U);
  EXPECT_EQ(Harness::only(harness.effects(), "continuity").back()["continuity"], "live");
}

TEST_F(Page, AnEditDoesNotBringARowIntoAViewWhoseReadDeniedIt) {
  harness.connect();
  const ViewId all = harness.observe("projects");
  const ViewId some = harness.observe("projects", "name=eq.a");
  harness.answer_subscribes(false, 10);
  harness.snapshot(all, List{project(1, "a", 1)});
  harness.snapshot(some, List{});
  const auto edit = harness.engine.mutate("m1", "projects", Action::update,
                                          R"({"id":1,"note":"n"})", ++harness.now);
  EXPECT_EQ(harness.shown(some).size(), 0U);
  // An edit that is the reason for it does.
  const auto other = harness.engine.mutate("m2", "projects", Action::insert,
                                           R"({"id":2,"name":"a"})", ++harness.now);
  EXPECT_EQ(harness.shown(some).size(), 1U);
  harness.engine.settle(edit.value(), "", ++harness.now);
  harness.engine.settle(other.value(), "", ++harness.now);
  EXPECT_EQ(harness.shown(some).size(), 0U);
}

TEST_F(Page, I5AnInsertThatAReadOutranIsShownUntilTheNextReadTells) {
  harness.connect();
  const ViewId view = harness.observe("projects");
  live(view, List{});
  const auto insert = harness.engine.mutate("m1", "projects", Action::insert,
                                            R"({"id":"t","name":"n"})", ++harness.now);
  harness.snapshot(view, List{});
  harness.engine.settle(insert.value(), project(7, "n", 1).dump(), ++harness.now);
  EXPECT_EQ(harness.shown(view), (List{project(7, "n", 1)}));
  EXPECT_EQ(fetches().size(), 1U);
  harness.snapshot(view, List{});
  EXPECT_EQ(harness.shown(view), List{});
  EXPECT_EQ(stats()["pending"], 0);
}

TEST_F(Page, I7AnEditThatWaitsForItsChangeEndsWithTheLastView) {
  harness.connect();
  const ViewId view = harness.observe("projects");
  live(view, List{project(1, "a", 1)});
  const auto edit = harness.engine.mutate("m1", "projects", Action::update,
                                          R"({"id":1,"name":"b"})", ++harness.now);
  harness.engine.settle(edit.value(), "null", ++harness.now);
  EXPECT_EQ(stats()["pending"], 1);
  harness.engine.release(view, ++harness.now);
  EXPECT_EQ(stats()["pending"], 0);
  EXPECT_EQ(stats()["slots"], 0);
}

TEST_F(Page, I7ARowThatIsListedAndAlreadyGoneLeavesNoSlot) {
  harness.connect();
  const ViewId all = harness.observe("projects");
  const ViewId some = harness.observe("projects", "name=eq.a");
  harness.answer_subscribes(false, 10);
  harness.snapshot(some, List{});
  const auto slow = harness.engine.begin_snapshot(some, ++harness.now).value();
  harness.snapshot(all, List{});
  const std::string late = Json(List{project(1, "a", 1)}).dump();
  ASSERT_EQ(harness.engine.end_snapshot(slow, late, ++harness.now), Error::none);
  EXPECT_EQ(harness.shown(some), List{});
  EXPECT_EQ(stats()["slots"], 0);
}

TEST_F(Page, ADuplicateWithoutAPositionIsNoNews) {
  harness.connect();
  harness.observe("notes");
  const Json send = Harness::only(harness.effects(), "send")[0];
  const Json message = Json::parse(send["text"].get<std::string>());
  harness.frame({{"op", "subscribed"}, {"ref", message["ref"]}, {"sub", "s"}});
  const Json event = {{"type", "realtime"}, {"id", "x"},  {"entity", "notes"},
                      {"action", "update"}, {"sub", "s"}, {"data", {{"id", 1}}}};
  harness.frame(event);
  EXPECT_FALSE(Harness::only(harness.effects(), "continuity").empty());
  harness.frame(event);
  EXPECT_TRUE(harness.effects().empty());
}

TEST_F(Page, ATabsEventsOfAnotherEpochAreNotTaken) {
  harness.connect();
  const ViewId view = harness.observe("projects");
  live(view, List{project(2, "b", 1)});
  const Json old = harness.event("update", project(1, "a", 7), 7, 6, "projects", "e0");
  harness.engine.relay(Json(List{old}).dump(), ++harness.now);
  EXPECT_EQ(harness.shown(view).size(), 1U);
  EXPECT_EQ(stats()["relayed"], 0);
}

}  // namespace
}  // namespace tidemark::testing
