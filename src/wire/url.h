// Text as part of a URL's query.
#pragma once

#include <string>
#include <string_view>

namespace tidemark::wire {

// What stands for itself is RFC 3986's unreserved characters; all else becomes %XX.
inline std::string url_encoded(std::string_view text) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (kPlain.find(c) != std::string_view::npos)
      out.push_back(c);
    else
      out.append({'%', kHex[byte >> 4U], kHex[byte & 0xfU]});
  }
  return out;
}

}  // namespace tidemark::wire
