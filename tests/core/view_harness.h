// Rows and lists around a View, as store, overlay and JS hold them.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "view/view.h"

namespace tidemark::testing {

using Slots = std::vector<Slot>;

// Rows by slot, as store and overlay would show them. Keys are the slots' numbers.
class Rows {
 public:
  void set(Slot slot, std::string bytes) {
    keys_.try_emplace(slot, std::to_string(slot));
    bytes_[slot] = std::move(bytes);
  }
  void drop(Slot slot) { bytes_.erase(slot); }
  bool has(Slot slot) const { return bytes_.contains(slot); }

  VisibleRow operator()(Slot slot) const {
    const auto key = keys_.find(slot);
    const auto row = bytes_.find(slot);
    return {slot, key == keys_.end() ? std::string_view() : std::string_view(key->second),
            row == bytes_.end() ? std::nullopt : std::optional<std::string_view>(row->second)};
  }
  View::Lookup lookup() const {
    return [this](Slot slot) { return (*this)(slot); };
  }

 private:
  std::map<Slot, std::string> keys_;
  std::map<Slot, std::string> bytes_;
};

inline View view_of(std::string_view filter, std::string_view order, Window window = {}) {
  return {1, 0, Filter::parse(filter).value(), Order::parse(order).value(), window};
}

// As JS applies a delta to the list it holds.
inline void replay_ops(const ViewDelta& delta, Slots& list) {
  if (delta.relisted) {
    EXPECT_TRUE(delta.ops.empty());
    list = delta.slots;
    return;
  }
  const auto at = [&](std::uint32_t index) {
    return list.begin() + static_cast<std::ptrdiff_t>(index);
  };
  for (const ViewOp& op : delta.ops) {
    switch (op.kind) {
      case ViewOpKind::insert:
        ASSERT_LE(op.to, list.size());
        list.insert(at(op.to), op.slot);
        break;
      case ViewOpKind::remove:
        ASSERT_LT(op.from, list.size());
        ASSERT_EQ(list[op.from], op.slot);
        list.erase(at(op.from));
        break;
      case ViewOpKind::move:
        ASSERT_LT(op.from, list.size());
        ASSERT_EQ(list[op.from], op.slot);
        list.erase(at(op.from));
        ASSERT_LE(op.to, list.size());
        list.insert(at(op.to), op.slot);
        break;
      case ViewOpKind::update:
        ASSERT_LT(op.from, list.size());
        ASSERT_EQ(list[op.from], op.slot);
        break;
    }
  }
}

}  // namespace tidemark::testing
