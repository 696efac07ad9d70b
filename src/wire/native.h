// The native protocol, version 1: docs/protocol.md.
#pragma once

#include <string>
#include <string_view>

#include "wire/message.h"

namespace tidemark::wire {

// What `decoded` held before is gone; `frame` is lent to it.
void decode_native(std::string_view frame, Decoded& decoded);

// {"ref":…,"entity":…,"filter":…,"since":…}, with "op" in front for a WebSocket and
// without it for the SSE URL.
std::string encode_subscribe(std::string_view ref, std::string_view entity, std::string_view filter,
                             const std::optional<Position>& since, bool with_op);
std::string encode_unsubscribe(std::string_view sub);
std::string encode_auth(std::string_view token);
std::string encode_ping(std::uint64_t ref);

}  // namespace tidemark::wire
