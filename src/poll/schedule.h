// When to ask next: faster after changes, slower when quiet, between bounds and with
// jitter; errors back off; never two requests at once.
#pragma once

#include <algorithm>
#include <optional>

#include "base/random.h"
#include "base/types.h"

namespace tidemark::poll {

class Schedule {
 public:
  Schedule() = default;

  // Starts at once; 0 stops.
  void start(Millis interval, bool adaptive, Millis now) {
    base_ = interval;
    adaptive_ = adaptive;
    current_ = interval;
    failures_ = 0;
    has_answered_ = false;
    waits_ = held_back_ = false;
    due_ = now;
    if (interval <= 0) due_.reset();
  }
  void stop() { start(0, false, 0); }
  bool running() const { return base_ > 0; }

  std::optional<Millis> due() const { return due_; }

  // Until the answer nothing is due, unless it never comes.
  void request_left(Millis now) {
    waits_ = true;
    due_ = now + kLongest;
  }

  // Somebody looks again, or there is a network again: not a moment longer, unless the server
  // asked for it or an answer is on its way.
  void hurry(Millis now) {
    if (running() && !waits_ && !held_back_) due_ = now;
  }

  void answered(bool changed, Millis now, Random& random) {
    failures_ = 0;
    has_answered_ = true;
    held_back_ = false;
    if (adaptive_) {
      const Millis next = changed ? current_ / 2 : current_ + current_ / 4;
      current_ = std::clamp(next, fastest(), slowest());
    }
    again(current_, now, random);
  }

  void failed(Millis retry_after, Millis now, Random& random) {
    constexpr int kMostDoublings = 6;
    failures_ = std::min(failures_ + 1, kMostDoublings);
    const Millis backoff = std::min<Millis>(base_ << failures_, std::max(kLongest, base_));
    held_back_ = retry_after > 0;
    again(std::max(backoff, retry_after), now, random);
  }

  // The newest request got no answer.
  bool failing() const { return failures_ > 0; }

  // Did any poll succeed since it was started?
  bool has_answered() const { return has_answered_; }

  Millis interval() const { return current_; }

 private:
  static constexpr Millis kLongest = 60'000;

  Millis fastest() const { return std::max<Millis>(base_ / 4, 1); }
  Millis slowest() const { return base_ * 4; }

  void again(Millis wait, Millis now, Random& random) {
    waits_ = false;
    if (!running()) return;
    // Up to a tenth more, so that many clients do not ask in step.
    due_ = now + wait + random.up_to(wait / 10);
  }

  Millis base_ = 0;
  Millis current_ = 0;
  bool adaptive_ = false;
  int failures_ = 0;
  bool has_answered_ = false;
  bool waits_ = false;      // for an answer
  bool held_back_ = false;  // by the server
  std::optional<Millis> due_;
};

}  // namespace tidemark::poll
