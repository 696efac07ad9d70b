#include "base/json.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/ascii.h"
#include "base/decimal.h"

namespace tidemark::json {
namespace {

const char* after_space(const char* p) {
  while (is_space(*p)) ++p;
  return p;
}

const char* after_string(const char* p) {
  for (++p; *p != '"'; ++p) {
    if (*p == '\\') ++p;
  }
  return p + 1;
}

// Only for text that validate() accepted.
const char* after_value(const char* p) {
  if (*p == '"') return after_string(p);
  if (*p != '{' && *p != '[') {
    while (*p != ',' && *p != '}' && *p != ']' && !is_space(*p)) ++p;
    return p;
  }
  int open = 0;
  while (true) {
    if (*p == '"') {
      p = after_string(p);
      continue;
    }
    if (*p == '{' || *p == '[') ++open;
    if ((*p == '}' || *p == ']') && --open == 0) return p + 1;
    ++p;
  }
}

std::string_view between(const char* from, const char* to) {
  return {from, static_cast<std::size_t>(to - from)};
}

void append_code_point(std::string& out, unsigned code) {
  const auto push = [&out](unsigned byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80U) {
    push(code);
  } else if (code < 0x800U) {
    push(0xc0U | (code >> 6U));
    push(0x80U | (code & 0x3fU));
  } else if (code < 0x10000U) {
    push(0xe0U | (code >> 12U));
    push(0x80U | ((code >> 6U) & 0x3fU));
    push(0x80U | (code & 0x3fU));
  } else {
    push(0xf0U | (code >> 18U));
    push(0x80U | ((code >> 12U) & 0x3fU));
    push(0x80U | ((code >> 6U) & 0x3fU));
    push(0x80U | (code & 0x3fU));
  }
}

unsigned hex4(const char* p) {
  unsigned code = 0;
  for (int i = 0; i < 4; ++i) code = code * 16U + static_cast<unsigned>(hex_value(p[i]));
  return code;
}

bool key_is(std::string_view raw, std::string_view name) {
  if (raw == name) return true;
  return raw.find('\\') != std::string_view::npos && unescape(raw) == name;
}

// An object's members as JSON.parse keeps them: sorted by key, the last of equal keys.
std::vector<std::pair<std::string, std::string_view>> members_of(std::string_view object) {
  std::vector<std::pair<std::string, std::string_view>> members;
  Walker walker(object);
  for (Member each; walker.next_member(each);) {
    members.emplace_back(unescape(each.key), each.value);
  }
  std::reverse(members.begin(), members.end());
  const auto by_key = [](const auto& x, const auto& y) { return x.first < y.first; };
  std::stable_sort(members.begin(), members.end(), by_key);
  const auto same_key = [](const auto& x, const auto& y) { return x.first == y.first; };
  members.erase(std::unique(members.begin(), members.end(), same_key), members.end());
  return members;
}

bool equal_objects(std::string_view a, std::string_view b) {
  const auto left = members_of(a);
  const auto right = members_of(b);
  return std::equal(
      left.begin(), left.end(), right.begin(), right.end(),
      [](const auto& x, const auto& y) { return x.first == y.first && equal(x.second, y.second); });
}

bool equal_arrays(std::string_view a, std::string_view b) {
  Walker left(a);
  Walker right(b);
  std::string_view x;
  std::string_view y;
  while (left.next_element(x)) {
    if (!right.next_element(y) || !equal(x, y)) return false;
  }
  return !right.next_element(y);
}

}  // namespace

Kind kind_of(std::string_view value) {
  switch (value.front()) {
    case '{':
      return Kind::object;
    case '[':
      return Kind::array;
    case '"':
      return Kind::string;
    case 't':
    case 'f':
      return Kind::boolean;
    case 'n':
      return Kind::null;
    default:
      return Kind::number;
  }
}

Walker::Walker(std::string_view container) : at_(after_space(container.data()) + 1) {}

bool Walker::next_member(Member& member) {
  at_ = after_space(at_);
  if (*at_ == ',') at_ = after_space(at_ + 1);
  if (*at_ == '}') return false;
  const char* key_end = after_string(at_);
  member.key = between(at_ + 1, key_end - 1);
  const char* value = after_space(after_space(key_end) + 1);
  at_ = after_value(value);
  member.value = between(value, at_);
  return true;
}

bool Walker::next_element(std::string_view& element) {
  at_ = after_space(at_);
  if (*at_ == ',') at_ = after_space(at_ + 1);
  if (*at_ == ']') return false;
  const char* value = at_;
  at_ = after_value(value);
  element = between(value, at_);
  return true;
}

std::optional<std::string_view> member(std::string_view object, std::string_view name) {
  std::optional<std::string_view> found;
  Walker walker(object);
  for (Member each; walker.next_member(each);) {
    if (key_is(each.key, name)) found = each.value;
  }
  return found;
}

std::optional<std::string_view> at_path(std::string_view value, std::string_view path) {
  const char* first = after_space(value.data());
  if (path.empty()) {
    // The whole text may end in white space, a value never does.
    std::size_t size = value.size() - static_cast<std::size_t>(first - value.data());
    while (size > 0 && is_space(first[size - 1])) --size;
    return std::string_view(first, size);
  }
  std::string_view here = between(first, value.data() + value.size());
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
  for (std::size_t i = 0; i < inner.size(); ++i) {
    if (inner[i] != '\\') {
      out.push_back(inner[i]);
      continue;
    }
    const char kind = inner[++i];
    if (kind != 'u') {
      constexpr std::string_view kFrom = "bfnrt";
      constexpr std::string_view kTo = "\b\f\n\r\t";
      const std::size_t at = kFrom.find(kind);
      out.push_back(at == std::string_view::npos ? kind : kTo[at]);
      continue;
    }
    unsigned code = hex4(inner.data() + i + 1);
    i += 4;
    const bool high = code >= 0xd800U && code <= 0xdbffU;
    if (high && i + 6 < inner.size() && inner[i + 1] == '\\' && inner[i + 2] == 'u') {
      const unsigned low = hex4(inner.data() + i + 3);
      if (low >= 0xdc00U && low <= 0xdfffU) {
        code = 0x10000U + ((code - 0xd800U) << 10U) + (low - 0xdc00U);
        i += 6;
      }
    }
    append_code_point(out, code);
  }
  return out;
}

std::string string_of(std::string_view string_value) {
  return unescape(string_value.substr(1, string_value.size() - 2));
}

std::string merged(std::string_view object, std::string_view patch) {
  std::string out = "{";
  const auto append = [&out](const Member& each) {
    if (out.size() > 1) out.push_back(',');
    out.append("\"").append(each.key).append("\":").append(each.value);
  };
  Walker base(object);
  for (Member each; base.next_member(each);) {
    if (const auto mine = member(patch, unescape(each.key))) each.value = *mine;
    append(each);
  }
  Walker extra(patch);
  for (Member each; extra.next_member(each);) {
    if (!member(object, unescape(each.key))) append(each);
  }
  out.push_back('}');
  return out;
}

bool equal(std::string_view a, std::string_view b) {
  if (a == b) return true;
  if (a.empty() || b.empty()) return false;
  a = *at_path(a, "");
  b = *at_path(b, "");
  const Kind kind = kind_of(a);
  if (kind != kind_of(b)) return false;
  switch (kind) {
    case Kind::object:
      return equal_objects(a, b);
    case Kind::array:
      return equal_arrays(a, b);
    case Kind::string:
      return string_of(a) == string_of(b);
    case Kind::number:
      return compare_numbers(a, b) == 0;
    default:
      return a == b;
  }
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
