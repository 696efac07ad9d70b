#include "store/row_store.h"

#include <algorithm>

#include "base/json.h"

namespace tidemark {
namespace {

// I3 and I2: does this change tell more than the row (or its tombstone) already knows?
bool supersedes(const RowChange& change, const Row& held) {
  if (held.state == RowState::absent) return true;
  const auto order = change.version <=> held.version;
  if (order == std::partial_ordering::greater) return true;
  if (order == std::partial_ordering::less) return false;
  // The order of commits, over all subscriptions and tabs.
  const Place& place = held.evidence.place;
  if (change.place.comparable(place)) {
    if (change.place.seq != place.seq) return change.place.seq > place.seq;
    if (!change.is_read) return false;
  }
  if (held.state == RowState::deleted) {
    // A delete that carries the id alone does not say which version it removed: what was read
    // afterwards knows better.
    if (held.blindly && change.is_read) return change.as_of >= held.tick;
    // Else it leaves the version of the row that it removed, so an equal one is late; and
    // without versions an update cannot create a row, only an insert can. Unless the server
    // orders its events: then it may have been inserted outside the filter.
    const bool is_ordered = change.place.known() && !change.is_read;
    const bool creates = change.action == Action::insert || is_ordered;
    if (order == std::partial_ordering::equivalent || !creates) return false;
  }
  // Versions that say nothing: what left the server after the row was last touched wins.
  return change.as_of >= held.tick;
}

}  // namespace

EntityId RowStore::define(Entity entity) {
  EntityId id = 0;
  if (find_entity(entity.name, id) != nullptr) {
    entities_[id] = std::move(entity);
    return id;
  }
  entities_.push_back(std::move(entity));
  keys_.emplace_back(0, Index{hash_key_});
  wholes_.emplace_back();
  return static_cast<EntityId>(entities_.size() - 1);
}

const Entity* RowStore::find_entity(std::string_view name, EntityId& id) const {
  const auto found = std::find_if(entities_.begin(), entities_.end(),
                                  [&](const Entity& each) { return each.name == name; });
  if (found == entities_.end()) return nullptr;
  id = static_cast<EntityId>(found - entities_.begin());
  return &*found;
}

const Row* RowStore::find(EntityId entity, const std::string& key) const {
  const auto found = keys_[entity].find(key);
  return found == keys_[entity].end() ? nullptr : &rows_[found->second];
}

Slot RowStore::slot_for(EntityId entity, const std::string& key) {
  const auto [entry, added] = keys_[entity].try_emplace(key, 0);
  if (!added) return entry->second;
  if (free_.empty()) {
    free_.push_back(static_cast<Slot>(rows_.size()));
    rows_.emplace_back();
  }
  const Slot slot = free_.back();
  free_.pop_back();
  entry->second = slot;
  Row& row = rows_[slot];
  row = Row{};
  row.entity = entity;
  row.key = key;
  return slot;
}

Place RowStore::place_of(std::string_view epoch, std::int64_t seq) {
  if (epochs_ == 0 || epoch != epoch_) {
    epoch_ = epoch;
    ++epochs_;
  }
  return {epochs_, seq};
}

Outcome RowStore::apply(const RowChange& change, Tick now, Slot& slot) {
  slot = slot_for(change.entity, change.key);
  Row& held = rows_[slot];
  const bool was_present = held.state == RowState::present;
  if (held.state == RowState::absent && change.evidence().predates(wholes_[change.entity])) {
    forget_if_empty(slot);
    return Outcome::stale;
  }
  if (!supersedes(change, held)) {
    const bool same_version = change.version == held.version;
    const bool repeats = was_present && same_version && json::equal(held.bytes, change.row);
    return repeats ? Outcome::unchanged : Outcome::stale;
  }
  held.tick = now;
  held.evidence = change.evidence();
  if (change.version.known()) held.version = change.version;
  held.blindly = change.action == Action::erase && !change.version.known();
  if (change.action == Action::erase) {
    if (held.state == RowState::deleted) return Outcome::unchanged;
    held.state = RowState::deleted;
    held.bytes = std::string();
    if (was_present) --present_;
    bury(slot);
    return was_present ? Outcome::deleted : Outcome::unchanged;
  }
  if (was_present && json::equal(held.bytes, change.row)) return Outcome::unchanged;
  if (held.state == RowState::deleted) std::erase(tombstones_, slot);
  held.state = RowState::present;
  held.bytes.assign(change.row);
  if (!was_present) ++present_;
  return was_present ? Outcome::updated : Outcome::inserted;
}

void RowStore::bury(Slot slot) {
  tombstones_.push_back(slot);
  // I7: the oldest tombstones that nobody holds go first.
  while (tombstones_.size() > tombstone_capacity_) {
    const auto oldest = std::find_if(tombstones_.begin(), tombstones_.end(),
                                     [this](Slot each) { return rows_[each].pins == 0; });
    if (oldest == tombstones_.end()) return;
    const Slot gone = *oldest;
    tombstones_.erase(oldest);
    release(gone);
  }
}

void RowStore::release(Slot slot) {
  Row& row = rows_[slot];
  if (row.state == RowState::present) --present_;
  keys_[row.entity].erase(row.key);
  row = Row{};
  free_.push_back(slot);
}

void RowStore::forget_if_empty(Slot slot) {
  const Row& row = rows_[slot];
  // A slot that was given back has no key.
  const bool is_empty = row.state == RowState::absent && row.pins == 0 && !row.key.empty();
  if (is_empty) release(slot);
}

std::vector<Slot> RowStore::forget(EntityId entity) {
  std::vector<Slot> gone;
  for (const auto& [key, slot] : keys_[entity]) {
    if (rows_[slot].pins == 0) gone.push_back(slot);
  }
  std::sort(gone.begin(), gone.end());
  for (const Slot slot : gone) {
    if (rows_[slot].state == RowState::deleted) std::erase(tombstones_, slot);
    release(slot);
  }
  return gone;
}

std::vector<Slot> RowStore::present(EntityId entity) const {
  std::vector<Slot> slots;
  for (Slot slot = 0; slot < rows_.size(); ++slot) {
    const Row& row = rows_[slot];
    if (row.entity == entity && row.state == RowState::present) slots.push_back(slot);
  }
  return slots;
}

}  // namespace tidemark
