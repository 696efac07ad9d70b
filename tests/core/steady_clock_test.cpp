#include "base/steady_clock.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

TEST(SteadyClock, FollowsTheOutsidesClock) {
  SteadyClock clock;
  EXPECT_EQ(clock.read(1'000), 1'000);
  EXPECT_EQ(clock.read(1'250), 1'250);
  EXPECT_EQ(clock.outside(1'300), 1'300);
}

TEST(SteadyClock, StandsStillWhenSetBackAndThenGoesOn) {
  SteadyClock clock;
  clock.read(10'000);
  EXPECT_EQ(clock.read(4'000), 10'000);
  EXPECT_EQ(clock.read(4'500), 10'500);
  // A timer for 11,000 has to be set for 5,000 on the clock as it is now.
  EXPECT_EQ(clock.outside(11'000), 5'000);
  EXPECT_EQ(clock.read(1'000), 10'500);
  EXPECT_EQ(clock.read(1'100), 10'600);
}

TEST(SteadyClock, TakesAJumpForwardForTimeThatPassed) {
  SteadyClock clock;
  clock.read(1'000);
  EXPECT_EQ(clock.read(3'601'000), 3'601'000);
}

}  // namespace
}  // namespace tidemark
