// How an engine is set up. Times in milliseconds, sizes in bytes or rows.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "wire/dialect.h"

namespace tidemark {

struct SessionConfig {
  // In order of preference; empty for an engine without a link.
  std::vector<Transport> transports{Transport::websocket, Transport::sse, Transport::polling};
  bool reconnect = true;
  Millis reconnect_interval = 3'000;
  Millis longest_backoff = 30'000;
  std::int64_t max_reconnect_attempts = 10;
  Millis heartbeat_interval = 30'000;
  Millis heartbeat_timeout = 10'000;
  Millis open_timeout = 10'000;
  Millis probe_interval = 15'000;
  std::int64_t fallback_after = 2;
  // A token is asked for before each opening.
  bool tokens = false;
};

struct Config {
  SessionConfig session;
  wire::DialectKind dialect = wire::DialectKind::native;
  Millis polling_interval = 10'000;
  std::int64_t max_frame_bytes = std::int64_t{8} * 1024 * 1024;
  std::int64_t dedup_capacity = 10'000;
  Millis dedup_ttl = 0;  // how long an event id is remembered; 0: until `dedup_capacity` newer came
  std::int64_t tombstone_capacity = 10'000;
  std::int64_t hidden_row_capacity = 10'000;
  // How long a subscription outlives its last user, so that a remount finds it.
  Millis linger = 1'000;
  // Hand on what arrives, for other tabs.
  bool relay = false;
  bool deliver_events = false;
  // Have the outside keep pending edits over reloads; a request that fails on its way is then
  // tried again until the server has answered.
  bool keep_edits = false;

  // From a JSON object whose members are named as in js/core/engine.ts.
  static Result<Config> parse(std::string_view json);
};

}  // namespace tidemark
