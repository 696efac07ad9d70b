// Answers to requests for a view's rows, and what crosses to JS because of them.
#include "harness.h"
#include "support/hand_in.h"

namespace tidemark::testing {
namespace {

using List = Json::array_t;

Json note(int id, int n) { return {{"id", id}, {"n", n}}; }

std::string json_of(std::string_view batch) {
  std::uint32_t start = 0;
  std::memcpy(&start, batch.data() + 16, 4);
  return std::string(batch.substr(start));
}

TEST(EngineSnapshot, AWholeListDropsWhatItDoesNotNameUnlessThatIsNewer) {
  Harness harness;
  harness.connect();
  const ViewId projects = harness.observe();
  const ViewId notes = harness.observe("notes");
  harness.answer_subscribes(false, 10);
  harness.snapshot(projects, List{project(1, "a", 1), project(2, "b", 4), project(4, "d", 1)});
  harness.snapshot(notes, List{note(1, 1)});
  const auto ticket = harness.engine.begin_snapshot(projects, ++harness.now).value();
  Json late = harness.event("insert", project(3, "c", 1), 11, 10);
  for (const char* member : {"sub", "epoch", "seq", "prev"}) late.erase(member);
  harness.frame(late);
  const Json only = List{project(1, "a", 1)};
  ASSERT_EQ(harness.engine.end_snapshot(ticket, only.dump(), ++harness.now), Error::none);
  EXPECT_EQ(harness.shown(projects), (List{project(1, "a", 1), project(3, "c", 1)}));
  // Rows of other entities do not vanish.
  EXPECT_EQ(harness.shown(notes), (List{note(1, 1)}));
  EXPECT_EQ(Json::parse(harness.engine.stats())["rows"], 3);
  EXPECT_EQ(Json::parse(harness.engine.stats())["tombstones"], 2);
}

// js/core/engine.ts hands in all parts in one go; whoever does not must lose nothing.
TEST(EngineSnapshot, ABodyInPartsThatIsLeftOffIsAsIfItNeverCame) {
  Harness harness;
  harness.connect();
  const ViewId view = harness.observe("notes");
  harness.answer_subscribes(false, 0);
  harness.snapshot(view, List{note(1, 1)});
  const Json before = harness.shown(view);
  const std::string slots = Json::parse(harness.engine.stats())["slots"].dump();
  const auto ticket = harness.engine.begin_snapshot(view, ++harness.now).value();
  const Json rows = List{note(1, 2), note(2, 1), note(3, 1)};
  const std::string body = rows.dump();
  const std::string_view half = std::string_view(body).substr(0, body.size() - 5);
  const auto read = harness.engine.read_part(ticket, true, half);
  ASSERT_TRUE(read.has_value());
  harness.engine.tick(++harness.now);
  EXPECT_EQ(harness.shown(view), before);
  EXPECT_EQ(Json::parse(harness.engine.stats())["slots"].dump(), slots);
  const std::string rest = body.substr(*read);
  EXPECT_FALSE(harness.engine.read_part(ticket, false, rest).has_value());
  EXPECT_FALSE(harness.engine.end_parts(ticket, rest, ++harness.now));
  // The ticket is still good.
  ASSERT_EQ(support::hand_in(harness.engine, ticket, body, body.size() - 5, ++harness.now),
            Error::none);
  EXPECT_EQ(harness.shown(view), rows);
}

TEST(EngineSnapshot, AnEventBetweenTwoEqualAnswersIsTakenBack) {
  Harness harness;
  harness.connect();
  const ViewId view = harness.observe("notes", "n=lt.5");
  harness.answer_subscribes(false, 10);
  const Json rows = List{note(1, 1), note(2, 2)};
  harness.snapshot(view, rows);
  harness.frame(harness.event("insert", note(3, 3), 11, 10, "notes"));
  harness.frame(harness.event("update", note(1, 9), 12, 11, "notes"));
  EXPECT_EQ(harness.shown(view), (List{note(2, 2), note(3, 3)}));
  // The server says that neither of it stands.
  harness.snapshot(view, rows);
  EXPECT_EQ(harness.shown(view), rows);
}

TEST(EngineSnapshot, AnOrderedViewShowsTheListedRowsInItsOrder) {
  Harness harness;
  harness.connect();
  const ViewId view = harness.observe("notes", "", "n.asc");
  harness.answer_subscribes(false, 10);
  harness.snapshot(view, List{note(1, 3), note(2, 1)});
  EXPECT_EQ(harness.shown(view), (List{note(2, 1), note(1, 3)}));
  harness.snapshot(view, List{note(2, 4), note(1, 3)});
  EXPECT_EQ(harness.shown(view), (List{note(1, 3), note(2, 4)}));
  harness.frame(harness.event("insert", note(3, 0), 11, 10, "notes"));
  harness.snapshot(view, List{note(2, 4), note(1, 3)});
  EXPECT_EQ(harness.shown(view), (List{note(1, 3), note(2, 4)}));
  harness.snapshot(view, List{note(4, 5), note(1, 3)});
  EXPECT_EQ(harness.shown(view), (List{note(1, 3), note(4, 5)}));
}

TEST(EngineSnapshot, ARowThatOnlyAnotherViewShowedIsShownWhenItIsListed) {
  Harness harness;
  const ViewId low = harness.observe("notes", "n=lt.5");
  const ViewId odd = harness.observe("notes", "id=in.(1,3)");
  harness.snapshot(odd, List{note(1, 1)});
  harness.snapshot(low, List{note(1, 1), note(2, 2)});
  EXPECT_EQ(harness.shown(low), (List{note(1, 1), note(2, 2)}));
  harness.snapshot(odd, List{note(1, 1), note(3, 3)});
  EXPECT_EQ(harness.shown(odd), (List{note(1, 1), note(3, 3)}));
  EXPECT_EQ(harness.objects.size(), 3U);
}

TEST(EngineSnapshot, TheObjectOfARowThatLeftAFilteredListIsDropped) {
  Harness harness;
  const ViewId view = harness.observe("notes", "n=lt.5");
  harness.snapshot(view, List{note(1, 1), note(2, 2)});
  harness.flush();
  EXPECT_EQ(harness.objects.size(), 2U);
  harness.snapshot(view, List{note(2, 2)});
  harness.flush();
  EXPECT_EQ(harness.objects.size(), 1U);
}

TEST(EngineSnapshot, AnotherIdFieldIsReadAfresh) {
  Harness harness;
  const ViewId view = harness.observe("notes");
  const Json rows = List{{{"id", 1}, {"key", 7}}, {{"id", 2}, {"key", 7}}};
  harness.snapshot(view, rows);
  Entity notes;
  notes.name = "notes";
  notes.id_field = "key";
  ASSERT_EQ(harness.engine.define_entity(notes), Error::none);
  const auto ticket = harness.engine.begin_snapshot(view, ++harness.now).value();
  EXPECT_EQ(harness.engine.end_snapshot(ticket, rows.dump(), ++harness.now), Error::duplicate_id);
}

TEST(EngineHiddenRows, I7ALongFilteredSubscriptionDoesNotGrow) {
  Harness harness(R"({"hiddenRowCapacity":20})");
  harness.connect();
  const ViewId view = harness.observe("projects", "name=eq.open");
  harness.answer_subscribes(false, 0);
  harness.snapshot(view, List{});
  for (int i = 1; i <= 300; ++i) {
    harness.frame(harness.event("insert", project(i, "open", 2 * i), 2 * i - 1, 2 * i - 2));
    if (i % 2 == 0) harness.flush();
    harness.frame(harness.event("update", project(i, "closed", 2 * i + 1), 2 * i, 2 * i - 1));
  }
  EXPECT_EQ(harness.shown(view), List{});
  EXPECT_EQ(Json::parse(harness.engine.stats())["rows"], 20);
  EXPECT_TRUE(harness.objects.empty());
  // One that was forgotten comes back like any other.
  harness.frame(harness.event("update", project(1, "open", 900), 601, 600));
  EXPECT_EQ(harness.shown(view), (List{project(1, "open", 900)}));
}

TEST(EngineHiddenRows, I7AFirstAnswerMayBeLongerThanWhatIsKeptHidden) {
  Harness harness(R"({"hiddenRowCapacity":5})");
  const ViewId view = harness.observe("notes", "n=lt.50");
  List rows;
  for (int id = 0; id < 40; ++id) rows.push_back(note(id, id));
  harness.snapshot(view, rows);
  EXPECT_EQ(harness.shown(view), rows);
  EXPECT_EQ(Json::parse(harness.engine.stats())["rows"], 40);
  rows.resize(10);
  harness.snapshot(view, rows);
  EXPECT_EQ(harness.shown(view), rows);
  // They would be in the filter, and the list does not name them: they are gone.
  EXPECT_EQ(Json::parse(harness.engine.stats())["rows"], 10);
  harness.engine.release(view, ++harness.now);
  EXPECT_EQ(Json::parse(harness.engine.stats())["rows"], 0);
}

TEST(EngineHiddenRows, I3AnAnswerOlderThanWhatWasForgottenIsAskedForAgain) {
  Harness harness(R"({"hiddenRowCapacity":2})");
  harness.connect();
  const ViewId view = harness.observe("notes", "n=lt.5");
  harness.answer_subscribes(false, 10);
  harness.snapshot(view, List{note(1, 1)});
  const auto ticket = harness.engine.begin_snapshot(view, ++harness.now).value();
  harness.frame(harness.event("update", note(1, 9), 11, 10, "notes"));
  harness.frame(harness.event("insert", note(2, 9), 12, 11, "notes"));
  harness.frame(harness.event("insert", note(3, 9), 13, 12, "notes"));
  harness.effects();
  // It still lists row 1, of which nothing is known any more.
  const Json old = List{note(1, 1)};
  ASSERT_EQ(harness.engine.end_snapshot(ticket, old.dump(), ++harness.now), Error::none);
  EXPECT_EQ(harness.shown(view), List{});
  ASSERT_EQ(Harness::only(harness.effects(), "fetch").size(), 1U);
  harness.snapshot(view, List{note(4, 4)});
  EXPECT_EQ(harness.shown(view), (List{note(4, 4)}));
  EXPECT_TRUE(Harness::only(harness.effects(), "fetch").empty());
}

TEST(EngineHiddenRows, I2AnAnswerOlderThanAForgottenTombstoneIsAskedForAgain) {
  Harness harness(R"({"tombstoneCapacity":1})");
  harness.connect();
  const ViewId view = harness.observe("notes");
  harness.answer_subscribes(false, 10);
  const Json old = List{note(1, 1), note(2, 2)};
  harness.snapshot(view, old);
  const auto ticket = harness.engine.begin_snapshot(view, ++harness.now).value();
  harness.frame(harness.event("delete", note(1, 1), 11, 10, "notes"));
  harness.frame(harness.event("delete", note(2, 2), 12, 11, "notes"));
  ASSERT_EQ(harness.engine.end_snapshot(ticket, old.dump(), ++harness.now), Error::none);
  EXPECT_EQ(harness.shown(view), List{});
}

TEST(EngineBatch, ARowThatJsHoldsCrossesAsItsChangedMembers) {
  Harness harness;
  harness.connect();
  const ViewId view = harness.observe();
  harness.answer_subscribes(false, 10);
  harness.snapshot(view, List{project(1, "a name", 1), project(2, "another name", 1)});
  harness.flush();
  harness.frame(harness.event("update", project(1, "a name", 11), 11, 10));
  EXPECT_EQ(json_of(harness.engine.flush()), R"([{"version":11}])");
  // What JS did not take is not what it has.
  harness.engine.rollback();
  harness.frame(harness.event("update", project(1, "its name", 12), 12, 11));
  EXPECT_EQ(json_of(harness.engine.flush()), R"([{"name":"its name","version":12}])");
  harness.engine.rollback();
  EXPECT_EQ(harness.shown(view)[0], project(1, "its name", 12));
  EXPECT_EQ(harness.shown(view)[1], project(2, "another name", 1));
}

TEST(EngineBatch, EditsCrossAsTheMembersThatTheyChange) {
  Harness harness;
  const ViewId view = harness.observe();
  harness.snapshot(view, List{project(1, "a name", 1)});
  harness.flush();
  const auto edit =
      harness.engine
          .mutate("m1", "projects", Action::update, R"({"id":1,"name":"mine"})", ++harness.now)
          .value();
  EXPECT_EQ(json_of(harness.engine.flush()), R"([{"name":"mine"}])");
  harness.flush();
  // Against what JS shows, not against what the store holds.
  ASSERT_EQ(harness.engine.settle(edit, "", ++harness.now), Error::none);
  EXPECT_EQ(json_of(harness.engine.flush()), R"([{"name":"a name"}])");
  EXPECT_EQ(harness.shown(view), (List{project(1, "a name", 1)}));
}

TEST(EngineBatch, I6AnEditThatIsTakenBackBeforeAFlushKeepsTheObject) {
  Harness harness;
  const ViewId view = harness.observe();
  harness.snapshot(view, List{project(1, "a name", 1)});
  harness.flush();
  const std::size_t sent = harness.rows_sent;
  const auto edit =
      harness.engine
          .mutate("m1", "projects", Action::update, R"({"id":1,"name":"mine"})", ++harness.now)
          .value();
  ASSERT_EQ(harness.engine.settle(edit, "", ++harness.now), Error::none);
  EXPECT_EQ(harness.shown(view), (List{project(1, "a name", 1)}));
  EXPECT_EQ(harness.rows_sent, sent);
}

TEST(EngineBatch, ASlotThatChangedHandsGetsAWholeRow) {
  Harness harness(R"({"tombstoneCapacity":1})");
  harness.connect();
  const ViewId view = harness.observe("notes");
  harness.answer_subscribes(false, 10);
  harness.snapshot(view, List{note(1, 1), note(2, 1)});
  harness.flush();
  // Both tombstones cannot be kept, so a new row takes the place of the first.
  harness.frame(harness.event("delete", note(1, 1), 11, 10, "notes"));
  harness.frame(harness.event("delete", note(2, 1), 12, 11, "notes"));
  harness.frame(harness.event("insert", note(3, 1), 13, 12, "notes"));
  EXPECT_EQ(json_of(harness.engine.flush()), R"([{"id":3,"n":1}])");
  EXPECT_EQ(harness.shown(view), (List{note(3, 1)}));
}

}  // namespace
}  // namespace tidemark::testing
