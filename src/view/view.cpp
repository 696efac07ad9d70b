#include "view/view.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "view/sort_key.h"

namespace tidemark {
namespace {

// Beyond this many ops a whole list is shorter to send and faster to apply.
constexpr std::size_t kMostOps = 256;
constexpr std::size_t kWordsPerOp = 4;

// The rank of what is not in the list: after all that is.
constexpr std::size_t kNowhere = Window::kAll;

bool in_order(const Member* a, const Member* b) { return comes_before(*a, *b); }

}  // namespace

std::vector<Slot> View::slots() const {
  std::vector<Slot> slots;
  slots.reserve(std::min(window_.limit, index_.size()));
  index_.visit(window_.begin(), window_.end(),
               [&slots](const Member& each) { slots.push_back(each.slot); });
  return slots;
}

bool View::shows(Slot slot) const {
  const auto found = members_.find(slot);
  return found != members_.end() && found->second.shown;
}

// ---------------------------------------------------------------- snapshots

void View::expect_page(const VisibleRow& first, const VisibleRow& last) {
  if (!window_.paged || order_.empty()) return;
  write_key(first, first_sent_.emplace(Member{first.slot}));
  write_key(last, last_sent_.emplace(Member{last.slot}));
}

void View::show_snapshot(const std::vector<Slot>& listed, const std::vector<Slot>& newer,
                         const Lookup& lookup) {
  const std::vector<Slot> before = slots();
  Members kept;
  std::vector<Member*> list;
  kept.reserve(listed.size() + newer.size());
  list.reserve(listed.size() + newer.size());
  next_place_ = 0;
  more_above_ = window_.paged && window_.offset > 0;
  more_below_ = window_.paged && listed.size() >= window_.limit;
  if (order_.empty() && more_below_) last_sent_ = Member{0, false, false, listed.size(), {}};

  std::vector<Slot> withheld;
  bool unsure = more_above_ && !newer.empty();
  bool moved_away = false;
  for (const Slot slot : listed) {
    Member* member = take(slot, lookup, kept);
    if (keep(member, kept)) {
      list.push_back(member);
    } else {
      withheld.push_back(slot);
      moved_away = moved_away || member != nullptr;
    }
  }
  for (const Slot slot : newer) {
    Member* member = take(slot, lookup, kept);
    if (keep(member, kept)) {
      list.push_back(member);
    } else if (member != nullptr && order_.empty()) {
      unsure = true;
    }
  }
  show_list(std::move(list), std::move(kept), before);
  // A server that keeps listing what is not shown, say because of a pending edit, is not
  // asked again and again, unless there was news of that row.
  const bool asked_before = withheld == withheld_;
  stale_ = unsure || (!asked_before && (is_short() || (more_above_ && moved_away)));
  withheld_ = std::move(withheld);
}

// False when the row does not belong or lies outside of the page; it then goes with those
// that are left.
bool View::keep(Member* member, Members& kept) {
  if (member == nullptr) return false;
  if (!is_outside(*member)) return true;
  members_.insert(kept.extract(member->slot));
  return false;
}

// The row's member, held already or new; null when the row does not belong.
Member* View::take(Slot slot, const Lookup& lookup, Members& kept) {
  Member* member = nullptr;
  if (auto held = members_.extract(slot)) {
    member = &kept.insert(std::move(held)).position->second;
  } else {
    const VisibleRow row = lookup(slot);
    if (!row.bytes || !filter_.matches(*row.bytes)) return nullptr;
    member = &kept[slot];
    member->slot = slot;
    if (!order_.empty()) write_key(row, *member);
  }
  if (order_.empty()) member->prefix = next_place_++;
  return member;
}

void View::show_list(std::vector<Member*> list, Members kept, const std::vector<Slot>& before) {
  if (!std::is_sorted(list.begin(), list.end(), in_order)) {
    std::sort(list.begin(), list.end(), in_order);
  }
  crossed_.clear();
  // What is left here is in the list no more.
  for (const auto& [slot, member] : members_) {
    if (member.shown) crossed_.push_back(slot);
  }
  index_.assign(list);
  members_ = std::move(kept);
  for (std::size_t i = 0; i < list.size(); ++i) {
    const bool shown = window_.begin() <= i && i < window_.end();
    if (list[i]->shown != shown) crossed_.push_back(list[i]->slot);
    list[i]->shown = shown;
  }
  const bool first = !std::exchange(has_snapshot_, true);
  // I6: a list that did not change keeps its array.
  if (!first && slots() == before) return;
  relisted_ = true;
  ops_.clear();
}

// ---------------------------------------------------------------- changes

void View::touch(const VisibleRow& row) {
  crossed_.clear();
  if (!has_snapshot_) return;
  const auto was_withheld = std::find(withheld_.begin(), withheld_.end(), row.slot);
  if (was_withheld != withheld_.end()) withheld_.erase(was_withheld);
  const bool belongs = row.bytes && filter_.matches(*row.bytes);
  const auto held = members_.find(row.slot);
  const bool was_here = held != members_.end();
  // It may have been above the page, and the page has then moved.
  if (!was_here && more_above_) stale_ = true;
  if (was_here && belongs) {
    update(held->second, row);
  } else if (was_here) {
    remove(held->second);
  } else if (belongs) {
    insert(row);
  }
  const bool lost_one = !row.bytes || (was_here && !contains(row.slot));
  if (lost_one && is_short()) stale_ = true;
}

void View::miss() {
  if (has_snapshot_) stale_ = stale_ || more_above_;
}

void View::insert(const VisibleRow& row) {
  Member member;
  member.slot = row.slot;
  write_key(row, member);
  if (order_.empty()) member.prefix = next_place_++;
  if (is_outside(member)) {
    // Without an order it may belong anywhere.
    stale_ = stale_ || order_.empty();
    return;
  }
  Member& kept = members_.emplace(row.slot, std::move(member)).first->second;
  shift(kept, kNowhere, index_.insert(kept));
}

void View::update(Member& member, const VisibleRow& row) {
  // Without an order the row stays in its place.
  if (order_.empty()) return note_update(member);
  Member moved;
  moved.slot = member.slot;
  write_key(row, moved);
  if (moved.key == member.key) return note_update(member);
  if (is_outside(moved)) {
    stale_ = stale_ || more_above_;
    return remove(member);
  }
  const std::size_t from = index_.erase(member);
  member.key = std::move(moved.key);
  member.prefix = moved.prefix;
  const std::size_t to = index_.insert(member);
  if (from == to) return note_update(member);
  shift(member, from, to);
}

void View::note_update(Member& member) {
  if (!member.shown || member.updated || relisted_) return;
  member.updated = true;
  updated_.push_back(member.slot);
}

void View::remove(Member& member) {
  const Slot slot = member.slot;
  shift(member, index_.erase(member), kNowhere);
  members_.erase(slot);
}

// A member went from one rank to another in the list of all; what that does to the window. At
// most one row leaves it and one comes in, though others than the member may be the ones.
void View::shift(Member& subject, std::size_t from, std::size_t to) {
  enum class Side { before, within, after };
  const std::size_t begin = window_.begin();
  const std::size_t end = window_.end();
  const auto side_of = [&](std::size_t rank) {
    if (rank < begin) return Side::before;
    return rank < end && rank != kNowhere ? Side::within : Side::after;
  };
  const Side left = side_of(from);
  const Side came = side_of(to);
  if (left == Side::within && came == Side::within) {
    return add_op({ViewOpKind::move, subject.slot, static_cast<std::uint32_t>(from - begin),
                   static_cast<std::uint32_t>(to - begin)});
  }
  if (left == came) return;

  // The list holds the member at `to` by now.
  if (left == Side::before && begin <= index_.size()) leave(index_.at(begin - 1), 0);
  if (left == Side::within) leave(subject, from - begin);
  if (left == Side::after && end < index_.size()) leave(index_.at(end), window_.limit - 1);

  if (came == Side::before && begin < index_.size()) enter(index_.at(begin), 0);
  if (came == Side::within) enter(subject, to - begin);
  if (came == Side::after && end <= index_.size()) enter(index_.at(end - 1), window_.limit - 1);
}

void View::leave(Member& member, std::size_t at) {
  member.shown = false;
  crossed_.push_back(member.slot);
  add_op({ViewOpKind::remove, member.slot, static_cast<std::uint32_t>(at), 0});
}

void View::enter(Member& member, std::size_t at) {
  member.shown = true;
  crossed_.push_back(member.slot);
  add_op({ViewOpKind::insert, member.slot, 0, static_cast<std::uint32_t>(at)});
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

// ---------------------------------------------------------------- what is known

void View::write_key(const VisibleRow& row, Member& member) {
  if (order_.empty()) return;
  order_.write_key(*row.bytes, row.key, member.key);
  member.prefix = sort_key::prefix_of(member.key);
}

// Among rows that the server did not send, so that its neighbours are unknown.
bool View::is_outside(const Member& member) const {
  const bool above = more_above_ && (!first_sent_ || comes_before(member, *first_sent_));
  const bool below = more_below_ && (!last_sent_ || comes_before(*last_sent_, member));
  return above || below;
}

// Some row that was never sent belongs into the window.
bool View::is_short() const { return more_below_ && index_.size() < window_.end(); }

// ---------------------------------------------------------------- out

ViewDelta View::delta() const {
  ViewDelta delta;
  delta.view = id_;
  const std::size_t most_words = kMostOps * kWordsPerOp + std::min(window_.limit, index_.size());
  const bool list_is_shorter = updated_.size() * kWordsPerOp > most_words;
  delta.relisted = relisted_ || list_is_shorter;
  if (delta.relisted) {
    delta.slots = slots();
    return delta;
  }
  delta.ops = ops_;
  // Last, so that a row that changed often is told once, at the place where it ends up.
  for (const Slot slot : updated_) {
    const auto found = members_.find(slot);
    if (found == members_.end() || !found->second.shown || !found->second.updated) continue;
    const auto at = static_cast<std::uint32_t>(index_.rank(found->second) - window_.begin());
    delta.ops.push_back({ViewOpKind::update, slot, at, 0});
  }
  return delta;
}

void View::commit() {
  for (const Slot slot : updated_) {
    if (const auto found = members_.find(slot); found != members_.end()) {
      found->second.updated = false;
    }
  }
  relisted_ = false;
  ops_.clear();
  updated_.clear();
}

}  // namespace tidemark
