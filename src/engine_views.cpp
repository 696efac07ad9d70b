// What the app wants to see, and what it is told about it: subscriptions, views, events,
// counters.
#include <algorithm>
#include <utility>

#include "base/json.h"
#include "base/json_writer.h"
#include "engine.h"

namespace tidemark {

Error Engine::define_entity(Entity entity, Policies policies) {
  if (entity.name.empty() || entity.id_field.empty()) return Error::bad_config;
  const EntityId id = store_.define(std::move(entity));
  overlay_.set_policies(id, std::move(policies));
  // Under another id field equal bytes may be another row.
  for (ObservedView& each : views_) {
    if (each.view.entity() == id) each.listed.clear();
  }
  return Error::none;
}

Result<SubId> Engine::subscribe(std::string_view entity_name, std::string_view filter, Millis now) {
  now = begin_input(now);
  EntityId entity = 0;
  if (store_.find_entity(entity_name, entity) == nullptr) return Error::unknown_entity;
  auto parsed = Filter::parse(filter);
  if (!parsed.ok()) return parsed.error();
  bool added = false;
  Subscription& subscription = sequencer_.acquire(entity, filter, added);
  const SubId id = subscription.id;
  if (added) {
    subscription.rows = std::move(parsed.value());
    ask(subscription, now);
  }
  drain_session(now);
  return id;
}

void Engine::unsubscribe(SubId sub, Millis now) { end_use(sub, begin_input(now)); }

// `now` is steady already.
void Engine::end_use(SubId sub, Millis now) {
  sequencer_.release(sub, now + config_.linger);
  if (config_.linger == 0) tend_subscriptions(now);
  drain_session(now);
}

Result<ViewId> Engine::observe(const ViewSpec& spec, Millis now) {
  EntityId entity = 0;
  if (store_.find_entity(spec.entity, entity) == nullptr) return Error::unknown_entity;
  if (spec.reader >= kMostReaders) return Error::bad_config;
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
  ledger_.admit(spec.reader);
  const ViewId id = next_view_++;
  ObservedView observed{
      View(id, entity, std::move(filter.value()), std::move(order.value()), spec.window), spec.path,
      sub, spec.reader};
  const Subscription* subscription = sequencer_.find(sub);
  const bool is_refused = subscription != nullptr && subscription->refused && may_poll();
  if (is_refused || (sub != 0 && was_polling_)) {
    now = clock_.read(now);
    observed.schedule.start(config_.polling_interval, false, now + config_.polling_interval);
  }
  views_.push_back(std::move(observed));
  return id;
}

void Engine::release(ViewId id, Millis now) {
  now = begin_input(now);
  ObservedView* observed = find_view(id);
  if (observed == nullptr) return;
  const SubId sub = observed->sub;
  const EntityId entity = observed->view.entity();
  const std::vector<Slot> members = observed->view.members();
  std::erase_if(tickets_, [id](const Ticket& each) { return each.view == id; });
  views_.erase(views_.begin() + (observed - views_.data()));
  for (const Slot slot : members) {
    ledger_.mark(slot);
    note_if_held(slot);
  }
  if (!is_observed(entity)) {
    // Nobody will see the change that these wait for (I7).
    for (const MutationHandle each : overlay_.included_in_snapshot(entity, tick_ + 1)) finish(each);
    forget(entity);
  }
  if (sub != 0) end_use(sub, now);
}

void Engine::forget(EntityId entity) {
  for (const Slot slot : store_.forget(entity)) ledger_.mark(slot);
}

void Engine::poll(ViewId view, Millis interval, bool adaptive, Millis now) {
  now = begin_input(now);
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
  if (each.sub == 0 || session_.is_polling()) {
    const bool polls_arrive = session_.pauses().allows_polls() && !each.schedule.failing();
    if (!polls_arrive) return Continuity::offline;
    return each.schedule.has_answered() ? Continuity::polling : Continuity::catching_up;
  }
  if (session_.state() != State::connected) return Continuity::offline;
  const auto& all = sequencer_.all();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& sub) { return sub.id == each.sub; });
  if (found == all.end()) return Continuity::offline;
  const auto& polls = each.schedule;
  const bool is_polled = polls.running() && polls.has_answered() && !polls.failing() &&
                         session_.pauses().allows_polls();
  if (found->refused && is_polled) return Continuity::polling;
  if (found->suspect) return Continuity::suspect;
  if (each.view.needs_refetch()) return Continuity::catching_up;
  const bool snapshot_is_newer = each.snapshot_as_of > found->stream_began;
  const bool streams = found->streams() && !found->replaying;
  return streams && snapshot_is_newer ? Continuity::live : Continuity::catching_up;
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
    const bool matches = event.action == Action::erase || each.rows.matches(event.row);
    if (matches) subs.push_back(each.id);
  }
  return subs;
}

void Engine::deliver_polled(const ObservedView& view, const RowChange& change, Slot slot,
                            std::string_view row, Millis now) {
  if (trace_) note_polled(change, slot);
  if (!config_.deliver_events) return;
  std::string event = "{\"type\":\"polling\",\"entity\":";
  json::append_quoted(event, store_.entity(change.entity).name);
  event.append(",\"action\":\"").append(name_of(change.action)).append("\",\"data\":");
  event.append(row).append(",\"timestamp\":\"");
  event.append(json::iso_time(clock_.outside(now)));
  event.append("\",\"id\":\"poll-").append(std::to_string(view.view.id())).append("-");
  event.append(std::to_string(next_poll_event_++)).append("\"}");
  effects_.event({}, view.view.id(), event, false);
}

std::string Engine::take_effects() {
  tell_status();
  for (ObservedView& each : views_) {
    if (each.view.needs_refetch() && !each.fetch_asked) {
      each.fetch_asked = true;
      effects_.fetch(each.view.id(), FetchReason::window);
    }
    const Continuity now_is = continuity_of(each);
    const Subscription* subscription = each.sub == 0 ? nullptr : sequencer_.find(each.sub);
    const auto event_at = subscription == nullptr ? std::nullopt : subscription->last_event_at;
    if (each.told_continuity == now_is && each.told_event_at == event_at) continue;
    each.told_continuity = now_is;
    each.told_event_at = event_at;
    const auto outside = event_at ? std::optional(clock_.outside(*event_at)) : std::nullopt;
    effects_.continuity(each.view.id(), now_is, outside);
  }
  return effects_.take();
}

std::string Engine::stats() const {
  std::string rejected;
  {
    json::ObjectWriter out(rejected);
    for (std::size_t i = 0; i < kErrors; ++i) {
      const auto count = static_cast<std::int64_t>(counters_.rejected[i]);
      if (count > 0) out.number(error_code(static_cast<Error>(i)), count);
    }
  }
  std::string all;
  {
    json::ObjectWriter out(all);
    const auto count = [&out](std::string_view name, auto value) {
      out.number(name, static_cast<std::int64_t>(value));
    };
    count("framesReceived", counters_.frames_received);
    count("framesRejected", counters_.frames_rejected);
    count("eventsApplied", counters_.events_applied);
    count("duplicates", counters_.duplicates);
    count("stale", counters_.stale);
    count("gaps", counters_.gaps);
    count("resets", counters_.resets);
    count("snapshots", counters_.snapshots);
    count("reconnects", session_.reconnects());
    count("rows", store_.row_count());
    count("slots", store_.slots_in_use());
    count("tombstones", store_.tombstone_count());
    count("unflushed", ledger_.most_dirty());
    count("storeBytes", store_.bytes());
    count("pending", overlay_.size());
    count("views", views_.size());
    count("subscriptions", sequencer_.all().size());
    count("relayed", counters_.relayed);
    count("jitterMs", session_.quality().jitter);
    count("missedHeartbeats", session_.quality().missed);
    out.number("rttMs", session_.quality().rtt);
    out.number("lastEventAt",
               last_event_at_ ? std::optional(clock_.outside(*last_event_at_)) : std::nullopt);
    out.text("grade", name_of(session_.grade()));
    out.raw("rejected", rejected);
  }
  return all;
}

}  // namespace tidemark
