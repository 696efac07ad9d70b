// Edits from the moment they are made until the server has them.
#include "mutations_harness.h"

namespace tidemark::testing {
namespace {

class Mutations : public MutationsHarness {};

TEST_F(Mutations, AreSubmittedAtOnceAndSideBySide) {
  edit(Action::update, {{"id", 1}, {"name", "A"}});
  edit(Action::erase, {{"id", 2}});
  const auto sent = submitted();
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_EQ(sent[0]["key"], "m1");
  EXPECT_EQ(sent[0]["entity"], "projects");
  EXPECT_EQ(sent[0]["action"], "update");
  EXPECT_EQ(sent[0]["id"], 1);
  EXPECT_EQ(sent[0]["data"], (Json{{"id", 1}, {"name", "A"}}));
  EXPECT_EQ(sent[1]["action"], "delete");
  EXPECT_EQ(harness.shown(view), (List{project(1, "A", 1)}));
}

TEST_F(Mutations, I5SettleInAnyOrderAndAFailureTakesBackItsOwnOnly) {
  const auto first = edit(Action::update, {{"id", 1}, {"name", "A"}});
  const auto second = edit(Action::update, {{"id", 1}, {"city", "B"}});
  const auto third = edit(Action::update, {{"id", 1}, {"name", "C"}});
  event("update", {{"id", 1}, {"name", "a"}, {"version", 2}, {"budget", 7}});
  fail(third);
  EXPECT_EQ(harness.shown(view)[0],
            (Json{{"id", 1}, {"name", "A"}, {"version", 2}, {"budget", 7}, {"city", "B"}}));
  settle(second, {{"id", 1}, {"name", "a"}, {"version", 3}, {"budget", 7}, {"city", "B"}});
  fail(first);
  EXPECT_EQ(harness.shown(view)[0],
            (Json{{"id", 1}, {"name", "a"}, {"version", 3}, {"budget", 7}, {"city", "B"}}));
  EXPECT_EQ(Json::parse(harness.engine.stats())["pending"], 0);
}

TEST_F(Mutations, WaitForTheNetworkAndThenGoOneByOne) {
  offline(true);
  const auto first = edit(Action::update, {{"id", 1}, {"name", "A"}});
  const auto second = edit(Action::update, {{"id", 2}, {"name", "B"}});
  EXPECT_TRUE(submitted().empty());
  EXPECT_EQ(harness.shown(view)[1]["name"], "B");
  back_online();
  auto sent = submitted();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0]["mutation"], first);
  // Made while the others are on their way: it keeps its place.
  const auto third = edit(Action::update, {{"id", 1}, {"name", "C"}});
  EXPECT_TRUE(submitted().empty());
  settle(first, project(1, "A", 2));
  sent = submitted();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0]["mutation"], second);
  fail(second);
  ASSERT_EQ(submitted().at(0)["mutation"], third);
  settle(third, project(1, "C", 3));
  // All caught up: side by side again.
  edit(Action::update, {{"id", 1}, {"name", "D"}});
  edit(Action::update, {{"id", 2}, {"name", "E"}});
  EXPECT_EQ(submitted().size(), 2U);
}

TEST_F(Mutations, AreSentAgainWhenTheNetworkFailedThem) {
  const auto only = edit(Action::update, {{"id", 1}, {"name", "A"}});
  submitted();
  offline(true);
  EXPECT_TRUE(harness.engine.fail(only, true, ++harness.now).value());
  EXPECT_TRUE(submitted().empty());
  EXPECT_EQ(harness.shown(view)[0]["name"], "A");
  back_online();
  EXPECT_EQ(submitted().at(0)["mutation"], only);
  // Refused by the server, or by a network that is said to work: taken back.
  EXPECT_FALSE(harness.engine.fail(only, true, ++harness.now).value());
  EXPECT_EQ(harness.shown(view)[0]["name"], "a");
  const auto refused = edit(Action::update, {{"id", 1}, {"name", "B"}});
  submitted();
  offline(true);
  EXPECT_FALSE(harness.engine.fail(refused, false, ++harness.now).value());
  EXPECT_EQ(harness.shown(view)[0]["name"], "a");
}

TEST_F(Mutations, ATemporaryIdBecomesTheServers) {
  const auto made_here = edit(Action::insert, {{"id", "temp"}, {"name", "new"}});
  submitted();
  // Edited before the server has it: that waits, or the server would not know the row.
  const auto change = edit(Action::update, {{"id", "temp"}, {"name", "newer"}});
  EXPECT_TRUE(submitted().empty());
  EXPECT_EQ(harness.shown(view)[2], (Json{{"id", "temp"}, {"name", "newer"}}));
  settle(made_here, project(9, "new", 1));
  const auto effects = harness.effects();
  const auto renamed = Harness::only(effects, "renamed");
  ASSERT_EQ(renamed.size(), 1U);
  EXPECT_EQ(renamed[0]["from"], "temp");
  EXPECT_EQ(renamed[0]["to"], 9);
  const auto sent = Harness::only(effects, "submit");
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0]["id"], 9);
  EXPECT_EQ(harness.shown(view).size(), 3U);
  EXPECT_EQ(harness.shown(view)[2]["name"], "newer");
  settle(change, project(9, "newer", 2));
  EXPECT_EQ(harness.shown(view)[2], project(9, "newer", 2));
  EXPECT_EQ(Json::parse(harness.engine.stats())["slots"], 4);
}

TEST_F(Mutations, I5AnInsertNeverShowsTwice) {
  for (const bool echo_first : {true, false}) {
    const auto made_here = edit(Action::insert, {{"id", "temp"}, {"name", "new"}});
    const std::string mutation = "m" + std::to_string(made);
    const int id = 10 + made;
    const auto shown_once = [&] { return harness.shown(view).size() == 3; };
    EXPECT_TRUE(shown_once());
    if (echo_first) event("insert", project(id, "new", 1), mutation);
    EXPECT_TRUE(shown_once());
    settle(made_here, project(id, "new", 1));
    EXPECT_TRUE(shown_once());
    event("insert", project(id, "new", 1), mutation);
    EXPECT_TRUE(shown_once());
    EXPECT_EQ(harness.shown(view)[2], project(id, "new", 1));
    event("delete", {{"id", id}, {"version", 2}});
    EXPECT_EQ(harness.shown(view).size(), 2U);
  }
}

// A server that names no mutations: the echo is known by what it says.
TEST_F(Mutations, I5AnEchoIsKnownByItsContent) {
  edit(Action::insert, {{"id", "temp"}, {"text", "hello"}}, "notes");
  submitted();
  event("insert", {{"id", 2}, {"text", "other"}}, "", "notes");
  EXPECT_EQ(harness.shown(notes).size(), 3U);
  event("insert", {{"id", 3}, {"text", "hello"}}, "", "notes");
  EXPECT_EQ(harness.shown(notes).size(), 3U);

  const auto change = edit(Action::update, {{"id", 1}, {"text", "mine"}}, "notes");
  event("update", {{"id", 1}, {"text", "mine"}, {"n", 1}}, "", "notes");
  event("update", {{"id", 1}, {"text", "theirs"}, {"n", 2}}, "", "notes");
  // Confirmed by its echo, so what came after it shows though the answer is still missing.
  EXPECT_EQ(harness.shown(notes)[0]["text"], "theirs");
  settle(change, {{"id", 1}, {"text", "theirs"}, {"n", 2}});
  EXPECT_EQ(harness.shown(notes)[0]["text"], "theirs");
}

TEST_F(Mutations, TellsAConflictOnceForEachValueOfTheServers) {
  const auto handle = edit(Action::update, {{"id", 1}, {"name", "mine"}});
  event("update", project(1, "theirs", 2));
  event("update", {{"id", 1}, {"name", "theirs"}, {"version", 3}, {"city", "x"}});
  const auto conflicts = Harness::only(harness.effects(), "conflict");
  ASSERT_EQ(conflicts.size(), 1U);
  EXPECT_EQ(conflicts[0]["mutation"], handle);
  EXPECT_EQ(conflicts[0]["entity"], "projects");
  EXPECT_EQ(conflicts[0]["id"], 1);
  EXPECT_EQ(conflicts[0]["field"], "name");
  EXPECT_EQ(conflicts[0]["policy"], "rebase");
  EXPECT_EQ(conflicts[0]["base"], "a");
  EXPECT_EQ(conflicts[0]["mine"], "mine");
  EXPECT_EQ(conflicts[0]["theirs"], "theirs");
  EXPECT_EQ(harness.shown(view)[0]["name"], "mine");
  event("update", project(1, "theirs again", 4));
  EXPECT_EQ(Harness::only(harness.effects(), "conflict").size(), 1U);
}

TEST_F(Mutations, TheAppDecidesUnderACustomPolicy) {
  policies({{"name", ConflictPolicy::custom}});
  const auto handle = edit(Action::update, {{"id", 1}, {"name", "mine"}});
  event("update", project(1, "theirs", 2));
  EXPECT_EQ(harness.shown(view)[0]["name"], "mine");
  ASSERT_EQ(harness.engine.resolve(handle, "name", R"("theirs")", R"("both")", ++harness.now),
            Error::none);
  EXPECT_EQ(harness.shown(view)[0]["name"], "both");
}

TEST_F(Mutations, WhatWaitedIsRebasedBeforeItIsSent) {
  policies({{"name", ConflictPolicy::server_wins}, {"budget", ConflictPolicy::increment}});
  event("update", {{"id", 1}, {"name", "a"}, {"budget", 10}, {"version", 2}});
  offline(true);
  edit(Action::update, {{"id", 1}, {"name", "mine"}, {"budget", 15}});
  event("update", {{"id", 1}, {"name", "theirs"}, {"budget", 100}, {"version", 3}});
  EXPECT_EQ(harness.shown(view)[0],
            (Json{{"id", 1}, {"name", "theirs"}, {"budget", 105}, {"version", 3}}));
  back_online();
  EXPECT_EQ(submitted().at(0)["data"], (Json{{"id", 1}, {"budget", 105}}));
}

// What others did while there was no network is not known yet when it is back.
class BackOnline : public Mutations {
 protected:
  void SetUp() override {
    Mutations::SetUp();
    policies({{"budget", ConflictPolicy::increment}});
    event("update", row(10, 2));
    offline(true);
    edit(Action::update, {{"id", 1}, {"budget", 15}});
    EXPECT_TRUE(submitted().empty());
  }
  static Json row(int budget, int version) {
    return {{"id", 1}, {"name", "a"}, {"budget", budget}, {"version", version}};
  }
  static Json sent(int budget) { return {{"id", 1}, {"budget", budget}}; }
};

TEST_F(BackOnline, I5AnUpdateWaitsForWhatComesOverTheOldLink) {
  offline(false);
  EXPECT_TRUE(submitted().empty());
  event("update", row(100, 3));
  EXPECT_EQ(submitted().at(0)["data"], sent(105));
}

TEST_F(BackOnline, I5AnUpdateWaitsUntilANewLinkHasCaughtUp) {
  harness.engine.link_closed(harness.link, 1006, 0, ++harness.now);
  harness.effects();
  offline(false);
  harness.engine.tick(++harness.now);
  harness.open_next();
  EXPECT_TRUE(submitted().empty());
  event("update", row(100, 3));
  EXPECT_TRUE(submitted().empty()) << "the stream has not begun";
  harness.snapshot(view, List{row(100, 3)});
  EXPECT_EQ(submitted().at(0)["data"], sent(105));
}

TEST_F(BackOnline, I5AnUpdateWaitsForARead) {
  offline(false);
  harness.snapshot(notes, List{});
  EXPECT_TRUE(submitted().empty()) << "of another entity";
  harness.snapshot(view, List{row(100, 3)});
  EXPECT_EQ(submitted().at(0)["data"], sent(105));
}

TEST_F(BackOnline, NobodyWaitsForWhatNobodyWillTell) {
  harness.engine.release(view, ++harness.now);
  offline(false);
  EXPECT_EQ(submitted().size(), 1U);
}

TEST_F(BackOnline, PatienceEndsAndDoesNotBeginAnewWithEachLink) {
  harness.engine.link_closed(harness.link, 1006, 0, ++harness.now);
  harness.effects();
  offline(false);
  const Millis latest = harness.now + Outbox::kPatience;
  for (Millis at = harness.now; at < latest; at += 1'000) {
    harness.now = at;
    harness.engine.tick(harness.now);
    const auto effects = harness.effects();
    EXPECT_TRUE(Harness::only(effects, "submit").empty());
    for (const Json& each : Harness::only(effects, "open")) {
      harness.engine.link_opened(each["link"], ++harness.now);
      harness.engine.link_closed(each["link"], 1006, 0, ++harness.now);
    }
  }
  harness.now = latest;
  harness.engine.tick(harness.now);
  EXPECT_EQ(submitted().at(0)["data"], sent(15));
}

TEST_F(BackOnline, InsertsAndDeletesDoNotDependOnARow) {
  offline(false);
  event("update", row(10, 3));
  settle(1, row(15, 4));
  submitted();
  offline(true);
  edit(Action::erase, {{"id", 2}});
  offline(false);
  EXPECT_EQ(submitted().at(0)["action"], "delete");
}

// A server that answers without a row: nothing flickers back to what was there before.
TEST_F(Mutations, I5ASuccessWithoutARowShowsUntilTheChangeArrives) {
  const auto change = edit(Action::update, {{"id", 1}, {"name", "A"}});
  settle(change, nullptr);
  EXPECT_EQ(harness.shown(view)[0]["name"], "A");
  event("update", project(1, "A!", 2));
  EXPECT_EQ(harness.shown(view)[0], project(1, "A!", 2));
  EXPECT_EQ(Json::parse(harness.engine.stats())["pending"], 0);

  // Or until the rows are read again, though the server did not change this one.
  settle(edit(Action::update, {{"id", 2}, {"name", "B"}}), nullptr);
  settle(edit(Action::insert, {{"id", "temp"}, {"name", "new"}}), nullptr);
  EXPECT_EQ(harness.shown(view).size(), 3U);
  harness.snapshot(view, List{project(1, "A!", 2), project(2, "b", 1), project(3, "new", 1)});
  EXPECT_EQ(harness.shown(view),
            (List{project(1, "A!", 2), project(2, "b", 1), project(3, "new", 1)}));
  EXPECT_EQ(Json::parse(harness.engine.stats())["pending"], 0);
}

TEST_F(Mutations, ASuccessWithoutARowAsksWhereNoStreamTells) {
  harness.effects();
  settle(edit(Action::update, {{"id", 1}, {"name", "A"}}), nullptr);
  EXPECT_TRUE(Harness::only(harness.effects(), "fetch").empty());
  harness.engine.link_closed(harness.link, 1006, 0, ++harness.now);
  settle(edit(Action::update, {{"id", 1}, {"name", "B"}}), nullptr);
  EXPECT_EQ(Harness::only(harness.effects(), "fetch").at(0)["view"], view);
}

TEST_F(Mutations, OfAnEntityThatNobodyShowsLeaveNothing) {
  harness.engine.release(notes, ++harness.now);
  const auto slots = Json::parse(harness.engine.stats())["slots"];
  settle(edit(Action::insert, {{"id", "temp"}, {"text", "x"}}, "notes"),
         {{"id", 7}, {"text", "x"}});
  settle(edit(Action::update, {{"id", 7}, {"text", "y"}}, "notes"), nullptr);
  settle(edit(Action::erase, {{"id", 7}}, "notes"), nullptr);
  fail(edit(Action::update, {{"id", 8}, {"text", "y"}}, "notes"));
  EXPECT_EQ(Json::parse(harness.engine.stats())["slots"], slots);
  EXPECT_EQ(Json::parse(harness.engine.stats())["pending"], 0);
}

TEST_F(Mutations, BadOnesAreRefused) {
  Engine& engine = harness.engine;
  EXPECT_EQ(engine.mutate("m", "nothing", Action::update, R"({"id":1})", 1).error(),
            Error::unknown_entity);
  EXPECT_EQ(engine.mutate("m", "projects", Action::update, R"({"name":1})", 1).error(),
            Error::bad_mutation);
  EXPECT_EQ(engine.mutate("", "projects", Action::update, R"({"id":1})", 1).error(),
            Error::bad_mutation);
  EXPECT_EQ(engine.settle(77, "null", 1), Error::no_such_handle);
  EXPECT_EQ(engine.fail(77, true, 1).error(), Error::no_such_handle);
  EXPECT_EQ(engine.resolve(77, "a", "1", "2", 1), Error::no_such_handle);
}

}  // namespace
}  // namespace tidemark::testing
