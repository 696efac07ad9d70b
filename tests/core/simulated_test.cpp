// What the simulator (tests/sim) found in the core, each as the shortest story that shows it.
#include "harness.h"

namespace tidemark::testing {
namespace {

using List = Json::array_t;

// A connected engine with a live view of `projects` showing two rows; `config` is that of
// the core.
class Simulated : public ::testing::Test {
 protected:
  explicit Simulated(std::string_view config = "{}") : harness(config) {}

  void SetUp() override {
    harness.connect();
    view = harness.observe("projects", "", "rank.asc");
    harness.answer_subscribes(false, 10);
    harness.snapshot(view, List{row(1, 1, 1), row(2, 2, 2)});
    harness.flush();
    harness.effects();
  }

  static Json row(int id, int rank, int version) {
    return {{"id", id}, {"rank", rank}, {"version", version}};
  }
  static Json note(int id, const std::string& text) { return {{"id", id}, {"text", text}}; }

  ViewId notes(const std::string& filter = "") {
    const ViewId shown = harness.observe("notes", filter);
    harness.answer_subscribes(false, 20);
    harness.snapshot(shown, List{note(1, "a")});
    harness.flush();
    return shown;
  }
  MutationHandle edit(Action action, const Json& data, const std::string& entity = "projects") {
    const std::string id = "m" + std::to_string(++made);
    return harness.engine.mutate(id, entity, action, data.dump(), ++harness.now).value();
  }
  void settle(MutationHandle handle, const std::string& answer) {
    ASSERT_EQ(harness.engine.settle(handle, answer, ++harness.now), Error::none);
  }
  Json stat(const char* name) { return Json::parse(harness.engine.stats())[name]; }
  Json ids(ViewId of) {
    Json list = Json::array();
    for (const Json& each : harness.shown(of)) list.push_back(each["id"]);
    return list;
  }
  std::vector<Json> sent(std::string_view op) {
    std::vector<Json> found;
    for (const Json& each : Harness::only(harness.effects(), "send")) {
      Json message = Json::parse(each["text"].get<std::string>());
      if (message["op"] == std::string(op)) found.push_back(std::move(message));
    }
    return found;
  }

  Harness harness;
  ViewId view = 0;
  int made = 0;
};

// ---------------------------------------------------------------- streams

TEST_F(Simulated, I1AnAnswerThatComesTwiceDoesNotEndItsStream) {
  const Json answer = {{"op", "subscribed"}, {"ref", "1"}, {"sub", harness.sub},
                       {"epoch", "e1"},      {"seq", 10},  {"recovered", false}};
  harness.frame(answer);
  EXPECT_TRUE(sent("unsubscribe").empty());
}

TEST_F(Simulated, I1AfterAResetTheStreamBeginsWhereALossWouldShow) {
  harness.frame({{"op", "reset"}, {"sub", harness.sub}});
  harness.answer_subscribes(false, 12);
  EXPECT_TRUE(harness.since.is_null());
  EXPECT_EQ(Harness::only(harness.effects(), "fetch").size(), 1U);
  // The event before this one was lost on the way.
  harness.frame(harness.event("update", row(1, 1, 14), 14, 13));
  EXPECT_EQ(sent("subscribe").size(), 0U) << "asked again at once, in spite of the reset";
  EXPECT_EQ(harness.engine.counters().gaps, 1U);
}

TEST_F(Simulated, I9ReleasingAViewAfterTheClockWasSetBackMovesNoTimer) {
  harness.now -= 3'600'000;
  const ViewId other = harness.observe("projects", "rank=gt.1");
  harness.answer_subscribes(false, 10);
  const auto due = harness.engine.deadline().value();
  harness.engine.release(other, harness.now);
  EXPECT_LE(harness.engine.deadline().value(), harness.now + 1'000);
  EXPECT_GT(due, harness.now);
  EXPECT_GE(harness.engine.deadline().value(), harness.now);
}

// ---------------------------------------------------------------- tokens

class SimulatedTokens : public Simulated {
 protected:
  SimulatedTokens() : Simulated(R"({"tokens":true})") {}

  void SetUp() override {
    harness.engine.connect(harness.now);
    harness.engine.token(1, "old", ++harness.now);
    harness.open_next();
    view = harness.observe();
    harness.answer_subscribes(false, 10);
    harness.snapshot(view, List{row(1, 1, 1)});
    harness.frame({{"op", "error"}, {"code", "token_expired"}});
    ASSERT_EQ(Harness::only(harness.effects(), "token").size(), 1U);
  }
  // A subscription that was asked for before the new token is there.
  void refuse_another() {
    harness.observe("notes");
    const auto asked = sent("subscribe");
    ASSERT_EQ(asked.size(), 1U);
    harness.frame({{"op", "error"}, {"code", "unauthorized"}, {"ref", asked[0]["ref"]}});
    harness.effects();
  }
};

TEST_F(SimulatedTokens, I1WhatIsRefusedWhileATokenIsAwaitedIsAskedForWithIt) {
  refuse_another();
  harness.engine.token(1, "new", ++harness.now);
  EXPECT_EQ(sent("subscribe").size(), 1U);
}

TEST_F(SimulatedTokens, I1WithoutANewTokenItIsAskedForLater) {
  refuse_another();
  harness.engine.token_failed(1, ++harness.now);
  harness.now += 6'000;
  harness.engine.tick(harness.now);
  EXPECT_EQ(sent("subscribe").size(), 1U);
}

TEST_F(SimulatedTokens, I1WhatWasAskedWithTheOldTokenIsAskedForAgain) {
  harness.observe("notes");
  const auto asked = sent("subscribe");
  harness.engine.token(1, "new", ++harness.now);
  harness.frame({{"op", "error"}, {"code", "unauthorized"}, {"ref", asked.at(0)["ref"]}});
  EXPECT_EQ(sent("subscribe").size(), 1U);
}

// ---------------------------------------------------------------- one order of events

TEST_F(Simulated, I1ARowThatComesBackIntoTheFilterIsShown) {
  const ViewId shown = notes("text=eq.a");
  harness.frame(harness.event("delete", note(1, "a"), 21, 20, "notes"));
  // It was inserted again outside the filter, which this subscription is not told of.
  harness.frame(harness.event("update", note(1, "a"), 23, 21, "notes"));
  EXPECT_EQ(ids(shown), (List{1}));
}

TEST_F(Simulated, I3OfTwoSubscriptionsTheLaterEventWins) {
  const ViewId shown = notes();
  const std::string all = harness.sub;
  harness.observe("notes", "text=eq.b");
  harness.answer_subscribes(false, 20);
  harness.frame(harness.event("update", note(1, "b"), 22, 20, "notes"));
  harness.sub = all;
  harness.frame(harness.event("update", note(1, "x"), 21, 20, "notes"));
  EXPECT_EQ(harness.shown(shown), (List{note(1, "b")}));
}

TEST_F(Simulated, I1ARowInsertedAgainOutlivesALateDeleteWithoutVersion) {
  const auto ticket = harness.engine.begin_snapshot(view, ++harness.now).value();
  // The read is ahead of the stream: it has the row that was deleted at 11 and is new at 12.
  const Json body = List{row(1, 1, 12), row(2, 2, 2)};
  ASSERT_EQ(harness.engine.end_snapshot(ticket, body.dump(), ++harness.now), Error::none);
  harness.frame(harness.event("delete", {{"id", 1}}, 11, 10));
  harness.frame(harness.event("insert", row(1, 1, 12), 12, 11));
  EXPECT_EQ(ids(view), (List{1, 2}));
}

// ---------------------------------------------------------------- edits

TEST_F(Simulated, I3AnAnswerIsNoNewerThanItsRequest) {
  const ViewId shown = notes();
  const auto mine = edit(Action::update, note(1, "mine"), "notes");
  Json echo = harness.event("update", note(1, "mine"), 21, 20, "notes");
  echo["mutation"] = "m1";
  harness.frame(echo);
  harness.frame(harness.event("update", note(1, "theirs"), 22, 21, "notes"));
  settle(mine, note(1, "mine").dump());
  EXPECT_EQ(harness.shown(shown), (List{note(1, "theirs")}));
}

TEST_F(Simulated, I1TheAnswerToADeleteSparesARowInsertedSince) {
  const auto mine = edit(Action::erase, {{"id", 1}});
  Json echo = harness.event("delete", row(1, 1, 1), 11, 10);
  echo["mutation"] = "m1";
  harness.frame(echo);
  harness.frame(harness.event("insert", row(1, 1, 12), 12, 11));
  settle(mine, "null");
  EXPECT_EQ(ids(view), (List{1, 2}));
}

TEST_F(Simulated, I3ASecondRequestForAnEditIsAsOldAsTheFirst) {
  const ViewId shown = notes();
  const auto mine = edit(Action::update, note(1, "mine"), "notes");
  harness.frame(harness.event("update", note(1, "theirs"), 21, 20, "notes"));
  harness.engine.pause(PauseReason::offline, true, ++harness.now);
  ASSERT_TRUE(harness.engine.fail(mine, true, ++harness.now).value());
  harness.engine.pause(PauseReason::offline, false, ++harness.now);
  // The server took it the first time, before the other's change, and says so again.
  settle(mine, note(1, "mine").dump());
  EXPECT_EQ(harness.shown(shown), (List{note(1, "theirs")}));
}

TEST_F(Simulated, I7AnEditWhoseEchoCameIsNotSentAgain) {
  const auto mine = edit(Action::update, row(1, 5, 1));
  Json echo = harness.event("update", row(1, 5, 11), 11, 10);
  echo["mutation"] = "m1";
  harness.frame(echo);
  harness.effects();
  harness.engine.pause(PauseReason::offline, true, ++harness.now);
  EXPECT_FALSE(harness.engine.fail(mine, true, ++harness.now).value());
  harness.engine.pause(PauseReason::offline, false, ++harness.now);
  EXPECT_TRUE(Harness::only(harness.effects(), "submit").empty());
  EXPECT_EQ(stat("pending"), 0);
}

TEST_F(Simulated, I5AnEditOfATemporaryRowFollowsItsNewName) {
  edit(Action::insert, {{"id", "temp"}, {"rank", 3}});
  edit(Action::update, {{"id", "temp"}, {"rank", 4}});
  Json echo = harness.event("insert", row(9, 3, 11), 11, 10);
  echo["mutation"] = "m1";
  harness.frame(echo);
  EXPECT_EQ(harness.shown(view)[2], row(9, 4, 11));
}

TEST_F(Simulated, I1ARenamedRowIsShownInItsPlace) {
  harness.frame(harness.event("insert", row(8, 4, 11), 11, 10));
  const auto mine = edit(Action::insert, {{"id", "temp"}, {"rank", 4}});
  harness.flush();
  settle(mine, row(1000, 4, 12).dump());
  EXPECT_EQ(ids(view), (List{1, 2, 8, 1000}));
}

// ---------------------------------------------------------------- nothing is left behind

TEST_F(Simulated, I7TheAnswerToAnEditThatNobodySeesIsNotKept) {
  const auto mine = edit(Action::update, note(1, "mine"), "notes");
  settle(mine, note(1, "mine").dump());
  EXPECT_EQ(stat("rows"), 2);
  EXPECT_EQ(stat("slots"), 2);
}

TEST_F(Simulated, I7JsDropsARowThatAFilteredReadNoLongerLists) {
  const ViewId shown = notes("text=eq.a");
  const std::size_t before = harness.objects.size();
  harness.snapshot(shown, List{});
  harness.flush();
  EXPECT_EQ(harness.objects.size(), before - 1);
}

}  // namespace
}  // namespace tidemark::testing
