#include "config.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

namespace tidemark {
namespace {

using Tree = nlohmann::json;

// As many milliseconds or bytes as anybody means by "for ever".
constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
// I7: room for these is taken in advance.
constexpr std::int64_t kMostRemembered = 1'000'000;

bool read(const Tree& tree, const char* name, std::int64_t least, std::int64_t& value,
          std::int64_t most = kMost) {
  const auto found = tree.find(name);
  if (found == tree.end()) return true;
  // JavaScript's Infinity arrives as null: as much as there is.
  if (found->is_null()) {
    value = most;
    return true;
  }
  if (!found->is_number()) return false;
  const double number = found->get<double>();
  if (!(number >= static_cast<double>(least) && number <= static_cast<double>(most))) return false;
  value = static_cast<std::int64_t>(number);
  return true;
}

bool read(const Tree& tree, const char* name, bool& value) {
  const auto found = tree.find(name);
  if (found == tree.end()) return true;
  if (!found->is_boolean()) return false;
  value = found->get<bool>();
  return true;
}

bool read(const Tree& tree, const char* name, wire::DialectKind& value) {
  const auto found = tree.find(name);
  if (found == tree.end()) return true;
  const auto known =
      found->is_string() ? wire::dialect_of(found->get<std::string>()) : std::nullopt;
  value = known.value_or(value);
  return known.has_value();
}

bool read(const Tree& tree, const char* name, std::vector<Transport>& value) {
  const auto found = tree.find(name);
  if (found == tree.end()) return true;
  if (!found->is_array()) return false;
  value.clear();
  for (const Tree& each : *found) {
    if (each == "websocket")
      value.push_back(Transport::websocket);
    else if (each == "sse")
      value.push_back(Transport::sse);
    else if (each == "polling")
      value.push_back(Transport::polling);
    else
      return false;
  }
  return true;
}

}  // namespace

Result<Config> Config::parse(std::string_view json) {
  const Tree tree = Tree::parse(json, nullptr, false);
  if (!tree.is_object()) return Error::bad_config;
  Config config;
  SessionConfig& session = config.session;
  const bool good =
      read(tree, "dialect", config.dialect) && read(tree, "transports", session.transports) &&
      read(tree, "reconnect", session.reconnect) &&
      read(tree, "reconnectInterval", 1, session.reconnect_interval) &&
      read(tree, "maxReconnectInterval", 1, session.longest_backoff) &&
      read(tree, "tokens", session.tokens) && read(tree, "linger", 0, config.linger) &&
      read(tree, "relay", config.relay) &&
      read(tree, "maxReconnectAttempts", 0, session.max_reconnect_attempts) &&
      read(tree, "heartbeatInterval", 1, session.heartbeat_interval) &&
      read(tree, "heartbeatTimeout", 1, session.heartbeat_timeout) &&
      read(tree, "openTimeout", 1, session.open_timeout) &&
      read(tree, "probeInterval", 1, session.probe_interval) &&
      read(tree, "fallbackAfter", 1, session.fallback_after) &&
      read(tree, "pollingInterval", 1, config.polling_interval) &&
      read(tree, "maxFrameBytes", 1, config.max_frame_bytes) &&
      read(tree, "dedupCapacity", 1, config.dedup_capacity, kMostRemembered) &&
      read(tree, "dedupTtl", 0, config.dedup_ttl) &&
      read(tree, "tombstoneCapacity", 1, config.tombstone_capacity, kMostRemembered) &&
      read(tree, "hiddenRowCapacity", 1, config.hidden_row_capacity, kMostRemembered) &&
      read(tree, "deliverEvents", config.deliver_events) &&
      read(tree, "keepEdits", config.keep_edits);
  if (!good) return Error::bad_config;
  const auto dialect = wire::make_dialect(config.dialect);
  std::erase_if(session.transports, [&](Transport each) {
    return each != Transport::polling && !dialect->is_spoken_over(each);
  });
  // A hub shows every 40 seconds that it is there, and cannot be asked.
  constexpr Millis kHubInterval = 60'000;
  const bool is_hub = config.dialect == wire::DialectKind::mercure;
  if (is_hub && !tree.contains("heartbeatInterval")) session.heartbeat_interval = kHubInterval;
  // Whoever asks for a quick heartbeat wants a quick answer to "is it dead"; below two
  // seconds a busy phone would be taken for a dead one.
  if (!tree.contains("heartbeatTimeout")) {
    session.heartbeat_timeout =
        std::clamp<Millis>(session.heartbeat_interval, 2'000, session.heartbeat_timeout);
  }
  return config;
}

}  // namespace tidemark
