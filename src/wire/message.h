// What any server can say, whatever its dialect. The stages after `wire` know only these.
#pragma once

#include <cstdint>
#include <forward_list>
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

// The same, lent by a frame.
struct PositionView {
  std::string_view epoch;
  std::int64_t seq = 0;

  Position owned() const { return {std::string(epoch), seq}; }
};

// One row changed. The views point into the frame, or into Decoded where an escape had to
// be resolved, and die with either: what outlives the frame is copied.
struct Event {
  std::string_view id;  // empty when the server gives none
  std::string_view entity;
  Action action = Action::update;
  std::string_view row;   // the row's JSON object as the server wrote it
  std::string_view text;  // the whole event's JSON
  std::string_view timestamp;
  std::string_view sub;  // the server's name for the subscription, empty when it has none
  std::optional<PositionView> position;
  std::optional<std::int64_t> previous_seq;
  std::string_view mutation;
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

// A change whose row the server could not send, or that it knows it did not send.
struct Missed {
  std::string sub;
};

struct ServerError {
  std::string code;
  std::string message;
  std::string ref;
};

using Message = std::variant<Event, Subscribed, CaughtUp, Pong, Reset, Missed, ServerError>;

// A frame's messages and what had to be refused; one bad message does not lose its neighbours.
// One is used for frame after frame, so that decoding takes no memory of its own.
struct Decoded {
  std::vector<Message> messages;
  std::vector<Error> rejected;
  std::vector<std::string> replies;  // to be sent back at once

  // Text that messages lend but no frame holds.
  std::string_view keep(std::string text) { return kept_.emplace_front(std::move(text)); }

  void clear() {
    // A huge frame must not hold its memory for ever.
    constexpr std::size_t kMost = 1'024;
    if (messages.capacity() > kMost) messages = std::vector<Message>();
    if (rejected.capacity() > kMost) rejected = std::vector<Error>();
    messages.clear();
    rejected.clear();
    replies.clear();
    kept_.clear();
  }

 private:
  std::forward_list<std::string> kept_;
};

}  // namespace tidemark::wire
