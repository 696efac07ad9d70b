// One subscription: an entity and a filter that somebody wants events for, and how far in
// the server's stream it has come.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/types.h"
#include "store/entity.h"
#include "view/filter.h"
#include "wire/message.h"

namespace tidemark {

using SubId = std::uint32_t;

struct Subscription {
  SubId id = 0;
  EntityId entity = 0;
  std::string filter;
  // What the filter says, for events whose server does not say whom they are for.
  Filter rows;
  std::uint32_t references = 0;
  // Nobody uses it any more; at this time it ends.
  std::optional<Millis> ends_at;

  // The server's name for it on the present link; empty until `subscribed` came.
  std::string server_sub;
  // The ref of the subscribe that is waiting for its answer; empty when none is.
  std::string ref;
  // The input at which it was asked for.
  Tick asked_at = 0;
  // When the answer has been awaited for too long.
  std::optional<Millis> answer_due;

  std::optional<wire::Position> position;
  // Something was missed, or the server refused: not to be trusted until a new stream began.
  bool suspect = false;
  // The server will not serve it, whatever is tried.
  bool refused = false;
  // The server is still sending what was missed.
  bool replaying = false;
  // Where the last replay started. A second gap at the same place shows that no replay can
  // close it.
  std::optional<wire::Position> replayed_from;
  // The epoch whose count was seen to go back. Believed once: a server that sends more than
  // was asked for does the same, harmlessly.
  std::string rewound_epoch;
  // When to ask once more, and how often that went wrong in a row.
  std::optional<Millis> ask_at;
  std::int64_t mishaps = 0;
  // Refused for the link's token; asked for again when there is a new one.
  bool awaits_token = false;

  // The input at which the present unbroken stream began. A snapshot that left before it
  // may miss changes that the stream does not carry.
  Tick stream_began = 0;
  Millis stream_began_at = 0;
  std::optional<Millis> last_event_at;

  bool streams() const { return !server_sub.empty(); }
};

}  // namespace tidemark
