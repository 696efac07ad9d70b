// What any server can say, whatever its dialect. The stages after `wire` know only these.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/types.h"

namespace tidemark::wire {

// A place in a server's stream of changes. `seq` only means something within its epoch.
struct Position {
  std::string epoch;
  std::int64_t seq = 0;

  bool operator==(const Position&) const = default;
};

// One row changed. The views point into the frame and die with it.
struct Event {
  std::string id;  // empty when the server gives none
  std::string entity;
  Action action = Action::update;
  std::string_view row;   // the row's JSON object as the server wrote it
  std::string_view text;  // the whole event's JSON
  std::string timestamp;
  std::string sub;  // the server's name for the subscription, empty when it has none
  std::optional<Position> position;
  std::optional<std::int64_t> previous_seq;
  std::string mutation;
};

struct Subscribed {
  std::string ref;
  std::string sub;
  std::optional<Position> position;
  bool recovered = false;
  // A replay follows, and `caught_up` after it.
  bool replaying = false;
};

struct CaughtUp {
  std::string sub;
};

struct Pong {
  // sub → last seq sent, for every subscription of the link; none when the server does not say.
  std::optional<std::vector<std::pair<std::string, std::int64_t>>> positions;
};

struct Reset {
  std::string sub;
};

struct ServerError {
  std::string code;
  std::string message;
  std::string ref;
};

using Message = std::variant<Event, Subscribed, CaughtUp, Pong, Reset, ServerError>;

// A frame's messages and what had to be refused; one bad message does not lose its neighbours.
struct Decoded {
  std::vector<Message> messages;
  std::vector<Error> rejected;
};

}  // namespace tidemark::wire
