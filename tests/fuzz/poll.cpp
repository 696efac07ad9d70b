// A path and a body with a NUL between them: the rows that are read lie in the body, each
// with its own key, and an engine takes them.
#include <set>
#include <string>

#include "base/json.h"
#include "engine.h"
#include "poll/snapshot.h"
#include "support.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidemark;
  const auto [path, body] = fuzz::halves_of(fuzz::text_of(data, size));
  const Entity projects{"projects", "id", "version"};
  const auto rows = poll::read_rows(body, path, projects);
  if (rows.ok()) {
    std::set<std::string> keys;
    for (const auto& each : rows.value()) {
      fuzz::require(fuzz::lies_inside(each.bytes, body));
      fuzz::require(projects.key_of(each.bytes) == each.key);
      keys.insert(each.key);
    }
    fuzz::require(keys.size() == rows.value().size());
  }
  Engine engine(Config{}, 1);
  engine.define_entity(projects);
  const auto view = engine.observe({"projects", "", "name.asc", std::string(path), false}, 1);
  for (Millis now = 2; now < 4; ++now) {
    const auto ticket = engine.begin_snapshot(view.value(), now);
    fuzz::require((engine.end_snapshot(ticket.value(), body, now) == Error::none) == rows.ok());
    const std::string_view batch = engine.flush();
    fuzz::require(batch.empty() || is_well_formed(batch));
    // The same answer again changes nothing.
    if (now > 2) fuzz::require(batch.empty());
    engine.commit();
  }
  return 0;
}
