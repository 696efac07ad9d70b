// What the session's tests share: a session, its clock and what it asked for last.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "session/close_code.h"
#include "session/session.h"

namespace tidemark::testing {

using Kind = SessionAction::Kind;

// A session, its clock and what it asked for last.
class SessionTest : public ::testing::Test {
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
    std::erase_if(actions_, [this](const SessionAction& each) {
      if (each.kind == Kind::quality) ++quality_reports_;
      return each.kind == Kind::quality;
    });
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
  void closed(LinkId link, int code = 1006, Millis retry_after = 0) {
    session_->link_closed(link, code, retry_after, now_);
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
  // Ticks from deadline to deadline until a link is closed.
  SessionAction until_given_up() {
    for (int i = 0; i < 20; ++i) {
      if (!to_deadline()) break;
      const auto closing = std::find_if(actions_.begin(), actions_.end(),
                                        [](const auto& each) { return each.kind == Kind::close; });
      if (closing != actions_.end()) return *closing;
    }
    ADD_FAILURE() << "it is never given up";
    return {};
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
  int quality_reports_ = 0;
  std::vector<std::string> statuses_;
};

using Kinds = std::vector<Kind>;

class PollingTest : public SessionTest {
 protected:
  PollingTest() {
    connect();
    for (int i = 0; i < 3; ++i) refuse_and_wait();
    closed(newest_);
    EXPECT_TRUE(session_->is_polling());
  }
};

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

}  // namespace tidemark::testing
