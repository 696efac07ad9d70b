#include "config.h"

#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace tidemark {
namespace {

using Tree = nlohmann::json;

// As many milliseconds or bytes as anybody means by "for ever".
constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
// I7: room for these is taken in advance.
constexpr std::int64_t kMostRemembered = 1'000'000;

struct Number {
  std::string_view name;
  std::int64_t* value;
  std::int64_t least = 1;
  std::int64_t most = kMost;
  bool is_given = false;
};

struct Flag {
  std::string_view name;
  bool* value;
};

struct Value {
  enum class Kind { null, flag, number, text, array, object };
  Kind kind = Kind::null;
  double number = 0;
  bool flag = false;
  std::string_view text{};
};

std::optional<Transport> transport_named(std::string_view name) {
  if (name == "websocket") return Transport::websocket;
  if (name == "sse") return Transport::sse;
  if (name == "polling") return Transport::polling;
  return std::nullopt;
}

// Takes what nlohmann's parser finds as it finds it, and ends it by false. The library's tree, and
// all that it can do, would be several times this code for one object that is read once.
class Reader {
 public:
  explicit Reader(Config& config) : config_(config), session_(config.session) {}

  bool is_given(std::string_view name) { return find(numbers_, name)->is_given; }

  bool null() { return take({.kind = Value::Kind::null}); }
  bool boolean(bool flag) { return take({.kind = Value::Kind::flag, .flag = flag}); }
  bool number_integer(std::int64_t number) { return take_number(static_cast<double>(number)); }
  bool number_unsigned(std::uint64_t number) { return take_number(static_cast<double>(number)); }
  bool number_float(double number, const std::string&) { return take_number(number); }
  bool string(std::string& text) { return take({.kind = Value::Kind::text, .text = text}); }
  bool start_array(std::size_t) { return take({.kind = Value::Kind::array}) && ++depth_ > 0; }
  bool end_array() { return --depth_ >= 0; }
  bool start_object(std::size_t) { return take({.kind = Value::Kind::object}) && ++depth_ > 0; }
  bool end_object() { return --depth_ >= 0; }
  bool key(std::string& name) {
    if (depth_ == 1) name_ = name;
    return true;
  }
  bool binary(Tree::binary_t&) { return false; }
  bool parse_error(std::size_t, const std::string&, const Tree::exception&) { return false; }

 private:
  template <typename Table>
  static auto find(Table& table, std::string_view name) -> decltype(table.data()) {
    for (auto& each : table) {
      if (each.name == name) return &each;
    }
    return nullptr;
  }

  bool take_number(double number) { return take({.kind = Value::Kind::number, .number = number}); }

  bool take(const Value& value) {
    if (depth_ == 0) return value.kind == Value::Kind::object;
    const bool is_transports = name_ == "transports";
    if (depth_ > 1) return !is_transports || add_transport(value);
    if (is_transports) {
      session_.transports.clear();
      return value.kind == Value::Kind::array;
    }
    if (name_ == "dialect") return set_dialect(value);
    if (const auto number = find(numbers_, name_)) return set(*number, value);
    if (const auto flag = find(flags_, name_)) {
      *flag->value = value.flag;
      return value.kind == Value::Kind::flag;
    }
    return true;
  }

  static bool set(Number& number, const Value& value) {
    number.is_given = true;
    // JavaScript's Infinity arrives as null: as much as there is.
    if (value.kind == Value::Kind::null) {
      *number.value = number.most;
      return true;
    }
    const bool is_within = value.number >= static_cast<double>(number.least) &&
                           value.number <= static_cast<double>(number.most);
    if (value.kind != Value::Kind::number || !is_within) return false;
    *number.value = static_cast<std::int64_t>(value.number);
    return true;
  }

  bool set_dialect(const Value& value) {
    if (value.kind != Value::Kind::text) return false;
    const auto known = wire::dialect_of(value.text);
    config_.dialect = known.value_or(config_.dialect);
    return known.has_value();
  }

  bool add_transport(const Value& value) {
    const auto known = transport_named(value.text);
    if (known) session_.transports.push_back(*known);
    return known.has_value();
  }

  Config& config_;
  SessionConfig& session_;
  std::array<Number, 15> numbers_{{
      {"reconnectInterval", &session_.reconnect_interval},
      {"maxReconnectInterval", &session_.longest_backoff},
      {"maxReconnectAttempts", &session_.max_reconnect_attempts, 0},
      {"heartbeatInterval", &session_.heartbeat_interval},
      {"heartbeatTimeout", &session_.heartbeat_timeout},
      {"openTimeout", &session_.open_timeout},
      {"probeInterval", &session_.probe_interval},
      {"fallbackAfter", &session_.fallback_after},
      {"linger", &config_.linger, 0},
      {"pollingInterval", &config_.polling_interval},
      {"maxFrameBytes", &config_.max_frame_bytes},
      {"dedupCapacity", &config_.dedup_capacity, 1, kMostRemembered},
      {"dedupTtl", &config_.dedup_ttl, 0},
      {"tombstoneCapacity", &config_.tombstone_capacity, 1, kMostRemembered},
      {"hiddenRowCapacity", &config_.hidden_row_capacity, 1, kMostRemembered},
  }};
  std::array<Flag, 5> flags_{{
      {"reconnect", &session_.reconnect},
      {"tokens", &session_.tokens},
      {"relay", &config_.relay},
      {"deliverEvents", &config_.deliver_events},
      {"keepEdits", &config_.keep_edits},
  }};
  int depth_ = 0;
  // The member of the configuration that is being read.
  std::string name_;
};

}  // namespace

Result<Config> Config::parse(std::string_view json) {
  Config config;
  Reader reader(config);
  if (!Tree::sax_parse(json, &reader)) return Error::bad_config;
  SessionConfig& session = config.session;
  const auto dialect = wire::make_dialect(config.dialect);
  std::erase_if(session.transports, [&](Transport each) {
    return each != Transport::polling && !dialect->is_spoken_over(each);
  });
  // A hub shows every 40 seconds that it is there, and cannot be asked.
  constexpr Millis kHubInterval = 60'000;
  const bool is_hub = config.dialect == wire::DialectKind::mercure;
  if (is_hub && !reader.is_given("heartbeatInterval")) session.heartbeat_interval = kHubInterval;
  // Whoever asks for a quick heartbeat wants a quick answer to "is it dead"; below two
  // seconds a busy phone would be taken for a dead one.
  if (!reader.is_given("heartbeatTimeout")) {
    session.heartbeat_timeout =
        std::clamp<Millis>(session.heartbeat_interval, 2'000, session.heartbeat_timeout);
  }
  return config;
}

}  // namespace tidemark
