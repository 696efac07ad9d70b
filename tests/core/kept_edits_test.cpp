// Edits that outlive the page: what is to be kept of them, and how they are made anew.
#include <map>

#include "harness.h"
#include "overlay/saved_edit.h"

namespace tidemark::testing {
namespace {

using List = Json::array_t;

// A page, and what survives it: the texts of its edits, in the order in which they were made.
class Page {
 public:
  explicit Page(Policies policies = {}) : harness(R"({"keepEdits":true})") {
    Entity projects;
    projects.name = "projects";
    projects.version_field = "version";
    harness.engine.define_entity(projects, std::move(policies));
    harness.connect();
    view = harness.observe();
    harness.answer_subscribes(true, 0);
  }

  // What the core asks for; what it wants kept or forgotten is.
  std::vector<Json> effects() {
    std::vector<Json> all = harness.effects();
    for (const Json& each : all) {
      const std::string key = each.value("key", "");
      if (each["op"] == "forget")
        std::erase_if(kept, [&](const auto& k) { return k.first == key; });
      if (each["op"] == "keep") keep(key, each["saved"]);
    }
    return all;
  }
  std::vector<Json> only(const char* op) { return Harness::only(effects(), op); }
  // The data of what is sent.
  Json sent() {
    Json data = Json::array();
    for (const Json& each : only("submit")) {
      data.push_back(each["data"]);
      last = each["mutation"];
    }
    return data;
  }

  MutationHandle edit(Action action, const Json& data) {
    const std::string key = "m" + std::to_string(++made);
    return harness.engine.mutate(key, "projects", action, data.dump(), ++harness.now).value();
  }
  Result<MutationHandle> restore(const std::string& saved) {
    return harness.engine.restore(saved, ++harness.now);
  }
  void restore_all(const Page& earlier) {
    kept = earlier.kept;
    made = earlier.made;
    for (const auto& [key, saved] : earlier.kept) ASSERT_TRUE(restore(saved).ok()) << saved;
  }
  void settle(const Json& row) {
    ASSERT_EQ(harness.engine.settle(last, row.dump(), ++harness.now), Error::none);
  }
  bool fail(bool network) { return harness.engine.fail(last, network, ++harness.now).value(); }
  void offline(bool on) { harness.engine.pause(PauseReason::offline, on, ++harness.now); }
  void read(const Json& rows) { harness.snapshot(view, rows); }
  Json shown() { return harness.shown(view); }
  void event(const std::string& action, const Json& row, const std::string& mutation = "") {
    Json event = harness.event(action, row, seq + 1, seq);
    ++seq;
    event["mutation"] = mutation;
    harness.frame(event);
  }

  Harness harness;
  ViewId view = 0;
  std::vector<std::pair<std::string, std::string>> kept;
  MutationHandle last = 0;

 private:
  void keep(const std::string& key, const std::string& saved) {
    for (auto& [known, text] : kept) {
      if (known != key) continue;
      text = saved;
      return;
    }
    kept.emplace_back(key, saved);
  }

  int made = 0;
  std::int64_t seq = 0;
};

Policies of_name(ConflictPolicy policy) {
  Policies policies;
  policies.fields = {{"name", policy}};
  return policies;
}

Json patch(int id, const std::string& name) { return {{"id", id}, {"name", name}}; }

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
  page.read(List{project(1, "a", 1)});
  page.offline(true);
  page.edit(Action::update, patch(1, "A"));
  page.effects();
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
    page.read(List{{{"id", 1}, {"name", "a"}, {"version", "1970-01-01T00:16:20Z"}}});
    page.offline(true);
    page.edit(Action::update, patch(1, "mine"));  // at 00:16:40
    page.effects();
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
    page.read(List{project(1, "a", 1)});
    page.offline(true);
    page.edit(Action::update, patch(1, "mine"));
    page.effects();

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
  page.read(List{{{"id", 1}, {"budget", 10}, {"version", 1}}});
  page.offline(true);
  page.edit(Action::update, {{"id", 1}, {"budget", 15}});
  page.effects();
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

TEST(KeptEdits, LoseTheirPatienceWhenTheirRowIsNotRead) {
  Page page;
  page.read(List{project(1, "a", 1)});
  page.offline(true);
  page.edit(Action::update, patch(1, "A"));
  page.effects();

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
  page.read(List{project(1, "a", 1)});
  page.offline(true);
  page.edit(Action::update, patch(1, "A"));
  page.effects();
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

TEST(KeptEdits, WhatCannotBeReadIsRefusedAndCounted) {
  Page page;
  page.read(List{project(1, "a", 1)});
  page.offline(true);
  page.edit(Action::update, patch(1, "A"));
  page.effects();
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
