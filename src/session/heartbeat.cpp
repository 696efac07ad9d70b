#include "session/heartbeat.h"

#include <algorithm>
#include <cstdlib>

namespace tidemark {
namespace {

// An SSE server says something every 10 s (docs/protocol.md); its client cannot ask.
constexpr Millis kSseSilence = 15'000;

}  // namespace

std::string_view name_of(Grade grade) {
  switch (grade) {
    case Grade::offline:
      return "offline";
    case Grade::poor:
      return "poor";
    case Grade::fair:
      return "fair";
    case Grade::good:
      return "good";
  }
  return "";
}

// Thresholds where a person begins to notice: 100 ms feels instant, 300 ms still live.
Grade Quality::grade() const {
  if (missed_last) return Grade::poor;
  if (!rtt) return Grade::good;
  if (*rtt > 1'000 || jitter > 500) return Grade::poor;
  return *rtt > 300 || jitter > 150 ? Grade::fair : Grade::good;
}

void Heartbeat::begin(bool can_ask, Millis now) {
  can_ask_ = can_ask;
  heard_at_ = pinged_at_ = now;
  unheard_ = unponged_ = false;
}

void Heartbeat::heard(Millis now) {
  heard_at_ = now;
  unheard_ = false;
}

void Heartbeat::pong(Millis now) {
  // An SSE server sends pongs that nobody asked for: they measure nothing.
  if (!unponged_) return;
  unponged_ = false;
  quality_.missed_last = false;
  const Millis sample = now - pinged_at_;
  if (sample < 0) return;
  // Smoothed as TCP does it (RFC 6298: 1/8 of each new round trip, 1/4 of each deviation).
  if (quality_.rtt) {
    const Millis deviation = std::abs(sample - *quality_.rtt);
    quality_.jitter += (deviation - quality_.jitter) / 4;
    quality_.rtt = *quality_.rtt + (sample - *quality_.rtt) / 8;
  } else {
    quality_.rtt = sample;
    quality_.jitter = sample / 2;
  }
}

bool Heartbeat::ask(Millis now) {
  if (!can_ask_ || unheard_) return false;
  if (unponged_) {
    ++quality_.missed;
    quality_.missed_last = true;
  }
  unheard_ = unponged_ = true;
  pinged_at_ = now;
  return true;
}

void Heartbeat::woke(Millis now) {
  heard_at_ = now;
  // A ping that went to sleep with the machine is asked anew.
  unheard_ = unponged_ = false;
}

Millis Heartbeat::silence_allowed() const {
  return can_ask_ ? timeout_ : std::max(interval_, kSseSilence) + timeout_;
}

bool Heartbeat::is_silent(Millis now) const { return !can_ask_ && now - heard_at_ >= kSseSilence; }

Heartbeat::Verdict Heartbeat::check(Millis now) {
  const bool waits_for_answer = !can_ask_ || unheard_;
  const Millis since = can_ask_ ? pinged_at_ : heard_at_;
  if (waits_for_answer && now - since >= silence_allowed()) {
    if (can_ask_) {
      ++quality_.missed;
      quality_.missed_last = true;
    }
    return Verdict::dead;
  }
  const bool quiet = now - std::max(heard_at_, pinged_at_) >= interval_;
  return quiet && ask(now) ? Verdict::ping : Verdict::alive;
}

Millis Heartbeat::deadline() const {
  if (!can_ask_) return heard_at_ + silence_allowed();
  if (unheard_) return pinged_at_ + timeout_;
  return std::max(heard_at_, pinged_at_) + interval_;
}

}  // namespace tidemark
