#include "store/version.h"

#include <algorithm>

#include "base/json.h"
#include "base/timestamp.h"

namespace tidemark {
namespace {

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Version Version::parse(std::string_view value) {
  Version version;
  const json::Kind kind = json::kind_of(value);
  if (kind != json::Kind::number && kind != json::Kind::string) return version;
  std::string text = kind == json::Kind::string ? json::string_of(value) : std::string(value);
  if (all_digits(text)) {
    text.erase(0, std::min(text.find_first_not_of('0'), text.size() - 1));
    version.kind_ = Kind::whole;
    version.digits_ = std::move(text);
  } else if (const auto micros = parse_timestamp(text)) {
    version.kind_ = Kind::time;
    version.number_ = *micros;
  }
  return version;
}

std::partial_ordering operator<=>(const Version& a, const Version& b) {
  if (a.kind_ != b.kind_ || !a.known()) return std::partial_ordering::unordered;
  if (a.kind_ == Version::Kind::time) return a.number_ <=> b.number_;
  if (a.digits_.size() != b.digits_.size()) return a.digits_.size() <=> b.digits_.size();
  return a.digits_.compare(b.digits_) <=> 0;
}

}  // namespace tidemark
