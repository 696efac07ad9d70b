// Decides for each event whether it is new, a repeat, or proof that something was missed,
// and keeps every subscription's position.
#pragma once

#include <string>
#include <vector>

#include "base/hash.h"
#include "sequence/dedup_window.h"
#include "sequence/subscription.h"
#include "wire/message.h"

namespace tidemark {

enum class Verdict : std::uint8_t {
  fresh,      // apply it
  duplicate,  // seen before, on whatever link
  behind,     // before the subscription's position: a replay's overlap
  early,      // after a gap: a replay will bring it in its place
  foreign,    // for a subscription that this link does not have (any more)
};

struct Admission {
  Verdict verdict = Verdict::fresh;
  Subscription* subscription = nullptr;  // none when the server names none
};

class Sequencer {
 public:
  // `window` event ids are remembered, each for `ttl`; 0 is for ever.
  Sequencer(const HashKey& key, std::size_t window, Millis ttl = 0) : window_(key, window, ttl) {}

  // Counts a reference; the same entity and filter share one subscription.
  Subscription& acquire(EntityId entity, std::string_view filter, bool& added);
  // Drops a reference; true when it was the last and the subscription is gone.
  bool release(SubId id, Subscription& removed);

  Subscription* find(SubId id);
  Subscription* find_by_ref(std::string_view ref);
  Subscription* find_by_server_sub(std::string_view sub);
  std::vector<Subscription>& all() { return subscriptions_; }
  const std::vector<Subscription>& all() const { return subscriptions_; }

  Admission admit(const wire::Event& event, Millis now);

  // `subscribed` came: true when the stream continues where it stopped, false when a
  // snapshot is needed.
  bool begin_stream(Subscription& subscription, const wire::Subscribed& message, Tick tick);

  // Is the server ahead of what arrived (a lost tail)?
  bool is_behind(const Subscription& subscription, std::int64_t server_seq) const;

  // The link is gone: server names and pending refs mean nothing any more, positions do.
  void link_lost();

 private:
  Verdict advance(Subscription& subscription, const wire::Event& event);

  DedupWindow window_;
  SubId next_id_ = 1;
  std::vector<Subscription> subscriptions_;
};

}  // namespace tidemark
