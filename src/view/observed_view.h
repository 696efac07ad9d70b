// A view and what keeps it fresh: its subscription, its requests, its polling.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/types.h"
#include "poll/schedule.h"
#include "sequence/subscription.h"
#include "view/view.h"

namespace tidemark {

struct ObservedView {
  View view;
  std::string path{};  // where a response holds the array
  SubId sub = 0;       // 0: polled only
  ReaderId reader = 0;
  poll::Schedule schedule{};
  bool polled_by_request = false;  // poll() was asked for, whatever the link does

  Tick last_begun = 0;      // when the newest request for a snapshot left
  Tick snapshot_as_of = 0;  // when the request left whose answer is shown
  Place snapshot_place{};   // how far the server was known to be then

  // The rows of that answer, in the server's order: the next one is expected to list them.
  std::vector<Slot> listed{};

  // Of a page that has to be read again because something moved (View::needs_refetch).
  bool fetch_asked = false;  // and nothing has come of it yet
  bool fetch_failed = false;
  Tick missed_at = 0;      // when a row went last: a page read before that may have moved
  Tick questioned_at = 0;  // when it could last not be told whether a row belongs here

  Evidence snapshot() const { return {snapshot_as_of, snapshot_place, true}; }

  // What JS was last told.
  std::optional<Continuity> told_continuity{};
  std::optional<Millis> told_event_at{};
};

// A request for a view's rows that is under way.
struct Ticket {
  std::uint32_t id = 0;
  ViewId view = 0;
  Tick as_of = 0;
  Place place{};
};

}  // namespace tidemark
