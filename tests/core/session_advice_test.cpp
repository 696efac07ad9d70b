// What servers advise is followed, and the page's and the machine's sleep is understood.
#include "session_harness.h"

namespace tidemark::testing {
namespace {

TEST_F(SessionTest, RetryAfterIsHonoured) {
  up();
  closed(newest_, 503, 60'000);
  const Millis lost_at = now_;
  until_open();
  EXPECT_GE(now_, lost_at + 60'000);
  EXPECT_LE(now_, lost_at + 60'000 + config_.reconnect_interval);
  // It is spread all the same: every client was told the same.
  std::vector<Millis> waits;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    start(SessionConfig(), seed);
    up();
    closed(newest_, 1012, 60'000);
    waits.push_back(*session_->deadline() - now_);
  }
  const auto [least, most] = std::minmax_element(waits.begin(), waits.end());
  EXPECT_GE(*least, 60'000);
  EXPECT_GT(*most - *least, config_.reconnect_interval / 2);
}

TEST_F(SessionTest, RetryAfterOutlastsAWake) {
  up();
  closed(newest_, 503, 60'000);
  session_->wake(now_ + 1'000);
  EXPECT_EQ(session_->deadline(), now_ + 60'000);
}

TEST_F(SessionTest, RetryAfterHasALimit) {
  up();
  closed(newest_, 503, 1'000'000'000);
  EXPECT_LE(*session_->deadline(), now_ + 3'600'000 + config_.reconnect_interval);
}

TEST_F(SessionTest, BackOffWaitsAtLeastOneInterval) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    start(SessionConfig(), seed);
    up();
    closed(newest_, 1013);
    EXPECT_GE(*session_->deadline(), now_ + config_.reconnect_interval);
  }
}

TEST_F(SessionTest, ATransportThatIsNotServedIsLeftAtOnce) {
  connect();
  closed(newest_, 404);
  until_open();
  EXPECT_EQ(only(Kind::open).transport, Transport::sse);
  closed(newest_, 4002);
  EXPECT_TRUE(session_->is_polling());
}

TEST_F(PollingTest, AProbesRetryAfterIsHonoured) {
  until_open();
  closed(newest_, 503, 120'000);
  closed(newest_, 503, 120'000);
  const Millis told_at = now_;
  until_open();
  EXPECT_GE(now_, told_at + 120'000);
}

// ---------------------------------------------------------------- pauses

TEST_F(SessionTest, PausesAreASetOfReasons) {
  up();
  closed(newest_);
  session_->pause(PauseReason::offline, true, now_);
  session_->pause(PauseReason::frozen, true, now_);
  session_->pause(PauseReason::offline, false, now_);
  tick(1'000'000);
  EXPECT_EQ(count(Kind::open), 0);
  session_->pause(PauseReason::frozen, false, now_);
  tick();
  EXPECT_EQ(count(Kind::open), 1);
}

TEST_F(SessionTest, AHiddenPageStillReconnects) {
  up();
  session_->pause(PauseReason::hidden, true, now_);
  closed(newest_);
  until_open();
  opened(newest_);
  EXPECT_EQ(session_->status(), "connected");
}

TEST_F(PollingTest, AHiddenPageDoesNotProbeAndDoesAtOnceWhenSeen) {
  session_->pause(PauseReason::hidden, true, now_);
  tick(1'000'000);
  EXPECT_TRUE(actions_.empty());
  EXPECT_FALSE(session_->pauses().allows_polls());
  session_->pause(PauseReason::hidden, false, now_);
  tick();
  EXPECT_EQ(count(Kind::open), 1);
}

TEST_F(SessionTest, APageThatIsSeenAgainAsksItsLink) {
  up();
  session_->pause(PauseReason::hidden, true, now_);
  collect();
  EXPECT_EQ(count(Kind::ping), 0);
  now_ += 5'000;
  session_->pause(PauseReason::hidden, false, now_);
  collect();
  EXPECT_EQ(count(Kind::ping), 1);
}

// ---------------------------------------------------------------- sleep

// The socket died in the machine's sleep and nobody said so: found within one timeout of
// waking, by a question of its own.
TEST_F(SessionTest, AfterSleepTheLinkIsAskedAndThenGivenUp) {
  up();
  tick(8 * 3'600'000);
  EXPECT_EQ(kinds(), Kinds{Kind::ping});
  tick(config_.heartbeat_timeout - 1);
  EXPECT_EQ(session_->status(), "connected");
  tick(1);
  EXPECT_EQ(session_->status(), "reconnecting");
}

// It lives: a pong that waited in the socket's buffer must find somebody.
TEST_F(SessionTest, APingThatSleptIsNoProofOfDeath) {
  up();
  tick(config_.heartbeat_interval);
  ASSERT_EQ(count(Kind::ping), 1);
  tick(3'600'000);
  EXPECT_EQ(kinds(), Kinds{Kind::ping});
  heard();
  session_->pong(now_);
  collect();
  EXPECT_EQ(session_->status(), "connected");
  // The hour of sleep is no round trip.
  EXPECT_EQ(session_->quality().rtt, 0);
}

TEST_F(SseTest, AfterSleepTheStreamIsRenewed) {
  const LinkId old = newest_;
  tick(3'600'000);
  until_open();
  EXPECT_EQ(session_->link(), old);
  EXPECT_EQ(session_->status(), "connected");
  const auto renewed = std::find_if(actions_.begin(), actions_.end(), [](const auto& each) {
    return each.kind == Kind::open && each.transport == Transport::sse;
  });
  ASSERT_NE(renewed, actions_.end());
  const LinkId successor = renewed->link;
  opened(successor);
  EXPECT_EQ(session_->link(), successor);
}

TEST_F(SessionTest, QualityIsReported) {
  up();
  EXPECT_EQ(session_->grade(), Grade::good);
  const int before = quality_reports_;
  tick(config_.heartbeat_interval);
  now_ += 700;
  heard();
  session_->pong(now_);
  collect();
  EXPECT_GT(quality_reports_, before);
  EXPECT_EQ(session_->grade(), Grade::fair);
  closed(newest_);
  EXPECT_EQ(session_->grade(), Grade::offline);
}

}  // namespace
}  // namespace tidemark::testing
