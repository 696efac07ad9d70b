// Looks at bytes that were not checked yet, 16 at a time where the machine can. Nothing here
// reads outside [at, end).
#pragma once

#include <cstddef>

namespace tidemark::poll {

// Are `size` bytes the same? Faster than memcmp in Wasm, where that goes byte by byte.
bool equal_bytes(const char* a, const char* b, std::size_t size);

struct Skipped {
  const char* after = nullptr;  // none when the value does not end
  int depth = 0;                // of the arrays and objects in it, itself included
};

// Past the value that begins at `at`, if what is there is a value at all: only brackets and
// quotes are looked at, so whoever needs to know must validate what was skipped. Valid JSON
// that begins at `at` ends where this says.
Skipped skip_value(const char* at, const char* end);

// Past the string whose opening quote is at `at`; none when it does not end.
const char* skip_string(const char* at, const char* end);

const char* skip_space(const char* at, const char* end);

}  // namespace tidemark::poll
