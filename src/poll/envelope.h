// The part of a body that is around its list: `{"data":[…],"count":2}`.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/error.h"

namespace tidemark::poll {

struct ListStart {
  const char* at = nullptr;  // the list's bracket; none when it was not found
  int depth = 0;             // of what the list is in
};

// The first array at `path`, if the bytes before it are what they look like. The body was
// not checked; whoever uses the list must check the envelope afterwards.
ListStart find_list(std::string_view body, std::string_view path);

// Is a body valid JSON that has `head` before its list and `tail` after it, and is that list the
// one at `path`?
bool is_envelope(std::string_view head, std::string_view tail, std::string_view path);

}  // namespace tidemark::poll
