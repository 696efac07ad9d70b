#include "store/entity.h"

#include "base/json.h"

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
      if (id->find('\\') == std::string_view::npos) return id->substr(0, id->size() - 1);
      spelled = "\"" + json::string_of(*id);
      return spelled;
    default:
      return std::nullopt;
  }
}

}  // namespace

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
  const auto [id, version] = json::members(row, id_field, version_field);
  const auto key = key_in(else_by_path(id, row, id_field), spelled);
  if (!key) return std::nullopt;
  const auto value = else_by_path(version, row, version_field);
  return Identity{*key, value ? Version::parse(*value) : Version{}};
}

}  // namespace tidemark
