// When pending edits that have to wait may go.
#pragma once

#include <optional>

#include "base/random.h"
#include "base/types.h"
#include "session/backoff.h"

namespace tidemark {

struct Outbox {
  // How long (ms) an edit of an earlier page, or one made without a network, waits until its
  // row is known: what others did meanwhile would be overwritten.
  static constexpr Millis kPatience = 5'000;

  bool in_sequence = false;          // those that waited go one by one
  std::optional<Millis> retry_at;    // after a request that failed on its way
  std::optional<Millis> rows_until;  // rows are waited for

  std::optional<Millis> deadline() const {
    if (!retry_at || !rows_until) return retry_at ? retry_at : rows_until;
    return *retry_at < *rows_until ? retry_at : rows_until;
  }

  void wait_for_rows(Millis now) { rows_until = now + kPatience; }
  void retry_later(const Backoff& backoff, Millis now, Random& random) {
    retry_at = now + backoff.wait(++failures_, random);
  }
  void answered() { failures_ = 0; }
  // Nothing is timed while there is no network.
  void stop_clocks() {
    retry_at.reset();
    rows_until.reset();
  }

 private:
  std::int64_t failures_ = 0;  // in a row
};

}  // namespace tidemark
