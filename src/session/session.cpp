#include "session/session.h"

#include <algorithm>
#include <utility>

#include "session/backoff.h"

namespace tidemark {
namespace {

using Kind = SessionAction::Kind;

// A server that asks for more patience than this has made a mistake.
constexpr Millis kMostPatience = 3'600'000;

// Some losses say nothing about the transport.
bool blames_transport(int code) {
  return code != kNoToken && advice_of(code) != CloseAdvice::refresh_token;
}

}  // namespace

void Session::feed(Input input, Millis now) {
  const Transition next = transition(state_, input);
  state_ = next.next;
  perform(next.step, now);
  note_status();
}

void Session::perform(Step step, Millis now) {
  switch (step) {
    case Step::none:
      return;
    case Step::open:
      retry_at_.reset();
      current_ = begin_opening(index_, now);
      return;
    case Step::close:
      drop(current_, kNormalClosure);
      drop(probe_, kNormalClosure);
      retry_at_ = probe_at_ = reopen_at_ = std::nullopt;
      await_no_more();
      ever_connected_ = false;
      attempt_ = setbacks_ = 0;
      relieved_ = Relieved::nothing;
      actions_.push_back({Kind::down});
      return;
    case Step::ready:
      if (relieved_ != Relieved::polling) count_link();
      return begin_link(now);
    case Step::down:
      actions_.push_back({Kind::down});
      if (relieved_ == Relieved::polling) return resume_polling(now);
      // A link that died before it carried anything is no better than a refused one.
      if (!proven_ && blames_transport(lost_code_)) {
        const bool interrupted = relieved_ == Relieved::lesser;
        failures_ = interrupted ? config_.fallback_after : failures_ + 1;
        if (interrupted) ++setbacks_;
      }
      relieved_ = Relieved::nothing;
      return plan_retry(now);
    case Step::again:
      if (blames_transport(lost_code_)) ++failures_;
      return plan_retry(now);
  }
}

// ---------------------------------------------------------------- opening

Session::Link Session::begin_opening(std::size_t index, Millis now) {
  const Link link{next_link_++, index, now, config_.tokens};
  const Kind kind = config_.tokens ? Kind::token : Kind::open;
  // A browser hides a 401 at the upgrade, so the second try in a row brings a new token.
  const bool refresh = token_refused_ || failures_ == 1;
  actions_.push_back({kind, link.id, kind_of(link), 0, config_.tokens && refresh});
  return link;
}

void Session::token_ready(LinkId link, Millis now) {
  for (std::optional<Link>* each : {&current_, &probe_}) {
    if (!*each || (*each)->id != link || !(*each)->awaits_token) continue;
    token_refused_ = false;
    (*each)->awaits_token = false;
    (*each)->opening_since = now;
    actions_.push_back({Kind::open, link, kind_of(**each)});
  }
}

void Session::token_failed(LinkId link, Millis now) {
  const auto awaits = [link](const auto& each) {
    return each && each->id == link && each->awaits_token;
  };
  if (awaits(current_) || awaits(probe_)) link_closed(link, kNoToken, 0, now);
}

void Session::count_link() {
  if (ever_connected_) ++reconnects_;
  ever_connected_ = true;
}

void Session::begin_link(Millis now) {
  proven_ = false;
  heartbeat_.begin(kind_of(*current_) == Transport::websocket, now);
  actions_.push_back({Kind::ready, current_->id, kind_of(*current_)});
  actions_.push_back({Kind::quality});
  probe_at_.reset();
  await_no_more();
}

void Session::connect(Millis now) {
  if (config_.transports.empty()) return;
  if (state_ == State::disconnected || state_ == State::error) {
    cause_ = Cause::asked;
    index_ = 0;
    failures_ = attempt_ = 0;
    if (!is_link(0)) {
      state_ = State::polling;
      start_polling(now);
      return note_status();
    }
  }
  feed(Input::connect, now);
}

void Session::disconnect(Millis now) {
  cause_ = Cause::asked;
  feed(Input::disconnect, now);
}

void Session::link_opened(LinkId link, Millis now) {
  if (probe_ && probe_->id == link) return adopt_probe(now);
  if (!current_ || current_->id != link) {
    actions_.push_back({Kind::close, link, Transport::websocket, kNormalClosure});
    return;
  }
  cause_ = Cause::opened;
  feed(Input::opened, now);
}

// ---------------------------------------------------------------- losing

void Session::link_closed(LinkId link, int code, Millis retry_after, Millis now) {
  if (probe_ && probe_->id == link) {
    not_before_ = now + std::clamp<Millis>(retry_after, 0, kMostPatience);
    return probe_closed(advice_of(code), now);
  }
  if (!current_ || current_->id != link) return;
  lose_link(code == kNoToken ? Cause::no_token : Cause::closed, code, retry_after, now);
}

void Session::lose_link(Cause cause, int code, Millis retry_after, Millis now) {
  cause_ = cause;
  current_.reset();
  reopen_at_.reset();
  await_no_more();
  actions_.push_back({Kind::quality});
  lost_code_ = code;
  const CloseAdvice advice = advice_of(code);
  const Millis patience = advice == CloseAdvice::back_off ? config_.reconnect_interval : 0;
  not_before_ = now + std::clamp(retry_after, patience, kMostPatience);
  // Without a way to get a new token, being refused is final.
  const bool pointless =
      advice == CloseAdvice::stop || (advice == CloseAdvice::refresh_token && !config_.tokens);
  if (pointless) {
    actions_.push_back({Kind::down});
    return give_up();
  }
  feed(Input::lost, now);
}

// After a loss or a refused open: the same transport again, the next one, or polling.
void Session::plan_retry(Millis now) {
  ++attempt_;
  probe_at_.reset();
  const CloseAdvice advice = advice_of(lost_code_);
  if (advice == CloseAdvice::refresh_token) token_refused_ = true;
  const bool refreshes = advice == CloseAdvice::refresh_token && may_refresh(now);
  if (advice == CloseAdvice::unsupported) failures_ = config_.fallback_after;
  if (failures_ >= config_.fallback_after) {
    failures_ = 0;
    const std::size_t next = next_index(index_);
    if (!is_link(next)) return start_polling(now);
    index_ = next;
  }
  const bool spent = !config_.reconnect || attempt_ > config_.max_reconnect_attempts;
  if (spent) {
    const bool can_poll = std::find(config_.transports.begin(), config_.transports.end(),
                                    Transport::polling) != config_.transports.end();
    return can_poll ? start_polling(now) : give_up();
  }
  const Backoff backoff{config_.reconnect_interval, config_.longest_backoff};
  // Only one client's token ran out, so nobody else comes back at this moment.
  retry_at_ = refreshes ? now : not_before_ + backoff.wait(attempt_, random_);
}

void Session::start_polling(Millis now) {
  state_ = State::polling;
  retry_at_.reset();
  index_ = 0;
  probe_at_ = std::max(now + config_.probe_interval, not_before_);
  if (!is_link(0) || !config_.reconnect) probe_at_.reset();
}

void Session::give_up() {
  drop(probe_, kNormalClosure);
  retry_at_ = probe_at_ = std::nullopt;
  relieved_ = Relieved::nothing;
  state_ = State::error;
  actions_.push_back({Kind::failed});
  note_status();
}

void Session::drop(std::optional<Link>& link, int code) {
  if (!link) return;
  actions_.push_back({Kind::close, link->id, kind_of(*link), code});
  link.reset();
}

// ---------------------------------------------------------------- the world outside

void Session::pause(PauseReason reason, bool on, Millis now) {
  pauses_.set(reason, on);
  // What was put off is due now. It is not late, as after sleep.
  for (std::optional<Millis>* at : {&retry_at_, &probe_at_}) {
    if (!on && *at && **at < now) *at = now;
  }
  // "Offline" is a guess of the browser's: the link itself is asked. A page that comes back
  // asks too.
  if (!on || reason == PauseReason::offline) wake(now);
}

void Session::wake(Millis now) {
  if (state_ == State::connected) {
    if (heartbeat_.ask(now)) ping();
    if (heartbeat_.is_silent(now)) reopen(now);
    return;
  }
  if (!pauses_.allows_links()) return;
  attempt_ = 0;
  note_status();
  if (state_ == State::waiting) retry_at_ = std::max(now, not_before_);
  if (state_ == State::polling && is_link(0)) probe_at_ = std::max(now, not_before_);
}

void Session::heard(Millis now) {
  heartbeat_.heard(now);
  if (!proven_) prove(now);
}

void Session::pong(Millis now) {
  heartbeat_.pong(now);
  actions_.push_back({Kind::quality});
}

bool Session::refuse_token(Millis now) {
  if (!config_.tokens || state_ != State::connected || !may_refresh(now)) return false;
  actions_.push_back({Kind::token, current_->id, kind_of(*current_), 0, true});
  return true;
}

// Whether a new token may be had without a wait. A server that refuses the new one as well is
// not asked in a loop.
bool Session::may_refresh(Millis now) {
  if (refreshed_at_ && now - *refreshed_at_ < config_.heartbeat_interval) return false;
  refreshed_at_ = now;
  return true;
}

void Session::ping() { actions_.push_back({Kind::ping, current_->id}); }

void Session::check_heartbeat(Millis now) {
  const auto missed_before = quality().missed;
  const Heartbeat::Verdict verdict = heartbeat_.check(now);
  if (quality().missed != missed_before) actions_.push_back({Kind::quality});
  if (verdict == Heartbeat::Verdict::ping) ping();
  if (verdict != Heartbeat::Verdict::dead) return;
  drop(current_, kSilence);
  lose_link(Cause::silence, kSilence, 0, now);
}

void Session::tick(Millis now) {
  const auto due = [now](const std::optional<Millis>& at) { return at && *at <= now; };
  const auto overdue = [&](const std::optional<Link>& link) {
    return link && now - link->opening_since >= config_.open_timeout;
  };
  const auto planned = deadline();
  // A timer that fires this late was not running: the machine slept, or the page was frozen.
  if (planned && now - *planned > config_.heartbeat_timeout && state_ == State::connected) {
    if (heartbeat_.is_silent(now)) reopen(now);
    heartbeat_.woke(now);
    if (answer_due_) answer_due_ = now + config_.open_timeout;
    wake(now);
  }
  if (state_ == State::connecting && overdue(current_)) {
    const bool lacks_token = current_->awaits_token;
    drop(current_, kAbnormalClosure);
    lose_link(lacks_token ? Cause::no_token : Cause::timeout,
              lacks_token ? kNoToken : kAbnormalClosure, 0, now);
  }
  if (overdue(probe_)) {
    actions_.push_back({Kind::close, probe_->id, kind_of(*probe_), kNormalClosure});
    probe_closed(CloseAdvice::retry, now);
  }
  if (due(nudge_at_)) nudge(now);
  if (due(answer_due_)) miss_answer(now);
  if (state_ == State::connected) check_heartbeat(now);
  if (due(reopen_at_)) renew(now);
  if (due(retry_at_) && pauses_.allows_links()) feed(Input::due, now);
  if (due(probe_at_) && pauses_.allows_probes()) probe(now);
}

// ---------------------------------------------------------------- what is told

std::optional<Millis> Session::deadline() const {
  std::optional<Millis> earliest;
  const auto consider = [&earliest](std::optional<Millis> at) {
    if (at && (!earliest || *at < *earliest)) earliest = at;
  };
  if (pauses_.allows_links()) consider(retry_at_);
  if (pauses_.allows_probes()) consider(probe_at_);
  consider(reopen_at_);
  if (state_ == State::connecting) consider(current_->opening_since + config_.open_timeout);
  if (probe_) consider(probe_->opening_since + config_.open_timeout);
  if (state_ == State::connected) consider(heartbeat_.deadline());
  consider(nudge_at_);
  consider(answer_due_);
  return earliest;
}

std::vector<SessionAction> Session::take_actions() { return std::exchange(actions_, {}); }

std::string_view Session::status() const {
  switch (state_) {
    case State::disconnected:
      return "disconnected";
    case State::connecting:
      return ever_connected_ || attempt_ > 0 ? "reconnecting" : "connecting";
    case State::connected:
      return on_trial() ? "reconnecting" : "connected";
    case State::waiting:
    case State::polling:
      return "reconnecting";
    case State::error:
      return "error";
  }
  return "error";
}

std::optional<Transport> Session::transport() const {
  return is_polling() ? Transport::polling : carrier();
}

std::optional<Transport> Session::carrier() const {
  if (state_ != State::connected) return std::nullopt;
  return kind_of(*current_);
}

std::optional<LinkId> Session::link() const {
  if (state_ != State::connected) return std::nullopt;
  return current_->id;
}

void Session::note_status() {
  const bool is_told =
      status() == last_status_ && transport() == last_transport_ && attempt() == last_attempt_;
  if (is_told) return;
  last_status_ = status();
  last_transport_ = transport();
  last_attempt_ = attempt();
  actions_.push_back({Kind::status});
}

bool Session::is_link(std::size_t index) const {
  return index < config_.transports.size() && config_.transports[index] != Transport::polling;
}

// The one below; from the last link without polling below it, the first again.
std::size_t Session::next_index(std::size_t index) const {
  return index + 1 < config_.transports.size() ? index + 1 : 0;
}

}  // namespace tidemark
