#include "store/entity.h"

#include <algorithm>

#include "base/json.h"
#include "base/scan.h"

namespace tidemark {
namespace {

// A member whose name has dots in it comes before a path of that spelling.
std::optional<std::string_view> else_by_path(std::optional<std::string_view> value,
                                             std::string_view row, std::string_view name) {
  const bool is_path = name.find('.') != std::string_view::npos;
  return value || !is_path ? value : json::at_path(row, name);
}

std::optional<std::string_view> field(std::string_view row, std::string_view name) {
  return else_by_path(json::member(row, name), row, name);
}

std::optional<std::string_view> key_in(std::optional<std::string_view> id, std::string& spelled) {
  if (!id) return std::nullopt;
  switch (json::kind_of(*id)) {
    case json::Kind::number:
      return id;
    case json::Kind::string:
      // The opening quote is what tells text from a number.
      if (!scan::has_escape(*id)) return id->substr(0, id->size() - 1);
      spelled = "\"" + json::string_of(*id);
      return spelled;
    default:
      return std::nullopt;
  }
}

}  // namespace

bool Entity::is_fixed(std::string_view field) const {
  return field == id_field ||
         std::find(fixed_fields.begin(), fixed_fields.end(), field) != fixed_fields.end();
}

std::optional<std::string_view> Entity::key_of(std::string_view row, std::string& spelled) const {
  return key_in(field(row, id_field), spelled);
}

std::optional<std::string> Entity::key_of(std::string_view row) const {
  std::string spelled;
  const auto key = key_of(row, spelled);
  return key ? std::optional<std::string>(*key) : std::nullopt;
}

std::string id_of(std::string_view key) {
  return key.starts_with('"') ? json::quoted(key.substr(1)) : std::string(key);
}

Version Entity::version_of(std::string_view row) const {
  if (version_field.empty()) return {};
  const auto value = field(row, version_field);
  return value ? Version::parse(*value) : Version{};
}

std::optional<Entity::Identity> Entity::identify(std::string_view row, std::string& spelled) const {
  IdentityReader reader(*this);
  json::Walker walker(row);
  for (json::Member each; walker.next_member(each);) reader.put(each);
  return reader.identity(row, spelled);
}

// Of a repeated member the last counts.
void IdentityReader::put(const json::Member& member) {
  if (json::is_key(member.key, shape_.id_field)) id_ = member.value;
  if (shape_.version_field.empty()) return;
  if (json::is_key(member.key, shape_.version_field)) version_ = member.value;
}

std::optional<Entity::Identity> IdentityReader::identity(std::string_view row,
                                                         std::string& spelled) const {
  const auto key = key_in(else_by_path(id_, row, shape_.id_field), spelled);
  if (!key) return std::nullopt;
  const auto value = else_by_path(version_, row, shape_.version_field);
  return Entity::Identity{*key, value ? Version::parse(*value) : Version{}};
}

}  // namespace tidemark
