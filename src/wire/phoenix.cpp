#include "wire/phoenix.h"

#include <array>
#include <optional>

#include "base/json.h"

namespace tidemark::wire {
namespace {

constexpr std::string_view kNull = "null";

bool is_text(std::string_view value) { return json::kind_of(value) == json::Kind::string; }

// A ref is whatever the client wrote, so its text is not unescaped. False for what is none.
bool read_ref(std::string_view value, std::string_view& ref) {
  if (value == kNull) return true;
  if (is_text(value)) ref = value.substr(1, value.size() - 2);
  return is_text(value);
}

// In the order of an array frame.
using Parts = std::array<std::string_view, 5>;
constexpr std::array<std::string_view, 5> kNames{"join_ref", "ref", "topic", "event", "payload"};

std::optional<Parts> parts_of(std::string_view frame) {
  Parts parts{kNull, kNull, kNull, kNull, kNull};
  if (json::kind_of(frame) == json::Kind::object) {
    for (std::size_t i = 0; i < kNames.size(); ++i) {
      parts[i] = json::member(frame, kNames[i]).value_or(kNull);
    }
    return parts;
  }
  if (json::kind_of(frame) != json::Kind::array) return std::nullopt;
  json::Walker walker(frame);
  for (std::string_view& each : parts) {
    if (!walker.next_element(each)) return std::nullopt;
  }
  std::string_view more;
  return walker.next_element(more) ? std::nullopt : std::optional(parts);
}

}  // namespace

Result<PhoenixFrame> read_phoenix(std::string_view frame) {
  if (const Error error = json::validate(frame); error != Error::none) return error;
  const auto parts = parts_of(json::trimmed(frame));
  if (!parts) return Error::not_a_message;
  const auto& [join_ref, ref, topic, event, payload] = *parts;
  PhoenixFrame read;
  const bool has_refs = read_ref(join_ref, read.join_ref) && read_ref(ref, read.ref);
  const bool is_object = json::kind_of(payload) == json::Kind::object;
  if (!has_refs || !is_text(topic) || !is_text(event) || !is_object) return Error::not_a_message;
  read.topic = json::string_of(topic);
  read.event = json::string_of(event);
  read.payload = payload;
  return read;
}

std::string write_phoenix(std::string_view join_ref, std::string_view ref, std::string_view topic,
                          std::string_view event, std::string_view payload) {
  std::string out = "[";
  for (const std::string_view each : {join_ref, ref, topic, event}) {
    if (each.empty())
      out.append(kNull);
    else
      json::append_quoted(out, each);
    out.push_back(',');
  }
  return out.append(payload).append("]");
}

}  // namespace tidemark::wire
