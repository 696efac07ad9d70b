// Any frame: decoding lends what lies in the frame, and an engine takes it.
#include "engine.h"
#include "support.h"
#include "wire/native.h"

namespace tidemark::fuzz {
namespace {

void check_event(const wire::Event& event, std::string_view frame) {
  require(lies_inside(event.text, frame) && lies_inside(event.row, event.text));
  require(!event.row.empty() && event.row.front() == '{');
  if (event.position) require(event.position->seq >= 0 && !event.position->epoch.empty());
  // Only what had an escape is kept elsewhere.
  if (frame.find('\\') != frame.npos) return;
  for (const std::string_view part :
       {event.id, event.entity, event.timestamp, event.sub, event.mutation}) {
    require(lies_inside(part, event.text));
  }
}

}  // namespace
}  // namespace tidemark::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidemark;
  const std::string_view frame = fuzz::text_of(data, size);
  static wire::Decoded decoded;
  wire::decode_native(frame, decoded);
  for (const wire::Message& each : decoded.messages) {
    if (const auto* event = std::get_if<wire::Event>(&each)) fuzz::check_event(*event, frame);
  }
  Config config;
  config.deliver_events = true;
  Engine engine(config, 1);
  engine.define_entity({"projects", "id", "version"});
  const auto view = engine.observe({"projects", "", "id.asc", "", true}, 1);
  engine.connect(1);
  engine.link_opened(1, 2);
  engine.take_effects();
  engine.frame(1, R"({"op":"subscribed","ref":"1","sub":"1","epoch":"e","seq":0})", 3);
  engine.frame(1, frame, 4);
  engine.frame(1, frame, 5);
  const std::string_view batch = engine.flush();
  fuzz::require(view.ok() && (batch.empty() || is_well_formed(batch)));
  fuzz::require(fuzz::Tree::accept(engine.stats()));
  engine.take_effects();
  return 0;
}
