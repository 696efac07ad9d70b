// Views that show a window, through the engine: what the page shows, what is asked for.
#include <gtest/gtest.h>

#include <string>

#include "harness.h"

namespace tidemark {
namespace {

using testing::Harness;
using testing::Json;
using testing::project;

Json numbered(int id, int version) {
  Json row = project(id, std::string(1, static_cast<char>('a' + id)), version);
  return row;
}

class EngineWindow : public ::testing::Test {
 protected:
  ViewId open(Window window, const std::string& order = "name") {
    const ViewId view =
        harness_.engine.observe({"projects", "", order, "", true, window}, ++harness_.now).value();
    harness_.connect();
    harness_.answer_subscribes(false, 0);
    harness_.effects();
    return view;
  }

  void event(const std::string& action, const Json& row) {
    harness_.frame(harness_.event(action, row, seq_ + 1, seq_));
    ++seq_;
  }

  std::vector<Json> fetches() { return Harness::only(harness_.effects(), "fetch"); }

  Json names(ViewId view) {
    Json names = Json::array();
    for (const Json& row : harness_.shown(view)) names.push_back(row["name"]);
    return names;
  }

  Harness harness_;
  std::int64_t seq_ = 0;
};

TEST_F(EngineWindow, ObjectsComeAndGoWithTheWindow) {
  const ViewId view = open({1, 2, false});
  Json rows = Json::array();
  for (int id = 0; id < 6; ++id) rows.push_back(numbered(id, 1));
  harness_.snapshot(view, rows);
  EXPECT_EQ(names(view), Json({"b", "c"}));
  EXPECT_EQ(harness_.objects.size(), 2U);
  EXPECT_EQ(harness_.rows_sent, 2U);
  event("delete", {{"id", 0}});
  EXPECT_EQ(names(view), Json({"c", "d"}));
  EXPECT_EQ(harness_.objects.size(), 2U);
  EXPECT_EQ(harness_.rows_sent, 3U);
  // Out of sight nothing crosses to JS.
  event("update", {{"id", 5}, {"name", "g"}, {"version", 2}});
  EXPECT_EQ(names(view), Json({"c", "d"}));
  EXPECT_EQ(harness_.rows_sent, 3U);
  EXPECT_TRUE(fetches().empty());
}

// A row that a snapshot no longer lists, though it did not change, leaves no object behind.
TEST_F(EngineWindow, I7WhatASnapshotLeavesOutIsDropped) {
  const ViewId view =
      harness_.engine.observe({"projects", "version=gt.0", "", "", true}, ++harness_.now).value();
  harness_.snapshot(view, {numbered(1, 1), numbered(2, 1)});
  EXPECT_EQ(names(view), Json({"b", "c"}));
  harness_.snapshot(view, Json::array({numbered(2, 1)}));
  EXPECT_EQ(names(view), Json({"c"}));
  EXPECT_EQ(harness_.objects.size(), 1U);
}

TEST_F(EngineWindow, APageIsReadAgainWhenWhatComesInIsUnknown) {
  const ViewId view = open({0, 2, true});
  harness_.snapshot(view, {numbered(0, 1), numbered(1, 1)});
  EXPECT_EQ(names(view), Json({"a", "b"}));
  auto effects = harness_.effects();
  EXPECT_TRUE(Harness::only(effects, "fetch").empty());
  EXPECT_EQ(Harness::only(effects, "continuity").back()["continuity"], "live");

  event("delete", {{"id", 0}});
  event("delete", {{"id", 7}});
  effects = harness_.effects();
  ASSERT_EQ(Harness::only(effects, "fetch").size(), 1U);
  EXPECT_EQ(Harness::only(effects, "fetch")[0]["reason"], "window");
  EXPECT_EQ(Harness::only(effects, "fetch")[0]["view"], view);
  EXPECT_EQ(Harness::only(effects, "continuity").back()["continuity"], "catching-up");
  EXPECT_EQ(names(view), Json({"b"}));

  // Once is enough, until it has failed and there is news.
  event("update", {{"id", 1}, {"name", "bb"}, {"version", 2}});
  EXPECT_TRUE(fetches().empty());
  const auto ticket = harness_.engine.begin_snapshot(view, ++harness_.now).value();
  harness_.engine.fail_snapshot(ticket, 0, ++harness_.now);
  EXPECT_TRUE(fetches().empty());
  event("update", {{"id", 1}, {"name", "b"}, {"version", 3}});
  EXPECT_EQ(fetches().size(), 1U);

  harness_.snapshot(view, {numbered(1, 3), numbered(2, 1)});
  EXPECT_EQ(names(view), Json({"b", "c"}));
  effects = harness_.effects();
  EXPECT_TRUE(Harness::only(effects, "fetch").empty());
  EXPECT_EQ(Harness::only(effects, "continuity").back()["continuity"], "live");
}

TEST_F(EngineWindow, ALaterPageMovesWithWhatGoesAboveIt) {
  const ViewId view = open({2, 2, true});
  harness_.snapshot(view, {numbered(2, 1), numbered(3, 1)});
  EXPECT_TRUE(fetches().empty());
  event("delete", {{"id", 0}});
  EXPECT_EQ(fetches().size(), 1U);

  // The answer may be older than another one that goes.
  const auto ticket = harness_.engine.begin_snapshot(view, ++harness_.now).value();
  event("delete", {{"id", 1}});
  harness_.effects();
  const Json page{numbered(3, 1), numbered(4, 1)};
  ASSERT_EQ(harness_.engine.end_snapshot(ticket, page.dump(), ++harness_.now), Error::none);
  EXPECT_EQ(fetches().size(), 1U);
  harness_.snapshot(view, {numbered(4, 1), numbered(5, 1)});
  EXPECT_TRUE(fetches().empty());
}

// What a page knows ends with its last row as the server sent it, not as it became since.
TEST_F(EngineWindow, APageEndsWhereTheServerEndedIt) {
  const ViewId view = open({0, 2, true});
  const auto ticket = harness_.engine.begin_snapshot(view, ++harness_.now).value();
  event("update", {{"id", 1}, {"name", "y"}, {"version", 2}});
  const Json page{numbered(0, 1), numbered(1, 1)};
  ASSERT_EQ(harness_.engine.end_snapshot(ticket, page.dump(), ++harness_.now), Error::none);
  EXPECT_EQ(names(view), Json({"a"}));
  EXPECT_EQ(fetches().size(), 1U);
  // One page says nothing of the rows on others.
  harness_.snapshot(view, {numbered(0, 1), numbered(2, 1)});
  EXPECT_EQ(names(view), Json({"a", "c"}));
}

TEST_F(EngineWindow, OwnEditsMoveRowsThroughTheWindow) {
  const ViewId view = open({0, 2, false});
  harness_.snapshot(view, {numbered(0, 1), numbered(1, 1), numbered(2, 1)});
  const auto edit =
      harness_.engine
          .mutate("m1", "projects", Action::update, R"({"id":0,"name":"z"})", ++harness_.now)
          .value();
  EXPECT_EQ(names(view), Json({"b", "c"}));
  ASSERT_EQ(harness_.engine.settle(edit, "", ++harness_.now), Error::none);
  EXPECT_EQ(names(view), Json({"a", "b"}));
  const auto gone =
      harness_.engine.mutate("m2", "projects", Action::erase, R"({"id":1})", ++harness_.now)
          .value();
  EXPECT_EQ(names(view), Json({"a", "c"}));
  ASSERT_EQ(harness_.engine.settle(gone, "null", ++harness_.now), Error::none);
  EXPECT_EQ(names(view), Json({"a", "c"}));
}

TEST_F(EngineWindow, AFlushThatTellsNothingIsOverAllTheSame) {
  const ViewId view = open({.limit = 1, .paged = false});
  Json rows = Json::array();
  for (int i = 1; i <= 9; ++i) rows.push_back(numbered(i, 1));
  harness_.snapshot(view, rows);
  harness_.flush();
  const auto unflushed = [&] { return Json::parse(harness_.engine.stats())["unflushed"]; };
  for (int i = 2; i <= 9; ++i) {
    event("update", numbered(i, 2));
    EXPECT_EQ(unflushed(), 1);
    EXPECT_TRUE(harness_.engine.flush().empty());
    EXPECT_EQ(unflushed(), 0);
  }
  event("update", numbered(1, 2));
  EXPECT_EQ(harness_.shown(view), Json::array({numbered(1, 2)}));
}

}  // namespace
}  // namespace tidemark
