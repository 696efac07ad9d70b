// An engine against a scripted Supabase Realtime: what it lacks is made up for.
#include "harness.h"

namespace tidemark {
namespace {

using testing::Harness;
using testing::Json;
using testing::project;

class Supabase : public Harness {
 public:
  explicit Supabase(Json config = Json::object()) : Harness(with_dialect(config).dump()) {
    Entity projects;
    projects.name = "projects";
    projects.version_field = "version";
    projects.table = "project_rows";
    projects.fixed_fields = {"owner"};
    engine.define_entity(projects);
  }

  // The frames sent since the last call; everything else that was asked for is in `asked`.
  std::vector<Json> sent() {
    std::vector<Json> frames;
    asked = effects();
    for (const Json& each : only(asked, "send")) {
      frames.push_back(Json::parse(each["text"].get<std::string>()));
    }
    return frames;
  }
  std::vector<Json> sent(const std::string& event) {
    std::vector<Json> frames = sent();
    std::erase_if(frames, [&](const Json& each) { return each[3] != event; });
    return frames;
  }

  // Connects with this token and joins.
  Json join_with(const std::string& token) {
    engine.connect(now);
    const LinkId asked_for = only(effects(), "token").at(0)["link"].get<LinkId>();
    engine.token(asked_for, token, ++now);
    open_next();
    observe();
    return sent("phx_join").at(0);
  }

  void reply(const Json& join, const std::string& status, const Json& response) {
    frame({join[0], join[1], join[2], "phx_reply", {{"status", status}, {"response", response}}});
  }
  void let_in(const Json& join) {
    reply(join, "ok", {{"postgres_changes", join[4]["config"]["postgres_changes"]}});
  }
  void listen(const Json& join, const std::string& status = "ok") {
    frame({join[0],
           nullptr,
           join[2],
           "system",
           {{"extension", "postgres_changes"}, {"status", status}, {"message", "m"}}});
  }
  // Answers every join that was sent; the last one is the channel that change() speaks on.
  void answer_joins() {
    for (const Json& each : sent("phx_join")) {
      channel = each;
      let_in(each);
      listen(each);
    }
  }
  void change(const std::string& type, const Json& row, int second, const Json& on) {
    const bool gone = type == "DELETE";
    frame({nullptr,
           nullptr,
           on[2],
           "postgres_changes",
           {{"ids", {1}},
            {"data",
             {{"schema", "public"},
              {"table", "project_rows"},
              {"type", type},
              {"commit_timestamp", "2026-11-28T00:00:" + std::to_string(second) + "Z"},
              {"record", gone ? Json::object() : row},
              {"old_record", gone ? row : Json::object()},
              {"errors", nullptr}}}}});
  }
  void change(const std::string& type, const Json& row, int second) {
    change(type, row, second, channel);
  }

  std::vector<Json> fetches() { return only(asked = effects(), "fetch"); }

  Json channel;
  std::vector<Json> asked;

 private:
  static Json with_dialect(Json config) {
    config["dialect"] = "supabase";
    return config;
  }
};

TEST(EngineSupabase, ReadsTheRowsOnceTheServerListens) {
  Supabase page;
  page.connect();
  const ViewId view = page.observe();
  page.snapshot(view, Json::array({project(1, "a", 1)}));
  const Json join = page.sent("phx_join").at(0);
  page.let_in(join);
  // Let in, but what changes now would not be told.
  EXPECT_TRUE(page.fetches().empty());
  page.listen(join);
  EXPECT_EQ(page.fetches().at(0)["view"], view);
  page.snapshot(view, Json::array({project(1, "b", 2)}));
  EXPECT_EQ(Supabase::only(page.effects(), "continuity").back()["continuity"], "live");
  page.channel = join;
  page.change("UPDATE", project(1, "c", 3), 10);
  page.change("INSERT", project(2, "d", 1), 11);
  EXPECT_EQ(page.shown(view), (Json::array({project(1, "c", 3), project(2, "d", 1)})));
  page.change("DELETE", {{"id", 1}}, 12);
  EXPECT_EQ(page.shown(view), Json::array({project(2, "d", 1)}));
}

TEST(EngineSupabase, OnlyItsTransportsAreUsed) {
  Supabase page;
  page.connect();
  EXPECT_EQ(page.transport, "websocket");
  // A stream of server-sent events is not there to fall back to.
  for (int i = 0; i < 3; ++i) {
    page.engine.link_closed(page.link, 1006, 0, page.now);
    page.now += 60'000;
    page.engine.tick(page.now);
    for (const Json& each : Supabase::only(page.effects(), "open")) {
      EXPECT_EQ(each["transport"], "websocket");
      page.link = each["link"].get<LinkId>();
    }
  }
}

TEST(EngineSupabase, ConditionsThatCanHideALeavingRowStayHere) {
  Supabase page;
  page.connect();
  const ViewId view = page.observe("projects", "owner=eq.7,name=eq.a,id=lt.100");
  const Json join = page.sent("phx_join").at(0);
  EXPECT_EQ(join[4]["config"]["postgres_changes"][0]["filter"], "owner=eq.7,id=lt.100");
  page.channel = join;
  page.let_in(join);
  page.listen(join);
  const auto row = [](const char* name, int version) {
    return Json{{"id", 1}, {"owner", 7}, {"name", name}, {"version", version}};
  };
  page.snapshot(view, Json::array({row("a", 1)}));
  page.change("UPDATE", row("b", 2), 10);
  EXPECT_EQ(page.shown(view), Json::array());
  page.change("UPDATE", row("a", 3), 11);
  EXPECT_EQ(page.shown(view), Json::array({row("a", 3)}));
}

TEST(EngineSupabase, EveryReconnectIsARejoinAndARead) {
  Supabase page;
  page.connect();
  const ViewId view = page.observe();
  page.answer_joins();
  page.snapshot(view, Json::array({project(1, "a", 1)}));
  page.effects();
  page.engine.link_closed(page.link, 1006, 0, page.now);
  page.now += 60'000;
  page.engine.tick(page.now);
  page.open_next();
  const Json join = page.sent("phx_join").at(0);
  EXPECT_NE(join[2], page.channel[2]);
  page.let_in(join);
  page.listen(join);
  EXPECT_EQ(page.fetches().size(), 1U);
  // Of the channel that is no more.
  page.change("UPDATE", project(1, "z", 9), 20, page.channel);
  EXPECT_EQ(page.shown(view), Json::array({project(1, "a", 1)}));
}

TEST(EngineSupabase, AChannelThatIsClosedIsJoinedAnew) {
  Supabase page;
  page.connect();
  const ViewId view = page.observe();
  page.answer_joins();
  page.snapshot(view, Json::array({project(1, "a", 1)}));
  page.effects();
  page.frame({page.channel[0], nullptr, page.channel[2], "phx_error", Json::object()});
  const Json join = page.sent("phx_join").at(0);
  EXPECT_EQ(Supabase::only(page.asked, "continuity").back()["continuity"], "suspect");
  page.let_in(join);
  page.listen(join);
  EXPECT_EQ(page.fetches().size(), 1U);
}

TEST(EngineSupabase, ListeningThatStoppedIsLeftAndJoinedAnew) {
  Supabase page;
  page.connect();
  page.observe();
  page.answer_joins();
  page.listen(page.channel, "error");
  const auto frames = page.sent();
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(frames[0][3], "phx_leave");
  EXPECT_EQ(frames[0][2], page.channel[2]);
  EXPECT_EQ(frames[1][3], "phx_join");
}

TEST(EngineSupabase, ARecordThatIsTooLargeIsRead) {
  Supabase page;
  page.connect();
  const ViewId view = page.observe();
  page.answer_joins();
  page.snapshot(view, Json::array({project(1, "a", 1)}));
  page.effects();
  page.frame({nullptr,
              nullptr,
              page.channel[2],
              "postgres_changes",
              {{"data",
                {{"table", "project_rows"},
                 {"type", "UPDATE"},
                 {"record", {{"id", 1}}},
                 {"errors", {"Error 413: Payload Too Large"}}}}}});
  EXPECT_EQ(page.fetches().size(), 1U);
  EXPECT_EQ(Supabase::only(page.asked, "continuity").back()["continuity"], "catching-up");
  EXPECT_EQ(page.shown(view), Json::array({project(1, "a", 1)}));
  page.snapshot(view, Json::array({project(1, "large", 2)}));
  EXPECT_EQ(page.shown(view), Json::array({project(1, "large", 2)}));
  EXPECT_EQ(Supabase::only(page.effects(), "continuity").back()["continuity"], "live");
}

TEST(EngineSupabase, I4OverlappingSubscriptionsEachGetTheirCopyOnce) {
  Supabase page({{"deliverEvents", true}});
  page.connect();
  const SubId all = page.engine.subscribe("projects", "", ++page.now).value();
  const SubId one = page.engine.subscribe("projects", "id=eq.1", ++page.now).value();
  const auto joins = page.sent("phx_join");
  for (const Json& each : joins) {
    page.let_in(each);
    page.listen(each);
  }
  page.effects();
  const auto told = [&] {
    std::vector<Json> events;
    for (const Json& each : Supabase::only(page.effects(), "event")) {
      events.push_back({each["subs"], each["repeated"]});
    }
    return events;
  };
  page.change("UPDATE", project(1, "a", 2), 10, joins.at(0));
  EXPECT_EQ(told(), (std::vector<Json>{{{all}, false}}));
  page.change("UPDATE", project(1, "a", 2), 10, joins.at(1));
  EXPECT_EQ(told(), (std::vector<Json>{{{one}, true}}));
  // Once more, on either.
  page.change("UPDATE", project(1, "a", 2), 10, joins.at(0));
  page.change("UPDATE", project(1, "a", 2), 10, joins.at(1));
  EXPECT_TRUE(told().empty());
}

TEST(EngineSupabase, AnExpiredTokenIsReplacedAndTheJoinTriedAgain) {
  Supabase page({{"tokens", true}});
  const Json join = page.join_with("old");
  EXPECT_EQ(join[4]["access_token"], "old");
  page.reply(join, "error", {{"reason", "InvalidJWTExpiration: Token has expired 2 seconds ago"}});
  const Json asked = Supabase::only(page.effects(), "token").at(0);
  EXPECT_EQ(asked["refresh"], true);
  page.engine.token(page.link, "new", ++page.now);
  const Json again = page.sent("phx_join").at(0);
  EXPECT_EQ(again[4]["access_token"], "new");
}

TEST(EngineSupabase, ARefusalOfTheOldTokenThatComesAfterTheNewOneIsNoTrouble) {
  Supabase page({{"tokens", true}});
  const Json join = page.join_with("old");
  page.let_in(join);
  page.listen(join);
  // The token runs out: the server says so and closes the channel, which is joined anew at once.
  page.frame({join[0],
              nullptr,
              join[2],
              "system",
              {{"extension", "system"}, {"status", "error"}, {"message", "Token has expired"}}});
  page.frame({join[0], join[0], join[2], "phx_close", Json::object()});
  auto joins = page.sent("phx_join");
  EXPECT_EQ(Supabase::only(page.asked, "token").size(), 1U);
  page.now += 3'000;
  page.engine.tick(page.now);
  if (joins.empty()) joins = page.sent("phx_join");
  ASSERT_EQ(joins.size(), 1U);
  EXPECT_EQ(joins[0][4]["access_token"], "old");
  page.engine.token(page.link, "new", ++page.now);
  page.effects();
  page.reply(joins[0], "error", {{"reason", "InvalidJWTToken: Token has expired"}});
  const Json again = page.sent("phx_join").at(0);
  EXPECT_TRUE(Supabase::only(page.asked, "error").empty());
  EXPECT_EQ(again[4]["access_token"], "new");
}

TEST(EngineSupabase, ARefusedJoinIsReportedAndNotRepeated) {
  Supabase page;
  page.connect();
  const ViewId view = page.observe();
  const Json join = page.sent("phx_join").at(0);
  page.reply(join, "error", {{"reason", "ConfigurationError: no publication"}});
  const auto effects = page.effects();
  EXPECT_EQ(Supabase::only(effects, "error").at(0)["code"], "subscription_refused");
  page.now += 120'000;
  page.engine.tick(page.now);
  EXPECT_TRUE(page.sent("phx_join").empty());
  page.snapshot(view, Json::array({project(1, "a", 1)}));
  page.effects();
  EXPECT_EQ(page.log.find(R"("continuity":"live")"), std::string::npos) << page.log;
  EXPECT_NE(page.log.find(R"("continuity":"suspect")"), std::string::npos) << page.log;
}

TEST(EngineSupabase, TheHeartbeatKeepsTheLink) {
  Supabase page;
  page.connect();
  page.effects();
  page.now += 30'000;
  page.engine.tick(page.now);
  const Json ping = page.sent("heartbeat").at(0);
  page.frame({nullptr, ping[1], "phoenix", "phx_reply", {{"status", "ok"}}});
  page.now += 20'000;
  page.engine.tick(page.now);
  EXPECT_TRUE(Supabase::only(page.effects(), "close").empty());
}

TEST(EngineSupabase, LeavesWhatNobodyUsesAnyMore) {
  Supabase page({{"linger", 0}});
  page.connect();
  const SubId sub = page.engine.subscribe("projects", "", ++page.now).value();
  page.answer_joins();
  page.engine.unsubscribe(sub, ++page.now);
  EXPECT_EQ(page.sent("phx_leave").at(0)[2], page.channel[2]);
}

}  // namespace
}  // namespace tidemark
