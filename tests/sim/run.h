// One schedule from beginning to end.
#pragma once

#include <cstdint>
#include <optional>

#include "invariants.h"
#include "schedule.h"
#include "tally.h"

namespace tidemark::sim {

struct Outcome {
  std::optional<Violation> violation;
  std::uint64_t digest = 0;  // of every effect and batch, in order
};

Outcome run(const Schedule& schedule, Tally& tally);

// I8: once more, and byte for byte the same.
Outcome run_twice(const Schedule& schedule, Tally& tally);

// The fewest steps that still break the same invariant (Zeller, Hildebrandt: "Simplifying
// and isolating failure-inducing input", 2002), within that many runs.
Schedule minimise(Schedule schedule, const std::string& invariant, int most_runs);

}  // namespace tidemark::sim
