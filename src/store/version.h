// A row's version: a whole number of any size or an ISO 8601 time. Versions of different
// kinds cannot be compared, and an absent one is comparable with nothing.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidemark {

class Version {
 public:
  Version() = default;

  // `value` is the JSON of the version member.
  static Version parse(std::string_view value);

  bool known() const { return kind_ != Kind::none; }
  // Microseconds since the epoch, when it is a time.
  std::optional<std::int64_t> time_us() const {
    return kind_ == Kind::time ? std::optional(number_) : std::nullopt;
  }

  // unordered when either is absent or their kinds differ.
  friend std::partial_ordering operator<=>(const Version& a, const Version& b);
  friend bool operator==(const Version& a, const Version& b) {
    return (a <=> b) == std::partial_ordering::equivalent;
  }

 private:
  enum class Kind : std::uint8_t { none, whole, time };

  Kind kind_ = Kind::none;
  // For `time`: microseconds since the epoch.
  std::int64_t number_ = 0;
  // For `whole`: the digits, so that numbers above 2^53 compare exactly.
  std::string digits_;
};

}  // namespace tidemark
