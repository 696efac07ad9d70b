#include "overlay/overlay.h"

#include <algorithm>

#include "base/json.h"

namespace tidemark {

MutationHandle Overlay::add(std::string mutation, Slot slot, Action action, std::string_view data) {
  const MutationHandle handle = next_handle_++;
  pending_.push_back({handle, std::move(mutation), slot, action, std::string(data)});
  return handle;
}

const PendingOperation* Overlay::find(MutationHandle handle) const {
  const auto found = std::find_if(pending_.begin(), pending_.end(),
                                  [&](const auto& each) { return each.handle == handle; });
  return found == pending_.end() ? nullptr : &*found;
}

const PendingOperation* Overlay::find_by_mutation(std::string_view mutation) const {
  if (mutation.empty()) return nullptr;
  const auto found = std::find_if(pending_.begin(), pending_.end(),
                                  [&](const auto& each) { return each.mutation == mutation; });
  return found == pending_.end() ? nullptr : &*found;
}

void Overlay::remove(MutationHandle handle) {
  std::erase_if(pending_, [&](const auto& each) { return each.handle == handle; });
}

bool Overlay::touches(Slot slot) const {
  return std::any_of(pending_.begin(), pending_.end(),
                     [&](const auto& each) { return each.slot == slot; });
}

std::optional<std::string_view> Overlay::visible(Slot slot, std::string& edited) const {
  const Row& base = store_.row(slot);
  std::optional<std::string_view> shown;
  if (base.state == RowState::present) shown = base.bytes;
  for (const PendingOperation& each : pending_) {
    if (each.slot != slot) continue;
    switch (each.action) {
      case Action::insert:
        if (!shown) shown = each.data;
        break;
      case Action::update:
        // An edit of a row that someone else deleted shows nothing: the delete stands.
        if (shown) shown = edited = json::merged(*shown, each.data);
        break;
      case Action::erase:
        shown.reset();
        break;
    }
  }
  return shown;
}

std::optional<std::string> Overlay::visible(Slot slot) const {
  std::string edited;
  const auto shown = visible(slot, edited);
  return shown ? std::optional<std::string>(*shown) : std::nullopt;
}

}  // namespace tidemark
