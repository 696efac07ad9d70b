// The session notices silence, and what the page is told about the world.
#include "session_harness.h"

namespace tidemark::testing {
namespace {

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
  EXPECT_EQ(session_->quality().rtt, std::nullopt);
  tick(config_.heartbeat_interval);
  now_ += 80;
  heard();
  session_->pong(now_);
  EXPECT_EQ(session_->quality().rtt, 80);
  tick(config_.heartbeat_interval);
  now_ += 160;
  heard();
  session_->pong(now_);
  EXPECT_EQ(session_->quality().rtt, 90);
  session_->pong(0);
  EXPECT_EQ(session_->quality().rtt, 90);
}

// An SSE server sends pongs that nobody asked for; they measure nothing.
TEST_F(SseTest, UnaskedPongsMeasureNothing) {
  now_ += 10'000;
  heard();
  session_->pong(now_);
  EXPECT_EQ(session_->quality().rtt, std::nullopt);
}

// ---------------------------------------------------------------- the world outside

TEST_F(SessionTest, OfflinePausesRetries) {
  up();
  closed(newest_);
  session_->pause(PauseReason::offline, true, now_);
  EXPECT_FALSE(session_->pauses().allows_links());
  EXPECT_EQ(session_->deadline(), std::nullopt);
  tick(1'000'000);
  EXPECT_TRUE(actions_.empty());
  session_->pause(PauseReason::offline, false, now_);
  EXPECT_EQ(session_->deadline(), now_);
  EXPECT_EQ(session_->attempt(), 0);
  tick();
  EXPECT_EQ(count(Kind::open), 1);
}

TEST_F(SessionTest, OfflineAsksTheLinkItself) {
  up();
  session_->pause(PauseReason::offline, true, now_);
  collect();
  EXPECT_EQ(kinds(), Kinds{Kind::ping});
  EXPECT_EQ(session_->status(), "connected");
  tick(config_.heartbeat_timeout);
  EXPECT_EQ(session_->status(), "reconnecting");
  EXPECT_EQ(session_->deadline(), std::nullopt);
}

TEST_F(PollingTest, OfflinePausesProbes) {
  session_->pause(PauseReason::offline, true, now_);
  EXPECT_EQ(session_->deadline(), std::nullopt);
  tick(1'000'000);
  EXPECT_TRUE(actions_.empty());
  session_->pause(PauseReason::offline, false, now_);
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
  session_->pause(PauseReason::offline, false, now_);
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
          session_->pause(PauseReason::offline, random.up_to(3) == 0, now_);
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
}  // namespace tidemark::testing
