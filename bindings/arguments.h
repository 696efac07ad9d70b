// What a control call is given: one JSON object that names its arguments.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ascii.h"
#include "base/json.h"

namespace tidemark {

class Arguments {
 public:
  explicit Arguments(std::string_view json) : json_(json) {
    ok_ = json::validate(json) == Error::none && json::kind_of(json) == json::Kind::object;
  }

  bool ok() const { return ok_; }

  std::string text(std::string_view name, std::string_view otherwise = "") const {
    const auto value = json::member(json_, name);
    if (!value || json::kind_of(*value) != json::Kind::string) {
      return std::string(otherwise);
    }
    return json::string_of(*value);
  }

  // A whole number of at most nine digits; `otherwise` when there is none, none for all else.
  std::optional<std::size_t> count(std::string_view name, std::size_t otherwise) const {
    const auto value = json::member(json_, name);
    if (!value || *value == "null") return otherwise;
    std::size_t count = 0;
    if (value->size() > 9) return std::nullopt;
    for (const char c : *value) {
      if (!json::is_digit(c)) return std::nullopt;
      count = count * 10 + static_cast<std::size_t>(c - '0');
    }
    return count;
  }

  bool has(std::string_view name) const {
    return json::member(json_, name).value_or("null") != "null";
  }
  bool is_false(std::string_view name) const { return json::member(json_, name) == "false"; }

  // The texts of an array; what is no text is left out.
  std::vector<std::string> texts(std::string_view name) const {
    std::vector<std::string> texts;
    const std::string_view list = raw(name);
    if (list.empty() || json::kind_of(list) != json::Kind::array) return texts;
    json::Walker walker(list);
    for (std::string_view each; walker.next_element(each);) {
      const bool is_text = json::kind_of(each) == json::Kind::string;
      if (is_text) texts.push_back(json::string_of(each));
    }
    return texts;
  }

  std::string_view raw(std::string_view name) const {
    return json::member(json_, name).value_or("");
  }

 private:
  std::string_view json_;
  bool ok_ = false;
};

}  // namespace tidemark
