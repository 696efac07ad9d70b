// The promises of ARCHITECTURE.md, each held by tests that carry its number.
#include "harness.h"

namespace tidemark::testing {
namespace {

using List = Json::array_t;

// A connected engine with one live view of `projects` showing two rows.
class Promises : public ::testing::Test {
 protected:
  void SetUp() override {
    harness.connect();
    view = harness.observe();
    harness.answer_subscribes(false, 10);
    harness.snapshot(view, List{project(1, "a", 1), project(2, "b", 2)});
    harness.flush();
  }

  Json ids() {
    Json list = Json::array();
    for (const Json& row : harness.shown(view)) list.push_back(row["id"]);
    return list;
  }

  Continuity continuity() {
    for (const Json& each : Harness::only(harness.effects(), "continuity")) {
      last_continuity = each["continuity"].get<std::string>();
    }
    for (const Continuity each : {Continuity::live, Continuity::catching_up, Continuity::suspect,
                                  Continuity::polling, Continuity::offline}) {
      if (name_of(each) == last_continuity) return each;
    }
    return Continuity::offline;
  }

  void lose_link() { harness.engine.link_closed(harness.link, 1006, 0, ++harness.now); }

  void reconnect() {
    harness.now = harness.engine.deadline().value();
    harness.engine.tick(harness.now);
    harness.open_next();
  }

  Harness harness;
  ViewId view = 0;
  std::string last_continuity;
};

TEST_F(Promises, I1ConvergesAfterMissedEventsAreReplayed) {
  lose_link();
  reconnect();
  harness.answer_subscribes(true, 10);
  EXPECT_EQ(harness.since, (Json{{"epoch", "e1"}, {"seq", 10}}));
  harness.frame(harness.event("update", project(1, "A", 11), 11, 10));
  harness.frame(harness.event("insert", project(3, "c", 12), 12, 11));
  EXPECT_EQ(harness.shown(view),
            (List{project(1, "A", 11), project(2, "b", 2), project(3, "c", 12)}));
}

TEST_F(Promises, I1ReadsASnapshotWhenTheServerCannotReplay) {
  lose_link();
  reconnect();
  harness.answer_subscribes(false, 50, "e2");
  const auto fetches = Harness::only(harness.effects(), "fetch");
  ASSERT_EQ(fetches.size(), 1U);
  EXPECT_EQ(fetches[0]["view"], view);
  harness.snapshot(view, List{project(7, "new", 49)});
  EXPECT_EQ(harness.shown(view), (List{project(7, "new", 49)}));
}

TEST_F(Promises, I1AGapAsksForAReplayFromBeforeIt) {
  harness.frame(harness.event("update", project(1, "later", 13), 13, 12));
  EXPECT_EQ(continuity(), Continuity::suspect);
}

TEST_F(Promises, I1TheReplayAfterAGapBringsWhatWasMissing) {
  harness.effects();
  harness.frame(harness.event("update", project(1, "later", 13), 13, 12));
  harness.answer_subscribes(true, 10);
  EXPECT_EQ(harness.since["seq"], 10);
  harness.frame(harness.event("update", project(2, "missed", 12), 12, 10));
  harness.frame(harness.event("update", project(1, "later", 13), 13, 12));
  EXPECT_EQ(harness.shown(view), (List{project(1, "later", 13), project(2, "missed", 12)}));
  EXPECT_EQ(harness.engine.counters().gaps, 1U);
}

TEST_F(Promises, I1ARowWithoutAVersionDoesNotGoBackWhenAGapIsClosed) {
  const ViewId notes = harness.observe("notes");
  harness.answer_subscribes(false, 20);
  harness.snapshot(notes, List{{{"id", 1}, {"n", 20}}});
  harness.effects();
  harness.frame(harness.event("update", {{"id", 1}, {"n", 23}}, 23, 22, "notes"));
  harness.answer_subscribes(true, 20);
  harness.frame(harness.event("update", {{"id", 1}, {"n", 22}}, 22, 20, "notes"));
  harness.frame(harness.event("update", {{"id", 1}, {"n", 23}}, 23, 22, "notes"));
  EXPECT_EQ(harness.shown(notes), (List{{{"id", 1}, {"n", 23}}}));
}

TEST_F(Promises, I1AnEventThatCannotBeTakenEndsInASnapshotNotInALoop) {
  harness.effects();
  for (int round = 0; round < 5; ++round) {
    Json refused = harness.event("update", project(1, "x", 11), 11, 10);
    refused["action"] = "explode";
    harness.frame(refused);
    harness.frame(harness.event("update", project(2, "B", 12), 12, 11));
    harness.answer_subscribes(!harness.since.is_null(), harness.since.is_null() ? 12 : 10);
    if (round > 0) harness.snapshot(view, List{project(1, "x", 11), project(2, "B", 12)});
  }
  EXPECT_LE(harness.engine.counters().gaps, 2U);
  EXPECT_EQ(harness.shown(view), (List{project(1, "x", 11), project(2, "B", 12)}));
}

TEST_F(Promises, I1APongTellsOfALostTail) {
  harness.effects();
  harness.frame({{"op", "pong"}, {"ref", 1}, {"positions", {{harness.sub, 11}}}});
  harness.answer_subscribes(true, 10);
  EXPECT_EQ(harness.since["seq"], 10);
}

TEST_F(Promises, I2ALateUpdateDoesNotResurrect) {
  harness.frame(harness.event("delete", project(1, "a", 5), 11, 10));
  harness.frame(harness.event("update", project(1, "late", 5), 12, 11));
  harness.frame(harness.event("insert", project(1, "late", 4), 13, 12));
  EXPECT_EQ(ids(), (List{2}));
}

TEST_F(Promises, I2AnOldPollDoesNotResurrect) {
  const auto ticket = harness.engine.begin_snapshot(view, ++harness.now).value();
  harness.frame(harness.event("delete", project(1, "a", 1), 11, 10));
  const Json old = List{project(1, "a", 1), project(2, "b", 2)};
  ASSERT_EQ(harness.engine.end_snapshot(ticket, old.dump(), ++harness.now), Error::none);
  EXPECT_EQ(ids(), (List{2}));
}

TEST_F(Promises, I2ARowInsertedAgainIsShownAgain) {
  harness.frame(harness.event("delete", project(1, "a", 1), 11, 10));
  harness.frame(harness.event("insert", project(1, "again", 12), 12, 11));
  EXPECT_EQ(ids(), (List{2, 1}));
}

TEST_F(Promises, I3AnOlderVersionIsRejected) {
  harness.frame(harness.event("update", project(1, "new", 9), 11, 10));
  harness.frame(harness.event("update", project(1, "old", 8), 12, 11));
  EXPECT_EQ(harness.shown(view)[0]["name"], "new");
  EXPECT_EQ(harness.engine.counters().stale, 1U);
}

TEST_F(Promises, I3APollThatLeftBeforeAnEventDoesNotOverwriteIt) {
  const ViewId notes = harness.observe("notes");
  harness.answer_subscribes(false, 20);
  harness.snapshot(notes, List{{{"id", 1}, {"text", "old"}}});
  const auto ticket = harness.engine.begin_snapshot(notes, ++harness.now).value();
  harness.frame(harness.event("update", {{"id", 1}, {"text", "new"}}, 21, 20, "notes"));
  harness.frame(harness.event("insert", {{"id", 2}, {"text", "two"}}, 22, 21, "notes"));
  ASSERT_EQ(harness.engine.end_snapshot(ticket, R"([{"id":1,"text":"old"}])", ++harness.now),
            Error::none);
  EXPECT_EQ(harness.shown(notes),
            (List{{{"id", 1}, {"text", "new"}}, {{"id", 2}, {"text", "two"}}}));
}

TEST_F(Promises, I3OfTwoPollsTheOneThatLeftLaterWins) {
  const auto first = harness.engine.begin_snapshot(view, ++harness.now).value();
  const auto second = harness.engine.begin_snapshot(view, ++harness.now).value();
  const Json newer = List{project(1, "newer", 3)};
  const Json older = List{project(1, "older", 3), project(2, "b", 2)};
  ASSERT_EQ(harness.engine.end_snapshot(second, newer.dump(), ++harness.now), Error::none);
  ASSERT_EQ(harness.engine.end_snapshot(first, older.dump(), ++harness.now), Error::none);
  EXPECT_EQ(harness.shown(view), newer);
}

TEST_F(Promises, I4AnEventTakesEffectOnceOverReconnects) {
  const Json event = harness.event("insert", project(3, "c", 11), 11, 10);
  harness.frame(event);
  harness.frame(event);
  lose_link();
  reconnect();
  harness.answer_subscribes(true, 11);
  Json again = event;
  again["sub"] = harness.sub;
  harness.frame(again);
  EXPECT_EQ(ids(), (List{1, 2, 3}));
  EXPECT_EQ(harness.engine.counters().events_applied, 1U);
  EXPECT_EQ(harness.engine.counters().duplicates, 2U);
}

TEST(PromisesWithoutPositions, I4RepeatsAreFoundByIdAlone) {
  Harness harness;
  harness.connect();
  const ViewId notes = harness.observe("notes");
  harness.snapshot(notes, List{});
  Json event = harness.event("insert", {{"id", 1}, {"n", 1}}, 1, 0, "notes");
  for (const char* member : {"sub", "epoch", "seq", "prev"}) event.erase(member);
  harness.frame(event);
  Json update = event;
  update["id"] = "other";
  update["action"] = "update";
  update["data"]["n"] = 2;
  harness.frame(update);
  harness.frame(event);
  EXPECT_EQ(harness.shown(notes), (List{{{"id", 1}, {"n", 2}}}));
  EXPECT_EQ(harness.engine.counters().duplicates, 1U);
}

TEST_F(Promises, I5AFailedEditTakesBackOnlyItself) {
  const auto edit =
      harness.engine
          .mutate("m1", "projects", Action::update, R"({"id":1,"name":"mine"})", ++harness.now)
          .value();
  EXPECT_EQ(harness.shown(view)[0]["name"], "mine");
  harness.frame(harness.event(
      "update", {{"id", 1}, {"name", "a"}, {"city", "Lahore"}, {"version", 11}}, 11, 10));
  EXPECT_EQ(harness.shown(view)[0]["name"], "mine");
  EXPECT_EQ(harness.shown(view)[0]["city"], "Lahore");
  ASSERT_EQ(harness.engine.settle(edit, "", ++harness.now), Error::none);
  EXPECT_EQ(harness.shown(view)[0]["name"], "a");
  EXPECT_EQ(harness.shown(view)[0]["city"], "Lahore");
}

TEST_F(Promises, I5TheEchoTakesTheEditsPlaceOnce) {
  const auto edit =
      harness.engine
          .mutate("m1", "projects", Action::update, R"({"id":1,"name":"mine"})", ++harness.now)
          .value();
  Json echo = harness.event("update", project(1, "mine", 11), 11, 10);
  echo["mutation"] = "m1";
  harness.frame(echo);
  EXPECT_EQ(harness.shown(view)[0], project(1, "mine", 11));
  ASSERT_EQ(harness.engine.settle(edit, project(1, "mine", 11).dump(), ++harness.now), Error::none);
  EXPECT_EQ(harness.shown(view)[0], project(1, "mine", 11));
}

TEST_F(Promises, I5ATemporaryInsertBecomesTheServersRow) {
  const auto edit =
      harness.engine
          .mutate("m1", "projects", Action::insert, R"({"id":"temp","name":"n"})", ++harness.now)
          .value();
  EXPECT_EQ(ids(), (List{1, 2, "temp"}));
  ASSERT_EQ(harness.engine.settle(edit, project(9, "n", 11).dump(), ++harness.now), Error::none);
  EXPECT_EQ(ids(), (List{1, 2, 9}));
}

TEST_F(Promises, I7EditsThatEndedLeaveNothingBehind) {
  const auto slots = [this] { return Json::parse(harness.engine.stats())["slots"].get<int>(); };
  const int before = slots();
  for (int i = 0; i < 50; ++i) {
    const std::string row = R"({"id":"temp)" + std::to_string(i) + R"(","name":"n"})";
    const auto edit =
        harness.engine.mutate("m", "projects", Action::insert, row, ++harness.now).value();
    EXPECT_EQ(ids().size(), 3U);
    ASSERT_EQ(harness.engine.settle(edit, "", ++harness.now), Error::none);
    EXPECT_EQ(ids(), (List{1, 2}));
  }
  EXPECT_EQ(slots(), before);
}

TEST_F(Promises, I6UnchangedRowsAreNotSentAgain) {
  const std::size_t before = harness.rows_sent;
  const std::size_t flushes = harness.flushes;
  harness.snapshot(view, List{project(1, "a", 1), project(2, "b", 2)});
  harness.flush();
  EXPECT_EQ(harness.flushes, flushes);
  harness.frame(harness.event("update", project(2, "B", 11), 11, 10));
  harness.flush();
  EXPECT_EQ(harness.rows_sent, before + 1);
}

TEST_F(Promises, I6ARowMeansTheSameInAnyMemberOrder) {
  const std::size_t flushes = harness.flushes;
  const auto ticket = harness.engine.begin_snapshot(view, ++harness.now).value();
  ASSERT_EQ(
      harness.engine.end_snapshot(
          ticket, R"([ {"version":1.0,"name":"\u0061","id":1}, {"id":2,"name":"b","version":2} ])",
          ++harness.now),
      Error::none);
  harness.flush();
  EXPECT_EQ(harness.flushes, flushes);
}

TEST_F(Promises, I6TwoViewsShareARowsObject) {
  const ViewId other = harness.observe("projects", "name=eq.a");
  harness.snapshot(other, List{project(1, "a", 1)});
  harness.flush();
  EXPECT_EQ(harness.lists[other][0], harness.lists[view][0]);
}

TEST(PromisesBounded, I7WindowsAndTombstonesHaveLimits) {
  Harness harness(R"({"dedupCapacity":100,"tombstoneCapacity":50})");
  harness.connect();
  const ViewId view = harness.observe();
  harness.answer_subscribes(false, 0);
  harness.snapshot(view, List{});
  for (int i = 1; i <= 1000; ++i) {
    harness.frame(harness.event("insert", project(i, "x", 2 * i), 2 * i - 1, 2 * i - 2));
    harness.frame(harness.event("delete", project(i, "x", 2 * i), 2 * i, 2 * i - 1));
  }
  const Json stats = Json::parse(harness.engine.stats());
  EXPECT_EQ(stats["rows"], 0);
  EXPECT_EQ(stats["tombstones"], 50);
  EXPECT_EQ(harness.shown(view), List{});
}

TEST_F(Promises, I7ABurstIsMergedIntoOneFlush) {
  const std::size_t flushes = harness.flushes;
  const std::size_t sent = harness.rows_sent;
  for (int i = 0; i < 2000; ++i) {
    harness.frame(
        harness.event("update", project(1, "n" + std::to_string(i), 20 + i), 11 + i, 10 + i));
  }
  EXPECT_EQ(harness.shown(view)[0]["name"], "n1999");
  EXPECT_EQ(harness.flushes, flushes + 1);
  EXPECT_EQ(harness.rows_sent, sent + 1);
}

TEST(PromisesDeterministic, I8TheSameInputsGiveTheSameEffects) {
  const auto run = [](std::uint64_t seed) {
    Harness harness("{}", seed);
    harness.connect();
    const ViewId view = harness.observe();
    harness.answer_subscribes(false, 10);
    harness.snapshot(view, List{project(1, "a", 1)});
    for (int i = 0; i < 5; ++i) {
      harness.engine.link_closed(harness.link, 1006, 0, ++harness.now);
      harness.now = harness.engine.deadline().value();
      harness.engine.tick(harness.now);
      harness.open_next();
      harness.answer_subscribes(true, 10);
    }
    return harness.log + std::string(harness.engine.flush()) + std::to_string(harness.now);
  };
  EXPECT_EQ(run(7), run(7));
  EXPECT_NE(run(7), run(8));
}

TEST_F(Promises, I9ContinuityIsTruthful) {
  EXPECT_EQ(continuity(), Continuity::live);
  lose_link();
  EXPECT_EQ(continuity(), Continuity::offline);
  reconnect();
  EXPECT_EQ(continuity(), Continuity::catching_up);
}

TEST(PromisesHonest, I9LiveOnlyAfterASnapshotThatLeftAfterTheStreamBegan) {
  Harness fresh;
  fresh.connect();
  const ViewId early = fresh.observe();
  const auto ticket = fresh.engine.begin_snapshot(early, ++fresh.now).value();
  fresh.answer_subscribes(false, 10);
  ASSERT_EQ(fresh.engine.end_snapshot(ticket, "[]", ++fresh.now), Error::none);
  fresh.effects();
  EXPECT_NE(fresh.log.find("catching-up"), std::string::npos);
  EXPECT_EQ(fresh.log.find("\"live\""), std::string::npos);
  fresh.snapshot(early, List{});
  const auto told = Harness::only(fresh.effects(), "continuity");
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.back()["continuity"], "live");
}

TEST_F(Promises, I9SilenceEndsConnected) {
  harness.effects();
  harness.now = harness.engine.deadline().value();  // the heartbeat
  harness.engine.tick(harness.now);
  EXPECT_EQ(Harness::only(harness.effects(), "send").size(), 1U);
  harness.now = harness.engine.deadline().value();  // its time-out
  harness.engine.tick(harness.now);
  const auto effects = harness.effects();
  ASSERT_FALSE(Harness::only(effects, "close").empty());
  EXPECT_EQ(Harness::only(effects, "status").back()["status"], "reconnecting");
}

}  // namespace
}  // namespace tidemark::testing
