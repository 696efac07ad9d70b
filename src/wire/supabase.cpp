#include "wire/supabase.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/hash.h"
#include "base/json.h"
#include "wire/members.h"

namespace tidemark::wire {
namespace {

constexpr std::string_view kSchema = "public";
constexpr std::string_view kTopicPrefix = "realtime:tidemark-";

// The server knows few operators and compares some of them in its own way. What it is not asked
// for is left out by the views, so only what it surely does alike is asked for.
bool is_understood(const Term& term) {
  constexpr std::array<std::string_view, 6> kSame{"eq", "neq", "lt", "lte", "gt", "gte"};
  constexpr std::ptrdiff_t kMostListed = 100;
  if (term.op == "in") {
    return std::count(term.text.begin(), term.text.end(), ',') < kMostListed &&
           !term.text.ends_with("()");
  }
  return std::find(kSame.begin(), kSame.end(), term.op) != kSame.end();
}

std::string filter_for(const Request& request) {
  std::string filter;
  for (const Term& each : request.lasting) {
    if (!is_understood(each)) continue;
    if (!filter.empty()) filter.push_back(',');
    filter.append(each.text);
  }
  return filter;
}

void append_member(std::string& out, std::string_view name, std::string_view value) {
  out.append(out.ends_with('{') ? "\"" : ",\"").append(name).append("\":");
  json::append_quoted(out, value);
}

// A join's refusal reads "Code: what is wrong". What is not named here is for people: the
// subscription stays refused.
struct Reason {
  std::string_view says;
  std::string_view code;
};
constexpr auto kReasons = std::to_array<Reason>({
    {"InvalidJWTExpiration", "token_expired"},
    {"InvalidJWTToken", "token_expired"},
    {"has expired", "token_expired"},
    {"MalformedJWT", "unauthorized"},
    {"JwtSignatureError", "unauthorized"},
    {"Unauthorized", "unauthorized"},
    {"RateLimit", "try_later"},
    {"TooMany", "try_later"},
    {"Database", "try_later"},
    {"ConnectionPool", "try_later"},
    {"InitializingProjectConnection", "try_later"},
    {"UnableToConnectToProject", "try_later"},
    {"unable to connect to the project database", "try_later"},
    {"OnRpcCall", "try_later"},
    {"QueryCanceled", "try_later"},
    {"MissingPartition", "try_later"},
    {"SubscribeTimeout", "try_later"},
    {"RealtimeRestarting", "try_later"},
    {"Unknown Error on Channel", "try_later"},
});

std::string code_of(std::string_view reason) {
  for (const Reason& each : kReasons) {
    if (reason.find(each.says) != std::string_view::npos) return std::string(each.code);
  }
  return "subscription_refused";
}

std::optional<Action> action_of(std::string_view type) {
  if (type == "INSERT") return Action::insert;
  if (type == "UPDATE") return Action::update;
  if (type == "DELETE") return Action::erase;
  return std::nullopt;
}

// The same in every tab and over every link, because it follows from what the event says.
std::string id_of(const Event& event) {
  std::string content;
  for (const std::string_view part : {event.entity, name_of(event.action), event.timestamp}) {
    content.append(part).push_back('\0');
  }
  const Hash128 hash = keyed_hash128(HashKey{}, content.append(event.row));
  std::string id = "supabase-";
  for (const std::uint64_t half : {hash.high, hash.low}) {
    for (int shift = 60; shift >= 0; shift -= 4) {
      id.push_back("0123456789abcdef"[half >> static_cast<unsigned>(shift) & 0xfU]);
    }
  }
  return id;
}

// As everybody else writes it, for handlers and for other tabs.
std::string text_of(const Event& event) {
  std::string out = R"({"type":"realtime","entity":)";
  json::append_quoted(out, event.entity);
  append_member(out, "action", name_of(event.action));
  out.append(",\"data\":").append(event.row);
  append_member(out, "timestamp", event.timestamp);
  append_member(out, "id", event.id);
  return out.append("}");
}

}  // namespace

Frames SupabaseDialect::begin(std::string_view token) {
  token_ = token;
  channels_.clear();
  return {};
}

Question SupabaseDialect::subscribe(const Request& request) {
  Channel channel;
  channel.ref = request.ref;
  channel.topic = std::string(kTopicPrefix).append(request.ref);
  channel.entity = request.entity;
  channel.table = request.table;
  channel.filter = filter_for(request);
  std::string binding = "{";
  append_member(binding, "event", "*");
  append_member(binding, "schema", kSchema);
  append_member(binding, "table", channel.table);
  if (!channel.filter.empty()) append_member(binding, "filter", channel.filter);
  std::string payload =
      R"({"config":{"broadcast":{"ack":false,"self":false},"presence":{"key":"","enabled":false},)"
      R"("postgres_changes":[)" +
      binding + R"(}],"private":false})";
  if (!token_.empty()) append_member(payload, "access_token", token_);
  const std::string& topic = channel.topic;
  Frames frames{write_phoenix(channel.ref, channel.ref, topic, "phx_join", payload + "}")};
  channels_.push_back(std::move(channel));
  return {std::move(frames), {}};
}

Frames SupabaseDialect::unsubscribe(std::string_view sub) {
  const auto channel = std::find_if(channels_.begin(), channels_.end(),
                                    [sub](const Channel& each) { return each.topic == sub; });
  return channel == channels_.end() ? Frames{} : leave(*channel);
}

// Tells the server as well: it would keep the channel, and each has a place among not too many.
Frames SupabaseDialect::leave(const Channel& channel) {
  const std::string push = "push-" + std::to_string(next_push_++);
  Frames frames{write_phoenix(channel.ref, push, channel.topic, "phx_leave", "{}")};
  forget(channel);
  return frames;
}

Frames SupabaseDialect::authenticate(std::string_view token) {
  token_ = token;
  Frames frames;
  std::string payload = "{";
  append_member(payload, "access_token", token);
  payload.push_back('}');
  for (const Channel& each : channels_) {
    const std::string push = "push-" + std::to_string(next_push_++);
    frames.push_back(write_phoenix(each.ref, push, each.topic, "access_token", payload));
  }
  return frames;
}

Frames SupabaseDialect::ping(std::uint64_t ref) {
  return {write_phoenix("", "ping-" + std::to_string(ref), "phoenix", "heartbeat", "{}")};
}

void SupabaseDialect::decode(std::string_view frame, Decoded& decoded) {
  decoded.clear();
  const auto read = read_phoenix(frame);
  if (!read.ok()) return decoded.rejected.push_back(read.error());
  const PhoenixFrame& message = read.value();
  if (message.topic == "phoenix") {
    if (message.event == "phx_reply") decoded.messages.emplace_back(Pong{});
    return;
  }
  // What a channel that was left still says concerns nobody, and neither does what is said for
  // presence and broadcasts.
  Channel* channel = find(message);
  if (channel == nullptr) return;
  if (message.event == "phx_reply") return on_reply(*channel, message, decoded);
  if (message.event == "system") return on_system(*channel, message, decoded);
  if (message.event == "postgres_changes") return on_change(*channel, message, decoded);
  if (message.event != "phx_close" && message.event != "phx_error") return;
  lose(*channel, "the channel was closed", decoded);
  forget(*channel);
}

SupabaseDialect::Channel* SupabaseDialect::find(const PhoenixFrame& frame) {
  const auto found = std::find_if(channels_.begin(), channels_.end(), [&](const Channel& each) {
    return each.topic == frame.topic && (frame.join_ref.empty() || frame.join_ref == each.ref);
  });
  return found == channels_.end() ? nullptr : &*found;
}

void SupabaseDialect::forget(const Channel& channel) {
  channels_.erase(channels_.begin() + (&channel - channels_.data()));
}

// To the server a channel that it let in is one, whatever is wrong with it.
void SupabaseDialect::refuse(const Channel& channel, std::string_view reason, Decoded& decoded) {
  decoded.messages.emplace_back(ServerError{code_of(reason), std::string(reason), channel.ref});
  if (channel.joined)
    decoded.replies = leave(channel);
  else
    forget(channel);
}

void SupabaseDialect::on_reply(Channel& channel, const PhoenixFrame& frame, Decoded& decoded) {
  const std::string_view response = object_in(frame.payload, "response");
  const bool is_ok = text_in(frame.payload, "status") == "ok";
  const std::string reason = text_in(response, "reason");
  if (!is_ok && reason == "unmatched topic") {
    // Whatever was asked of it: the server has no such channel any more.
    lose(channel, reason, decoded);
    return forget(channel);
  }
  if (frame.ref != channel.ref || channel.joined) return;
  if (!is_ok) return refuse(channel, reason, decoded);
  channel.joined = true;
  // Bindings are answered in their order. Another one than was asked for would bring other rows.
  std::string_view binding;
  const std::string_view bindings = raw(response, "postgres_changes");
  if (is(json::Kind::array, bindings)) json::Walker(bindings).next_element(binding);
  const bool is_ours = is(json::Kind::object, binding) && text_in(binding, "event") == "*" &&
                       text_in(binding, "schema") == kSchema &&
                       text_in(binding, "table") == channel.table &&
                       text_in(binding, "filter") == channel.filter;
  if (!is_ours) {
    return refuse(channel, "the server bound the channel to something else than was asked for",
                  decoded);
  }
}

void SupabaseDialect::on_system(Channel& channel, const PhoenixFrame& frame, Decoded& decoded) {
  const bool is_ok = text_in(frame.payload, "status") == "ok";
  const bool is_ours = text_in(frame.payload, "extension") == "postgres_changes";
  const std::string message = text_in(frame.payload, "message");
  if (is_ok) {
    if (!is_ours || channel.ready) return;
    channel.ready = true;
    decoded.messages.emplace_back(Subscribed{channel.ref, channel.topic, {}, false, false});
    return;
  }
  // The channel stays open, but what happens until it listens again, if it does, is lost. After
  // all other trouble it closes the channel.
  const bool is_hopeless = message.find("parsing `filter`") != std::string::npos;
  if (is_ours && is_hopeless && !channel.ready) return refuse(channel, message, decoded);
  if (is_ours) {
    lose(channel, message, decoded);
    // One that never streamed has no name by which it could be left later.
    if (!channel.ready) decoded.replies = leave(channel);
    return;
  }
  if (code_of(message) == "token_expired") {
    decoded.messages.emplace_back(ServerError{"token_expired", message, {}});
  }
}

// What the channel streamed, or was to stream, begins anew.
void SupabaseDialect::lose(const Channel& channel, std::string_view why, Decoded& decoded) {
  if (channel.ready)
    decoded.messages.emplace_back(Reset{channel.topic});
  else
    decoded.messages.emplace_back(ServerError{"try_later", std::string(why), channel.ref});
}

void SupabaseDialect::on_change(const Channel& channel, const PhoenixFrame& frame,
                                Decoded& decoded) {
  const std::string_view data = object_in(frame.payload, "data");
  const auto action = action_of(text_in(data, "type"));
  const std::string_view row = raw(data, action == Action::erase ? "old_record" : "record");
  if (text_in(data, "table") != channel.table) return;
  if (!action || !is(json::Kind::object, row)) {
    return decoded.rejected.push_back(Error::not_a_message);
  }
  // Of a record that is too large only some values come: it has to be read.
  const std::string_view errors = raw(data, "errors");
  const bool is_partial = is(json::Kind::array, errors) && json::trimmed(errors) != "[]";
  if (is_partial && *action != Action::erase) {
    decoded.messages.emplace_back(Missed{channel.topic});
    return;
  }
  Event event;
  event.action = *action;
  event.entity = decoded.keep(channel.entity);
  event.sub = decoded.keep(channel.topic);
  event.timestamp = decoded.keep(text_in(data, "commit_timestamp"));
  event.row = row;
  event.id = decoded.keep(id_of(event));
  event.text = decoded.keep(text_of(event));
  decoded.messages.emplace_back(event);
}

}  // namespace tidemark::wire
