// Hands a body to an engine as js/core/engine.ts does: in parts, and as a whole when the engine
// wants to see it so. Each part lies in memory of its own that is just as long, so that a
// sanitizer sees who looks beyond it or comes back to it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "engine.h"

namespace tidemark::support {

// True when it was taken.
inline bool hand_in_parts(Engine& engine, std::uint32_t ticket, std::string_view body,
                          std::size_t size, Millis now) {
  std::vector<char> rest;
  for (bool first = true;; first = false) {
    std::vector<char> part = rest;
    const std::string_view next = body.substr(0, size - rest.size());
    part.insert(part.end(), next.begin(), next.end());
    part.shrink_to_fit();
    body.remove_prefix(next.size());
    const std::string_view text(part.data(), part.size());
    if (body.empty() && !first) return engine.end_parts(ticket, text, now);
    const auto read = engine.read_part(ticket, first, text);
    if (!read) return false;
    rest.assign(part.begin() + static_cast<std::ptrdiff_t>(*read), part.end());
  }
}

// In parts of `size` bytes; as a whole if that is 0, or the body is not longer.
inline Error hand_in(Engine& engine, std::uint32_t ticket, std::string_view body, std::size_t size,
                     Millis now) {
  const bool has_parts = size != 0 && body.size() > size;
  if (has_parts && hand_in_parts(engine, ticket, body, size, now)) return Error::none;
  return engine.end_snapshot(ticket, body, now);
}

}  // namespace tidemark::support
