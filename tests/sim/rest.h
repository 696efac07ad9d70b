// Requests that answer once: reads of a view's rows, and writes. The server does its part
// between the way there and the way back, so an answer may be old when it arrives.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "server.h"

namespace tidemark::sim {

struct Scene;

struct ReadAnswer {
  std::optional<std::string> body{};  // none when the request failed or was never answered
  std::uint64_t commits = 0;          // how many changes the server had made by then
};
using ReadAnswered = std::function<void(const ReadAnswer& answer)>;

struct WriteAnswer {
  bool arrived = false;  // else nobody knows whether it was done
  std::string row{};     // "null" after a delete; empty when the server refused
};
using WriteAnswered = std::function<void(const WriteAnswer& answer)>;

struct ReadRequest {
  std::size_t table = 0;
  std::size_t filter = 0;
  std::size_t order = 0;
  bool wrapped = false;  // {"data":[…]}
};

void read(Scene& scene, std::size_t client, const ReadRequest& request, ReadAnswered answered);
void write(Scene& scene, std::size_t client, Write request, WriteAnswered answered);

}  // namespace tidemark::sim
