// Remembers the last event ids, so that an event takes effect once (I4) over however many
// reconnects and transports it arrives. Bounded: the oldest id is forgotten first (I7).
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/hash.h"

namespace tidemark {

class DedupWindow {
 public:
  // `capacity` ids are remembered. Ids are kept as keyed 64-bit hashes: at a capacity of
  // 10,000 the chance that a new id is mistaken for an old one is below 10^-15.
  DedupWindow(const HashKey& key, std::size_t capacity) : key_(key), ring_(capacity) {
    seen_.reserve(capacity);
  }

  // True the first time an id is shown.
  bool first_sight(std::string_view id) {
    const std::uint64_t hash = keyed_hash(key_, id);
    if (!seen_.insert(hash).second) return false;
    if (filled_ == ring_.size()) {
      seen_.erase(ring_[next_]);
    } else {
      ++filled_;
    }
    ring_[next_] = hash;
    next_ = (next_ + 1) % ring_.size();
    return true;
  }

  bool contains(std::string_view id) const { return seen_.contains(keyed_hash(key_, id)); }

  std::size_t size() const { return filled_; }

 private:
  HashKey key_;
  std::unordered_set<std::uint64_t> seen_;
  std::vector<std::uint64_t> ring_;
  std::size_t next_ = 0;
  std::size_t filled_ = 0;
};

}  // namespace tidemark
