// A link that opens and says nothing is none: it counts as refused, and does not end what serves.
#include "session_harness.h"

namespace tidemark::testing {
namespace {

class Frozen : public SessionTest {
 protected:
  // The newest link opens, is asked for something, and says nothing.
  void open_silently() {
    opened(newest_);
    session_->await_answer(now_);
    collect();
  }
  void fall_to_polling() {
    connect();
    for (int i = 0; i < 4; ++i) {
      open_silently();
      until_given_up();
      if (i < 3) until_open();
    }
  }
};

TEST_F(Frozen, ALinkThatOwesAnAnswerIsGivenUpWhenItsTimeIsOver) {
  connect();
  const LinkId link = newest_;
  open_silently();
  EXPECT_EQ(session_->status(), "connected");
  tick(config_.open_timeout - 1);
  EXPECT_EQ(session_->link(), link);
  tick(1);
  EXPECT_EQ(only(Kind::close).link, link);
  EXPECT_EQ(only(Kind::close).code, kSilence);
  EXPECT_EQ(session_->cause(), Cause::silence);
  EXPECT_EQ(session_->status(), "reconnecting");
}

TEST_F(Frozen, FallsBackToPollingAsIfRefused) {
  connect();
  std::vector<Transport> tried;
  const Millis began = now_;
  for (int i = 0; i < 4; ++i) {
    tried.push_back(only(Kind::open).transport);
    open_silently();
    until_given_up();
    if (i < 3) until_open();
  }
  EXPECT_EQ(tried, (std::vector<Transport>{Transport::websocket, Transport::websocket,
                                           Transport::sse, Transport::sse}));
  EXPECT_EQ(session_->transport(), Transport::polling);
  EXPECT_LE(now_ - began, 4 * config_.open_timeout + 3 * config_.longest_backoff);
}

TEST_F(Frozen, PollingGoesOnWhileALinkIsTried) {
  fall_to_polling();
  statuses_.clear();
  std::vector<Transport> tried;
  for (int i = 0; i < 6; ++i) {
    until_open();
    tried.push_back(only(Kind::open).transport);
    open_silently();
    EXPECT_EQ(session_->link(), newest_);
    EXPECT_TRUE(session_->is_polling());
    EXPECT_EQ(session_->grade(), Grade::offline);
    until_given_up();
    EXPECT_TRUE(session_->is_polling());
    if (count(Kind::open) == 0) continue;
    // The one below is tried at once.
    tried.push_back(only(Kind::open).transport);
    open_silently();
    until_given_up();
  }
  EXPECT_EQ(std::count(tried.begin(), tried.end(), Transport::sse), 6);
  EXPECT_EQ(std::count(tried.begin(), tried.end(), Transport::websocket), 6);
  // Nothing was told: what serves did not change.
  EXPECT_EQ(statuses_, std::vector<std::string>());
  EXPECT_EQ(session_->reconnects(), 3);
}

TEST_F(Frozen, OneThatSpeaksTakesOver) {
  fall_to_polling();
  const auto reconnects = session_->reconnects();
  until_open();
  open_silently();
  tick(3'000);
  statuses_.clear();
  heard();
  EXPECT_EQ(statuses_, std::vector<std::string>{"connected"});
  EXPECT_EQ(session_->transport(), Transport::websocket);
  EXPECT_EQ(session_->reconnects(), reconnects + 1);
  tick(config_.open_timeout);
  EXPECT_EQ(session_->link(), newest_);
}

TEST_F(Frozen, OneThatNobodyWantsAnythingOfTakesOverAtOnce) {
  fall_to_polling();
  until_open();
  opened(newest_);
  session_->await_nothing();
  EXPECT_EQ(session_->status(), "connected");
  EXPECT_FALSE(session_->is_polling());
}

TEST_F(Frozen, OpeningAloneDoesNotResetTheCount) {
  connect();
  open_silently();
  until_given_up();
  until_open();
  // The count stands at one: opening changed nothing.
  opened(newest_);
  refuse_and_wait();
  EXPECT_EQ(only(Kind::open).transport, Transport::sse);
}

TEST_F(Frozen, APongIsAnAnswer) {
  connect();
  open_silently();
  tick(config_.open_timeout / 2);
  EXPECT_EQ(count(Kind::ping), 1);
  heard();
  session_->pong(now_);
  tick(config_.open_timeout);
  EXPECT_EQ(session_->link(), newest_);
  EXPECT_EQ(session_->status(), "connected");
}

// What was said once proves the link; from then on its heartbeat watches over it.
TEST_F(Frozen, AProvenLinkOwesNothing) {
  up();
  session_->await_answer(now_);
  tick(config_.open_timeout);
  EXPECT_EQ(session_->link(), newest_);
}

TEST_F(Frozen, SleepIsNotSilence) {
  connect();
  open_silently();
  tick(3'600'000);
  EXPECT_EQ(session_->status(), "connected");
  EXPECT_EQ(until_given_up().link, newest_);
}

TEST_F(SseTest, ASilentBetterLinkIsTriedLessAndLessOften) {
  std::vector<Millis> waits;
  for (int i = 0; i < 8; ++i) {
    const Millis since = now_;
    for (tick(1'000); count(Kind::open) == 0 && now_ - since < 3'600'000; tick(1'000)) heard();
    ASSERT_EQ(only(Kind::open).transport, Transport::websocket);
    waits.push_back(now_ - since);
    opened(newest_);
    session_->await_answer(now_);
    // One try: then back to what worked.
    until_given_up();
    until_open();
    ASSERT_EQ(only(Kind::open).transport, Transport::sse);
    opened(newest_);
    heard();
  }
  const std::vector<Millis> expected{15'000,  30'000,  60'000,  120'000,
                                     240'000, 480'000, 480'000, 480'000};
  EXPECT_EQ(waits, expected);
}

}  // namespace
}  // namespace tidemark::testing
