#include "sequence/sequencer.h"

#include <algorithm>

namespace tidemark {
namespace {

template <typename Range, typename Predicate>
Subscription* first_where(Range& range, Predicate predicate) {
  const auto found = std::find_if(range.begin(), range.end(), predicate);
  return found == range.end() ? nullptr : &*found;
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
  return *known;
}

bool Sequencer::release(SubId id, Subscription& removed) {
  Subscription* known = find(id);
  if (known == nullptr || --known->references > 0) return false;
  removed = std::move(*known);
  subscriptions_.erase(subscriptions_.begin() + (known - subscriptions_.data()));
  return true;
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

Admission Sequencer::admit(const wire::Event& event, Millis now) {
  Admission admission;
  if (!event.sub.empty()) {
    admission.subscription = find_by_server_sub(event.sub);
    if (admission.subscription == nullptr) {
      admission.verdict = Verdict::foreign;
      return admission;
    }
    admission.verdict = advance(*admission.subscription, event);
    // Not remembered either, or its replay would count as a repeat.
    if (admission.verdict != Verdict::fresh) return admission;
    admission.subscription->last_event_at = now;
  }
  const bool known = !event.id.empty() && !window_.first_sight(event.id, now);
  if (known) admission.verdict = Verdict::duplicate;
  return admission;
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

bool Sequencer::begin_stream(Subscription& subscription, const wire::Subscribed& message,
                             Tick tick) {
  subscription.ref.clear();
  subscription.server_sub = message.sub;
  subscription.suspect = false;
  const bool continues = message.recovered && subscription.position.has_value();
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
  }
}

}  // namespace tidemark
