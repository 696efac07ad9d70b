#include "invariants.h"

#include <algorithm>

namespace tidemark::sim {
namespace {

// Backoff begins at a second and is capped at eight: a minute has room for about a dozen
// retries, and for twice as many when chance is unkind.
constexpr std::size_t kMostOpeningsAMinute = 36;
constexpr Millis kSecond = 1'000;
constexpr Millis kMinute = 60'000;
constexpr int kTwice = 2;
constexpr std::ptrdiff_t kHerd = 3;

std::string describe(const Reading& row) {
  std::string out(kTables[row.table].name);
  return out.append(" ").append(row.key);
}

}  // namespace

void Invariants::fail(std::string_view invariant, std::size_t client, std::string what) {
  if (violation_) return;
  what.append(" (client ").append(std::to_string(client)).append(", at ");
  what.append(std::to_string(world_.now())).append(")");
  violation_ = {std::string(invariant), std::move(what)};
  world_.stop();
}

void Invariants::handed(std::size_t client, std::string_view id, bool repeated) {
  Witness& witness = clients_[client];
  const std::string name(id);
  const auto before = witness.handed.find(name);
  const bool is_known = before != witness.handed.end();
  if (repeated) {
    if (!is_known) fail("I4", client, "event " + name + " counts as repeated but never came");
    return;
  }
  const std::uint64_t turn = ++witness.handed_count;
  const auto capacity = static_cast<std::uint64_t>(setup_.dedup);
  if (is_known && turn - before->second <= capacity) {
    return fail("I4", client, "event " + name + " was handed out twice");
  }
  witness.handed[name] = turn;
}

void Invariants::learned(std::size_t client, const Reading& row, bool deleted) {
  if (!kTables[row.table].versioned) return;
  auto& known = clients_[client].known;
  const Key key{row.table, row.key};
  // Its tombstone may be gone already.
  if (deleted && setup_.is_tight()) {
    known.erase(key);
    return;
  }
  Known& held = known[key];
  // A delete that carries the id alone does not say what it is older than.
  const std::int64_t commit = row.commit.value_or(0);
  if (commit < held.commit) return;
  held.deleted = deleted || (held.deleted && commit == held.commit);
  held.commit = commit;
}

void Invariants::shown(std::size_t client, const Reading& row, std::string_view text,
                       const Server& server) {
  if (!row.commit || !server.wrote(*row.commit, text)) {
    return fail("I5", client,
                describe(row) + " is shown as the server never wrote it: " + std::string(text));
  }
  if (!kTables[row.table].versioned) return;
  Known& held = clients_[client].known[{row.table, row.key}];
  const std::string versions = describe(row) + " is shown at " + std::to_string(*row.commit) +
                               " after " + std::to_string(held.commit);
  if (held.deleted && *row.commit <= held.commit) return fail("I2", client, versions);
  if (*row.commit < held.commit) return fail("I3", client, versions);
  held = {*row.commit, false};
}

void Invariants::forgot(std::size_t client, std::size_t table) {
  std::erase_if(clients_[client].known,
                [table](const auto& each) { return each.first.first == table; });
}

void Invariants::asked_since(std::size_t client, const std::string& epoch, std::int64_t seq,
                             const Server& server) {
  if (epoch != server.epoch() || seq <= server.published()) return;
  fail("resume", client,
       "asks for what follows " + std::to_string(seq) + " but the stream ends at " +
           std::to_string(server.published()));
}

void Invariants::opened_by_timer(std::size_t client, Millis waited) {
  Witness& witness = clients_[client];
  auto& openings = witness.openings;
  openings.push_back(world_.now());
  while (openings.front() < world_.now() - kMinute) openings.pop_front();
  if (openings.size() > kMostOpeningsAMinute + static_cast<std::size_t>(witness.excused)) {
    fail("I7", client, std::to_string(openings.size()) + " links were opened within a minute");
  }

  // Without jitter a restarted server sees all of its clients at once, again and again. They do
  // not notice the restart in the same millisecond: what they have in common is their wait.
  std::erase_if(latest_waits_,
                [this](const Wait& each) { return each.at < world_.now() - kSecond; });
  std::erase_if(latest_waits_, [&](const Wait& each) { return each.client == client; });
  latest_waits_.push_back({client, waited, world_.now()});
  const auto alike = std::count_if(latest_waits_.begin(), latest_waits_.end(),
                                   [&](const Wait& each) { return each.length == waited; });
  if (alike != kHerd) return;
  herds_++;
  if (herds_ >= kTwice) fail("I7", client, "all clients wait equally long before they retry");
}

}  // namespace tidemark::sim
