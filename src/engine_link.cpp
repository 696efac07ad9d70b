// The engine's side of the connection: session actions become effects, subscriptions are
// carried from link to link, views learn how far they can be trusted.
#include <algorithm>
#include <nlohmann/json.hpp>
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

// ---------------------------------------------------------------- subscriptions and views

Error Engine::define_entity(Entity entity) {
  if (entity.name.empty() || entity.id_field.empty()) return Error::bad_config;
  store_.define(std::move(entity));
  return Error::none;
}

Result<SubId> Engine::subscribe(std::string_view entity_name, std::string_view filter, Millis now) {
  ++tick_;
  EntityId entity = 0;
  if (store_.find_entity(entity_name, entity) == nullptr) return Error::unknown_entity;
  if (const auto parsed = Filter::parse(filter); !parsed.ok()) return parsed.error();
  bool added = false;
  Subscription& subscription = sequencer_.acquire(entity, filter, added);
  const SubId id = subscription.id;
  if (added) announce(subscription, true, now);
  drain_session(now);
  return id;
}

void Engine::unsubscribe(SubId sub, Millis now) {
  ++tick_;
  Subscription removed;
  if (sequencer_.release(sub, removed)) announce(removed, false, now);
  drain_session(now);
}

Result<ViewId> Engine::observe(const ViewSpec& spec, Millis now) {
  EntityId entity = 0;
  if (store_.find_entity(spec.entity, entity) == nullptr) return Error::unknown_entity;
  auto filter = Filter::parse(spec.filter);
  if (!filter.ok()) return filter.error();
  auto order = Order::parse(spec.order);
  if (!order.ok()) return order.error();
  SubId sub = 0;
  if (spec.live) {
    const auto subscribed = subscribe(spec.entity, spec.filter, now);
    if (!subscribed.ok()) return subscribed.error();
    sub = subscribed.value();
  }
  const ViewId id = next_view_++;
  ObservedView observed{View(id, entity, std::move(filter.value()), std::move(order.value())),
                        spec.path, sub};
  if (sub != 0 && was_polling_) {
    observed.schedule.start(config_.polling_interval, false, now + config_.polling_interval);
  }
  views_.push_back(std::move(observed));
  return id;
}

void Engine::release(ViewId id, Millis now) {
  ++tick_;
  ObservedView* observed = find_view(id);
  if (observed == nullptr) return;
  const SubId sub = observed->sub;
  const EntityId entity = observed->view.entity();
  const std::vector<Slot> shown = observed->view.slots();
  std::erase_if(tickets_, [id](const Ticket& each) { return each.view == id; });
  views_.erase(views_.begin() + (observed - views_.data()));
  for (const Slot slot : shown) ledger_.mark(slot);
  if (!is_observed(entity)) {
    for (const Slot slot : store_.forget(entity)) ledger_.mark(slot);
  }
  if (sub != 0) unsubscribe(sub, now);
}

void Engine::poll(ViewId view, Millis interval, bool adaptive, Millis now) {
  ++tick_;
  ObservedView* observed = find_view(view);
  if (observed == nullptr) return;
  observed->polled_by_request = interval > 0;
  observed->schedule.start(interval, adaptive, now);
}

ObservedView* Engine::find_view(ViewId id) {
  const auto found = std::find_if(views_.begin(), views_.end(),
                                  [id](const auto& each) { return each.view.id() == id; });
  return found == views_.end() ? nullptr : &*found;
}

bool Engine::is_observed(EntityId entity) const {
  return std::any_of(views_.begin(), views_.end(),
                     [entity](const auto& each) { return each.view.entity() == entity; });
}

// I9: what can honestly be said of this view right now.
Continuity Engine::continuity_of(const ObservedView& each) const {
  if (each.sub == 0 || session_.is_polling()) return Continuity::polling;
  if (session_.state() != State::connected) return Continuity::offline;
  const auto& all = sequencer_.all();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& sub) { return sub.id == each.sub; });
  if (found == all.end()) return Continuity::offline;
  if (found->suspect) return Continuity::suspect;
  const bool streaming = !found->server_sub.empty();
  const bool snapshot_is_newer = each.snapshot_as_of > found->stream_began;
  return streaming && snapshot_is_newer ? Continuity::live : Continuity::catching_up;
}

// ---------------------------------------------------------------- out

void Engine::deliver(const wire::Event& event, const Subscription* subscription, bool repeated) {
  if (!config_.deliver_events) return;
  const std::vector<SubId> subs = subscription != nullptr ? std::vector<SubId>{subscription->id}
                                                          : matching_subscriptions(event);
  effects_.event(subs, std::nullopt, event.text, repeated);
}

// For servers that do not say which subscription an event is for.
std::vector<SubId> Engine::matching_subscriptions(const wire::Event& event) const {
  std::vector<SubId> subs;
  EntityId entity = 0;
  if (store_.find_entity(event.entity, entity) == nullptr) return subs;
  for (const Subscription& each : sequencer_.all()) {
    if (each.entity != entity) continue;
    // A deleted row may come with its id alone, so it could have matched anything.
    const bool matches =
        event.action == Action::erase || Filter::parse(each.filter).value().matches(event.row);
    if (matches) subs.push_back(each.id);
  }
  return subs;
}

void Engine::deliver_polled(const ObservedView& view, const RowChange& change, std::string_view row,
                            Millis now) {
  if (!config_.deliver_events) return;
  std::string event = "{\"type\":\"polling\",\"entity\":";
  json::append_quoted(event, store_.entity(change.entity).name);
  event.append(",\"action\":\"").append(name_of(change.action)).append("\",\"data\":");
  event.append(row).append(",\"timestamp\":\"").append(json::iso_time(now));
  event.append("\",\"id\":\"poll-").append(std::to_string(view.view.id())).append("-");
  event.append(std::to_string(next_poll_event_++)).append("\"}");
  effects_.event({}, view.view.id(), event, false);
}

std::string Engine::take_effects() {
  for (ObservedView& each : views_) {
    const Continuity now_is = continuity_of(each);
    const Subscription* subscription = each.sub == 0 ? nullptr : sequencer_.find(each.sub);
    const auto event_at = subscription == nullptr ? std::nullopt : subscription->last_event_at;
    if (each.told_continuity == now_is && each.told_event_at == event_at) continue;
    each.told_continuity = now_is;
    each.told_event_at = event_at;
    effects_.continuity(each.view.id(), now_is, event_at);
  }
  return effects_.take();
}

std::string Engine::stats() const {
  nlohmann::json out{
      {"framesReceived", counters_.frames_received},
      {"framesRejected", counters_.frames_rejected},
      {"eventsApplied", counters_.events_applied},
      {"duplicates", counters_.duplicates},
      {"stale", counters_.stale},
      {"gaps", counters_.gaps},
      {"resets", counters_.resets},
      {"snapshots", counters_.snapshots},
      {"reconnects", session_.reconnects()},
      {"rows", store_.row_count()},
      {"slots", store_.slots_in_use()},
      {"tombstones", store_.tombstone_count()},
      {"pending", overlay_.size()},
      {"views", views_.size()},
      {"subscriptions", sequencer_.all().size()},
      {"rttMs", nullptr},
  };
  if (const auto rtt = session_.rtt()) out["rttMs"] = *rtt;
  return out.dump();
}

}  // namespace tidemark
