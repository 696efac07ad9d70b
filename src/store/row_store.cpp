#include "store/row_store.h"

#include <algorithm>

#include "base/json.h"
#include "base/scan.h"
#include "base/sort.h"

namespace tidemark {
namespace {

// I3 and I2: does this change tell more than the row (or its tombstone) already knows?
bool supersedes(const RowChange& change, const Row& held) {
  if (held.state == RowState::absent) return true;
  // A read of all rows did not have it.
  const bool was_missing =
      held.state == RowState::deleted && held.evidence.is_read && !held.may_exist;
  if (was_missing && change.evidence().predates(held.evidence)) return false;
  const auto order = change.version <=> held.version;
  // Deleted, and nobody said at which version: a greater one than the last may be what went.
  const bool is_blind = held.state == RowState::deleted && held.blindly;
  if (order == std::partial_ordering::greater && !is_blind) return true;
  if (order == std::partial_ordering::less) return false;
  // A delete that names the version which it removed: an equal one is late.
  const bool is_same = order == std::partial_ordering::equivalent;
  const bool is_late = held.state == RowState::deleted && !is_blind && !held.may_exist && is_same;
  if (is_late) return false;
  // The order of commits, over all subscriptions and tabs.
  const Place& place = held.evidence.place;
  if (change.place.comparable(place)) {
    if (change.place.seq != place.seq) return change.place.seq > place.seq;
    if (!change.is_read) return false;
  }
  if (held.state == RowState::deleted) {
    // What was read afterwards knows better. An event of the last version known does not.
    if (is_blind && change.is_read) return change.as_of >= held.tick;
    if (is_same && !change.is_read && change.action != Action::erase) return false;
    // Without versions an update cannot create a row, only an insert can. Unless the server
    // orders its events: then it may have been inserted outside the filter.
    const bool is_ordered = change.place.known() && !change.is_read;
    const bool revives = change.action == Action::update && !is_ordered && !held.may_exist;
    if (revives) return false;
  }
  // Versions that say nothing: what left the server after the row was last touched wins.
  return change.as_of >= held.tick;
}

}  // namespace

EntityId RowStore::define(Entity entity) {
  EntityId id = 0;
  if (find_entity(entity.name, id) != nullptr) {
    entities_[id].shape = std::move(entity);
    return id;
  }
  entities_.emplace_back().shape = std::move(entity);
  return static_cast<EntityId>(entities_.size() - 1);
}

const Entity* RowStore::find_entity(std::string_view name, EntityId& id) const {
  const auto found = std::find_if(entities_.begin(), entities_.end(),
                                  [&](const EntityRows& each) { return each.shape.name == name; });
  if (found == entities_.end()) return nullptr;
  id = static_cast<EntityId>(found - entities_.begin());
  return &found->shape;
}

const Row* RowStore::find(EntityId entity, std::string_view key) const {
  const Slot slot = entities_[entity].index.find(key, hash_of(key), lookup());
  return slot == kNoSlot ? nullptr : &row(slot);
}

Slot RowStore::slot_for(EntityId entity, std::string_view key) {
  KeyIndex& index = entities_[entity].index;
  const std::uint32_t hash = hash_of(key);
  if (const Slot known = index.find(key, hash, lookup()); known != kNoSlot) return known;
  if (free_.empty()) {
    if (slot_limit_ % kRowsPerPage == 0) rows_.push_back(std::make_unique<Row[]>(kRowsPerPage));
    free_.push_back(static_cast<Slot>(slot_limit_++));
  }
  const Slot slot = free_.back();
  free_.pop_back();
  Row& row = at(slot);
  row.entity = entity;
  row.key = arena_.keep(key);
  row.hash = hash;
  index.add(slot, lookup());
  return slot;
}

Place RowStore::place_of(std::string_view epoch, std::int64_t seq) {
  if (epochs_ == 0 || epoch != epoch_) {
    epoch_ = epoch;
    ++epochs_;
  }
  return {epochs_, seq};
}

Outcome RowStore::apply(Slot slot, const RowChange& change, Tick now) {
  Row& held = at(slot);
  const bool was_present = held.state == RowState::present;
  const Evidence& whole = entities_[held.entity].whole;
  if (held.state == RowState::absent && change.evidence().predates(whole)) return Outcome::stale;
  if (!supersedes(change, held)) {
    const bool same_version = change.version == held.version;
    const bool repeats = was_present && same_version && json::equal(held.bytes, change.row);
    return repeats ? Outcome::unchanged : Outcome::stale;
  }
  // A row of a newer version cannot have the same members.
  const bool is_newer = change.version > held.version;
  Tick& last_change = entities_[held.entity].last_change;
  last_change = std::max(last_change, change.is_read ? change.as_of : now);
  // That a filtered list has no such row says nothing of what the row is by now: another list
  // that left the server before may have it.
  if (!change.may_exist) {
    held.tick = change.is_read ? std::max(held.tick, change.as_of) : now;
    held.evidence = change.evidence();
  }
  if (change.version.known()) held.version = change.version;
  const bool names_version = change.version.known() && !change.is_read;
  held.blindly = change.action == Action::erase && !names_version && !change.may_exist;
  held.may_exist = change.may_exist;
  if (change.action == Action::erase) {
    if (held.state == RowState::deleted) return Outcome::unchanged;
    leave_hidden(slot);
    set_bytes(held, {});
    set_state(held, RowState::deleted);
    append(tombstones_, slot);
    trim(tombstones_, limits_.tombstones);
    return was_present ? Outcome::deleted : Outcome::unchanged;
  }
  if (was_present && !is_newer && json::equal(held.bytes, change.row)) return Outcome::unchanged;
  if (held.state == RowState::deleted) remove(tombstones_, slot);
  set_state(held, RowState::present);
  set_bytes(held, change.row, change.key_in_row);
  return was_present ? Outcome::updated : Outcome::inserted;
}

void RowStore::respell(Slot slot, std::string_view bytes) {
  Row& row = at(slot);
  const bool mirrored = row.mirror.data() == row.bytes.data();
  if (mirrored) row.mirror = {};
  set_bytes(row, bytes);
  if (mirrored) row.mirror = row.bytes;
}

void RowStore::confirm(Slot slot, const Evidence& read) {
  Row& row = at(slot);
  const bool is_ordered = row.evidence.place.comparable(read.place);
  const bool is_older = row.evidence.predates(read) || (!is_ordered && row.tick <= read.as_of);
  if (is_older) row.evidence = read;
  row.tick = std::max(row.tick, read.as_of);
}

void RowStore::question(Slot slot, const Version& version, Tick now) {
  Row& row = at(slot);
  row.tick = now;
  if (!row.version.known() || version > row.version) row.version = version;
}

void RowStore::leave_hidden(Slot slot) {
  if (!at(slot).hidden) return;
  remove(hidden_, slot);
  at(slot).hidden = false;
}

void RowStore::shown(Slot slot, bool is_shown) {
  if (is_shown) return leave_hidden(slot);
  Row& row = at(slot);
  if (row.hidden || row.state != RowState::present) return;
  row.hidden = true;
  append(hidden_, slot);
  trim(hidden_, limits_.hidden_rows);
}

void RowStore::mirror(Slot slot, std::string_view visible) {
  Row& row = at(slot);
  drop_mirror(row);
  const bool is_stored = visible.data() == row.bytes.data();
  row.mirror = is_stored ? row.bytes : arena_.keep(visible);
}

// What was kept beyond its limit for the pin's sake goes with the last one.
void RowStore::unpin(Slot slot) {
  if (--at(slot).pins > 0) return;
  trim(tombstones_, limits_.tombstones);
  trim(hidden_, limits_.hidden_rows);
}

void RowStore::append(SlotList& list, Slot slot) {
  Row& row = at(slot);
  row.older = list.newest;
  row.newer = kNoSlot;
  (list.newest == kNoSlot ? list.oldest : at(list.newest).newer) = slot;
  list.newest = slot;
  ++list.size;
}

void RowStore::remove(SlotList& list, Slot slot) {
  Row& row = at(slot);
  (row.older == kNoSlot ? list.oldest : at(row.older).newer) = row.newer;
  (row.newer == kNoSlot ? list.newest : at(row.newer).older) = row.older;
  row.older = row.newer = kNoSlot;
  --list.size;
}

// I7: the oldest that nobody holds go first.
void RowStore::trim(SlotList& list, std::size_t most) {
  Slot each = list.oldest;
  while (list.size > most && each != kNoSlot) {
    const Slot next = row(each).newer;
    if (row(each).pins == 0) release(each);
    each = next;
  }
}

void RowStore::set_state(Row& row, RowState state) {
  std::size_t& present = entities_[row.entity].present;
  if (row.state == RowState::present) --present_, --present;
  if (state == RowState::present) ++present_, ++present;
  row.state = state;
}

void RowStore::set_bytes(Row& row, std::string_view bytes, std::string_view key_in_bytes) {
  const std::string_view old = row.bytes;
  row.bytes = arena_.keep(bytes);
  std::string spelled;
  if (!key_in_bytes.empty()) {
    const auto at = static_cast<std::size_t>(key_in_bytes.data() - bytes.data());
    place_key(row, row.bytes.substr(at, key_in_bytes.size()), old);
  } else {
    const Entity& shape = entities_[row.entity].shape;
    const auto key = row.bytes.empty() ? std::nullopt : shape.key_of(row.bytes, spelled);
    place_key(row, key && scan::lies_in(*key, row.bytes) ? *key : std::string_view(), old);
  }
  // JS still knows the old ones.
  if (old.data() != row.mirror.data()) arena_.release(old);
}

// A row's bytes hold its key, if they spell it as the key does; only else is it kept apart.
void RowStore::place_key(Row& row, std::string_view in_bytes, std::string_view old_bytes) {
  const bool was_inside = scan::lies_in(row.key, old_bytes);
  const std::string_view before = row.key;
  if (scan::same_text(in_bytes, before)) {
    row.key = in_bytes;
    if (!was_inside) arena_.release(before);
  } else if (was_inside) {
    row.key = arena_.keep(before);
  }
}

void RowStore::drop_mirror(Row& row) {
  if (row.mirror.data() != row.bytes.data()) arena_.release(row.mirror);
  row.mirror = {};
}

void RowStore::release(Slot slot) {
  Row& row = at(slot);
  EntityRows& rows = entities_[row.entity];
  rows.last_forgotten = std::max(rows.last_forgotten, row.tick);
  if (row.state == RowState::deleted) remove(tombstones_, slot);
  leave_hidden(slot);
  rows.index.remove(slot, lookup());
  set_state(row, RowState::absent);
  drop_mirror(row);
  if (!scan::lies_in(row.key, row.bytes)) arena_.release(row.key);
  arena_.release(row.bytes);
  // The views of its entity may still have to be told.
  const EntityId entity = row.entity;
  row = Row{};
  row.entity = entity;
  free_.push_back(slot);
}

void RowStore::forget_if_empty(Slot slot) {
  const Row& row = this->row(slot);
  const bool is_free = row.key.empty();
  if (!is_free && row.state == RowState::absent && row.pins == 0) release(slot);
}

std::vector<Slot> RowStore::forget(EntityId entity) {
  std::vector<Slot> gone;
  entities_[entity].index.for_each([&](Slot slot) {
    if (row(slot).pins == 0) gone.push_back(slot);
  });
  sort_few(gone.begin(), gone.end());
  for (const Slot slot : gone) release(slot);
  return gone;
}

std::vector<Slot> RowStore::present(EntityId entity) const {
  std::vector<Slot> slots;
  for (Slot slot = 0; slot < slot_limit_; ++slot) {
    const Row& row = this->row(slot);
    if (row.entity == entity && row.state == RowState::present) slots.push_back(slot);
  }
  return slots;
}

std::size_t RowStore::bytes() const {
  std::size_t sum = arena_.bytes() + rows_.size() * kRowsPerPage * sizeof(Row) +
                    rows_.capacity() * sizeof(rows_[0]) + free_.capacity() * sizeof(Slot);
  for (const EntityRows& each : entities_) sum += each.index.bytes();
  return sum;
}

}  // namespace tidemark
