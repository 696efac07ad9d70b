// The client's side of tests/vectors/native.json.
#include "native_vectors.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <variant>

#include "wire/native.h"

namespace tidemark::wire {
namespace {

using Json = nlohmann::json;

const Json& vectors() {
  static const Json all = Json::parse(kNativeVectors);
  return all;
}

void put(Json& out, const char* name, std::string_view text) {
  if (!text.empty()) out[name] = std::string(text);
}

Json told(const Event& event) {
  Json out{{"is", "event"}};
  put(out, "id", event.id);
  put(out, "entity", event.entity);
  put(out, "action", name_of(event.action));
  put(out, "data", event.row);
  put(out, "timestamp", event.timestamp);
  put(out, "sub", event.sub);
  put(out, "mutation", event.mutation);
  if (event.position) {
    put(out, "epoch", event.position->epoch);
    out["seq"] = event.position->seq;
  }
  if (event.previous_seq) out["prev"] = *event.previous_seq;
  return out;
}
Json told(const Subscribed& message) {
  Json out{{"is", "subscribed"},
           {"ref", message.ref},
           {"sub", message.sub},
           {"recovered", message.recovered},
           {"replaying", message.replaying}};
  if (message.position) {
    out["epoch"] = message.position->epoch;
    out["seq"] = message.position->seq;
  }
  return out;
}
Json told(const CaughtUp& message) { return {{"is", "caught_up"}, {"sub", message.sub}}; }
Json told(const Reset& message) { return {{"is", "reset"}, {"sub", message.sub}}; }
Json told(const Missed& message) { return {{"is", "missed"}, {"sub", message.sub}}; }
Json told(const Pong& message) {
  Json out{{"is", "pong"}};
  if (!message.positions) return out;
  out["positions"] = Json::object();
  for (const auto& [sub, seq] : *message.positions) out["positions"][sub] = seq;
  return out;
}
Json told(const ServerError& message) {
  return {
      {"is", "error"}, {"code", message.code}, {"message", message.message}, {"ref", message.ref}};
}

void expect_decoded(const Json& vector) {
  Decoded decoded;
  decode_native(vector["frame"].get_ref<const std::string&>(), decoded);
  Json messages = Json::array();
  for (const Message& each : decoded.messages) {
    messages.push_back(std::visit([](const auto& message) { return told(message); }, each));
  }
  Json refused = Json::array();
  for (const Error each : decoded.rejected) refused.push_back(std::string(error_code(each)));
  EXPECT_EQ(messages, vector["messages"]) << vector["name"];
  EXPECT_EQ(refused, vector.value("refused", Json::array())) << vector["name"];
}

TEST(NativeVectors, WhatAServerSaysIsRead) {
  ASSERT_GT(vectors()["fromServer"].size(), 10U);
  for (const Json& each : vectors()["fromServer"]) expect_decoded(each);
  // What a server sends of a change is an event.
  for (const Json& each : vectors()["events"]) {
    Decoded decoded;
    decode_native(each["frame"].get_ref<const std::string&>(), decoded);
    ASSERT_EQ(decoded.messages.size(), 1U) << each["name"];
    const Json event = told(std::get<Event>(decoded.messages[0]));
    EXPECT_EQ(event["data"], each["change"]["row"]);
    EXPECT_EQ(event["seq"], each["change"]["seq"]);
    EXPECT_EQ(event["prev"], each["copy"]["prev"]);
  }
}

TEST(NativeVectors, WhatAClientSaysIsWrittenSo) {
  NativeDialect dialect;
  std::size_t written = 0;
  for (const Json& each : vectors()["toServer"]) {
    const Json message = each.value("message", Json::object());
    const std::string op = message.value("op", "");
    Frames frames;
    if (each.contains("request")) {
      const Json& request = each["request"];
      const std::string entity = request["entity"];
      const std::string filter = request.value("filter", "");
      std::optional<Position> since;
      if (request.contains("since")) {
        since = Position{request["since"]["epoch"], request["since"]["seq"]};
      }
      frames = dialect
                   .subscribe(
                       {.ref = request["ref"], .entity = entity, .filter = filter, .since = &since})
                   .frames;
    } else if (op == "unsubscribe") {
      frames = dialect.unsubscribe(message["sub"].get<std::string>());
    } else if (op == "auth") {
      frames = dialect.authenticate(message["token"].get<std::string>());
    } else if (op == "ping") {
      frames = dialect.ping(message["ref"].get<std::uint64_t>());
    } else {
      continue;
    }
    ++written;
    EXPECT_EQ(frames, Frames{each["frame"].get<std::string>()}) << each["name"];
  }
  EXPECT_EQ(written, 5U);
}

}  // namespace
}  // namespace tidemark::wire
