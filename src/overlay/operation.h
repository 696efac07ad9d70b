// One edit that the user made and the server has not confirmed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/types.h"

namespace tidemark {

using MutationHandle = std::uint32_t;

struct PendingOperation {
  enum class Stage : std::uint8_t {
    queued,     // not sent: there is no network, or an earlier one has to end first
    sent,       // the app's mutation function runs
    confirmed,  // its echo is in the store already; only the answer is missing
    answered,   // succeeded, but the server gave no row: shown until the store has the change
  };

  MutationHandle handle = 0;
  std::string mutation;  // the id that the server's echo repeats
  Slot slot = 0;
  Action action = Action::update;
  std::string data;  // insert: the row; update: the changed members; delete: unused
  Stage stage = Stage::queued;
  Tick sent_at = 0;  // the input at which it was first submitted
  Tick answered_at = 0;
  Millis made_at = 0;  // on the outside's clock, to be compared with the server's times
  bool kept = false;   // by the outside, over reloads
  // Not sent before it is known what others did to its row meanwhile.
  enum class Awaits : std::uint8_t {
    nothing,
    row,   // an earlier page made it: the row is yet to be read
    news,  // there was no network: the row is held, but may be an old one
  };
  Awaits awaits = Awaits::nothing;
  Tick awaits_since = 0;  // the input at which the waiting began

  // The server's row when the edit was made, and what the user saw then; empty when there
  // was none.
  std::string base;
  std::string before;

  // What the app decided for a field, given the server's value.
  struct Resolution {
    std::string field;
    std::string theirs;
    std::string value;
  };
  std::vector<Resolution> resolutions;
  // Conflicts that the app was told of: field and the server's value.
  std::vector<std::pair<std::string, std::string>> told;
  std::uint32_t questions = 0;  // those of them that it has yet to decide
};

}  // namespace tidemark
