// What the engine holds, as it is told to people who look.
#include "harness.h"

namespace tidemark::testing {
namespace {

using List = Json::array_t;

Json inspect(const Harness& harness) {
  Json held = Json::parse(harness.engine.inspect(), nullptr, false);
  EXPECT_FALSE(held.is_discarded()) << harness.engine.inspect();
  return held;
}

TEST(Inspect, TellsOfAnEngineThatHasNothing) {
  const Harness harness;
  EXPECT_EQ(inspect(harness), (Json{{"cause", "asked"},
                                    {"lostCode", 1000},
                                    {"subscriptions", List{}},
                                    {"views", List{}},
                                    {"edits", List{}}}));
}

TEST(Inspect, FollowsASubscriptionAndItsView) {
  Harness harness;
  const ViewId view = harness.observe("projects", "status=eq.\"a,b\"");
  EXPECT_EQ(inspect(harness)["subscriptions"][0]["continuity"], "offline");
  harness.connect();
  EXPECT_EQ(inspect(harness)["cause"], "opened");
  EXPECT_EQ(inspect(harness)["subscriptions"][0]["continuity"], "catching-up");
  harness.answer_subscribes(false, 10);
  harness.snapshot(view, List{{{"id", 1}, {"status", "a,b"}, {"version", 1}}});
  Json held = inspect(harness);
  EXPECT_EQ(held["subscriptions"], (List{{{"sub", 1},
                                          {"entity", "projects"},
                                          {"filter", "status=eq.\"a,b\""},
                                          {"users", 1},
                                          {"continuity", "live"},
                                          {"epoch", "e1"},
                                          {"seq", 10},
                                          {"lastEventAt", nullptr}}}));
  EXPECT_EQ(
      held["views"],
      (List{{{"view", view}, {"sub", 1}, {"rows", 1}, {"continuity", "live"}, {"polled", false}}}));
  harness.frame(harness.event("insert", {{"id", 2}, {"status", "a,b"}, {"version", 1}}, 11, 10));
  held = inspect(harness);
  EXPECT_EQ(held["subscriptions"][0]["lastEventAt"], harness.now);
  EXPECT_EQ(held["subscriptions"][0]["seq"], 11);
  EXPECT_EQ(held["views"][0]["rows"], 2);
  // A gap.
  harness.frame(harness.event("insert", {{"id", 4}, {"status", "a,b"}, {"version", 1}}, 13, 12));
  EXPECT_EQ(inspect(harness)["subscriptions"][0]["continuity"], "suspect");
}

TEST(Inspect, SaysWhyTheLinkIsAsItIs) {
  Harness harness;
  harness.connect();
  harness.engine.link_closed(harness.link, 1013, 0, ++harness.now);
  EXPECT_EQ(inspect(harness)["cause"], "closed");
  EXPECT_EQ(inspect(harness)["lostCode"], 1013);
  harness.engine.disconnect(++harness.now);
  EXPECT_EQ(inspect(harness)["cause"], "asked");
}

TEST(Inspect, ListsPendingEditsWithTheirConflicts) {
  Harness harness;
  const ViewId view = harness.observe();
  harness.connect();
  harness.answer_subscribes(false, 10);
  harness.snapshot(view, List{project(1, "a", 1)});
  const auto handle =
      harness.engine
          .mutate("m1", "projects", Action::update, R"({"id":1,"name":"mine"})", ++harness.now)
          .value();
  const Millis made_at = harness.now;
  EXPECT_EQ(inspect(harness)["edits"], (List{{{"mutation", handle},
                                              {"key", "m1"},
                                              {"entity", "projects"},
                                              {"action", "update"},
                                              {"id", 1},
                                              {"stage", "sent"},
                                              {"madeAt", made_at},
                                              {"kept", false},
                                              {"waits", false},
                                              {"data", {{"id", 1}, {"name", "mine"}}},
                                              {"conflicts", List{}}}}));
  harness.frame(harness.event("update", project(1, "theirs", 2), 11, 10));
  EXPECT_EQ(inspect(harness)["edits"][0]["conflicts"],
            (List{{{"field", "name"}, {"theirs", "theirs"}}}));
  ASSERT_EQ(harness.engine.settle(handle, project(1, "mine", 3).dump(), ++harness.now),
            Error::none);
  EXPECT_EQ(inspect(harness)["edits"], List{});
}

TEST(Inspect, AnEditWaitsWithoutANetwork) {
  Harness harness;
  harness.engine.pause(PauseReason::offline, true, ++harness.now);
  for (const char* id : {"m1", "m2"}) {
    ASSERT_TRUE(
        harness.engine.mutate(id, "notes", Action::erase, R"({"id":"a\"b"})", ++harness.now).ok());
  }
  const Json edits = inspect(harness)["edits"];
  ASSERT_EQ(edits.size(), 2U);
  EXPECT_EQ(edits[1]["stage"], "queued");
  EXPECT_EQ(edits[1]["id"], "a\"b");
}

}  // namespace
}  // namespace tidemark::testing
