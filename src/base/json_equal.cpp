// Canonical comparison on the bytes. Two spellings of a row mostly have their members in the
// same order, so both are walked in lockstep; only from where they part are the members
// sorted. No value is made, no number is rounded.
#include <algorithm>
#include <cstdint>
#include <forward_list>
#include <string>
#include <vector>

#include "base/decimal.h"
#include "base/json.h"
#include "base/scan.h"
#include "base/sort.h"

namespace tidemark::json {
namespace {

// A place in one of the two texts, and where that text ends.
struct Cursor {
  const char* at;
  const char* end;

  char operator*() const { return *at; }
  void skip_space() { at = scan::after_space(at, end); }
  void skip_value() { at = scan::after_value(at, end); }
  void skip_rest() { at = scan::after_rest(at, end); }
  // Behind the opening bracket or a comma.
  void skip_past() {
    ++at;
    skip_space();
  }
  // Behind a value: to the next one or to the closing bracket.
  void skip_to_next() {
    skip_space();
    if (*at == ',') skip_past();
  }
  // Behind a key: to its value.
  void skip_colon() {
    skip_space();
    skip_past();
  }
};

std::string_view take_string(Cursor& cursor) {
  const char* const from = cursor.at + 1;
  cursor.at = scan::after_string(cursor.at, cursor.end);
  return scan::between(from, cursor.at - 1);
}

std::string_view take_word(Cursor& cursor) {
  const char* const from = cursor.at;
  cursor.at = scan::after_word(cursor.at, cursor.end);
  return scan::between(from, cursor.at);
}

// Steps past both strings.
bool same_strings(Cursor& a, Cursor& b) {
  const std::string_view left = take_string(a);
  // Equal bytes up to and with the closing quote are equal strings: no need to look for b's.
  const std::size_t quoted = left.size() + 2;
  const bool fits = static_cast<std::size_t>(b.end - b.at) >= quoted;
  if (fits && scan::same_bytes(left.data(), b.at + 1, quoted - 1)) {
    b.at += quoted;
    return true;
  }
  const std::string_view right = take_string(b);
  if (!scan::has_escape(left) && !scan::has_escape(right)) return false;
  return unescape(left) == unescape(right);
}

bool same_words(Cursor& a, Cursor& b) {
  const std::string_view left = take_word(a);
  const std::string_view right = take_word(b);
  if (scan::same_text(left, right)) return true;
  const bool numbers = kind_of(left) == Kind::number && kind_of(right) == Kind::number;
  return numbers && compare_numbers(left, right) == 0;
}

bool is_word(char first) { return first != '"' && first != '{' && first != '['; }

// Up to eight bytes of a text, as one number that compares quickly.
std::uint64_t head_of(std::string_view text) {
  const char* const p = text.data();
  const std::size_t n = text.size();
  if (n >= 8) return scan::word_at<std::uint64_t>(p);
  if (n >= 4) {
    const std::uint64_t last = scan::word_at<std::uint32_t>(p + n - 4);
    return last << 32U | scan::word_at<std::uint32_t>(p);
  }
  std::uint64_t head = 0;
  for (const char c : text) head = head << 8U | static_cast<unsigned char>(c);
  return head;
}

// Does the rest of an object, between members at `rest`, have a member of this name?
bool comes_again(Cursor rest, std::string_view name) {
  // Mostly nothing there is written like it, and then it need not be walked.
  const std::string_view text = scan::between(rest.at, rest.end);
  if (!scan::has_escape(text) && !scan::has_quoted(text, name)) return false;
  std::string room;
  for (; *rest == '"'; rest.skip_to_next()) {
    if (scan::same_text(meaning(take_string(rest), room), name)) return true;
    rest.skip_colon();
    rest.skip_value();
  }
  return false;
}

class Comparison {
 public:
  // `effort` bounds the bytes that are read again after one walk along both texts.
  explicit Comparison(std::int64_t effort) : effort_(effort) {}

  // Both cursors are at a value and step past it, whatever the answer.
  bool same_values(Cursor& a, Cursor& b) {
    if (effort_ >= 0) {
      if (*a == '"' && *b == '"') return same_strings(a, b);
      if (*a == '{' && *b == '{') return same_objects(a, b);
      if (*a == '[' && *b == '[') return same_arrays(a, b);
      if (is_word(*a) && is_word(*b)) return same_words(a, b);
    }
    a.skip_value();
    b.skip_value();
    return false;
  }

 private:
  struct Entry {
    std::string_view key;  // its meaning
    std::uint64_t head;    // of the key
    const char* value;
    std::size_t position;

    bool same_key(const Entry& other) const {
      return key.size() == other.key.size() && head == other.head &&
             (key.size() <= sizeof head || scan::same_text(key, other.key));
    }
    // Any order will do that brings equal keys together, the last of them first.
    bool operator<(const Entry& other) const {
      if (key.size() != other.key.size()) return key.size() < other.key.size();
      if (head != other.head) return head < other.head;
      const int order = key.size() <= sizeof head ? 0 : key.compare(other.key);
      return order != 0 ? order < 0 : position > other.position;
    }
  };

  enum class Step : std::uint8_t { same, other_key, other_value };

  bool same_arrays(Cursor& a, Cursor& b) {
    a.skip_past();
    b.skip_past();
    bool same = true;
    while (same && *a != ']' && *b != ']') {
      same = same_values(a, b);
      a.skip_to_next();
      b.skip_to_next();
    }
    same = same && *a == ']' && *b == ']';
    a.skip_rest();
    b.skip_rest();
    return same;
  }

  bool same_objects(Cursor& a, Cursor& b) {
    const Cursor a_object = a;
    const Cursor b_object = b;
    a.skip_past();
    b.skip_past();
    std::size_t alike = 0;
    Step step = Step::same;
    while (step == Step::same && *a == '"' && *b == '"') {
      step = step_both(a, b);
      if (step == Step::same) ++alike;
    }
    const bool both_ended = *a == '}' && *b == '}';
    a.skip_rest();
    b.skip_rest();
    if (step == Step::same && both_ended) return true;
    if (step == Step::other_value) return false;
    return same_members(a_object, b_object, alike);
  }

  // Past a member of both, unless their names differ.
  Step step_both(Cursor& a, Cursor& b) {
    const Cursor a_member = a;
    const Cursor b_member = b;
    if (!same_strings(a, b)) {
      a = a_member;
      b = b_member;
      return Step::other_key;
    }
    a.skip_colon();
    b.skip_colon();
    const bool same = same_values(a, b);
    a.skip_to_next();
    b.skip_to_next();
    if (same) return Step::same;
    // A later member of that name would count instead.
    std::string room;
    Cursor key = a_member;
    const std::string_view name = meaning(take_string(key), room);
    const bool overridden = comes_again(a, name) || comes_again(b, name);
    return overridden ? Step::other_key : Step::other_value;
  }

  // The whole objects; of their first `alike` members each equals its counterpart.
  bool same_members(const Cursor& a, const Cursor& b, std::size_t alike) {
    const std::size_t left = entries_.size();
    collect(a);
    const std::size_t right = entries_.size();
    collect(b);
    const std::size_t count = right - left;
    bool same = entries_.size() - right == count;
    for (std::size_t i = 0; same && i < count; ++i) {
      // Copies: a nested comparison may move the entries.
      const Entry x = entries_[left + i];
      const Entry y = entries_[right + i];
      const bool proven = x.position == y.position && x.position < alike;
      Cursor a_value{x.value, a.end};
      Cursor b_value{y.value, b.end};
      same = x.same_key(y) && (proven || same_values(a_value, b_value));
    }
    entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(left), entries_.end());
    return same;
  }

  // Appends an object's members sorted by name, of equal names the last.
  void collect(Cursor object) {
    const char* const from = object.at;
    const std::size_t first = entries_.size();
    object.skip_past();
    for (std::size_t position = 0; *object == '"'; ++position) {
      std::string_view key = take_string(object);
      if (scan::has_escape(key)) key = unescaped_.emplace_front(unescape(key));
      object.skip_colon();
      entries_.push_back({key, head_of(key), object.at, position});
      object.skip_value();
      object.skip_to_next();
    }
    effort_ -= object.at - from;
    const auto begin = entries_.begin() + static_cast<std::ptrdiff_t>(first);
    sort_few(begin, entries_.end());
    const auto same_key = [](const Entry& x, const Entry& y) { return x.same_key(y); };
    entries_.erase(std::unique(begin, entries_.end(), same_key), entries_.end());
  }

  std::int64_t effort_;
  std::vector<Entry> entries_;
  std::forward_list<std::string> unescaped_;
};

}  // namespace

bool equal(std::string_view a, std::string_view b) {
  if (scan::same_text(a, b)) return true;
  a = trimmed(a);
  b = trimmed(b);
  if (a.empty() || b.empty()) return false;
  constexpr std::int64_t kEffort = 64;
  Comparison comparison(kEffort * static_cast<std::int64_t>(a.size() + b.size()));
  Cursor left{a.data(), a.data() + a.size()};
  Cursor right{b.data(), b.data() + b.size()};
  return comparison.same_values(left, right);
}

}  // namespace tidemark::json
