// Edits that outlive the page: when they are sent, and how often.
#include "kept_edits_harness.h"

namespace tidemark::testing {
namespace {

TEST(KeptEdits, LoseTheirPatienceWhenTheirRowIsNotRead) {
  Page page;
  page.leave(project(1, "a", 1), patch(1, "A"));

  Page next;
  next.offline(true);
  next.restore_all(page);
  EXPECT_TRUE(next.sent().empty());
  // It runs from when there is a network.
  next.harness.now += 60'000;
  next.offline(false);
  const Millis begun = next.harness.now;
  next.harness.engine.tick(begun + Outbox::kPatience - 1);
  EXPECT_TRUE(next.sent().empty());
  ASSERT_TRUE(next.harness.engine.deadline());
  EXPECT_LE(*next.harness.engine.deadline(), begun + Outbox::kPatience);
  next.harness.engine.tick(begun + Outbox::kPatience);
  EXPECT_EQ(next.sent(), (List{patch(1, "A")}));
}

TEST(KeptEdits, AreSentWhenARowIsKnownToBeGone) {
  Page page;
  page.leave(project(1, "a", 1), patch(1, "A"));
  Page next;
  next.restore_all(page);
  next.read(List{project(2, "b", 1)});
  EXPECT_EQ(next.sent().size(), 1U);
  EXPECT_EQ(next.shown(), (List{project(2, "b", 1)}));
  // Only the server can say what becomes of it.
  EXPECT_FALSE(next.fail(false));
  next.effects();
  EXPECT_TRUE(next.kept.empty());
}

TEST(KeptEdits, ARequestThatFailsOnItsWayIsTriedAgain) {
  Page page;
  page.read(List{project(1, "a", 1), project(2, "b", 1)});
  page.edit(Action::update, patch(1, "A"));
  page.sent();
  EXPECT_TRUE(page.fail(true)) << "the browser says that there is a network";
  page.edit(Action::update, patch(2, "B"));
  EXPECT_TRUE(page.sent().empty()) << "it waits behind the other";
  EXPECT_EQ(page.shown()[0]["name"], "A");
  EXPECT_EQ(page.kept.size(), 2U);
  // Later by itself.
  ASSERT_TRUE(page.harness.engine.deadline());
  const Millis longest = SessionConfig().reconnect_interval;
  page.harness.now += longest + 1;
  page.harness.engine.tick(page.harness.now);
  EXPECT_EQ(page.sent(), (List{patch(1, "A")}));
  // When the server is there again.
  page.harness.engine.link_closed(page.harness.link, 1006, 0, ++page.harness.now);
  page.harness.now += SessionConfig().longest_backoff;
  page.harness.engine.tick(page.harness.now);
  const auto opened = page.only("open");
  ASSERT_EQ(opened.size(), 1U);
  EXPECT_TRUE(page.fail(true));
  EXPECT_TRUE(page.sent().empty());
  page.harness.engine.link_opened(opened[0]["link"], ++page.harness.now);
  EXPECT_TRUE(page.sent().empty()) << "what others did meanwhile is not known yet";
  page.read(List{project(1, "a", 1), project(2, "b", 1)});
  EXPECT_EQ(page.sent(), (List{patch(1, "A")}));
  page.settle(project(1, "A", 2));
  EXPECT_EQ(page.sent(), (List{patch(2, "B")}));
}

// The server may have been down for long, and be there again before the link is.
TEST(KeptEdits, ARequestThatIsTriedAgainWithoutALinkWaitsForWhatOthersDid) {
  Policies policies;
  policies.fields = {{"budget", ConflictPolicy::increment}};
  Page page(policies);
  const auto row = [](int budget, int version) {
    return Json{{"id", 1}, {"budget", budget}, {"version", version}};
  };
  page.read(List{row(10, 1)});
  page.harness.engine.link_closed(page.harness.link, 1006, 0, ++page.harness.now);
  page.edit(Action::update, {{"id", 1}, {"budget", 15}});
  EXPECT_EQ(page.sent().size(), 1U);
  EXPECT_TRUE(page.fail(true));
  page.harness.now += SessionConfig().reconnect_interval;
  page.harness.engine.tick(page.harness.now);
  EXPECT_TRUE(page.sent().empty());
  page.read(List{row(100, 2)});
  EXPECT_EQ(page.sent(), (List{{{"id", 1}, {"budget", 105}}}));
}

TEST(KeptEdits, AreTriedSoonAgainOnceTheServerHasAnswered) {
  Page page;
  page.read(List{project(1, "a", 1)});
  page.edit(Action::update, patch(1, "A"));
  page.sent();
  for (int i = 0; i < 12; ++i) {
    EXPECT_TRUE(page.fail(true));
    page.harness.now += SessionConfig().longest_backoff;
    page.harness.engine.tick(page.harness.now);
    ASSERT_EQ(page.sent().size(), 1U);
  }
  page.settle(project(1, "A", 2));
  page.edit(Action::update, patch(1, "B"));
  page.sent();
  EXPECT_TRUE(page.fail(true));
  page.harness.now += SessionConfig().reconnect_interval;
  page.harness.engine.tick(page.harness.now);
  EXPECT_EQ(page.sent(), (List{patch(1, "B")}));
}

// It had been sent when the page ended, and its answer was lost.
TEST(KeptEdits, AreNotSentAgainWhenTheirEventTells) {
  Page page;
  page.read(List{project(1, "a", 1)});
  page.edit(Action::update, patch(1, "A"));
  page.edit(Action::insert, {{"id", "temp"}, {"name", "new"}});
  page.sent();

  Page next;
  next.offline(true);
  next.restore_all(page);
  next.read(List{project(1, "a", 1)});
  EXPECT_EQ(next.shown().size(), 2U);
  next.event("insert", project(9, "new", 1), "m2");
  const auto effects = next.effects();
  ASSERT_EQ(Harness::only(effects, "confirmed").size(), 1U);
  EXPECT_EQ(Harness::only(effects, "confirmed")[0]["row"], project(9, "new", 1));
  EXPECT_EQ(next.kept.size(), 1U);
  EXPECT_EQ(next.shown(), (List{project(1, "A", 1), project(9, "new", 1)}));
  EXPECT_EQ(Json::parse(next.harness.engine.stats())["pending"], 1);
  next.offline(false);
  EXPECT_EQ(next.sent(), (List{patch(1, "A")}));
}

}  // namespace
}  // namespace tidemark::testing
