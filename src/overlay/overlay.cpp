#include "overlay/overlay.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/json.h"

namespace tidemark {
namespace {

using Stage = PendingOperation::Stage;
using Awaits = PendingOperation::Awaits;

}  // namespace

void Overlay::set_policies(EntityId entity, Policies policies) {
  if (policies_.size() <= entity) policies_.resize(entity + 1);
  policies_[entity] = std::move(policies);
}

const Policies& Overlay::policies(EntityId entity) const {
  static const Policies kStandard;
  return entity < policies_.size() ? policies_[entity] : kStandard;
}

MutationHandle Overlay::add(std::string mutation, Slot slot, Action action, std::string_view data,
                            Millis made_at) {
  PendingOperation operation;
  operation.handle = next_handle_++;
  operation.mutation = std::move(mutation);
  operation.slot = slot;
  operation.action = action;
  operation.data = data;
  operation.made_at = made_at;
  const Row& truth = store_.row(slot);
  if (truth.state == RowState::present) operation.base = truth.bytes;
  operation.before = visible(slot).value_or("");
  pending_.push_back(std::move(operation));
  return pending_.back().handle;
}

MutationHandle Overlay::restore(SavedEdit saved, Slot slot, Tick now) {
  PendingOperation operation;
  operation.handle = next_handle_++;
  operation.mutation = std::move(saved.key);
  operation.slot = slot;
  operation.action = saved.action;
  operation.data = std::move(saved.data);
  operation.base = std::move(saved.base);
  operation.before = std::move(saved.before);
  operation.made_at = saved.made_at;
  operation.kept = true;
  if (saved.action == Action::update) operation.awaits = Awaits::row;
  operation.awaits_since = now;
  pending_.push_back(std::move(operation));
  return pending_.back().handle;
}

bool Overlay::holds(std::string_view mutation) const {
  return std::any_of(pending_.begin(), pending_.end(),
                     [&](const auto& each) { return each.mutation == mutation; });
}

PendingOperation* Overlay::find(MutationHandle handle) {
  const auto found = std::find_if(pending_.begin(), pending_.end(),
                                  [&](const auto& each) { return each.handle == handle; });
  return found == pending_.end() ? nullptr : &*found;
}

PendingOperation* Overlay::find_echoed(std::string_view mutation, Slot slot,
                                       const RowChange& change) {
  const auto found = std::find_if(pending_.begin(), pending_.end(), [&](const auto& each) {
    if (each.stage == Stage::confirmed) return false;
    return mutation.empty() ? echoes(each, slot, change) : each.mutation == mutation;
  });
  return found == pending_.end() ? nullptr : &*found;
}

// Where the server names no mutations: does the event say what the operation asked for?
bool Overlay::echoes(const PendingOperation& operation, Slot slot, const RowChange& change) const {
  const Row& row = store_.row(operation.slot);
  const bool on_its_way = operation.stage == Stage::sent || operation.stage == Stage::answered;
  const bool same_kind = on_its_way && row.entity == change.entity;
  if (!same_kind) return false;
  const bool same_row = operation.slot == slot;
  if (operation.action == Action::erase) return same_row && change.action == Action::erase;
  if (change.action == Action::erase) return false;
  if (operation.action == Action::insert && change.action != Action::insert) return false;
  if (operation.action == Action::update && !same_row) return false;
  const std::string& id_field = store_.entity(row.entity).id_field;
  json::Walker walker(operation.data);
  for (json::Member each; walker.next_member(each);) {
    const std::string field = json::unescape(each.key);
    // A temporary id is not the server's.
    if (field == id_field) continue;
    const auto theirs = json::member(change.row, field);
    if (!theirs || !json::equal(*theirs, each.value)) return false;
  }
  return true;
}

void Overlay::remove(MutationHandle handle) {
  std::erase_if(pending_, [&](const auto& each) { return each.handle == handle; });
}

std::uint32_t Overlay::move(Slot from, Slot to) {
  const Row& row = store_.row(to);
  const std::string id =
      "{" + json::quoted(store_.entity(row.entity).id_field) + ":" + id_of(row.key) + "}";
  std::uint32_t moved = 0;
  for (PendingOperation& each : pending_) {
    if (each.slot != from) continue;
    each.slot = to;
    // Its own data names the row too.
    each.data = json::merged(each.data, id);
    ++moved;
  }
  return moved;
}

// Edits of a row that the server does not have yet wait for its insert.
bool Overlay::is_blocked(const PendingOperation& operation) const {
  return std::any_of(pending_.begin(), pending_.end(), [&](const PendingOperation& each) {
    const bool earlier = each.handle < operation.handle && each.slot == operation.slot;
    return earlier && each.action == Action::insert && each.stage != Stage::confirmed;
  });
}

PendingOperation* Overlay::next_to_send() {
  const auto found = std::find_if(pending_.begin(), pending_.end(), [this](const auto& each) {
    return each.stage == Stage::queued && !is_blocked(each);
  });
  return found == pending_.end() ? nullptr : &*found;
}

bool Overlay::any_sent() const {
  return std::any_of(pending_.begin(), pending_.end(),
                     [](const auto& each) { return each.stage == Stage::sent; });
}

bool Overlay::any_queued() const {
  return std::any_of(pending_.begin(), pending_.end(),
                     [](const auto& each) { return each.stage == Stage::queued; });
}

bool Overlay::awaits_rows() const {
  return std::any_of(pending_.begin(), pending_.end(),
                     [](const auto& each) { return each.awaits != Awaits::nothing; });
}

void Overlay::await_news(Tick now) {
  for (PendingOperation& each : pending_) {
    const bool waits = each.stage == Stage::queued && each.action == Action::update;
    // Nobody else can have changed a row that was inserted here.
    const bool is_held = store_.row(each.slot).state == RowState::present;
    if (!waits || !is_held || each.awaits == Awaits::row) continue;
    each.awaits = Awaits::news;
    each.awaits_since = now;
  }
}

void Overlay::give_up_rows() {
  for (PendingOperation& each : pending_) each.awaits = Awaits::nothing;
}

std::vector<Overlay::Told> Overlay::new_conflicts(Slot slot) {
  std::vector<Told> fresh;
  const Row& truth = store_.row(slot);
  for (PendingOperation& each : pending_) {
    if (each.slot != slot || each.stage == Stage::confirmed) continue;
    for (Conflict& conflict : conflicts_of(each, truth, policies(truth.entity))) {
      std::pair known(conflict.field, conflict.theirs);
      if (std::find(each.told.begin(), each.told.end(), known) != each.told.end()) continue;
      each.told.push_back(std::move(known));
      fresh.push_back({each.handle, std::move(conflict)});
    }
  }
  return fresh;
}

std::vector<MutationHandle> Overlay::included(Slot slot, Tick as_of) const {
  std::vector<MutationHandle> handles;
  for (const PendingOperation& each : pending_) {
    const bool answered = each.stage == Stage::answered && each.answered_at < as_of;
    if (answered && each.slot == slot) handles.push_back(each.handle);
  }
  return handles;
}

std::vector<MutationHandle> Overlay::included_in_snapshot(EntityId entity, Tick as_of) const {
  std::vector<MutationHandle> handles;
  for (const PendingOperation& each : pending_) {
    const bool answered = each.stage == Stage::answered && each.answered_at < as_of;
    if (answered && store_.row(each.slot).entity == entity) handles.push_back(each.handle);
  }
  return handles;
}

std::string Overlay::payload(const PendingOperation& operation) const {
  if (operation.action != Action::update) return operation.data;
  const Row& truth = store_.row(operation.slot);
  const auto shown = below(operation.slot, operation.handle);
  return effective_patch(operation, shown.value_or(""), truth, policies(truth.entity));
}

bool Overlay::touches(Slot slot) const {
  return std::any_of(pending_.begin(), pending_.end(),
                     [&](const auto& each) { return each.slot == slot; });
}

std::vector<PendingOperation*> Overlay::of(Slot slot) {
  std::vector<PendingOperation*> operations;
  for (PendingOperation& each : pending_) {
    if (each.slot == slot) operations.push_back(&each);
  }
  return operations;
}

std::vector<Slot> Overlay::slots() const {
  std::vector<Slot> slots;
  for (const PendingOperation& each : pending_) {
    const bool known = std::find(slots.begin(), slots.end(), each.slot) != slots.end();
    if (!known) slots.push_back(each.slot);
  }
  return slots;
}

std::optional<std::string_view> Overlay::visible(Slot slot, std::string& edited) const {
  const Row& truth = store_.row(slot);
  if (!touches(slot)) {
    return truth.state == RowState::present ? std::optional(truth.bytes) : std::nullopt;
  }
  auto shown = below(slot, std::numeric_limits<MutationHandle>::max());
  if (!shown) return std::nullopt;
  edited = std::move(*shown);
  return edited;
}

std::optional<std::string> Overlay::visible(Slot slot) const {
  std::string edited;
  const auto shown = visible(slot, edited);
  return shown ? std::optional<std::string>(*shown) : std::nullopt;
}

std::optional<std::string> Overlay::below(Slot slot, MutationHandle before) const {
  const Row& truth = store_.row(slot);
  std::optional<std::string> shown;
  if (truth.state == RowState::present) shown = std::string(truth.bytes);
  for (const PendingOperation& each : pending_) {
    if (each.handle >= before) break;
    if (each.slot != slot || each.stage == Stage::confirmed) continue;
    shown = replay(each, std::move(shown), truth, policies(truth.entity));
  }
  return shown;
}

}  // namespace tidemark
