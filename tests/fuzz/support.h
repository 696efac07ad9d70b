// What every fuzz target needs: the bytes as text, and a check that ends the run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

namespace tidemark::fuzz {

using Tree = nlohmann::json;

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// JSON text and patterns hold no NUL, so one parts the inputs that hold two.
inline std::pair<std::string_view, std::string_view> halves_of(std::string_view text) {
  const std::size_t cut = text.find('\0');
  if (cut == std::string_view::npos) return {text, {}};
  return {text.substr(0, cut), text.substr(cut + 1)};
}

inline bool lies_inside(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

inline void require(bool holds) {
  if (!holds) std::abort();
}

// Does a double hold every number of the text exactly enough for the oracle to be one?
inline bool numbers_are_plain(std::string_view text) {
  std::size_t digits = 0;
  for (const char c : text) {
    digits = (c >= '0' && c <= '9') || c == '.' ? digits + 1 : 0;
    if (digits > 15 || c == 'e' || c == 'E') return false;
  }
  return true;
}

}  // namespace tidemark::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
