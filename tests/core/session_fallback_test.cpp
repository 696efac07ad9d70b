// The session falls back from transport to transport, polls, and moves up again.
#include "session_harness.h"

namespace tidemark::testing {
namespace {

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

TEST_F(PollingTest, AProbeThatOpensAndSpeaksEndsThePolling) {
  until_open();
  statuses_.clear();
  opened(newest_);
  EXPECT_EQ(session_->link(), newest_);
  EXPECT_EQ(only(Kind::ready).link, newest_);
  EXPECT_EQ(count(Kind::down), 0);
  heard();
  EXPECT_EQ(session_->transport(), Transport::websocket);
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

}  // namespace
}  // namespace tidemark::testing
