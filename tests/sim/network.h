// Every connection of a run, and the weather that each client has.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "link.h"
#include "tally.h"

namespace tidemark::sim {

// What will go wrong on one client's way to the server.
struct Weather {
  std::array<int, kFaults> due{};         // how many of the next messages, by Fault
  Millis slow_until = 0;                  // every message takes long
  std::array<Millis, 2> refused_until{};  // new links, by transport
  bool hangs = false;                     // they are left without an answer instead
  int refusal = 503;                      // the HTTP status of a refused stream

  bool take(Fault fault, Tally& tally) {
    int& left = due[static_cast<std::size_t>(fault)];
    if (left == 0) return false;
    --left;
    tally.count(fault);
    return true;
  }
  void clear() { *this = Weather{}; }
};

class Network {
 public:
  explicit Network(Scene& scene) : scene_(scene) {}

  Weather& weather(std::size_t client) { return weather_[client]; }
  void clear() {
    for (Weather& each : weather_) each.clear();
  }

  Link* open(std::size_t client, LinkId id, Transport transport, std::string subscribe,
             std::string token);
  Link* find(std::size_t client, LinkId id);

  // Those of one client, or of all of them.
  std::vector<Link*> links(std::size_t client);
  std::vector<Link*> links();

 private:
  Scene& scene_;
  std::array<Weather, 8> weather_;
  std::vector<std::unique_ptr<Link>> links_;  // kept to the end: what is under way points here
};

}  // namespace tidemark::sim
