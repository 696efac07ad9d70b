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
  Frames subscribe(const Request& request) override;
  Frames unsubscribe(std::string_view sub) override;
  Frames authenticate(std::string_view token) override;
  Frames ping(std::uint64_t ref) override;
  std::string url_text(const std::vector<Request>& requests) const override;
  void decode(std::string_view frame, Decoded& decoded) override;
};

// What `decoded` held before is gone; `frame` is lent to it.
void decode_native(std::string_view frame, Decoded& decoded);

}  // namespace tidemark::wire
