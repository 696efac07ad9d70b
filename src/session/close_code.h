// What a WebSocket close code advises (RFC 6455 §7.4 and docs/protocol.md).
#pragma once

#include <cstdint>

namespace tidemark {

enum class CloseAdvice : std::uint8_t { retry, back_off, stop };

constexpr CloseAdvice advice_of(int code) {
  switch (code) {
    case 1008:  // policy: a bad origin, a forbidden user
    case 4403:
      return CloseAdvice::stop;
    case 1013:  // try again later
      return CloseAdvice::back_off;
    default:
      return CloseAdvice::retry;
  }
}

}  // namespace tidemark
