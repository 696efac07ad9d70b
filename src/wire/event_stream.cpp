#include "wire/event_stream.h"

#include <algorithm>

#include "base/ascii.h"

namespace tidemark::wire {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::size_t kMostDigits = 9;
// "data: "
constexpr std::size_t kFieldName = 6;

}  // namespace

void EventStream::take(std::string_view bytes, const OnData& on_data,
                       const OnTooLarge& on_too_large) {
  while (!bytes.empty()) {
    if (after_cr_ && bytes.front() == '\n') bytes.remove_prefix(1);
    after_cr_ = false;
    const std::size_t end = std::min(bytes.find_first_of("\r\n"), bytes.size());
    const std::size_t most = most_bytes_ + kFieldName;
    const std::size_t room = most - std::min(most, line_.size());
    if (end > room) too_large_ = true;
    line_.append(bytes.substr(0, std::min(end, room)));
    if (end == bytes.size()) return;
    after_cr_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    end_line(on_data, on_too_large);
  }
}

void EventStream::end_line(const OnData& on_data, const OnTooLarge& on_too_large) {
  std::string_view line = line_;
  if (at_start_ && line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  at_start_ = false;
  if (!line.empty()) {
    const std::size_t colon = line.find(':');
    std::string_view value;
    if (colon != std::string_view::npos) value = line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    // A line that starts with a colon is a comment.
    if (colon != 0) field(line.substr(0, colon), value);
    line_.clear();
    return;
  }
  line_.clear();
  if (too_large_) on_too_large();
  if (has_data_ && !too_large_) on_data(data_);
  data_.clear();
  has_data_ = too_large_ = false;
}

void EventStream::field(std::string_view name, std::string_view value) {
  if (name == "data") {
    if (has_data_) data_.push_back('\n');
    has_data_ = true;
    if (data_.size() + value.size() > most_bytes_) too_large_ = true;
    if (!too_large_) data_.append(value);
  } else if (name == "id") {
    if (value.find('\0') == std::string_view::npos) last_id_ = value;
  } else if (name == "retry") {
    const bool digits = !value.empty() && value.size() <= kMostDigits &&
                        std::all_of(value.begin(), value.end(), json::is_digit);
    if (!digits) return;
    Millis wait = 0;
    for (const char digit : value) wait = wait * 10 + (digit - '0');
    retry_ = wait;
  }
}

}  // namespace tidemark::wire
