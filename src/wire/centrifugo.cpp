#include "wire/centrifugo.h"

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "wire/members.h"
#include "wire/native.h"

namespace tidemark::wire {
namespace {

// 0 for what is no whole number above it: offsets and ids begin at 1.
std::int64_t number(std::string_view object, std::string_view name) {
  constexpr std::int64_t kMost = (std::int64_t{1} << 53) - 1;
  std::int64_t value = 0;
  for (const char c : raw(object, name)) {
    if (c < '0' || c > '9') return 0;
    value = value * 10 + (c - '0');
    if (value > kMost) return 0;
  }
  return value;
}

std::string command(std::uint64_t id, std::string_view method, std::string_view parameters) {
  std::string out = "{\"id\":" + std::to_string(id) + ",\"";
  return out.append(method).append("\":").append(parameters).append("}");
}

// Offsets of two channels have nothing to do with each other.
std::string epoch_of(std::string_view channel, std::string_view epoch) {
  return std::string(channel).append(":").append(epoch);
}

// Codes of Centrifugo's errors.
constexpr std::int64_t kUnauthorized = 101;
constexpr std::int64_t kTokenExpired = 109;
constexpr std::int64_t kExpired = 110;
constexpr std::int64_t kTooManyRequests = 111;
constexpr std::int64_t kUnrecoverable = 112;

std::string code_of(std::string_view error) {
  const std::int64_t code = number(error, "code");
  if (code == kTokenExpired || code == kExpired) return "token_expired";
  if (code == kUnauthorized) return "unauthorized";
  const bool is_transient = code <= 100 || code == kTooManyRequests || code == kUnrecoverable ||
                            raw(error, "temporary") == "true";
  return is_transient ? "try_later" : "subscription_refused";
}

}  // namespace

Frames CentrifugoDialect::begin(std::string_view token) {
  token_ = token;
  connected_ = false;
  channels_.clear();
  return {connect_command()};
}

std::string CentrifugoDialect::connect_command() {
  connect_id_ = next_id_++;
  std::string parameters = "{\"name\":\"tidemark\"";
  if (!token_.empty()) parameters.append(",\"token\":").append(json::quoted(token_));
  return command(connect_id_, "connect", parameters + "}");
}

std::string CentrifugoDialect::subscribe_command(Channel& channel) {
  channel.asked = next_id_++;
  std::string parameters = "{\"channel\":" + json::quoted(channel.name);
  if (channel.position) {
    const std::string_view epoch = channel.position->epoch;
    parameters.append(",\"recover\":true,\"epoch\":")
        .append(json::quoted(epoch.substr(channel.name.size() + 1)))
        .append(",\"offset\":")
        .append(std::to_string(channel.position->seq));
  }
  return command(channel.asked, "subscribe", parameters + "}");
}

Question CentrifugoDialect::subscribe(const Request& request) {
  Listener listener{std::string(request.ref), std::nullopt};
  const bool has_place = request.since != nullptr && *request.since;
  if (has_place && (*request.since)->epoch.starts_with(epoch_of(request.table, ""))) {
    listener.since = *request.since;
  }
  Channel* channel = find(request.table);
  if (channel == nullptr) {
    channel = &channels_.emplace_back();
    channel->name = request.table;
    channel->position = listener.since;
    channel->listeners.push_back(std::move(listener));
    if (!connected_) return {};
    return {{subscribe_command(*channel)}, {}};
  }
  Question question;
  if (channel->joined) {
    const bool is_there = listener.since && listener.since == channel->position;
    question.answers.emplace_back(
        Subscribed{listener.ref, listener.ref, channel->position, is_there, false});
  }
  channel->listeners.push_back(std::move(listener));
  return question;
}

Frames CentrifugoDialect::unsubscribe(std::string_view sub) {
  for (Channel& each : channels_) {
    if (std::erase_if(each.listeners, [sub](const Listener& it) { return it.ref == sub; }) == 0) {
      continue;
    }
    if (!each.listeners.empty()) return {};
    const std::string parameters = "{\"channel\":" + json::quoted(each.name) + "}";
    const bool is_known = each.joined || each.asked != 0;
    channels_.erase(channels_.begin() + (&each - channels_.data()));
    if (!is_known) return {};
    return {command(next_id_++, "unsubscribe", parameters)};
  }
  return {};
}

Frames CentrifugoDialect::authenticate(std::string_view token) {
  token_ = token;
  if (!connected_) return {connect_command()};
  refresh_id_ = next_id_++;
  return {command(refresh_id_, "refresh", "{\"token\":" + json::quoted(token_) + "}")};
}

Frames CentrifugoDialect::ping(std::uint64_t) {
  // What comes before the answer to `connect` ends the link.
  if (!connected_) return {};
  ping_id_ = next_id_++;
  return {command(ping_id_, "ping", "{}")};
}

void CentrifugoDialect::decode(std::string_view frame, Decoded& decoded) {
  decoded.clear();
  while (!frame.empty()) {
    const std::size_t end = std::min(frame.find('\n'), frame.size());
    const std::string_view line = json::trimmed(frame.substr(0, end));
    frame.remove_prefix(std::min(end + 1, frame.size()));
    if (!line.empty()) on_line(line, decoded);
  }
}

void CentrifugoDialect::on_line(std::string_view line, Decoded& decoded) {
  if (const Error error = json::validate(line); error != Error::none) {
    return decoded.rejected.push_back(error);
  }
  if (json::kind_of(line) != json::Kind::object) {
    return decoded.rejected.push_back(Error::not_a_message);
  }
  const std::int64_t id = number(line, "id");
  const std::string_view push = object_in(line, "push");
  if (id > 0) return on_reply(static_cast<std::uint64_t>(id), line, decoded);
  if (!push.empty()) return on_push(push, decoded);
  // The server's ping says nothing.
  json::Member any;
  if (json::Walker(line).next_member(any)) return decoded.rejected.push_back(Error::not_a_message);
  if (answers_pings_) decoded.replies.emplace_back("{}");
}

void CentrifugoDialect::on_reply(std::uint64_t id, std::string_view reply, Decoded& decoded) {
  // Whatever it says: the link is alive.
  if (id == ping_id_) {
    decoded.messages.emplace_back(Pong{});
    return;
  }
  if (const std::string_view error = object_in(reply, "error"); !error.empty()) {
    return on_error(id, error, decoded);
  }
  if (id == connect_id_) {
    connected_ = true;
    answers_pings_ = raw(object_in(reply, "connect"), "pong") == "true";
    for (Channel& each : channels_) decoded.replies.push_back(subscribe_command(each));
    return;
  }
  Channel* channel = find_asked(id);
  if (channel != nullptr) on_joined(*channel, object_in(reply, "subscribe"), decoded);
}

void CentrifugoDialect::on_error(std::uint64_t id, std::string_view error, Decoded& decoded) {
  const std::string code = code_of(error);
  const std::string message = text_in(error, "message");
  if (id == connect_id_ || id == refresh_id_) {
    decoded.messages.emplace_back(ServerError{code, message, {}});
    return;
  }
  const Channel* channel = find_asked(id);
  if (channel == nullptr) return;
  for (const Listener& each : channel->listeners) {
    decoded.messages.emplace_back(ServerError{code, message, each.ref});
  }
  channels_.erase(channels_.begin() + (channel - channels_.data()));
}

void CentrifugoDialect::on_joined(Channel& channel, std::string_view answer, Decoded& decoded) {
  channel.asked = 0;
  channel.joined = true;
  const std::optional<Position> asked_from = channel.position;
  const bool recovered = asked_from && raw(answer, "recovered") == "true";
  const std::string epoch = text_in(answer, "epoch");
  const bool is_counted =
      raw(answer, "recoverable") == "true" || raw(answer, "positioned") == "true" || !epoch.empty();
  channel.position.reset();
  if (is_counted)
    channel.position = Position{epoch_of(channel.name, epoch), number(answer, "offset")};
  // Where each one was: those that follow are publications, and the last of them is at `offset`.
  for (const Listener& each : channel.listeners) {
    const bool is_in = recovered && each.since && each.since->epoch == asked_from->epoch &&
                       each.since->seq >= asked_from->seq;
    decoded.messages.emplace_back(
        Subscribed{each.ref, each.ref, is_in ? each.since : channel.position, is_in, false});
  }
  const std::string_view missed = raw(answer, "publications");
  if (!recovered || missed.empty() || json::kind_of(missed) != json::Kind::array) return;
  json::Walker walker(missed);
  for (std::string_view each; walker.next_element(each);) {
    const bool is_object = json::kind_of(each) == json::Kind::object;
    if (is_object)
      on_publication(channel, each, decoded);
    else
      decoded.rejected.push_back(Error::not_a_message);
  }
}

void CentrifugoDialect::on_push(std::string_view push, Decoded& decoded) {
  Channel* channel = find(text_in(push, "channel"));
  if (channel == nullptr) return;
  if (const std::string_view publication = object_in(push, "pub"); !publication.empty()) {
    return on_publication(*channel, publication, decoded);
  }
  // Told to leave, with or without leave to come back: the answer to the next question says.
  if (object_in(push, "unsubscribe").empty()) return;
  for (const Listener& each : channel->listeners) decoded.messages.emplace_back(Reset{each.ref});
  channels_.erase(channels_.begin() + (channel - channels_.data()));
}

// A copy for each subscription, as a server would send that knew of them.
void CentrifugoDialect::on_publication(Channel& channel, std::string_view publication,
                                       Decoded& decoded) {
  const std::int64_t offset = number(publication, "offset");
  Event event;
  const std::string_view data = object_in(publication, "data");
  if (data.empty() || !read_native_event(data, decoded, event)) {
    return decoded.rejected.push_back(Error::not_a_message);
  }
  event.position.reset();
  event.previous_seq.reset();
  if (channel.position && offset > 0) {
    channel.position->seq = std::max(channel.position->seq, offset);
    event.position = PositionView{decoded.keep(channel.position->epoch), offset};
    event.previous_seq = offset - 1;
    if (event.id.empty()) {
      event.id = decoded.keep(channel.position->epoch + ":" + std::to_string(offset));
    }
  }
  for (const Listener& each : channel.listeners) {
    event.sub = decoded.keep(each.ref);
    decoded.messages.emplace_back(event);
  }
}

CentrifugoDialect::Channel* CentrifugoDialect::find(std::string_view name) {
  const auto found = std::find_if(channels_.begin(), channels_.end(),
                                  [name](const Channel& each) { return each.name == name; });
  return found == channels_.end() ? nullptr : &*found;
}

CentrifugoDialect::Channel* CentrifugoDialect::find_asked(std::uint64_t id) {
  const auto found = std::find_if(channels_.begin(), channels_.end(),
                                  [id](const Channel& each) { return each.asked == id; });
  return found == channels_.end() ? nullptr : &*found;
}

// https://centrifugal.dev/docs/server/codes: 3xxx and 4xxx are cut in halves, the upper one of
// which ends a client for good.
int CentrifugoDialect::close_code(int code) const {
  constexpr int kConnectionExpired = 3005;
  constexpr int kInvalidToken = 3500;
  constexpr int kForGood = 1008;
  constexpr int kNewToken = 4401;
  if (code == kConnectionExpired || code == kInvalidToken) return kNewToken;
  const bool ends = (code >= 3500 && code < 4000) || (code >= 4500 && code < 5000);
  if (ends) return kForGood;
  const bool is_theirs = code >= 3000 && code < 5000;
  return is_theirs ? 1006 : code;
}

}  // namespace tidemark::wire
