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

std::string_view name_of(Transport transport);
std::string_view name_of(Continuity continuity);
std::string_view name_of(Action action);

class EffectQueue {
 public:
  void open(std::uint32_t link, Transport transport, std::string_view subscribe);
  void close(std::uint32_t link, int code);
  void send(std::uint32_t link, std::string_view text);
  void fetch(std::uint32_t view, FetchReason reason);
  void status(std::string_view status, std::optional<Transport> transport, std::int64_t attempt);
  void continuity(std::uint32_t view, Continuity continuity, std::optional<Millis> last_event_at);
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

  std::string json_;
};

}  // namespace tidemark
