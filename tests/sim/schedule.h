// What happens in one run, as data: it can be printed, cut down and replayed. Everything a
// step does follows from its own numbers, so leaving out its neighbours does not change what
// it means; what the network does by chance follows from the seed.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.h"

namespace tidemark::sim {

// How much the server says with its events.
enum class Dialect : std::uint8_t {
  full,   // positions: gaps are seen, streams resume
  named,  // subscriptions, no positions
  plain,  // events alone
};

struct Setup {
  int clients = 2;
  int ids = 8;                      // a table's ids
  int dialect = 0;                  // Dialect
  int retention = 50;               // changes that the outbox keeps
  int dedup = 512;                  // dedupCapacity
  int tombstones = 512;             // tombstoneCapacity
  int tokens = 0;                   // whether the server wants them
  int relay = 0;                    // the clients are tabs that hand events on
  int bare_deletes = 0;             // a delete carries its id alone
  int publish_delay = 20;           // most, between commit and stream, in ms
  int paint = 16;                   // until JS takes a batch, in ms
  int attempts = 10;                // maxReconnectAttempts
  std::array<int, 4> transports{};  // by client: into kTransports

  Dialect speaks() const { return static_cast<Dialect>(dialect); }
  // Small enough to be exceeded: what lies beyond a limit is not promised (I2, I4).
  bool is_tight() const { return tombstones < 100; }
};

inline constexpr std::array<std::string_view, 6> kTransports{
    R"(["websocket","sse","polling"])", R"(["websocket"])", R"(["websocket","sse"])", R"(["sse"])",
    R"(["websocket","polling"])",       R"(["polling"])",
};

struct Step {
  std::size_t kind = 0;  // into step_kinds()
  Millis wait = 0;       // after the step before
  int client = 0;
  int a = 0;
  int b = 0;
  int c = 0;
};

struct Schedule {
  std::uint64_t seed = 0;
  Setup setup;
  std::vector<Step> steps;
  bool traces = false;
};

Schedule schedule_for(std::uint64_t seed);

// A recorded violation: tests/vectors/sim holds them.
std::string to_json(const Schedule& schedule, std::string_view invariant);
std::optional<Schedule> from_json(std::string_view text);

}  // namespace tidemark::sim
