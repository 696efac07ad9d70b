// What one query shows: the slots of its rows, in order, kept up to date change by change,
// and what moved since the last flush.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/types.h"
#include "change/batch.h"
#include "sequence/subscription.h"
#include "view/filter.h"
#include "view/order.h"

namespace tidemark {

using ViewId = std::uint32_t;

// A row as a view sees it: overlay on top of store. No bytes: there is nothing to show.
struct VisibleRow {
  Slot slot = 0;
  std::string_view key;  // breaks ties
  std::optional<std::string> bytes;
};

class View {
 public:
  using Lookup = std::function<VisibleRow(Slot)>;

  View(ViewId id, EntityId entity, Filter filter, Order order)
      : id_(id), entity_(entity), filter_(std::move(filter)), order_(std::move(order)) {}

  ViewId id() const { return id_; }
  EntityId entity() const { return entity_; }
  bool whole_entity() const { return filter_.empty(); }
  const std::vector<Slot>& slots() const { return slots_; }
  bool admits(std::string_view row) const { return filter_.matches(row); }
  bool contains(Slot slot) const { return members_.contains(slot); }

  // A snapshot came: `listed` are its rows in the server's order; rows that changed since
  // the request left and are not in it follow in `newer`.
  void show_snapshot(const std::vector<Slot>& listed, const std::vector<Slot>& newer,
                     const Lookup& lookup);
  // Events are taken in only after the first snapshot: before it, a list of one would be
  // mistaken for the whole.
  bool has_snapshot() const { return has_snapshot_; }

  // A row's visible bytes changed.
  void touch(Slot slot, const Lookup& lookup);

  // What happened since the last commit; the batch's indexes refer to the list in JS.
  bool changed() const { return relisted_ || !ops_.empty(); }
  ViewDelta delta() const;
  void commit();

 private:
  std::size_t index_of(Slot slot) const;
  std::size_t place_for(const VisibleRow& row, const Lookup& lookup) const;
  void insert(Slot slot, std::size_t at);
  void remove(Slot slot);
  void add_op(ViewOp op);

  ViewId id_;
  EntityId entity_;
  Filter filter_;
  Order order_;
  bool has_snapshot_ = false;
  bool relisted_ = false;
  std::vector<Slot> slots_;
  std::unordered_set<Slot> members_;
  std::vector<ViewOp> ops_;
};

}  // namespace tidemark
