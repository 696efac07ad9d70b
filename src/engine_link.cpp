// The engine's side of the connection: what happens to links goes to the session, and its
// actions become effects.
#include <algorithm>

#include "engine.h"

namespace tidemark {

// Every input counts, and time does not go backwards.
Millis Engine::begin_input(Millis now) {
  ++tick_;
  stop_reading();
  return clock_.read(now);
}

void Engine::connect(Millis now) {
  now = begin_input(now);
  session_.connect(now);
  drain_session(now);
}

void Engine::disconnect(Millis now) {
  now = begin_input(now);
  session_.disconnect(now);
  drain_session(now);
}

void Engine::token(LinkId link, std::string_view token, Millis now) {
  now = begin_input(now);
  token_ = token;
  token_at_ = tick_;
  renewing_.reset();
  if (session_.link() == link)
    renew_token(link, now);
  else
    session_.token_ready(link, now);
  drain_session(now);
}

void Engine::token_failed(LinkId link, Millis now) {
  now = begin_input(now);
  session_.token_failed(link, now);
  if (session_.link() == link) miss_token(now);
  drain_session(now);
}

void Engine::link_opened(LinkId link, Millis now, std::string_view last_id) {
  now = begin_input(now);
  opened_after_ = last_id;
  session_.link_opened(link, now);
  drain_session(now);
}

void Engine::link_closed(LinkId link, int code, Millis retry_after, Millis now) {
  now = begin_input(now);
  const bool streamed = stream_ && stream_link_ == link;
  if (streamed) retry_after = std::max(retry_after, stream_->retry().value_or(0));
  session_.link_closed(link, dialect_->close_code(code), retry_after, now);
  drain_session(now);
}

void Engine::pause(PauseReason reason, bool on, Millis now) {
  now = begin_input(now);
  const bool polled = session_.pauses().allows_polls();
  session_.pause(reason, on, now);
  if (!polled && session_.pauses().allows_polls()) {
    for (ObservedView& each : views_) each.schedule.hurry(now);
  }
  drain_session(now);
  if (reason == PauseReason::offline) outbox_.stop_clocks();
  if (reason == PauseReason::offline && !on) await_news(now);
  send_mutations();
}

void Engine::wake(Millis now) {
  now = begin_input(now);
  session_.wake(now);
  drain_session(now);
}

void Engine::tick(Millis now) {
  now = begin_input(now);
  session_.tick(now);
  drain_session(now);
  tend_subscriptions(now);
  drain_session(now);
  tend_edits(now);
  if (!session_.pauses().allows_polls()) return;
  for (ObservedView& each : views_) {
    const auto due = each.schedule.due();
    if (!due || *due > now) continue;
    each.schedule.request_left(now);
    effects_.fetch(each.view.id(), FetchReason::poll);
  }
}

std::optional<Millis> Engine::deadline() const {
  std::optional<Millis> earliest;
  const auto consider = [&earliest](std::optional<Millis> at) {
    if (at && (!earliest || *at < *earliest)) earliest = at;
  };
  consider(session_.deadline());
  consider(sequencer_.deadline());
  consider(outbox_.deadline());
  if (session_.pauses().allows_polls()) {
    for (const ObservedView& each : views_) consider(each.schedule.due());
  }
  if (!earliest) return earliest;
  return clock_.outside(*earliest);
}

Error Engine::send(std::string_view text) {
  const auto link = session_.link();
  if (!link || session_.carrier() != Transport::websocket) return Error::link_down;
  effects_.send(*link, text);
  return Error::none;
}

// ---------------------------------------------------------------- session → effects

void Engine::drain_session(Millis now) {
  // What is done about one may lead to others.
  for (auto actions = session_.take_actions(); !actions.empty();
       actions = session_.take_actions()) {
    for (const SessionAction& each : actions) perform(each, now);
  }
  follow_status(now);
}

void Engine::perform(const SessionAction& action, Millis now) {
  using Kind = SessionAction::Kind;
  switch (action.kind) {
    case Kind::token:
      renewing_ = action.link;
      return effects_.token(action.link, action.refresh);
    case Kind::open: {
      const bool in_url = action.transport == Transport::sse;
      const auto query = in_url ? dialect_->query(requests_for_url(action.link)) : "";
      return effects_.open(action.link, action.transport, query);
    }
    case Kind::close:
      return effects_.close(action.link, action.code);
    case Kind::ping:
      return send_frames(action.link, dialect_->ping(next_ref_++));
    case Kind::ready:
      reported_.clear();
      stream_.reset();
      carry_subscriptions(action.link, action.transport, now);
      if (sequencer_.all().empty()) session_.await_nothing();
      // The server is there again.
      outbox_.retry_at.reset();
      if (!session_.pauses().has(PauseReason::offline)) await_news(now);
      return send_mutations();
    case Kind::down:
      return sequencer_.link_lost();
    case Kind::status:
      return tell_status();
    case Kind::quality:
      return tell_quality();
    case Kind::failed:
      return effects_.error("link_failed",
                            "the link could not be kept up and will not be tried again", true);
  }
}

// While no link can be had, views are polled; when one is back, they are not.
void Engine::follow_status(Millis now) {
  const bool polling = session_.is_polling();
  if (polling == was_polling_) return;
  was_polling_ = polling;
  for (ObservedView& each : views_) {
    if (each.sub == 0 || each.polled_by_request) continue;
    if (!polling) {
      each.schedule.stop();
      continue;
    }
    each.schedule.start(config_.polling_interval, false, now);
    // Polls will pass the stream's position; rows without versions could not tell a replayed
    // older event from a newer one (I3), so the stream starts afresh afterwards.
    Subscription* subscription = sequencer_.find(each.sub);
    const bool versioned = !store_.entity(each.view.entity()).version_field.empty();
    if (subscription != nullptr && !versioned) subscription->position.reset();
  }
}

// I9: polls that all fail, or are not sent, serve nobody.
std::optional<Transport> Engine::serving() const {
  if (!session_.is_polling()) return session_.transport();
  const auto polled = [](const ObservedView& each) { return each.schedule.running(); };
  const auto fresh = [&](const ObservedView& each) {
    return polled(each) && !each.schedule.failing();
  };
  const bool none_arrives = std::any_of(views_.begin(), views_.end(), polled) &&
                            std::none_of(views_.begin(), views_.end(), fresh);
  if (none_arrives || session_.pauses().has(PauseReason::offline)) return std::nullopt;
  return Transport::polling;
}

void Engine::tell_status() {
  const LinkReport link{session_.status(), serving(), session_.attempt()};
  if (link == told_link_) return;
  told_link_ = link;
  effects_.status(link);
}

void Engine::tell_quality() {
  const Quality& quality = session_.quality();
  const QualityReport report{quality.rtt, quality.jitter, quality.missed, session_.reconnects()};
  const Grade grade = session_.grade();
  if (grade == told_grade_ && report == told_quality_) return;
  told_grade_ = grade;
  told_quality_ = report;
  effects_.quality(name_of(grade), report);
}

}  // namespace tidemark
