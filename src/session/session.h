// When to open, close, ping, retry, fall back and probe back up. Sans-I/O: it is told what
// happened and when, and answers with actions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/types.h"
#include "config.h"
#include "session/cause.h"
#include "session/close_code.h"
#include "session/heartbeat.h"
#include "session/pause.h"
#include "session/states.h"

namespace tidemark {

using LinkId = std::uint32_t;

struct SessionAction {
  enum class Kind : std::uint8_t {
    token,    // a token is needed before `link` can be opened, or for the open one
    open,     // open `link` over `transport`
    close,    // close `link` with `code`
    ping,     // send a ping on `link`
    ready,    // `link` carries the session from now on
    down,     // no link carries the session any more
    status,   // status(), transport() or attempt() changed
    quality,  // quality() or reconnects() changed
    failed,   // gave up
  };
  Kind kind;
  LinkId link = 0;
  Transport transport = Transport::websocket;
  int code = 0;
  bool refresh = false;  // token: the last one was refused
};

class Session {
 public:
  Session(const SessionConfig& config, std::uint64_t seed)
      : config_(config),
        random_(seed),
        heartbeat_(config.heartbeat_interval, config.heartbeat_timeout) {}

  void connect(Millis now);
  void disconnect(Millis now);
  // The answer to a token action.
  void token_ready(LinkId link, Millis now);
  void token_failed(LinkId link, Millis now);
  void link_opened(LinkId link, Millis now);
  // `retry_after`: how long the server asked to wait, 0 when it did not.
  void link_closed(LinkId link, int code, Millis retry_after, Millis now);
  void pause(PauseReason reason, bool on, Millis now);
  void wake(Millis now);
  void tick(Millis now);
  // A frame came over the session's link: it is alive.
  void heard(Millis now);
  // The server was asked for something over the session's link, and owes an answer.
  void await_answer(Millis now);
  // Nobody wants anything of the session's link, so that it has nothing to prove.
  void await_nothing();
  void pong(Millis now);
  // The server does not accept the token of the open link. False when no better one can be had.
  bool refuse_token(Millis now);
  // The link's URL no longer says what is subscribed (SSE): open it anew.
  void reopen(Millis now);
  // The same for a link that is still opening.
  void reopen_if_url_bound(Millis now);

  std::optional<Millis> deadline() const;
  std::vector<SessionAction> take_actions();

  State state() const { return state_; }
  // 'connecting', 'connected', 'disconnected', 'reconnecting' or 'error'.
  std::string_view status() const;
  // What serves.
  std::optional<Transport> transport() const;
  // The link that may carry frames, and over what; none while there is no open one.
  std::optional<LinkId> link() const;
  std::optional<Transport> carrier() const;
  bool is_polling() const { return state_ == State::polling || on_trial(); }
  const PauseSet& pauses() const { return pauses_; }
  // Why the state is the present one, and with which code the last link was lost.
  Cause cause() const { return cause_; }
  int lost_code() const { return lost_code_; }
  // Which attempt to connect this is; 0 while a link serves.
  std::int64_t attempt() const { return carrier() && !on_trial() ? 0 : attempt_; }
  std::int64_t reconnects() const { return reconnects_; }
  const Quality& quality() const { return heartbeat_.quality(); }
  Grade grade() const {
    const bool is_up = state_ == State::connected && !on_trial();
    return is_up ? heartbeat_.quality().grade() : Grade::offline;
  }

 private:
  struct Link {
    LinkId id = 0;
    std::size_t index = 0;     // into config_.transports
    Millis opening_since = 0;  // or since when its token is awaited
    bool awaits_token = false;
  };
  // What the current link took the place of, until it has carried a frame.
  enum class Relieved : std::uint8_t { nothing, polling, lesser };

  void feed(Input input, Millis now);
  void perform(Step step, Millis now);
  Link begin_opening(std::size_t index, Millis now);
  void begin_link(Millis now);
  void count_link();
  void end_trial();
  void prove(Millis now);
  void renew(Millis now);
  void plan_retry(Millis now);
  void start_polling(Millis now);
  void resume_polling(Millis now);
  void probe(Millis now);
  void probe_failed(Millis now);
  void probe_closed(CloseAdvice advice, Millis now);
  void adopt_probe(Millis now);
  void drop(std::optional<Link>& link, int code);
  void lose_link(Cause cause, int code, Millis retry_after, Millis now);
  void give_up();
  void check_heartbeat(Millis now);
  void nudge(Millis now);
  void miss_answer(Millis now);
  void await_no_more();
  bool may_refresh(Millis now);
  void ping();
  void note_status();
  Transport kind_of(const Link& link) const { return config_.transports[link.index]; }
  // A link that opened while polling serves in its place only once the server has spoken over
  // it: one that is open and silent shall not end the polls.
  bool on_trial() const { return state_ == State::connected && relieved_ == Relieved::polling; }
  bool is_link(std::size_t index) const;
  std::size_t next_index(std::size_t index) const;

  SessionConfig config_;
  Random random_;
  Heartbeat heartbeat_;
  State state_ = State::disconnected;
  Cause cause_ = Cause::asked;
  PauseSet pauses_;
  bool ever_connected_ = false;

  std::optional<Link> current_;
  std::optional<Link> probe_;
  LinkId next_link_ = 1;
  std::size_t index_ = 0;      // the transport in use or tried
  std::int64_t failures_ = 0;  // of that transport, in a row
  std::int64_t attempt_ = 0;   // since the link was last known good
  std::int64_t reconnects_ = 0;
  bool proven_ = false;  // the current link has carried a frame
  Relieved relieved_ = Relieved::nothing;
  std::int64_t setbacks_ = 0;  // better links, in a row, that opened and then carried nothing

  int lost_code_ = kNormalClosure;      // with which the last link was lost
  Millis not_before_ = 0;               // what the server asked for when it was
  bool token_refused_ = false;          // the next token must be a new one
  std::optional<Millis> refreshed_at_;  // when a refused token was last replaced

  std::optional<Millis> retry_at_;
  std::optional<Millis> probe_at_;
  std::optional<Millis> reopen_at_;
  // Of an unproven link that owes an answer: when it is asked for a sign of life, and when it is
  // taken for dead.
  std::optional<Millis> nudge_at_;
  std::optional<Millis> answer_due_;

  std::string_view last_status_ = "disconnected";
  std::optional<Transport> last_transport_;
  std::int64_t last_attempt_ = 0;
  std::vector<SessionAction> actions_;
};

}  // namespace tidemark
