// How an entity's rows are read: which member identifies a row, which one only grows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "store/version.h"

namespace tidemark {

using EntityId = std::uint32_t;

struct Entity {
  std::string name;
  std::string id_field = "id";              // a member's name, or a dotted path to it
  std::string version_field;                // empty: rows have no version
  std::string table{};                      // where the server keeps its rows; empty: under `name`
  std::vector<std::string> fixed_fields{};  // members that never change in a row

  bool is_fixed(std::string_view field) const;

  // The row's identity as text: `5` and `"5"` are different rows. None when the member is
  // missing or is neither text nor number. The text is part of the row, or of `spelled` when
  // the id is written with escapes.
  std::optional<std::string_view> key_of(std::string_view row, std::string& spelled) const;
  std::optional<std::string> key_of(std::string_view row) const;
  Version version_of(std::string_view row) const;

  // Both in one pass over the row. None where there is no key.
  struct Identity {
    std::string_view key;
    Version version;
  };
  std::optional<Identity> identify(std::string_view row, std::string& spelled) const;
};

// Finds a row's identity on the way, for whoever walks its members anyhow.
class IdentityReader {
 public:
  explicit IdentityReader(const Entity& shape) : shape_(shape) {}

  void put(const json::Member& member);

  // After all members of `row`, as Entity::identify.
  std::optional<Entity::Identity> identity(std::string_view row, std::string& spelled) const;

 private:
  const Entity& shape_;
  std::optional<std::string_view> id_;
  std::optional<std::string_view> version_;
};

// The id's JSON, from a key as Entity::key_of makes it.
std::string id_of(std::string_view key);

}  // namespace tidemark
