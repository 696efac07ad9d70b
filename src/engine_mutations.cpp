// What the user does: edits go into the overlay, are sent when their turn comes, and end with
// the server's answer or their echo.
#include <algorithm>
#include <utility>

#include "base/json.h"
#include "engine.h"

namespace tidemark {

using Stage = PendingOperation::Stage;
using Awaits = PendingOperation::Awaits;

Result<MutationHandle> Engine::mutate(std::string mutation, std::string_view entity_name,
                                      Action action, std::string_view data, Millis now) {
  now = begin_input(now);
  EntityId entity = 0;
  const Entity* shape = store_.find_entity(entity_name, entity);
  if (shape == nullptr) return Error::unknown_entity;
  std::string spelled;
  const auto key = shape->key_of(data, spelled);
  if (!key || mutation.empty()) return Error::bad_mutation;
  const Slot slot = store_.slot_for(entity, *key);
  store_.pin(slot);
  const MutationHandle handle =
      overlay_.add(std::move(mutation), slot, action, data, clock_.outside(now));
  keep(*overlay_.find(handle));
  ledger_.outdate(slot);
  touch(slot);
  note_if_held(slot);
  send_mutations();
  return handle;
}

Result<MutationHandle> Engine::restore(std::string_view text, Millis now) {
  now = begin_input(now);
  const auto refuse = [this](Error error) {
    ++counters_.rejected[static_cast<std::size_t>(error)];
    return error;
  };
  auto saved = read_saved(text);
  if (!saved.ok()) return refuse(saved.error());
  EntityId entity = 0;
  const Entity* shape = store_.find_entity(saved.value().entity, entity);
  if (shape == nullptr) return refuse(Error::unknown_entity);
  const auto key = shape->key_of(saved.value().data);
  if (!key || overlay_.holds(saved.value().key)) return refuse(Error::bad_edit);
  const Slot slot = store_.slot_for(entity, *key);
  store_.pin(slot);
  const MutationHandle handle = overlay_.restore(std::move(saved.value()), slot, tick_);
  ledger_.outdate(slot);
  touch(slot);
  note_if_held(slot);
  tell_conflicts(slot);
  outbox_.in_sequence = true;
  if (!session_.pauses().has(PauseReason::offline)) outbox_.wait_for_rows(now);
  send_mutations();
  return handle;
}

// In the order in which they were made. Without a network they wait, and afterwards go one by
// one, so that the server sees them in that order; with one there is nothing to wait for.
void Engine::send_mutations() {
  if (session_.pauses().has(PauseReason::offline)) {
    outbox_.in_sequence = overlay_.next_to_send() != nullptr;
    return;
  }
  if (outbox_.retry_at) return;
  while (PendingOperation* next = overlay_.next_to_send()) {
    if ((outbox_.in_sequence && overlay_.any_sent()) || awaits_row(*next)) return;
    next->stage = Stage::sent;
    // A server that takes each edit once answers a second request as it did the first.
    if (next->sent_at == 0) next->sent_at = tick_;
    const Row& row = store_.row(next->slot);
    effects_.submit(next->handle, next->mutation, store_.entity(row.entity).name, next->action,
                    id_of(row.key), overlay_.payload(*next));
  }
  // Edits of a row wait for its insert, and then go one by one too.
  outbox_.in_sequence = outbox_.in_sequence && overlay_.any_queued();
}

void Engine::tend_edits(Millis now) {
  const bool retries = outbox_.retry_at && *outbox_.retry_at <= now;
  const bool gives_up = outbox_.rows_until && *outbox_.rows_until <= now;
  if (retries) outbox_.retry_at.reset();
  if (gives_up) outbox_.rows_until.reset();
  if (gives_up) overlay_.give_up_rows();
  if (retries && session_.state() != State::connected) await_news(now);
  if (retries || gives_up) send_mutations();
}

void Engine::await_news(Millis now) {
  overlay_.await_news(tick_);
  if (overlay_.awaits_rows() && !outbox_.rows_until) outbox_.wait_for_rows(now);
}

// Is it still unknown what has become of its row, or what the app makes of that?
bool Engine::awaits_row(PendingOperation& operation) const {
  if (operation.awaits == Awaits::nothing) return false;
  const Row& row = store_.row(operation.slot);
  bool is_known = operation.awaits == Awaits::row && row.state != RowState::absent;
  bool will_be_known = operation.awaits == Awaits::row;
  for (const ObservedView& each : views_) {
    const bool tells = each.view.whole_entity() || each.view.contains(operation.slot);
    if (each.view.entity() != row.entity || !tells) continue;
    will_be_known = true;
    // A link that was there before counts once something has come over it: it may be dead.
    const bool follows =
        heard_at_ > operation.awaits_since && continuity_of(each) == Continuity::live;
    is_known = is_known || follows || each.snapshot_as_of > operation.awaits_since;
  }
  const bool waits = (will_be_known && !is_known) || operation.questions > 0;
  if (!waits) operation.awaits = Awaits::nothing;
  return waits;
}

void Engine::keep(PendingOperation& operation) {
  if (!config_.keep_edits && !operation.kept) return;
  operation.kept = true;
  const std::string& entity = store_.entity(store_.row(operation.slot).entity).name;
  effects_.keep(operation.mutation, entity, saved_text(operation, entity));
}

// The server has the edit, or refused it: after a reload it must not be made anew.
void Engine::let_go(PendingOperation& operation) {
  if (operation.kept) effects_.forget(operation.mutation);
  operation.kept = false;
}

Error Engine::settle(MutationHandle handle, std::string_view row, Millis now) {
  now = begin_input(now);
  PendingOperation* operation = overlay_.find(handle);
  if (operation == nullptr) return Error::no_such_handle;
  outbox_.answered();
  const bool succeeded = !row.empty();
  const bool gives_row = succeeded && json::kind_of(row) == json::Kind::object;
  const bool erased = succeeded && operation->action == Action::erase;
  const EntityId entity = store_.row(operation->slot).entity;
  if (succeeded && !gives_row && !erased && operation->stage != Stage::confirmed) {
    await_change(*operation);
    send_mutations();
    return Error::none;
  }
  RowChange change;
  change.entity = entity;
  // As old as the request, like a snapshot: its echo, or somebody else's change, may have
  // come since (I3).
  change.as_of = operation->sent_at;
  change.action = erased ? Action::erase : Action::insert;
  Slot target = operation->slot;
  if (gives_row) {
    std::string spelled;
    const auto identity = store_.entity(entity).identify(row, spelled);
    if (!identity) return Error::missing_id;
    target = store_.slot_for(entity, identity->key);
    change.row = row;
    change.take(*identity);
  }
  // From here on the server's row shows, and is no conflict.
  operation->stage = Stage::confirmed;
  if (gives_row && operation->action == Action::insert) rename(operation->slot, target);
  if (gives_row && is_outrun(target, change)) {
    change.as_of = tick_;
    outdate_views(entity, row);
  }
  if ((gives_row || erased) && is_observed(entity)) apply_change(target, change);
  finish(handle);
  note_if_held(target);
  store_.forget_if_empty(target);
  send_mutations();
  return Error::none;
}

// The row of an answer that a read, which left after the request, does not list: the read was
// too early, or the row is gone already. It is shown until the next read tells.
bool Engine::is_outrun(Slot slot, const RowChange& change) const {
  const Row& held = store_.row(slot);
  if (held.state == RowState::present) return false;
  return std::any_of(views_.begin(), views_.end(), [&](const ObservedView& each) {
    return each.view.entity() == held.entity && each.view.admits(change.row) &&
           denies(each, slot, &change);
  });
}

// The edit succeeded and the server gave no row. It is shown until the change arrives; views
// that no stream keeps up to date have to ask.
void Engine::await_change(PendingOperation& operation) {
  operation.stage = Stage::answered;
  operation.answered_at = tick_;
  let_go(operation);
  const EntityId entity = store_.row(operation.slot).entity;
  if (!is_observed(entity)) return finish(operation.handle);
  for (const ObservedView& each : views_) {
    const bool lags = each.view.entity() == entity && continuity_of(each) != Continuity::live;
    if (lags && each.last_begun > 0 && !each.view.needs_refetch())
      effects_.fetch(each.view.id(), FetchReason::gap);
  }
}

void Engine::finish(MutationHandle handle) {
  PendingOperation& operation = *overlay_.find(handle);
  let_go(operation);
  const Slot slot = operation.slot;
  const EntityId entity = store_.row(slot).entity;
  overlay_.remove(handle);
  store_.unpin(slot);
  ledger_.outdate(slot);
  touch(slot);
  note_if_held(slot);
  store_.forget_if_empty(slot);
  // I7: nobody looks any more, so nothing would keep the row up to date or let go of it.
  if (!is_observed(entity)) forget(entity);
}

Result<bool> Engine::fail(MutationHandle handle, bool network, Millis now) {
  PendingOperation* operation = overlay_.find(handle);
  if (operation == nullptr) return Error::no_such_handle;
  const bool is_offline = session_.pauses().has(PauseReason::offline);
  const bool waits = network && (is_offline || operation->kept) && operation->stage == Stage::sent;
  if (!waits) {
    if (const Error error = settle(handle, "", now); error != Error::none) return error;
    return false;
  }
  now = begin_input(now);
  operation->stage = Stage::queued;
  outbox_.in_sequence = true;
  const Backoff backoff{config_.session.reconnect_interval, config_.session.longest_backoff};
  if (!is_offline) outbox_.retry_later(backoff, now, random_);
  return true;
}

Error Engine::resolve(MutationHandle handle, std::string_view field, std::string_view theirs,
                      std::string_view value, Millis now) {
  begin_input(now);
  PendingOperation* operation = overlay_.find(handle);
  if (operation == nullptr) return Error::no_such_handle;
  operation->resolutions.push_back({std::string(field), std::string(theirs), std::string(value)});
  if (operation->questions > 0) --operation->questions;
  ledger_.outdate(operation->slot);
  touch(operation->slot);
  if (overlay_.awaits_rows()) send_mutations();
  return Error::none;
}

// The echo of an own edit: the server's row, which goes to `slot`, takes the pending
// operation's place in one step. Returns the operation if nothing more is to come of it; it
// is to be finished when the row is there.
std::optional<MutationHandle> Engine::recognise_echo(std::string_view mutation, Slot slot,
                                                     const RowChange& change) {
  if (overlay_.size() == 0) return std::nullopt;
  PendingOperation* mine = overlay_.find_echoed(mutation, slot, change);
  if (mine == nullptr) return std::nullopt;
  const bool answered = mine->stage == Stage::answered;
  // It was sent before the network failed, or by an earlier page: it need not go again.
  const bool arrived = mine->stage == Stage::queued;
  const MutationHandle handle = mine->handle;
  mine->stage = Stage::confirmed;
  if (mine->action == Action::insert) rename(mine->slot, slot);
  if (!mutation.empty()) let_go(*mine);
  if (arrived) effects_.confirmed(handle, change.row);
  ledger_.outdate(slot);
  touch(slot);
  return answered || arrived ? std::optional(handle) : std::nullopt;
}

// A row that was shown under a temporary id has the server's now: pending edits of it move
// along, and the app is told.
void Engine::rename(Slot from, Slot to) {
  if (from == to) return;
  const std::uint32_t moved = overlay_.move(from, to);
  for (std::uint32_t i = 0; i < moved; ++i) {
    store_.unpin(from);
    store_.pin(to);
  }
  const Row& row = store_.row(from);
  effects_.renamed(store_.entity(row.entity).name, id_of(row.key), id_of(store_.row(to).key));
  // Before the insert itself is let go of: in between, both are kept under the same id.
  for (PendingOperation* each : overlay_.of(to)) {
    if (each->kept && each->stage != Stage::confirmed) keep(*each);
  }
  for (const Slot each : {from, to}) {
    ledger_.outdate(each);
    touch(each);
    note_if_held(each);
  }
  store_.forget_if_empty(from);
}

void Engine::tell_conflicts(Slot slot) {
  if (!overlay_.touches(slot)) return;
  const Row& row = store_.row(slot);
  for (const Overlay::Told& each : overlay_.new_conflicts(slot)) {
    const Conflict& conflict = each.conflict;
    if (conflict.policy == ConflictPolicy::custom) ++overlay_.find(each.handle)->questions;
    effects_.conflict(each.handle, store_.entity(row.entity).name, id_of(row.key), conflict.field,
                      name_of(conflict.policy), conflict.base, conflict.mine, conflict.theirs);
  }
}

}  // namespace tidemark
