// What became of each event, as it is told to people who look.
#include "trace/event_trace.h"

#include "harness.h"

namespace tidemark::testing {
namespace {

using List = Json::array_t;

class TraceTest : public ::testing::Test {
 protected:
  // A live list of one project, at version 1 and place 10.
  void live(std::size_t entries = 100) {
    harness.engine.trace(entries);
    view = harness.observe();
    harness.connect();
    harness.answer_subscribes(false, 10);
    harness.snapshot(view, List{project(1, "a", 1)});
    harness.flush();
  }

  List entries(std::uint64_t revision = 0) {
    const Json report = Json::parse(harness.engine.traced(revision));
    last_revision = report["revision"].get<std::uint64_t>();
    return report["entries"].get<List>();
  }

  std::vector<std::string> fates() {
    std::vector<std::string> names;
    for (const Json& each : entries()) names.push_back(each["fate"].get<std::string>());
    return names;
  }

  using Names = std::vector<std::string>;
  Harness harness;
  ViewId view = 0;
  std::uint64_t last_revision = 0;
};

TEST_F(TraceTest, SaysNothingUntilItIsAskedTo) {
  live(0);
  harness.frame(harness.event("update", project(1, "b", 2), 11, 10));
  EXPECT_EQ(harness.engine.traced(0), "");
  harness.engine.trace(10);
  EXPECT_TRUE(entries().empty());
  harness.frame(harness.event("update", project(1, "c", 3), 12, 11));
  EXPECT_EQ(fates(), Names{"applied"});
  harness.engine.trace(0);
  EXPECT_EQ(harness.engine.traced(0), "");
}

TEST_F(TraceTest, NamesTheEventAndItsPlace) {
  live();
  const Millis before = harness.now;
  harness.frame(harness.event("update", project(1, "b", 2), 11, 10));
  const List told = entries();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0], (Json{{"number", 1},
                           {"at", before + 1},
                           {"entity", "projects"},
                           {"id", "1"},
                           {"eventId", "e1:11"},
                           {"action", "update"},
                           {"epoch", "e1"},
                           {"seq", 11},
                           {"way", "link"},
                           {"fate", "applied"},
                           {"error", nullptr}}));
}

TEST_F(TraceTest, EveryActionThatChangesARowIsApplied) {
  live();
  for (const Json& each : {harness.event("insert", project(2, "b", 1), 11, 10),
                           harness.event("update", project(2, "c", 2), 12, 11),
                           harness.event("delete", project(2, "c", 3), 13, 12)}) {
    harness.frame(each);
    harness.flush();
  }
  EXPECT_EQ(fates(), (Names{"applied", "applied", "applied"}));
  EXPECT_EQ(entries()[2]["action"], "delete");
}

TEST_F(TraceTest, ARepeatIsADuplicate) {
  live();
  const Json event = harness.event("update", project(1, "b", 2), 11, 10);
  harness.frame(event);
  harness.frame(event);
  EXPECT_EQ(fates(), (Names{"applied", "duplicate"}));
  // Without a place it is known by its id.
  const auto bare = [](int version) {
    return Json{{"type", "realtime"},
                {"id", "bare"},
                {"entity", "projects"},
                {"action", "update"},
                {"data", project(1, "c", version)},
                {"timestamp", "2026-01-01T00:00:00Z"}};
  };
  harness.flush();
  harness.frame(bare(3));
  harness.frame(bare(3));
  EXPECT_EQ(fates(), (Names{"applied", "duplicate", "applied", "duplicate"}));
}

TEST_F(TraceTest, AnOlderVersionIsStale) {
  live();
  harness.frame(harness.event("update", project(1, "new", 5), 11, 10));
  harness.flush();
  harness.frame(harness.event("update", project(1, "old", 4), 12, 11));
  EXPECT_EQ(fates(), (Names{"applied", "stale"}));
}

TEST_F(TraceTest, WhatAReadBroughtFirstIsUnchanged) {
  live();
  harness.snapshot(view, List{project(1, "b", 2)});
  harness.frame(harness.event("update", project(1, "b", 2), 11, 10));
  EXPECT_EQ(fates(), Names{"unchanged"});
}

TEST_F(TraceTest, WhatIsOvertakenBeforeThePageIsToldIsConflated) {
  live();
  harness.frame(harness.event("update", project(1, "b", 2), 11, 10));
  harness.frame(harness.event("insert", project(2, "other", 1), 12, 11));
  EXPECT_EQ(fates(), (Names{"applied", "applied"}));
  const std::uint64_t seen = last_revision;
  harness.frame(harness.event("update", project(1, "c", 3), 13, 12));
  EXPECT_EQ(fates(), (Names{"conflated", "applied", "applied"}));
  // Who has seen the first as applied is told of it again.
  const List changed = entries(seen);
  ASSERT_EQ(changed.size(), 2U);
  EXPECT_EQ(changed[0]["number"], 1);
  EXPECT_EQ(changed[0]["fate"], "conflated");
  EXPECT_EQ(changed[1]["number"], 3);
  EXPECT_TRUE(entries(last_revision).empty());
  // What the page was told stays applied.
  harness.flush();
  harness.frame(harness.event("update", project(1, "d", 4), 14, 13));
  EXPECT_EQ(fates(), (Names{"conflated", "applied", "applied", "applied"}));
}

TEST_F(TraceTest, BehindAGapNothingIsTaken) {
  live();
  harness.frame(harness.event("update", project(1, "c", 3), 12, 11));
  EXPECT_EQ(fates(), Names{"gap"});
  // The replay brings it again.
  harness.answer_subscribes(true, 10);
  harness.frame(harness.event("update", project(1, "b", 2), 11, 10));
  harness.flush();
  harness.frame(harness.event("update", project(1, "c", 3), 12, 11));
  EXPECT_EQ(fates(), (Names{"gap", "applied", "applied"}));
}

TEST_F(TraceTest, WithoutAQueryItIsUnobserved) {
  harness.engine.trace(10);
  (void)harness.engine.subscribe("projects", "", harness.now).value();
  harness.connect();
  harness.answer_subscribes(false, 10);
  harness.frame(harness.event("update", project(1, "b", 2), 11, 10));
  harness.frame({{"type", "realtime"},
                 {"id", "x"},
                 {"entity", "elsewhere"},
                 {"action", "update"},
                 {"data", {{"id", 1}}},
                 {"timestamp", "2026-01-01T00:00:00Z"}});
  EXPECT_EQ(fates(), (Names{"unobserved", "unobserved"}));
  EXPECT_EQ(entries()[0]["id"], "1");
  // Of an entity that nobody defined, nobody knows what names a row.
  EXPECT_EQ(entries()[1]["id"], nullptr);
}

TEST_F(TraceTest, AnEndedSubscriptionsEventsAreForeign) {
  live();
  Json event = harness.event("update", project(1, "b", 2), 11, 10);
  event["sub"] = "long gone";
  harness.frame(event);
  EXPECT_EQ(fates(), Names{"foreign"});
}

TEST_F(TraceTest, WhatCannotBeReadIsRejectedWithItsError) {
  live();
  harness.engine.frame(harness.link, "{", ++harness.now);
  harness.frame(harness.event("update", {{"name", "nobody"}}, 11, 10));
  const List told = entries();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0]["fate"], "rejected");
  EXPECT_EQ(told[0]["error"], "malformed_json");
  EXPECT_EQ(told[0]["action"], nullptr);
  EXPECT_EQ(told[1]["error"], "missing_id");
  EXPECT_EQ(told[1]["eventId"], "e1:11");
}

TEST_F(TraceTest, SaysWhichWayAnEventCame) {
  live();
  const auto relayed = [](const Json& row) {
    return Json::array({{{"type", "realtime"},
                         {"id", "tab " + row.dump()},
                         {"entity", "projects"},
                         {"action", "update"},
                         {"data", row},
                         {"timestamp", "2026-01-01T00:00:00Z"}}})
        .dump();
  };
  harness.engine.relay(relayed(project(1, "b", 2)), ++harness.now);
  harness.engine.relay(relayed(project(1, "b", 2)), ++harness.now);
  harness.engine.relay(relayed({{"id", 1}}), ++harness.now);
  EXPECT_EQ(fates(), (Names{"applied", "duplicate", "foreign"}));
  for (const Json& each : entries()) EXPECT_EQ(each["way"], "tab");
}

TEST_F(TraceTest, TellsWhatAPollFound) {
  Harness polled(R"({"transports":[]})");
  polled.engine.trace(10);
  const ViewId list = polled.observe();
  polled.engine.poll(list, 1'000, false, polled.now);
  polled.snapshot(list, List{project(1, "a", 1)});
  polled.snapshot(list, List{project(1, "b", 2), project(2, "c", 1)});
  const auto told = Json::parse(polled.engine.traced(0))["entries"].get<List>();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0]["way"], "poll");
  EXPECT_EQ(told[0]["fate"], "applied");
  EXPECT_EQ(told[1]["id"], "2");
  EXPECT_EQ(told[1]["eventId"], nullptr);
}

TEST_F(TraceTest, KeepsTheNewestAndTheBeginningOfLongTexts) {
  live(3);
  for (int i = 0; i < 5; ++i) {
    harness.frame(harness.event("update", project(1, "n", 2 + i), 11 + i, 10 + i));
    harness.flush();
  }
  const List told = entries();
  ASSERT_EQ(told.size(), 3U);
  EXPECT_EQ(told.front()["number"], 3);
  EXPECT_EQ(told.back()["number"], 5);

  EventTrace trace(1);
  // A character of two bytes, at an odd place.
  std::string name = "x";
  for (int i = 0; i < 500; ++i) name += "\xc3\xa9";
  trace.add({.entity = name});
  const Json report = Json::parse(trace.since(0), nullptr, false);
  ASSERT_FALSE(report.is_discarded());
  EXPECT_EQ(report["entries"][0]["entity"].get<std::string>().size(), 119U);
}

// I8: whoever looks, the same comes out.
TEST(Trace, I8ChangesNothingThatComesOut) {
  std::string effects[2];
  std::string batches[2];
  for (const bool traced : {false, true}) {
    Harness harness(R"({"deliverEvents":true})");
    if (traced) harness.engine.trace(4);
    const ViewId view = harness.observe();
    harness.connect();
    harness.answer_subscribes(false, 10);
    harness.snapshot(view, List{project(1, "a", 1)});
    for (int i = 0; i < 20; ++i) {
      harness.frame(harness.event("update", project(1 + i % 3, "n", 2 + i % 5), 11 + i, 10 + i));
      if (i == 7) harness.engine.frame(harness.link, "{", ++harness.now);
      if (i == 9) harness.frame(harness.event("update", project(1, "late", 1), 40, 39));
      if (traced) {
        (void)harness.engine.traced(0);
        (void)harness.engine.inspect();
      }
      harness.answer_subscribes(true, 10 + i);
      const std::string_view batch = harness.engine.flush();
      batches[traced].append(batch);
      harness.engine.commit();
      (void)harness.effects();
    }
    effects[traced] = harness.log;
  }
  EXPECT_EQ(effects[0], effects[1]);
  EXPECT_EQ(batches[0], batches[1]);
  EXPECT_FALSE(batches[0].empty());
}

}  // namespace
}  // namespace tidemark::testing
