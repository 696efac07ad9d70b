#include "config.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace tidemark {
namespace {

TEST(Config, DefaultsStandForWhatIsMissing) {
  const auto config = Config::parse("{}");
  ASSERT_TRUE(config.ok());
  const SessionConfig& session = config.value().session;
  EXPECT_EQ(session.transports,
            (std::vector<Transport>{Transport::websocket, Transport::sse, Transport::polling}));
  EXPECT_TRUE(session.reconnect);
  EXPECT_EQ(session.reconnect_interval, 3'000);
  EXPECT_EQ(session.max_reconnect_attempts, 10);
  EXPECT_EQ(session.heartbeat_interval, 30'000);
  EXPECT_EQ(session.heartbeat_timeout, 10'000);
  EXPECT_EQ(config.value().polling_interval, 10'000);
  EXPECT_EQ(config.value().dedup_ttl, 0);
  EXPECT_FALSE(config.value().deliver_events);
  EXPECT_FALSE(config.value().keep_edits);
}

TEST(Config, ADialectUsesTheTransportsThatItIsSpokenOver) {
  const auto transports = [](std::string_view json) {
    return Config::parse(json).value().session.transports;
  };
  EXPECT_EQ(transports(R"({"dialect":"supabase"})"),
            (std::vector<Transport>{Transport::websocket, Transport::polling}));
  EXPECT_EQ(transports(R"({"dialect":"supabase","transports":["sse"]})"), std::vector<Transport>{});
  EXPECT_EQ(transports(R"({"dialect":"native"})").size(), 3U);
  for (const char* bad : {R"({"dialect":"phoenix"})", R"({"dialect":5})", R"({"dialect":null})"}) {
    EXPECT_FALSE(Config::parse(bad).ok()) << bad;
  }
}

TEST(Config, AHubIsGivenTimeToShowThatItIsThere) {
  const auto interval = [](std::string_view json) {
    return Config::parse(json).value().session.heartbeat_interval;
  };
  EXPECT_EQ(interval(R"({"dialect":"mercure"})"), 60'000);
  EXPECT_EQ(interval(R"({"dialect":"mercure","heartbeatInterval":5000})"), 5'000);
  EXPECT_EQ(interval(R"({"dialect":"plain"})"), 30'000);
}

TEST(Config, ReadsEveryOption) {
  const auto config = Config::parse(R"({
    "transports":["polling","sse","websocket"],"reconnect":false,"reconnectInterval":1,
    "maxReconnectAttempts":0,"heartbeatInterval":2,"heartbeatTimeout":3,"openTimeout":4,
    "probeInterval":5,"fallbackAfter":6,"pollingInterval":7,"maxFrameBytes":8,
    "dedupCapacity":9,"dedupTtl":11,"tombstoneCapacity":10,"hiddenRowCapacity":11,
    "deliverEvents":true,"keepEdits":true,"dialect":"native","unknown":[1]})");
  ASSERT_TRUE(config.ok());
  const SessionConfig& session = config.value().session;
  EXPECT_EQ(session.transports,
            (std::vector<Transport>{Transport::polling, Transport::sse, Transport::websocket}));
  EXPECT_FALSE(session.reconnect);
  EXPECT_EQ(session.reconnect_interval, 1);
  EXPECT_EQ(session.max_reconnect_attempts, 0);
  EXPECT_EQ(session.heartbeat_interval, 2);
  EXPECT_EQ(session.heartbeat_timeout, 3);
  EXPECT_EQ(session.open_timeout, 4);
  EXPECT_EQ(session.probe_interval, 5);
  EXPECT_EQ(session.fallback_after, 6);
  EXPECT_EQ(config.value().polling_interval, 7);
  EXPECT_EQ(config.value().max_frame_bytes, 8);
  EXPECT_EQ(config.value().dedup_capacity, 9);
  EXPECT_EQ(config.value().dedup_ttl, 11);
  EXPECT_EQ(config.value().tombstone_capacity, 10);
  EXPECT_EQ(config.value().hidden_row_capacity, 11);
  EXPECT_TRUE(config.value().deliver_events);
  EXPECT_TRUE(config.value().keep_edits);
}

TEST(Config, NoTransportsIsAnEngineWithoutALink) {
  const auto config = Config::parse(R"({"transports":[]})");
  ASSERT_TRUE(config.ok());
  EXPECT_TRUE(config.value().session.transports.empty());
}

TEST(Config, NullIsAsMuchAsThereIs) {
  const auto config = Config::parse(R"({"maxReconnectAttempts":null})");
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config.value().session.max_reconnect_attempts,
            std::numeric_limits<std::int32_t>::max());
}

TEST(Config, FractionsOfAMillisecondAreCut) {
  const auto config = Config::parse(R"({"reconnectInterval":1500.7})");
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config.value().session.reconnect_interval, 1'500);
}

TEST(Config, RefusesWrongTypesAndRanges) {
  for (const char* text : {"",
                           "null",
                           "[]",
                           "1",
                           "{",
                           R"({"transports":"websocket"})",
                           R"({"transports":null})",
                           R"({"transports":["carrier pigeon"]})",
                           R"({"transports":[1]})",
                           R"({"reconnect":1})",
                           R"({"reconnect":null})",
                           R"({"reconnectInterval":"3000"})",
                           R"({"reconnectInterval":0})",
                           R"({"reconnectInterval":-1})",
                           R"({"reconnectInterval":0.5})",
                           R"({"reconnectInterval":1e16})",
                           R"({"reconnectInterval":true})",
                           R"({"maxReconnectAttempts":-1})",
                           R"({"heartbeatInterval":0})",
                           R"({"heartbeatTimeout":0})",
                           R"({"openTimeout":0})",
                           R"({"probeInterval":0})",
                           R"({"fallbackAfter":0})",
                           R"({"pollingInterval":0})",
                           R"({"maxFrameBytes":0})",
                           R"({"dedupCapacity":0})",
                           R"({"dedupTtl":-1})",
                           R"({"tombstoneCapacity":0})",
                           R"({"hiddenRowCapacity":0})",
                           R"({"deliverEvents":"yes"})"}) {
    const auto config = Config::parse(text);
    EXPECT_FALSE(config.ok()) << text;
    EXPECT_EQ(config.error(), Error::bad_config) << text;
  }
}

TEST(Config, TheHeartbeatsTimeoutFollowsItsInterval) {
  const auto timeout = [](const char* text) {
    return Config::parse(text).value().session.heartbeat_timeout;
  };
  EXPECT_EQ(timeout(R"({"heartbeatInterval":60000})"), 10'000);
  EXPECT_EQ(timeout(R"({"heartbeatInterval":5000})"), 5'000);
  EXPECT_EQ(timeout(R"({"heartbeatInterval":500})"), 2'000);
  EXPECT_EQ(timeout(R"({"heartbeatInterval":500,"heartbeatTimeout":700})"), 700);
}

// The window is allocated as a whole; a size that no memory holds would abort the engine.
TEST(Config, RefusesADedupWindowThatNoMemoryHolds) {
  EXPECT_FALSE(Config::parse(R"({"dedupCapacity":1e15})").ok());
}

}  // namespace
}  // namespace tidemark
