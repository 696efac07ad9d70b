// The user's pending edits. They never touch the store: the visible row is the store's row
// with the pending operations replayed on it, and a rollback is the removal of one (I5).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.h"
#include "overlay/operation.h"
#include "overlay/policy.h"
#include "overlay/replay.h"
#include "overlay/saved_edit.h"
#include "store/row_store.h"

namespace tidemark {

class Overlay {
 public:
  explicit Overlay(const RowStore& store) : store_(store) {}

  void set_policies(EntityId entity, Policies policies);
  const Policies& policies(EntityId entity) const;

  MutationHandle add(std::string mutation, Slot slot, Action action, std::string_view data,
                     Millis made_at);
  // The same with what an earlier page knew of it. It waits to be sent; an update also for its
  // row.
  MutationHandle restore(SavedEdit saved, Slot slot, Tick now);
  PendingOperation* find(MutationHandle handle);
  bool holds(std::string_view mutation) const;
  // The operation that an event is the echo of: by its mutation id or, where the server
  // gives none, by content. `slot` is the event's row's, `change` the row as the event has it.
  PendingOperation* find_echoed(std::string_view mutation, Slot slot, const RowChange& change);
  void remove(MutationHandle handle);

  // An inserted row turned out to be called otherwise: what is pending on it moves along.
  // Returns how many did.
  std::uint32_t move(Slot from, Slot to);

  // The oldest operation that may be sent now; none when there is none.
  PendingOperation* next_to_send();
  bool any_sent() const;
  bool any_queued() const;
  // Updates that are not sent yet first wait for what became of their rows.
  void await_news(Tick now);
  bool awaits_rows() const;
  void give_up_rows();

  // Conflicts of a row's operations that the app has not been told of; they count as told.
  struct Told {
    MutationHandle handle = 0;
    Conflict conflict;
  };
  std::vector<Told> new_conflicts(Slot slot);

  // Answered operations that the store's truth as of `as_of` includes: of one row when it
  // changed, of an entity when its rows were read. Each is to be removed.
  std::vector<MutationHandle> included(Slot slot, Tick as_of) const;
  std::vector<MutationHandle> included_in_snapshot(EntityId entity, Tick as_of) const;

  // What the server should be sent for it: the row, or the members that still change.
  std::string payload(const PendingOperation& operation) const;

  // The row's bytes as the user is to see them; none when there is no row to see. Without
  // edits they are the store's own; an edited row is written to `edited`.
  std::optional<std::string_view> visible(Slot slot, std::string& edited) const;
  std::optional<std::string> visible(Slot slot) const;
  bool touches(Slot slot) const;
  // Those of a row, oldest first.
  std::vector<PendingOperation*> of(Slot slot);
  // Rows that have pending operations, each once.
  std::vector<Slot> slots() const;
  std::size_t size() const { return pending_.size(); }
  const std::vector<PendingOperation>& all() const { return pending_; }

 private:
  bool is_blocked(const PendingOperation& operation) const;
  bool echoes(const PendingOperation& operation, Slot slot, const RowChange& change) const;
  // The row below an operation: the store's with the earlier operations.
  std::optional<std::string> below(Slot slot, MutationHandle before) const;

  const RowStore& store_;
  MutationHandle next_handle_ = 1;
  std::vector<PendingOperation> pending_;  // in the order the user made them
  std::vector<Policies> policies_;         // by entity
};

}  // namespace tidemark
