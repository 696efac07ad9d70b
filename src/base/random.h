// Seeded pseudo-random numbers: splitmix64 (Steele, Lea, Flood: "Fast splittable
// pseudorandom number generators", OOPSLA 2014). For jitter, never for secrets.
#pragma once

#include <cstdint>

namespace tidemark {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }

  // A whole number in [0, bound]; the bias of the remainder is below 2^-40 for our bounds.
  std::int64_t up_to(std::int64_t bound) {
    if (bound <= 0) return 0;
    return static_cast<std::int64_t>(next() % (static_cast<std::uint64_t>(bound) + 1));
  }

 private:
  std::uint64_t state_;
};

}  // namespace tidemark
