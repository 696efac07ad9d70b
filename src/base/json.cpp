#include "base/json.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/ascii.h"
#include "base/scan.h"
#include "base/utf8.h"

namespace tidemark::json {
namespace {

unsigned hex4(const char* p) {
  unsigned code = 0;
  for (int i = 0; i < 4; ++i) code = code * 16U + static_cast<unsigned>(hex_value(p[i]));
  return code;
}

}  // namespace

bool is_key(std::string_view key, std::string_view name) {
  if (scan::same_text(key, name)) return true;
  // What an escape stands for is shorter than the escape.
  return key.size() > name.size() && scan::has_escape(key) && unescape(key) == name;
}

Walker::Walker(std::string_view container) : end_(container.data() + container.size()) {
  at_ = scan::after_space(container.data(), end_) + 1;
}

bool Walker::next_member(Member& member) {
  if (!step_to_next('}')) return false;
  const char* const key_end = scan::after_string(at_, end_);
  member.key = scan::between(at_ + 1, key_end - 1);
  const char* const colon = scan::after_space(key_end, end_);
  const char* const value = scan::after_space(colon + 1, end_);
  at_ = scan::after_value(value, end_);
  member.value = scan::between(value, at_);
  return true;
}

bool Walker::next_element(std::string_view& element) {
  if (!step_to_next(']')) return false;
  const char* const value = at_;
  at_ = scan::after_value(value, end_);
  element = scan::between(value, at_);
  return true;
}

bool Walker::skip_same(const Member& other) {
  const char* const begin = other.key.data() - 1;
  // With what follows the value, or 1 would be the beginning of 12.
  const auto size = static_cast<std::size_t>(other.value.data() + other.value.size() + 1 - begin);
  const char* const at = *at_ == ',' ? at_ + 1 : at_;
  if (static_cast<std::size_t>(end_ - at) < size || !scan::same_bytes(at, begin, size))
    return false;
  at_ = at + size - 1;
  return true;
}

bool Walker::step_to_next(char closer) {
  at_ = scan::after_space(at_, end_);
  if (*at_ == ',') at_ = scan::after_space(at_ + 1, end_);
  return *at_ != closer;
}

std::optional<std::string_view> member(std::string_view object, std::string_view name) {
  std::optional<std::string_view> found;
  Walker walker(object);
  for (Member each; walker.next_member(each);) {
    if (is_key(each.key, name)) found = each.value;
  }
  return found;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return text;
}

std::optional<std::string_view> at_path(std::string_view value, std::string_view path) {
  std::string_view here = trimmed(value);
  if (path.empty()) return here;
  while (true) {
    if (kind_of(here) != Kind::object) return std::nullopt;
    const std::size_t dot = path.find('.');
    const auto next = member(here, path.substr(0, dot));
    if (!next || dot == std::string_view::npos) return next;
    here = *next;
    path.remove_prefix(dot + 1);
  }
}

std::string unescape(std::string_view inner) {
  std::string out;
  out.reserve(inner.size());
  while (true) {
    const std::size_t plain = std::min(inner.find('\\'), inner.size());
    out.append(inner.substr(0, plain));
    inner.remove_prefix(plain);
    if (inner.empty()) return out;
    const char kind = inner[1];
    inner.remove_prefix(2);
    if (kind != 'u') {
      constexpr std::string_view kFrom = "bfnrt";
      constexpr std::string_view kTo = "\b\f\n\r\t";
      const std::size_t at = kFrom.find(kind);
      out.push_back(at == std::string_view::npos ? kind : kTo[at]);
      continue;
    }
    unsigned code = hex4(inner.data());
    inner.remove_prefix(4);
    const bool high = code >= 0xd800U && code <= 0xdbffU;
    if (high && inner.size() >= 6 && inner[0] == '\\' && inner[1] == 'u') {
      const unsigned low = hex4(inner.data() + 2);
      if (low >= 0xdc00U && low <= 0xdfffU) {
        code = 0x10000U + ((code - 0xd800U) << 10U) + (low - 0xdc00U);
        inner.remove_prefix(6);
      }
    }
    utf8::append(out, code);
  }
}

std::string_view meaning(std::string_view inner, std::string& room) {
  if (!scan::has_escape(inner)) return inner;
  room = unescape(inner);
  return room;
}

std::string string_of(std::string_view string_value) {
  return unescape(string_value.substr(1, string_value.size() - 2));
}

std::string merged(std::string_view object, std::string_view patch) {
  std::string out = "{";
  out.reserve(object.size() + patch.size());
  std::string room;
  const auto append = [&out](const Member& each) {
    if (out.size() > 1) out.push_back(',');
    out.append("\"").append(each.key).append("\":").append(each.value);
  };
  Walker base(object);
  for (Member each; base.next_member(each);) {
    if (const auto mine = member(patch, meaning(each.key, room))) each.value = *mine;
    append(each);
  }
  Walker extra(patch);
  for (Member each; extra.next_member(each);) {
    if (!member(object, meaning(each.key, room))) append(each);
  }
  out.push_back('}');
  return out;
}

void append_quoted(std::string& out, std::string_view text) {
  out.push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20U) {
      constexpr std::string_view kHex = "0123456789abcdef";
      out.append("\\u00");
      out.push_back(kHex[static_cast<unsigned char>(c) >> 4U]);
      out.push_back(kHex[static_cast<unsigned char>(c) & 0xfU]);
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

std::string quoted(std::string_view text) {
  std::string out;
  append_quoted(out, text);
  return out;
}

std::string iso_time(Millis at) {
  using std::chrono::days;
  using std::chrono::floor;
  using std::chrono::milliseconds;
  using std::chrono::sys_days;
  const std::chrono::sys_time<milliseconds> time{milliseconds(at)};
  const sys_days day = floor<days>(time);
  const std::chrono::year_month_day date(day);
  const std::int64_t in_day = (time - day).count();
  std::string out;
  const auto pad = [&out](std::int64_t value, std::size_t width) {
    const std::string digits = std::to_string(value);
    if (digits.size() < width) out.append(width - digits.size(), '0');
    out.append(digits);
  };
  pad(static_cast<int>(date.year()), 4);
  out.push_back('-');
  pad(static_cast<unsigned>(date.month()), 2);
  out.push_back('-');
  pad(static_cast<unsigned>(date.day()), 2);
  out.push_back('T');
  pad(in_day / 3'600'000, 2);
  out.push_back(':');
  pad(in_day / 60'000 % 60, 2);
  out.push_back(':');
  pad(in_day / 1'000 % 60, 2);
  out.push_back('.');
  pad(in_day % 1'000, 3);
  out.push_back('Z');
  return out;
}

}  // namespace tidemark::json
