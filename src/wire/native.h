// The native protocol, version 1: docs/protocol.md.
#pragma once

#include <string>
#include <string_view>

#include "wire/dialect.h"
#include "wire/message.h"

namespace tidemark::wire {

class NativeDialect final : public Dialect {
 public:
  bool is_spoken_over(Transport transport) const override;
  Frames begin(std::string_view token) override;
  Question subscribe(const Request& request) override;
  Frames unsubscribe(std::string_view sub) override;
  Frames authenticate(std::string_view token) override;
  Frames ping(std::uint64_t ref) override;
  std::string query(const std::vector<Request>& requests) const override;
  using Dialect::decode;
  void decode(std::string_view frame, Decoded& decoded) override;
};

// What `decoded` held before is gone; `frame` is lent to it.
void decode_native(std::string_view frame, Decoded& decoded);
// Leaves out where the events stand: for a server whose places say nothing of its subscriptions.
void drop_places(Decoded& decoded);
// An event of the seed's form, `value` being an object's JSON that json::validate accepted.
// False when it is none.
bool read_native_event(std::string_view value, Decoded& decoded, Event& event);

}  // namespace tidemark::wire
