// What a run did, for the report: faults by kind, and what came of them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tidemark::sim {

enum class Fault : std::uint8_t {
  drop_down,
  drop_up,
  duplicate,
  reorder,
  delay,
  garble,
  oversize,
  cut,
  kill,
  half_open,
  refuse,
  hang,
  restart,
  new_epoch,
  trim,
  reset,
  refuse_subscribe,
  expire_tokens,
  no_token,
  close_code,
  rest_fail,
  rest_lost,
  rest_slow,
  rest_garble,
  sleep,
  freeze,
  hide,
  offline,
  clock_forward,
  clock_back,
  bad_decode,
};

inline constexpr std::array<std::string_view, 31> kFaultNames{"drop-down",
                                                              "drop-up",
                                                              "duplicate",
                                                              "reorder",
                                                              "delay",
                                                              "garble",
                                                              "oversize",
                                                              "cut",
                                                              "kill",
                                                              "half-open",
                                                              "refuse",
                                                              "hang",
                                                              "restart",
                                                              "new-epoch",
                                                              "trim",
                                                              "reset",
                                                              "refuse-subscribe",
                                                              "expire-tokens",
                                                              "no-token",
                                                              "close-code",
                                                              "rest-fail",
                                                              "rest-lost",
                                                              "rest-slow",
                                                              "rest-garble",
                                                              "sleep",
                                                              "freeze",
                                                              "hide",
                                                              "offline",
                                                              "clock-forward",
                                                              "clock-back",
                                                              "bad-decode"};
inline constexpr std::size_t kFaults = kFaultNames.size();

struct Tally {
  std::array<std::uint64_t, kFaults> faults{};
  std::uint64_t schedules = 0;
  std::uint64_t steps = 0;
  std::uint64_t writes = 0;
  std::uint64_t events_delivered = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t stale = 0;
  std::uint64_t gaps = 0;
  std::uint64_t snapshots = 0;
  std::uint64_t links_opened = 0;
  std::uint64_t replays = 0;       // subscriptions that the server resumed
  std::uint64_t rows_checked = 0;  // against the server, at the end
  std::uint64_t run_twice = 0;

  void count(Fault fault) { ++faults[static_cast<std::size_t>(fault)]; }
};

}  // namespace tidemark::sim
