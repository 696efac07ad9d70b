// What happens on a good day: other people write, users look, edit, leave and come back.
#include <array>

#include "client.h"
#include "scene.h"
#include "step.h"

namespace tidemark::sim {
namespace {

std::size_t nth(int number, std::size_t count) { return static_cast<std::size_t>(number) % count; }

Client& client_of(Scene& scene, const Step& step) {
  return *scene.clients[nth(step.client, scene.clients.size())];
}

// The same few ids for everybody, so that writes meet.
Write write_of(const Scene& scene, const Step& step) {
  Write write;
  write.table = nth(step.a, kTables.size());
  write.id = 1 + step.b % scene.setup.ids;
  write.row.id = write.id;
  set(write.row, Column::status, step.c);
  set(write.row, Column::rank, step.c / 3);
  set(write.row, Column::name, step.c / 7);
  write.column = static_cast<Column>(step.c % kColumns);
  write.value = step.c / 5;
  if (scene.server.find(write.table, write.id) == nullptr)
    write.action = Action::insert;
  else if (step.c % 5 == 0)
    write.action = Action::erase;
  return write;
}

void write_row(Scene& scene, const Step& step) {
  scene.server.write(write_of(scene, step));
  ++scene.tally.writes;
}

void write_burst(Scene& scene, const Step& step) {
  Step each = step;
  for (int left = 2 + step.a % 4; left > 0; --left) {
    each.a += 7;
    each.b += 3;
    each.c += 11;
    write_row(scene, each);
  }
}

// Again and again the same row: versions, dedup and edits meet there.
void write_hot_row(Scene& scene, const Step& step) {
  Step each = step;
  each.b = 0;
  write_row(scene, each);
}

void edit(Scene& scene, const Step& step) {
  Write write = write_of(scene, step);
  // Now and then under a name that the server replaces.
  const bool is_insert = write.action == Action::insert;
  if (is_insert ? step.c % 2 == 0 : step.c % 4 == 1) write.id = write.row.id = 0;
  client_of(scene, step).edit(write);
}

void observe(Scene& scene, const Step& step) {
  constexpr std::size_t kMostViews = 4;
  if (client_of(scene, step).view_count() >= kMostViews) return;
  Query query;
  query.table = nth(step.a, kTables.size());
  query.filter = step.b % 3 == 0 ? nth(step.b / 3, kFilters.size()) : 0;
  query.order = nth(step.c, kOrders.size());
  query.wrapped = step.c % 5 == 0;
  query.live = step.c % 7 != 0;
  if (!query.live || step.c % 11 == 0) query.interval = 2'000;
  query.adaptive = step.a % 2 == 0;
  client_of(scene, step).observe(query);
}

void release(Scene& scene, const Step& step) { client_of(scene, step).release(nth(step.a, 8)); }

void refetch(Scene& scene, const Step& step) { client_of(scene, step).refetch(nth(step.a, 8)); }

void subscribe(Scene& scene, const Step& step) {
  client_of(scene, step).subscribe(nth(step.a, kTables.size()), nth(step.b, kFilters.size()));
}

void unsubscribe(Scene& scene, const Step& step) {
  client_of(scene, step).unsubscribe(nth(step.a, 8));
}

void reconnect(Scene& scene, const Step& step) {
  Client& client = client_of(scene, step);
  client.disconnect();
  if (step.a % 4 != 0) client.connect();
}

void connect(Scene& scene, const Step& step) { client_of(scene, step).connect(); }

constexpr std::array<StepKind, 11> kActions{{
    {"write", 34, write_row},
    {"burst", 8, write_burst},
    {"hot-row", 14, write_hot_row},
    {"edit", 14, edit},
    {"observe", 7, observe},
    {"release", 4, release},
    {"refetch", 5, refetch},
    {"subscribe", 2, subscribe},
    {"unsubscribe", 2, unsubscribe},
    {"reconnect", 1, reconnect},
    {"connect", 1, connect},
}};

}  // namespace

std::span<const StepKind> actions() { return kActions; }

std::size_t step_kind_count() { return actions().size() + faults().size(); }

const StepKind& step_kind(std::size_t kind) {
  const std::size_t usual = actions().size();
  return kind < usual ? actions()[kind] : faults()[kind - usual];
}

}  // namespace tidemark::sim
