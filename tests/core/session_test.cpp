// The session opens, loses and retries its link.
#include "session_harness.h"

namespace tidemark::testing {
namespace {

// ---------------------------------------------------------------- opening

TEST_F(SessionTest, ConnectsOpensDisconnects) {
  EXPECT_EQ(session_->status(), "disconnected");
  EXPECT_EQ(session_->deadline(), std::nullopt);

  connect();
  EXPECT_EQ(session_->status(), "connecting");
  EXPECT_EQ(session_->link(), std::nullopt);
  EXPECT_EQ(session_->transport(), std::nullopt);
  EXPECT_EQ(only(Kind::open).transport, Transport::websocket);
  EXPECT_EQ(count(Kind::status), 1);

  opened(newest_);
  EXPECT_EQ(session_->status(), "connected");
  EXPECT_EQ(session_->link(), newest_);
  EXPECT_EQ(session_->transport(), Transport::websocket);
  EXPECT_EQ(only(Kind::ready).link, newest_);
  EXPECT_EQ(only(Kind::ready).transport, Transport::websocket);
  EXPECT_EQ(session_->reconnects(), 0);

  disconnect();
  EXPECT_EQ(session_->status(), "disconnected");
  EXPECT_EQ(only(Kind::close).link, newest_);
  EXPECT_EQ(only(Kind::close).code, 1000);
  EXPECT_EQ(count(Kind::down), 1);
  EXPECT_EQ(session_->deadline(), std::nullopt);
  EXPECT_EQ(session_->link(), std::nullopt);
}

TEST_F(SessionTest, ConnectingTwiceOpensOnce) {
  connect();
  connect();
  EXPECT_TRUE(actions_.empty());
  opened(newest_);
  connect();
  EXPECT_TRUE(actions_.empty());
  disconnect();
  disconnect();
  EXPECT_TRUE(actions_.empty());
}

TEST_F(SessionTest, WithoutTransportsThereIsNoLink) {
  start(over({}));
  connect();
  EXPECT_TRUE(actions_.empty());
  EXPECT_EQ(session_->status(), "disconnected");
}

TEST_F(SessionTest, PollingAloneOpensNothing) {
  start(over({Transport::polling}));
  connect();
  EXPECT_TRUE(session_->is_polling());
  EXPECT_EQ(session_->transport(), Transport::polling);
  EXPECT_EQ(count(Kind::open), 0);
  EXPECT_EQ(session_->deadline(), std::nullopt);
}

TEST_F(SessionTest, AnOpenThatTakesTooLongIsRefused) {
  connect();
  const LinkId slow = newest_;
  EXPECT_EQ(session_->deadline(), now_ + config_.open_timeout);
  tick(config_.open_timeout - 1);
  EXPECT_TRUE(actions_.empty());
  tick(1);
  EXPECT_EQ(only(Kind::close).link, slow);
  EXPECT_EQ(session_->status(), "reconnecting");
  // If it opens after all, it is sent away.
  opened(slow);
  EXPECT_EQ(only(Kind::close).link, slow);
  EXPECT_EQ(session_->link(), std::nullopt);
}

// ---------------------------------------------------------------- losing and retrying

TEST_F(SessionTest, ALostLinkIsOpenedAgain) {
  up();
  const LinkId first = newest_;
  closed(first);
  EXPECT_EQ(session_->status(), "reconnecting");
  EXPECT_EQ(session_->state(), State::waiting);
  EXPECT_EQ(count(Kind::down), 1);
  EXPECT_EQ(session_->attempt(), 1);
  ASSERT_TRUE(session_->deadline().has_value());
  EXPECT_LE(*session_->deadline(), now_ + config_.reconnect_interval);
  until_open();
  EXPECT_NE(newest_, first);
  EXPECT_EQ(only(Kind::open).transport, Transport::websocket);
  EXPECT_EQ(session_->status(), "reconnecting");
  opened(newest_);
  EXPECT_EQ(session_->status(), "connected");
  EXPECT_EQ(session_->reconnects(), 1);
  EXPECT_EQ(session_->attempt(), 0);
  heard();
  EXPECT_EQ(session_->attempt(), 0);
}

TEST_F(SessionTest, EveryAttemptIsTold) {
  up();
  std::vector<std::int64_t> told;
  const auto note = [&] {
    if (count(Kind::status) > 0) told.push_back(session_->attempt());
  };
  for (int i = 0; i < 2; ++i) {
    closed(newest_);
    note();
    until_open();
    note();
  }
  opened(newest_);
  note();
  EXPECT_EQ(told, (std::vector<std::int64_t>{1, 2, 0}));
}

TEST_F(SessionTest, WaitsExponentiallyLongWithFullJitter) {
  SessionConfig config = over({Transport::websocket});
  config.max_reconnect_attempts = 1'000;
  std::vector<Millis> longest(8);
  std::vector<Millis> shortest(8, 1'000'000);
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    start(config, seed);
    connect();
    for (std::size_t i = 0; i < longest.size(); ++i) {
      closed(newest_);
      ASSERT_EQ(session_->state(), State::waiting);
      const Millis wait = *session_->deadline() - now_;
      longest[i] = std::max(longest[i], wait);
      shortest[i] = std::min(shortest[i], wait);
      until_open();
    }
  }
  const std::vector<Millis> ceilings{3'000, 6'000, 12'000, 24'000, 30'000, 30'000, 30'000, 30'000};
  for (std::size_t i = 0; i < ceilings.size(); ++i) {
    EXPECT_LE(longest[i], ceilings[i]) << i;
    EXPECT_GT(longest[i], ceilings[i] * 9 / 10) << i;
    EXPECT_GE(shortest[i], 0) << i;
    EXPECT_LT(shortest[i], ceilings[i] / 10) << i;
  }
}

TEST_F(SessionTest, AServerThatAsksForTimeGetsIt) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    start(SessionConfig(), seed);
    up();
    closed(newest_, 1013);
    EXPECT_GE(*session_->deadline(), now_ + config_.reconnect_interval);
    EXPECT_LE(*session_->deadline(), now_ + 2 * config_.reconnect_interval);
  }
}

TEST_F(SessionTest, StopCodesStop) {
  for (const int code : {1008, 4403, 403, 4401}) {  // the last one without a way to a token
    start(SessionConfig());
    up();
    closed(newest_, code);
    EXPECT_EQ(session_->status(), "error") << code;
    EXPECT_EQ(count(Kind::failed), 1);
    EXPECT_EQ(count(Kind::down), 1);
    EXPECT_EQ(session_->deadline(), std::nullopt);
    tick(1'000'000);
    EXPECT_TRUE(actions_.empty());
    connect();
    EXPECT_EQ(count(Kind::open), 1);
    opened(newest_);
    EXPECT_EQ(session_->status(), "connected");
  }
  for (const int code : {1000, 1001, 1006, 1011, 1012, 4000, 500, 502}) {
    EXPECT_EQ(advice_of(code), CloseAdvice::retry) << code;
  }
  for (const int code : {1009, 1013, 429, 503}) {
    EXPECT_EQ(advice_of(code), CloseAdvice::back_off) << code;
  }
  for (const int code : {401, 3000, 4401}) {
    EXPECT_EQ(advice_of(code), CloseAdvice::refresh_token) << code;
  }
  for (const int code : {204, 404, 405, 410, 501, 4002}) {
    EXPECT_EQ(advice_of(code), CloseAdvice::unsupported) << code;
  }
}

TEST_F(SessionTest, GivesUpAfterTheLastAttempt) {
  SessionConfig config = over({Transport::websocket});
  config.max_reconnect_attempts = 3;
  start(config);
  up();
  for (int i = 0; i < 3; ++i) {
    refuse_and_wait();
    EXPECT_EQ(session_->attempt(), i + 1);
  }
  closed(newest_);
  EXPECT_EQ(session_->status(), "error");
  EXPECT_EQ(count(Kind::failed), 1);
  EXPECT_EQ(session_->deadline(), std::nullopt);
}

TEST_F(SessionTest, WithoutReconnectTheFirstLossIsTheLast) {
  SessionConfig config = over({Transport::websocket, Transport::sse});
  config.reconnect = false;
  start(config);
  up();
  closed(newest_);
  EXPECT_EQ(session_->status(), "error");
  EXPECT_EQ(count(Kind::failed), 1);
}

TEST_F(SessionTest, SpentAttemptsEndInPollingWhereItIsAllowed) {
  SessionConfig config;
  config.max_reconnect_attempts = 1;
  config.fallback_after = 5;
  start(config);
  up();
  refuse_and_wait();
  closed(newest_);
  EXPECT_TRUE(session_->is_polling());
  EXPECT_EQ(count(Kind::failed), 0);
}

TEST_F(SessionTest, DisconnectEndsTheWaiting) {
  up();
  closed(newest_);
  disconnect();
  EXPECT_EQ(session_->status(), "disconnected");
  EXPECT_EQ(session_->deadline(), std::nullopt);
  tick(1'000'000);
  EXPECT_TRUE(actions_.empty());
}

}  // namespace
}  // namespace tidemark::testing
