// The user's pending edits. They never touch the store: the visible row is the store's row
// with the pending operations replayed on it, and a rollback is the removal of one (I5).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.h"
#include "store/row_store.h"

namespace tidemark {

using MutationHandle = std::uint32_t;

struct PendingOperation {
  MutationHandle handle = 0;
  std::string mutation;  // the id that the server's echo repeats
  Slot slot = 0;
  Action action = Action::update;
  std::string data;  // insert: the row; update: the changed members; delete: unused
};

class Overlay {
 public:
  explicit Overlay(const RowStore& store) : store_(store) {}

  MutationHandle add(std::string mutation, Slot slot, Action action, std::string_view data);
  const PendingOperation* find(MutationHandle handle) const;
  const PendingOperation* find_by_mutation(std::string_view mutation) const;
  void remove(MutationHandle handle);

  // The row's bytes as the user is to see them; none when there is no row to see. Without
  // edits they are the store's own; an edited row is written to `edited`.
  std::optional<std::string_view> visible(Slot slot, std::string& edited) const;
  std::optional<std::string> visible(Slot slot) const;
  bool touches(Slot slot) const;
  std::size_t size() const { return pending_.size(); }

 private:
  const RowStore& store_;
  MutationHandle next_handle_ = 1;
  std::vector<PendingOperation> pending_;  // in the order the user made them
};

}  // namespace tidemark
