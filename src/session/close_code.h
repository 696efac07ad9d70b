// What the end of a link advises. `code` is a WebSocket close code (RFC 6455 §7.4, IANA's
// registry, docs/protocol.md) or, below 1000, the HTTP status of a stream that did not open.
#pragma once

#include <cstdint>

namespace tidemark {

inline constexpr int kNormalClosure = 1000;
inline constexpr int kAbnormalClosure = 1006;
// Private codes of this side: nothing was heard for too long, no token could be had, and an
// answer that is no event stream.
inline constexpr int kSilence = 4000;
inline constexpr int kNoToken = 4001;
inline constexpr int kNotAStream = 4002;

enum class CloseAdvice : std::uint8_t {
  retry,          // soon, with jitter
  back_off,       // the server needs time
  refresh_token,  // soon, with a new token
  unsupported,    // this transport is not served here: take the next one
  stop,           // trying again is pointless
};

constexpr CloseAdvice advice_of(int code) {
  switch (code) {
    case 401:
    case 3000:  // unauthorized
    case 4401:
      return CloseAdvice::refresh_token;
    case 403:
    case 1008:  // policy: a bad origin, a forbidden user
    case 3003:  // forbidden
    case 4403:
      return CloseAdvice::stop;
    case 204:
    case 404:
    case 405:
    case 406:
    case 410:
    case 501:
    case kNotAStream:
      return CloseAdvice::unsupported;
    case 429:
    case 503:
    case 1009:  // what this side sends is too big, and it would send it again
    case 1013:  // try again later
      return CloseAdvice::back_off;
    default:
      return CloseAdvice::retry;
  }
}

}  // namespace tidemark
