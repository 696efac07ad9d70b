// What a link has to show before it counts. Opening proves nothing: what accepts connections may
// have nobody behind it.
#include <algorithm>
#include <utility>

#include "session/session.h"

namespace tidemark {

using Kind = SessionAction::Kind;

void Session::await_answer(Millis now) {
  if (proven_ || answer_due_) return;
  nudge_at_ = now + config_.open_timeout / 2;
  answer_due_ = now + config_.open_timeout;
}

void Session::await_nothing() {
  if (on_trial()) end_trial();
}

void Session::end_trial() {
  relieved_ = Relieved::nothing;
  count_link();
  actions_.push_back({Kind::quality});
  note_status();
}

void Session::await_no_more() { nudge_at_ = answer_due_ = std::nullopt; }

void Session::prove(Millis now) {
  proven_ = true;
  failures_ = attempt_ = 0;
  if (on_trial()) end_trial();
  if (std::exchange(relieved_, Relieved::nothing) == Relieved::lesser) setbacks_ = 0;
  await_no_more();
  // A better link that opens and carries nothing interrupts what serves: it is tried less and
  // less often.
  constexpr std::int64_t kMostDoublings = 5;
  if (index_ > 0) probe_at_ = now + (config_.probe_interval << std::min(setbacks_, kMostDoublings));
}

// Some servers answer pings and nothing else.
void Session::nudge(Millis now) {
  nudge_at_.reset();
  if (heartbeat_.ask(now)) ping();
}

void Session::miss_answer(Millis now) {
  drop(current_, kSilence);
  lose_link(Cause::silence, kSilence, 0, now);
}

// Polling has not stopped for the link that failed its trial; the one below is tried next.
void Session::resume_polling(Millis now) {
  relieved_ = Relieved::nothing;
  state_ = State::polling;
  index_ = next_index(index_);
  if (advice_of(lost_code_) == CloseAdvice::refresh_token) token_refused_ = true;
  probe_failed(now);
}

}  // namespace tidemark
