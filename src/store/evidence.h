// When something was known, by the order of this engine's inputs and by the server's own.
#pragma once

#include <cstdint>

#include "base/types.h"

namespace tidemark {

// Where in the server's one stream of changes something stands; epochs are numbered as they
// come, 0 is nowhere.
struct Place {
  std::uint32_t epoch = 0;
  std::int64_t seq = 0;

  bool known() const { return epoch != 0; }
  bool comparable(const Place& other) const { return known() && epoch == other.epoch; }
};

// When something was known. A read tells of everything up to its place, and perhaps of more.
struct Evidence {
  Tick as_of = 0;
  Place place{};
  bool is_read = false;

  // Would the server have known of it when it answered `read`?
  bool predates(const Evidence& read) const {
    if (!place.known() || is_read) return as_of < read.as_of;
    return place.comparable(read.place) && place.seq <= read.place.seq;
  }
};

}  // namespace tidemark
