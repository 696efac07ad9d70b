// An edit and a read that are under way at the same time: nothing tells which of the two the server
// took first.
#include "mutations_harness.h"

namespace tidemark::testing {
namespace {

class EditsBesideReads : public MutationsHarness {};

// Did the read leave the server before the delete, or did somebody make the row anew since?
TEST_F(EditsBesideReads, I1ARowThatIsListedWhileItsDeleteIsUnderWayIsAskedForAgain) {
  const auto removal = edit(Action::erase, {{"id", 2}});
  const auto read = harness.engine.begin_snapshot(view, ++harness.now).value();
  settle(removal, nullptr);
  harness.effects();
  const Json::array_t rows{project(1, "a", 1), project(2, "anew", 2)};
  harness.engine.end_snapshot(read, Json(rows).dump(), ++harness.now);
  EXPECT_EQ(harness.shown(view), (List{project(1, "a", 1)}));
  EXPECT_EQ(Harness::only(harness.effects(), "fetch").at(0)["view"], view);
  harness.snapshot(view, rows);
  EXPECT_EQ(harness.shown(view), rows);
  EXPECT_TRUE(Harness::only(harness.effects(), "fetch").empty());
}

// Without versions the read may be older than the answer, or somebody else's change newer.
TEST_F(EditsBesideReads, I1ARowThatIsListedOtherwiseThanItsEditWasAnsweredIsAskedForAgain) {
  const auto change = edit(Action::update, {{"id", 1}, {"text", "mine"}}, "notes");
  const auto read = harness.engine.begin_snapshot(notes, ++harness.now).value();
  const Json mine{{"id", 1}, {"text", "mine"}};
  settle(change, mine);
  harness.effects();
  const Json::array_t rows{{{"id", 1}, {"text", "theirs"}}};
  harness.engine.end_snapshot(read, Json(rows).dump(), ++harness.now);
  EXPECT_EQ(harness.shown(notes), (List{mine}));
  EXPECT_EQ(Harness::only(harness.effects(), "fetch").at(0)["view"], notes);
  harness.snapshot(notes, rows);
  EXPECT_EQ(harness.shown(notes), rows);
  EXPECT_TRUE(Harness::only(harness.effects(), "fetch").empty());
}

TEST_F(EditsBesideReads, WhatIsListedAsItWasAnsweredIsNotAskedForAgain) {
  const auto change = edit(Action::update, {{"id", 1}, {"text", "mine"}}, "notes");
  const auto read = harness.engine.begin_snapshot(notes, ++harness.now).value();
  settle(change, {{"id", 1}, {"text", "mine"}});
  harness.effects();
  harness.engine.end_snapshot(read, R"([{"text":"mine","id":1}])", ++harness.now);
  EXPECT_TRUE(Harness::only(harness.effects(), "fetch").empty());
}

TEST_F(EditsBesideReads, VersionsTellWhichIsNewer) {
  const auto change = edit(Action::update, {{"id", 1}, {"name", "mine"}});
  const auto read = harness.engine.begin_snapshot(view, ++harness.now).value();
  settle(change, project(1, "mine", 2));
  harness.effects();
  const Json::array_t rows{project(1, "a", 1), project(2, "b", 1)};
  harness.engine.end_snapshot(read, Json(rows).dump(), ++harness.now);
  EXPECT_EQ(harness.shown(view), (List{project(1, "mine", 2), project(2, "b", 1)}));
  EXPECT_TRUE(Harness::only(harness.effects(), "fetch").empty());
}

}  // namespace
}  // namespace tidemark::testing
