// What the core asks the outside to do, in order, as one JSON array: the shapes are those
// of `Effect` in js/core/effects.ts. Rare and small, hence text; rows travel in the batch.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/types.h"

namespace tidemark {

enum class FetchReason : std::uint8_t { subscribed, gap, reset, poll, window };

// How good the connection is; times in milliseconds.
struct QualityReport {
  std::optional<Millis> rtt;
  Millis jitter = 0;
  std::int64_t missed_heartbeats = 0;
  std::int64_t reconnects = 0;

  bool operator==(const QualityReport&) const = default;
};

// How the connection is.
struct LinkReport {
  std::string_view status = "disconnected";
  std::optional<Transport> transport;  // what serves; none while nothing does
  std::int64_t attempt = 0;

  bool operator==(const LinkReport&) const = default;
};

class EffectQueue {
 public:
  // `query`: what its URL is to say after the `?`, besides what it says already.
  void open(std::uint32_t link, Transport transport, std::string_view query);
  // A token is wanted before `link` can be opened, or for the open one.
  void token(std::uint32_t link, bool refresh);
  void close(std::uint32_t link, int code);
  void send(std::uint32_t link, std::string_view text);
  void fetch(std::uint32_t view, FetchReason reason);
  void resync(std::uint32_t sub);
  void status(const LinkReport& link);
  void continuity(std::uint32_t view, Continuity continuity, std::optional<Millis> last_event_at);
  void quality(std::string_view grade, const QualityReport& report);
  // Events for the other tabs, as one frame.
  void relay(std::string_view frame);
  // A pending edit's turn has come: `data` is what the server should be sent.
  void submit(std::uint32_t handle, std::string_view mutation, std::string_view entity,
              Action action, std::string_view id, std::string_view data);
  // The outside is to keep a pending edit, or to keep it as it is now, and to let go of it when
  // it has ended. `saved`: see overlay/saved_edit.h.
  void keep(std::string_view mutation, std::string_view entity, std::string_view saved);
  void forget(std::string_view mutation);
  // The server has a pending edit that was to be sent again: no answer will come. `row`: as
  // its event has it.
  void confirmed(std::uint32_t handle, std::string_view row);
  // A row that was shown under a temporary id has the server's.
  void renamed(std::string_view entity, std::string_view from, std::string_view to);
  // Somebody else changed what a pending edit changes. Ids and values are JSON.
  void conflict(std::uint32_t handle, std::string_view entity, std::string_view id,
                std::string_view field, std::string_view policy, std::string_view base,
                std::string_view mine, std::string_view theirs);
  // `event` is the event's JSON; `repeated` says that it was delivered before, for another
  // subscription.
  void event(const std::vector<std::uint32_t>& subs, std::optional<std::uint32_t> view,
             std::string_view event, bool repeated);
  void error(std::string_view code, std::string_view message, bool fatal);
  void error(Error error, bool fatal) {
    this->error(error_code(error), error_sentence(error), fatal);
  }

  bool empty() const { return json_.empty(); }
  // The array's text; the queue is empty afterwards.
  std::string take();

 private:
  std::string& begin(std::string_view op);
  void text(std::string_view name, std::string_view value);

  std::string json_;
};

}  // namespace tidemark
