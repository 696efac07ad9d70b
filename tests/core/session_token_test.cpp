// Tokens are awaited before each opening and renewed when the server refuses them.
#include "session_harness.h"

namespace tidemark::testing {
namespace {

class TokenTest : public SessionTest {
 protected:
  TokenTest() {
    SessionConfig config;
    config.tokens = true;
    start(config);
  }

  // The token that was asked for last arrives.
  void bring() {
    session_->token_ready(wanted_.link, now_);
    collect();
  }
  void note() {
    if (count(Kind::token) > 0) wanted_ = only(Kind::token);
  }
  void until_token() {
    for (int i = 0; i < 20 && count(Kind::token) == 0; ++i) {
      if (!to_deadline()) break;
    }
    note();
  }
  void go_up() {
    connect();
    note();
    bring();
    opened(newest_);
    heard();
  }

  SessionAction wanted_{Kind::token};
};

TEST_F(TokenTest, IsAwaitedBeforeOpening) {
  connect();
  EXPECT_EQ(kinds(), (Kinds{Kind::token, Kind::status}));
  EXPECT_EQ(session_->status(), "connecting");
  note();
  EXPECT_FALSE(wanted_.refresh);
  tick(5'000);
  EXPECT_TRUE(actions_.empty());
  bring();
  EXPECT_EQ(only(Kind::open).link, wanted_.link);
  // Opening has its time from now on, not from the question.
  tick(config_.open_timeout - 1);
  EXPECT_TRUE(actions_.empty());
  opened(newest_);
  EXPECT_EQ(session_->status(), "connected");
}

TEST_F(TokenTest, IsAskedForAnewAtEachReconnect) {
  go_up();
  closed(newest_);
  until_token();
  EXPECT_FALSE(wanted_.refresh);
  EXPECT_EQ(count(Kind::open), 0);
  bring();
  EXPECT_EQ(count(Kind::open), 1);
}

TEST_F(TokenTest, ThatNeverComesOrFailsIsARefusedAttemptButNotTheTransportsFault) {
  connect();
  note();
  tick(config_.open_timeout);
  EXPECT_EQ(session_->status(), "reconnecting");
  for (int i = 0; i < 4; ++i) {
    until_token();
    session_->token_failed(wanted_.link, now_);
    collect();
    EXPECT_EQ(session_->attempt(), i + 2);
  }
  until_token();
  EXPECT_EQ(wanted_.transport, Transport::websocket);
  // An answer to an earlier question opens nothing.
  session_->token_ready(wanted_.link - 1, now_);
  collect();
  EXPECT_TRUE(actions_.empty());
}

TEST_F(TokenTest, RefusedAtTheDoorIsRefreshedAtOnceThenWithPatience) {
  go_up();
  closed(newest_, 4401);
  EXPECT_EQ(session_->deadline(), now_);
  tick();
  note();
  EXPECT_TRUE(wanted_.refresh);
  bring();
  closed(newest_, 4401);
  Millis waited = 0;
  for (int i = 0; i < 5; ++i) {
    const Millis before = now_;
    until_token();
    waited += now_ - before;
    EXPECT_TRUE(wanted_.refresh);
    EXPECT_EQ(wanted_.transport, Transport::websocket);
    bring();
    closed(newest_, 401);
  }
  EXPECT_GT(waited, config_.reconnect_interval);
}

TEST_F(TokenTest, ANewTokenIsTriedWhenAnOpeningFailsWithoutAReason) {
  connect();
  note();
  bring();
  closed(newest_);
  until_token();
  EXPECT_TRUE(wanted_.refresh);
}

TEST_F(TokenTest, RunsOutOnAnOpenLink) {
  go_up();
  EXPECT_TRUE(session_->refuse_token(now_));
  collect();
  note();
  EXPECT_EQ(wanted_.link, newest_);
  EXPECT_TRUE(wanted_.refresh);
  EXPECT_EQ(session_->status(), "connected");
  // A server that refuses the new one too is not asked for ever.
  EXPECT_FALSE(session_->refuse_token(now_ + config_.heartbeat_interval - 1));
  EXPECT_TRUE(session_->refuse_token(now_ + config_.heartbeat_interval));
}

TEST_F(SessionTest, WithoutTokensNoneCanBeRefreshed) {
  up();
  EXPECT_FALSE(session_->refuse_token(now_));
}

TEST_F(TokenTest, IsAwaitedBeforeAProbe) {
  SessionConfig config;
  config.tokens = true;
  config.fallback_after = 1;
  start(config);
  connect();
  note();
  bring();
  closed(newest_);
  until_token();
  bring();
  opened(newest_);
  heard();
  ASSERT_EQ(session_->transport(), Transport::sse);
  const LinkId serving = newest_;
  tick(config.probe_interval);
  note();
  EXPECT_NE(wanted_.link, serving);
  EXPECT_EQ(count(Kind::open), 0);
  bring();
  EXPECT_EQ(only(Kind::open).transport, Transport::websocket);
  opened(newest_);
  EXPECT_EQ(session_->transport(), Transport::websocket);
}

TEST_F(TokenTest, AfterDisconnectAnAnswerOpensNothing) {
  connect();
  note();
  disconnect();
  bring();
  EXPECT_TRUE(actions_.empty());
  EXPECT_EQ(session_->status(), "disconnected");
}

}  // namespace
}  // namespace tidemark::testing
