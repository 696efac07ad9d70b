// Any bytes: validate agrees with nlohmann/json, and what it accepts can be walked.
#include "base/json.h"
#include "base/scan.h"
#include "support.h"

namespace tidemark::fuzz {
namespace {

void check_scans(std::string_view text) {
  const char* const p = text.data();
  const char* const end = p + text.size();
  for (const char* at :
       {scan::after_value(p, end), scan::after_rest(p, end), scan::after_space(p, end),
        scan::find_end_of_plain(p, end), scan::find_quote_or_backslash(p, end)}) {
    require(p <= at && at <= end);
  }
  require(scan::after_value(p, end) == scan::after_value<simd::Lane>(p, end));
  require(scan::after_rest(p, end) == scan::after_rest<simd::Lane>(p, end));
  require(scan::find_end_of_plain(p, end) == scan::find_end_of_plain<simd::Lane>(p, end));
}

// Every value inside is one by itself, and is found where the text says.
void check_walk(std::string_view value) {
  const json::Kind kind = json::kind_of(value);
  json::Walker walker(value);
  if (kind == json::Kind::object) {
    for (json::Member each; walker.next_member(each);) {
      require(lies_inside(each.key, value) && lies_inside(each.value, value));
      require(json::member(value, json::unescape(each.key)).has_value());
      require(json::validate(each.value) == Error::none);
      if (value.size() < 200) check_walk(each.value);
    }
  } else if (kind == json::Kind::array) {
    for (std::string_view each; walker.next_element(each);) {
      require(lies_inside(each, value) && json::validate(each) == Error::none);
      if (value.size() < 200) check_walk(each);
    }
  } else if (kind == json::Kind::string) {
    require(json::equal(json::quoted(json::string_of(value)), value));
  }
}

}  // namespace
}  // namespace tidemark::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidemark;
  const std::string_view text = fuzz::text_of(data, size);
  fuzz::check_scans(text);
  const Error verdict = json::validate(text);
  // nlohmann/json takes a NUL for the end of the text.
  const bool oracle = text.find('\0') == text.npos && fuzz::Tree::accept(text);
  if (verdict == Error::none && !oracle) {
    // A lone surrogate, or a number beyond a double: JSON all the same.
    fuzz::require(text.find("\\u") != text.npos || !fuzz::numbers_are_plain(text));
  }
  if (verdict == Error::malformed_json) fuzz::require(!oracle);
  if (verdict == Error::none) fuzz::check_walk(json::trimmed(text));
  return 0;
}
