#include "wire/native.h"

#include <array>
#include <utility>

#include "base/json.h"
#include "base/json_gate.h"
#include "base/result.h"
#include "base/scan.h"
#include "wire/url.h"

namespace tidemark::wire {
namespace {

// What a message can hold that means something here, shorter names first.
enum class Name : std::uint8_t {
  id,
  op,
  ref,
  seq,
  sub,
  code,
  data,
  prev,
  epoch,
  action,
  entity,
  message,
  mutation,
  positions,
  recovered,
  replaying,
  timestamp,
  none,
};
constexpr std::size_t kNames = static_cast<std::size_t>(Name::none);
constexpr std::array<std::string_view, kNames> kSpelling{
    "id",       "op",        "ref",       "seq",       "sub",      "code",
    "data",     "prev",      "epoch",     "action",    "entity",   "message",
    "mutation", "positions", "recovered", "replaying", "timestamp"};

// kFirst[n]: the first name that has n letters or more.
constexpr std::size_t kLongest = 9;
constexpr auto kFirst = [] {
  std::array<std::uint8_t, kLongest + 2> first{};
  for (std::size_t size = 0; size < first.size(); ++size) {
    while (first[size] < kNames && kSpelling[first[size]].size() < size) ++first[size];
  }
  return first;
}();

// Of a key without escapes.
Name name_of(std::string_view key) {
  if (key.size() > kLongest) return Name::none;
  for (std::size_t i = kFirst[key.size()]; i < kFirst[key.size() + 1]; ++i) {
    const bool may_be = kSpelling[i].front() == key.front();
    if (may_be && scan::same_text(kSpelling[i], key)) return static_cast<Name>(i);
  }
  return Name::none;
}

// Reads typed members; one of the wrong type makes the whole message not a message.
class Fields {
 public:
  explicit Fields(Decoded& decoded) : decoded_(decoded) {}

  // Of a repeated member the last counts.
  void put(const json::Member& member) {
    Name name = name_of(member.key);
    if (name == Name::none && scan::has_escape(member.key)) {
      name = name_of(json::unescape(member.key));
    }
    values_[static_cast<std::size_t>(name)] = member.value;
  }

  bool ok() const { return ok_; }

  // Empty when it is missing.
  std::string_view raw(Name name) const { return values_[static_cast<std::size_t>(name)]; }

  std::string_view text(Name name, bool required) {
    const std::string_view value = raw(name);
    if (!value.empty() && json::kind_of(value) == json::Kind::string) return text_of(value);
    if (is_absent(value)) {
      ok_ = ok_ && !required;
      return {};
    }
    // Refs and ids may be written as numbers.
    if (is_whole(value)) return value;
    ok_ = false;
    return {};
  }

  std::optional<std::int64_t> whole(Name name) {
    const std::string_view value = raw(name);
    if (is_absent(value)) return std::nullopt;
    const auto number = whole_of(value);
    if (!number) ok_ = false;
    return number;
  }

  bool flag(Name name) {
    const std::string_view value = raw(name);
    ok_ = ok_ && (value.empty() || json::kind_of(value) == json::Kind::boolean);
    return value == "true";
  }

  std::optional<PositionView> position() {
    const std::string_view epoch = text(Name::epoch, false);
    const auto seq = whole(Name::seq);
    if (epoch.empty() || !seq) return std::nullopt;
    return PositionView{epoch, *seq};
  }

  std::optional<Position> owned_position() {
    const auto here = position();
    return here ? std::optional(here->owned()) : std::nullopt;
  }

  static bool is_whole(std::string_view value) {
    return json::kind_of(value) == json::Kind::number && value.find_first_of(".eE") == value.npos;
  }

  // A whole number that JavaScript holds exactly, and not below 0.
  static std::optional<std::int64_t> whole_of(std::string_view value) {
    constexpr std::int64_t kMost = (std::int64_t{1} << 53) - 1;
    if (!is_whole(value)) return std::nullopt;
    std::int64_t number = 0;
    for (const char c : value) {
      if (c == '-') continue;
      number = number * 10 + (c - '0');
      if (number > kMost) return std::nullopt;
    }
    if (value.front() == '-' && number != 0) return std::nullopt;
    return number;
  }

 private:
  static bool is_absent(std::string_view value) {
    return value.empty() || json::kind_of(value) == json::Kind::null;
  }

  std::string_view text_of(std::string_view string_value) {
    const std::string_view inner = string_value.substr(1, string_value.size() - 2);
    return scan::has_escape(inner) ? decoded_.keep(json::unescape(inner)) : inner;
  }

  // By Name; what has none of them is written to the last.
  std::array<std::string_view, kNames + 1> values_{};
  Decoded& decoded_;
  bool ok_ = true;
};

std::optional<Action> action_of(std::string_view name) {
  if (scan::same_text(name, "insert")) return Action::insert;
  if (scan::same_text(name, "update")) return Action::update;
  if (scan::same_text(name, "delete")) return Action::erase;
  return std::nullopt;
}

Error decode_event(Fields& fields, std::string_view text, Event& event) {
  event.text = text;
  event.id = fields.text(Name::id, false);
  event.entity = fields.text(Name::entity, true);
  const auto action = action_of(fields.text(Name::action, true));
  event.timestamp = fields.text(Name::timestamp, false);
  event.sub = fields.text(Name::sub, false);
  event.position = fields.position();
  event.previous_seq = fields.whole(Name::prev);
  event.mutation = fields.text(Name::mutation, false);
  event.row = fields.raw(Name::data);
  const bool has_row = !event.row.empty() && json::kind_of(event.row) == json::Kind::object;
  if (!fields.ok() || !action || !has_row) return Error::not_a_message;
  event.action = *action;
  return Error::none;
}

Result<Message> decode_pong(const Fields& fields) {
  Pong pong;
  const std::string_view positions = fields.raw(Name::positions);
  if (positions.empty() || json::kind_of(positions) != json::Kind::object) return Message(pong);
  pong.positions.emplace();
  json::Walker walker(positions);
  for (json::Member each; walker.next_member(each);) {
    const auto seq = Fields::whole_of(each.value);
    if (!seq) return Error::not_a_message;
    pong.positions->emplace_back(json::unescape(each.key), *seq);
  }
  return Message(std::move(pong));
}

Result<Message> decode_control(Fields& fields) {
  const std::string_view op = fields.raw(Name::op);
  if (json::kind_of(op) != json::Kind::string) return Error::not_a_message;
  const std::string name = json::string_of(op);
  const auto text = [&](Name field, bool required) {
    return std::string(fields.text(field, required));
  };
  Message message;
  if (name == "subscribed") {
    message = Subscribed{text(Name::ref, true), text(Name::sub, true), fields.owned_position(),
                         fields.flag(Name::recovered), fields.flag(Name::replaying)};
  } else if (name == "caught_up") {
    message = CaughtUp{text(Name::sub, true)};
  } else if (name == "pong") {
    return decode_pong(fields);
  } else if (name == "reset") {
    message = Reset{text(Name::sub, true)};
  } else if (name == "error") {
    message =
        ServerError{text(Name::code, true), text(Name::message, false), text(Name::ref, false)};
  } else {
    return Error::unknown_op;
  }
  if (!fields.ok()) return Error::not_a_message;
  return message;
}

void decode_fields(Decoded& decoded, Fields& fields, std::string_view text) {
  if (!fields.raw(Name::op).empty()) {
    auto message = decode_control(fields);
    if (!message.ok()) return decoded.rejected.push_back(message.error());
    return decoded.messages.push_back(std::move(message.value()));
  }
  // In its place, because there are many of these.
  Message& message = decoded.messages.emplace_back(std::in_place_type<Event>);
  const Error error = decode_event(fields, text, std::get<Event>(message));
  if (error == Error::none) return;
  decoded.messages.pop_back();
  decoded.rejected.push_back(error);
}

void decode_element(Decoded& decoded, std::string_view text) {
  if (json::kind_of(text) != json::Kind::object) {
    return decoded.rejected.push_back(Error::not_a_message);
  }
  Fields fields(decoded);
  json::Walker walker(text);
  for (json::Member each; walker.next_member(each);) fields.put(each);
  decode_fields(decoded, fields, text);
}

std::string subscribe_members(const Request& request) {
  std::string out = "\"ref\":";
  json::append_quoted(out, request.ref);
  out.append(",\"entity\":");
  json::append_quoted(out, request.entity);
  if (!request.filter.empty()) {
    out.append(",\"filter\":");
    json::append_quoted(out, request.filter);
  }
  if (request.since != nullptr && *request.since) {
    const Position& since = **request.since;
    out.append(",\"since\":{\"epoch\":");
    json::append_quoted(out, since.epoch);
    out.append(",\"seq\":").append(std::to_string(since.seq)).append("}");
  }
  return out;
}

}  // namespace

void decode_native(std::string_view frame, Decoded& decoded) {
  decoded.clear();
  Fields fields(decoded);
  const Error error =
      json::validate_members(frame, [&fields](const json::Member& each) { fields.put(each); });
  if (error != Error::none) return decoded.rejected.push_back(error);
  const std::string_view value = json::trimmed(frame);
  if (json::kind_of(value) == json::Kind::object) return decode_fields(decoded, fields, value);
  if (json::kind_of(value) != json::Kind::array) return decode_element(decoded, value);
  json::Walker walker(value);
  for (std::string_view each; walker.next_element(each);) decode_element(decoded, each);
}

void drop_places(Decoded& decoded) {
  for (Message& each : decoded.messages) {
    auto* event = std::get_if<Event>(&each);
    if (event == nullptr) continue;
    event->sub = {};
    event->position.reset();
    event->previous_seq.reset();
  }
}

bool read_native_event(std::string_view value, Decoded& decoded, Event& event) {
  Fields fields(decoded);
  json::Walker walker(value);
  for (json::Member each; walker.next_member(each);) fields.put(each);
  return decode_event(fields, value, event) == Error::none;
}

bool NativeDialect::is_spoken_over(Transport transport) const {
  return transport == Transport::websocket || transport == Transport::sse;
}

Frames NativeDialect::begin(std::string_view token) {
  return token.empty() ? Frames{} : authenticate(token);
}

Question NativeDialect::subscribe(const Request& request) {
  return {{"{\"op\":\"subscribe\"," + subscribe_members(request) + "}"}, {}};
}

Frames NativeDialect::unsubscribe(std::string_view sub) {
  return {"{\"op\":\"unsubscribe\",\"sub\":" + json::quoted(sub) + "}"};
}

Frames NativeDialect::authenticate(std::string_view token) {
  return {"{\"op\":\"auth\",\"token\":" + json::quoted(token) + "}"};
}

Frames NativeDialect::ping(std::uint64_t ref) {
  return {"{\"op\":\"ping\",\"ref\":" + std::to_string(ref) + "}"};
}

std::string NativeDialect::query(const std::vector<Request>& requests) const {
  std::string list = "[";
  for (const Request& each : requests) {
    if (list.size() > 1) list.push_back(',');
    list.append("{").append(subscribe_members(each)).append("}");
  }
  return "subscribe=" + url_encoded(list + "]");
}

void NativeDialect::decode(std::string_view frame, Decoded& decoded) {
  decode_native(frame, decoded);
}

}  // namespace tidemark::wire
