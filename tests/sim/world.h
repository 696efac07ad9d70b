// Virtual time: nothing waits, and what is due at the same millisecond happens in the order
// in which it was planned, so a run is a function of its seed.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <queue>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/types.h"

namespace tidemark::sim {

class World {
 public:
  explicit World(std::uint64_t seed) : random_(seed) {}

  Millis now() const { return now_; }

  void after(Millis delay, std::function<void()> what) { at(now_ + delay, std::move(what)); }
  void at(Millis when, std::function<void()> what) {
    queue_.push_back({std::max(when, now_), next_++, std::move(what)});
    std::push_heap(queue_.begin(), queue_.end(), is_later);
  }

  void run_until(Millis end) {
    while (!queue_.empty() && queue_.front().when <= end && !stopped_) {
      std::pop_heap(queue_.begin(), queue_.end(), is_later);
      Event event = std::move(queue_.back());
      queue_.pop_back();
      now_ = event.when;
      event.what();
    }
    if (!stopped_) now_ = std::max(now_, end);
  }

  // Prints what passes between a client and its core.
  bool traces = false;
  void trace(std::size_t client, std::string_view what, std::string_view text) const {
    if (!traces) return;
    std::printf("%lld client %zu %s %.*s\n", static_cast<long long>(now_), client,
                std::string(what).c_str(), static_cast<int>(text.size()), text.data());
  }

  // A violation was found: what follows proves nothing.
  void stop() { stopped_ = true; }
  bool stopped() const { return stopped_; }

  // What the network does by chance.
  Millis up_to(Millis bound) { return random_.up_to(bound); }
  bool one_in(std::int64_t chances) { return random_.up_to(chances - 1) == 0; }

 private:
  struct Event {
    Millis when;
    std::uint64_t sequence;
    std::function<void()> what;
  };
  static bool is_later(const Event& a, const Event& b) {
    return a.when != b.when ? a.when > b.when : a.sequence > b.sequence;
  }

  Millis now_ = 1'000'000;
  std::uint64_t next_ = 0;
  bool stopped_ = false;
  Random random_;
  std::vector<Event> queue_;  // a heap, the next one first
};

}  // namespace tidemark::sim
