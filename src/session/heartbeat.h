// Whether the present link is alive, and how well. A WebSocket is asked (ping, pong); an
// event stream cannot be, and is dead when its server falls silent.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/types.h"

namespace tidemark {

enum class Grade : std::uint8_t { offline, poor, fair, good };

std::string_view name_of(Grade grade);

struct Quality {
  std::optional<Millis> rtt;  // smoothed round trip; none before the first pong
  Millis jitter = 0;          // smoothed deviation of the round trips
  std::int64_t missed = 0;    // pings that were never answered
  bool missed_last = false;

  Grade grade() const;
};

class Heartbeat {
 public:
  Heartbeat(Millis interval, Millis timeout) : interval_(interval), timeout_(timeout) {}

  // A new link carries the session.
  void begin(bool can_ask, Millis now);
  // Anything at all came over it.
  void heard(Millis now);
  void pong(Millis now);

  // Asks the link now, whatever the schedule: true when a ping is to be sent.
  bool ask(Millis now);
  // The machine slept: silence until now proves nothing.
  void woke(Millis now);
  // For a link that cannot be asked: longer silent than a healthy server ever is?
  bool is_silent(Millis now) const;

  enum class Verdict : std::uint8_t { alive, ping, dead };
  Verdict check(Millis now);
  Millis deadline() const;

  const Quality& quality() const { return quality_; }

 private:
  Millis silence_allowed() const;

  Millis interval_;
  Millis timeout_;
  bool can_ask_ = false;
  Millis heard_at_ = 0;
  Millis pinged_at_ = 0;
  bool unheard_ = false;   // nothing was heard since the ping
  bool unponged_ = false;  // its answer itself has not come
  Quality quality_;
};

}  // namespace tidemark
