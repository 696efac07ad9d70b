// Members of objects that somebody else wrote. What is missing, or of another type than expected,
// is empty; so is what is asked of it.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"

namespace tidemark::wire {

inline std::string_view raw(std::string_view object, std::string_view name) {
  return object.empty() ? object : json::member(object, name).value_or("");
}

inline bool is(json::Kind kind, std::string_view value) {
  return !value.empty() && json::kind_of(value) == kind;
}

inline std::string_view object_in(std::string_view object, std::string_view name) {
  const std::string_view value = raw(object, name);
  return is(json::Kind::object, value) ? value : std::string_view();
}

inline std::string text_in(std::string_view object, std::string_view name) {
  const std::string_view value = raw(object, name);
  return is(json::Kind::string, value) ? json::string_of(value) : std::string();
}

}  // namespace tidemark::wire
