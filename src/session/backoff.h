// How long to wait before the next attempt: exponential backoff with full jitter and a cap
// (Brooker, "Exponential Backoff And Jitter", 2015). Full jitter, because a restarted
// server sees all its clients at the same moment.
#pragma once

#include <algorithm>

#include "base/random.h"
#include "base/types.h"

namespace tidemark {

struct Backoff {
  Millis first = 0;    // ceiling of the first wait
  Millis longest = 0;  // cap; never below `first`

  // `attempt` counts from 1.
  Millis wait(std::int64_t attempt, Random& random) const {
    constexpr std::int64_t kMostDoublings = 20;
    const std::int64_t doublings = std::clamp<std::int64_t>(attempt - 1, 0, kMostDoublings);
    return random.up_to(std::min(first << doublings, std::max(longest, first)));
  }
};

}  // namespace tidemark
