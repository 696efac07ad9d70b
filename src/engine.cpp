#include "engine.h"

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "poll/snapshot.h"
#include "wire/native.h"

namespace tidemark {
namespace {

HashKey key_from(std::uint64_t seed) {
  Random random(seed);
  return {random.next(), random.next()};
}

bool changes_rows(Outcome outcome) {
  return outcome == Outcome::inserted || outcome == Outcome::updated || outcome == Outcome::deleted;
}

}  // namespace

Engine::Engine(const Config& config, std::uint64_t seed)
    : config_(config),
      random_(seed),
      store_(key_from(seed ^ 1U), static_cast<std::size_t>(config.tombstone_capacity)),
      sequencer_(key_from(seed ^ 2U), static_cast<std::size_t>(config.dedup_capacity)),
      overlay_(store_),
      session_(config.session, seed ^ 3U) {}

// ---------------------------------------------------------------- wire → sequence → store

void Engine::frame(LinkId link, std::string_view bytes, Millis now) {
  now = begin_input(now);
  // A link that was replaced may still speak; the one that replaced it has it all.
  if (session_.link() == link) receive(bytes, now);
  drain_session(now);
}

void Engine::frame_too_large(LinkId link, Millis now) {
  now = begin_input(now);
  if (session_.link() != link) return;
  ++counters_.frames_received;
  session_.heard(now);
  reject(Error::too_large);
}

void Engine::stream(LinkId link, std::string_view bytes, Millis now) {
  now = begin_input(now);
  if (session_.link() != link) return;
  if (!stream_ || stream_link_ != link) {
    stream_.emplace(static_cast<std::size_t>(config_.max_frame_bytes));
    stream_link_ = link;
  }
  // Comments are sent to show that the server is alive.
  session_.heard(now);
  stream_->take(
      bytes, [&](std::string_view data) { receive(data, now); }, [&] { reject(Error::too_large); });
  drain_session(now);
}

void Engine::receive(std::string_view frame, Millis now) {
  ++counters_.frames_received;
  session_.heard(now);
  const wire::Decoded decoded = wire::decode_native(frame);
  for (const Error error : decoded.rejected) reject(error);
  for (const wire::Message& message : decoded.messages) {
    std::visit([&](const auto& each) { on(each, now); }, message);
  }
  if (relaying_.empty()) return;
  relaying_.push_back(']');
  effects_.relay(relaying_);
  relaying_.clear();
}

void Engine::relay(std::string_view bytes, Millis now) {
  now = begin_input(now);
  for (const wire::Message& message : wire::decode_native(bytes).messages) {
    const auto* event = std::get_if<wire::Event>(&message);
    if (event == nullptr || event->id.empty()) continue;
    EntityId entity = 0;
    const Entity* shape = store_.find_entity(event->entity, entity);
    // Only a version can say where it belongs among what this tab's own link brings (I3).
    if (shape == nullptr || !shape->version_of(event->row).known()) continue;
    if (!sequencer_.first_sight(*event)) {
      ++counters_.duplicates;
      continue;
    }
    ++counters_.relayed;
    deliver(*event, nullptr, false);
    if (is_observed(entity)) apply_event(*event, entity);
  }
  drain_session(now);
}

void Engine::reject(Error error) {
  ++counters_.frames_rejected;
  ++counters_.rejected[static_cast<std::size_t>(error)];
  if (reports(error_code(error))) effects_.error(error, false);
}

// A broken server breaks every frame; one word a link about each way is enough.
bool Engine::reports(std::string_view about) {
  constexpr std::size_t kMost = 64;
  const bool known = std::find(reported_.begin(), reported_.end(), about) != reported_.end();
  if (known || reported_.size() >= kMost) return false;
  reported_.emplace_back(about);
  return true;
}

void Engine::on(const wire::Event& event, Millis now) {
  const Admission admission = sequencer_.admit(event, now);
  switch (admission.verdict) {
    case Verdict::foreign:
      return;
    case Verdict::behind:
      ++counters_.duplicates;
      return;
    case Verdict::early:
      return resubscribe(*admission.subscription, now);
    case Verdict::rewound:
      admission.subscription->position.reset();
      return resubscribe(*admission.subscription, now);
    case Verdict::duplicate:
      ++counters_.duplicates;
      // Another subscription's copy of a known event: its own handlers have not had it yet.
      if (event.position) deliver(event, admission.subscription, true);
      return;
    case Verdict::fresh:
      break;
  }
  last_event_at_ = now;
  deliver(event, admission.subscription, false);
  EntityId entity = 0;
  const Entity* shape = store_.find_entity(event.entity, entity);
  if (shape == nullptr) return;
  if (config_.relay && !event.id.empty() && !shape->version_field.empty()) {
    relaying_.append(relaying_.empty() ? "[" : ",").append(event.text);
  }
  if (is_observed(entity)) apply_event(event, entity);
}

void Engine::apply_event(const wire::Event& event, EntityId entity) {
  const Entity& shape = store_.entity(entity);
  auto key = shape.key_of(event.row);
  if (!key) return reject(Error::missing_id);
  RowChange change;
  change.entity = entity;
  change.action = event.action;
  change.key = std::move(*key);
  change.row = event.row;
  change.version = shape.version_of(event.row);
  change.as_of = tick_;
  if (event.position) change.place = store_.place_of(event.position->epoch, event.position->seq);
  const std::optional<Slot> finished = recognise_echo(event.mutation, change);
  const Outcome outcome = apply_change(change);
  // A temporary row whose real one has just come.
  if (finished) store_.forget_if_empty(*finished);
  if (outcome == Outcome::stale) ++counters_.stale;
  if (changes_rows(outcome)) ++counters_.events_applied;
}

// ---------------------------------------------------------------- store → overlay → view

Outcome Engine::apply_change(const RowChange& change) {
  Slot slot = 0;
  const Outcome outcome = store_.apply(change, tick_, slot);
  if (changes_rows(outcome)) {
    ledger_.outdate(slot);
    touch(slot, &change);
    tell_conflicts(slot);
  }
  return outcome;
}

void Engine::touch(Slot slot, const RowChange* change) {
  const EntityId entity = store_.row(slot).entity;
  for (ObservedView& each : views_) {
    if (each.view.entity() != entity) continue;
    // What was read for this view since has no such row.
    const bool enters = change != nullptr && !each.view.contains(slot);
    if (enters && change->evidence().predates(each.snapshot())) continue;
    each.view.touch(slot, [this](Slot other) { return visible(other); });
  }
}

VisibleRow Engine::visible(Slot slot) const {
  return {slot, store_.row(slot).key, overlay_.visible(slot)};
}

// ---------------------------------------------------------------- poll → store

Result<std::uint32_t> Engine::begin_snapshot(ViewId view, Millis now) {
  now = begin_input(now);
  ObservedView* observed = find_view(view);
  if (observed == nullptr) return Error::no_such_handle;
  Ticket ticket{next_ticket_++, view, tick_};
  if (const auto& head = sequencer_.head()) ticket.place = store_.place_of(head->epoch, head->seq);
  observed->last_begun = ticket.as_of;
  if (observed->schedule.running()) observed->schedule.request_left(now);
  tickets_.push_back(ticket);
  return ticket.id;
}

Error Engine::end_snapshot(std::uint32_t ticket_id, std::string_view body, Millis now) {
  now = begin_input(now);
  const auto ticket = std::find_if(tickets_.begin(), tickets_.end(),
                                   [&](const Ticket& each) { return each.id == ticket_id; });
  if (ticket == tickets_.end()) return Error::no_such_handle;
  const Tick as_of = ticket->as_of;
  const Place place = ticket->place;
  ObservedView* observed = find_view(ticket->view);
  tickets_.erase(ticket);
  if (observed == nullptr) return Error::no_such_handle;
  View& view = observed->view;
  const EntityId entity = view.entity();

  const auto listed = poll::read_rows(body, observed->path, store_.entity(entity));
  if (!listed.ok()) {
    observed->schedule.failed(0, now, random_);
    return listed.error();
  }
  ++counters_.snapshots;
  // I3: an answer to an older request than the one already shown has nothing to add.
  if (as_of < observed->snapshot_as_of) return Error::none;
  const Evidence read{as_of, place, true};

  const bool tells = observed->schedule.running() && view.has_snapshot();
  bool changed = false;
  const auto take = [&](RowChange change, std::string_view row) {
    change.place = place;
    change.is_read = true;
    if (!changes_rows(apply_change(change))) return;
    changed = true;
    if (tells) deliver_polled(*observed, change, row, now);
  };
  for (const RowChange& change : poll::changed_rows(listed.value(), entity, store_, as_of)) {
    take(change, change.row);
  }
  // A filtered list says nothing about rows outside it, and neither does one page of several.
  if (view.whole_entity()) {
    store_.read_whole(entity, read);
    for (const RowChange& change : poll::vanished_rows(listed.value(), entity, store_, as_of)) {
      const Slot slot = store_.slot_for(entity, change.key);
      const bool elsewhere = std::any_of(views_.begin(), views_.end(), [&](const auto& each) {
        return each.view.id() != view.id() && each.view.contains(slot);
      });
      const std::string last_row = store_.row(slot).bytes;
      if (!elsewhere) take(change, last_row);
    }
  }

  std::vector<Slot> shown;
  shown.reserve(listed.value().size());
  std::vector<bool> is_listed(store_.slot_limit());
  for (const poll::ListedRow& each : listed.value()) {
    // Not held: it was gone already when this was read.
    if (store_.find(entity, each.key) == nullptr) continue;
    shown.push_back(store_.slot_for(entity, each.key));
    is_listed.resize(store_.slot_limit());
    is_listed[shown.back()] = true;
  }
  std::vector<Slot> newer;
  for (const Slot slot : store_.present(entity)) {
    if (is_listed[slot]) continue;
    const Row& row = store_.row(slot);
    const bool is_newer = row.tick > as_of && !row.evidence.predates(read);
    if (is_newer)
      newer.push_back(slot);
    else
      doubt(*observed, slot, read);
  }
  // What the user has just made is shown whatever was read.
  for (const Slot slot : overlay_.slots()) {
    const Row& row = store_.row(slot);
    const bool is_missing = row.entity == entity && row.state != RowState::present;
    if (is_missing && !is_listed[slot]) newer.push_back(slot);
  }
  const std::vector<Slot> before = view.slots();
  view.show_snapshot(shown, newer, [this](Slot slot) { return visible(slot); });
  // I7: JS drops the object of a row that only this view showed.
  for (const Slot slot : before) {
    if (!view.contains(slot)) ledger_.mark(slot);
  }
  for (const Slot slot : view.slots()) {
    if (!ledger_.is_current(slot)) ledger_.mark(slot);
  }
  observed->snapshot_as_of = as_of;
  observed->snapshot_place = place;
  observed->schedule.answered(changed, now, random_);
  return Error::none;
}

// A read of the view does not list a row that is held and would be in it: it is gone, or
// something else by now. A pending edit that ends must not bring it back.
void Engine::doubt(const ObservedView& observed, Slot slot, const Evidence& read) {
  const Row& row = store_.row(slot);
  if (!observed.view.admits(row.bytes)) return;
  const bool elsewhere = std::any_of(views_.begin(), views_.end(), [&](const auto& each) {
    return each.view.id() != observed.view.id() && each.view.contains(slot);
  });
  if (elsewhere) return;
  RowChange change;
  change.entity = row.entity;
  change.action = Action::erase;
  change.key = row.key;
  change.version = row.version;
  change.as_of = read.as_of;
  change.place = read.place;
  change.is_read = true;
  apply_change(change);
}

void Engine::fail_snapshot(std::uint32_t ticket_id, Millis retry_after, Millis now) {
  now = begin_input(now);
  const auto ticket = std::find_if(tickets_.begin(), tickets_.end(),
                                   [&](const Ticket& each) { return each.id == ticket_id; });
  if (ticket == tickets_.end()) return;
  ObservedView* observed = find_view(ticket->view);
  tickets_.erase(ticket);
  if (observed != nullptr) observed->schedule.failed(retry_after, now, random_);
}

// ---------------------------------------------------------------- view → change

std::string_view Engine::flush() {
  BatchBuilder batch;
  sending_.clear();
  dropping_.clear();
  for (const Slot slot : ledger_.dirty()) {
    if (!shows(slot)) {
      if (!ledger_.has_object(slot)) continue;
      batch.gone(slot);
      dropping_.push_back(slot);
    } else if (!ledger_.is_current(slot)) {
      const auto bytes = overlay_.visible(slot);
      if (!bytes) continue;
      batch.row(slot, *bytes);
      sending_.push_back(slot);
    }
  }
  for (const ObservedView& each : views_) {
    if (each.view.changed()) batch.view(each.view.delta());
  }
  batch_ = batch.empty() ? std::string() : batch.finish();
  return batch_;
}

void Engine::commit() {
  for (const Slot slot : sending_) ledger_.sent(slot);
  for (const Slot slot : dropping_) ledger_.dropped(slot);
  for (ObservedView& each : views_) each.view.commit();
  ledger_.clear_dirty();
  rollback();
}

void Engine::rollback() {
  sending_.clear();
  dropping_.clear();
  batch_.clear();
}

bool Engine::shows(Slot slot) const {
  return std::any_of(views_.begin(), views_.end(),
                     [slot](const ObservedView& each) { return each.view.contains(slot); });
}

}  // namespace tidemark
