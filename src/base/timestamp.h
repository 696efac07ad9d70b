// ISO 8601 / RFC 3339 times, as Postgres and JavaScript write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tidemark {

// "2026-11-23T09:45:15.123456+01:00" → microseconds since the epoch. A blank may stand for
// the T, the zone may be Z, +hh, +hhmm or +hh:mm or be missing (then UTC); digits beyond
// the sixth are cut. None when the text is not a time.
std::optional<std::int64_t> parse_timestamp(std::string_view text);

}  // namespace tidemark
