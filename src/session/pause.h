// Why nothing may be opened or asked for right now: a set of reasons, so that the end of
// one does not end another.
#pragma once

#include <cstdint>

namespace tidemark {

enum class PauseReason : std::uint8_t {
  offline,  // the browser says that there is no network
  hidden,   // nobody looks at the page
  frozen,   // the page is about to stop running
};

class PauseSet {
 public:
  void set(PauseReason reason, bool on) {
    const auto bit = static_cast<std::uint8_t>(1U << static_cast<unsigned>(reason));
    reasons_ = static_cast<std::uint8_t>(on ? reasons_ | bit : reasons_ & ~bit);
  }

  // Links are kept and opened for a hidden page too: it is up to date when looked at.
  bool allows_links() const { return !has(PauseReason::offline) && !has(PauseReason::frozen); }
  bool allows_polls() const { return reasons_ == 0; }
  bool allows_probes() const { return reasons_ == 0; }
  bool has(PauseReason reason) const {
    return (reasons_ >> static_cast<unsigned>(reason) & 1U) != 0;
  }

 private:
  std::uint8_t reasons_ = 0;
};

}  // namespace tidemark
