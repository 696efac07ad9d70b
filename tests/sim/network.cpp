#include "network.h"

#include <utility>

#include "scene.h"

namespace tidemark::sim {

Link* Network::open(std::size_t client, LinkId id, Transport transport, std::string subscribe,
                    std::string token) {
  links_.push_back(std::make_unique<Link>(scene_, client, id, transport, std::move(subscribe),
                                          std::move(token)));
  return links_.back().get();
}

Link* Network::find(std::size_t client, LinkId id) {
  for (const auto& each : links_) {
    if (each->client() == client && each->id() == id) return each.get();
  }
  return nullptr;
}

std::vector<Link*> Network::links(std::size_t client) {
  std::vector<Link*> found;
  for (const auto& each : links_) {
    if (each->client() == client) found.push_back(each.get());
  }
  return found;
}

std::vector<Link*> Network::links() {
  std::vector<Link*> found;
  for (const auto& each : links_) found.push_back(each.get());
  return found;
}

}  // namespace tidemark::sim
