// Confirmed server truth: entity → id → the row's bytes, its version, and a tombstone when
// it was deleted. Which change wins is decided here, in `supersedes`, and nowhere else.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/scan.h"
#include "base/types.h"
#include "store/arena.h"
#include "store/entity.h"
#include "store/key_index.h"
#include "store/row.h"

namespace tidemark {

// A change as every source delivers it. For an event `as_of` is the current tick; for a
// snapshot it is the tick at which the request left.
struct RowChange {
  EntityId entity = 0;
  Action action = Action::update;
  std::string key;  // unused where the slot is known
  std::string_view row;
  std::string_view key_in_row;  // where `row` spells its key as it is, if that is known
  Version version;
  Tick as_of = 0;
  Place place{};
  bool is_read = false;
  // An erase that a filtered list tells of: the row may have left the filter only.
  bool may_exist = false;

  // `identity` is that of `row`.
  void take(const Entity::Identity& identity) {
    version = identity.version;
    if (scan::lies_in(identity.key, row)) key_in_row = identity.key;
  }
  Evidence evidence() const { return {as_of, place, is_read}; }
};

enum class Outcome : std::uint8_t { inserted, updated, deleted, unchanged, stale };

inline bool changes_rows(Outcome outcome) {
  return outcome == Outcome::inserted || outcome == Outcome::updated || outcome == Outcome::deleted;
}

// How much is remembered of what nobody sees (I7).
struct StoreLimits {
  std::size_t tombstones = 10'000;
  std::size_t hidden_rows = 10'000;
};

class RowStore {
 public:
  RowStore(const HashKey& key, const StoreLimits& limits) : hash_key_(key), limits_(limits) {}
  RowStore(const HashKey& key, std::size_t tombstones)
      : RowStore(key, StoreLimits{.tombstones = tombstones}) {}

  EntityId define(Entity entity);
  const Entity& entity(EntityId id) const { return entities_[id].shape; }
  const Entity* find_entity(std::string_view name, EntityId& id) const;

  const Row& row(Slot slot) const { return rows_[slot / kRowsPerPage][slot % kRowsPerPage]; }
  std::size_t row_count() const { return present_; }
  std::size_t row_count(EntityId entity) const { return entities_[entity].present; }
  std::size_t tombstone_count() const { return tombstones_.size; }
  std::size_t hidden_count() const { return hidden_.size; }
  std::size_t slots_in_use() const { return slot_limit_ - free_.size(); }
  std::size_t slot_limit() const { return slot_limit_; }
  // All memory that rows, keys, tombstones and their index take.
  std::size_t bytes() const;

  // None when the row was never heard of.
  const Row* find(EntityId entity, std::string_view key) const;

  // The slot of a row, made (absent) if need be.
  Slot slot_for(EntityId entity, std::string_view key);

  // Of an event or a read.
  Place place_of(std::string_view epoch, std::int64_t seq);

  // A read of the whole entity: a row that is not held was not there.
  void read_whole(EntityId entity, const Evidence& read) { entities_[entity].whole = read; }

  // Takes a change if it is newer than what is held.
  Outcome apply(Slot slot, const RowChange& change, Tick now);
  Outcome apply(const RowChange& change, Tick now, Slot& slot) {
    slot = slot_for(change.entity, change.key);
    return apply(slot, change, now);
  }

  // Holds a row as another spelling of the same value, so that the next answer that spells
  // it so is known by its bytes.
  void respell(Slot slot, std::string_view bytes);

  // A read has the row just as it is held: nothing older can have a say any more.
  void confirm(Slot slot, const Evidence& read);

  // An update of a deleted row was heard of that cannot be placed: only what leaves the server
  // from now on can, and nothing older than the update.
  void question(Slot slot, const Version& version, Tick now);

  void pin(Slot slot) { ++at(slot).pins; }
  void unpin(Slot slot);

  // Whether any view shows the row. Of those that none does only the last are kept.
  void shown(Slot slot, bool is_shown);

  // JS made its object from `visible`, or dropped it.
  void mirror(Slot slot, std::string_view visible);
  void unmirror(Slot slot) { drop_mirror(at(slot)); }

  // Gives back a slot that holds nothing, neither row nor tombstone, and that nobody pins.
  void forget_if_empty(Slot slot);

  // Forgets every unpinned row of an entity that nobody observes any more.
  std::vector<Slot> forget(EntityId entity);

  // Every present row of an entity, oldest slot first.
  std::vector<Slot> present(EntityId entity) const;

  // False when no row of the entity changed after `tick`.
  bool may_have_changed_since(EntityId entity, Tick tick) const {
    return entities_[entity].last_change > tick;
  }
  // Was anything forgotten that changed after `tick`? An answer from before that cannot be
  // told from a newer one any more.
  bool has_forgotten_since(EntityId entity, Tick tick) const {
    return entities_[entity].last_forgotten > tick;
  }

 private:
  static constexpr std::size_t kRowsPerPage = 256;

  struct EntityRows {
    Entity shape;
    KeyIndex index;
    std::size_t present = 0;
    Tick last_change = 0;
    Tick last_forgotten = 0;
    Evidence whole;  // the newest read of all its rows
  };
  // Slots in the order in which they were added, linked through their rows.
  struct SlotList {
    Slot oldest = kNoSlot;
    Slot newest = kNoSlot;
    std::size_t size = 0;
  };

  Row& at(Slot slot) { return rows_[slot / kRowsPerPage][slot % kRowsPerPage]; }
  auto lookup() const {
    return [this](Slot slot) -> const Row& { return row(slot); };
  }
  std::uint32_t hash_of(std::string_view key) const {
    return static_cast<std::uint32_t>(keyed_hash(hash_key_, key));
  }

  void leave_hidden(Slot slot);
  void append(SlotList& list, Slot slot);
  void remove(SlotList& list, Slot slot);
  void trim(SlotList& list, std::size_t most);
  void set_state(Row& row, RowState state);
  void set_bytes(Row& row, std::string_view bytes, std::string_view key_in_bytes = {});
  void place_key(Row& row, std::string_view in_bytes, std::string_view old_bytes);
  void drop_mirror(Row& row);
  void release(Slot slot);

  HashKey hash_key_;
  StoreLimits limits_;
  std::size_t present_ = 0;
  std::vector<EntityRows> entities_;
  Arena arena_;
  std::vector<std::unique_ptr<Row[]>> rows_;  // by slot
  std::size_t slot_limit_ = 0;
  std::string epoch_;  // the newest
  std::uint32_t epochs_ = 0;
  std::vector<Slot> free_;
  SlotList tombstones_;
  SlotList hidden_;
};

}  // namespace tidemark
