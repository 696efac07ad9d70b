// tidemark_sim --seeds N [--from S] [--first]   runs schedules S … S+N-1
// tidemark_sim [--trace] --replay FILE…                  runs recorded ones
// tidemark_sim --minimise SEED                           prints the shortest that still fails
//
// Prints one line for each violation and a summary. Exit code 1 when anything was violated.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "run.h"

namespace tidemark::sim {
namespace {

constexpr std::uint64_t kTwiceEvery = 16;
constexpr int kMinimiseRuns = 1'500;

struct Options {
  std::uint64_t seeds = 0;
  std::uint64_t from = 0;
  bool first = false;  // stop at the first violation
  bool trace = false;  // print what passes between clients and cores
  std::vector<std::string> replays;
  std::optional<std::uint64_t> minimise;
};

// For the handler below: which run an assertion ended.
std::uint64_t running = 0;

void say_seed(int signal) {
  std::fprintf(stderr, "violation assert seed=%llu\n", static_cast<unsigned long long>(running));
  std::fflush(nullptr);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

bool parse(int count, char** words, Options& options) {
  const auto number = [](const char* text) { return std::strtoull(text, nullptr, 10); };
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    const bool has_value = i + 1 < count;
    if (word == "--first")
      options.first = true;
    else if (word == "--trace")
      options.trace = true;
    else if (word == "--seeds" && has_value)
      options.seeds = number(words[++i]);
    else if (word == "--from" && has_value)
      options.from = number(words[++i]);
    else if (word == "--minimise" && has_value)
      options.minimise = number(words[++i]);
    else if (word == "--replay" && has_value)
      options.replays.assign(words + i + 1, words + count), i = count;
    else
      return false;
  }
  return options.seeds > 0 || !options.replays.empty() || options.minimise.has_value();
}

void print(const Violation& violation, const std::string& where) {
  std::printf("violation %s %s: %s\n", violation.invariant.c_str(), where.c_str(),
              violation.what.c_str());
  std::fflush(stdout);
}

void print(const Tally& tally, std::uint64_t violations) {
  const auto line = [](const char* name, std::uint64_t value) {
    std::printf("%s=%llu\n", name, static_cast<unsigned long long>(value));
  };
  line("schedules", tally.schedules);
  line("steps", tally.steps);
  line("writes", tally.writes);
  line("links-opened", tally.links_opened);
  line("events-delivered", tally.events_delivered);
  line("duplicates-suppressed", tally.duplicates);
  line("stale-rejected", tally.stale);
  line("gaps-found", tally.gaps);
  line("streams-resumed", tally.replays);
  line("snapshots", tally.snapshots);
  line("rows-checked", tally.rows_checked);
  line("run-twice", tally.run_twice);
  for (std::size_t i = 0; i < kFaults; ++i) {
    line(("fault:" + std::string(kFaultNames[i])).c_str(), tally.faults[i]);
  }
  line("violations", violations);
}

int run_seeds(const Options& options) {
  Tally tally;
  std::uint64_t violations = 0;
  for (std::uint64_t seed = options.from; seed < options.from + options.seeds; ++seed) {
    running = seed;
    const Schedule schedule = schedule_for(seed);
    const Outcome outcome =
        seed % kTwiceEvery == 0 ? run_twice(schedule, tally) : run(schedule, tally);
    if (!outcome.violation) continue;
    ++violations;
    print(*outcome.violation, "seed=" + std::to_string(seed));
    if (options.first) break;
  }
  print(tally, violations);
  return violations == 0 ? 0 : 1;
}

int replay(const Options& options) {
  Tally tally;
  std::uint64_t violations = 0;
  for (const std::string& file : options.replays) {
    std::ifstream stream(file);
    std::stringstream text;
    text << stream.rdbuf();
    auto schedule = from_json(text.str());
    if (!schedule) {
      std::printf("violation unreadable %s: not a recorded schedule\n", file.c_str());
      ++violations;
      continue;
    }
    running = schedule->seed;
    schedule->traces = options.trace;
    const Outcome outcome = run_twice(*schedule, tally);
    if (!outcome.violation) continue;
    ++violations;
    print(*outcome.violation, file);
  }
  print(tally, violations);
  return violations == 0 ? 0 : 1;
}

int shorten(std::uint64_t seed) {
  Tally tally;
  running = seed;
  const Schedule schedule = schedule_for(seed);
  const Outcome outcome = run_twice(schedule, tally);
  if (!outcome.violation) {
    std::fprintf(stderr, "seed %llu violates nothing\n", static_cast<unsigned long long>(seed));
    return 2;
  }
  const std::string& invariant = outcome.violation->invariant;
  const Schedule shortest = minimise(schedule, invariant, kMinimiseRuns);
  std::printf("%s", to_json(shortest, invariant).c_str());
  return 1;
}

}  // namespace
}  // namespace tidemark::sim

int main(int count, char** words) {
  using namespace tidemark::sim;
  Options options;
  if (!parse(count, words, options)) {
    std::fprintf(stderr,
                 "usage: tidemark_sim --seeds N [--from S] [--first] | --replay FILE… | "
                 "--minimise SEED\n");
    return 2;
  }
  std::signal(SIGABRT, say_seed);
  std::signal(SIGSEGV, say_seed);
  if (options.minimise) return shorten(*options.minimise);
  return options.replays.empty() ? run_seeds(options) : replay(options);
}
