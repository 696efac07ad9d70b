// What becomes of a pending edit of a field that somebody else has changed meanwhile.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidemark {

enum class ConflictPolicy : std::uint8_t {
  rebase,           // the edit is replayed on top; a row that was deleted stays deleted
  server_wins,      // the edit of that field is dropped
  client_wins,      // the edit stands, also on a row that was deleted
  last_write_wins,  // whichever was made later, by the row's version when that is a time
  increment,        // numbers: what the edit added is added to the server's value
  set_union,        // arrays: what the edit added and removed is added and removed there
  custom,           // the app decides
};

std::string_view name_of(ConflictPolicy policy);
std::optional<ConflictPolicy> policy_named(std::string_view name);

// An entity's policies: one for all fields, others for some.
struct Policies {
  ConflictPolicy standard = ConflictPolicy::rebase;
  std::vector<std::pair<std::string, ConflictPolicy>> fields;

  ConflictPolicy of(std::string_view field) const {
    for (const auto& [name, policy] : fields) {
      if (name == field) return policy;
    }
    return standard;
  }
};

}  // namespace tidemark
