// Everything that takes part in one run.
#pragma once

#include <memory>
#include <vector>

#include "invariants.h"
#include "network.h"
#include "schedule.h"
#include "server.h"
#include "tally.h"
#include "world.h"

namespace tidemark::sim {

class Client;

inline constexpr std::size_t kMostFrameBytes = 16'384;

struct Scene {
  Scene(const Schedule& from, Tally& counted);
  ~Scene();

  const Setup setup;
  Tally& tally;
  World world;
  Invariants invariants;
  Server server;
  Network network;
  std::vector<std::unique_ptr<Client>> clients;
};

}  // namespace tidemark::sim
