#include "schedule.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/random.h"
#include "step.h"

namespace tidemark::sim {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kBiggest = 999;  // of a step's numbers

struct Field {
  const char* name;
  int Setup::*value;
};
constexpr std::array<Field, 12> kFields{{
    {"clients", &Setup::clients},
    {"ids", &Setup::ids},
    {"dialect", &Setup::dialect},
    {"retention", &Setup::retention},
    {"dedup", &Setup::dedup},
    {"tombstones", &Setup::tombstones},
    {"tokens", &Setup::tokens},
    {"relay", &Setup::relay},
    {"bareDeletes", &Setup::bare_deletes},
    {"publishDelay", &Setup::publish_delay},
    {"paint", &Setup::paint},
    {"attempts", &Setup::attempts},
}};

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : random_(seed) {}
  int up_to(int bound) { return static_cast<int>(random_.up_to(bound)); }
  bool one_in(int chances) { return up_to(chances - 1) == 0; }

 private:
  Random random_;
};

Setup setup_for(Chance& chance) {
  Setup setup;
  setup.clients = 2 + chance.up_to(5) / 3 + (chance.one_in(8) ? 1 : 0);
  setup.ids = 4 + chance.up_to(6);
  if (chance.one_in(6)) setup.dialect = 1 + chance.up_to(1);
  setup.retention = chance.one_in(3) ? 3 + chance.up_to(12) : 60;
  if (chance.one_in(12)) {
    setup.dedup = 4 + chance.up_to(8);
    setup.tombstones = 1 + chance.up_to(3);
  }
  setup.tokens = chance.one_in(5) ? 1 : 0;
  setup.relay = chance.one_in(5) ? 1 : 0;
  setup.bare_deletes = chance.one_in(6) ? 1 : 0;
  setup.publish_delay = chance.one_in(4) ? 0 : 5 + chance.up_to(80);
  setup.paint = chance.one_in(2) ? 0 : 16;
  setup.attempts = chance.one_in(4) ? 1'000 : 10;
  for (int& each : setup.transports) {
    each = chance.one_in(2) ? chance.up_to(static_cast<int>(kTransports.size()) - 1) : 0;
  }
  return setup;
}

std::size_t kind_named(std::string_view name) {
  std::size_t kind = 0;
  while (kind < step_kind_count() && step_kind(kind).name != name) ++kind;
  return kind;
}

// A random half of the faults, so that those that are there meet each other often (Groce
// and others, "Swarm testing", ISSTA 2012).
std::vector<int> weights_for(Chance& chance) {
  std::vector<int> weights;
  const std::size_t usual = actions().size();
  for (std::size_t kind = 0; kind < step_kind_count(); ++kind) {
    const bool is_in = kind < usual || chance.one_in(2);
    weights.push_back(is_in ? step_kind(kind).weight : 0);
  }
  return weights;
}

Millis wait_for(Chance& chance) {
  switch (chance.up_to(9)) {
    case 0:
      return 500 + chance.up_to(4'000);
    case 1:
    case 2:
      return chance.up_to(400);
    case 3:
      return chance.one_in(3) ? chance.up_to(12'000) : 0;
    default:
      return chance.up_to(40);
  }
}

std::string_view name_at(const Json& tree, const char* name) {
  const auto found = tree.find(name);
  if (found == tree.end()) return {};
  const auto* text = found->get_ptr<const std::string*>();
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

bool read(const Json& tree, const char* name, int& value) {
  const auto found = tree.find(name);
  if (found == tree.end() || !found->is_number_integer()) return false;
  value = found->get<int>();
  return true;
}

}  // namespace

Schedule schedule_for(std::uint64_t seed) {
  Chance chance(seed * 2 + 1);
  Schedule schedule;
  schedule.seed = seed;
  schedule.setup = setup_for(chance);
  const auto numbers = [&chance](Step& step) {
    step.a = chance.up_to(kBiggest);
    step.b = chance.up_to(kBiggest);
    step.c = chance.up_to(kBiggest);
  };
  const std::size_t observe = kind_named("observe");
  for (int client = 0; client < schedule.setup.clients; ++client) {
    for (int views = 1 + chance.up_to(1); views > 0; --views) {
      Step step{observe, chance.up_to(20), client};
      numbers(step);
      schedule.steps.push_back(step);
    }
  }
  const std::vector<int> weights = weights_for(chance);
  int total = 0;
  for (const int weight : weights) total += weight;
  for (int left = 40 + chance.up_to(60); left > 0; --left) {
    Step step;
    int pick = chance.up_to(total - 1);
    while (pick >= weights[step.kind]) pick -= weights[step.kind++];
    step.wait = wait_for(chance);
    step.client = chance.up_to(schedule.setup.clients - 1);
    numbers(step);
    schedule.steps.push_back(step);
  }
  return schedule;
}

std::string to_json(const Schedule& schedule, std::string_view invariant) {
  Json tree;
  tree["invariant"] = invariant;
  tree["seed"] = std::to_string(schedule.seed);
  for (const Field& each : kFields) tree["setup"][each.name] = schedule.setup.*each.value;
  tree["setup"]["transports"] = schedule.setup.transports;
  tree["steps"] = Json::array();
  for (const Step& each : schedule.steps) {
    tree["steps"].push_back({{"do", step_kind(each.kind).name},
                             {"wait", each.wait},
                             {"client", each.client},
                             {"a", each.a},
                             {"b", each.b},
                             {"c", each.c}});
  }
  return tree.dump(1) + "\n";
}

std::optional<Schedule> from_json(std::string_view text) {
  const Json tree = Json::parse(text, nullptr, false);
  if (!tree.is_object() || !tree.contains("setup") || !tree.contains("steps")) return std::nullopt;
  Schedule schedule;
  for (const char digit : name_at(tree, "seed")) {
    if (digit < '0' || digit > '9') return std::nullopt;
    schedule.seed = schedule.seed * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  const Json& setup = tree["setup"];
  for (const Field& each : kFields) {
    if (!read(setup, each.name, schedule.setup.*each.value)) return std::nullopt;
  }
  if (!setup.contains("transports")) return std::nullopt;
  const Json& transports = setup["transports"];
  for (std::size_t i = 0; i < schedule.setup.transports.size(); ++i) {
    if (i < transports.size()) schedule.setup.transports[i] = transports[i].get<int>();
  }
  for (const Json& each : tree["steps"]) {
    Step step;
    int wait = 0;
    step.kind = kind_named(name_at(each, "do"));
    const bool good = step.kind < step_kind_count() && read(each, "wait", wait) &&
                      read(each, "client", step.client) && read(each, "a", step.a) &&
                      read(each, "b", step.b) && read(each, "c", step.c);
    if (!good) return std::nullopt;
    step.wait = wait;
    schedule.steps.push_back(step);
  }
  return schedule;
}

}  // namespace tidemark::sim
