#include "view/regex_syntax.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/ascii.h"
#include "view/code_points.h"

namespace tidemark {
namespace {

using Kind = RegexNode::Kind;

constexpr int kMaxDepth = 50;
constexpr int kMaxRepeat = 255;  // Postgres' own limit

struct NamedSet {
  std::string_view name;
  std::string_view ranges;  // pairs of first and last
};

constexpr std::array<NamedSet, 13> kNamedSets{{
    {"alpha", "AZaz"},
    {"digit", "09"},
    {"alnum", "09AZaz"},
    {"upper", "AZ"},
    {"lower", "az"},
    {"space", "\t\r  "},
    {"blank", "\t\t  "},
    {"punct", "!/:@[`{~"},
    {"print", " ~"},
    {"graph", "!~"},
    {"cntrl", {"\0\x1f\x7f\x7f", 4}},
    {"xdigit", "09AFaf"},
    {"word", "09AZ__az"},
}};

bool add_named(CharacterSet& set, std::string_view name) {
  const auto found = std::find_if(kNamedSets.begin(), kNamedSets.end(),
                                  [&](const NamedSet& each) { return each.name == name; });
  if (found == kNamedSets.end()) return false;
  for (std::size_t i = 0; i < found->ranges.size(); i += 2) {
    set.add(static_cast<unsigned char>(found->ranges[i]),
            static_cast<unsigned char>(found->ranges[i + 1]));
  }
  return true;
}

// The set that `\d` and its like name; empty for other letters.
std::string_view name_of_class(char32_t letter) {
  if (letter == U'd' || letter == U'D') return "digit";
  if (letter == U'w' || letter == U'W') return "word";
  if (letter == U's' || letter == U'S') return "space";
  return "";
}

bool is_upper(char32_t c) { return c >= U'A' && c <= U'Z'; }
bool is_digit(char32_t c) { return c >= U'0' && c <= U'9'; }
bool is_letter_or_digit(char32_t c) {
  return is_upper(c) || (c >= U'a' && c <= U'z') || is_digit(c) || c >= 0x80U;
}

// The character that `\` and `letter` stand for.
bool escaped(char32_t letter, char32_t& c) {
  constexpr std::u32string_view kFrom = U"tnvfr";
  constexpr std::u32string_view kTo = U"\t\n\v\f\r";
  c = letter;
  if (!is_letter_or_digit(letter)) return true;
  const std::size_t at = kFrom.find(letter);
  if (at == std::u32string_view::npos) return false;
  c = kTo[at];
  return true;
}

class Parser {
 public:
  explicit Parser(std::string_view pattern) {
    for (std::size_t at = 0; at < pattern.size();) {
      text_.push_back(next_code_point(pattern, at));
    }
  }

  bool whole(RegexNode& node) { return choice(node, 0) && at_end(); }

 private:
  bool at_end() const { return at_ == text_.size(); }
  bool next_is(char32_t c, std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() && text_[at_ + ahead] == c;
  }
  bool digit_follows(std::size_t ahead) const {
    return at_ + ahead < text_.size() && is_digit(text_[at_ + ahead]);
  }
  bool take(char32_t c) {
    if (!next_is(c)) return false;
    ++at_;
    return true;
  }

  bool choice(RegexNode& node, int depth) {
    node.kind = Kind::choice;
    do {
      if (!sequence(node.children.emplace_back(), depth)) return false;
    } while (take(U'|'));
    return true;
  }

  bool sequence(RegexNode& node, int depth) {
    while (!at_end() && !next_is(U'|') && !next_is(U')')) {
      RegexNode part;
      if (!atom(part, depth) || !repeats(part)) return false;
      node.children.push_back(std::move(part));
    }
    return true;
  }

  bool atom(RegexNode& node, int depth) {
    if (take(U'(')) return group(node, depth);
    if (take(U'[')) return set(node);
    if (take(U'\\')) return escape(node);
    const bool is_quantifier = next_is(U'*') || next_is(U'+') || next_is(U'?') || bound_follows();
    if (is_quantifier) return false;
    const char32_t c = text_[at_++];
    node.kind = c == U'.'   ? Kind::any
                : c == U'^' ? Kind::begin
                : c == U'$' ? Kind::end
                            : Kind::character;
    node.character = c;
    return true;
  }

  bool group(RegexNode& node, int depth) {
    if (depth == kMaxDepth) return false;
    // `(?:` groups only; whatever else begins with `(?` is not supported.
    if (take(U'?') && !take(U':')) return false;
    return choice(node, depth + 1) && take(U')');
  }

  bool escape(RegexNode& node) {
    if (at_end()) return false;
    const char32_t letter = text_[at_++];
    if (const std::string_view name = name_of_class(letter); !name.empty()) {
      node.kind = Kind::set;
      node.set.negated = is_upper(letter);
      return add_named(node.set, name);
    }
    node.kind = Kind::character;
    return escaped(letter, node.character);
  }

  // A `{` that no digit follows is an ordinary character.
  bool bound_follows() const { return next_is(U'{') && digit_follows(1); }

  bool repeats(RegexNode& node) {
    int least = 0;
    int most = RegexNode::kUnbounded;
    if (take(U'+')) {
      least = 1;
    } else if (take(U'?')) {
      most = 1;
    } else if (bound_follows()) {
      ++at_;
      if (!bound(least, most)) return false;
    } else if (!take(U'*')) {
      return true;
    }
    take(U'?');  // which match is preferred does not change whether there is one
    const bool repeats_nothing = node.kind == Kind::begin || node.kind == Kind::end;
    const bool repeated_twice = next_is(U'*') || next_is(U'+') || next_is(U'?') || bound_follows();
    if (repeats_nothing || repeated_twice) return false;
    RegexNode repeat;
    repeat.kind = Kind::repeat;
    repeat.least = least;
    repeat.most = most;
    repeat.children.push_back(std::move(node));
    node = std::move(repeat);
    return true;
  }

  bool bound(int& least, int& most) {
    if (!number(least)) return false;
    most = least;
    if (take(U',')) {
      most = RegexNode::kUnbounded;
      if (digit_follows(0) && !number(most)) return false;
    }
    const bool in_order = most == RegexNode::kUnbounded || least <= most;
    return take(U'}') && in_order;
  }

  bool number(int& value) {
    value = 0;
    while (digit_follows(0)) {
      value = value * 10 + static_cast<int>(text_[at_++] - U'0');
      if (value > kMaxRepeat) return false;
    }
    return true;
  }

  bool set(RegexNode& node) {
    node.kind = Kind::set;
    node.set.negated = take(U'^');
    bool first = true;
    while (first || !take(U']')) {
      if (at_end() || !element(node.set, first)) return false;
      first = false;
    }
    return true;
  }

  bool element(CharacterSet& set, bool first) {
    if (take(U'[')) {
      const bool special = next_is(U':') || next_is(U'.') || next_is(U'=');
      if (special) return take(U':') && named_set(set);
      return range_from(set, U'[');
    }
    if (next_is(U'\\') && at_ + 1 < text_.size()) {
      const char32_t letter = text_[at_ + 1];
      if (const std::string_view name = name_of_class(letter); !name.empty()) {
        at_ += 2;
        return !is_upper(letter) && add_named(set, name) && !range_follows();
      }
    }
    const bool is_dash = next_is(U'-');
    char32_t from = 0;
    if (!endpoint(from)) return false;
    // A dash stands for itself as the first or last element only.
    if (is_dash && (range_follows() || (!first && !next_is(U']')))) return false;
    return range_from(set, from);
  }

  bool named_set(CharacterSet& set) {
    std::string name;
    while (!at_end() && !next_is(U':')) name.push_back(static_cast<char>(text_[at_++] & 0x7fU));
    return take(U':') && take(U']') && add_named(set, name) && !range_follows();
  }

  bool range_follows() const { return next_is(U'-') && !next_is(U']', 1); }

  bool range_from(CharacterSet& set, char32_t from) {
    char32_t to = from;
    if (range_follows()) {
      ++at_;
      if (at_end() || next_is(U'[') || !endpoint(to) || range_follows()) return false;
    }
    set.add(from, to);
    return from <= to;
  }

  bool endpoint(char32_t& c) {
    c = text_[at_++];
    if (c != U'\\') return true;
    return !at_end() && escaped(text_[at_++], c);
  }

  std::u32string text_;
  std::size_t at_ = 0;
};

}  // namespace

bool CharacterSet::lists(char32_t c) const {
  return std::any_of(ranges.begin(), ranges.end(),
                     [c](const auto& each) { return each.first <= c && c <= each.second; });
}

Result<RegexNode> parse_regex(std::string_view pattern) {
  RegexNode node;
  if (!Parser(pattern).whole(node)) return Error::bad_filter;
  return node;
}

}  // namespace tidemark
