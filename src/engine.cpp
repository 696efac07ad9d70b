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
      sequencer_(key_from(seed ^ 2U), static_cast<std::size_t>(config.dedup_capacity),
                 config.dedup_ttl),
      overlay_(store_),
      session_(config.session, seed ^ 3U) {}

// ---------------------------------------------------------------- wire → sequence → store

void Engine::frame(LinkId link, std::string_view bytes, Millis now) {
  ++tick_;
  // A link that was replaced may still speak; the one that replaced it has it all.
  if (session_.link() != link) return;
  ++counters_.frames_received;
  session_.heard(now);
  wire::decode_native(bytes, decoded_);
  for (const Error error : decoded_.rejected) reject(error);
  for (const wire::Message& message : decoded_.messages) {
    std::visit([&](const auto& each) { on(each, now); }, message);
  }
  drain_session(now);
}

void Engine::frame_too_large(LinkId link, Millis now) {
  ++tick_;
  if (session_.link() != link) return;
  ++counters_.frames_received;
  session_.heard(now);
  reject(Error::too_large);
}

void Engine::reject(Error error) {
  ++counters_.frames_rejected;
  effects_.error(error, false);
}

void Engine::on(const wire::Event& event, Millis now) {
  const Admission admission = sequencer_.admit(event, now);
  if (admission.verdict == Verdict::foreign) return;
  if (admission.verdict == Verdict::behind) {
    ++counters_.duplicates;
    return;
  }
  if (admission.verdict == Verdict::early) return resubscribe(*admission.subscription, now);
  const bool repeated = admission.verdict == Verdict::duplicate;
  if (repeated) {
    ++counters_.duplicates;
    // Another subscription's copy of a known event: its own handlers have not had it yet.
    if (event.position) deliver(event, admission.subscription, repeated);
    return;
  }
  deliver(event, admission.subscription, repeated);
  EntityId entity = 0;
  const bool known = store_.find_entity(event.entity, entity) != nullptr;
  if (known && is_observed(entity)) apply_event(event, entity);
}

void Engine::apply_event(const wire::Event& event, EntityId entity) {
  const Entity& shape = store_.entity(entity);
  auto key = shape.key_of(event.row);
  if (!key) return reject(Error::missing_id);
  // The echo of an own edit: the server's row takes the pending operation's place in one step.
  std::optional<Slot> finished;
  if (const PendingOperation* mine = overlay_.find_by_mutation(event.mutation)) {
    finished = mine->slot;
    overlay_.remove(mine->handle);
    store_.unpin(*finished);
    ledger_.outdate(*finished);
    touch(*finished);
  }
  RowChange change;
  change.entity = entity;
  change.action = event.action;
  change.key = std::move(*key);
  change.row = event.row;
  change.version = shape.version_of(event.row);
  change.as_of = tick_;
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
    touch(slot);
  }
  return outcome;
}

void Engine::touch(Slot slot) {
  const EntityId entity = store_.row(slot).entity;
  for (ObservedView& each : views_) {
    if (each.view.entity() != entity) continue;
    each.view.touch(slot, [this](Slot other) { return visible(other); });
  }
}

VisibleRow Engine::visible(Slot slot) const {
  return {slot, store_.row(slot).key, overlay_.visible(slot)};
}

// ---------------------------------------------------------------- poll → store

Result<std::uint32_t> Engine::begin_snapshot(ViewId view, Millis now) {
  ObservedView* observed = find_view(view);
  if (observed == nullptr) return Error::no_such_handle;
  const Ticket ticket{next_ticket_++, view, ++tick_};
  observed->last_begun = ticket.as_of;
  if (observed->schedule.running()) observed->schedule.request_left(now);
  tickets_.push_back(ticket);
  return ticket.id;
}

Error Engine::end_snapshot(std::uint32_t ticket_id, std::string_view body, Millis now) {
  ++tick_;
  const auto ticket = std::find_if(tickets_.begin(), tickets_.end(),
                                   [&](const Ticket& each) { return each.id == ticket_id; });
  if (ticket == tickets_.end()) return Error::no_such_handle;
  const Tick as_of = ticket->as_of;
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

  const bool tells = observed->schedule.running() && view.has_snapshot();
  bool changed = false;
  const auto take = [&](const RowChange& change, std::string_view row) {
    if (!changes_rows(apply_change(change))) return;
    changed = true;
    if (tells) deliver_polled(*observed, change, row, now);
  };
  for (const RowChange& change : poll::changed_rows(listed.value(), entity, store_, as_of)) {
    take(change, change.row);
  }
  // A filtered list says nothing about rows outside it, and neither does one page of several.
  if (view.whole_entity()) {
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
    shown.push_back(store_.slot_for(entity, each.key));
    is_listed.resize(store_.slot_limit());
    is_listed[shown.back()] = true;
  }
  std::vector<Slot> newer;
  for (const Slot slot : store_.changed_since(entity, as_of)) {
    if (!is_listed[slot]) newer.push_back(slot);
  }
  view.show_snapshot(shown, newer, [this](Slot slot) { return visible(slot); });
  for (const Slot slot : view.slots()) {
    if (!ledger_.is_current(slot)) ledger_.mark(slot);
  }
  observed->snapshot_as_of = as_of;
  observed->schedule.answered(changed, now, random_);
  return Error::none;
}

void Engine::fail_snapshot(std::uint32_t ticket_id, Millis retry_after, Millis now) {
  ++tick_;
  const auto ticket = std::find_if(tickets_.begin(), tickets_.end(),
                                   [&](const Ticket& each) { return each.id == ticket_id; });
  if (ticket == tickets_.end()) return;
  ObservedView* observed = find_view(ticket->view);
  tickets_.erase(ticket);
  if (observed != nullptr) observed->schedule.failed(retry_after, now, random_);
}

// ---------------------------------------------------------------- the user's edits → overlay

Result<MutationHandle> Engine::mutate(std::string mutation, std::string_view entity_name,
                                      Action action, std::string_view data) {
  ++tick_;
  EntityId entity = 0;
  const Entity* shape = store_.find_entity(entity_name, entity);
  if (shape == nullptr) return Error::unknown_entity;
  const auto key = shape->key_of(data);
  if (!key || mutation.empty()) return Error::bad_mutation;
  const Slot slot = store_.slot_for(entity, *key);
  store_.pin(slot);
  const MutationHandle handle = overlay_.add(std::move(mutation), slot, action, data);
  ledger_.outdate(slot);
  touch(slot);
  return handle;
}

Error Engine::settle(MutationHandle handle, std::string_view row) {
  ++tick_;
  const PendingOperation* found = overlay_.find(handle);
  // Its echo may have come before the answer.
  if (found == nullptr) return Error::none;
  const PendingOperation operation = *found;
  const EntityId entity = store_.row(operation.slot).entity;
  const bool succeeded = !row.empty();
  RowChange change;
  change.entity = entity;
  change.as_of = tick_;
  if (succeeded && operation.action == Action::erase) {
    change.action = Action::erase;
    change.key = store_.row(operation.slot).key;
  } else if (succeeded && json::kind_of(row) == json::Kind::object) {
    const auto key = store_.entity(entity).key_of(row);
    if (!key) return Error::missing_id;
    change.action = Action::insert;
    change.key = *key;
    change.row = row;
    change.version = store_.entity(entity).version_of(row);
  }
  overlay_.remove(handle);
  store_.unpin(operation.slot);
  ledger_.outdate(operation.slot);
  if (!change.key.empty()) apply_change(change);
  touch(operation.slot);
  store_.forget_if_empty(operation.slot);
  return Error::none;
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
