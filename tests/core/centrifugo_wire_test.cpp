#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

#include "wire/centrifugo.h"

namespace tidemark::wire {
namespace {

using Json = nlohmann::json;

class CentrifugoWire : public ::testing::Test {
 protected:
  static Json only(const Frames& frames) {
    EXPECT_EQ(frames.size(), 1U);
    return frames.empty() ? Json() : Json::parse(frames[0]);
  }
  const std::vector<Message>& take(const std::string& frame) {
    dialect.decode(text = frame, decoded);
    return decoded.messages;
  }
  const std::vector<Message>& take(const Json& frame) { return take(frame.dump()); }

  void connect(bool pong = false) {
    const Json command = only(dialect.begin(""));
    take({{"id", command["id"]}, {"connect", {{"client", "c"}, {"ping", 25}, {"pong", pong}}}});
  }
  // Asks and is answered; gives the last command.
  Json join(const std::string& ref, const std::optional<Position>& since, const Json& answer) {
    const Question asked = dialect.subscribe({.ref = ref, .table = "rows", .since = &since});
    const Json command = only(asked.frames);
    take({{"id", command["id"]}, {"subscribe", answer}});
    return command;
  }
  static Json event(int id) {
    return {{"type", "realtime"},
            {"entity", "projects"},
            {"action", "update"},
            {"data", {{"id", id}}},
            {"timestamp", "2026-11-28T00:00:00Z"},
            {"id", std::to_string(id)}};
  }
  static Json push(std::int64_t offset, const Json& data) {
    Json pub{{"data", data}};
    if (offset > 0) pub["offset"] = offset;
    return {{"push", {{"channel", "rows"}, {"pub", pub}}}};
  }

  CentrifugoDialect dialect;
  Decoded decoded;
  std::string text;
};

const Json kFresh{{"recoverable", true}, {"epoch", "x"}, {"offset", 7}};

TEST_F(CentrifugoWire, AsksForChannelsOnlyWhenItIsConnected) {
  const Json connect = only(dialect.begin("jwt"));
  EXPECT_EQ(connect["connect"]["token"], "jwt");
  EXPECT_TRUE(dialect.subscribe({.ref = "1", .table = "rows"}).frames.empty());
  EXPECT_TRUE(take({{"id", connect["id"]}, {"connect", {{"client", "c"}}}}).empty());
  const Json subscribe = only(decoded.replies);
  EXPECT_EQ(subscribe["subscribe"], (Json{{"channel", "rows"}}));
  EXPECT_GT(subscribe["id"], connect["id"]);
}

TEST_F(CentrifugoWire, SaysWhereItIs) {
  connect();
  join("1", std::nullopt, kFresh);
  const auto& subscribed = std::get<Subscribed>(decoded.messages.at(0));
  EXPECT_EQ(subscribed.ref, "1");
  EXPECT_EQ(subscribed.position, (Position{"rows:x", 7}));
  EXPECT_FALSE(subscribed.recovered);
  // A channel without history has no place.
  connect();
  join("2", std::nullopt, Json::object());
  EXPECT_EQ(std::get<Subscribed>(decoded.messages.at(0)).position, std::nullopt);
}

TEST_F(CentrifugoWire, RecoversWhatWasPublishedMeanwhile) {
  connect();
  const Json command =
      join("1", Position{"rows:x", 7},
           {{"recoverable", true},
            {"epoch", "x"},
            {"offset", 9},
            {"recovered", true},
            {"publications",
             {{{"data", event(1)}, {"offset", 8}}, {{"data", event(2)}, {"offset", 9}}}}});
  EXPECT_EQ(command["subscribe"],
            (Json{{"channel", "rows"}, {"recover", true}, {"epoch", "x"}, {"offset", 7}}));
  ASSERT_EQ(decoded.messages.size(), 3U);
  const auto& subscribed = std::get<Subscribed>(decoded.messages[0]);
  EXPECT_TRUE(subscribed.recovered);
  EXPECT_EQ(subscribed.position, (Position{"rows:x", 7}));
  const auto& first = std::get<Event>(decoded.messages[1]);
  EXPECT_EQ(first.position->owned(), (Position{"rows:x", 8}));
  EXPECT_EQ(first.previous_seq, 7);
  EXPECT_EQ(std::get<Event>(decoded.messages[2]).position->seq, 9);
  take(push(10, event(3)));
  EXPECT_EQ(std::get<Event>(decoded.messages.at(0)).previous_seq, 9);
}

TEST_F(CentrifugoWire, KnowsWhenItCouldNotRecover) {
  connect();
  join("1", Position{"rows:x", 7},
       {{"recoverable", true},
        {"epoch", "y"},
        {"offset", 3},
        {"recovered", false},
        {"was_recovering", true}});
  ASSERT_EQ(decoded.messages.size(), 1U);
  EXPECT_FALSE(std::get<Subscribed>(decoded.messages[0]).recovered);
  EXPECT_EQ(std::get<Subscribed>(decoded.messages[0]).position, (Position{"rows:y", 3}));
  // A place in another channel is none in this one.
  connect();
  const Json command = join("1", Position{"other:x", 7}, kFresh);
  EXPECT_FALSE(command["subscribe"].contains("recover"));
}

TEST_F(CentrifugoWire, SubscriptionsOfOneTableShareItsChannel) {
  connect();
  join("1", std::nullopt, kFresh);
  const std::optional<Position> same = Position{"rows:x", 7};
  const std::optional<Position> older = Position{"rows:x", 6};
  for (const auto& [ref, since] : {std::pair{"2", &same}, std::pair{"3", &older}}) {
    const Question asked = dialect.subscribe({.ref = ref, .table = "rows", .since = since});
    EXPECT_TRUE(asked.frames.empty());
    const auto& answer = std::get<Subscribed>(asked.answers.at(0));
    EXPECT_EQ(answer.ref, ref);
    EXPECT_EQ(answer.position, same);
    EXPECT_EQ(answer.recovered, since == &same);
  }
  take(push(8, event(1)));
  ASSERT_EQ(decoded.messages.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& copy = std::get<Event>(decoded.messages[i]);
    EXPECT_EQ(copy.sub, std::to_string(i + 1));
    EXPECT_EQ(copy.id, "1");
    EXPECT_EQ(copy.row, R"({"id":1})");
  }
  EXPECT_TRUE(dialect.unsubscribe("1").empty());
  EXPECT_TRUE(dialect.unsubscribe("3").empty());
  EXPECT_EQ(only(dialect.unsubscribe("2"))["unsubscribe"], (Json{{"channel", "rows"}}));
  EXPECT_TRUE(take(push(9, event(1))).empty());
  EXPECT_TRUE(dialect.unsubscribe("2").empty());
}

TEST_F(CentrifugoWire, NamesAnEventByItsPlaceWhereItNamesNoIdItself) {
  connect();
  join("1", std::nullopt, kFresh);
  Json bare = event(1);
  bare.erase("id");
  take(push(8, bare));
  EXPECT_EQ(std::get<Event>(decoded.messages.at(0)).id, "rows:x:8");
  take(push(0, bare));
  EXPECT_EQ(std::get<Event>(decoded.messages.at(0)).position, std::nullopt);
}

TEST_F(CentrifugoWire, AnswersPingsWhereItShall) {
  connect(true);
  EXPECT_TRUE(take(std::string("{}")).empty());
  EXPECT_EQ(decoded.replies, Frames{"{}"});
  connect(false);
  take(std::string("{}"));
  EXPECT_TRUE(decoded.replies.empty());
  EXPECT_TRUE(decoded.rejected.empty());
  const Json ping = only(dialect.ping(5));
  take({{"id", ping["id"]}, {"error", {{"code", 104}, {"message", "method not found"}}}});
  EXPECT_TRUE(std::holds_alternative<Pong>(decoded.messages.at(0)));
}

TEST_F(CentrifugoWire, ReadsSeveralLines) {
  connect();
  join("1", std::nullopt, kFresh);
  take(push(8, event(1)).dump() + "\n" + push(9, event(2)).dump() + "\n{\n" +
       push(10, event(3)).dump());
  EXPECT_EQ(decoded.messages.size(), 3U);
  EXPECT_EQ(decoded.rejected, std::vector<Error>{Error::malformed_json});
}

TEST_F(CentrifugoWire, SortsRefusals) {
  const auto code = [&](int number, bool temporary = false) {
    connect();
    join("1", std::nullopt, Json());
    dialect.unsubscribe("1");
    const Json command = only(dialect.subscribe({.ref = "1", .table = "rows"}).frames);
    take({{"id", command["id"]},
          {"error", {{"code", number}, {"message", "m"}, {"temporary", temporary}}}});
    const ServerError error = std::get<ServerError>(decoded.messages.at(0));
    EXPECT_EQ(error.ref, "1");
    EXPECT_EQ(error.message, "m");
    return error.code;
  };
  EXPECT_EQ(code(109), "token_expired");
  EXPECT_EQ(code(101), "unauthorized");
  EXPECT_EQ(code(100), "try_later");
  EXPECT_EQ(code(112), "try_later");
  EXPECT_EQ(code(103), "subscription_refused");
  EXPECT_EQ(code(103, true), "try_later");
}

TEST_F(CentrifugoWire, ShowsANewTokenWhereOneIsWanted) {
  Json connect = only(dialect.begin("old"));
  take({{"id", connect["id"]}, {"error", {{"code", 109}, {"message", "token expired"}}}});
  EXPECT_EQ(std::get<ServerError>(decoded.messages.at(0)).code, "token_expired");
  connect = only(dialect.authenticate("new"));
  EXPECT_EQ(connect["connect"]["token"], "new");
  take({{"id", connect["id"]}, {"connect", {{"client", "c"}}}});
  EXPECT_EQ(only(dialect.authenticate("newer"))["refresh"], (Json{{"token", "newer"}}));
}

TEST_F(CentrifugoWire, BeginsAnewWhereItIsToldToLeave) {
  connect();
  join("1", std::nullopt, kFresh);
  take({{"push", {{"channel", "rows"}, {"unsubscribe", {{"code", 2500}, {"reason", "x"}}}}}});
  EXPECT_EQ(std::get<Reset>(decoded.messages.at(0)).sub, "1");
  EXPECT_TRUE(dialect.unsubscribe("1").empty());
  EXPECT_EQ(only(dialect.subscribe({.ref = "2", .table = "rows"}).frames)["subscribe"]["channel"],
            "rows");
}

TEST_F(CentrifugoWire, TranslatesTheEndOfALink) {
  EXPECT_EQ(dialect.close_code(3005), 4401);
  EXPECT_EQ(dialect.close_code(3500), 4401);
  EXPECT_EQ(dialect.close_code(3501), 1008);
  EXPECT_EQ(dialect.close_code(4500), 1008);
  EXPECT_EQ(dialect.close_code(3000), 1006);
  EXPECT_EQ(dialect.close_code(3008), 1006);
  EXPECT_EQ(dialect.close_code(1000), 1000);
  EXPECT_EQ(dialect.close_code(503), 503);
}

TEST_F(CentrifugoWire, RefusesWhatIsNoMessage) {
  connect();
  join("1", std::nullopt, kFresh);
  for (const std::string frame : {"5", "[]", R"({"x":1})", R"({"id":-1})", R"({"push":5})",
                                  R"({"push":{"channel":"rows","pub":{"data":5}}})",
                                  R"({"push":{"channel":"rows","pub":{"data":{"entity":"a"}}}})"}) {
    EXPECT_TRUE(take(frame).empty()) << frame;
    EXPECT_EQ(decoded.rejected, std::vector<Error>{Error::not_a_message}) << frame;
  }
  // Answers that are none.
  for (const Json& answer : {Json(), Json(5), Json::array(), Json{{"publications", {5}}}}) {
    connect();
    join("1", Position{"rows:x", 7}, answer);
    EXPECT_EQ(std::get<Subscribed>(decoded.messages.at(0)).position, std::nullopt) << answer;
  }
  connect();
  join("1", Position{"rows:x", 7},
       {{"epoch", "x"}, {"offset", 9}, {"recovered", true}, {"publications", {5, {{"data", 5}}}}});
  EXPECT_EQ(decoded.rejected, (std::vector<Error>{Error::not_a_message, Error::not_a_message}));
  connect();
  join("1", std::nullopt, kFresh);
  // Of channels and commands that nobody knows.
  for (const std::string frame :
       {R"({"push":{"channel":"other","pub":{"data":5}}})", R"({"push":{"channel":5}})",
        R"({"id":9999,"subscribe":{}})", R"({"push":{"channel":"rows","join":{}}})"}) {
    EXPECT_TRUE(take(frame).empty()) << frame;
    EXPECT_TRUE(decoded.rejected.empty()) << frame;
  }
}

}  // namespace
}  // namespace tidemark::wire
