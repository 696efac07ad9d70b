#include "engine.h"

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "wire/native.h"

namespace tidemark {
namespace {

HashKey key_from(std::uint64_t seed) {
  Random random(seed);
  return {random.next(), random.next()};
}

}  // namespace

Engine::Engine(const Config& config, std::uint64_t seed)
    : config_(config),
      random_(seed),
      store_(key_from(seed ^ 1U), {static_cast<std::size_t>(config.tombstone_capacity),
                                   static_cast<std::size_t>(config.hidden_row_capacity)}),
      sequencer_(key_from(seed ^ 2U), static_cast<std::size_t>(config.dedup_capacity)),
      overlay_(store_),
      session_(config.session, seed ^ 3U) {}

// ---------------------------------------------------------------- wire → sequence → store

void Engine::frame(LinkId link, std::string_view bytes, Millis now) {
  ++tick_;
  // A link that was replaced may still speak; the one that replaced it has it all.
  if (session_.link() != link) return;
  ++counters_.frames_received;
  session_.heard(now);
  const wire::Decoded decoded = wire::decode_native(bytes);
  for (const Error error : decoded.rejected) reject(error);
  for (const wire::Message& message : decoded.messages) {
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
  std::string spelled;
  const auto key = shape.key_of(event.row, spelled);
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
  change.row = event.row;
  change.version = shape.version_of(event.row);
  change.as_of = tick_;
  const Slot slot = store_.slot_for(entity, *key);
  const Outcome outcome = apply_change(slot, change);
  note_if_shown(slot);
  // A temporary row whose real one has just come.
  if (finished) store_.forget_if_empty(*finished);
  if (outcome == Outcome::stale) ++counters_.stale;
  if (changes_rows(outcome)) ++counters_.events_applied;
}

// ---------------------------------------------------------------- store → overlay → view

Outcome Engine::apply_change(Slot slot, const RowChange& change) {
  const Outcome outcome = store_.apply(slot, change, tick_);
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

// Rows that no view shows are kept in a limited number (I7). Forgetting one is safe: an event
// that is older than what it said is behind its subscription's position, and an answer that
// is older is refused and asked for again.
void Engine::note_if_shown(Slot slot) { store_.shown(slot, shows(slot)); }

VisibleRow Engine::visible(Slot slot) const {
  return {slot, store_.row(slot).key, overlay_.visible(slot)};
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
  note_if_shown(slot);
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
  Slot confirmed = kNoSlot;
  if (succeeded && operation.action == Action::erase) {
    change.action = Action::erase;
    confirmed = operation.slot;
  } else if (succeeded && json::kind_of(row) == json::Kind::object) {
    std::string spelled;
    const auto key = store_.entity(entity).key_of(row, spelled);
    if (!key) return Error::missing_id;
    confirmed = store_.slot_for(entity, *key);
    change.action = Action::insert;
    change.row = row;
    change.version = store_.entity(entity).version_of(row);
  }
  overlay_.remove(handle);
  store_.unpin(operation.slot);
  ledger_.outdate(operation.slot);
  if (confirmed != kNoSlot) {
    apply_change(confirmed, change);
    note_if_shown(confirmed);
  }
  touch(operation.slot);
  note_if_shown(operation.slot);
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
      add_row(batch, slot);
    }
  }
  for (const ObservedView& each : views_) {
    if (each.view.changed()) batch.view(each.view.delta());
  }
  batch_ = batch.empty() ? std::string() : batch.finish();
  return batch_;
}

void Engine::add_row(BatchBuilder& batch, Slot slot) {
  std::string edited;
  const auto visible = overlay_.visible(slot, edited);
  if (!visible) return;
  const Row& row = store_.row(slot);
  if (row.mirror.empty() || !patch_.write(row.mirror, *visible))
    batch.row(slot, *visible);
  else if (!patch_.empty())
    batch.patch(slot, patch_.text());
  const bool is_stored = visible->data() == row.bytes.data();
  sending_.push_back({slot, is_stored ? std::string() : std::string(*visible)});
}

void Engine::commit() {
  for (const Sending& each : sending_) {
    ledger_.sent(each.slot);
    const bool is_stored = each.edited.empty();
    store_.mirror(each.slot, is_stored ? store_.row(each.slot).bytes : each.edited);
  }
  for (const Slot slot : dropping_) {
    ledger_.dropped(slot);
    store_.unmirror(slot);
  }
  for (ObservedView& each : views_) each.view.commit();
  ledger_.clear_dirty();
  rollback();
}

void Engine::rollback() {
  sending_.clear();
  dropping_.clear();
  // The first batch of a long list is as large as the list.
  batch_ = std::string();
}

bool Engine::shows(Slot slot) const {
  return std::any_of(views_.begin(), views_.end(),
                     [slot](const ObservedView& each) { return each.view.contains(slot); });
}

}  // namespace tidemark
