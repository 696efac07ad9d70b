// A pending edit on top of the server's truth, under each conflict policy.
#include "overlay/replay.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace tidemark {
namespace {

using Json = nlohmann::json;
using enum ConflictPolicy;

class Replay : public testing::Test {
 protected:
  Replay() { start(R"({"id":1,"a":1,"b":1,"tags":["x","y"]})"); }

  void start(const std::string& base) {
    operation_.base = operation_.before = base;
    operation_.made_at = 1'000'000;
    truth_.state = RowState::present;
    truth_.bytes = base;
  }
  void edit(const std::string& patch) { operation_.data = patch; }
  void server_has(const std::string& row, const char* version = "") {
    truth_.bytes = row;
    if (*version != '\0') truth_.version = Version::parse(version);
  }
  Json shown(ConflictPolicy policy) {
    Policies policies;
    policies.standard = policy;
    const auto row = replay(operation_, std::string(truth_.bytes), truth_, policies);
    return row ? Json::parse(*row) : Json();
  }

  PendingOperation operation_;
  Row truth_;
};

TEST_F(Replay, DifferentFieldsBothSurviveUnderEveryPolicy) {
  edit(R"({"id":1,"a":2})");
  server_has(R"({"id":1,"a":1,"b":9,"tags":[]})");
  for (const auto policy : {rebase, server_wins, client_wins, last_write_wins, custom}) {
    EXPECT_EQ(shown(policy), Json::parse(R"({"id":1,"a":2,"b":9,"tags":[]})")) << name_of(policy);
  }
}

TEST_F(Replay, TheSameFieldFollowsThePolicy) {
  edit(R"({"a":2})");
  server_has(R"({"id":1,"a":7,"b":1})");
  EXPECT_EQ(shown(rebase)["a"], 2);
  EXPECT_EQ(shown(client_wins)["a"], 2);
  EXPECT_EQ(shown(server_wins)["a"], 7);
}

TEST_F(Replay, TheServersSpellingOfTheSameValueIsNoConflict) {
  edit(R"({"a":2})");
  server_has(R"({"id":1,"a":1.0,"b":1})");
  EXPECT_EQ(shown(server_wins)["a"], 2);
  EXPECT_TRUE(conflicts_of(operation_, truth_, {}).empty());
  server_has(R"({"id":1,"a":2e0,"b":1})");
  EXPECT_TRUE(conflicts_of(operation_, truth_, {}).empty());
}

TEST_F(Replay, LastWriteWinsByTheRowsTime) {
  edit(R"({"a":2})");
  server_has(R"({"a":7})", R"("1970-01-01T00:16:39.999Z")");
  EXPECT_EQ(shown(last_write_wins)["a"], 2);
  server_has(R"({"a":7})", R"("1970-01-01T00:16:40.001Z")");
  EXPECT_EQ(shown(last_write_wins)["a"], 7);
}

// Without a time, what arrived after the edit counts as written after it.
TEST_F(Replay, LastWriteWinsWithoutATime) {
  edit(R"({"a":2})");
  server_has(R"({"a":7})", "41");
  EXPECT_EQ(shown(last_write_wins)["a"], 7);
}

TEST_F(Replay, IncrementsAddUp) {
  edit(R"({"a":1.25})");
  server_has(R"({"id":1,"a":10})");
  EXPECT_EQ(shown(increment)["a"], 10.25);
  edit(R"({"a":"text"})");
  EXPECT_EQ(shown(increment)["a"], "text");
}

TEST_F(Replay, IncrementsAreExactBeyond2To53) {
  start(R"({"a":9007199254740993})");
  edit(R"({"a":9007199254740994})");
  server_has(R"({"a":9007199254740995})");
  Policies policies;
  policies.standard = increment;
  EXPECT_EQ(replay(operation_, std::string(truth_.bytes), truth_, policies),
            R"({"a":9007199254740996})");
}

TEST_F(Replay, SetsTakeWhatWasAddedAndRemoved) {
  edit(R"({"tags":["y","mine"]})");
  server_has(R"({"tags":["x","y","theirs"]})");
  EXPECT_EQ(shown(set_union)["tags"], Json::parse(R"(["y","theirs","mine"])"));
  server_has(R"({"tags":["mine"]})");
  EXPECT_EQ(shown(set_union)["tags"], Json::parse(R"(["mine"])"));
  server_has(R"({"tags":null})");
  EXPECT_EQ(shown(set_union)["tags"], Json::parse(R"(["y","mine"])"));
}

TEST_F(Replay, CustomShowsTheUsersUntilTheAppHasDecided) {
  edit(R"({"a":2})");
  server_has(R"({"id":1,"a":7})");
  EXPECT_EQ(shown(custom)["a"], 2);
  operation_.resolutions.push_back({"a", "7", "9"});
  EXPECT_EQ(shown(custom)["a"], 9);
  // The decision was for that value.
  server_has(R"({"id":1,"a":8})");
  EXPECT_EQ(shown(custom)["a"], 2);
}

TEST_F(Replay, PoliciesMayDifferByField) {
  edit(R"({"a":2,"b":2})");
  server_has(R"({"a":7,"b":7})");
  Policies policies;
  policies.fields = {{"b", server_wins}};
  EXPECT_EQ(replay(operation_, std::string(truth_.bytes), truth_, policies), R"({"a":2,"b":7})");
  EXPECT_EQ(effective_patch(operation_, truth_.bytes, truth_, policies), R"({"a":2})");
  const auto conflicts = conflicts_of(operation_, truth_, policies);
  ASSERT_EQ(conflicts.size(), 2U);
  EXPECT_EQ(conflicts[1].field, "b");
  EXPECT_EQ(conflicts[1].policy, server_wins);
  EXPECT_EQ(conflicts[1].base, "1");
  EXPECT_EQ(conflicts[1].mine, "2");
  EXPECT_EQ(conflicts[1].theirs, "7");
}

TEST_F(Replay, ADeleteByOthersStandsUnlessTheClientWins) {
  edit(R"({"a":2})");
  truth_.state = RowState::deleted;
  truth_.bytes.clear();
  for (const auto policy : {rebase, server_wins, last_write_wins}) {
    Policies policies;
    policies.standard = policy;
    EXPECT_EQ(replay(operation_, std::nullopt, truth_, policies), std::nullopt);
  }
  Policies policies;
  policies.standard = client_wins;
  const auto row = replay(operation_, std::nullopt, truth_, policies);
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(Json::parse(*row), Json::parse(R"({"id":1,"a":2,"b":1,"tags":["x","y"]})"));
}

TEST(Policies, HaveNames) {
  for (const auto policy :
       {rebase, server_wins, client_wins, last_write_wins, increment, set_union, custom}) {
    EXPECT_EQ(policy_named(name_of(policy)), policy);
  }
  EXPECT_EQ(policy_named("first-write-wins"), std::nullopt);
}

}  // namespace
}  // namespace tidemark
