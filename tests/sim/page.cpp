#include "page.h"

#include <algorithm>
#include <cstring>
#include <set>

#include "base/json.h"
#include "change/batch.h"

namespace tidemark::sim {
namespace {

// Bits of a row's kind: see change/batch.h.
constexpr std::uint32_t kElement = 1;
constexpr std::uint32_t kPatch = 4;

std::uint32_t word(std::string_view batch, std::size_t at) {
  std::uint32_t value = 0;
  std::memcpy(&value, batch.data() + at * 4, 4);
  return value;
}

// False when an index lies outside the list.
bool apply_op(std::vector<Slot>& list, const ViewOp& op) {
  const bool removes = op.kind == ViewOpKind::remove || op.kind == ViewOpKind::move;
  const bool inserts = op.kind == ViewOpKind::insert || op.kind == ViewOpKind::move;
  if (op.kind == ViewOpKind::update) return op.from < list.size() && list[op.from] == op.slot;
  if (removes) {
    if (op.from >= list.size() || list[op.from] != op.slot) return false;
    list.erase(list.begin() + static_cast<std::ptrdiff_t>(op.from));
  }
  if (inserts) {
    if (op.to > list.size()) return false;
    list.insert(list.begin() + static_cast<std::ptrdiff_t>(op.to), op.slot);
  }
  return true;
}

}  // namespace

std::optional<std::vector<Slot>> Page::apply(std::string_view batch) {
  if (!is_well_formed(batch)) return std::nullopt;
  std::vector<Slot> fresh;
  json::Walker walker(batch.substr(word(batch, 4)));
  std::size_t at = 6;
  for (std::uint32_t i = 0; i < word(batch, 1); ++i, at += 2) {
    const Slot slot = word(batch, at);
    std::string_view object;
    const std::uint32_t kind = word(batch, at + 1);
    if ((kind & kElement) == 0) {
      if (objects_.erase(slot) == 0) return std::nullopt;
      continue;
    }
    const auto held = objects_.find(slot);
    const bool patches = (kind & kPatch) != 0;
    if (!walker.next_element(object) || (patches && held == objects_.end())) return std::nullopt;
    objects_[slot] = patches ? json::merged(held->second, object) : std::string(object);
    fresh.push_back(slot);
  }
  if (!apply_views(batch, at, word(batch, 2))) return std::nullopt;
  return fresh;
}

bool Page::apply_views(std::string_view batch, std::size_t at, std::uint32_t views) {
  for (std::uint32_t i = 0; i < views; ++i) {
    std::vector<Slot>& list = lists_[word(batch, at)];
    const bool relisted = word(batch, at + 1) == 1;
    const std::uint32_t count = word(batch, at + 2);
    at += 3;
    if (relisted) list.clear();
    for (std::uint32_t k = 0; k < count; ++k, at += relisted ? 1 : 4) {
      if (relisted) {
        list.push_back(word(batch, at));
        continue;
      }
      const ViewOp op{static_cast<ViewOpKind>(word(batch, at)), word(batch, at + 1),
                      word(batch, at + 2), word(batch, at + 3)};
      if (!apply_op(list, op)) return false;
    }
    const bool complete = std::all_of(list.begin(), list.end(),
                                      [this](Slot each) { return objects_.contains(each); });
    if (!complete) return false;
  }
  return true;
}

const std::vector<Slot>& Page::list(std::uint32_t view) const {
  static const std::vector<Slot> nothing;
  const auto found = lists_.find(view);
  return found == lists_.end() ? nothing : found->second;
}

std::vector<std::string> Page::rows(std::uint32_t view) const {
  std::vector<std::string> rows;
  for (const Slot slot : list(view)) rows.push_back(objects_.at(slot));
  return rows;
}

std::size_t Page::shown_count() const {
  std::set<Slot> shown;
  for (const auto& [view, list] : lists_) shown.insert(list.begin(), list.end());
  return shown.size();
}

}  // namespace tidemark::sim
