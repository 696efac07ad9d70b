// Why the connection is in the state that it is in.
#include "session_harness.h"

namespace tidemark::testing {
namespace {

TEST_F(SessionTest, SaysThatItWasAsked) {
  connect();
  EXPECT_EQ(session_->cause(), Cause::asked);
  opened(newest_);
  EXPECT_EQ(session_->cause(), Cause::opened);
  disconnect();
  EXPECT_EQ(session_->cause(), Cause::asked);
}

TEST_F(SessionTest, SaysWithWhichCodeTheLinkEnded) {
  connect();
  opened(newest_);
  closed(newest_, 1001);
  EXPECT_EQ(session_->cause(), Cause::closed);
  EXPECT_EQ(session_->lost_code(), 1001);
}

TEST_F(SessionTest, SaysThatTheLinkFellSilent) {
  connect();
  opened(newest_);
  while (session_->state() == State::connected && to_deadline()) {
  }
  EXPECT_EQ(session_->cause(), Cause::silence);
}

TEST_F(SessionTest, SaysThatTheLinkDidNotOpenInTime) {
  connect();
  ASSERT_TRUE(to_deadline());
  EXPECT_EQ(session_->state(), State::waiting);
  EXPECT_EQ(session_->cause(), Cause::timeout);
}

TEST_F(SessionTest, SaysThatNoTokenCouldBeHad) {
  SessionConfig config;
  config.tokens = true;
  start(config);
  connect();
  session_->token_failed(1, now_);
  EXPECT_EQ(session_->cause(), Cause::no_token);
}

TEST_F(SessionTest, SaysThatABetterLinkTookItsPlace) {
  start(over({Transport::websocket, Transport::polling}));
  connect();
  while (!session_->is_polling()) {
    closed(newest_);
    if (!session_->is_polling()) until_open();
  }
  EXPECT_EQ(session_->cause(), Cause::closed);
  until_open();
  opened(newest_);
  EXPECT_EQ(session_->state(), State::connected);
  EXPECT_EQ(session_->cause(), Cause::replaced);
}

}  // namespace
}  // namespace tidemark::testing
