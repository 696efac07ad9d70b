#include "poll/schedule.h"

#include <gtest/gtest.h>

#include <set>

namespace tidemark::poll {
namespace {

// How long after `now` the next request is due.
Millis wait(const Schedule& schedule, Millis now) { return schedule.due().value_or(now - 1) - now; }

TEST(Schedule, StartsAtOnceAndStops) {
  Schedule schedule;
  EXPECT_FALSE(schedule.running());
  EXPECT_EQ(schedule.due(), std::nullopt);
  schedule.start(1'000, false, 50);
  EXPECT_TRUE(schedule.running());
  EXPECT_EQ(schedule.due(), 50);
  schedule.stop();
  EXPECT_FALSE(schedule.running());
  EXPECT_EQ(schedule.due(), std::nullopt);
  schedule.start(1'000, false, 50);
  schedule.start(0, false, 60);
  EXPECT_EQ(schedule.due(), std::nullopt);
}

TEST(Schedule, NeverTwoInFlight) {
  Schedule schedule;
  Random random(1);
  schedule.start(1'000, false, 0);
  schedule.request_left(0);
  // Only a request that never comes back is repeated.
  EXPECT_EQ(schedule.due(), 60'000);
  schedule.answered(false, 5'000, random);
  EXPECT_GE(wait(schedule, 5'000), 1'000);
  EXPECT_LE(wait(schedule, 5'000), 1'100);
}

TEST(Schedule, HurriesUnlessItWaitsOrIsHeldBack) {
  Schedule schedule;
  Random random(1);
  schedule.hurry(5);
  EXPECT_EQ(schedule.due(), std::nullopt);
  schedule.start(1'000, false, 0);
  schedule.request_left(0);
  schedule.hurry(10);
  EXPECT_EQ(schedule.due(), 60'000);
  schedule.answered(false, 100, random);
  schedule.hurry(200);
  EXPECT_EQ(schedule.due(), 200);
  schedule.failed(0, 300, random);
  schedule.hurry(400);
  EXPECT_EQ(schedule.due(), 400);
  schedule.failed(30'000, 500, random);
  schedule.hurry(600);
  EXPECT_GE(wait(schedule, 500), 30'000);
  schedule.answered(false, 31'000, random);
  schedule.hurry(31'500);
  EXPECT_EQ(schedule.due(), 31'500);
}

TEST(Schedule, AnAnswerAfterTheStopStartsNothing) {
  Schedule schedule;
  Random random(1);
  schedule.start(1'000, true, 0);
  schedule.request_left(0);
  schedule.stop();
  schedule.answered(true, 500, random);
  EXPECT_EQ(schedule.due(), std::nullopt);
  schedule.failed(2'000, 500, random);
  EXPECT_EQ(schedule.due(), std::nullopt);
}

TEST(Schedule, JitterStaysWithinATenth) {
  Schedule schedule;
  Random random(7);
  schedule.start(10'000, false, 0);
  std::set<Millis> waits;
  for (int i = 0; i < 1'000; ++i) {
    schedule.answered(i % 2 == 0, 0, random);
    waits.insert(wait(schedule, 0));
  }
  EXPECT_GE(*waits.begin(), 10'000);
  EXPECT_LE(*waits.rbegin(), 11'000);
  // It is spread, not one value.
  EXPECT_GT(waits.size(), 300U);
  EXPECT_LT(*waits.begin(), 10'100);
  EXPECT_GT(*waits.rbegin(), 10'900);
}

TEST(Schedule, AFixedIntervalStaysFixed) {
  Schedule schedule;
  Random random(7);
  schedule.start(1'000, false, 0);
  for (int i = 0; i < 20; ++i) {
    schedule.answered(i < 10, 0, random);
    EXPECT_EQ(schedule.interval(), 1'000);
  }
}

TEST(Schedule, AdaptsWithinBounds) {
  Schedule schedule;
  Random random(7);
  schedule.start(1'000, true, 0);
  EXPECT_EQ(schedule.interval(), 1'000);
  schedule.answered(true, 0, random);
  EXPECT_EQ(schedule.interval(), 500);
  for (int i = 0; i < 10; ++i) schedule.answered(true, 0, random);
  EXPECT_EQ(schedule.interval(), 250);
  EXPECT_LE(wait(schedule, 0), 275);
  Millis last = schedule.interval();
  for (int i = 0; i < 30; ++i) {
    schedule.answered(false, 0, random);
    EXPECT_TRUE(schedule.interval() > last || schedule.interval() == 4'000);
    last = schedule.interval();
  }
  EXPECT_EQ(schedule.interval(), 4'000);
  EXPECT_LE(wait(schedule, 0), 4'400);
}

TEST(Schedule, BacksOffFromErrors) {
  Schedule schedule;
  Random random(7);
  schedule.start(5'000, true, 0);
  for (const Millis expected : {10'000, 20'000, 40'000, 60'000, 60'000, 60'000, 60'000, 60'000}) {
    schedule.failed(0, 0, random);
    EXPECT_GE(wait(schedule, 0), expected);
    EXPECT_LE(wait(schedule, 0), expected + expected / 10);
    EXPECT_EQ(schedule.interval(), 5'000);
  }
  // One success and it goes on as before.
  schedule.answered(true, 0, random);
  EXPECT_LE(wait(schedule, 0), 2'750);
  schedule.failed(0, 0, random);
  EXPECT_GE(wait(schedule, 0), 10'000);
  EXPECT_LE(wait(schedule, 0), 11'000);
}

TEST(Schedule, WaitsAsLongAsTheServerAsks) {
  Schedule schedule;
  Random random(7);
  schedule.start(1'000, false, 0);
  schedule.failed(120'000, 0, random);
  EXPECT_GE(wait(schedule, 0), 120'000);
  EXPECT_LE(wait(schedule, 0), 132'000);
}

TEST(Schedule, ALongIntervalIsNotShortenedByErrors) {
  Schedule schedule;
  Random random(7);
  schedule.start(300'000, false, 0);
  for (int i = 0; i < 8; ++i) {
    schedule.failed(0, 0, random);
    EXPECT_GE(wait(schedule, 0), 300'000);
  }
}

}  // namespace
}  // namespace tidemark::poll
