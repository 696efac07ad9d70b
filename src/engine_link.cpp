// The engine's side of the connection: session actions become effects, subscriptions are
// carried from link to link.
#include <algorithm>
#include <utility>

#include "base/json.h"
#include "engine.h"
#include "wire/native.h"

namespace tidemark {
namespace {

// Over SSE the subscriptions stand in the URL, so their refs must follow from the link.
std::string url_ref(LinkId link, SubId sub) {
  return "link" + std::to_string(link) + "-" + std::to_string(sub);
}

}  // namespace

void Engine::connect(Millis now) {
  ++tick_;
  session_.connect(now);
  drain_session(now);
}

void Engine::disconnect(Millis now) {
  ++tick_;
  session_.disconnect(now);
  drain_session(now);
}

void Engine::link_opened(LinkId link, Millis now) {
  ++tick_;
  session_.link_opened(link, now);
  drain_session(now);
}

void Engine::link_closed(LinkId link, int code, Millis now) {
  ++tick_;
  session_.link_closed(link, code, now);
  drain_session(now);
}

void Engine::online(bool is_online, Millis now) {
  ++tick_;
  session_.online(is_online, now);
  drain_session(now);
}

void Engine::wake(Millis now) {
  ++tick_;
  session_.wake(now);
  drain_session(now);
}

void Engine::tick(Millis now) {
  ++tick_;
  session_.tick(now);
  drain_session(now);
  if (!session_.is_online()) return;
  for (ObservedView& each : views_) {
    const auto due = each.schedule.due();
    if (!due || *due > now) continue;
    each.schedule.request_left(now);
    effects_.fetch(each.view.id(), FetchReason::poll);
  }
}

std::optional<Millis> Engine::deadline() const {
  auto earliest = session_.deadline();
  if (!session_.is_online()) return earliest;
  for (const ObservedView& each : views_) {
    const auto due = each.schedule.due();
    if (due && (!earliest || *due < *earliest)) earliest = due;
  }
  return earliest;
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
        carry_subscriptions(each.link, each.transport);
        break;
      case Kind::down:
        sequencer_.link_lost();
        break;
      case Kind::status:
        effects_.status(session_.status(), session_.transport(), session_.attempt());
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

void Engine::carry_subscriptions(LinkId link, Transport transport) {
  for (Subscription& each : sequencer_.all()) {
    if (transport == Transport::websocket)
      send_subscribe(each);
    else
      each.ref = url_ref(link, each.id);
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

void Engine::send_subscribe(Subscription& subscription) {
  subscription.ref = std::to_string(next_ref_++);
  effects_.send(*session_.link(),
                wire::encode_subscribe(subscription.ref, store_.entity(subscription.entity).name,
                                       subscription.filter, subscription.position, true));
}

// A subscription came or went while the link is up.
void Engine::announce(Subscription& subscription, bool added, Millis now) {
  if (!session_.link()) {
    // An SSE link that is still opening carries the old list.
    return session_.reopen_if_url_bound(now);
  }
  if (session_.transport() == Transport::sse) return session_.reopen(now);
  if (added) return send_subscribe(subscription);
  if (!subscription.server_sub.empty()) {
    effects_.send(*session_.link(), wire::encode_unsubscribe(subscription.server_sub));
  }
}

// Something is missing: ask for everything since the position once more. When that was
// tried, an event there cannot be taken at all, and a snapshot has to do.
void Engine::resubscribe(Subscription& subscription, Millis now) {
  if (subscription.suspect) return;
  ++counters_.gaps;
  subscription.suspect = true;
  if (subscription.position && subscription.replayed_from == subscription.position) {
    subscription.position.reset();
  }
  subscription.replayed_from = subscription.position;
  announce(subscription, false, now);
  subscription.server_sub.clear();
  if (session_.transport() == Transport::websocket) send_subscribe(subscription);
}

// ---------------------------------------------------------------- control messages

void Engine::on(const wire::Subscribed& message, Millis) {
  Subscription* subscription = sequencer_.find_by_ref(message.ref);
  if (subscription == nullptr) return;
  if (sequencer_.begin_stream(*subscription, message, tick_)) return;
  fetch_views(*subscription, FetchReason::subscribed);
}

void Engine::on(const wire::Pong& message, Millis now) {
  session_.pong(now);
  for (const auto& [sub, seq] : message.positions) {
    Subscription* subscription = sequencer_.find_by_server_sub(sub);
    if (subscription != nullptr && sequencer_.is_behind(*subscription, seq)) {
      resubscribe(*subscription, now);
    }
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

void Engine::on(const wire::ServerError& message, Millis) {
  if (Subscription* refused = sequencer_.find_by_ref(message.ref)) {
    refused->ref.clear();
    refused->suspect = true;
  }
  effects_.error(message.code, message.message, false);
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
