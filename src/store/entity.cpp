#include "store/entity.h"

#include "base/json.h"

namespace tidemark {

std::optional<std::string> Entity::key_of(std::string_view row) const {
  const auto id = json::member(row, id_field);
  if (!id) return std::nullopt;
  switch (json::kind_of(*id)) {
    case json::Kind::number:
      return std::string(*id);
    case json::Kind::string:
      return "\"" + json::string_of(*id);
    default:
      return std::nullopt;
  }
}

std::string id_of(std::string_view key) {
  return key.starts_with('"') ? json::quoted(key.substr(1)) : std::string(key);
}

Version Entity::version_of(std::string_view row) const {
  if (version_field.empty()) return {};
  const auto value = json::member(row, version_field);
  return value ? Version::parse(*value) : Version{};
}

}  // namespace tidemark
