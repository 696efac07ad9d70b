// An engine against servers whose events carry no positions of ours: Mercure, and bare streams.
#include "harness.h"
#include "url_decoded.h"

namespace tidemark {
namespace {

using testing::Harness;
using testing::Json;
using testing::project;
using testing::url_parameter;

class StreamHarness : public Harness {
 public:
  explicit StreamHarness(const std::string& dialect, const std::string& more = "")
      : Harness(R"({"dialect":")" + dialect + "\"" + more + "}") {}

  std::string open(const std::string& last_id = "") {
    const auto opened = only(effects(), "open");
    link = opened.back()["link"].get<LinkId>();
    transport = opened.back()["transport"].get<std::string>();
    engine.link_opened(link, ++now, last_id);
    return opened.back()["query"].get<std::string>();
  }
  void lose() {
    engine.link_closed(link, 1006, 0, now);
    now += 60'000;
    engine.tick(now);
  }
  void stream(const std::string& id, const Json& event) {
    engine.stream(link, "id: " + id + "\ndata: " + event.dump() + "\n\n", ++now);
  }
  static Json change(const std::string& action, const Json& row, const std::string& id = "") {
    Json event{{"type", "realtime"},
               {"entity", "projects"},
               {"action", action},
               {"data", row},
               {"timestamp", "2026-11-28T00:00:00Z"}};
    if (!id.empty()) event["id"] = id;
    return event;
  }
  std::size_t fetches() { return only(effects(), "fetch").size(); }
};

TEST(EngineMercure, FollowsItsTopicsAndGoesOnAfterTheLastEvent) {
  StreamHarness page("mercure");
  const ViewId view = page.observe();
  page.observe("notes");
  page.engine.connect(page.now);
  std::string query = page.open("urn:1");
  EXPECT_EQ(page.transport, "sse");
  EXPECT_EQ(query, "topic=notes&match=notes&topic=projects&match=projects");
  page.snapshot(view, Json::array({project(1, "a", 1)}));
  page.effects();
  page.stream("urn:2", StreamHarness::change("update", project(1, "b", 2)));
  EXPECT_EQ(page.shown(view), Json::array({project(1, "b", 2)}));

  page.lose();
  query = page.open("urn:2");
  EXPECT_EQ(url_parameter(query, "lastEventID"), "urn:2");
  EXPECT_EQ(url_parameter(query, "last_event_id"), "urn:2");
  EXPECT_EQ(page.fetches(), 0U);
  page.stream("urn:3", StreamHarness::change("insert", project(2, "c", 1)));
  EXPECT_EQ(page.shown(view), (Json::array({project(1, "b", 2), project(2, "c", 1)})));
  EXPECT_NE(page.log.find(R"("continuity":"live")"), std::string::npos);
}

TEST(EngineMercure, AHubThatGoesOnElsewhereMeansARead) {
  for (const std::string last : {"urn:0", ""}) {
    StreamHarness page("mercure");
    const ViewId view = page.observe();
    page.engine.connect(page.now);
    page.open("urn:1");
    page.snapshot(view, Json::array({project(1, "a", 1)}));
    page.effects();
    page.lose();
    page.open(last);
    EXPECT_EQ(page.fetches(), 1U) << last;
    EXPECT_EQ(page.shown(view), Json::array({project(1, "a", 1)}));
  }
}

TEST(EngineMercure, I4AReplayedEventCountsOnce) {
  StreamHarness page("mercure", R"(,"deliverEvents":true)");
  page.engine.subscribe("projects", "", ++page.now);
  page.engine.connect(page.now);
  page.open("urn:1");
  page.stream("urn:2", StreamHarness::change("update", project(1, "a", 1)));
  page.stream("urn:2", StreamHarness::change("update", project(1, "a", 1)));
  EXPECT_EQ(Harness::only(page.effects(), "event").size(), 1U);
}

TEST(EnginePlain, TakesWhatComesOverEitherTransport) {
  for (const std::string transport : {"websocket", "sse"}) {
    StreamHarness page("plain", R"(,"transports":[")" + transport + "\"]");
    const ViewId view = page.observe("projects", "name=neq.x");
    page.engine.connect(page.now);
    EXPECT_EQ(page.open(), "");
    EXPECT_TRUE(Harness::only(page.effects(), "send").empty());
    page.snapshot(view, Json::array({project(1, "a", 1)}));
    const auto take = [&](const Json& event) {
      if (transport == "sse")
        page.stream("9", event);
      else
        page.frame(event);
    };
    take(StreamHarness::change("update", project(1, "b", 2), "e1"));
    take(StreamHarness::change("insert", project(2, "x", 1), "e2"));
    take(StreamHarness::change("insert", project(3, "c", 1), "e3"));
    EXPECT_EQ(page.shown(view), (Json::array({project(1, "b", 2), project(3, "c", 1)})));
    page.effects();
    page.lose();
    page.open();
    EXPECT_EQ(page.fetches(), 1U);
  }
}

TEST(EnginePlain, AReadThatLeftBeforeItsStreamBeganIsRepeated) {
  StreamHarness page("plain");
  const ViewId view = page.observe();
  const auto ticket = page.engine.begin_snapshot(view, ++page.now).value();
  page.engine.connect(page.now);
  page.open();
  EXPECT_EQ(page.fetches(), 1U);
  page.engine.end_snapshot(ticket, "[]", ++page.now);
  page.effects();
  EXPECT_EQ(page.log.find(R"("continuity":"live")"), std::string::npos);
  page.snapshot(view, Json::array());
  page.effects();
  EXPECT_NE(page.log.find(R"("continuity":"live")"), std::string::npos);
}

TEST(EngineCentrifugo, RecoversWithoutARead) {
  Harness page(R"({"dialect":"centrifugo"})");
  page.connect();
  const ViewId view = page.observe();
  const auto commands = [&] {
    std::vector<Json> list;
    for (const Json& each : Harness::only(page.effects(), "send")) {
      list.push_back(Json::parse(each["text"].get<std::string>()));
    }
    return list;
  };
  const auto answer_connect = [&] {
    for (const Json& each : commands()) {
      if (each.contains("connect"))
        page.frame({{"id", each["id"]}, {"connect", {{"client", "c"}}}});
    }
  };
  const auto event = [](const Json& row, int offset) {
    return Json{{"data", StreamHarness::change("update", row)}, {"offset", offset}};
  };
  answer_connect();
  Json asked = commands().at(0);
  page.frame(
      {{"id", asked["id"]}, {"subscribe", {{"recoverable", true}, {"epoch", "x"}, {"offset", 4}}}});
  page.snapshot(view, Json::array({project(1, "a", 1)}));
  page.frame({{"push", {{"channel", "projects"}, {"pub", event(project(1, "b", 2), 5)}}}});
  EXPECT_EQ(page.shown(view), Json::array({project(1, "b", 2)}));
  page.effects();

  page.engine.link_closed(page.link, 3008, 0, page.now);
  page.now += 60'000;
  page.engine.tick(page.now);
  page.open_next();
  answer_connect();
  asked = commands().at(0);
  EXPECT_EQ(asked["subscribe"]["offset"], 5);
  page.frame({{"id", asked["id"]},
              {"subscribe",
               {{"recoverable", true},
                {"epoch", "x"},
                {"offset", 6},
                {"recovered", true},
                {"publications", Json::array({event(project(1, "c", 3), 6)})}}}});
  EXPECT_TRUE(Harness::only(page.effects(), "fetch").empty());
  EXPECT_EQ(page.shown(view), Json::array({project(1, "c", 3)}));

  // A gap is recovered from the last place.
  page.frame({{"push", {{"channel", "projects"}, {"pub", event(project(1, "e", 5), 8)}}}});
  const auto again = commands();
  EXPECT_EQ(again.at(0).contains("unsubscribe"), true);
  EXPECT_EQ(again.at(1)["subscribe"]["offset"], 6);
  EXPECT_EQ(page.shown(view), Json::array({project(1, "c", 3)}));
}

}  // namespace
}  // namespace tidemark
