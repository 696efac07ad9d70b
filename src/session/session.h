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
    status,   // status() or transport() changed
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
  std::optional<Transport> transport() const;
  // The link that may carry frames; none while there is no open one.
  std::optional<LinkId> link() const;
  bool is_polling() const { return state_ == State::polling; }
  const PauseSet& pauses() const { return pauses_; }
  // Why the state is the present one, and with which code the last link was lost.
  Cause cause() const { return cause_; }
  int lost_code() const { return lost_code_; }
  std::int64_t attempt() const { return attempt_; }
  std::int64_t reconnects() const { return reconnects_; }
  const Quality& quality() const { return heartbeat_.quality(); }
  Grade grade() const {
    return state_ == State::connected ? heartbeat_.quality().grade() : Grade::offline;
  }

 private:
  struct Link {
    LinkId id = 0;
    std::size_t index = 0;     // into config_.transports
    Millis opening_since = 0;  // or since when its token is awaited
    bool awaits_token = false;
  };

  void feed(Input input, Millis now);
  void perform(Step step, Millis now);
  Link begin_opening(std::size_t index, Millis now);
  void begin_link(Millis now);
  void renew(Millis now);
  void plan_retry(Millis now);
  void start_polling(Millis now);
  void probe(Millis now);
  void probe_failed(Millis now);
  void probe_closed(CloseAdvice advice, Millis now);
  void adopt_probe(Millis now);
  void drop(std::optional<Link>& link, int code);
  void lose_link(Cause cause, int code, Millis retry_after, Millis now);
  void give_up();
  void check_heartbeat(Millis now);
  bool may_refresh(Millis now);
  void ping();
  void note_status();
  Transport kind_of(const Link& link) const { return config_.transports[link.index]; }
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

  int lost_code_ = kNormalClosure;      // with which the last link was lost
  Millis not_before_ = 0;               // what the server asked for when it was
  bool token_refused_ = false;          // the next token must be a new one
  std::optional<Millis> refreshed_at_;  // when a refused token was last replaced

  std::optional<Millis> retry_at_;
  std::optional<Millis> probe_at_;
  std::optional<Millis> reopen_at_;

  std::string_view last_status_ = "disconnected";
  std::optional<Transport> last_transport_;
  std::vector<SessionAction> actions_;
};

}  // namespace tidemark
