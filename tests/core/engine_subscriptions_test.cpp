// Subscriptions as the server sees them, when it or the network does not do its part.
#include "harness.h"

namespace tidemark::testing {
namespace {

using List = Json::array_t;

class Subscriptions : public ::testing::Test {
 protected:
  // What was sent since the last call.
  std::vector<Json> sent(std::string_view op = "") {
    std::vector<Json> messages;
    for (const Json& each : Harness::only(note(), "send")) {
      Json message = Json::parse(each["text"].get<std::string>());
      if (op.empty() || message["op"] == std::string(op)) messages.push_back(std::move(message));
    }
    return messages;
  }
  std::vector<Json> note() {
    auto effects = harness.effects();
    for (const Json& each : effects) {
      if (each["op"] == "continuity") continuity = each["continuity"];
    }
    return effects;
  }
  void answer(const Json& subscribe, bool recovered, std::int64_t seq) {
    harness.sub = "s" + subscribe["ref"].get<std::string>();
    harness.frame({{"op", "subscribed"},
                   {"ref", subscribe["ref"]},
                   {"sub", harness.sub},
                   {"epoch", "e1"},
                   {"seq", seq},
                   {"recovered", recovered}});
  }
  void go_live() {
    harness.connect();
    view = harness.observe();
    answer(sent("subscribe").at(0), false, 10);
    harness.snapshot(view, List{project(1, "a", 1)});
    note();
    ASSERT_EQ(continuity, "live");
  }
  // Ticks at each deadline for `span`, answering pings as `pong` says.
  std::vector<Json> pass(Millis span, const Json& pong = {{"op", "pong"}}) {
    std::vector<Json> messages;
    const Millis end = harness.now + span;
    while (true) {
      const auto at = harness.engine.deadline();
      if (!at || *at > end) break;
      harness.now = std::max(harness.now, *at);
      harness.engine.tick(harness.now);
      for (const Json& each : sent()) {
        if (each["op"] == "ping") harness.frame(pong);
        messages.push_back(each);
      }
    }
    harness.now = end;
    return messages;
  }
  static std::size_t count(const std::vector<Json>& messages, const std::string& op) {
    return static_cast<std::size_t>(std::count_if(
        messages.begin(), messages.end(), [&](const Json& each) { return each["op"] == op; }));
  }

  Harness harness;
  ViewId view = 0;
  std::string continuity;
};

TEST_F(Subscriptions, I9AnUnansweredOneIsSuspectAndAskedForAgainWithGrowingWaits) {
  harness.connect();
  view = harness.observe();
  const Json first = sent("subscribe").at(0);
  const auto again = pass(300'000);
  EXPECT_EQ(continuity, "suspect");
  const std::size_t asked = count(again, "subscribe");
  EXPECT_GE(asked, 5U);
  EXPECT_LE(asked, 25U);
  // The answer to the first question comes at last: its stream is of no use any more.
  answer(first, false, 10);
  EXPECT_EQ(sent("unsubscribe").at(0)["sub"], harness.sub);
  answer(*std::find_if(again.rbegin(), again.rend(),
                       [](const Json& each) { return each["op"] == "subscribe"; }),
         false, 10);
  harness.snapshot(view, List{});
  note();
  EXPECT_EQ(continuity, "live");
}

TEST_F(Subscriptions, AStreamThatTheServerDoesNotKnowOfIsAskedForAgain) {
  go_live();
  const auto messages = pass(40'000, {{"op", "pong"}, {"positions", Json::object()}});
  ASSERT_GE(count(messages, "subscribe"), 1U);
  note();
  EXPECT_EQ(continuity, "suspect");
}

TEST_F(Subscriptions, APongThatNamesThemAllChangesNothing) {
  go_live();
  const auto messages = pass(100'000, {{"op", "pong"}, {"positions", {{harness.sub, 10}}}});
  EXPECT_GE(count(messages, "ping"), 3U);
  EXPECT_EQ(count(messages, "subscribe"), 0U);
  note();
  EXPECT_EQ(continuity, "live");
}

TEST_F(Subscriptions, ARefusalForTheMomentIsTriedAgainAndAFinalOneIsNot) {
  harness.connect();
  view = harness.observe();
  const auto refuse = [&](const Json& subscribe, const char* code) {
    harness.frame({{"op", "error"}, {"code", code}, {"message", "no"}, {"ref", subscribe["ref"]}});
  };
  refuse(sent("subscribe").at(0), "internal");
  const auto again = pass(60'000);
  ASSERT_GE(count(again, "subscribe"), 1U);
  note();
  EXPECT_EQ(continuity, "suspect");
  refuse(*std::find_if(again.rbegin(), again.rend(),
                       [](const Json& each) { return each["op"] == "subscribe"; }),
         "unknown_entity");
  EXPECT_EQ(Harness::only(note(), "error").at(0)["code"], "unknown_entity");
  EXPECT_EQ(count(pass(600'000), "subscribe"), 0U);
  EXPECT_EQ(continuity, "suspect");
}

// A server whose every event proves a gap is not asked in a loop.
TEST_F(Subscriptions, I7EpochFlappingIsContained) {
  go_live();
  std::size_t subscribes = 0;
  for (int i = 0; i < 2'000; ++i) {
    harness.frame(harness.event("update", project(1, "x", 5), 20 + i, 19 + i, "projects",
                                i % 2 == 0 ? "other" : "e1"));
    for (const Json& each : sent("subscribe")) {
      ++subscribes;
      answer(each, false, 10);
    }
    harness.now += 50;
    harness.engine.tick(harness.now);
  }
  EXPECT_GE(subscribes, 3U);
  EXPECT_LE(subscribes, 20U);
  EXPECT_EQ(Json::parse(harness.engine.stats())["grade"], "good");
}

TEST_F(Subscriptions, LingerSoThatARemountSendsNothing) {
  go_live();
  for (int i = 0; i < 20; ++i) {
    harness.engine.release(view, ++harness.now);
    harness.now += 500;
    harness.engine.tick(harness.now);
    view = harness.observe();
  }
  EXPECT_TRUE(sent().empty());
  harness.engine.release(view, ++harness.now);
  EXPECT_EQ(count(pass(999), "unsubscribe"), 0U);
  EXPECT_EQ(count(pass(1), "unsubscribe"), 1U);
  EXPECT_EQ(Json::parse(harness.engine.stats())["subscriptions"], 0);
  EXPECT_EQ(Json::parse(harness.engine.stats())["rows"], 0);
}

TEST_F(Subscriptions, OneThatEndsBeforeItsAnswerLeavesNoStreamBehind) {
  harness.connect();
  view = harness.observe();
  const Json question = sent("subscribe").at(0);
  harness.engine.release(view, ++harness.now);
  pass(2'000);
  answer(question, false, 10);
  EXPECT_EQ(sent("unsubscribe").at(0)["sub"], harness.sub);
}

TEST_F(Subscriptions, I9AreNotLiveWhileTheReplayGoesOn) {
  go_live();
  harness.engine.link_closed(harness.link, 1006, 0, ++harness.now);
  harness.now = harness.engine.deadline().value();
  harness.engine.tick(harness.now);
  harness.open_next();
  const Json question = sent("subscribe").at(0);
  harness.sub = "again";
  harness.frame({{"op", "subscribed"},
                 {"ref", question["ref"]},
                 {"sub", "again"},
                 {"epoch", "e1"},
                 {"seq", 10},
                 {"recovered", true},
                 {"replaying", true}});
  harness.frame(harness.event("update", project(1, "b", 2), 11, 10));
  note();
  EXPECT_EQ(continuity, "catching-up");
  harness.frame({{"op", "caught_up"}, {"sub", "again"}});
  note();
  EXPECT_EQ(continuity, "live");
}

// ---------------------------------------------------------------- tokens

TEST(Tokens, GoFirstOnALinkAndAgainWhenTheyRanOut) {
  Harness harness(R"({"tokens":true,"transports":["websocket"]})");
  const ViewId view = harness.observe();
  harness.engine.connect(++harness.now);
  const auto wanted = Harness::only(harness.effects(), "token");
  ASSERT_EQ(wanted.size(), 1U);
  EXPECT_EQ(wanted[0]["refresh"], false);
  const LinkId link = wanted[0]["link"];
  harness.engine.token(link, "first", ++harness.now);
  EXPECT_EQ(Harness::only(harness.effects(), "open").size(), 1U);
  harness.engine.link_opened(link, ++harness.now);
  harness.link = link;
  const auto opening = Harness::only(harness.effects(), "send");
  ASSERT_EQ(opening.size(), 2U);
  EXPECT_EQ(opening[0]["text"], R"({"op":"auth","token":"first"})");
  const Json question = Json::parse(opening[1]["text"].get<std::string>());

  harness.frame({{"op", "error"},
                 {"code", "unauthorized"},
                 {"message", "expired"},
                 {"ref", question["ref"]}});
  const auto effects = harness.effects();
  EXPECT_TRUE(Harness::only(effects, "error").empty());
  ASSERT_EQ(Harness::only(effects, "token").size(), 1U);
  EXPECT_EQ(Harness::only(effects, "token")[0]["refresh"], true);
  harness.engine.token(link, "second", ++harness.now);
  const auto renewed = Harness::only(harness.effects(), "send");
  ASSERT_EQ(renewed.size(), 2U);
  EXPECT_EQ(renewed[0]["text"], R"({"op":"auth","token":"second"})");
  EXPECT_EQ(Json::parse(renewed[1]["text"].get<std::string>())["op"], "subscribe");
  // And if that is no better, it is said.
  harness.frame({{"op", "error"}, {"code", "unauthorized"}, {"message", "still not"}});
  EXPECT_EQ(Harness::only(harness.effects(), "error").at(0)["code"], "unauthorized");
  harness.engine.release(view, ++harness.now);
}

// ---------------------------------------------------------------- other tabs

class Tabs : public ::testing::Test {
 protected:
  static void go_live(Harness& harness, ViewId& view) {
    harness.connect();
    view = harness.observe();
    harness.answer_subscribes(false, 10);
    harness.snapshot(view, List{project(1, "a", 1)});
    harness.effects();
  }
  static std::vector<std::string> delivered(Harness& harness) {
    std::vector<std::string> ids;
    for (const Json& each : Harness::only(harness.effects(), "event")) {
      if (!each["repeated"].get<bool>()) ids.push_back(each["event"]["id"]);
    }
    return ids;
  }
  void SetUp() override {
    go_live(mine, my_view);
    go_live(other, other_view);
  }

  Harness mine{R"({"relay":true,"deliverEvents":true})", 1};
  Harness other{R"({"deliverEvents":true})", 2};
  ViewId my_view = 0;
  ViewId other_view = 0;
};

TEST_F(Tabs, I4AnEventTakesEffectOnceThoughAnotherTabBringsItToo) {
  mine.frame(List{mine.event("update", project(1, "b", 2), 11, 10),
                  mine.event("insert", project(2, "c", 1), 12, 11)});
  const auto relayed = Harness::only(mine.effects(), "relay");
  ASSERT_EQ(relayed.size(), 1U);
  other.engine.relay(relayed[0]["text"].get<std::string>(), ++other.now);
  EXPECT_EQ(delivered(other), (std::vector<std::string>{"e1:11", "e1:12"}));
  EXPECT_EQ(other.shown(other_view), (List{project(1, "b", 2), project(2, "c", 1)}));
  // Its own link brings them as well, and its position moves on.
  other.frame(other.event("update", project(1, "b", 2), 11, 10));
  other.frame(other.event("insert", project(2, "c", 1), 12, 11));
  other.frame(other.event("delete", {{"id", 2}}, 13, 12));
  EXPECT_EQ(delivered(other), std::vector<std::string>{"e1:13"});
  EXPECT_EQ(other.shown(other_view), (List{project(1, "b", 2)}));
  EXPECT_EQ(other.engine.counters().gaps, 0U);
  // And what it had itself is not taken from another tab again.
  other.engine.relay(relayed[0]["text"].get<std::string>(), ++other.now);
  EXPECT_TRUE(delivered(other).empty());
}

// "Repeated" events go to the handlers of their subscription, so those must not come either.
TEST_F(Tabs, I4AHandlerGetsAnEventOnceThoughAnotherTabBringsItToo) {
  const SubId all = other.engine.subscribe("projects", "", ++other.now).value();
  const Json event = other.event("update", project(1, "b", 2), 11, 10);
  other.effects();
  other.engine.relay(event.dump(), ++other.now);
  other.frame(event);
  const auto events = Harness::only(other.effects(), "event");
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0]["subs"], List{all});
  EXPECT_EQ(other.engine.counters().duplicates, 1U);
}

// Where nothing says which is newer, only the tab's own link knows the order.
TEST_F(Tabs, I3TakeOnlyWhatHasAVersion) {
  const ViewId notes = other.observe("notes");
  other.answer_subscribes(false, 10);
  other.snapshot(notes, List{{{"id", 1}, {"text", "now"}}});
  const Json late = {{"id", "x"},
                     {"entity", "notes"},
                     {"action", "update"},
                     {"type", "realtime"},
                     {"data", {{"id", 1}, {"text", "before"}}}};
  other.engine.relay(late.dump(), ++other.now);
  EXPECT_EQ(other.shown(notes)[0]["text"], "now");
  EXPECT_EQ(other.engine.counters().relayed, 0U);
}

TEST_F(Tabs, BadInputFromAnotherTabIsIgnored) {
  for (const char* bad : {"", "nonsense", "[[]]", R"({"op":"reset","sub":"1"})", "{}"}) {
    other.engine.relay(bad, ++other.now);
  }
  EXPECT_EQ(other.shown(other_view), (List{project(1, "a", 1)}));
  EXPECT_EQ(other.engine.counters().frames_rejected, 0U);
}

// ---------------------------------------------------------------- bytes and clocks

TEST(EventStreamLink, ReadsFramesFromBytesCutAnywhere) {
  Harness harness(R"({"transports":["sse"],"maxFrameBytes":2000})");
  const ViewId view = harness.observe();
  harness.engine.connect(++harness.now);
  harness.open_next();
  const auto say = [&](const std::string& bytes) {
    for (std::size_t at = 0; at < bytes.size(); at += 7) {
      harness.engine.stream(harness.link, bytes.substr(at, 7), ++harness.now);
    }
  };
  harness.sub = "1";
  const std::string ref = "link" + std::to_string(harness.link) + "-1";
  say("data: " +
      Json({{"op", "subscribed"}, {"ref", ref}, {"sub", "1"}, {"epoch", "e1"}, {"seq", 3}}).dump() +
      "\n\n");
  harness.snapshot(view, List{});
  say(": alive\n\nid: e1:4\ndata: " + harness.event("insert", project(1, "ä", 1), 4, 3).dump() +
      "\r\n\r\n");
  EXPECT_EQ(harness.shown(view), (List{project(1, "ä", 1)}));
  harness.effects();
  say("data: \"" + std::string(3'000, 'x') + "\"\n\n");
  EXPECT_EQ(Harness::only(harness.effects(), "error").at(0)["code"], "too_large");
  say("data: " + harness.event("delete", {{"id", 1}}, 5, 4).dump() + "\n\n");
  EXPECT_EQ(harness.shown(view), List{});
  // The stream's wish for rest is followed.
  say("retry: 50000\n\n");
  const Millis lost_at = ++harness.now;
  harness.engine.link_closed(harness.link, 1006, 0, lost_at);
  EXPECT_GE(harness.engine.deadline().value(), lost_at + 50'000);
}

TEST(Clock, SetBackByAnHourStopsNoTimer) {
  Harness harness;
  harness.connect();
  harness.effects();
  harness.now -= 3'600'000;
  harness.engine.tick(harness.now);
  const Millis due = harness.engine.deadline().value();
  EXPECT_LE(due, harness.now + 30'000);
  harness.engine.tick(due);
  ASSERT_EQ(Harness::only(harness.effects(), "send").size(), 1U);
  harness.engine.tick(due + 10'000);
  EXPECT_EQ(Harness::only(harness.effects(), "close").size(), 1U);
}

}  // namespace
}  // namespace tidemark::testing
