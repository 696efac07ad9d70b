// A path and a body with a NUL between them: what differs lies in the body, every row has its
// own key, a body that was taken is known by its bytes, and an engine takes it, in parts too.
#include <cstring>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "engine.h"
#include "poll/snapshot.h"
#include "support.h"
#include "support/hand_in.h"

// The rows' JSON, which ends the batch; slots are numbered as they come.
static std::string rows_in(std::string_view batch) {
  if (batch.empty()) return {};
  std::uint32_t start = 0;
  std::memcpy(&start, batch.data() + 16, 4);
  return std::string(batch.substr(start));
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidemark;
  const auto [path, body] = fuzz::halves_of(fuzz::text_of(data, size));
  const Entity projects{"projects", "id", "version"};
  RowStore store(HashKey{1, 2}, StoreLimits{});
  const EntityId entity = store.define(projects);
  poll::Snapshot snapshot(store);
  const bool is_good = snapshot.read(body, path, entity, {}) == Error::none;
  // Nothing is taken that JSON's grammar does not allow.
  fuzz::require(!is_good || json::validate(body) == Error::none);
  fuzz::require(is_good || store.slots_in_use() == 0);
  if (is_good) {
    std::set<Slot> slots(snapshot.listed().begin(), snapshot.listed().end());
    fuzz::require(slots.size() == snapshot.listed().size());
    for (const auto& each : snapshot.differing()) {
      fuzz::require(fuzz::lies_inside(each.bytes, body));
      fuzz::require(projects.key_of(each.bytes) == store.row(each.slot).key);
      store.apply(each.slot, snapshot.change(each, 1), 1);
    }
    std::vector<Slot> expected;
    snapshot.swap_listed(expected);
    fuzz::require(snapshot.read(body, path, entity, expected) == Error::none);
    fuzz::require(snapshot.differing().empty());
  }
  std::string shown;
  for (const std::size_t part : {0U, 7U, 100U}) {
    Engine engine(Config{}, 1);
    engine.define_entity(projects);
    const auto view = engine.observe({"projects", "", "name.asc", std::string(path), false}, 1);
    for (Millis now = 2; now < 4; ++now) {
      const auto ticket = engine.begin_snapshot(view.value(), now).value();
      const Error error = support::hand_in(engine, ticket, body, part, now);
      fuzz::require((error == Error::none) == is_good);
      const std::string_view batch = engine.flush();
      fuzz::require(batch.empty() || is_well_formed(batch));
      // The same answer again changes nothing, and in parts it says the same.
      if (now > 2) fuzz::require(batch.empty());
      if (now == 2 && part == 0) shown = rows_in(batch);
      if (now == 2) fuzz::require(rows_in(batch) == shown);
      engine.commit();
    }
  }
  return 0;
}
