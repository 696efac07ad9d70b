// Confirmed server truth: entity → id → the row's bytes, its version, and a tombstone when
// it was deleted. Which change wins is decided here, in `supersedes`, and nowhere else.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/hash.h"
#include "base/types.h"
#include "store/entity.h"

namespace tidemark {

enum class RowState : std::uint8_t { absent, present, deleted };

// Where in the server's one stream of changes something stands; epochs are numbered as they
// come, 0 is nowhere.
struct Place {
  std::uint32_t epoch = 0;
  std::int64_t seq = 0;

  bool known() const { return epoch != 0; }
  bool comparable(const Place& other) const { return known() && epoch == other.epoch; }
};

// When something was known. A read tells of everything up to its place, and perhaps of more.
struct Evidence {
  Tick as_of = 0;
  Place place{};
  bool is_read = false;

  // Would the server have known of it when it answered `read`?
  bool predates(const Evidence& read) const {
    if (!place.known() || is_read) return as_of < read.as_of;
    return place.comparable(read.place) && place.seq <= read.place.seq;
  }
};

struct Row {
  EntityId entity = 0;
  RowState state = RowState::absent;
  std::uint32_t pins = 0;  // views and pending operations that hold the slot
  Tick tick = 0;           // the input that last changed it
  Evidence evidence;       // of that change
  Version version;
  bool blindly = false;  // deleted, and nobody said at which version
  std::string key;
  std::string bytes;  // the row's JSON; empty unless present
};

// A change as every source delivers it. For an event `as_of` is the current tick; for a
// snapshot it is the tick at which the request left.
struct RowChange {
  EntityId entity = 0;
  Action action = Action::update;
  std::string key;
  std::string_view row;
  Version version;
  Tick as_of = 0;
  Place place{};
  bool is_read = false;

  Evidence evidence() const { return {as_of, place, is_read}; }
};

enum class Outcome : std::uint8_t { inserted, updated, deleted, unchanged, stale };

class RowStore {
 public:
  RowStore(const HashKey& key, std::size_t tombstone_capacity)
      : hash_key_(key), tombstone_capacity_(tombstone_capacity) {}

  EntityId define(Entity entity);
  const Entity& entity(EntityId id) const { return entities_[id]; }
  const Entity* find_entity(std::string_view name, EntityId& id) const;

  const Row& row(Slot slot) const { return rows_[slot]; }
  std::size_t row_count() const { return present_; }
  std::size_t tombstone_count() const { return tombstones_.size(); }
  std::size_t slots_in_use() const { return rows_.size() - free_.size(); }
  std::size_t slot_limit() const { return rows_.size(); }

  // None when the row was never heard of.
  const Row* find(EntityId entity, const std::string& key) const;

  // The slot of a row, made (absent) if need be.
  Slot slot_for(EntityId entity, const std::string& key);

  // Of an event or a read.
  Place place_of(std::string_view epoch, std::int64_t seq);

  // A read of the whole entity: a row that is not held was not there.
  void read_whole(EntityId entity, const Evidence& read) { wholes_[entity] = read; }

  // Takes a change if it is newer than what is held.
  Outcome apply(const RowChange& change, Tick now, Slot& slot);

  void pin(Slot slot) { ++rows_[slot].pins; }
  void unpin(Slot slot) { --rows_[slot].pins; }

  // Gives back a slot that holds nothing, neither row nor tombstone, and that nobody pins.
  void forget_if_empty(Slot slot);

  // Forgets every unpinned row of an entity that nobody observes any more.
  std::vector<Slot> forget(EntityId entity);

  // Every present row of an entity, oldest slot first.
  std::vector<Slot> present(EntityId entity) const;

 private:
  struct Index {
    HashKey key;
    std::size_t operator()(const std::string& text) const {
      return static_cast<std::size_t>(keyed_hash(key, text));
    }
  };
  using Keys = std::unordered_map<std::string, Slot, Index>;

  void bury(Slot slot);
  void release(Slot slot);

  HashKey hash_key_;
  std::size_t tombstone_capacity_;
  std::string epoch_;  // the newest
  std::uint32_t epochs_ = 0;
  std::size_t present_ = 0;
  std::vector<Entity> entities_;
  std::vector<Keys> keys_;        // by entity
  std::vector<Evidence> wholes_;  // by entity: the newest read of all its rows
  std::vector<Row> rows_;         // by slot
  std::vector<Slot> free_;
  std::deque<Slot> tombstones_;  // oldest first
};

}  // namespace tidemark
