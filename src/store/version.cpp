#include "store/version.h"

#include <algorithm>

#include "base/json.h"
#include "base/timestamp.h"

namespace tidemark {
namespace {

// Any number of this many digits fits in 64 bits.
constexpr std::size_t kShort = 18;

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Version& Version::operator=(const Version& other) {
  if (this == &other) return *this;
  number_ = other.number_;
  digits_ = other.digits_ ? std::make_unique<std::string>(*other.digits_) : nullptr;
  kind_ = other.kind_;
  return *this;
}

Version Version::parse(std::string_view value) {
  Version version;
  const json::Kind kind = json::kind_of(value);
  if (kind != json::Kind::number && kind != json::Kind::string) return version;
  std::string unescaped;
  std::string_view text = value;
  if (kind == json::Kind::string) {
    text = value.substr(1, value.size() - 2);
    if (text.find('\\') != std::string_view::npos) text = unescaped = json::unescape(text);
  }
  if (all_digits(text)) {
    text.remove_prefix(std::min(text.find_first_not_of('0'), text.size() - 1));
    version.kind_ = Kind::whole;
    if (text.size() > kShort) {
      version.digits_ = std::make_unique<std::string>(text);
      return version;
    }
    for (const char c : text) version.number_ = version.number_ * 10 + (c - '0');
  } else if (const auto micros = parse_timestamp(text)) {
    version.kind_ = Kind::time;
    version.number_ = *micros;
  }
  return version;
}

std::partial_ordering operator<=>(const Version& a, const Version& b) {
  if (a.kind_ != b.kind_ || !a.known()) return std::partial_ordering::unordered;
  // Leading zeros are gone, so a number with more digits is greater.
  if (!a.digits_ && !b.digits_) return a.number_ <=> b.number_;
  if (!a.digits_ || !b.digits_) return (a.digits_ != nullptr) <=> (b.digits_ != nullptr);
  if (a.digits_->size() != b.digits_->size()) return a.digits_->size() <=> b.digits_->size();
  return a.digits_->compare(*b.digits_) <=> 0;
}

}  // namespace tidemark
