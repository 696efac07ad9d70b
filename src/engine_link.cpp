// The engine's side of the connection: session actions become effects, subscriptions are
// carried from link to link.
#include <algorithm>
#include <utility>

#include "base/json.h"
#include "engine.h"
#include "session/backoff.h"
#include "wire/native.h"

namespace tidemark {
namespace {

// Over SSE the subscriptions stand in the URL, so their refs must follow from the link.
std::string url_ref(LinkId link, SubId sub) {
  return "link" + std::to_string(link) + "-" + std::to_string(sub);
}

}  // namespace

// Every input counts, and time does not go backwards.
Millis Engine::begin_input(Millis now) {
  ++tick_;
  return clock_.read(now);
}

void Engine::connect(Millis now) {
  now = begin_input(now);
  session_.connect(now);
  drain_session(now);
}

void Engine::disconnect(Millis now) {
  now = begin_input(now);
  session_.disconnect(now);
  drain_session(now);
}

void Engine::token(LinkId link, std::string_view token, Millis now) {
  now = begin_input(now);
  token_ = token;
  if (session_.link() == link)
    renew_token(link, now);
  else
    session_.token_ready(link, now);
  drain_session(now);
}

void Engine::token_failed(LinkId link, Millis now) {
  now = begin_input(now);
  session_.token_failed(link, now);
  drain_session(now);
}

void Engine::link_opened(LinkId link, Millis now) {
  now = begin_input(now);
  session_.link_opened(link, now);
  drain_session(now);
}

void Engine::link_closed(LinkId link, int code, Millis retry_after, Millis now) {
  now = begin_input(now);
  const bool streamed = stream_ && stream_link_ == link;
  if (streamed) retry_after = std::max(retry_after, stream_->retry().value_or(0));
  session_.link_closed(link, code, retry_after, now);
  drain_session(now);
}

void Engine::pause(PauseReason reason, bool on, Millis now) {
  now = begin_input(now);
  session_.pause(reason, on, now);
  drain_session(now);
}

void Engine::wake(Millis now) {
  now = begin_input(now);
  session_.wake(now);
  drain_session(now);
}

void Engine::tick(Millis now) {
  now = begin_input(now);
  session_.tick(now);
  drain_session(now);
  tend_subscriptions(now);
  drain_session(now);
  if (!session_.pauses().allows_polls()) return;
  for (ObservedView& each : views_) {
    const auto due = each.schedule.due();
    if (!due || *due > now) continue;
    each.schedule.request_left(now);
    effects_.fetch(each.view.id(), FetchReason::poll);
  }
}

std::optional<Millis> Engine::deadline() const {
  std::optional<Millis> earliest;
  const auto consider = [&earliest](std::optional<Millis> at) {
    if (at && (!earliest || *at < *earliest)) earliest = at;
  };
  consider(session_.deadline());
  consider(sequencer_.deadline());
  if (session_.pauses().allows_polls()) {
    for (const ObservedView& each : views_) consider(each.schedule.due());
  }
  if (!earliest) return earliest;
  return clock_.outside(*earliest);
}

Error Engine::send(std::string_view text) {
  const auto link = session_.link();
  if (!link || session_.transport() != Transport::websocket) return Error::link_down;
  effects_.send(*link, text);
  return Error::none;
}

// ---------------------------------------------------------------- session → effects

void Engine::drain_session(Millis now) {
  using Kind = SessionAction::Kind;
  for (const SessionAction& each : session_.take_actions()) {
    switch (each.kind) {
      case Kind::token:
        effects_.token(each.link, each.refresh);
        break;
      case Kind::open:
        effects_.open(each.link, each.transport,
                      each.transport == Transport::sse ? subscriptions_for_url(each.link) : "");
        break;
      case Kind::close:
        effects_.close(each.link, each.code);
        break;
      case Kind::ping:
        effects_.send(each.link, wire::encode_ping(next_ref_++));
        break;
      case Kind::ready:
        reported_.clear();
        stream_.reset();
        carry_subscriptions(each.link, each.transport, now);
        break;
      case Kind::down:
        sequencer_.link_lost();
        break;
      case Kind::status:
        effects_.status(session_.status(), session_.transport(), session_.attempt());
        break;
      case Kind::quality:
        tell_quality();
        break;
      case Kind::failed:
        effects_.error("link_failed", "the link could not be kept up and will not be tried again",
                       true);
        break;
    }
  }
  follow_status(now);
}

// While no link can be had, views are polled; when one is back, they are not.
void Engine::follow_status(Millis now) {
  const bool polling = session_.is_polling();
  if (polling == was_polling_) return;
  was_polling_ = polling;
  for (ObservedView& each : views_) {
    if (each.sub == 0 || each.polled_by_request) continue;
    if (!polling) {
      each.schedule.stop();
      continue;
    }
    each.schedule.start(config_.polling_interval, false, now);
    // Polls will pass the stream's position; rows without versions could not tell a replayed
    // older event from a newer one (I3), so the stream starts afresh afterwards.
    Subscription* subscription = sequencer_.find(each.sub);
    const bool versioned = !store_.entity(each.view.entity()).version_field.empty();
    if (subscription != nullptr && !versioned) subscription->position.reset();
  }
}

void Engine::tell_quality() {
  const Quality& quality = session_.quality();
  const QualityReport report{quality.rtt, quality.jitter, quality.missed, session_.reconnects()};
  const Grade grade = session_.grade();
  if (grade == told_grade_ && report == told_quality_) return;
  told_grade_ = grade;
  told_quality_ = report;
  effects_.quality(name_of(grade), report);
}

// ---------------------------------------------------------------- subscriptions → effects

void Engine::carry_subscriptions(LinkId link, Transport transport, Millis now) {
  // Before anything that needs it.
  if (transport == Transport::websocket && !token_.empty()) {
    effects_.send(link, wire::encode_auth(token_));
  }
  for (Subscription& each : sequencer_.all()) {
    each.mishaps = 0;
    if (transport == Transport::websocket) {
      send_subscribe(each, now);
    } else {
      each.ref = url_ref(link, each.id);
      each.answer_due = now + config_.session.open_timeout;
    }
  }
}

std::string Engine::subscriptions_for_url(LinkId link) const {
  std::string list = "[";
  for (const Subscription& each : sequencer_.all()) {
    if (list.size() > 1) list.push_back(',');
    list.append(wire::encode_subscribe(url_ref(link, each.id), store_.entity(each.entity).name,
                                       each.filter, each.position, false));
  }
  list.push_back(']');
  return list;
}

void Engine::send_subscribe(Subscription& subscription, Millis now) {
  subscription.ref = std::to_string(next_ref_++);
  subscription.ask_at.reset();
  subscription.answer_due = now + config_.session.open_timeout;
  effects_.send(*session_.link(),
                wire::encode_subscribe(subscription.ref, store_.entity(subscription.entity).name,
                                       subscription.filter, subscription.position, true));
}

// Asks for the subscription's stream on the present link.
void Engine::ask(Subscription& subscription, Millis now) {
  subscription.ask_at.reset();
  // An SSE link that is still opening carries the old list.
  if (!session_.link()) return session_.reopen_if_url_bound(now);
  if (session_.transport() == Transport::sse) return session_.reopen(now);
  send_subscribe(subscription, now);
}

// Leaves the subscription's stream, if it has one.
void Engine::leave(Subscription& subscription) {
  const bool can_tell = subscription.streams() && session_.transport() == Transport::websocket;
  if (can_tell) {
    effects_.send(*session_.link(), wire::encode_unsubscribe(subscription.server_sub));
  }
  subscription.server_sub.clear();
  subscription.ref.clear();
  subscription.answer_due.reset();
}

// At once the first time, then after growing waits: a server that cannot do better must not
// be asked in a loop.
void Engine::ask_again(Subscription& subscription, Millis now) {
  constexpr Millis kSettled = 10'000;
  const bool ran_well = subscription.streams() && now - subscription.stream_began_at > kSettled;
  if (ran_well) subscription.mishaps = 0;
  leave(subscription);
  subscription.suspect = true;
  if (subscription.mishaps++ == 0) return ask(subscription, now);
  const Backoff backoff{config_.session.reconnect_interval, config_.session.longest_backoff};
  subscription.ask_at = now + backoff.wait(subscription.mishaps - 1, random_);
}

// Something is missing: ask for everything since the position once more. When that was
// tried, an event there cannot be taken at all, and a snapshot has to do.
void Engine::resubscribe(Subscription& subscription, Millis now) {
  if (subscription.suspect) return;
  ++counters_.gaps;
  if (subscription.position && subscription.replayed_from == subscription.position) {
    subscription.position.reset();
  }
  subscription.replayed_from = subscription.position;
  ask_again(subscription, now);
}

void Engine::tend_subscriptions(Millis now) {
  while (auto ended = sequencer_.take_ended(now)) {
    if (session_.transport() == Transport::sse)
      session_.reopen(now);
    else
      session_.reopen_if_url_bound(now);
    leave(*ended);
  }
  for (Subscription& each : sequencer_.all()) {
    if (each.answer_due && *each.answer_due <= now) ask_again(each, now);
    if (each.ask_at && *each.ask_at <= now) ask(each, now);
  }
}

// The open link has a new token: what was refused for the old one is asked for again.
void Engine::renew_token(LinkId link, Millis now) {
  effects_.send(link, wire::encode_auth(token_));
  for (Subscription& each : sequencer_.all()) {
    if (std::exchange(each.awaits_token, false)) ask(each, now);
  }
}

// ---------------------------------------------------------------- control messages

void Engine::on(const wire::Subscribed& message, Millis now) {
  Subscription* subscription = sequencer_.find_by_ref(message.ref);
  if (subscription == nullptr) {
    // The answer to a question that was given up: its stream is of no use.
    if (session_.transport() == Transport::websocket) {
      effects_.send(*session_.link(), wire::encode_unsubscribe(message.sub));
    }
    return;
  }
  if (sequencer_.begin_stream(*subscription, message, tick_, now)) return;
  fetch_views(*subscription, FetchReason::subscribed);
}

void Engine::on(const wire::Pong& message, Millis now) {
  session_.pong(now);
  if (!message.positions) return;
  for (Subscription& each : sequencer_.all()) {
    if (!each.streams()) continue;
    const auto told =
        std::find_if(message.positions->begin(), message.positions->end(),
                     [&](const auto& position) { return position.first == each.server_sub; });
    // A stream that the server does not know of, or whose tail was lost.
    const bool lost = told == message.positions->end();
    if (lost || sequencer_.is_behind(each, told->second)) resubscribe(each, now);
  }
}

void Engine::on(const wire::Reset& message, Millis) {
  Subscription* subscription = sequencer_.find_by_server_sub(message.sub);
  if (subscription == nullptr) return;
  ++counters_.resets;
  subscription->position.reset();
  subscription->stream_began = tick_;
  fetch_views(*subscription, FetchReason::reset);
}

void Engine::on(const wire::ServerError& message, Millis now) {
  const bool about_token = message.code == "unauthorized" || message.code == "token_expired";
  const bool transient = message.code == "internal" || message.code == "try_later";
  Subscription* refused = sequencer_.find_by_ref(message.ref);
  if (refused != nullptr) {
    refused->ref.clear();
    refused->answer_due.reset();
    refused->suspect = true;
    if (transient) {
      // The first time counts as well: the server has just said that it is in trouble.
      refused->mishaps = std::max<std::int64_t>(refused->mishaps, 1);
      ask_again(*refused, now);
    }
  }
  if (about_token && session_.refuse_token(now)) {
    if (refused != nullptr) refused->awaits_token = true;
    return;
  }
  // Each refused subscription is worth a word, the same trouble of the link only one.
  std::string about = message.code;
  if (refused != nullptr) about.append(" ").append(std::to_string(refused->id));
  if (reports(about)) effects_.error(message.code, message.message, false);
}

void Engine::fetch_views(const Subscription& subscription, FetchReason reason) {
  for (const ObservedView& each : views_) {
    // A view that never asked for its rows will do so by itself.
    if (each.sub == subscription.id && each.last_begun > 0) {
      effects_.fetch(each.view.id(), reason);
    }
  }
}

}  // namespace tidemark
