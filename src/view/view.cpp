#include "view/view.h"

#include <algorithm>
#include <cassert>

namespace tidemark {
namespace {

// Beyond this many ops a whole list is shorter to send and faster to apply.
constexpr std::size_t kMostOps = 256;

}  // namespace

void View::show_snapshot(const std::vector<Slot>& listed, const std::vector<Slot>& newer,
                         const Lookup& lookup) {
  std::vector<VisibleRow> shown;
  shown.reserve(listed.size() + newer.size());
  const auto take = [&](const std::vector<Slot>& slots) {
    for (const Slot slot : slots) {
      VisibleRow row = lookup(slot);
      if (row.bytes && filter_.matches(*row.bytes)) shown.push_back(std::move(row));
    }
  };
  take(listed);
  take(newer);
  if (!order_.empty()) {
    std::stable_sort(shown.begin(), shown.end(), [this](const auto& a, const auto& b) {
      return order_.before(*a.bytes, a.key, *b.bytes, b.key);
    });
  }
  std::vector<Slot> slots;
  slots.reserve(shown.size());
  for (const VisibleRow& row : shown) slots.push_back(row.slot);

  const bool first = !has_snapshot_;
  has_snapshot_ = true;
  // I6: a list that did not change keeps its array.
  if (!first && slots == slots_) return;
  slots_ = std::move(slots);
  members_ = {slots_.begin(), slots_.end()};
  relisted_ = true;
  ops_.clear();
}

void View::touch(Slot slot, const Lookup& lookup) {
  if (!has_snapshot_) return;
  const VisibleRow row = lookup(slot);
  const bool belongs = row.bytes && filter_.matches(*row.bytes);
  const bool was_here = members_.contains(slot);
  if (!was_here && !belongs) return;
  if (!belongs) return remove(slot);
  if (!was_here) return insert(slot, place_for(row, lookup));

  // The whole list goes over anyway, and without an order the row stays in its place.
  if (relisted_ && order_.empty()) return;
  const std::size_t from = index_of(slot);
  if (order_.empty()) {
    return add_op({ViewOpKind::update, slot, static_cast<std::uint32_t>(from), 0});
  }
  slots_.erase(slots_.begin() + static_cast<std::ptrdiff_t>(from));
  const std::size_t to = place_for(row, lookup);
  slots_.insert(slots_.begin() + static_cast<std::ptrdiff_t>(to), slot);
  add_op({from == to ? ViewOpKind::update : ViewOpKind::move, slot,
          static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to)});
}

std::size_t View::index_of(Slot slot) const {
  const auto found = std::find(slots_.begin(), slots_.end(), slot);
  assert(found != slots_.end());
  return static_cast<std::size_t>(found - slots_.begin());
}

std::size_t View::place_for(const VisibleRow& row, const Lookup& lookup) const {
  if (order_.empty()) return slots_.size();
  const auto place =
      std::lower_bound(slots_.begin(), slots_.end(), row, [&](Slot each, const VisibleRow& mine) {
        const VisibleRow other = lookup(each);
        return other.bytes && order_.before(*other.bytes, other.key, *mine.bytes, mine.key);
      });
  return static_cast<std::size_t>(place - slots_.begin());
}

void View::insert(Slot slot, std::size_t at) {
  slots_.insert(slots_.begin() + static_cast<std::ptrdiff_t>(at), slot);
  members_.insert(slot);
  add_op({ViewOpKind::insert, slot, 0, static_cast<std::uint32_t>(at)});
}

void View::remove(Slot slot) {
  const std::size_t at = index_of(slot);
  slots_.erase(slots_.begin() + static_cast<std::ptrdiff_t>(at));
  members_.erase(slot);
  add_op({ViewOpKind::remove, slot, static_cast<std::uint32_t>(at), 0});
}

void View::add_op(ViewOp op) {
  if (relisted_) return;
  // I7: a burst is merged into one list instead of growing without limit.
  if (ops_.size() >= kMostOps) {
    relisted_ = true;
    ops_.clear();
    return;
  }
  ops_.push_back(op);
}

ViewDelta View::delta() const {
  ViewDelta delta;
  delta.view = id_;
  delta.relisted = relisted_;
  if (relisted_)
    delta.slots = slots_;
  else
    delta.ops = ops_;
  return delta;
}

void View::commit() {
  relisted_ = false;
  ops_.clear();
}

}  // namespace tidemark
