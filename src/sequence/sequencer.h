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
  rewound,    // before the position and never seen: the server's count went back
  foreign,    // for a subscription that this link does not have (any more)
};

struct Admission {
  Verdict verdict = Verdict::fresh;
  Subscription* subscription = nullptr;  // none when the server names none
};

class Sequencer {
 public:
  // `window` event ids are remembered, each for `ttl`; 0 is for ever.
  Sequencer(const HashKey& key, std::size_t window, Millis ttl = 0)
      : window_(key, window, ttl), relayed_(key, window, ttl) {}

  // Counts a reference; the same entity and filter share one subscription, also one that
  // lingers.
  Subscription& acquire(EntityId entity, std::string_view filter, bool& added);
  // Drops a reference; after the last one the subscription ends at `ends_at`.
  void release(SubId id, Millis ends_at);
  // Takes out a subscription whose time has come; none when there is none.
  std::optional<Subscription> take_ended(Millis now);

  Subscription* find(SubId id);
  Subscription* find_by_ref(std::string_view ref);
  Subscription* find_by_server_sub(std::string_view sub);
  std::vector<Subscription>& all() { return subscriptions_; }
  const std::vector<Subscription>& all() const { return subscriptions_; }

  Admission admit(const wire::Event& event, Millis now);
  // Is it the first copy of this event, from wherever? Without an id it is known by its
  // content and timestamp; without either, every copy is new.
  bool first_sight(const wire::Event& event, Millis now);
  // A sibling tab's copy went to the handlers of `subs`, whose own copies are still to come.
  void note_relayed(const wire::Event& event, const std::vector<SubId>& subs, Millis now);
  bool was_relayed(const wire::Event& event, SubId sub) const;
  // Has no copy of it gone to the handlers of `sub` yet? One has from now on.
  bool first_copy(const wire::Event& event, SubId sub, Millis now);

  // `subscribed` came: true when the stream continues where it stopped, false when a
  // snapshot is needed.
  bool begin_stream(Subscription& subscription, const wire::Subscribed& message, Tick tick,
                    Millis now);

  // The newest place that the server is known to have reached. What is read from now on tells
  // of everything up to it.
  const std::optional<wire::Position>& head() const { return head_; }
  void saw(std::string_view epoch, std::int64_t seq);

  // Is the server ahead of what arrived (a lost tail)?
  bool is_behind(const Subscription& subscription, std::int64_t server_seq) const;

  // The link is gone: server names and pending refs mean nothing any more, positions do.
  void link_lost();

  // The earliest time at which one of them wants attention.
  std::optional<Millis> deadline() const;

 private:
  bool rewinds(Subscription& subscription, const wire::Event& event);
  Verdict advance(Subscription& subscription, const wire::Event& event);

  DedupWindow window_;
  // Apart, so that what siblings relay does not push event ids out.
  DedupWindow relayed_;
  std::optional<wire::Position> head_;
  SubId next_id_ = 1;
  std::vector<Subscription> subscriptions_;
};

}  // namespace tidemark
