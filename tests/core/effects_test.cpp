#include "change/effects.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace tidemark {
namespace {

using Tree = nlohmann::json;

Tree taken(EffectQueue& queue) { return Tree::parse(queue.take(), nullptr, false); }
Tree tree(std::string_view text) { return Tree::parse(text, nullptr, false); }

constexpr std::string_view kNasty = "\"\\\n\x01</script>é";

TEST(Effects, AnEmptyQueueHasNoText) {
  EffectQueue queue;
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.take(), "");
  queue.close(1, 1000);
  EXPECT_FALSE(queue.empty());
  queue.take();
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.take(), "");
}

TEST(Effects, KeepTheirOrder) {
  EffectQueue queue;
  queue.open(1, Transport::websocket, "");
  queue.send(1, "{}");
  queue.close(1, 4000);
  queue.fetch(5, FetchReason::gap);
  EXPECT_EQ(taken(queue), tree(R"([
    {"op":"open","link":1,"transport":"websocket","query":""},
    {"op":"send","link":1,"text":"{}"},
    {"op":"close","link":1,"code":4000},
    {"op":"fetch","view":5,"reason":"gap"}])"));
}

TEST(Effects, EveryTextIsQuoted) {
  EffectQueue queue;
  queue.open(1, Transport::sse, kNasty);
  queue.send(1, kNasty);
  queue.error(kNasty, kNasty, false);
  const Tree effects = taken(queue);
  ASSERT_TRUE(effects.is_array());
  ASSERT_EQ(effects.size(), 3U);
  EXPECT_EQ(effects[0]["query"], std::string(kNasty));
  EXPECT_EQ(effects[1]["text"], std::string(kNasty));
  EXPECT_EQ(effects[2]["code"], std::string(kNasty));
  EXPECT_EQ(effects[2]["message"], std::string(kNasty));
}

TEST(Effects, Status) {
  EffectQueue queue;
  queue.resync(3);
  queue.status({"connected", Transport::polling, 0});
  queue.status({"reconnecting", std::nullopt, 3});
  EXPECT_EQ(taken(queue), tree(R"([
    {"op":"resync","sub":3},
    {"op":"status","status":"connected","transport":"polling","attempt":0},
    {"op":"status","status":"reconnecting","transport":null,"attempt":3}])"));
}

TEST(Effects, Continuity) {
  EffectQueue queue;
  queue.continuity(5, Continuity::catching_up, std::nullopt);
  queue.continuity(6, Continuity::live, 1'795'427'115'123);
  EXPECT_EQ(taken(queue), tree(R"([
    {"op":"continuity","view":5,"continuity":"catching-up","lastEventAt":null},
    {"op":"continuity","view":6,"continuity":"live","lastEventAt":1795427115123}])"));
}

TEST(Effects, Event) {
  EffectQueue queue;
  queue.event({1, 2}, std::nullopt, R"({"id":"x","data":{"id":1}})", false);
  queue.event({}, 5, "{}", true);
  EXPECT_EQ(taken(queue), tree(R"([
    {"op":"event","subs":[1,2],"view":null,"repeated":false,
     "event":{"id":"x","data":{"id":1}}},
    {"op":"event","subs":[],"view":5,"repeated":true,"event":{}}])"));
}

TEST(Effects, KeptEdits) {
  EffectQueue queue;
  queue.keep("m1", "projects", R"({"id":12345678901234567891})");
  queue.forget(kNasty);
  queue.confirmed(7, R"({"id":1})");
  Tree effects = taken(queue);
  EXPECT_EQ(effects[1]["key"], std::string(kNasty));
  effects.erase(1);
  // As text, because a double would not keep every digit.
  EXPECT_EQ(effects, tree(R"([
    {"op":"keep","key":"m1","entity":"projects","saved":"{\"id\":12345678901234567891}"},
    {"op":"confirmed","mutation":7,"row":{"id":1}}])"));
}

TEST(Effects, Error) {
  EffectQueue queue;
  queue.error(Error::too_deep, false);
  queue.error("link_failed", "gone", true);
  EXPECT_EQ(taken(queue), tree(R"([
    {"op":"error","code":"too_deep","message":"the JSON is nested deeper than 512 levels",
     "fatal":false},
    {"op":"error","code":"link_failed","message":"gone","fatal":true}])"));
}

TEST(Effects, EveryNameHasItsText) {
  EXPECT_EQ(name_of(Transport::websocket), "websocket");
  EXPECT_EQ(name_of(Transport::sse), "sse");
  EXPECT_EQ(name_of(Transport::polling), "polling");
  EXPECT_EQ(name_of(Continuity::live), "live");
  EXPECT_EQ(name_of(Continuity::catching_up), "catching-up");
  EXPECT_EQ(name_of(Continuity::suspect), "suspect");
  EXPECT_EQ(name_of(Continuity::polling), "polling");
  EXPECT_EQ(name_of(Continuity::offline), "offline");
  EXPECT_EQ(name_of(Action::insert), "insert");
  EXPECT_EQ(name_of(Action::update), "update");
  EXPECT_EQ(name_of(Action::erase), "delete");
  EffectQueue queue;
  for (const auto reason :
       {FetchReason::subscribed, FetchReason::gap, FetchReason::reset, FetchReason::poll}) {
    queue.fetch(1, reason);
  }
  const Tree effects = taken(queue);
  ASSERT_EQ(effects.size(), 4U);
  EXPECT_EQ(effects[0]["reason"], "subscribed");
  EXPECT_EQ(effects[1]["reason"], "gap");
  EXPECT_EQ(effects[2]["reason"], "reset");
  EXPECT_EQ(effects[3]["reason"], "poll");
}

TEST(Errors, EveryOneHasACodeAndASentence) {
  for (int i = 0; i <= static_cast<int>(Error::subscription_refused); ++i) {
    const auto error = static_cast<Error>(i);
    EXPECT_NE(error_code(error), "unknown") << i;
    EXPECT_FALSE(error_sentence(error).empty()) << i;
    EXPECT_EQ(error_text(error),
              std::string(error_code(error)) + ": " + std::string(error_sentence(error)));
  }
}

}  // namespace
}  // namespace tidemark
