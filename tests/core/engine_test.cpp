// The engine as a whole, beyond its promises: fallback, polling, subscriptions, bad input.
#include "harness.h"
#include "url_decoded.h"

namespace tidemark::testing {
namespace {

using List = Json::array_t;

// Refuses every link until the engine polls; the effects that said so.
std::vector<Json> block_all_links(Harness& harness) {
  for (int i = 0; i < 40; ++i) {
    const auto effects = harness.effects();
    for (const Json& each : Harness::only(effects, "status")) {
      if (each["transport"] == "polling") return effects;
    }
    for (const Json& each : Harness::only(effects, "open")) {
      harness.engine.link_closed(each["link"].get<LinkId>(), 1006, 0, ++harness.now);
    }
    harness.now = std::max(harness.now, harness.engine.deadline().value_or(harness.now));
    harness.engine.tick(harness.now);
  }
  ADD_FAILURE() << "never polled";
  return {};
}

// Of a view that is polled whatever the link does.
TEST(EnginePolls, AtOnceWhenThePageIsLookedAtAgain) {
  Harness harness(R"({"transports":[]})");
  const ViewId view = harness.observe();
  const auto fetches = [&] {
    harness.engine.tick(harness.now);
    return Harness::only(harness.effects(), "fetch").size();
  };
  harness.engine.poll(view, 10'000, false, harness.now);
  EXPECT_EQ(fetches(), 1U);
  harness.snapshot(view, List{project(1, "a", 1)});
  harness.engine.pause(PauseReason::hidden, true, ++harness.now);
  harness.engine.pause(PauseReason::offline, true, ++harness.now);
  harness.now += 50'000;
  EXPECT_EQ(fetches(), 0U);
  harness.engine.pause(PauseReason::offline, false, ++harness.now);
  EXPECT_EQ(fetches(), 0U);
  harness.engine.pause(PauseReason::hidden, false, ++harness.now);
  EXPECT_EQ(fetches(), 1U);
  // Also when the time for it has not come.
  harness.snapshot(view, List{project(1, "a", 1)});
  harness.engine.pause(PauseReason::hidden, true, ++harness.now);
  harness.engine.pause(PauseReason::hidden, false, ++harness.now);
  EXPECT_EQ(fetches(), 1U);
}

TEST(EnginePolls, AConfirmedAnswerIsAnAnswer) {
  Harness harness(R"({"transports":[]})");
  const ViewId view = harness.observe();
  harness.engine.poll(view, 1'000, true, harness.now);
  harness.snapshot(view, List{project(1, "a", 1)});
  const auto before = harness.shown(view);
  const auto wait = [&] { return harness.engine.deadline().value() - harness.now; };
  Millis last = wait();
  for (int i = 0; i < 3; ++i) {
    const auto ticket = harness.engine.begin_snapshot(view, ++harness.now).value();
    harness.engine.confirm_snapshot(ticket, ++harness.now);
    // More slowly, because nothing changed; jitter is less than a step.
    EXPECT_GT(wait(), last);
    EXPECT_LT(wait(), 2 * last);
    last = wait();
    EXPECT_EQ(harness.engine.end_snapshot(ticket, "[]", harness.now), Error::no_such_handle);
  }
  EXPECT_EQ(harness.shown(view), before);
}

TEST(EngineFallback, GoesDownToPollingAndBackUp) {
  Harness harness(R"({"pollingInterval":500,"probeInterval":2000,"deliverEvents":true})");
  const ViewId view = harness.observe();
  harness.snapshot(view, List{project(1, "a", 1)});
  harness.engine.connect(harness.now);
  auto effects = block_all_links(harness);
  if (Harness::only(effects, "fetch").empty()) {
    harness.now = harness.engine.deadline().value();
    harness.engine.tick(harness.now);
    effects = harness.effects();
  }
  ASSERT_EQ(Harness::only(effects, "fetch").size(), 1U);
  EXPECT_EQ(Harness::only(effects, "fetch")[0]["reason"], "poll");
  // I9: the first poll has still to succeed.
  EXPECT_NE(harness.log.find(R"("continuity":"catching-up")"), std::string::npos);
  EXPECT_EQ(harness.log.find(R"("continuity":"polling")"), std::string::npos);
  harness.snapshot(view, List{project(1, "polled", 2)});
  EXPECT_EQ(harness.shown(view), (List{project(1, "polled", 2)}));
  const auto told = Harness::only(harness.effects(), "event");
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0]["event"]["type"], "polling");

  // I9: polls that fail, or that a page without a network does not send, keep nothing fresh.
  const auto continuity = [&] {
    const auto words = Harness::only(harness.effects(), "continuity");
    return words.empty() ? std::string("unchanged") : words.back()["continuity"].get<std::string>();
  };
  const auto transport = [&] {
    const std::size_t at = harness.log.rfind("\"transport\":", harness.log.rfind("\"attempt\":"));
    const std::string word = harness.log.substr(at + 12, 9);
    return word.starts_with("null") ? std::string("null") : word.substr(1, 7);
  };
  const auto lost = harness.engine.begin_snapshot(view, ++harness.now).value();
  harness.engine.fail_snapshot(lost, 0, ++harness.now);
  EXPECT_EQ(continuity(), "offline");
  EXPECT_EQ(transport(), "null");
  harness.snapshot(view, List{project(1, "polled", 2)});
  EXPECT_EQ(continuity(), "polling");
  EXPECT_EQ(transport(), "polling");
  harness.engine.pause(PauseReason::offline, true, ++harness.now);
  EXPECT_EQ(continuity(), "offline");
  EXPECT_EQ(transport(), "null");
  harness.engine.pause(PauseReason::offline, false, ++harness.now);
  effects = harness.effects();
  EXPECT_EQ(transport(), "polling");

  // A probe finds WebSocket open again.
  while (Harness::only(effects, "open").empty()) {
    harness.now = harness.engine.deadline().value();
    harness.engine.tick(harness.now);
    effects = harness.effects();
    if (!Harness::only(effects, "fetch").empty())
      harness.snapshot(view, List{project(1, "polled", 2)});
  }
  const Json open = Harness::only(effects, "open")[0];
  EXPECT_EQ(open["transport"], "websocket");
  harness.link = open["link"];
  harness.engine.link_opened(harness.link, ++harness.now);
  // It is taken over by when it has answered.
  harness.answer_subscribes(false, 10);
  effects = harness.effects();
  EXPECT_EQ(Harness::only(effects, "status").back()["transport"], "websocket");
}

TEST(EngineFallback, SseCarriesItsSubscriptionsInTheUrl) {
  Harness harness(R"({"transports":["sse"]})");
  harness.observe("projects", "status=eq.active");
  harness.engine.connect(harness.now);
  const auto open = Harness::only(harness.effects(), "open");
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(open[0]["transport"], "sse");
  const Json list =
      Json::parse(testing::url_parameter(open[0]["query"].get<std::string>(), "subscribe"));
  EXPECT_EQ(list[0]["entity"], "projects");
  EXPECT_EQ(list[0]["filter"], "status=eq.active");
  harness.link = open[0]["link"];
  harness.engine.link_opened(harness.link, ++harness.now);
  harness.frame({{"op", "subscribed"},
                 {"ref", list[0]["ref"]},
                 {"sub", "1"},
                 {"epoch", "e"},
                 {"seq", 4},
                 {"recovered", false}});
  // A second subscription needs a new URL; the old link serves until the new one is open.
  harness.observe("notes");
  harness.now = harness.engine.deadline().value();
  harness.engine.tick(harness.now);
  const auto effects = harness.effects();
  EXPECT_TRUE(Harness::only(effects, "close").empty());
  const auto again = Harness::only(effects, "open");
  ASSERT_EQ(again.size(), 1U);
  const Json both =
      Json::parse(testing::url_parameter(again[0]["query"].get<std::string>(), "subscribe"));
  EXPECT_EQ(both.size(), 2U);
  EXPECT_EQ(both[0]["since"]["seq"], 4);
  harness.engine.link_opened(again[0]["link"], ++harness.now);
  EXPECT_EQ(Harness::only(harness.effects(), "close")[0]["link"], open[0]["link"]);
}

TEST(EngineSubscriptions, AreSharedAndCounted) {
  Harness harness(R"({"linger":0})");
  harness.connect();
  const ViewId one = harness.observe();
  const ViewId two = harness.observe();
  EXPECT_EQ(Harness::only(harness.effects(), "send").size(), 1U);
  harness.engine.release(one, ++harness.now);
  EXPECT_TRUE(Harness::only(harness.effects(), "send").empty());
  EXPECT_EQ(Json::parse(harness.engine.stats())["subscriptions"], 1);
  harness.engine.release(two, ++harness.now);
  EXPECT_EQ(Json::parse(harness.engine.stats())["subscriptions"], 0);
  EXPECT_EQ(Json::parse(harness.engine.stats())["rows"], 0);
}

TEST(EngineSubscriptions, ARowThatLeavesTheFilterLeavesTheView) {
  Harness harness;
  harness.connect();
  const ViewId view = harness.observe("projects", "name=eq.a");
  harness.answer_subscribes(false, 10);
  harness.snapshot(view, List{project(1, "a", 1)});
  harness.frame(harness.event("update", project(1, "b", 2), 11, 10));
  EXPECT_EQ(harness.shown(view), List{});
  harness.frame(harness.event("update", project(1, "a", 3), 12, 11));
  EXPECT_EQ(harness.shown(view), (List{project(1, "a", 3)}));
}

TEST(EngineSubscriptions, OnePageOfSeveralDoesNotDeleteTheOther) {
  Harness harness;
  const ViewId first = harness.observe();
  const ViewId second = harness.observe();
  harness.snapshot(first, List{project(1, "a", 1)});
  harness.snapshot(second, List{project(2, "b", 1)});
  harness.snapshot(first, List{project(1, "a", 1)});
  EXPECT_EQ(harness.shown(second), (List{project(2, "b", 1)}));
}

TEST(EngineEvents, EachOverlappingSubscriptionGetsItsCopyOthersHearOnce) {
  Harness harness(R"({"deliverEvents":true})");
  harness.connect();
  const SubId all = harness.engine.subscribe("projects", "", ++harness.now).value();
  harness.answer_subscribes(false, 10);
  const std::string first_sub = harness.sub;
  const SubId some = harness.engine.subscribe("projects", "id=eq.1", ++harness.now).value();
  harness.answer_subscribes(false, 10);
  Json copy = harness.event("insert", project(1, "a", 11), 11, 10);
  harness.frame(copy);
  copy["sub"] = first_sub;
  harness.frame(copy);
  harness.frame(copy);
  const auto events = Harness::only(harness.effects(), "event");
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0]["subs"], Json::array({some}));
  EXPECT_EQ(events[0]["repeated"], false);
  EXPECT_EQ(events[1]["subs"], Json::array({all}));
  EXPECT_EQ(events[1]["repeated"], true);
}

TEST(EngineEvents, WithoutASubGoToWhoeverTheirRowMatches) {
  Harness harness(R"({"deliverEvents":true})");
  harness.connect();
  const SubId all = harness.engine.subscribe("projects", "", ++harness.now).value();
  const SubId some = harness.engine.subscribe("projects", "id=eq.1", ++harness.now).value();
  for (const int id : {1, 2}) {
    Json event = harness.event("insert", project(id, "a", 11), 10 + id, 10);
    for (const char* member : {"sub", "epoch", "seq", "prev"}) event.erase(member);
    harness.frame(event);
  }
  const auto events = Harness::only(harness.effects(), "event");
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0]["subs"], Json::array({all, some}));
  EXPECT_EQ(events[1]["subs"], Json::array({all}));
}

TEST(EngineEvents, ACopyBeforeThePositionIsNotAppliedThoughItsIdIsNew) {
  Harness harness;
  harness.connect();
  const ViewId notes = harness.observe("notes");
  harness.answer_subscribes(false, 10);
  harness.snapshot(notes, List{{{"id", 1}, {"n", 1}}});
  harness.frame(harness.event("update", {{"id", 1}, {"n", 0}}, 9, 8, "notes"));
  EXPECT_EQ(harness.shown(notes), (List{{{"id", 1}, {"n", 1}}}));
}

TEST(EnginePolling, TellsWhatAPollFoundButNotTheBaseline) {
  Harness harness(R"({"transports":[],"deliverEvents":true})");
  const ViewId view = harness.engine.observe({"projects", "", "", "", false}, 0).value();
  harness.engine.poll(view, 1000, false, harness.now);
  harness.engine.tick(harness.now);
  EXPECT_EQ(Harness::only(harness.effects(), "fetch").size(), 1U);
  harness.snapshot(view, List{project(1, "a", 1), project(2, "b", 1)});
  EXPECT_TRUE(Harness::only(harness.effects(), "event").empty());
  harness.snapshot(view, List{project(1, "A", 2), project(3, "c", 1)});
  const auto events = Harness::only(harness.effects(), "event");
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0]["event"]["action"], "update");
  EXPECT_EQ(events[0]["event"]["type"], "polling");
  EXPECT_EQ(events[1]["event"]["action"], "insert");
  EXPECT_EQ(events[2]["event"]["action"], "delete");
  EXPECT_EQ(events[2]["event"]["data"]["id"], 2);
}

TEST(EnginePolling, OffersNoSecondRequestWhileOneIsUnderWay) {
  Harness harness(R"({"transports":[]})");
  const ViewId view = harness.engine.observe({"projects", "", "", "", false}, 0).value();
  harness.engine.poll(view, 1000, false, harness.now);
  harness.engine.tick(harness.now);
  EXPECT_EQ(Harness::only(harness.effects(), "fetch").size(), 1U);
  harness.engine.tick(harness.now + 5000);
  EXPECT_TRUE(Harness::only(harness.effects(), "fetch").empty());
}

TEST(EngineBadInput, IsCountedAndTheLinkGoesOn) {
  Harness harness;
  harness.connect();
  const ViewId view = harness.observe();
  harness.answer_subscribes(false, 10);
  harness.snapshot(view, List{});
  for (const std::string& bad :
       {std::string("nonsense"), std::string("[1,2]"), std::string("{}"),
        std::string(R"({"op":"what"})"), std::string(R"({"type":"realtime","entity":5})"),
        std::string(600, '['), std::string("\xff\xfe"), std::string()}) {
    harness.engine.frame(harness.link, bad, ++harness.now);
  }
  EXPECT_EQ(harness.engine.counters().frames_rejected, 9U);  // [1,2] holds two
  // Each way to be bad is told once a link, however many frames are.
  std::vector<std::string> told;
  for (const Json& each : Harness::only(harness.effects(), "error")) told.push_back(each["code"]);
  EXPECT_EQ(told, (std::vector<std::string>{"malformed_json", "not_a_message", "unknown_op",
                                            "too_deep"}));
  EXPECT_EQ(
      Json::parse(harness.engine.stats())["rejected"],
      (Json{{"malformed_json", 3}, {"not_a_message", 4}, {"unknown_op", 1}, {"too_deep", 1}}));
  harness.engine.link_closed(harness.link, 1006, 0, ++harness.now);
  harness.now = harness.engine.deadline().value();
  harness.engine.tick(harness.now);
  harness.open_next();
  harness.answer_subscribes(false, 10);
  harness.snapshot(view, List{});
  harness.engine.frame(harness.link, "nonsense", ++harness.now);
  EXPECT_EQ(Harness::only(harness.effects(), "error").size(), 1U);
  harness.frame(harness.event("insert", project(1, "a", 1), 11, 10));
  EXPECT_EQ(harness.shown(view), (List{project(1, "a", 1)}));
}

TEST(EngineBadInput, ARowWithoutAnIdIsRejectedAlone) {
  Harness harness;
  harness.connect();
  const ViewId view = harness.observe();
  harness.answer_subscribes(false, 10);
  harness.snapshot(view, List{});
  harness.frame(List{harness.event("insert", {{"name", "no id"}}, 11, 10),
                     harness.event("insert", project(1, "a", 1), 12, 11)});
  EXPECT_EQ(harness.shown(view), (List{project(1, "a", 1)}));
  EXPECT_EQ(harness.engine.counters().frames_rejected, 1U);
}

TEST(EngineBatch, ARolledBackFlushComesAgain) {
  Harness harness;
  const ViewId view = harness.observe();
  harness.snapshot(view, List{project(1, "a", 1)});
  const std::string first(harness.engine.flush());
  harness.engine.rollback();
  EXPECT_EQ(std::string(harness.engine.flush()), first);
  harness.engine.commit();
  EXPECT_TRUE(harness.engine.flush().empty());
}

TEST(EngineBatch, ObjectsOfRowsNobodyShowsAreDropped) {
  Harness harness;
  const ViewId view = harness.observe();
  harness.snapshot(view, List{project(1, "a", 1), project(2, "b", 1)});
  harness.flush();
  EXPECT_EQ(harness.objects.size(), 2U);
  harness.snapshot(view, List{project(2, "b", 1)});
  harness.flush();
  EXPECT_EQ(harness.objects.size(), 1U);
  harness.engine.release(view, ++harness.now);
  harness.flush();
  EXPECT_TRUE(harness.objects.empty());
}

TEST(EngineSession, StopsOnAPolicyClose) {
  Harness harness;
  harness.connect();
  harness.effects();
  harness.engine.link_closed(harness.link, 1008, 0, ++harness.now);
  const auto effects = harness.effects();
  EXPECT_EQ(Harness::only(effects, "status").back()["status"], "error");
  EXPECT_EQ(Harness::only(effects, "error").back()["fatal"], true);
}

TEST(EngineSession, AConnectAfterADisconnectIsNotAReconnect) {
  Harness harness;
  harness.connect();
  harness.engine.disconnect(++harness.now);
  harness.engine.connect(++harness.now);
  EXPECT_EQ(Harness::only(harness.effects(), "status").back()["status"], "connecting");
}

}  // namespace
}  // namespace tidemark::testing
