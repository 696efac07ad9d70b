// What can become of an event.
#pragma once

#include <cstdint>
#include <string_view>

namespace tidemark {

enum class Fate : std::uint8_t {
  applied,     // the row is as the event says
  unchanged,   // new, but the row was like that already: an own edit's echo, or a read was faster
  conflated,   // applied, and something newer of the row came before the page was told
  duplicate,   // seen before, on whatever link
  stale,       // older than what is known of the row
  gap,         // behind something that is missing: not taken, the replay brings it again
  unobserved,  // no query shows its entity: for the app's handlers alone
  foreign,     // for a subscription that has ended, or out of a sibling tab and not to be placed
  rejected,    // could not be read
};

// How an event got here.
enum class Way : std::uint8_t { link, tab, poll };

std::string_view name_of(Fate fate);
std::string_view name_of(Way way);

}  // namespace tidemark
