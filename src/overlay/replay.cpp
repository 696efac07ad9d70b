#include "overlay/replay.h"

#include <algorithm>
#include <utility>

#include "base/decimal.h"
#include "base/decimal_sum.h"
#include "base/json.h"

namespace tidemark {
namespace {

std::string_view field_of(std::string_view row, std::string_view field) {
  if (row.empty()) return "null";
  return json::member(row, field).value_or("null");
}

// Did somebody else change the field since the edit was made, and not to the same?
bool is_contested(const PendingOperation& operation, const Row& truth, std::string_view field,
                  std::string_view mine) {
  if (truth.state != RowState::present || operation.base.empty()) return false;
  const std::string_view theirs = field_of(truth.bytes, field);
  return !json::equal(theirs, field_of(operation.base, field)) && !json::equal(theirs, mine);
}

// Without a time on the row, a change that came after the edit was made after it.
bool server_wrote_later(const PendingOperation& operation, const Row& truth) {
  const auto written = truth.version.time_us();
  return !written || *written > operation.made_at * 1'000;
}

bool contains(const std::vector<std::string_view>& values, std::string_view value) {
  return std::any_of(values.begin(), values.end(),
                     [&](std::string_view each) { return json::equal(each, value); });
}

std::vector<std::string_view> elements_of(std::string_view array) {
  std::vector<std::string_view> elements;
  json::Walker walker(array);
  for (std::string_view each; walker.next_element(each);) elements.push_back(each);
  return elements;
}

std::string added(std::string_view current, std::string_view before, std::string_view mine) {
  const bool numbers = is_number(current) && is_number(before) && is_number(mine);
  if (!numbers) return std::string(mine);
  const auto delta = add_numbers(mine, negated(before));
  const auto sum = delta ? add_numbers(current, *delta) : std::nullopt;
  return sum.value_or(std::string(mine));
}

std::string united(std::string_view current, std::string_view before, std::string_view mine) {
  using json::Kind;
  if (json::kind_of(current) != Kind::array || json::kind_of(mine) != Kind::array) {
    return std::string(mine);
  }
  const bool had_array = json::kind_of(before) == Kind::array;
  const auto old_elements = had_array ? elements_of(before) : std::vector<std::string_view>{};
  const auto my_elements = elements_of(mine);
  std::vector<std::string_view> out;
  for (const std::string_view each : elements_of(current)) {
    const bool removed = contains(old_elements, each) && !contains(my_elements, each);
    if (!removed) out.push_back(each);
  }
  for (const std::string_view each : my_elements) {
    if (!contains(old_elements, each) && !contains(out, each)) out.push_back(each);
  }
  std::string array = "[";
  for (const std::string_view each : out) {
    if (array.size() > 1) array.push_back(',');
    array.append(each);
  }
  return array.append("]");
}

std::string resolved(const PendingOperation& operation, std::string_view field,
                     std::string_view theirs, std::string_view mine) {
  for (const auto& each : operation.resolutions) {
    if (each.field == field && json::equal(each.theirs, theirs)) return each.value;
  }
  return std::string(mine);
}

// What the field is to be; none when the edit gives way.
std::optional<std::string> value_of(const PendingOperation& operation, std::string_view field,
                                    std::string_view mine, std::string_view current,
                                    const Row& truth, ConflictPolicy policy) {
  const bool contested = is_contested(operation, truth, field, mine);
  switch (policy) {
    case ConflictPolicy::rebase:
    case ConflictPolicy::client_wins:
      return std::string(mine);
    case ConflictPolicy::server_wins:
      if (contested) return std::nullopt;
      return std::string(mine);
    case ConflictPolicy::last_write_wins:
      if (contested && server_wrote_later(operation, truth)) return std::nullopt;
      return std::string(mine);
    case ConflictPolicy::increment:
      return added(current, field_of(operation.before, field), mine);
    case ConflictPolicy::set_union:
      return united(current, field_of(operation.before, field), mine);
    case ConflictPolicy::custom:
      if (!contested) return std::string(mine);
      return resolved(operation, field, field_of(truth.bytes, field), mine);
  }
  return std::string(mine);
}

}  // namespace

std::string effective_patch(const PendingOperation& operation, std::string_view shown,
                            const Row& truth, const Policies& policies) {
  std::string patch = "{";
  json::Walker walker(operation.data);
  for (json::Member each; walker.next_member(each);) {
    const std::string field = json::unescape(each.key);
    const auto value =
        value_of(operation, field, each.value, field_of(shown, field), truth, policies.of(field));
    if (!value) continue;
    if (patch.size() > 1) patch.push_back(',');
    patch.append("\"").append(each.key).append("\":").append(*value);
  }
  return patch.append("}");
}

std::optional<std::string> replay(const PendingOperation& operation,
                                  std::optional<std::string> shown, const Row& truth,
                                  const Policies& policies) {
  switch (operation.action) {
    case Action::insert:
      return shown ? std::move(shown) : operation.data;
    case Action::erase:
      return std::nullopt;
    case Action::update:
      break;
  }
  if (!shown) {
    // An edit of a row that someone else deleted shows nothing: the delete stands.
    const bool revives = policies.standard == ConflictPolicy::client_wins &&
                         truth.state == RowState::deleted && !operation.before.empty();
    if (!revives) return std::nullopt;
    shown = operation.before;
  }
  return json::merged(*shown, effective_patch(operation, *shown, truth, policies));
}

std::vector<Conflict> conflicts_of(const PendingOperation& operation, const Row& truth,
                                   const Policies& policies) {
  std::vector<Conflict> conflicts;
  if (operation.action != Action::update) return conflicts;
  json::Walker walker(operation.data);
  for (json::Member each; walker.next_member(each);) {
    const std::string field = json::unescape(each.key);
    if (!is_contested(operation, truth, field, each.value)) continue;
    conflicts.push_back({field, policies.of(field), std::string(field_of(operation.base, field)),
                         std::string(each.value), std::string(field_of(truth.bytes, field))});
  }
  return conflicts;
}

}  // namespace tidemark
