#include "session/session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "session/close_code.h"

namespace tidemark {
namespace {

using Kind = SessionAction::Kind;

// A session, its clock and what it asked for last.
class SessionTest : public testing::Test {
 protected:
  SessionTest() { start(SessionConfig()); }

  void start(const SessionConfig& config, std::uint64_t seed = 1) {
    config_ = config;
    session_.emplace(config, seed);
    actions_.clear();
    now_ = 1'000'000;
  }
  static SessionConfig over(std::vector<Transport> transports) {
    SessionConfig config;
    config.transports = std::move(transports);
    return config;
  }

  void collect() {
    actions_ = session_->take_actions();
    for (const SessionAction& each : actions_) {
      if (each.kind == Kind::open) newest_ = each.link;
      if (each.kind == Kind::status) statuses_.emplace_back(session_->status());
    }
  }
  void connect() {
    session_->connect(now_);
    collect();
  }
  void disconnect() {
    session_->disconnect(now_);
    collect();
  }
  void opened(LinkId link) {
    session_->link_opened(link, now_);
    collect();
  }
  void closed(LinkId link, int code = 1006) {
    session_->link_closed(link, code, now_);
    collect();
  }
  void tick(Millis later = 0) {
    now_ += later;
    session_->tick(now_);
    collect();
  }
  void heard() {
    session_->heard(now_);
    collect();
  }
  // Goes to the next deadline, if there is one, and ticks there.
  bool to_deadline() {
    const auto at = session_->deadline();
    if (!at) return false;
    now_ = std::max(now_, *at);
    tick();
    return true;
  }
  // Ticks from deadline to deadline until a link is to be opened.
  void until_open() {
    for (int i = 0; i < 20; ++i) {
      if (!to_deadline()) break;
      if (count(Kind::open) > 0) return;
    }
    ADD_FAILURE() << "nothing was opened";
  }
  // The newest link is refused, and the one after it awaited.
  void refuse_and_wait() {
    closed(newest_);
    until_open();
  }
  void up() {
    connect();
    opened(newest_);
    heard();
  }

  std::ptrdiff_t count(Kind kind) const {
    return std::count_if(actions_.begin(), actions_.end(),
                         [kind](const auto& each) { return each.kind == kind; });
  }
  const SessionAction& only(Kind kind) const {
    static const SessionAction kNone{Kind::failed, 0, Transport::websocket, -1};
    EXPECT_EQ(count(kind), 1);
    const auto found = std::find_if(actions_.begin(), actions_.end(),
                                    [kind](const auto& each) { return each.kind == kind; });
    return found == actions_.end() ? kNone : *found;
  }
  std::vector<Kind> kinds() const {
    std::vector<Kind> out;
    for (const auto& each : actions_) out.push_back(each.kind);
    return out;
  }

  SessionConfig config_;
  std::optional<Session> session_;
  Millis now_ = 0;
  LinkId newest_ = 0;
  std::vector<SessionAction> actions_;
  std::vector<std::string> statuses_;
};

using Kinds = std::vector<Kind>;

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
  heard();
  EXPECT_EQ(session_->attempt(), 0);
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
  for (const int code : {1008, 4403}) {
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
  for (const int code : {1000, 1001, 1006, 1009, 1011, 1012, 4000, 4401}) {
    EXPECT_EQ(advice_of(code), CloseAdvice::retry) << code;
  }
  EXPECT_EQ(advice_of(1013), CloseAdvice::back_off);
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

// ---------------------------------------------------------------- falling back and up again

TEST_F(SessionTest, FallsBackFromTransportToTransport) {
  connect();
  std::vector<Transport> tried{only(Kind::open).transport};
  for (int i = 0; i < 3; ++i) {
    refuse_and_wait();
    tried.push_back(only(Kind::open).transport);
  }
  const std::vector<Transport> expected{Transport::websocket, Transport::websocket, Transport::sse,
                                        Transport::sse};
  EXPECT_EQ(tried, expected);
  closed(newest_);
  EXPECT_TRUE(session_->is_polling());
  EXPECT_EQ(session_->transport(), Transport::polling);
  EXPECT_EQ(session_->status(), "reconnecting");
  EXPECT_EQ(session_->deadline(), now_ + config_.probe_interval);
}

TEST_F(SessionTest, FallbackCountsFailuresInARow) {
  SessionConfig config;
  config.fallback_after = 3;
  start(config);
  connect();
  refuse_and_wait();
  refuse_and_wait();
  EXPECT_EQ(only(Kind::open).transport, Transport::websocket);
  // One link that carried something, and it counts anew.
  opened(newest_);
  heard();
  refuse_and_wait();
  EXPECT_EQ(only(Kind::open).transport, Transport::websocket);
  refuse_and_wait();
  EXPECT_EQ(only(Kind::open).transport, Transport::websocket);
}

TEST_F(SessionTest, ALinkThatDiesBeforeItCarriesAnythingCountsAsRefused) {
  connect();
  opened(newest_);
  refuse_and_wait();
  opened(newest_);
  refuse_and_wait();
  EXPECT_EQ(only(Kind::open).transport, Transport::sse);
}

TEST_F(SessionTest, WithoutPollingTheRoundStartsAgain) {
  start(over({Transport::websocket, Transport::sse}));
  connect();
  for (int i = 0; i < 4; ++i) refuse_and_wait();
  EXPECT_EQ(only(Kind::open).transport, Transport::websocket);
}

class PollingTest : public SessionTest {
 protected:
  PollingTest() {
    connect();
    for (int i = 0; i < 3; ++i) refuse_and_wait();
    closed(newest_);
    EXPECT_TRUE(session_->is_polling());
  }
};

TEST_F(PollingTest, ProbesEveryTransportInTurn) {
  until_open();
  EXPECT_EQ(only(Kind::open).transport, Transport::websocket);
  EXPECT_TRUE(session_->is_polling());
  closed(newest_);
  EXPECT_EQ(only(Kind::open).transport, Transport::sse);
  closed(newest_);
  EXPECT_EQ(count(Kind::open), 0);
  ASSERT_TRUE(session_->deadline().has_value());
  EXPECT_GE(*session_->deadline(), now_ + config_.probe_interval);
  EXPECT_LE(*session_->deadline(), now_ + config_.probe_interval * 11 / 10);
  until_open();
  EXPECT_EQ(only(Kind::open).transport, Transport::websocket);
}

TEST_F(SessionTest, ProbesAreSpread) {
  std::vector<Millis> waits;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    SessionConfig config = over({Transport::websocket, Transport::polling});
    config.fallback_after = 1;
    start(config, seed);
    connect();
    closed(newest_);
    until_open();
    closed(newest_);
    waits.push_back(*session_->deadline() - now_);
  }
  const auto [least, most] = std::minmax_element(waits.begin(), waits.end());
  EXPECT_GE(*least, config_.probe_interval);
  EXPECT_LE(*most, config_.probe_interval * 11 / 10);
  EXPECT_GT(*most - *least, config_.probe_interval / 20);
}

TEST_F(PollingTest, AProbeThatOpensEndsThePolling) {
  until_open();
  statuses_.clear();
  opened(newest_);
  EXPECT_EQ(session_->link(), newest_);
  EXPECT_EQ(session_->transport(), Transport::websocket);
  EXPECT_EQ(only(Kind::ready).link, newest_);
  EXPECT_EQ(count(Kind::down), 0);
  EXPECT_EQ(statuses_, std::vector<std::string>{"connected"});
}

TEST_F(PollingTest, AProbeThatTakesTooLongIsGivenUp) {
  until_open();
  const LinkId slow = newest_;
  tick(config_.open_timeout);
  EXPECT_EQ(only(Kind::close).link, slow);
  EXPECT_EQ(only(Kind::open).transport, Transport::sse);
}

TEST_F(PollingTest, DisconnectClosesTheProbe) {
  until_open();
  disconnect();
  EXPECT_EQ(only(Kind::close).link, newest_);
  EXPECT_EQ(session_->deadline(), std::nullopt);
  opened(newest_);
  EXPECT_EQ(kinds(), Kinds{Kind::close});
  EXPECT_EQ(session_->status(), "disconnected");
}

TEST_F(PollingTest, WakeProbesAtOnce) {
  session_->wake(now_);
  tick();
  EXPECT_EQ(only(Kind::open).transport, Transport::websocket);
  // While it is open, no second one.
  session_->wake(now_);
  tick();
  EXPECT_TRUE(actions_.empty());
}

class SseTest : public SessionTest {
 protected:
  SseTest() { go_up(SessionConfig()); }

  void go_up(const SessionConfig& config) {
    start(config);
    connect();
    refuse_and_wait();
    refuse_and_wait();
    opened(newest_);
    heard();
    EXPECT_EQ(session_->transport(), Transport::sse);
  }
};

TEST_F(SseTest, ProbesForTheBetterTransportAndMovesUp) {
  const LinkId old = newest_;
  for (int i = 0; i < 15; ++i) {
    tick(1'000);
    heard();
  }
  tick();
  until_open();
  EXPECT_NE(newest_, old);
  EXPECT_EQ(session_->link(), old);
  opened(newest_);
  EXPECT_EQ(kinds(), (Kinds{Kind::close, Kind::down, Kind::ready, Kind::status}));
  EXPECT_EQ(actions_[0].link, old);
  EXPECT_EQ(session_->link(), newest_);
  EXPECT_EQ(session_->transport(), Transport::websocket);
  // Nothing is above it.
  for (int i = 0; i < 40; ++i) {
    heard();
    tick(1'000);
    EXPECT_EQ(count(Kind::open), 0);
  }
}

TEST_F(SseTest, AFailedProbeLeavesTheLinkAlone) {
  const LinkId old = newest_;
  tick(config_.probe_interval);
  EXPECT_EQ(only(Kind::open).transport, Transport::websocket);
  closed(newest_);
  EXPECT_TRUE(actions_.empty());
  EXPECT_EQ(session_->link(), old);
  EXPECT_EQ(session_->status(), "connected");
  heard();
  tick(config_.probe_interval - 1);
  EXPECT_EQ(count(Kind::open), 0);
  tick(config_.probe_interval / 10 + 1);
  EXPECT_EQ(only(Kind::open).transport, Transport::websocket);
}

TEST_F(SseTest, AReachedFirstTransportIsNotProbedFor) {
  // Over SSE, then round to the WebSocket again by way of refusals.
  go_up(over({Transport::websocket, Transport::sse}));
  closed(newest_);
  until_open();
  EXPECT_EQ(only(Kind::open).transport, Transport::sse);
  refuse_and_wait();
  refuse_and_wait();
  ASSERT_EQ(only(Kind::open).transport, Transport::websocket);
  opened(newest_);
  const LinkId link = newest_;
  for (int i = 0; i < 60; ++i) {
    heard();
    tick(1'000);
    EXPECT_EQ(count(Kind::open), 0) << "a second WebSocket after " << i << " s";
    if (count(Kind::open) > 0) break;
  }
  EXPECT_EQ(session_->link(), link);
}

TEST_F(SseTest, SilenceClosesItAfterTwoIntervals) {
  SessionConfig config;
  config.heartbeat_interval = 1'000;
  config.heartbeat_timeout = 500;
  go_up(config);
  const LinkId link = newest_;
  // A server says something every 10 s, whatever this side's heartbeat is.
  tick(15'499);
  EXPECT_EQ(session_->link(), link);
  EXPECT_EQ(count(Kind::ping), 0);
  tick(1);
  const auto closing = std::find_if(actions_.begin(), actions_.end(), [&](const auto& each) {
    return each.kind == Kind::close && each.link == link;
  });
  ASSERT_NE(closing, actions_.end());
  EXPECT_EQ(closing->code, 4000);
  EXPECT_EQ(session_->status(), "reconnecting");
}

TEST_F(SseTest, ReopenKeepsTheOldLinkUntilTheNewOneIsOpen) {
  const LinkId old = newest_;
  session_->reopen(now_);
  session_->reopen(now_ + 5);
  ASSERT_TRUE(session_->deadline().has_value());
  EXPECT_LE(*session_->deadline(), now_ + 10);
  to_deadline();
  EXPECT_EQ(kinds(), Kinds{Kind::open});
  EXPECT_EQ(actions_[0].transport, Transport::sse);
  EXPECT_EQ(session_->link(), old);
  EXPECT_EQ(session_->status(), "connected");
  opened(newest_);
  EXPECT_EQ(kinds(), (Kinds{Kind::close, Kind::down, Kind::ready}));
  EXPECT_EQ(actions_[0].link, old);
  EXPECT_EQ(actions_[2].link, newest_);
  EXPECT_EQ(session_->link(), newest_);
  EXPECT_EQ(session_->transport(), Transport::sse);
}

TEST_F(SseTest, AReopenThatFailsIsTriedAgain) {
  const LinkId old = newest_;
  session_->reopen(now_);
  to_deadline();
  closed(newest_);
  EXPECT_EQ(session_->link(), old);
  const Millis failed_at = now_;
  until_open();
  EXPECT_EQ(only(Kind::open).transport, Transport::sse);
  EXPECT_EQ(now_, failed_at + config_.reconnect_interval);
}

TEST_F(SseTest, TheOldLinkMayDieWhileTheNewOneOpens) {
  session_->reopen(now_);
  const LinkId old = newest_;
  to_deadline();
  const LinkId fresh = newest_;
  closed(old);
  EXPECT_EQ(session_->status(), "reconnecting");
  opened(fresh);
  EXPECT_EQ(session_->link(), fresh);
  EXPECT_EQ(session_->status(), "connected");
  EXPECT_EQ(count(Kind::ready), 1);
}

TEST_F(SessionTest, AnSseLinkThatIsStillOpeningIsReplaced) {
  start(over({Transport::sse}));
  connect();
  const LinkId old = newest_;
  session_->reopen_if_url_bound(now_);
  until_open();
  EXPECT_EQ(kinds(), (Kinds{Kind::close, Kind::open}));
  EXPECT_EQ(actions_[0].link, old);
  opened(newest_);
  EXPECT_EQ(session_->link(), newest_);
}

TEST_F(SessionTest, AWebSocketThatIsStillOpeningIsKept) {
  connect();
  session_->reopen_if_url_bound(now_);
  EXPECT_EQ(session_->deadline(), now_ + config_.open_timeout);
}

// ---------------------------------------------------------------- liveness

TEST_F(SessionTest, PingsWhenItIsQuiet) {
  up();
  EXPECT_EQ(session_->deadline(), now_ + config_.heartbeat_interval);
  tick(config_.heartbeat_interval - 1);
  EXPECT_TRUE(actions_.empty());
  tick(1);
  EXPECT_EQ(kinds(), Kinds{Kind::ping});
  EXPECT_EQ(actions_[0].link, newest_);
  EXPECT_EQ(session_->deadline(), now_ + config_.heartbeat_timeout);
  tick(1);
  EXPECT_TRUE(actions_.empty());
  heard();
  EXPECT_EQ(session_->deadline(), now_ + config_.heartbeat_interval);
}

TEST_F(SessionTest, WhatIsHeardPutsThePingOff) {
  up();
  tick(config_.heartbeat_interval - 1);
  heard();
  tick(config_.heartbeat_interval - 1);
  EXPECT_TRUE(actions_.empty());
  tick(1);
  EXPECT_EQ(kinds(), Kinds{Kind::ping});
}

TEST_F(SessionTest, AnUnansweredPingClosesTheLink) {
  up();
  const LinkId link = newest_;
  tick(config_.heartbeat_interval);
  tick(config_.heartbeat_timeout - 1);
  EXPECT_EQ(session_->status(), "connected");
  tick(1);
  EXPECT_EQ(only(Kind::close).link, link);
  EXPECT_EQ(only(Kind::close).code, 4000);
  EXPECT_EQ(count(Kind::down), 1);
  EXPECT_EQ(session_->status(), "reconnecting");
  // The close that follows is of a link that is no more.
  closed(link, 4000);
  EXPECT_TRUE(actions_.empty());
  EXPECT_EQ(session_->attempt(), 1);
}

TEST_F(SessionTest, MeasuresTheRoundTrip) {
  up();
  EXPECT_EQ(session_->rtt(), std::nullopt);
  tick(config_.heartbeat_interval);
  now_ += 80;
  heard();
  session_->pong(now_);
  EXPECT_EQ(session_->rtt(), 80);
  tick(config_.heartbeat_interval);
  now_ += 160;
  heard();
  session_->pong(now_);
  EXPECT_EQ(session_->rtt(), 90);
  session_->pong(0);
  EXPECT_EQ(session_->rtt(), 90);
}

// An SSE server sends pongs that nobody asked for; they measure nothing.
TEST_F(SseTest, UnaskedPongsMeasureNothing) {
  now_ += 10'000;
  heard();
  session_->pong(now_);
  EXPECT_EQ(session_->rtt(), std::nullopt);
}

// ---------------------------------------------------------------- the world outside

TEST_F(SessionTest, OfflinePausesRetries) {
  up();
  closed(newest_);
  session_->online(false, now_);
  EXPECT_FALSE(session_->is_online());
  EXPECT_EQ(session_->deadline(), std::nullopt);
  tick(1'000'000);
  EXPECT_TRUE(actions_.empty());
  session_->online(true, now_);
  EXPECT_EQ(session_->deadline(), now_);
  EXPECT_EQ(session_->attempt(), 0);
  tick();
  EXPECT_EQ(count(Kind::open), 1);
}

TEST_F(SessionTest, OfflineAsksTheLinkItself) {
  up();
  session_->online(false, now_);
  collect();
  EXPECT_EQ(kinds(), Kinds{Kind::ping});
  EXPECT_EQ(session_->status(), "connected");
  tick(config_.heartbeat_timeout);
  EXPECT_EQ(session_->status(), "reconnecting");
  EXPECT_EQ(session_->deadline(), std::nullopt);
}

TEST_F(PollingTest, OfflinePausesProbes) {
  session_->online(false, now_);
  EXPECT_EQ(session_->deadline(), std::nullopt);
  tick(1'000'000);
  EXPECT_TRUE(actions_.empty());
  session_->online(true, now_);
  tick();
  EXPECT_EQ(count(Kind::open), 1);
}

TEST_F(SessionTest, WakePings) {
  up();
  tick(1'000);
  session_->wake(now_);
  collect();
  EXPECT_EQ(kinds(), Kinds{Kind::ping});
  // One question at a time.
  session_->wake(now_);
  collect();
  EXPECT_TRUE(actions_.empty());
  EXPECT_EQ(session_->deadline(), now_ + config_.heartbeat_timeout);
}

TEST_F(SessionTest, WakeEndsTheWaiting) {
  up();
  closed(newest_);
  session_->wake(now_);
  tick();
  EXPECT_EQ(count(Kind::open), 1);
}

TEST_F(SessionTest, WakeStartsNothingThatWasNotAskedFor) {
  session_->wake(now_);
  session_->online(true, now_);
  tick(1'000'000);
  EXPECT_TRUE(actions_.empty());
  EXPECT_EQ(session_->status(), "disconnected");
}

TEST_F(SessionTest, LinksOfThePastAreIgnored) {
  up();
  const LinkId old = newest_;
  closed(old);
  until_open();
  const LinkId fresh = newest_;
  closed(old, 4403);
  EXPECT_TRUE(actions_.empty());
  EXPECT_EQ(session_->state(), State::connecting);
  opened(old);
  EXPECT_EQ(only(Kind::close).link, old);
  EXPECT_EQ(session_->link(), std::nullopt);
  opened(fresh);
  EXPECT_EQ(session_->link(), fresh);
  closed(old, 1006);
  closed(999, 1006);
  EXPECT_EQ(session_->link(), fresh);
  EXPECT_EQ(session_->status(), "connected");
}

TEST_F(SessionTest, StatusesFollowEachOther) {
  connect();
  refuse_and_wait();
  opened(newest_);
  heard();
  closed(newest_);
  until_open();
  opened(newest_);
  disconnect();
  const std::vector<std::string> expected{"connecting",   "reconnecting", "connected",
                                          "reconnecting", "connected",    "disconnected"};
  EXPECT_EQ(statuses_, expected);
}

// Whatever happens in whatever order: the words are the five, links are opened once, only an
// open one is ready, and only a connected session has one.
TEST_F(SessionTest, HoldsTogetherWhateverHappens) {
  const std::vector<std::string> words{"connecting", "connected", "disconnected", "reconnecting",
                                       "error"};
  const std::vector<int> codes{1000, 1001, 1006, 1008, 1013, 4000, 4403};
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    start(SessionConfig(), seed);
    newest_ = 0;
    Random random(seed);
    LinkId last_opened = 0;
    for (int step = 0; step < 500; ++step) {
      const LinkId near = newest_ - std::min(newest_, static_cast<LinkId>(random.up_to(2)));
      switch (random.up_to(9)) {
        case 0:
          connect();
          break;
        case 1:
          if (random.up_to(9) == 0) disconnect();
          break;
        case 2:
        case 3:
          opened(near);
          break;
        case 4:
          closed(near, codes[static_cast<std::size_t>(random.up_to(6))]);
          break;
        case 5:
          session_->online(random.up_to(3) > 0, now_);
          collect();
          break;
        case 6:
          if (session_->link()) heard();
          break;
        case 7:
          if (session_->link()) session_->reopen(now_);
          break;
        default:
          now_ += random.up_to(20'000);
          to_deadline();
          break;
      }
      for (const SessionAction& each : actions_) {
        if (each.kind != Kind::open) continue;
        ASSERT_GT(each.link, last_opened);
        last_opened = each.link;
        ASSERT_NE(each.transport, Transport::polling);
      }
      actions_.clear();
      ASSERT_NE(std::find(words.begin(), words.end(), session_->status()), words.end());
      ASSERT_EQ(session_->link().has_value(), session_->state() == State::connected);
      // No deadline stays behind: a tick at it moves it on.
      tick();
      const auto at = session_->deadline();
      ASSERT_TRUE(!at || *at >= now_) << "seed " << seed << " step " << step;
    }
  }
}

}  // namespace
}  // namespace tidemark
