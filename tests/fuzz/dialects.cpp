// Any frames of servers that are not ours, one a line: first decoded on their own, then taken by
// an engine that has asked for a subscription.
#include <string>

#include "base/json.h"
#include "engine.h"
#include "support.h"

namespace tidemark::fuzz {
namespace {

void check_decoded(const wire::Decoded& decoded) {
  for (const wire::Message& each : decoded.messages) {
    const auto* event = std::get_if<wire::Event>(&each);
    if (event == nullptr) continue;
    require(json::validate(event->text) == Error::none);
    require(lies_inside(event->row, event->text) || json::validate(event->row) == Error::none);
    require(!event->row.empty() && event->row.front() == '{');
    if (event->position) require(event->position->seq >= 0);
  }
  for (const std::string& each : decoded.replies) require(json::validate(each) == Error::none);
}

void run(const char* name, std::string_view frames) {
  const auto dialect = wire::make_dialect(*wire::dialect_of(name));
  wire::Decoded decoded;
  dialect->begin("token");
  dialect->subscribe({.ref = "1", .entity = "projects", .table = "projects"});

  Config config;
  config.dialect = *wire::dialect_of(name);
  config.deliver_events = true;
  config.relay = true;
  Engine engine(config, 1);
  engine.define_entity({"projects", "id", "version"});
  const auto view = engine.observe({"projects", "", "id.asc", "", true}, 1);
  engine.connect(1);
  engine.link_opened(1, 2, "last");
  engine.take_effects();
  Millis now = 3;
  while (!frames.empty()) {
    const std::string_view frame = frames.substr(0, frames.find('\n'));
    frames.remove_prefix(frame.size() < frames.size() ? frame.size() + 1 : frame.size());
    dialect->decode(frame, decoded);
    check_decoded(decoded);
    dialect->decode(frame, "id", decoded);
    check_decoded(decoded);
    engine.frame(1, frame, now++);
    const std::string effects = engine.take_effects();
    // Not by the oracle, which refuses lone surrogates.
    require(effects.empty() || json::validate(effects) == Error::none);
  }
  const std::string_view batch = engine.flush();
  require(view.ok() && (batch.empty() || is_well_formed(batch)));
  require(Tree::accept(engine.stats()));
}

}  // namespace
}  // namespace tidemark::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view frames = tidemark::fuzz::text_of(data, size);
  for (const char* name : {"supabase", "centrifugo", "mercure", "plain"}) {
    tidemark::fuzz::run(name, frames);
  }
  return 0;
}
