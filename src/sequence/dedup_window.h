// Remembers the last event ids, so that an event takes effect once (I4) over however many
// reconnects and transports it arrives. Bounded in number and, if wished, in time: the
// oldest id is forgotten first (I7).
//
// Ids are kept as keyed 128-bit hashes in a ring, in the order in which they came. A table of
// twice as many places finds them by open addressing with linear probing; it says only where
// in the ring to look:
//
//   ring   hash 16 bytes | when 4 bytes      per id
//   table  1 + place in the ring, 0 = free   2 × 4 bytes per id
//
// A deletion moves later entries back (Knuth, The Art of Computer Programming, volume 3,
// section 6.4, algorithm R), so no tombstone lengthens a probe.
#pragma once

#include <cassert>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/types.h"

namespace tidemark {

class DedupWindow {
 public:
  // The newest `capacity` ids are remembered, each for `ttl` milliseconds; 0 is for ever.
  DedupWindow(const HashKey& key, std::size_t capacity, Millis ttl = 0)
      : key_(key), capacity_(capacity), ttl_(ttl) {
    assert(capacity > 0);
  }

  // True the first time that an id is shown. `now` never goes backwards.
  bool first_sight(std::string_view id, Millis now) {
    return first_sight(keyed_hash128(key_, id), now);
  }
  // For an identity that was hashed by the caller, with this window's key.
  bool first_sight(const Hash128& id, Millis now);

  bool contains(std::string_view id) const {
    return size_ > 0 && table_[find(keyed_hash128(key_, id))] != 0;
  }

  const HashKey& key() const { return key_; }
  std::size_t size() const { return size_; }
  // What the ids take, without the object itself.
  std::size_t bytes() const;

 private:
  void forget_expired(Millis now);
  void forget_oldest();
  void forget_all();
  void grow();
  void insert_into_table(std::uint32_t place);
  void erase_from_table(std::size_t at);

  // Where in the table a probe for the hash begins: the table's size need not be a power
  // of two (Lemire, "Fast random integer generation in an interval", 2019).
  std::size_t home(const Hash128& hash) const {
    const std::uint64_t fraction = hash.low >> 32U;
    return static_cast<std::size_t>((fraction * table_.size()) >> 32U);
  }
  std::size_t after(std::size_t at) const { return at + 1 == table_.size() ? 0 : at + 1; }
  std::size_t place_of(std::size_t age_rank) const {
    const std::size_t place = oldest_ + age_rank;
    return place < ring_.size() ? place : place - ring_.size();
  }
  // The hash's entry, or the free one where its probe ends.
  std::size_t find(const Hash128& hash) const;

  HashKey key_;
  std::size_t capacity_;
  Millis ttl_;
  Millis last_now_ = 0;
  std::vector<Hash128> ring_;
  std::vector<std::uint32_t> when_;  // low bits of the clock; empty without a ttl
  std::vector<std::uint32_t> table_;
  std::size_t oldest_ = 0;
  std::size_t size_ = 0;
};

}  // namespace tidemark
