// Finds an entity's rows by key: an open-addressing table of slots with linear probing. Keys
// and their hashes stay with the rows; the table asks `rows` for them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/scan.h"
#include "base/types.h"

namespace tidemark {

inline constexpr Slot kNoSlot = 0xffffffffU;

class KeyIndex {
 public:
  // `rows(slot)` gives something with `key` and `hash`.
  template <typename Rows>
  Slot find(std::string_view key, std::uint32_t hash, const Rows& rows) const {
    if (table_.empty()) return kNoSlot;
    for (std::size_t at = home(hash);; at = next(at)) {
      const Slot slot = table_[at];
      if (slot == kNoSlot) return kNoSlot;
      const auto& row = rows(slot);
      if (row.hash == hash && scan::same_text(row.key, key)) return slot;
    }
  }

  // The key must not be in the table yet.
  template <typename Rows>
  void add(Slot slot, const Rows& rows) {
    if ((count_ + 1) * 4 > table_.size() * 3) resize(table_.empty() ? 16 : table_.size() * 2, rows);
    place(slot, rows(slot).hash);
    ++count_;
  }

  // The key must be in the table. Later entries of the run move up, so that no run is broken
  // (Knuth, "The Art of Computer Programming" 3, 6.4, algorithm R).
  template <typename Rows>
  void remove(Slot slot, const Rows& rows) {
    std::size_t hole = home(rows(slot).hash);
    while (table_[hole] != slot) hole = next(hole);
    for (std::size_t at = next(hole); table_[at] != kNoSlot; at = next(at)) {
      const std::size_t distance = (at - home(rows(table_[at]).hash)) & mask();
      if (distance < ((at - hole) & mask())) continue;
      table_[hole] = table_[at];
      hole = at;
    }
    table_[hole] = kNoSlot;
    if (--count_ == 0) table_ = {};
  }

  // In no order that means anything.
  template <typename Each>
  void for_each(const Each& each) const {
    for (const Slot slot : table_) {
      if (slot != kNoSlot) each(slot);
    }
  }

  std::size_t bytes() const { return table_.capacity() * sizeof(Slot); }

 private:
  std::size_t mask() const { return table_.size() - 1; }
  std::size_t home(std::uint32_t hash) const { return hash & mask(); }
  std::size_t next(std::size_t at) const { return (at + 1) & mask(); }

  void place(Slot slot, std::uint32_t hash) {
    std::size_t at = home(hash);
    while (table_[at] != kNoSlot) at = next(at);
    table_[at] = slot;
  }

  template <typename Rows>
  void resize(std::size_t size, const Rows& rows) {
    std::vector<Slot> old(size, kNoSlot);
    old.swap(table_);
    for (const Slot slot : old) {
      if (slot != kNoSlot) place(slot, rows(slot).hash);
    }
  }

  std::vector<Slot> table_;  // a power of two of them
  std::size_t count_ = 0;
};

}  // namespace tidemark
