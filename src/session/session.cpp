#include "session/session.h"

#include <algorithm>
#include <utility>

#include "session/close_code.h"

namespace tidemark {
namespace {

using Kind = SessionAction::Kind;

constexpr int kNormalClosure = 1000;
// Private code: this side heard nothing for too long.
constexpr int kSilence = 4000;
constexpr int kAbnormalClosure = 1006;
// An SSE server says something every 10 s (docs/protocol.md); its client cannot ask.
constexpr Millis kSseSilence = 15'000;
// Subscriptions made in one go share one new SSE link.
constexpr Millis kReopenDelay = 10;

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
      return open(now);
    case Step::close:
      drop(current_, kNormalClosure);
      drop(probe_, kNormalClosure);
      retry_at_ = probe_at_ = reopen_at_ = std::nullopt;
      ever_connected_ = false;
      attempt_ = 0;
      actions_.push_back({Kind::down});
      return;
    case Step::ready:
      if (ever_connected_) ++reconnects_;
      return begin_link(now);
    case Step::down:
      actions_.push_back({Kind::down});
      // A link that died before it carried anything is no better than a refused one.
      if (proven_)
        failures_ = 0;
      else
        ++failures_;
      return plan_retry(now);
    case Step::again:
      ++failures_;
      return plan_retry(now);
  }
}

void Session::begin_link(Millis now) {
  ever_connected_ = true;
  proven_ = false;
  heard_at_ = pinged_at_ = now;
  ping_pending_ = awaiting_pong_ = false;
  actions_.push_back({Kind::ready, current_->id, kind_of(*current_)});
  probe_at_.reset();
  if (index_ > 0) probe_at_ = now + config_.probe_interval;
}

void Session::connect(Millis now) {
  if (config_.transports.empty()) return;
  if (state_ == State::disconnected || state_ == State::error) {
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

void Session::disconnect(Millis now) { feed(Input::disconnect, now); }

void Session::open(Millis now) {
  retry_at_.reset();
  current_ = Link{next_link_++, index_, now};
  actions_.push_back({Kind::open, current_->id, kind_of(*current_)});
}

void Session::link_opened(LinkId link, Millis now) {
  if (probe_ && probe_->id == link) return adopt_probe(now);
  if (!current_ || current_->id != link) {
    actions_.push_back({Kind::close, link, Transport::websocket, kNormalClosure});
    return;
  }
  feed(Input::opened, now);
}

void Session::adopt_probe(Millis now) {
  drop(current_, kNormalClosure);
  current_ = std::exchange(probe_, std::nullopt);
  index_ = current_->index;
  failures_ = 0;
  probe_at_.reset();
  if (state_ == State::connected) {
    actions_.push_back({Kind::down});
    begin_link(now);
    return note_status();
  }
  // Whatever was waited for, a link is here.
  state_ = State::connecting;
  retry_at_.reset();
  feed(Input::opened, now);
}

void Session::link_closed(LinkId link, int code, Millis now) {
  if (probe_ && probe_->id == link) {
    const std::size_t tried = probe_->index;
    probe_.reset();
    if (state_ == State::connected && tried == index_) {
      reopen_at_ = now + config_.reconnect_interval;
      return;
    }
    // A server that forbids the better transport has said so.
    if (advice_of(code) == CloseAdvice::stop) return;
    if (is_polling()) index_ = next_index(tried);
    return probe_failed(now);
  }
  if (!current_ || current_->id != link) return;
  lose_link(code, now);
}

void Session::lose_link(int code, Millis now) {
  current_.reset();
  reopen_at_.reset();
  if (advice_of(code) == CloseAdvice::stop) {
    actions_.push_back({Kind::down});
    return give_up();
  }
  backed_off_ = advice_of(code) == CloseAdvice::back_off;
  feed(Input::lost, now);
}

// After a loss or a refused open: the same transport again, the next one, or polling.
void Session::plan_retry(Millis now) {
  ++attempt_;
  probe_at_.reset();
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
  // Exponential backoff with full jitter (Brooker, "Exponential Backoff And Jitter", 2015).
  const std::int64_t doublings = std::min<std::int64_t>(attempt_ - 1, 20);
  const Millis ceiling = std::min(config_.reconnect_interval << doublings,
                                  std::max(config_.longest_backoff, config_.reconnect_interval));
  const Millis least = backed_off_ ? config_.reconnect_interval : 0;
  retry_at_ = now + least + random_.up_to(ceiling);
}

void Session::start_polling(Millis now) {
  state_ = State::polling;
  retry_at_.reset();
  index_ = 0;
  probe_at_ = now + config_.probe_interval;
  if (!is_link(0) || !config_.reconnect) probe_at_.reset();
}

void Session::probe(Millis now) {
  probe_at_.reset();
  if (probe_) return;
  const std::size_t target = is_polling() ? index_ : 0;
  probe_ = Link{next_link_++, target, now};
  actions_.push_back({Kind::open, probe_->id, kind_of(*probe_)});
}

void Session::probe_failed(Millis now) {
  // While polling, the next link down is tried at once, then the round starts again later.
  if (is_polling() && is_link(index_) && index_ > 0) return probe(now);
  if (is_polling()) index_ = 0;
  probe_at_ = now + config_.probe_interval + random_.up_to(config_.probe_interval / 10);
}

void Session::give_up() {
  drop(probe_, kNormalClosure);
  retry_at_ = probe_at_ = std::nullopt;
  state_ = State::error;
  actions_.push_back({Kind::failed});
  note_status();
}

void Session::drop(std::optional<Link>& link, int code) {
  if (!link) return;
  actions_.push_back({Kind::close, link->id, kind_of(*link), code});
  link.reset();
}

void Session::online(bool is_online, Millis now) {
  online_ = is_online;
  // "Offline" is a guess of the browser's: the link itself is asked.
  wake(now);
}

void Session::wake(Millis now) {
  if (state_ == State::connected) return send_ping(now);
  if (!online_) return;
  attempt_ = 0;
  if (state_ == State::waiting) retry_at_ = now;
  if (state_ == State::polling && is_link(0)) probe_at_ = now;
}

void Session::heard(Millis now) {
  heard_at_ = now;
  ping_pending_ = false;
  proven_ = true;
  attempt_ = 0;
}

void Session::pong(Millis now) {
  // An SSE server sends pongs that nobody asked for: they measure nothing.
  if (!awaiting_pong_) return;
  awaiting_pong_ = false;
  const Millis sample = now - pinged_at_;
  if (sample < 0) return;  // the clock jumped
  // Smoothed as TCP does it (RFC 6298: 1/8 of each new sample).
  rtt_ = rtt_ ? *rtt_ + (sample - *rtt_) / 8 : sample;
}

void Session::reopen(Millis now) { reopen_at_ = reopen_at_.value_or(now + kReopenDelay); }

// The old link serves until the new one is there.
void Session::renew(Millis now) {
  reopen_at_.reset();
  if (state_ == State::connected) {
    drop(probe_, kNormalClosure);
    probe_ = Link{next_link_++, index_, now};
    actions_.push_back({Kind::open, probe_->id, kind_of(*probe_)});
  } else if (state_ == State::connecting) {
    drop(current_, kNormalClosure);
    open(now);
  }
}

void Session::reopen_if_url_bound(Millis now) {
  if (state_ == State::connecting && kind_of(*current_) == Transport::sse) reopen(now);
}

void Session::send_ping(Millis now) {
  if (ping_pending_ || kind_of(*current_) != Transport::websocket) return;
  ping_pending_ = awaiting_pong_ = true;
  pinged_at_ = now;
  actions_.push_back({Kind::ping, current_->id});
}

void Session::check_liveness(Millis now) {
  const bool websocket = kind_of(*current_) == Transport::websocket;
  const Millis allowed =
      websocket ? config_.heartbeat_timeout
                : std::max(config_.heartbeat_interval, kSseSilence) + config_.heartbeat_timeout;
  const Millis since = websocket ? pinged_at_ : heard_at_;
  if ((!websocket || ping_pending_) && now - since >= allowed) {
    drop(current_, kSilence);
    return lose_link(kSilence, now);
  }
  if (now - std::max(heard_at_, pinged_at_) >= config_.heartbeat_interval) send_ping(now);
}

void Session::tick(Millis now) {
  const auto due = [now](const std::optional<Millis>& at) { return at && *at <= now; };
  if (state_ == State::connecting && now - current_->opening_since >= config_.open_timeout) {
    drop(current_, kAbnormalClosure);
    lose_link(kAbnormalClosure, now);
  }
  if (probe_ && now - probe_->opening_since >= config_.open_timeout) {
    const LinkId silent = probe_->id;
    actions_.push_back({Kind::close, silent, kind_of(*probe_), kNormalClosure});
    link_closed(silent, kAbnormalClosure, now);
  }
  if (state_ == State::connected) check_liveness(now);
  if (due(reopen_at_)) {
    renew(now);
  }
  if (due(retry_at_) && online_) feed(Input::due, now);
  if (due(probe_at_) && online_) probe(now);
}

std::optional<Millis> Session::deadline() const {
  std::optional<Millis> earliest;
  const auto consider = [&earliest](std::optional<Millis> at) {
    if (at && (!earliest || *at < *earliest)) earliest = at;
  };
  if (online_) {
    consider(retry_at_);
    consider(probe_at_);
  }
  consider(reopen_at_);
  if (state_ == State::connecting) consider(current_->opening_since + config_.open_timeout);
  if (probe_) consider(probe_->opening_since + config_.open_timeout);
  if (state_ == State::connected) {
    if (kind_of(*current_) != Transport::websocket) {
      consider(heard_at_ + std::max(config_.heartbeat_interval, kSseSilence) +
               config_.heartbeat_timeout);
    } else if (ping_pending_) {
      consider(pinged_at_ + config_.heartbeat_timeout);
    } else {
      consider(std::max(heard_at_, pinged_at_) + config_.heartbeat_interval);
    }
  }
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
      return "connected";
    case State::waiting:
    case State::polling:
      return "reconnecting";
    case State::error:
      return "error";
  }
  return "error";
}

std::optional<Transport> Session::transport() const {
  if (state_ == State::connected) return kind_of(*current_);
  if (state_ == State::polling) return Transport::polling;
  return std::nullopt;
}

std::optional<LinkId> Session::link() const {
  if (state_ != State::connected) return std::nullopt;
  return current_->id;
}

void Session::note_status() {
  if (status() == last_status_ && transport() == last_transport_) return;
  last_status_ = status();
  last_transport_ = transport();
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
