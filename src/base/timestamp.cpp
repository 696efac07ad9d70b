#include "base/timestamp.h"

#include <chrono>

namespace tidemark {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : left_(text) {}

  bool empty() const { return left_.empty(); }
  char peek() const { return left_.empty() ? '\0' : left_.front(); }

  bool take(char c) {
    if (peek() != c) return false;
    left_.remove_prefix(1);
    return true;
  }

  bool digit(int& value) {
    if (peek() < '0' || peek() > '9') return false;
    value = peek() - '0';
    left_.remove_prefix(1);
    return true;
  }

  bool number(int width, int& value) {
    value = 0;
    for (int i = 0; i < width; ++i) {
      int next = 0;
      if (!digit(next)) return false;
      value = value * 10 + next;
    }
    return true;
  }

 private:
  std::string_view left_;
};

// Minutes east of UTC; false when the rest is not a zone.
bool zone(Reader& in, int& minutes) {
  minutes = 0;
  if (in.empty()) return true;
  if (in.take('Z')) return in.empty();
  const bool west = in.peek() == '-';
  if (!in.take('+') && !in.take('-')) return false;
  int hour = 0;
  int minute = 0;
  if (!in.number(2, hour)) return false;
  const bool has_minutes = in.take(':') || !in.empty();
  if (has_minutes && !in.number(2, minute)) return false;
  if (hour > 23 || minute > 59) return false;
  minutes = (hour * 60 + minute) * (west ? -1 : 1);
  return in.empty();
}

}  // namespace

std::optional<std::int64_t> parse_timestamp(std::string_view text) {
  Reader in(text);
  int year = 0;
  int month = 0;
  int day = 0;
  if (!in.number(4, year) || !in.take('-') || !in.number(2, month) || !in.take('-') ||
      !in.number(2, day)) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  if (!in.take('T') && !in.take(' ')) return std::nullopt;
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!in.number(2, hour) || !in.take(':') || !in.number(2, minute)) return std::nullopt;
  if (in.take(':') && !in.number(2, second)) return std::nullopt;
  const bool midnight_after = hour == 24 && minute == 0 && second == 0;
  if ((hour > 23 && !midnight_after) || minute > 59 || second > 60) return std::nullopt;
  std::int64_t micros = 0;
  if (in.take('.')) {
    std::int64_t unit = 100'000;
    int digit = 0;
    bool any = false;
    for (; in.digit(digit); unit /= 10) {
      micros += digit * unit;
      any = true;
    }
    if (!any) return std::nullopt;
  }
  int zone_minutes = 0;
  if (!zone(in, zone_minutes)) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  const std::int64_t seconds = ((days * 24 + hour) * 60 + minute - zone_minutes) * 60 + second;
  return seconds * 1'000'000 + micros;
}

}  // namespace tidemark
