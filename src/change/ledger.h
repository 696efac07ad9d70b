// What each reader holds objects for, and which rows may need a new one. A row is sent when it is
// shown by some view of the reader's and it does not have the present bytes; its object is dropped
// when none shows it any more. Readers are the pages that share a core; mostly there is one.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/types.h"

namespace tidemark {

class Ledger {
 public:
  // One that takes batches from now on, and holds nothing.
  void admit(ReaderId reader) {
    if (reader >= readers_.size()) readers_.resize(reader + 1);
  }

  // The row's visible bytes, or who shows it, may have changed.
  void mark(Slot slot) {
    for (Reader& each : readers_) each.mark(slot);
  }
  // The row's bytes changed: nobody has them.
  void outdate(Slot slot) {
    for (Reader& each : readers_) {
      each.mark(slot);
      each.current[slot] = false;
    }
  }

  bool has_object(Slot slot, ReaderId reader) const { return readers_[reader].holds(slot); }
  bool has_object(Slot slot) const {
    return std::any_of(readers_.begin(), readers_.end(),
                       [slot](const Reader& each) { return each.holds(slot); });
  }
  bool is_current(Slot slot, ReaderId reader) const {
    return has_object(slot, reader) && readers_[reader].current[slot];
  }
  // Was the object made from the bytes that the store keeps as the row's mirror? Then its members
  // that changed will do.
  bool is_mirrored(Slot slot, ReaderId reader) const {
    return has_object(slot, reader) && readers_[reader].mirrored[slot];
  }
  bool knows(ReaderId reader) const { return reader < readers_.size(); }
  const std::vector<Slot>& dirty(ReaderId reader) const { return readers_[reader].dirty; }
  // Of the reader that has most.
  std::size_t most_dirty() const {
    std::size_t most = 0;
    for (const Reader& each : readers_) most = std::max(most, each.dirty.size());
    return most;
  }

  // The reader took a batch.
  void sent(Slot slot, ReaderId reader) {
    Reader& taker = readers_[reader];
    taker.grow(slot);
    taker.held[slot] = taker.current[slot] = true;
  }
  // The row's mirror is its present bytes.
  void mirror(Slot slot) {
    for (Reader& each : readers_) {
      if (each.holds(slot)) each.mirrored[slot] = each.current[slot];
    }
  }
  void dropped(Slot slot, ReaderId reader) {
    Reader& taker = readers_[reader];
    taker.held[slot] = taker.current[slot] = taker.mirrored[slot] = false;
  }
  void clear_dirty(ReaderId reader) {
    Reader& taker = readers_[reader];
    for (const Slot slot : taker.dirty) taker.marked[slot] = false;
    taker.dirty.clear();
  }

 private:
  struct Reader {
    std::vector<bool> marked{};
    std::vector<bool> held{};
    std::vector<bool> current{};
    std::vector<bool> mirrored{};
    std::vector<Slot> dirty{};

    bool holds(Slot slot) const { return slot < held.size() && held[slot]; }
    void mark(Slot slot) {
      grow(slot);
      if (marked[slot]) return;
      marked[slot] = true;
      dirty.push_back(slot);
    }
    void grow(Slot slot) {
      if (slot < marked.size()) return;
      for (auto* each : {&marked, &held, &current, &mirrored}) each->resize(slot + 1);
    }
  };

  std::vector<Reader> readers_ = std::vector<Reader>(1);
};

}  // namespace tidemark
