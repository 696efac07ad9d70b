// Server-sent events as bytes arrive (WHATWG HTML, "Server-sent events": event stream
// interpretation): lines end with LF, CR or CRLF, a blank line dispatches, an event that the
// stream's end cuts off is discarded.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/types.h"

namespace tidemark::wire {

class EventStream {
 public:
  // An event whose data grows beyond `most_bytes` is dropped and reported as too large.
  explicit EventStream(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  using OnData = std::function<void(std::string_view data)>;
  using OnTooLarge = std::function<void()>;

  // The next piece of the body, cut anywhere. Calls back for each complete event.
  void take(std::string_view bytes, const OnData& on_data, const OnTooLarge& on_too_large);

  // The newest id of an event; kept until another one replaces it.
  const std::string& last_id() const { return last_id_; }
  // How long the server wants to be left alone after a loss.
  std::optional<Millis> retry() const { return retry_; }

 private:
  void end_line(const OnData& on_data, const OnTooLarge& on_too_large);
  void field(std::string_view name, std::string_view value);

  std::size_t most_bytes_;
  std::string line_;
  std::string data_;
  bool has_data_ = false;
  bool too_large_ = false;
  bool after_cr_ = false;
  bool at_start_ = true;
  std::string last_id_;
  std::optional<Millis> retry_;
};

}  // namespace tidemark::wire
