// What a page holds: one object per row slot and one list per view, brought up to date by
// change batches as js/core/change-batch.ts does it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.h"

namespace tidemark::sim {

class Page {
 public:
  // The slots whose objects are new; none when the batch cannot be applied.
  std::optional<std::vector<Slot>> apply(std::string_view batch);

  const std::string& object(Slot slot) const { return objects_.at(slot); }
  const std::vector<Slot>& list(std::uint32_t view) const;
  std::vector<std::string> rows(std::uint32_t view) const;
  void forget(std::uint32_t view) { lists_.erase(view); }

  std::size_t object_count() const { return objects_.size(); }
  // Objects that some list shows.
  std::size_t shown_count() const;

 private:
  bool apply_views(std::string_view batch, std::size_t at, std::uint32_t views);

  std::map<Slot, std::string> objects_;
  std::map<std::uint32_t, std::vector<Slot>> lists_;
};

}  // namespace tidemark::sim
