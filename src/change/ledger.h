// What JS holds objects for, and which rows may need a new one. A row is sent when it is
// shown by some view and JS does not have its present bytes; its object is dropped when no
// view shows it any more.
#pragma once

#include <vector>

#include "base/types.h"

namespace tidemark {

class Ledger {
 public:
  // The row's visible bytes, or who shows it, may have changed.
  void mark(Slot slot) {
    grow(slot);
    if (marked_[slot]) return;
    marked_[slot] = true;
    dirty_.push_back(slot);
  }
  // The row's bytes changed: JS does not have them.
  void outdate(Slot slot) {
    mark(slot);
    current_[slot] = false;
  }

  bool has_object(Slot slot) const { return slot < held_.size() && held_[slot]; }
  bool is_current(Slot slot) const { return has_object(slot) && current_[slot]; }
  const std::vector<Slot>& dirty() const { return dirty_; }

  // JS took a batch.
  void sent(Slot slot) {
    grow(slot);
    held_[slot] = current_[slot] = true;
  }
  void dropped(Slot slot) { held_[slot] = current_[slot] = false; }
  void clear_dirty() {
    for (const Slot slot : dirty_) marked_[slot] = false;
    dirty_.clear();
  }

 private:
  void grow(Slot slot) {
    if (slot < marked_.size()) return;
    marked_.resize(slot + 1);
    held_.resize(slot + 1);
    current_.resize(slot + 1);
  }

  std::vector<bool> marked_;
  std::vector<bool> held_;
  std::vector<bool> current_;
  std::vector<Slot> dirty_;
};

}  // namespace tidemark
