// Edits that outlive the page: what is to be kept of them, and how they are made anew.
#include <map>

#include "kept_edits_harness.h"
#include "overlay/saved_edit.h"

namespace tidemark::testing {
namespace {

Policies of_name(ConflictPolicy policy) {
  Policies policies;
  policies.fields = {{"name", policy}};
  return policies;
}

TEST(KeptEdits, NothingIsKeptUnlessAskedFor) {
  Harness harness;
  harness.observe();
  const auto handle =
      harness.engine.mutate("m", "projects", Action::update, R"({"id":1})", ++harness.now).value();
  harness.engine.settle(handle, R"({"id":1,"version":2})", ++harness.now);
  const auto effects = harness.effects();
  EXPECT_TRUE(Harness::only(effects, "keep").empty());
  EXPECT_TRUE(Harness::only(effects, "forget").empty());
}

TEST(KeptEdits, AreKeptUntilTheyHaveEnded) {
  Page page;
  page.read(List{project(1, "a", 1), project(2, "b", 1)});
  page.edit(Action::update, patch(1, "A"));
  EXPECT_EQ(page.sent(), (List{patch(1, "A")}));
  EXPECT_EQ(page.kept.size(), 1U);
  page.settle(project(1, "A", 2));
  page.effects();
  EXPECT_TRUE(page.kept.empty());

  page.edit(Action::update, patch(2, "B"));
  page.sent();
  EXPECT_FALSE(page.fail(false));
  page.effects();
  EXPECT_TRUE(page.kept.empty());

  // The server has it, and gave no row: shown until the change arrives, but not to be sent again.
  page.edit(Action::update, patch(2, "B"));
  page.sent();
  page.settle(nullptr);
  page.effects();
  EXPECT_TRUE(page.kept.empty());
  EXPECT_EQ(page.shown()[1]["name"], "B");

  // Its event came before the answer did.
  page.edit(Action::update, patch(1, "AA"));
  page.effects();
  EXPECT_EQ(page.kept.size(), 1U);
  page.event("update", project(1, "AA", 3), "m4");
  page.effects();
  EXPECT_TRUE(page.kept.empty());
}

TEST(KeptEdits, AreMadeAnewAndSentInOrder) {
  Page page;
  page.read(List{project(1, "a", 1), project(2, "b", 1)});
  page.offline(true);
  page.edit(Action::update, patch(1, "A"));
  page.edit(Action::insert, {{"id", "temp"}, {"name", "new"}});
  page.edit(Action::update, {{"id", "temp"}, {"name", "newer"}});
  page.edit(Action::erase, {{"id", 2}});
  EXPECT_TRUE(page.sent().empty());

  Page next;
  next.restore_all(page);
  EXPECT_TRUE(next.sent().empty()) << "what others did to the row is not known yet";
  next.read(List{project(1, "a", 1), project(2, "b", 1)});
  EXPECT_EQ(next.shown(), (List{project(1, "A", 1), {{"id", "temp"}, {"name", "newer"}}}));
  // Those of this page come after them.
  next.edit(Action::update, {{"id", 1}, {"city", "c"}});
  EXPECT_EQ(next.sent(), (List{patch(1, "A")}));
  next.settle(project(1, "A", 2));
  EXPECT_EQ(next.sent(), (List{{{"id", "temp"}, {"name", "new"}}}));
  next.settle(project(9, "new", 1));
  EXPECT_EQ(next.sent(), (List{{{"id", 9}, {"name", "newer"}}}));
  next.settle(project(9, "newer", 2));
  const auto submits = next.only("submit");
  ASSERT_EQ(submits.size(), 1U);
  EXPECT_EQ(submits[0]["action"], "delete");
  EXPECT_EQ(submits[0]["key"], "m4");
  EXPECT_EQ(submits[0]["id"], 2);
  next.last = submits[0]["mutation"];
  next.settle(nullptr);
  EXPECT_EQ(next.sent(), (List{{{"id", 1}, {"city", "c"}}}));
  EXPECT_EQ(next.kept.size(), 1U);
  EXPECT_EQ(next.shown(), (List{{{"id", 1}, {"name", "A"}, {"version", 2}, {"city", "c"}},
                                project(9, "newer", 2)}));
}

TEST(KeptEdits, OfARowGoOneByOneAlsoWhenTheyWaitForItsInsert) {
  Page page;
  page.read(List{});
  page.offline(true);
  page.edit(Action::insert, {{"id", "temp"}, {"name", "a"}});
  page.edit(Action::update, {{"id", "temp"}, {"name", "b"}});
  page.edit(Action::update, {{"id", "temp"}, {"name", "c"}});
  page.offline(false);
  EXPECT_EQ(page.sent(), (List{{{"id", "temp"}, {"name", "a"}}}));
  page.settle(project(9, "a", 1));
  EXPECT_EQ(page.sent(), (List{patch(9, "b")}));
  page.settle(project(9, "b", 2));
  EXPECT_EQ(page.sent(), (List{patch(9, "c")}));
}

TEST(KeptEdits, AreSentWhenAnEventTellsOfTheirRow) {
  Page page;
  page.leave(project(1, "a", 1), patch(1, "A"));
  Page next(of_name(ConflictPolicy::server_wins));
  next.restore_all(page);
  EXPECT_TRUE(next.sent().empty());
  next.event("update", project(1, "theirs", 2));
  EXPECT_EQ(next.sent(), (List{{{"id", 1}}}));
}

TEST(KeptEdits, AreAsOldAsWhenTheyWereMade) {
  for (const auto& [version, name] :
       {std::pair("1970-01-01T00:16:30Z", "mine"), std::pair("1970-01-01T00:16:50Z", "theirs")}) {
    Page page(of_name(ConflictPolicy::last_write_wins));
    page.leave({{"id", 1}, {"name", "a"}, {"version", "1970-01-01T00:16:20Z"}},
               patch(1, "mine"));  // at 00:16:40
    Page next(of_name(ConflictPolicy::last_write_wins));
    next.harness.now += 60'000;
    next.restore_all(page);
    next.read(List{{{"id", 1}, {"name", "theirs"}, {"version", version}}});
    EXPECT_EQ(next.shown()[0]["name"], name);
  }
}

// Without the insert, which the server has, they would name a row that it never heard of.
TEST(KeptEdits, OfANewRowAreKeptUnderTheServersId) {
  Page page;
  page.read(List{});
  page.edit(Action::insert, {{"id", "temp"}, {"name", "new"}});
  page.sent();
  page.edit(Action::update, {{"id", "temp"}, {"name", "newer"}});
  page.effects();
  page.settle(project(9, "new", 1));
  const auto effects = page.effects();
  ASSERT_EQ(page.kept.size(), 1U);
  EXPECT_EQ(read_saved(page.kept[0].second).value().data, R"({"id":9,"name":"newer"})");
  // A page that ends between the two has both edits under the same id.
  std::vector<std::string> order;
  for (const Json& each : effects) {
    if (each["op"] == "keep" || each["op"] == "forget") order.push_back(each["op"]);
  }
  EXPECT_EQ(order, (std::vector<std::string>{"keep", "forget"}));
}

TEST(KeptEdits, FindTheConflictWithWhatHappenedMeanwhile) {
  struct Case {
    ConflictPolicy policy;
    Json sent;
    const char* shown;
  };
  const std::vector<Case> cases{
      {ConflictPolicy::rebase, patch(1, "mine"), "mine"},
      {ConflictPolicy::server_wins, {{"id", 1}}, "theirs"},
      {ConflictPolicy::client_wins, patch(1, "mine"), "mine"},
  };
  for (const Case& each : cases) {
    Page page(of_name(each.policy));
    page.leave(project(1, "a", 1), patch(1, "mine"));

    Page next(of_name(each.policy));
    next.restore_all(page);
    next.read(List{project(1, "theirs", 2)});
    const auto effects = next.effects();
    const auto conflicts = Harness::only(effects, "conflict");
    ASSERT_EQ(conflicts.size(), 1U);
    EXPECT_EQ(conflicts[0]["base"], "a");
    EXPECT_EQ(conflicts[0]["mine"], "mine");
    EXPECT_EQ(conflicts[0]["theirs"], "theirs");
    EXPECT_EQ(Harness::only(effects, "submit").at(0)["data"], each.sent);
    EXPECT_EQ(next.shown()[0]["name"], each.shown);
  }
}

TEST(KeptEdits, AddToWhatOthersAddedMeanwhile) {
  Policies policies;
  policies.fields = {{"budget", ConflictPolicy::increment}};
  Page page(policies);
  page.leave({{"id", 1}, {"budget", 10}, {"version", 1}}, {{"id", 1}, {"budget", 15}});
  Page next(policies);
  next.restore_all(page);
  next.read(List{{{"id", 1}, {"budget", 100}, {"version", 2}}});
  EXPECT_EQ(next.sent(), (List{{{"id", 1}, {"budget", 105}}}));
}

TEST(KeptEdits, WaitForWhatTheAppDecides) {
  Page page(of_name(ConflictPolicy::custom));
  page.read(List{project(1, "a", 1)});
  page.offline(true);
  const auto handle = page.edit(Action::update, patch(1, "mine"));
  page.effects();
  Page next(of_name(ConflictPolicy::custom));
  next.restore_all(page);
  next.read(List{project(1, "theirs", 2)});
  EXPECT_TRUE(next.sent().empty());
  ASSERT_EQ(next.harness.engine.resolve(handle, "name", R"("theirs")", R"("both")", 1),
            Error::none);
  EXPECT_EQ(next.sent(), (List{patch(1, "both")}));
}

// The server compares digits that a double has not.
TEST(KeptEdits, KeepEveryDigit) {
  Page page;
  page.harness.engine.end_snapshot(
      page.harness.engine.begin_snapshot(page.view, 1).value(),
      R"([{"id":12345678901234567891,"name":"a","n":0.10000000000000000001}])", 1);
  page.offline(true);
  ASSERT_TRUE(
      page.harness.engine
          .mutate("m", "projects", Action::update, R"({"id":12345678901234567891,"name":"A"})", 1)
          .ok());
  page.effects();
  const SavedEdit saved = read_saved(page.kept.at(0).second).value();
  EXPECT_EQ(saved.base, R"({"id":12345678901234567891,"name":"a","n":0.10000000000000000001})");
  EXPECT_EQ(saved.data, R"({"id":12345678901234567891,"name":"A"})");
}

TEST(KeptEdits, WhatCannotBeReadIsRefusedAndCounted) {
  Page page;
  page.leave(project(1, "a", 1), patch(1, "A"));
  const Json good = Json::parse(page.kept.at(0).second);

  Page next;
  const auto refused = [&](const Json& change) {
    Json bad = good;
    bad.update(change);
    return next.restore(bad.dump()).error();
  };
  EXPECT_EQ(next.restore("").error(), Error::bad_edit);
  EXPECT_EQ(next.restore("[]").error(), Error::bad_edit);
  EXPECT_EQ(next.restore("{").error(), Error::bad_edit);
  EXPECT_EQ(next.restore("{}").error(), Error::bad_edit);
  for (const auto& [name, value] : good.items()) {
    EXPECT_NE(refused({{name, true}}), Error::none) << name;
    Json without = good;
    without.erase(name);
    EXPECT_EQ(next.restore(without.dump()).error(), Error::bad_edit) << name;
  }
  EXPECT_EQ(refused({{"format", 2}}), Error::bad_edit);
  EXPECT_EQ(refused({{"key", ""}}), Error::bad_edit);
  EXPECT_EQ(refused({{"action", "upsert"}}), Error::bad_edit);
  EXPECT_EQ(refused({{"data", nullptr}}), Error::bad_edit);
  EXPECT_EQ(refused({{"data", {{"name", "no id"}}}}), Error::bad_edit);
  EXPECT_EQ(refused({{"madeAt", 1.5}}), Error::bad_edit);
  EXPECT_EQ(refused({{"madeAt", "1"}}), Error::bad_edit);
  EXPECT_EQ(refused({{"entity", "nothing"}}), Error::unknown_entity);
  EXPECT_EQ(Json::parse(next.harness.engine.stats())["pending"], 0);
  // Nothing else is lost by it; and no edit is made anew twice.
  EXPECT_TRUE(next.restore(good.dump()).ok());
  EXPECT_EQ(next.restore(good.dump()).error(), Error::bad_edit);
  const Json stats = Json::parse(next.harness.engine.stats());
  EXPECT_EQ(stats["pending"], 1);
  EXPECT_GT(stats["rejected"]["bad_edit"], 10);
  EXPECT_EQ(stats["rejected"]["unknown_entity"], 1);
}

}  // namespace
}  // namespace tidemark::testing
