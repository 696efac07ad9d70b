#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

#include "allocations.h"
#include "random_json.h"
#include "wire/native.h"
#include "wire/url.h"

namespace tidemark::wire {
namespace {

constexpr std::string_view kEvent =
    R"({"type":"realtime","id":"e:41","entity":"projects","action":"update",)"
    R"("data":{ "id":5, "big":12345678901234567890,"one":1.0,"t":"\u00e9" },)"
    R"("timestamp":"2026-11-23T09:45:15.123Z","sub":"1","epoch":"e","seq":41,"prev":38,)"
    R"("mutation":"m-17","extra":[1]})";

// Lent messages point in here until the next call.
Decoded& decode(std::string_view frame) {
  static Decoded decoded;
  decode_native(frame, decoded);
  return decoded;
}

template <typename T>
T only(std::string_view frame) {
  const Decoded& decoded = decode(frame);
  EXPECT_TRUE(decoded.rejected.empty()) << frame;
  EXPECT_EQ(decoded.messages.size(), 1U) << frame;
  if (decoded.messages.size() != 1) return {};
  const T* message = std::get_if<T>(&decoded.messages.front());
  EXPECT_NE(message, nullptr) << frame;
  return message == nullptr ? T{} : *message;
}

std::vector<Error> rejected(std::string_view frame) {
  const Decoded& decoded = decode(frame);
  EXPECT_TRUE(decoded.messages.empty()) << frame;
  return decoded.rejected;
}

using Errors = std::vector<Error>;

TEST(NativeWire, ReadsAnEvent) {
  const auto event = only<Event>(kEvent);
  EXPECT_EQ(event.id, "e:41");
  EXPECT_EQ(event.entity, "projects");
  EXPECT_EQ(event.action, Action::update);
  EXPECT_EQ(event.timestamp, "2026-11-23T09:45:15.123Z");
  EXPECT_EQ(event.sub, "1");
  EXPECT_EQ(event.mutation, "m-17");
  ASSERT_TRUE(event.position.has_value());
  EXPECT_EQ(event.position->epoch, "e");
  EXPECT_EQ(event.position->seq, 41);
  EXPECT_EQ(event.previous_seq, 38);
  EXPECT_EQ(event.text, kEvent);
}

TEST(NativeWire, KeepsTheRowsBytes) {
  const auto event = only<Event>(kEvent);
  EXPECT_EQ(event.row, R"({ "id":5, "big":12345678901234567890,"one":1.0,"t":"\u00e9" })");
}

// The row is only carried: what one library cannot hold in its tree is still a row.
TEST(NativeWire, CarriesEveryRowThatIsJson) {
  for (const char* row : {R"({"id":1,"n":1e999})", R"({"id":1,"t":"\ud800"})"}) {
    const std::string frame = R"({"entity":"a","action":"insert","data":)" + std::string(row) + "}";
    EXPECT_EQ(only<Event>(frame).row, row);
  }
}

TEST(NativeWire, ReadsAMinimalEventOfEachAction) {
  const auto with_action = [](std::string_view action) {
    return R"({"entity":"a","action":")" + std::string(action) + R"(","data":{"id":1}})";
  };
  const std::string inserted = with_action("insert");
  const auto event = only<Event>(inserted);
  EXPECT_EQ(event.action, Action::insert);
  EXPECT_EQ(event.id, "");
  EXPECT_EQ(event.sub, "");
  EXPECT_EQ(event.mutation, "");
  EXPECT_FALSE(event.position.has_value());
  EXPECT_FALSE(event.previous_seq.has_value());
  EXPECT_EQ(only<Event>(with_action("update")).action, Action::update);
  EXPECT_EQ(only<Event>(with_action("delete")).action, Action::erase);
  EXPECT_EQ(rejected(with_action("upsert")), Errors{Error::not_a_message});
}

TEST(NativeWire, ReadsIdsThatAreNumbers) {
  const auto event =
      only<Event>(R"({"id":41,"entity":"a","action":"insert","data":{"id":1},"sub":7,"mutation":9,)"
                  R"("epoch":3,"seq":0,"prev":null})");
  EXPECT_EQ(event.id, "41");
  EXPECT_EQ(event.sub, "7");
  EXPECT_EQ(event.mutation, "9");
  ASSERT_TRUE(event.position.has_value());
  EXPECT_EQ(event.position->epoch, "3");
  EXPECT_EQ(event.position->seq, 0);
  EXPECT_FALSE(event.previous_seq.has_value());
}

TEST(NativeWire, RefusesAnEventWithWrongTypes) {
  const std::vector<std::string> members{
      R"("entity":5.5)",
      R"("entity":null)",
      R"("entity":["a"])",
      R"("action":1)",
      R"("action":null)",
      R"("data":null)",
      R"("data":[1])",
      R"("data":"{}")",
      R"("data":5)",
      R"("id":{})",
      R"("id":1.5)",
      R"("id":true)",
      R"("sub":[])",
      R"("seq":"41")",
      R"("seq":1.5)",
      R"("seq":-1)",
      R"("seq":1e3)",
      R"("prev":"x")",
      R"("prev":-5)",
      R"("epoch":{})",
      R"("mutation":{})",
      R"("timestamp":[])",
      R"("seq":9007199254740994)",
      R"("seq":18446744073709551615)",
  };
  for (const auto& member : members) {
    // The last of a repeated member counts.
    const std::string frame =
        R"({"entity":"a","action":"insert","data":{"id":1},"epoch":"e","seq":1,)" + member + "}";
    EXPECT_EQ(rejected(frame), Errors{Error::not_a_message}) << frame;
  }
  EXPECT_EQ(rejected(R"({"action":"insert","data":{"id":1}})"), Errors{Error::not_a_message});
  EXPECT_EQ(rejected(R"({"entity":"a","data":{"id":1}})"), Errors{Error::not_a_message});
  EXPECT_EQ(rejected(R"({"entity":"a","action":"insert"})"), Errors{Error::not_a_message});
  EXPECT_EQ(rejected("{}"), Errors{Error::not_a_message});
}

TEST(NativeWire, RefusesWhatIsNoObject) {
  for (const char* frame : {"1", "null", "true", R"("text")"}) {
    EXPECT_EQ(rejected(frame), Errors{Error::not_a_message}) << frame;
  }
  EXPECT_EQ(rejected("[[]]"), Errors{Error::not_a_message});
}

TEST(NativeWire, RefusesWhatIsNotJson) {
  EXPECT_EQ(rejected(""), Errors{Error::malformed_json});
  EXPECT_EQ(rejected("{"), Errors{Error::malformed_json});
  EXPECT_EQ(rejected("{\"a\":\"\xff\"}"), Errors{Error::malformed_json});
  EXPECT_EQ(rejected(std::string(600, '[')), Errors{Error::too_deep});
}

TEST(NativeWire, ReadsAnArrayOfMessages) {
  const std::string frame = " [ " + std::string(kEvent) + R"( , {"op":"reset","sub":"1"} ] )";
  const Decoded& decoded = decode(frame);
  EXPECT_TRUE(decoded.rejected.empty());
  ASSERT_EQ(decoded.messages.size(), 2U);
  const auto* event = std::get_if<Event>(&decoded.messages[0]);
  ASSERT_NE(event, nullptr);
  EXPECT_EQ(event->text, kEvent);
  EXPECT_TRUE(std::holds_alternative<Reset>(decoded.messages[1]));
  EXPECT_TRUE(decode("[]").messages.empty());
  EXPECT_TRUE(decode("[]").rejected.empty());
}

TEST(NativeWire, OneBadMessageDoesNotLoseItsNeighbours) {
  const std::string frame = R"([{"op":"reset","sub":"1"},{"op":"reset"},7,{"op":"later"},)"
                            R"({"op":5},{"op":"reset","sub":"2"}])";
  const Decoded& decoded = decode(frame);
  ASSERT_EQ(decoded.messages.size(), 2U);
  EXPECT_EQ(std::get<Reset>(decoded.messages[0]).sub, "1");
  EXPECT_EQ(std::get<Reset>(decoded.messages[1]).sub, "2");
  EXPECT_EQ(decoded.rejected, (Errors{Error::not_a_message, Error::not_a_message, Error::unknown_op,
                                      Error::not_a_message}));
}

TEST(NativeWire, PrototypeNamesAreOnlyNames) {
  EXPECT_EQ(rejected(R"({"op":"__proto__"})"), Errors{Error::unknown_op});
  EXPECT_EQ(rejected(R"({"__proto__":{"op":"reset","sub":"1"}})"), Errors{Error::not_a_message});
  const std::string frame =
      R"({"entity":"__proto__","action":"insert","data":{"id":1,"__proto__":{"x":1}},)"
      R"("__proto__":{"sub":"1"}})";
  const auto event = only<Event>(frame);
  EXPECT_EQ(event.entity, "__proto__");
  EXPECT_EQ(event.sub, "");
  EXPECT_EQ(event.row, R"({"id":1,"__proto__":{"x":1}})");
}

TEST(NativeWire, ResolvesEscapesInTheEnvelope) {
  const std::string frame =
      R"({"\u0069d":"e\u003a41","entity":"proj\u0065cts","act\u0069on":"upd\u0061te",)"
      R"("data":{"id":"\u0035"},"timestamp":"\u0032","sub":"\"1\"","epoch":"\ud83d\ude00",)"
      R"("seq":41,"mutation":"\\"})";
  const auto event = only<Event>(frame);
  EXPECT_EQ(event.id, "e:41");
  EXPECT_EQ(event.entity, "projects");
  EXPECT_EQ(event.action, Action::update);
  EXPECT_EQ(event.row, R"({"id":"\u0035"})");
  EXPECT_EQ(event.timestamp, "2");
  EXPECT_EQ(event.sub, "\"1\"");
  ASSERT_TRUE(event.position.has_value());
  EXPECT_EQ(event.position->epoch, "😀");
  EXPECT_EQ(event.mutation, "\\");
  const auto reset = only<Reset>(R"({"\u006fp":"r\u0065set","sub":"\u0031"})");
  EXPECT_EQ(reset.sub, "1");
}

TEST(NativeWire, CarriesIdsThatNoIntegerHolds) {
  const auto event = only<Event>(
      R"({"id":123456789012345678901234567890,"entity":"a","action":"insert","data":{}})");
  EXPECT_EQ(event.id, "123456789012345678901234567890");
}

bool lies_inside(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

TEST(NativeWire, LendsTheFrameAndTakesNoMemory) {
  const std::string burst = "[" + std::string(kEvent) + "," + std::string(kEvent) + "]";
  decode(burst);
  const std::size_t before = tidemark::testing::allocations();
  const Decoded& decoded = decode(burst);
  EXPECT_EQ(tidemark::testing::allocations(), before);
  ASSERT_EQ(decoded.messages.size(), 2U);
  for (const Message& each : decoded.messages) {
    const auto& event = std::get<Event>(each);
    for (const std::string_view part : {event.id, event.entity, event.row, event.text,
                                        event.timestamp, event.sub, event.mutation}) {
      EXPECT_FALSE(part.empty());
      EXPECT_TRUE(lies_inside(part, burst)) << part;
    }
    EXPECT_TRUE(lies_inside(event.position->epoch, burst));
  }
}

TEST(NativeWire, DoesNotKeepAHugeFramesMemory) {
  std::string burst = "[" + std::string(kEvent);
  for (int i = 0; i < 4'999; ++i) burst += ",7," + std::string(kEvent);
  Decoded decoded;
  decode_native(burst + "]", decoded);
  EXPECT_EQ(decoded.messages.size(), 5'000U);
  EXPECT_EQ(decoded.rejected.size(), 4'999U);
  decode_native(kEvent, decoded);
  EXPECT_EQ(decoded.messages.size(), 1U);
  EXPECT_TRUE(decoded.rejected.empty());
  EXPECT_LE(decoded.messages.capacity(), 1'024U);
  EXPECT_LE(decoded.rejected.capacity(), 1'024U);
}

// Any spelling of an envelope reads as nlohmann/json reads it.
TEST(NativeWire, ReadsAnySpellingAsTheOracleDoes) {
  using Json = nlohmann::json;
  const std::vector<Json> values{
      nullptr, true,     3,        -1, 41, 2.5, "1",
      "é\n",   "insert", "delete", "", {}, "e", Json::object({{"id", 1}})};
  const std::vector<std::string> names{"id",  "entity", "action",   "timestamp", "sub",
                                       "seq", "prev",   "mutation", "epoch",     "data"};
  int read = 0;
  for (std::uint64_t seed = 1; seed <= 4'000; ++seed) {
    tidemark::testing::RandomJson random(seed);
    Json message{{"entity", "a"}, {"action", "update"}, {"data", {{"id", 1}}}};
    for (std::int64_t i = random.up_to(6); i > 0; --i) {
      message[random.pick(names)] = random.pick(values);
    }
    message["other"] = random.document(2);
    const std::string frame = random.spelling(message);
    // A number may now be one that is written as no whole one.
    message = Json::parse(frame, nullptr, false);
    const auto is_text = [&](const char* name, bool required) {
      if (!message.contains(name) || message[name].is_null()) return !required;
      return message[name].is_string() || message[name].is_number_integer();
    };
    const auto text = [&](const char* name) {
      if (!message.contains(name) || message[name].is_null()) return std::string();
      return message[name].is_string() ? message[name].get<std::string>() : message[name].dump();
    };
    const auto is_whole = [&](const char* name) {
      if (!message.contains(name) || message[name].is_null()) return true;
      return message[name].is_number_integer() && message[name].get<std::int64_t>() >= 0;
    };
    const std::string action = text("action");
    const bool good = is_text("id", false) && is_text("entity", true) && is_text("action", true) &&
                      is_text("timestamp", false) && is_text("sub", false) && is_whole("seq") &&
                      is_text("epoch", false) && is_whole("prev") && is_text("mutation", false) &&
                      message["data"].is_object() &&
                      (action == "insert" || action == "update" || action == "delete");
    const Decoded& decoded = decode(frame);
    ASSERT_EQ(decoded.messages.size(), good ? 1U : 0U) << frame;
    if (!good) continue;
    ++read;
    const auto& event = std::get<Event>(decoded.messages.front());
    ASSERT_EQ(event.id, text("id")) << frame;
    ASSERT_EQ(event.entity, text("entity")) << frame;
    ASSERT_EQ(event.timestamp, text("timestamp")) << frame;
    ASSERT_EQ(event.sub, text("sub")) << frame;
    ASSERT_EQ(event.mutation, text("mutation")) << frame;
    ASSERT_EQ(Json::parse(event.row, nullptr, false), message["data"]) << frame;
    const bool has_position = !text("epoch").empty() && !text("seq").empty();
    ASSERT_EQ(event.position.has_value(), has_position) << frame;
    if (has_position) ASSERT_EQ(event.position->owned(), (Position{text("epoch"), message["seq"]}));
  }
  EXPECT_GT(read, 400);
}

TEST(NativeWire, ReadsSubscribed) {
  const auto full = only<Subscribed>(
      R"({"op":"subscribed","ref":"1","sub":2,"epoch":"e","seq":38,"recovered":true})");
  EXPECT_EQ(full.ref, "1");
  EXPECT_EQ(full.sub, "2");
  ASSERT_TRUE(full.position.has_value());
  EXPECT_EQ(full.position->epoch, "e");
  EXPECT_EQ(full.position->seq, 38);
  EXPECT_TRUE(full.recovered);
  const auto plain = only<Subscribed>(R"({"op":"subscribed","ref":1,"sub":"1"})");
  EXPECT_EQ(plain.ref, "1");
  EXPECT_FALSE(plain.position.has_value());
  EXPECT_FALSE(plain.recovered);
  for (const char* frame : {R"({"op":"subscribed","sub":"1"})", R"({"op":"subscribed","ref":"1"})",
                            R"({"op":"subscribed","ref":"1","sub":"1","recovered":"yes"})",
                            R"({"op":"subscribed","ref":"1","sub":"1","epoch":"e","seq":"x"})"}) {
    EXPECT_EQ(rejected(frame), Errors{Error::not_a_message}) << frame;
  }
}

TEST(NativeWire, ReadsPong) {
  const auto pong = only<Pong>(R"({"op":"pong","ref":7,"positions":{"1":41,"2":0}})");
  const std::vector<std::pair<std::string, std::int64_t>> expected{{"1", 41}, {"2", 0}};
  EXPECT_EQ(pong.positions, expected);
  EXPECT_FALSE(only<Pong>(R"({"op":"pong"})").positions.has_value());
  EXPECT_EQ(rejected(R"({"op":"pong","positions":{"1":"41"}})"), Errors{Error::not_a_message});
}

TEST(NativeWire, ReadsAnError) {
  const auto full =
      only<ServerError>(R"({"op":"error","code":"unknown_entity","message":"no \"x\"","ref":"1"})");
  EXPECT_EQ(full.code, "unknown_entity");
  EXPECT_EQ(full.message, "no \"x\"");
  EXPECT_EQ(full.ref, "1");
  EXPECT_EQ(only<ServerError>(R"({"op":"error","code":"internal"})").ref, "");
  EXPECT_EQ(rejected(R"({"op":"error","message":"x"})"), Errors{Error::not_a_message});
}

TEST(NativeWire, WritesSubscribe) {
  NativeDialect dialect;
  const std::optional<Position> since = Position{"e\"1", 38};
  const Request full{.ref = "1",
                     .entity = "projects",
                     .table = "t_projects",
                     .filter = "a=eq.\"x\"",
                     .since = &since};
  const std::string members = R"("ref":"1","entity":"projects","filter":"a=eq.\"x\"",)"
                              R"("since":{"epoch":"e\"1","seq":38}})";
  EXPECT_EQ(dialect.subscribe(full).frames, Frames{R"({"op":"subscribe",)" + members});
  EXPECT_FALSE(
      nlohmann::json::parse(dialect.subscribe(full).frames[0], nullptr, false).is_discarded());
  const Request small{.ref = "1", .entity = "a"};
  EXPECT_EQ(dialect.query({full, small}),
            "subscribe=" + url_encoded("[{" + members + R"(,{"ref":"1","entity":"a"}])"));
}

TEST(NativeWire, WritesUnsubscribeAuthAndPing) {
  NativeDialect dialect;
  EXPECT_EQ(dialect.unsubscribe("a\"b"), Frames{R"({"op":"unsubscribe","sub":"a\"b"})"});
  EXPECT_EQ(dialect.ping(7), Frames{R"({"op":"ping","ref":7})"});
  EXPECT_EQ(dialect.begin(""), Frames{});
  EXPECT_EQ(dialect.begin("t"), Frames{R"({"op":"auth","token":"t"})"});
  EXPECT_EQ(dialect.authenticate("t"), dialect.begin("t"));
}

}  // namespace
}  // namespace tidemark::wire
