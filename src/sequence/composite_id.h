// The identity of an event that its server gave no id: what it says. The same change on
// another link, or replayed, has the same.
#pragma once

#include <array>
#include <string_view>

#include "base/hash.h"
#include "base/types.h"

namespace tidemark {

// `version` is the row's version or, without one, the event's timestamp; `row` its bytes.
// Each part is hashed by itself, so that none can run into the next.
inline Hash128 composite_id(const HashKey& key, std::string_view entity, Action action,
                            std::string_view row_key, std::string_view version,
                            std::string_view row) {
  const std::array<Hash128, 5> parts{
      keyed_hash128(key, entity), Hash128{static_cast<std::uint64_t>(action), 0},
      keyed_hash128(key, row_key), keyed_hash128(key, version), keyed_hash128(key, row)};
  return keyed_hash128(key, {reinterpret_cast<const char*>(parts.data()), sizeof parts});
}

}  // namespace tidemark
