// Random JSON documents, and random spellings of one: member order, white space, escapes and
// number forms, everything that leaves the meaning alone.
#pragma once

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"

namespace tidemark::testing {

class RandomJson {
 public:
  using Tree = nlohmann::json;

  explicit RandomJson(std::uint64_t seed) : random_(seed) {}

  bool one_in(std::int64_t n) { return random_.up_to(n - 1) == 0; }
  std::int64_t up_to(std::int64_t n) { return random_.up_to(n); }
  template <typename Choices>
  const auto& pick(const Choices& choices) {
    return choices[static_cast<std::size_t>(random_.up_to(std::ssize(choices) - 1))];
  }

  Tree document(int depth = 4) {
    switch (random_.up_to(depth > 0 ? 8 : 4)) {
      case 0:
        return pick(std::vector<Tree>{nullptr, true, false});
      case 1:
      case 2:
        return number();
      case 3:
      case 4:
        return text();
      case 5:
      case 6: {
        Tree list = Tree::array();
        for (std::int64_t i = random_.up_to(5); i > 0; --i) list.push_back(document(depth - 1));
        return list;
      }
      default: {
        Tree object = Tree::object();
        // Sometimes long, with names longer than a word.
        const std::int64_t most = one_in(8) ? 40 : 6;
        for (std::int64_t i = random_.up_to(most); i > 0; --i) object[text()] = document(depth - 1);
        return object;
      }
    }
  }

  // One of the ways to write `tree`.
  std::string spelling(const Tree& tree) { return spell(tree, true); }

  // Changes one thing somewhere; may by chance change nothing.
  void mutate(Tree& tree) {
    if (tree.is_structured() && !tree.empty() && !one_in(3)) {
      auto child = tree.begin();
      std::advance(child, random_.up_to(static_cast<std::int64_t>(tree.size()) - 1));
      if (one_in(4))
        tree.erase(child);
      else
        mutate(*child);
    } else if (tree.is_array() && one_in(2)) {
      tree.push_back(document(1));
    } else if (tree.is_object() && one_in(2)) {
      tree[text()] = document(1);
    } else {
      tree = document(1);
    }
  }

 private:
  Tree number() {
    return pick(
        std::vector<Tree>{0, 1, -1, 7, 100, 1'200'000, -250, 123'456'789, 0.5, -0.25, 12.75});
  }

  std::string text() {
    static const std::vector<std::string> kPieces{"a",
                                                  "b",
                                                  "id",
                                                  "name",
                                                  "é",
                                                  "日本",
                                                  "😀",
                                                  "\"",
                                                  "\\",
                                                  "/",
                                                  "\n",
                                                  std::string(1, '\0'),
                                                  " ",
                                                  "}",
                                                  "]",
                                                  ",",
                                                  ":",
                                                  "0",
                                                  "a rather long piece of text"};
    std::string out;
    for (std::int64_t i = random_.up_to(3); i > 0; --i) out += pick(kPieces);
    return out;
  }

  std::string space() {
    return one_in(4)
               ? pick(std::vector<std::string>{" ", "\n", "\t", "\r\n  ", std::string(40, ' ')})
               : std::string();
  }

  std::string spell(const Tree& tree, bool may_repeat) {
    std::string out;
    if (tree.is_array()) {
      out = "[" + space();
      for (std::size_t i = 0; i < tree.size(); ++i) {
        if (i > 0) out += space() + "," + space();
        out += spell(tree[i], may_repeat);
      }
      return out + space() + "]";
    }
    if (tree.is_object()) return spell_object(tree, may_repeat);
    if (tree.is_string()) return spell_text(tree.get<std::string>());
    if (tree.is_number()) return spell_number(tree.dump());
    return tree.dump();
  }

  std::string spell_object(const Tree& tree, bool may_repeat) {
    std::vector<std::pair<std::string, Tree>> members;
    for (const auto& [key, value] : tree.items()) members.emplace_back(key, value);
    if (!one_in(3)) {
      for (std::size_t i = members.size(); i > 1; --i) {
        std::swap(members[i - 1],
                  members[static_cast<std::size_t>(up_to(std::ssize(members) - 1)) % i]);
      }
    }
    // Overridden by what follows.
    if (may_repeat && !members.empty() && one_in(6)) {
      members.emplace(members.begin(), pick(members).first, document(1));
    }
    std::string out = "{" + space();
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (i > 0) out += space() + "," + space();
      out += spell_text(members[i].first) + space() + ":" + space();
      out += spell(members[i].second, may_repeat);
    }
    return out + space() + "}";
  }

  // One UTF-16 unit or two, as an escape.
  static std::string escape_of(std::string_view bytes) {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    unsigned code = at(0);
    if (bytes.size() == 2) code = (at(0) & 0x1fU) << 6U | (at(1) & 0x3fU);
    if (bytes.size() == 3) code = (at(0) & 0xfU) << 12U | (at(1) & 0x3fU) << 6U | (at(2) & 0x3fU);
    if (bytes.size() == 4) {
      code = (at(0) & 7U) << 18U | (at(1) & 0x3fU) << 12U | (at(2) & 0x3fU) << 6U | (at(3) & 0x3fU);
      const unsigned rest = code - 0x10000U;
      return unit(0xd800U + (rest >> 10U)) + unit(0xdc00U + (rest & 0x3ffU));
    }
    return unit(code);
  }
  static std::string unit(unsigned code) {
    std::string out = "\\u";
    for (const unsigned shift : {12U, 8U, 4U, 0U}) {
      out += "0123456789abcDEF"[code >> shift & 0xfU];
    }
    return out;
  }

  std::string spell_text(std::string_view text) {
    std::string out = "\"";
    const bool escapes = one_in(3);
    while (!text.empty()) {
      const auto first = static_cast<unsigned char>(text.front());
      const std::size_t size = first < 0x80U ? 1 : first < 0xe0U ? 2 : first < 0xf0U ? 3 : 4;
      const bool must = first < 0x20U || first == '"' || first == '\\';
      if (must && first >= 0x20U && one_in(2)) {
        out += std::string("\\") + text.front();
      } else if (must || (escapes && one_in(3))) {
        out += escape_of(text.substr(0, size));
      } else {
        out += text.substr(0, size);
      }
      text.remove_prefix(size);
    }
    return out + "\"";
  }

  std::string spell_number(const std::string& digits) {
    if (digits == "0") return pick(std::vector<std::string>{"0", "-0", "0.0", "0e9", "-0.00E-1"});
    const bool whole = digits.find('.') == std::string::npos;
    switch (random_.up_to(5)) {
      case 0:
        return digits + (whole ? ".0" : "00");
      case 1:
        return digits + (one_in(2) ? "e0" : "E+00");
      case 2:
        return digits + (whole ? "0e-1" : "e-00");
      default:
        return digits;
    }
  }

  Random random_;
};

}  // namespace tidemark::testing
