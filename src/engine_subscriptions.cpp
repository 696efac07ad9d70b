// Subscriptions on the wire: asked for on each link, asked for again when something is
// missing, and what the server answers.
#include <algorithm>
#include <utility>

#include "base/json.h"
#include "engine.h"
#include "session/backoff.h"

namespace tidemark {
namespace {

// Over SSE the subscriptions stand in the URL, so their refs must follow from the link.
std::string url_ref(LinkId link, SubId sub) {
  return "link" + std::to_string(link) + "-" + std::to_string(sub);
}

}  // namespace

void Engine::carry_subscriptions(LinkId link, Transport transport, Millis now) {
  // Before anything that needs it.
  if (transport == Transport::websocket) send_frames(link, dialect_->begin(token_));
  // By id, because what is answered at once may change the list.
  std::vector<SubId> ids;
  for (Subscription& each : sequencer_.all()) {
    each.mishaps = 0;
    ids.push_back(each.id);
    if (transport == Transport::websocket) continue;
    each.ref = url_ref(link, each.id);
    each.answer_due = now + config_.session.open_timeout;
  }
  if (transport == Transport::sse) {
    take_answers(dialect_->streaming(requests_for_url(link), opened_after_), now);
    const auto waits = [](const Subscription& each) { return !each.ref.empty(); };
    const auto& all = sequencer_.all();
    if (std::any_of(all.begin(), all.end(), waits)) session_.await_answer(now);
    return;
  }
  for (const SubId id : ids) {
    if (Subscription* each = sequencer_.find(id)) send_subscribe(*each, now);
  }
}

void Engine::take_answers(const std::vector<wire::Message>& answers, Millis now) {
  for (const wire::Message& each : answers) {
    std::visit([&](const auto& message) { on(message, now); }, each);
  }
}

std::vector<wire::Request> Engine::requests_for_url(LinkId link) const {
  std::vector<wire::Request> requests;
  for (const Subscription& each : sequencer_.all()) {
    requests.push_back(request_of(each, url_ref(link, each.id)));
  }
  return requests;
}

wire::Request Engine::request_of(const Subscription& subscription, std::string ref) const {
  const Entity& shape = store_.entity(subscription.entity);
  wire::Request request{.ref = std::move(ref),
                        .entity = shape.name,
                        .table = shape.table.empty() ? shape.name : shape.table,
                        .filter = subscription.filter,
                        .since = &subscription.position};
  for (const Filter::Term& each : subscription.rows.terms()) {
    if (shape.is_fixed(each.column)) request.lasting.push_back({each.text, each.op});
  }
  return request;
}

void Engine::send_frames(LinkId link, const wire::Frames& frames) {
  for (const std::string& each : frames) effects_.send(link, each);
}

void Engine::send_subscribe(Subscription& subscription, Millis now) {
  subscription.ref = std::to_string(next_ref_++);
  subscription.asked_at = tick_;
  subscription.ask_at.reset();
  subscription.answer_due = now + config_.session.open_timeout;
  const auto [frames, answers] = dialect_->subscribe(request_of(subscription, subscription.ref));
  send_frames(*session_.link(), frames);
  if (answers.empty()) session_.await_answer(now);
  take_answers(answers, now);
}

// Asks for the subscription's stream on the present link.
void Engine::ask(Subscription& subscription, Millis now) {
  subscription.ask_at.reset();
  // An SSE link that is still opening carries the old list.
  if (!session_.link()) return session_.reopen_if_url_bound(now);
  if (session_.carrier() == Transport::sse) return session_.reopen(now);
  send_subscribe(subscription, now);
}

// Leaves the subscription's stream, if it has one.
void Engine::leave(Subscription& subscription) {
  const bool can_tell = subscription.streams() && session_.carrier() == Transport::websocket;
  if (can_tell) {
    send_frames(*session_.link(), dialect_->unsubscribe(subscription.server_sub));
  }
  subscription.server_sub.clear();
  subscription.ref.clear();
  subscription.answer_due.reset();
}

// At once the first time, then after growing waits: a server that cannot do better must not
// be asked in a loop.
void Engine::ask_again(Subscription& subscription, Millis now) {
  constexpr Millis kSettled = 10'000;
  const bool ran_well = subscription.streams() && now - subscription.stream_began_at > kSettled;
  if (ran_well) subscription.mishaps = 0;
  leave(subscription);
  subscription.suspect = true;
  if (subscription.mishaps++ == 0) return ask(subscription, now);
  ask_later(subscription, now);
}

void Engine::ask_later(Subscription& subscription, Millis now) {
  const Backoff backoff{config_.session.reconnect_interval, config_.session.longest_backoff};
  subscription.ask_at = now + backoff.wait(subscription.mishaps, random_);
}

// No answer yet. It may still come, and is taken until the question is put anew.
void Engine::miss_answer(Subscription& subscription, Millis now) {
  subscription.answer_due.reset();
  subscription.suspect = true;
  ++subscription.mishaps;
  ask_later(subscription, now);
}

// Something is missing: ask for everything since the position once more. When that was
// tried, an event there cannot be taken at all, and a snapshot has to do.
void Engine::resubscribe(Subscription& subscription, Millis now) {
  if (subscription.suspect) return;
  ++counters_.gaps;
  if (subscription.position && subscription.replayed_from == subscription.position) {
    subscription.position.reset();
  }
  subscription.replayed_from = subscription.position;
  ask_again(subscription, now);
}

void Engine::tend_subscriptions(Millis now) {
  while (auto ended = sequencer_.take_ended(now)) {
    if (session_.carrier() == Transport::sse)
      session_.reopen(now);
    else
      session_.reopen_if_url_bound(now);
    leave(*ended);
  }
  for (Subscription& each : sequencer_.all()) {
    if (each.answer_due && *each.answer_due <= now) miss_answer(each, now);
    if (each.ask_at && *each.ask_at <= now) ask(each, now);
  }
}

// The open link has a new token: what was refused for the old one is asked for again.
void Engine::renew_token(LinkId link, Millis now) {
  // A stream carries its token in the request.
  if (session_.carrier() == Transport::sse) return session_.reopen(now);
  send_frames(link, dialect_->authenticate(token_));
  for (Subscription& each : sequencer_.all()) {
    if (std::exchange(each.awaits_token, false)) ask(each, now);
  }
}

// No new token for the open link: what waits for it asks again, is refused, and so leads to
// the next try.
void Engine::miss_token(Millis now) {
  renewing_.reset();
  for (Subscription& each : sequencer_.all()) {
    if (std::exchange(each.awaits_token, false)) ask_later_than_refusal(each, now);
  }
}

// The first time counts as well: the server has just said that it is in trouble.
void Engine::ask_later_than_refusal(Subscription& subscription, Millis now) {
  subscription.mishaps = std::max<std::int64_t>(subscription.mishaps, 1);
  ask_again(subscription, now);
}

// ---------------------------------------------------------------- control messages

void Engine::on(const wire::Subscribed& message, Millis now) {
  Subscription* subscription = sequencer_.find_by_ref(message.ref);
  if (subscription == nullptr) {
    // The answer to a question that was given up: its stream is of no use. Unless it is an
    // answer that comes twice.
    const bool is_repeat = sequencer_.find_by_server_sub(message.sub) != nullptr;
    if (!is_repeat && session_.carrier() == Transport::websocket) {
      send_frames(*session_.link(), dialect_->unsubscribe(message.sub));
    }
    return;
  }
  if (subscription->refused) poll_views(*subscription, 0, now);
  const bool streamed_before = subscription->stream_began > 0;
  if (sequencer_.begin_stream(*subscription, message, tick_, now)) return;
  if (streamed_before && config_.deliver_events) effects_.resync(subscription->id);
  fetch_views(*subscription, FetchReason::subscribed);
}

void Engine::on(const wire::CaughtUp& message, Millis) {
  Subscription* subscription = sequencer_.find_by_server_sub(message.sub);
  if (subscription != nullptr) subscription->replaying = false;
}

void Engine::on(const wire::Pong& message, Millis now) {
  session_.pong(now);
  if (!message.positions) return;
  for (Subscription& each : sequencer_.all()) {
    if (!each.streams()) continue;
    const auto told =
        std::find_if(message.positions->begin(), message.positions->end(),
                     [&](const auto& position) { return position.first == each.server_sub; });
    // A stream that the server does not know of, or whose tail was lost.
    const bool lost = told == message.positions->end();
    if (lost || sequencer_.is_behind(each, told->second)) {
      resubscribe(each, now);
    } else {
      each.replaying = false;
    }
  }
}

void Engine::on(const wire::Reset& message, Millis now) {
  Subscription* subscription = sequencer_.find_by_server_sub(message.sub);
  if (subscription == nullptr) return;
  ++counters_.resets;
  // It does not say where the stream goes on, so nobody could see that its next event was
  // lost: the stream begins anew, and with it comes a snapshot.
  subscription->position.reset();
  ask_again(*subscription, now);
}

// The stream goes on, but one change of it has to be read.
void Engine::on(const wire::Missed& message, Millis) {
  const Subscription* subscription = sequencer_.find_by_server_sub(message.sub);
  if (subscription == nullptr) return;
  ++counters_.gaps;
  if (config_.deliver_events) effects_.resync(subscription->id);
  for (ObservedView& each : views_) {
    if (each.sub != subscription->id) continue;
    each.view.outdate();
    each.questioned_at = tick_;
  }
}

void Engine::on(const wire::ServerError& message, Millis now) {
  const bool about_token = message.code == "unauthorized" || message.code == "token_expired";
  const bool transient = message.code == "internal" || message.code == "try_later";
  Subscription* refused = sequencer_.find_by_ref(message.ref);
  if (refused != nullptr) {
    refused->ref.clear();
    refused->answer_due.reset();
    refused->ask_at.reset();
    refused->suspect = true;
    if (transient) ask_later_than_refusal(*refused, now);
  }
  // The new token was on its way when this was said of the old one.
  if (about_token && refused != nullptr && refused->asked_at < token_at_) return ask(*refused, now);
  if (about_token && (renewing_ == session_.link() || session_.refuse_token(now))) {
    if (refused != nullptr) refused->awaits_token = true;
    return;
  }
  // A good one may come yet.
  if (about_token && refused != nullptr && config_.session.tokens) {
    ask_later_than_refusal(*refused, now);
  }
  if (refused != nullptr && !about_token && !transient) {
    refused->refused = true;
    if (may_poll()) poll_views(*refused, config_.polling_interval, now);
  }
  // Each refused subscription is worth a word, the same trouble of the link only one.
  std::string about = message.code;
  if (refused != nullptr) about.append(" ").append(std::to_string(refused->id));
  if (reports(about)) effects_.error(message.code, message.message, false);
}

bool Engine::may_poll() const {
  const auto& all = config_.session.transports;
  return std::find(all.begin(), all.end(), Transport::polling) != all.end();
}

// Where the server sends no events, polling serves. An interval of 0 ends it.
void Engine::poll_views(const Subscription& subscription, Millis interval, Millis now) {
  for (ObservedView& each : views_) {
    if (each.sub != subscription.id || each.polled_by_request) continue;
    each.schedule.start(interval, false, now);
  }
}

void Engine::fetch_views(const Subscription& subscription, FetchReason reason) {
  for (const ObservedView& each : views_) {
    // A view that never asked for its rows will do so by itself.
    if (each.sub == subscription.id && each.last_begun > 0) {
      effects_.fetch(each.view.id(), reason);
    }
  }
}

}  // namespace tidemark
