// A row's version: a whole number of any size or an ISO 8601 time. Versions of different
// kinds cannot be compared, and an absent one is comparable with nothing.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tidemark {

class Version {
 public:
  Version() = default;
  Version(const Version& other) { *this = other; }
  Version& operator=(const Version& other);
  Version(Version&&) = default;
  Version& operator=(Version&&) = default;
  ~Version() = default;

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

  // For `time`: microseconds since the epoch. For `whole`: the number, unless it is long.
  std::int64_t number_ = 0;
  // The digits of a whole number that 64 bits may not hold: it must still compare exactly.
  std::unique_ptr<std::string> digits_;
  Kind kind_ = Kind::none;
};

}  // namespace tidemark
