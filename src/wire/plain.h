// Any stream of events in the form that the seed gives them, over WebSocket or as an event stream.
// Nothing can be asked of such a server: what it sends is for every subscription that it matches,
// and whatever a lost link may have missed is read. So that a quiet link is not taken for a dead
// one, it has to send something within each heartbeat interval: a comment, `{"op":"pong"}`.
#pragma once

#include <string_view>
#include <vector>

#include "wire/dialect.h"

namespace tidemark::wire {

class PlainDialect final : public Dialect {
 public:
  bool is_spoken_over(Transport transport) const override {
    return transport != Transport::polling;
  }
  Frames begin(std::string_view) override { return {}; }
  Question subscribe(const Request& request) override;
  Frames unsubscribe(std::string_view) override { return {}; }
  Frames authenticate(std::string_view) override { return {}; }
  Frames ping(std::uint64_t) override { return {}; }
  std::vector<Message> streaming(const std::vector<Request>& requests, std::string_view) override;
  using Dialect::decode;
  void decode(std::string_view frame, Decoded& decoded) override;
};

}  // namespace tidemark::wire
