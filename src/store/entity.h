// How an entity's rows are read: which member identifies a row, which one only grows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/version.h"

namespace tidemark {

using EntityId = std::uint32_t;

struct Entity {
  std::string name;
  std::string id_field = "id";
  std::string version_field;  // empty: rows have no version

  // The row's identity as text: `5` and `"5"` are different rows. None when the member is
  // missing or is neither text nor number.
  std::optional<std::string> key_of(std::string_view row) const;
  Version version_of(std::string_view row) const;
};

// The id's JSON, from a key as Entity::key_of makes it.
std::string id_of(std::string_view key);

}  // namespace tidemark
