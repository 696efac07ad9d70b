// The newest events and what became of each, for people who look. It only listens: nothing that
// the engine decides or says depends on it, so that an engine with one does the same as an engine
// without (I8).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/types.h"
#include "trace/fate.h"
#include "wire/message.h"

namespace tidemark {

// What there is to note of an event. Lent; a trace keeps the beginning of each text (I7).
struct TracedEvent {
  Millis at = 0;  // on the outside's clock
  std::string_view entity{};
  std::string_view id{};  // the row's, as JSON; empty when it is not known
  std::string_view event_id{};
  std::optional<Action> action{};
  std::optional<wire::PositionView> position{};
  Way way = Way::link;
  Fate fate = Fate::applied;
  Error error = Error::none;
};

class EventTrace {
 public:
  // `capacity`: of entries, at least one.
  explicit EventTrace(std::size_t capacity);

  std::size_t capacity() const { return capacity_; }
  void add(const TracedEvent& event);
  // The row in `slot` is as the event says. What was noted of that row since the page was last
  // told is conflated.
  void add_applied(const TracedEvent& event, Slot slot);
  // The page has been told: what was applied until now was shown.
  void settle() { settled_ = next_; }

  // {"revision":…,"entries":[…]}: entries that came or changed since the answer of that
  // `revision`, oldest first; 0 for all that are kept. The shape is TraceReport of
  // js/core/trace.ts.
  std::string since(std::uint64_t revision) const;

 private:
  struct Entry {
    std::uint64_t number = 0;
    std::uint64_t revision = 0;
    Millis at = 0;
    std::string entity;
    std::string id;
    std::string event_id;
    std::string epoch;
    std::optional<std::int64_t> seq;
    std::optional<Action> action;
    Way way = Way::link;
    Fate fate = Fate::applied;
    Error error = Error::none;
    Slot slot = 0;
  };

  Entry& put(const TracedEvent& event);
  Entry& numbered(std::uint64_t number) { return entries_[(number - 1) % capacity_]; }
  static void write(std::string& out, const Entry& entry);

  std::size_t capacity_;
  std::vector<Entry> entries_;  // a ring: number n stands at (n - 1) % capacity
  std::uint64_t next_ = 1;      // the number of the next entry
  std::uint64_t settled_ = 1;   // entries before this one were shown
  std::uint64_t revision_ = 0;
};

}  // namespace tidemark
