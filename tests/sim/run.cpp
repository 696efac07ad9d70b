#include "run.h"

#include <algorithm>

#include "client.h"
#include "scene.h"
#include "step.h"

namespace tidemark::sim {
namespace {

// Heartbeats, the longest backoff, the longest wait of a poll that failed often: all of them
// fit in, with room for a second round of some.
constexpr Millis kRecovery = 180'000;
constexpr Millis kGlance = 2'000;
// From a commit to the page of a client whose view is live.
constexpr Millis kPromptly = 1'500;
constexpr Millis kLinger = 2'000;

template <typename What>
void each_client(Scene& scene, What what) {
  for (std::size_t i = 0; i < scene.clients.size() && !scene.world.stopped(); ++i) {
    what(*scene.clients[i], i);
  }
}

std::optional<std::string> divergence(Scene& scene, bool live_ones_only, std::size_t& client) {
  std::optional<std::string> found;
  each_client(scene, [&](Client& each, std::size_t i) {
    if (found) return;
    client = i;
    found = each.is_busy() && !live_ones_only ? "is still busy" : each.divergence(live_ones_only);
  });
  return found;
}

void play(Scene& scene, const Schedule& schedule) {
  each_client(scene, [&](Client& client, std::size_t) {
    scene.world.after(scene.world.up_to(50), [&client] { client.connect(); });
  });
  for (const Step& step : schedule.steps) {
    if (scene.world.stopped()) return;
    scene.world.run_until(scene.world.now() + step.wait);
    step_kind(step.kind).perform(scene, step);
    ++scene.tally.steps;
  }
}

// The faults end; links that are dead and do not know it yet stay so.
void heal(Scene& scene) {
  scene.network.clear();
  scene.server.come_up();
  scene.server.refusals = 0;
  each_client(scene, [](Client& client, std::size_t) { client.heal(); });
}

// Without positions nobody can see what the network lost, and beyond the limits a deleted row
// may come back: the user presses "reload".
void reload_if_unsure(Scene& scene) {
  if (scene.setup.speaks() == Dialect::full && !scene.setup.is_tight()) return;
  scene.world.run_until(scene.world.now() + 25'000);
  each_client(scene, [](Client& client, std::size_t) { client.refetch_all(); });
}

// I1
void check_convergence(Scene& scene) {
  const Millis end = scene.world.now() + kRecovery;
  std::optional<std::string> amiss;
  std::size_t client = 0;
  do {
    scene.world.run_until(scene.world.now() + kGlance);
    // The last refusal may have been on its way when the faults ended.
    each_client(scene, [](Client& each, std::size_t) { each.connect_if_down(); });
    amiss = divergence(scene, false, client);
  } while (amiss && scene.world.now() < end && !scene.world.stopped());
  if (amiss) scene.invariants.fail("I1", client, *amiss);
}

// What a link that is dead and does not know it claims is true as far as it can know.
void outlast_half_open_links(Scene& scene) {
  const auto any = [&scene] {
    const auto links = scene.network.links();
    return std::any_of(links.begin(), links.end(),
                       [](const Link* each) { return each->is_half_open(); });
  };
  const Millis end = scene.world.now() + kRecovery;
  while (any() && scene.world.now() < end && !scene.world.stopped()) {
    scene.world.run_until(scene.world.now() + kGlance);
  }
}

// I1, I9: a view that claims to be live follows at once, without a read.
void check_liveness(Scene& scene) {
  for (std::size_t table = 0; table < kTables.size(); ++table) {
    for (const Row& row : scene.server.rows(table, 0)) {
      const auto column = static_cast<Column>(row.id % kColumns);
      scene.server.write({table, Action::update, row.id, {}, column, row.rank + row.name + 1});
      if (row.id % 3 == 2) break;
    }
  }
  scene.world.run_until(scene.world.now() + kPromptly);
  std::size_t client = 0;
  if (const auto amiss = divergence(scene, true, client)) {
    scene.invariants.fail("I9", client, "live, and yet " + *amiss);
  }
}

// I7
void check_bounds(Scene& scene) {
  scene.world.run_until(scene.world.now() + kLinger);
  each_client(scene, [](Client& client, std::size_t) { client.check_limits(); });
  each_client(scene, [](Client& client, std::size_t) { client.release_all(); });
  scene.world.run_until(scene.world.now() + kLinger);
  each_client(scene, [](Client& client, std::size_t) { client.disconnect(); });
  scene.world.run_until(scene.world.now() + kLinger);
  each_client(scene, [](Client& client, std::size_t) { client.check_empty(); });
}

std::uint64_t sum_up(const Scene& scene) {
  std::uint64_t digest = scene.server.commits();
  for (const auto& client : scene.clients) {
    digest = digest * 31 + client->digest();
    const Counters counters = client->counters();
    scene.tally.duplicates += counters.duplicates;
    scene.tally.stale += counters.stale;
    scene.tally.gaps += counters.gaps;
    scene.tally.snapshots += counters.snapshots;
  }
  return digest;
}

}  // namespace

Scene::Scene(const Schedule& from, Tally& counted)
    : setup(from.setup),
      tally(counted),
      world(from.seed),
      invariants(world, setup),
      server(world, setup),
      network(*this) {
  for (int i = 0; i < setup.clients; ++i) {
    clients.push_back(std::make_unique<Client>(*this, static_cast<std::size_t>(i)));
  }
}

Scene::~Scene() = default;

Outcome run(const Schedule& schedule, Tally& tally) {
  Scene scene(schedule, tally);
  scene.world.traces = schedule.traces;
  ++tally.schedules;
  play(scene, schedule);
  heal(scene);
  reload_if_unsure(scene);
  check_convergence(scene);
  outlast_half_open_links(scene);
  check_liveness(scene);
  check_bounds(scene);
  const std::uint64_t digest = sum_up(scene);
  return {scene.invariants.violation(), digest};
}

Outcome run_twice(const Schedule& schedule, Tally& tally) {
  const Outcome first = run(schedule, tally);
  if (first.violation) return first;
  Tally uncounted;
  ++tally.run_twice;
  const Outcome second = run(schedule, uncounted);
  if (second.digest == first.digest) return first;
  return {Violation{"I8", "the same schedule gave two different histories"}, first.digest};
}

Schedule minimise(Schedule schedule, const std::string& invariant, int most_runs) {
  Tally uncounted;
  const auto still_breaks = [&](const Schedule& candidate) {
    --most_runs;
    const Outcome outcome = run(candidate, uncounted);
    return outcome.violation && outcome.violation->invariant == invariant;
  };
  std::size_t piece = std::max<std::size_t>(schedule.steps.size() / 2, 1);
  while (most_runs > 0) {
    bool shorter = false;
    for (std::size_t at = 0; at < schedule.steps.size() && most_runs > 0;) {
      Schedule candidate = schedule;
      const auto first = candidate.steps.begin() + static_cast<std::ptrdiff_t>(at);
      const std::size_t size = std::min(piece, candidate.steps.size() - at);
      // What follows stays where it was in time.
      Millis waited = 0;
      for (std::size_t i = 0; i < size; ++i) waited += candidate.steps[at + i].wait;
      candidate.steps.erase(first, first + static_cast<std::ptrdiff_t>(size));
      if (at < candidate.steps.size()) candidate.steps[at].wait += waited;
      if (still_breaks(candidate)) {
        schedule = std::move(candidate);
        shorter = true;
      } else {
        at += piece;
      }
    }
    if (piece == 1 && !shorter) break;
    if (!shorter) piece = std::max<std::size_t>(piece / 2, 1);
  }
  return schedule;
}

}  // namespace tidemark::sim
