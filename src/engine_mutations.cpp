// What the user does: edits go into the overlay, are sent when their turn comes, and end with
// the server's answer or their echo.
#include <utility>

#include "base/json.h"
#include "engine.h"

namespace tidemark {

using Stage = PendingOperation::Stage;

Result<MutationHandle> Engine::mutate(std::string mutation, std::string_view entity_name,
                                      Action action, std::string_view data, Millis now) {
  now = begin_input(now);
  EntityId entity = 0;
  const Entity* shape = store_.find_entity(entity_name, entity);
  if (shape == nullptr) return Error::unknown_entity;
  const auto key = shape->key_of(data);
  if (!key || mutation.empty()) return Error::bad_mutation;
  const Slot slot = store_.slot_for(entity, *key);
  store_.pin(slot);
  const MutationHandle handle =
      overlay_.add(std::move(mutation), slot, action, data, clock_.outside(now));
  ledger_.outdate(slot);
  touch(slot);
  send_mutations();
  return handle;
}

// In the order in which they were made. Without a network they wait, and afterwards go one by
// one, so that the server sees them in that order; with one there is nothing to wait for.
void Engine::send_mutations() {
  if (session_.pauses().has(PauseReason::offline)) {
    in_sequence_ = overlay_.next_to_send() != nullptr;
    return;
  }
  while (PendingOperation* next = overlay_.next_to_send()) {
    if (in_sequence_ && overlay_.any_sent()) return;
    next->stage = Stage::sent;
    // A server that takes each edit once answers a second request as it did the first.
    if (next->sent_at == 0) next->sent_at = tick_;
    const Row& row = store_.row(next->slot);
    effects_.submit(next->handle, next->mutation, store_.entity(row.entity).name, next->action,
                    id_of(row.key), overlay_.payload(*next));
  }
  in_sequence_ = false;
}

Error Engine::settle(MutationHandle handle, std::string_view row, Millis now) {
  now = begin_input(now);
  const PendingOperation* found = overlay_.find(handle);
  if (found == nullptr) return Error::no_such_handle;
  const PendingOperation operation = *found;
  const EntityId entity = store_.row(operation.slot).entity;
  const bool succeeded = !row.empty();
  RowChange change;
  change.entity = entity;
  // As old as the request, like a snapshot: its echo, or somebody else's change, may have
  // come since (I3).
  change.as_of = operation.sent_at;
  if (succeeded && operation.action == Action::erase) {
    change.action = Action::erase;
    change.key = store_.row(operation.slot).key;
    change.version = store_.row(operation.slot).version;
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
  if (operation.action == Action::insert && !change.key.empty()) {
    rename(operation.slot, store_.slot_for(entity, change.key));
  }
  ledger_.outdate(operation.slot);
  if (!change.key.empty()) apply_change(change);
  touch(operation.slot);
  store_.forget_if_empty(operation.slot);
  // I7: nobody looks any more, so nothing would keep the answer up to date or let go of it.
  if (!is_observed(entity)) forget(entity);
  send_mutations();
  return Error::none;
}

Error Engine::requeue(MutationHandle handle, Millis now) {
  begin_input(now);
  PendingOperation* operation = overlay_.find(handle);
  if (operation == nullptr) return Error::no_such_handle;
  if (operation->stage == Stage::confirmed) {
    settle(handle, "null", now);
    return Error::no_such_handle;
  }
  operation->stage = Stage::queued;
  in_sequence_ = true;
  send_mutations();
  return Error::none;
}

Error Engine::resolve(MutationHandle handle, std::string_view field, std::string_view theirs,
                      std::string_view value, Millis now) {
  begin_input(now);
  PendingOperation* operation = overlay_.find(handle);
  if (operation == nullptr) return Error::no_such_handle;
  operation->resolutions.push_back({std::string(field), std::string(theirs), std::string(value)});
  ledger_.outdate(operation->slot);
  touch(operation->slot);
  return Error::none;
}

// The echo of an own edit: the server's row takes the pending operation's place in one step.
// Returns the slot that the operation held.
std::optional<Slot> Engine::recognise_echo(std::string_view mutation, const RowChange& change) {
  PendingOperation* mine = overlay_.find_echoed(mutation, change);
  if (mine == nullptr) return std::nullopt;
  const Slot slot = mine->slot;
  mine->stage = Stage::confirmed;
  if (mine->action == Action::insert) rename(slot, store_.slot_for(change.entity, change.key));
  ledger_.outdate(slot);
  touch(slot);
  return slot;
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
  // Out of the lists first: a place is searched for among rows that are there.
  touch(from);
  ledger_.outdate(to);
  touch(to);
}

void Engine::tell_conflicts(Slot slot) {
  if (!overlay_.touches(slot)) return;
  const Row& row = store_.row(slot);
  for (const Overlay::Told& each : overlay_.new_conflicts(slot)) {
    const Conflict& conflict = each.conflict;
    effects_.conflict(each.handle, store_.entity(row.entity).name, id_of(row.key), conflict.field,
                      name_of(conflict.policy), conflict.base, conflict.mine, conflict.theirs);
  }
}

}  // namespace tidemark
