#include "poll/snapshot.h"

#include <unordered_set>

#include "base/json.h"

namespace tidemark::poll {

Result<std::vector<ListedRow>> read_rows(std::string_view body, std::string_view path,
                                         const Entity& entity) {
  if (const Error error = json::validate(body); error != Error::none) return error;
  const auto list = json::at_path(body, path);
  if (!list || json::kind_of(*list) != json::Kind::array) return Error::not_a_list;
  std::vector<ListedRow> rows;
  std::unordered_set<std::string> keys;
  json::Walker walker(*list);
  for (std::string_view each; walker.next_element(each);) {
    if (json::kind_of(each) != json::Kind::object) return Error::not_a_list;
    auto key = entity.key_of(each);
    if (!key) return Error::missing_id;
    if (!keys.insert(*key).second) return Error::duplicate_id;
    rows.push_back({std::move(*key), each});
  }
  return rows;
}

std::vector<RowChange> changed_rows(const std::vector<ListedRow>& listed, EntityId entity,
                                    const RowStore& store, Tick as_of) {
  std::vector<RowChange> changes;
  for (const ListedRow& each : listed) {
    const Row* held = store.find(entity, each.key);
    const bool present = held != nullptr && held->state == RowState::present;
    if (present && held->bytes == each.bytes) continue;
    RowChange change;
    change.entity = entity;
    change.action = present ? Action::update : Action::insert;
    change.key = each.key;
    change.row = each.bytes;
    change.version = store.entity(entity).version_of(each.bytes);
    change.as_of = as_of;
    changes.push_back(std::move(change));
  }
  return changes;
}

std::vector<RowChange> vanished_rows(const std::vector<ListedRow>& listed, EntityId entity,
                                     const RowStore& store, Tick as_of) {
  std::unordered_set<std::string_view> keys;
  for (const ListedRow& each : listed) keys.insert(each.key);
  std::vector<RowChange> changes;
  for (const Slot slot : store.present(entity)) {
    const Row& held = store.row(slot);
    if (keys.contains(held.key)) continue;
    RowChange change;
    change.entity = entity;
    change.action = Action::erase;
    change.key = held.key;
    change.version = held.version;
    change.as_of = as_of;
    changes.push_back(std::move(change));
  }
  return changes;
}

}  // namespace tidemark::poll
