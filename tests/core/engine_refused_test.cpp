// An engine whose server refuses a subscription for good.
#include <algorithm>

#include "harness.h"

namespace tidemark {
namespace {

using testing::Harness;
using testing::Json;
using testing::project;

class Refused : public ::testing::Test {
 protected:
  void refuse(Harness& harness) {
    view = harness.observe();
    harness.snapshot(view, Json::array({project(1, "a", 1)}));
    harness.connect();
    answer(harness, "unknown_entity");
  }
  void answer(Harness& harness, const std::string& code) {
    for (const Json& each : Harness::only(harness.effects(), "send")) {
      const Json asked = Json::parse(each["text"].get<std::string>());
      if (asked["op"] != "subscribe") continue;
      harness.frame({{"op", "error"}, {"code", code}, {"message", "no"}, {"ref", asked["ref"]}});
    }
  }
  // Keeps time and link going; how often the view was asked for.
  std::size_t polls_within(Harness& harness, Millis span) {
    std::size_t polls = 0;
    const Millis end = harness.now + span;
    while (harness.now < end) {
      for (const Json& each : note(harness)) {
        if (each["op"] == "send") harness.frame({{"op", "pong"}});
        if (each["op"] != "fetch") continue;
        ++polls;
        harness.snapshot(view, Json::array({project(1, "b", 2)}));
      }
      harness.now = std::clamp(harness.engine.deadline().value_or(end), harness.now + 1, end);
      harness.engine.tick(harness.now);
    }
    note(harness);
    return polls;
  }
  std::vector<Json> note(Harness& harness) {
    auto effects = harness.effects();
    const auto told = Harness::only(effects, "continuity");
    if (!told.empty()) continuity = told.back()["continuity"];
    return effects;
  }

  ViewId view = 0;
  std::string continuity;
};

TEST_F(Refused, I9ItsViewsArePolledAndSaySo) {
  Harness harness;
  refuse(harness);
  note(harness);
  EXPECT_EQ(continuity, "suspect");
  EXPECT_GE(polls_within(harness, 60'000), 5U);
  EXPECT_EQ(continuity, "polling");
  EXPECT_EQ(harness.shown(view), Json::array({project(1, "b", 2)}));
  const auto failing = harness.engine.begin_snapshot(view, ++harness.now).value();
  harness.engine.fail_snapshot(failing, 0, ++harness.now);
  note(harness);
  EXPECT_EQ(continuity, "suspect");
}

TEST_F(Refused, I9WithoutPollingTheyStaySuspect) {
  Harness harness(R"({"transports":["websocket"]})");
  refuse(harness);
  EXPECT_EQ(polls_within(harness, 60'000), 0U);
  EXPECT_EQ(continuity, "suspect");
}

TEST_F(Refused, OneThatTheNextLinkServesIsPolledNoMore) {
  Harness harness;
  refuse(harness);
  polls_within(harness, 30'000);
  harness.engine.link_closed(harness.link, 1006, 0, ++harness.now);
  harness.now = harness.engine.deadline().value();
  for (auto effects = harness.effects();; effects = harness.effects()) {
    const auto opened = Harness::only(effects, "open");
    if (!opened.empty()) {
      harness.link = opened.back()["link"];
      break;
    }
    harness.engine.tick(harness.now = std::max(harness.now, harness.engine.deadline().value()));
  }
  harness.engine.link_opened(harness.link, ++harness.now);
  harness.answer_subscribes(false, 10);
  harness.snapshot(view, Json::array({project(1, "b", 2)}));
  note(harness);
  EXPECT_EQ(continuity, "live");
  EXPECT_EQ(Json::parse(harness.engine.inspect())["views"][0]["polled"], false);
}

}  // namespace
}  // namespace tidemark
