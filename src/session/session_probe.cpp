// The session's second link: a probe for a better transport, or the successor of an SSE link
// whose URL is out of date. It is opened while the first one still serves.
#include <algorithm>
#include <utility>

#include "session/session.h"

namespace tidemark {
namespace {

using Kind = SessionAction::Kind;

// Subscriptions made in one go share one new SSE link.
constexpr Millis kReopenDelay = 10;

}  // namespace

void Session::adopt_probe(Millis now) {
  cause_ = Cause::replaced;
  drop(current_, kNormalClosure);
  current_ = std::exchange(probe_, std::nullopt);
  const std::size_t before = std::exchange(index_, current_->index);
  if (index_ != before) failures_ = 0;
  probe_at_.reset();
  if (state_ == State::connected) {
    if (!on_trial()) relieved_ = index_ < before ? Relieved::lesser : Relieved::nothing;
    actions_.push_back({Kind::down});
    begin_link(now);
    return note_status();
  }
  relieved_ = state_ == State::polling ? Relieved::polling : Relieved::nothing;
  // Whatever was waited for, a link is here.
  state_ = State::connecting;
  retry_at_.reset();
  feed(Input::opened, now);
}

void Session::probe_closed(CloseAdvice advice, Millis now) {
  const std::size_t tried = probe_->index;
  probe_.reset();
  if (advice == CloseAdvice::refresh_token) token_refused_ = true;
  if (state_ == State::connected && tried == index_) {
    reopen_at_ = now + config_.reconnect_interval;
    return;
  }
  // A server that forbids the better transport has said so.
  if (advice == CloseAdvice::stop) return;
  if (is_polling()) index_ = next_index(tried);
  probe_failed(now);
}

void Session::probe(Millis now) {
  probe_at_.reset();
  if (!probe_) probe_ = begin_opening(is_polling() ? index_ : 0, now);
}

void Session::probe_failed(Millis now) {
  // While polling, the next link down is tried at once, then the round starts again later.
  if (is_polling() && is_link(index_) && index_ > 0) return probe(now);
  if (is_polling()) index_ = 0;
  const Millis wait = config_.probe_interval + random_.up_to(config_.probe_interval / 10);
  probe_at_ = std::max(now + wait, not_before_);
}

void Session::reopen(Millis now) { reopen_at_ = reopen_at_.value_or(now + kReopenDelay); }

// The old link serves until the new one is there.
void Session::renew(Millis now) {
  reopen_at_.reset();
  if (state_ == State::connected) {
    drop(probe_, kNormalClosure);
    probe_ = begin_opening(index_, now);
  } else if (state_ == State::connecting) {
    drop(current_, kNormalClosure);
    current_ = begin_opening(index_, now);
  }
}

void Session::reopen_if_url_bound(Millis now) {
  if (state_ == State::connecting && kind_of(*current_) == Transport::sse) reopen(now);
}

}  // namespace tidemark
