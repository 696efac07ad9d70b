#include "session/heartbeat.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

using Verdict = Heartbeat::Verdict;

class HeartbeatTest : public testing::Test {
 protected:
  void exchange(Millis round_trip) {
    ASSERT_TRUE(heartbeat_.ask(now_));
    now_ += round_trip;
    heartbeat_.heard(now_);
    heartbeat_.pong(now_);
  }

  Millis now_ = 1'000;
  Heartbeat heartbeat_{30'000, 10'000};
};

// RFC 6298's smoothing, worked out by hand.
TEST_F(HeartbeatTest, SmoothsRoundTripAndJitter) {
  heartbeat_.begin(true, now_);
  exchange(80);
  EXPECT_EQ(heartbeat_.quality().rtt, 80);
  EXPECT_EQ(heartbeat_.quality().jitter, 40);
  exchange(160);
  EXPECT_EQ(heartbeat_.quality().rtt, 90);
  EXPECT_EQ(heartbeat_.quality().jitter, 50);
}

TEST_F(HeartbeatTest, GradesTheConnection) {
  heartbeat_.begin(true, now_);
  EXPECT_EQ(heartbeat_.quality().grade(), Grade::good);
  exchange(40);
  EXPECT_EQ(heartbeat_.quality().grade(), Grade::good);
  for (int i = 0; i < 50; ++i) exchange(450);
  EXPECT_EQ(heartbeat_.quality().grade(), Grade::fair);
  for (int i = 0; i < 50; ++i) exchange(2'000);
  EXPECT_EQ(heartbeat_.quality().grade(), Grade::poor);
  for (int i = 0; i < 80; ++i) exchange(20);
  EXPECT_EQ(heartbeat_.quality().grade(), Grade::good);
}

TEST_F(HeartbeatTest, ADeadLinkCountsAsAMissedHeartbeat) {
  heartbeat_.begin(true, now_);
  exchange(40);
  EXPECT_EQ(heartbeat_.check(now_ + 30'000), Verdict::ping);
  EXPECT_EQ(heartbeat_.check(now_ + 39'999), Verdict::alive);
  EXPECT_EQ(heartbeat_.quality().missed, 0);
  EXPECT_EQ(heartbeat_.check(now_ + 40'000), Verdict::dead);
  EXPECT_EQ(heartbeat_.quality().missed, 1);
  EXPECT_EQ(heartbeat_.quality().grade(), Grade::poor);
  // The next link's first answer makes up for it.
  now_ += 50'000;
  heartbeat_.begin(true, now_);
  exchange(40);
  EXPECT_EQ(heartbeat_.quality().grade(), Grade::good);
  EXPECT_EQ(heartbeat_.quality().missed, 1);
}

// The link is busy, so it is alive; but its answers do not come.
TEST_F(HeartbeatTest, APingThatOnlyOtherTrafficAnswersIsMissed) {
  heartbeat_.begin(true, now_);
  ASSERT_TRUE(heartbeat_.ask(now_));
  heartbeat_.heard(now_ + 10);
  EXPECT_EQ(heartbeat_.check(now_ + 30'010), Verdict::ping);
  EXPECT_EQ(heartbeat_.quality().missed, 1);
}

TEST_F(HeartbeatTest, APingThatSleptIsAskedAnew) {
  heartbeat_.begin(true, now_);
  ASSERT_TRUE(heartbeat_.ask(now_));
  heartbeat_.woke(now_ + 3'600'000);
  EXPECT_TRUE(heartbeat_.ask(now_ + 3'600'000));
  EXPECT_EQ(heartbeat_.check(now_ + 3'609'999), Verdict::alive);
  EXPECT_EQ(heartbeat_.check(now_ + 3'610'000), Verdict::dead);
}

TEST_F(HeartbeatTest, AnEventStreamIsNotAsked) {
  heartbeat_.begin(false, now_);
  EXPECT_FALSE(heartbeat_.ask(now_));
  EXPECT_FALSE(heartbeat_.is_silent(now_ + 14'999));
  EXPECT_TRUE(heartbeat_.is_silent(now_ + 15'000));
  EXPECT_EQ(heartbeat_.check(now_ + 39'999), Verdict::alive);
  EXPECT_EQ(heartbeat_.check(now_ + 40'000), Verdict::dead);
  EXPECT_EQ(heartbeat_.quality().missed, 0);
}

}  // namespace
}  // namespace tidemark
