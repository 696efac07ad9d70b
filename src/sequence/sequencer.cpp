#include "sequence/sequencer.h"

#include <algorithm>

namespace tidemark {
namespace {

template <typename Range, typename Predicate>
Subscription* first_where(Range& range, Predicate predicate) {
  const auto found = std::find_if(range.begin(), range.end(), predicate);
  return found == range.end() ? nullptr : &*found;
}

// No id of a server's holds a NUL that is followed by our number for a subscription.
std::string relayed_id(const wire::Event& event, SubId sub) {
  std::string id(event.id);
  id.push_back('\0');
  return id.append(std::to_string(sub));
}

}  // namespace

Subscription& Sequencer::acquire(EntityId entity, std::string_view filter, bool& added) {
  Subscription* known = first_where(subscriptions_, [&](const Subscription& each) {
    return each.entity == entity && each.filter == filter;
  });
  added = known == nullptr;
  if (added) {
    Subscription fresh;
    fresh.id = next_id_++;
    fresh.entity = entity;
    fresh.filter = filter;
    subscriptions_.push_back(std::move(fresh));
    known = &subscriptions_.back();
  }
  ++known->references;
  known->ends_at.reset();
  return *known;
}

void Sequencer::release(SubId id, Millis ends_at) {
  Subscription* known = find(id);
  if (known == nullptr || known->references == 0) return;
  if (--known->references == 0) known->ends_at = ends_at;
}

std::optional<Subscription> Sequencer::take_ended(Millis now) {
  Subscription* ended = first_where(subscriptions_, [now](const Subscription& each) {
    return each.ends_at && *each.ends_at <= now;
  });
  if (ended == nullptr) return std::nullopt;
  std::optional<Subscription> taken(std::move(*ended));
  subscriptions_.erase(subscriptions_.begin() + (ended - subscriptions_.data()));
  return taken;
}

Subscription* Sequencer::find(SubId id) {
  return first_where(subscriptions_, [&](const Subscription& each) { return each.id == id; });
}

Subscription* Sequencer::find_by_ref(std::string_view ref) {
  if (ref.empty()) return nullptr;
  return first_where(subscriptions_, [&](const Subscription& each) { return each.ref == ref; });
}

Subscription* Sequencer::find_by_server_sub(std::string_view sub) {
  if (sub.empty()) return nullptr;
  return first_where(subscriptions_,
                     [&](const Subscription& each) { return each.server_sub == sub; });
}

void Sequencer::saw(std::string_view epoch, std::int64_t seq) {
  const bool is_further = !head_ || head_->epoch != epoch || head_->seq < seq;
  if (!is_further) return;
  if (!head_ || head_->epoch != epoch) head_ = wire::Position{std::string(epoch), seq};
  head_->seq = seq;
}

Admission Sequencer::admit(const wire::Event& event, Millis now) {
  Admission admission;
  if (!event.sub.empty()) {
    admission.subscription = find_by_server_sub(event.sub);
    if (admission.subscription == nullptr) {
      admission.verdict = Verdict::foreign;
      return admission;
    }
    admission.verdict = advance(*admission.subscription, event);
    if (admission.verdict == Verdict::behind && rewinds(*admission.subscription, event)) {
      admission.verdict = Verdict::rewound;
    }
    // Not remembered either, or its replay would count as a repeat.
    if (admission.verdict != Verdict::fresh) return admission;
    if (event.position) saw(event.position->epoch, event.position->seq);
  }
  const bool is_known = !first_sight(event, now);
  if (is_known) admission.verdict = Verdict::duplicate;
  // By its position a copy that another subscription had first is news to this one.
  const bool is_news = !is_known || event.position;
  if (admission.subscription != nullptr && is_news) admission.subscription->last_event_at = now;
  return admission;
}

// A server that lost its place counts from the start again, in the same epoch: what it sends
// lies behind, and yet nobody has seen it.
bool Sequencer::rewinds(Subscription& subscription, const wire::Event& event) {
  const std::string_view epoch = event.position->epoch;
  const bool unseen = !event.id.empty() && event.position->seq < subscription.position->seq &&
                      !window_.contains(event.id);
  if (!unseen || subscription.rewound_epoch == epoch) return false;
  subscription.rewound_epoch = epoch;
  return true;
}

bool Sequencer::first_sight(const wire::Event& event, Millis now) {
  if (!event.id.empty()) return window_.first_sight(event.id, now);
  if (event.timestamp.empty()) return true;
  std::string content;
  for (const std::string_view part : {event.entity, name_of(event.action), event.timestamp}) {
    content.append(part).push_back('\0');
  }
  return window_.first_sight(content.append(event.row), now);
}

void Sequencer::note_relayed(const wire::Event& event, const std::vector<SubId>& subs, Millis now) {
  for (const SubId sub : subs) relayed_.first_sight(relayed_id(event, sub), now);
}

bool Sequencer::first_copy(const wire::Event& event, SubId sub, Millis now) {
  return relayed_.first_sight(relayed_id(event, sub), now);
}

bool Sequencer::was_relayed(const wire::Event& event, SubId sub) const {
  return relayed_.contains(relayed_id(event, sub));
}

// Moves the position up to the event's. At a gap it stays, so that the replay starts before
// what is missing.
Verdict Sequencer::advance(Subscription& subscription, const wire::Event& event) {
  if (!event.position) return Verdict::fresh;
  auto& here = subscription.position;
  if (!here) {
    here = event.position->owned();
    return Verdict::fresh;
  }
  // The history changed under an open stream: nothing can be said about what lies between.
  if (here->epoch != event.position->epoch) return Verdict::early;
  if (event.position->seq <= here->seq) return Verdict::behind;
  if (event.previous_seq && *event.previous_seq > here->seq) return Verdict::early;
  here->seq = event.position->seq;
  return Verdict::fresh;
}

bool Sequencer::begin_stream(Subscription& subscription, const wire::Subscribed& message, Tick tick,
                             Millis now) {
  subscription.ref.clear();
  subscription.answer_due.reset();
  subscription.ask_at.reset();
  subscription.server_sub = message.sub;
  subscription.suspect = subscription.refused = false;
  subscription.stream_began_at = now;
  if (message.position) saw(message.position->epoch, message.position->seq);
  const auto& here = subscription.position;
  const bool continues =
      message.recovered && here && (!message.position || message.position == here);
  subscription.replaying = continues && message.replaying;
  if (continues) return true;
  subscription.position = message.position;
  subscription.stream_began = tick;
  return false;
}

bool Sequencer::is_behind(const Subscription& subscription, std::int64_t server_seq) const {
  return subscription.position && server_seq > subscription.position->seq;
}

void Sequencer::link_lost() {
  for (Subscription& each : subscriptions_) {
    each.server_sub.clear();
    each.ref.clear();
    each.answer_due.reset();
    each.ask_at.reset();
  }
}

std::optional<Millis> Sequencer::deadline() const {
  std::optional<Millis> earliest;
  for (const Subscription& each : subscriptions_) {
    for (const auto& at : {each.ends_at, each.answer_due, each.ask_at}) {
      if (at && (!earliest || *at < *earliest)) earliest = at;
    }
  }
  return earliest;
}

}  // namespace tidemark
