// What must hold, by the numbers of ARCHITECTURE.md. What one client was told is kept here,
// beside the core and independent of it.
//
// Rows without versions are promised less: a read and the stream are not ordered with each
// other, so such a row may be seen older for a moment. For them I1 holds, and of I3 that a
// read touches no row for which an event came after it left.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "catalogue.h"
#include "schedule.h"
#include "server.h"
#include "world.h"

namespace tidemark::sim {

struct Violation {
  std::string invariant;
  std::string what;
};

class Invariants {
 public:
  Invariants(World& world, const Setup& setup) : world_(world), setup_(setup) {}

  const std::optional<Violation>& violation() const { return violation_; }
  // The first one counts: it ends the run.
  void fail(std::string_view invariant, std::size_t client, std::string what);

  // I4: an event reaches the handlers once, within the window's capacity.
  void handed(std::size_t client, std::string_view id, bool repeated);

  // I2, I3: what an event or an answer told of a row; nothing older may be shown afterwards.
  void learned(std::size_t client, const Reading& row, bool deleted);
  // A row that no pending edit of the client's covers is shown: I2, I3, and I5, because
  // nothing but the server's own text may be left of an edit that ended.
  void shown(std::size_t client, const Reading& row, std::string_view text, const Server& server);
  // Nobody observes the table any more: what was known of it is gone.
  void forgot(std::size_t client, std::size_t table);

  // A client resumes at a place that exists.
  void asked_since(std::size_t client, const std::string& epoch, std::int64_t seq,
                   const Server& server);

  // I7: a link is opened again, because a timer was due, `waited` after the last one closed.
  void opened_by_timer(std::size_t client, Millis waited);
  void woken(std::size_t client) { clients_[client].excused += 4; }

 private:
  struct Known {
    std::int64_t commit = 0;
    bool deleted = false;
  };
  using Key = std::pair<std::size_t, std::string>;  // table, key

  struct Wait {
    std::size_t client;
    Millis length;
    Millis at;
  };

  struct Witness {
    std::unordered_map<std::string, std::uint64_t> handed;  // id → the how many-th
    std::uint64_t handed_count = 0;
    std::map<Key, Known> known;
    std::deque<Millis> openings;
    int excused = 0;
  };

  World& world_;
  const Setup& setup_;
  std::array<Witness, 8> clients_;
  std::vector<Wait> latest_waits_;  // of each client, within a second
  int herds_ = 0;
  std::optional<Violation> violation_;
};

}  // namespace tidemark::sim
