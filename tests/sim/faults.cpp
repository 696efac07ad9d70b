// What goes wrong, one function a fault. Some strike at once, others the next message that
// passes; a fault counts when it strikes.
#include <algorithm>
#include <array>

#include "client.h"
#include "scene.h"
#include "step.h"

namespace tidemark::sim {
namespace {

std::size_t client_index(const Scene& scene, const Step& step) {
  return static_cast<std::size_t>(step.client) % scene.clients.size();
}

Client& client_of(Scene& scene, const Step& step) {
  return *scene.clients[client_index(scene, step)];
}

Weather& weather_of(Scene& scene, const Step& step) {
  return scene.network.weather(client_index(scene, step));
}

// The next one, two or three messages or requests of the client.
template <Fault kFault>
void next_ones(Scene& scene, const Step& step) {
  weather_of(scene, step).due[static_cast<std::size_t>(kFault)] += 1 + step.a % 3;
}

template <typename What>
void each_link(Scene& scene, const Step& step, Fault fault, What what) {
  for (Link* link : scene.network.links(client_index(scene, step))) {
    if (!link->carries()) continue;
    scene.tally.count(fault);
    what(*link);
  }
}

void delay(Scene& scene, const Step& step) {
  scene.tally.count(Fault::delay);
  weather_of(scene, step).slow_until = scene.world.now() + 200 + step.a * 3;
}

void kill(Scene& scene, const Step& step) {
  each_link(scene, step, Fault::kill, [](Link& link) { link.kill(); });
}

void half_open(Scene& scene, const Step& step) {
  each_link(scene, step, Fault::half_open, [](Link& link) { link.go_half_open(); });
}

void close_code(Scene& scene, const Step& step) {
  constexpr std::array<int, 6> kCodes{1000, 1001, 1011, 1012, 1013, 4403};
  const int code = kCodes[static_cast<std::size_t>(step.a) % kCodes.size()];
  each_link(scene, step, Fault::close_code, [code](Link& link) { link.close(code); });
}

void refuse(Scene& scene, const Step& step) {
  constexpr std::array<int, 5> kStatuses{503, 500, 429, 404, 4002};
  Weather& weather = weather_of(scene, step);
  weather.hangs = false;
  weather.refusal = kStatuses[static_cast<std::size_t>(step.b) % kStatuses.size()];
  const Millis until = scene.world.now() + 500 + step.a * (step.c % 4 == 0 ? 40 : 8);
  // WebSocket alone, as behind some proxies, or both.
  weather.refused_until[0] = until;
  if (step.c % 2 == 0) weather.refused_until[1] = until;
  each_link(scene, step, Fault::kill, [](Link& link) { link.kill(); });
}

void hang(Scene& scene, const Step& step) {
  refuse(scene, step);
  weather_of(scene, step).hangs = true;
}

void bring_down(Scene& scene, const Step& step) {
  for (Link* link : scene.network.links()) {
    if (link->carries()) link->kill();
  }
  scene.server.stay_down_for(step.b % 3 == 0 ? 0 : 100 + step.a * (step.c % 5 == 0 ? 30 : 4));
}

void restart(Scene& scene, const Step& step) {
  scene.tally.count(Fault::restart);
  bring_down(scene, step);
}

void new_epoch(Scene& scene, const Step& step) {
  scene.tally.count(Fault::new_epoch);
  bring_down(scene, step);
  scene.server.begin_epoch();
}

void trim(Scene& scene, const Step& step) {
  scene.tally.count(Fault::trim);
  scene.server.trim(static_cast<std::size_t>(step.a % 3));
}

void reset(Scene& scene, const Step& step) {
  for (Link* link : scene.network.links(client_index(scene, step))) {
    if (!link->carries() || scene.setup.speaks() == Dialect::plain) continue;
    if (link->session()->reset(static_cast<std::size_t>(step.a))) scene.tally.count(Fault::reset);
  }
}

void refuse_subscribe(Scene& scene, const Step& step) {
  scene.tally.count(Fault::refuse_subscribe);
  scene.server.refusals += 1 + step.a % 3;
}

void expire_tokens(Scene& scene, const Step&) {
  if (scene.setup.tokens == 0) return;
  scene.tally.count(Fault::expire_tokens);
  scene.server.expire_tokens();
  for (Link* link : scene.network.links()) {
    if (link->carries()) link->session()->refuse_token();
  }
}

void no_token(Scene& scene, const Step& step) {
  if (scene.setup.tokens != 0) client_of(scene, step).lose_tokens(1 + step.a % 2);
}

// A machine that sleeps for long finds its connections gone, and nobody said so.
void fall_asleep(Scene& scene, const Step& step, Fault fault, Millis time) {
  scene.tally.count(fault);
  client_of(scene, step).sleep(time, fault == Fault::freeze, step.b % 2 == 0);
  if (step.b % 3 == 0) half_open(scene, step);
  if (step.b % 3 == 1 && fault == Fault::freeze) kill(scene, step);
}

void sleep(Scene& scene, const Step& step) {
  fall_asleep(scene, step, Fault::sleep, 200 + step.a * (step.c % 3 == 0 ? 60 : 6));
}

void freeze(Scene& scene, const Step& step) {
  fall_asleep(scene, step, Fault::freeze, 500 + step.a * 12);
}

void hide(Scene& scene, const Step& step) {
  scene.tally.count(Fault::hide);
  client_of(scene, step).pause(PauseReason::hidden, 200 + step.a * 20);
}

void offline(Scene& scene, const Step& step) {
  scene.tally.count(Fault::offline);
  client_of(scene, step).pause(PauseReason::offline, 100 + step.a * 10);
  // Or the browser is wrong, and everything still works.
  if (step.b % 3 > 0) half_open(scene, step);
}

void clock_forward(Scene& scene, const Step& step) {
  scene.tally.count(Fault::clock_forward);
  client_of(scene, step).shift_clock(step.b % 2 == 0 ? 3'600'000 : step.a * 10);
}

void clock_back(Scene& scene, const Step& step) {
  scene.tally.count(Fault::clock_back);
  client_of(scene, step).shift_clock(step.b % 2 == 0 ? -3'600'000 : -step.a * 10);
}

void bad_decode(Scene& scene, const Step& step) { client_of(scene, step).fail_decode(); }

constexpr std::array<StepKind, kFaults> kAll{{
    {"drop-down", 5, next_ones<Fault::drop_down>},
    {"drop-up", 2, next_ones<Fault::drop_up>},
    {"duplicate", 4, next_ones<Fault::duplicate>},
    {"reorder", 4, next_ones<Fault::reorder>},
    {"delay", 3, delay},
    {"garble", 2, next_ones<Fault::garble>},
    {"oversize", 1, next_ones<Fault::oversize>},
    {"cut", 2, next_ones<Fault::cut>},
    {"kill", 4, kill},
    {"half-open", 3, half_open},
    {"refuse", 3, refuse},
    {"hang", 1, hang},
    {"restart", 3, restart},
    {"new-epoch", 2, new_epoch},
    {"trim", 2, trim},
    {"reset", 2, reset},
    {"refuse-subscribe", 2, refuse_subscribe},
    {"expire-tokens", 2, expire_tokens},
    {"no-token", 1, no_token},
    {"close-code", 2, close_code},
    {"rest-fail", 3, next_ones<Fault::rest_fail>},
    {"rest-lost", 2, next_ones<Fault::rest_lost>},
    {"rest-slow", 5, next_ones<Fault::rest_slow>},
    {"rest-garble", 1, next_ones<Fault::rest_garble>},
    {"sleep", 2, sleep},
    {"freeze", 1, freeze},
    {"hide", 2, hide},
    {"offline", 2, offline},
    {"clock-forward", 1, clock_forward},
    {"clock-back", 1, clock_back},
    {"bad-decode", 2, bad_decode},
}};

}  // namespace

std::span<const StepKind> faults() { return kAll; }

}  // namespace tidemark::sim
