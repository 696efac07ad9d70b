// One row as the store holds it.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/types.h"
#include "store/entity.h"
#include "store/evidence.h"
#include "store/key_index.h"
#include "store/version.h"

namespace tidemark {

enum class RowState : std::uint8_t { absent, present, deleted };

struct Row {
  std::string_view key;     // within `bytes`, or kept apart
  std::string_view bytes;   // the row's JSON; empty unless present
  std::string_view mirror;  // what JS made its object from; empty when it has none
  Version version;
  Tick tick = 0;           // as of when it is known: what left the server before is older
  Evidence evidence;       // of that change
  std::uint32_t pins = 0;  // pending operations that hold the slot
  std::uint32_t hash = 0;  // of the key
  EntityId entity = 0;
  // The neighbours in the one list that it may be in: tombstones, or rows that no view shows.
  Slot older = kNoSlot;
  Slot newer = kNoSlot;
  RowState state = RowState::absent;
  bool hidden = false;
  bool blindly = false;    // deleted, and nobody said at which version
  bool may_exist = false;  // not deleted, perhaps: gone from a filtered list
};

}  // namespace tidemark
