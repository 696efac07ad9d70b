// What a URL's query says, as a server reads it.
#pragma once

#include <string>
#include <string_view>

namespace tidemark::testing {

// The value of the first parameter of that name; empty when there is none.
inline std::string url_parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(pair.size() < query.size() ? pair.size() + 1 : pair.size());
    if (!pair.starts_with(name) || pair.substr(name.size(), 1) != "=") continue;
    std::string out;
    for (std::size_t i = name.size() + 1; i < pair.size(); ++i) {
      if (pair[i] != '%') {
        out.push_back(pair[i]);
        continue;
      }
      out.push_back(static_cast<char>(std::stoi(std::string(pair.substr(i + 1, 2)), nullptr, 16)));
      i += 2;
    }
    return out;
  }
  return {};
}

}  // namespace tidemark::testing
