// What became of each event, noted for people who look. Nothing here decides anything.
#include <algorithm>

#include "engine.h"

namespace tidemark {
namespace {

// I7: more than anybody reads, and a few MB at the most.
constexpr std::size_t kMostEntries = 10'000;

Fate fate_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::inserted:
    case Outcome::updated:
    case Outcome::deleted:
      return Fate::applied;
    case Outcome::unchanged:
      return Fate::unchanged;
    case Outcome::stale:
      return Fate::stale;
  }
  return Fate::applied;
}

}  // namespace

void Engine::trace(std::size_t entries) {
  if (entries == 0) {
    trace_.reset();
    return;
  }
  const std::size_t capacity = std::min(entries, kMostEntries);
  if (!trace_ || trace_->capacity() != capacity) trace_ = std::make_unique<EventTrace>(capacity);
}

std::string Engine::traced(std::uint64_t revision) const {
  return trace_ ? trace_->since(revision) : std::string();
}

TracedEvent Engine::traced_event(const wire::Event& event, Way way) const {
  return {.at = clock_.outside(clock_.latest()),
          .entity = event.entity,
          .event_id = event.id,
          .action = event.action,
          .position = event.position,
          .way = way};
}

void Engine::note_event(const wire::Event& event, Fate fate, Way way) {
  TracedEvent traced = traced_event(event, way);
  traced.fate = fate;
  EntityId entity = 0;
  const Entity* shape = store_.find_entity(event.entity, entity);
  const auto key = shape == nullptr ? std::nullopt : shape->key_of(event.row);
  const std::string id = key ? id_of(*key) : std::string();
  traced.id = id;
  trace_->add(traced);
}

void Engine::note_outcome(const wire::Event& event, Outcome outcome, Slot slot, Way way) {
  TracedEvent traced = traced_event(event, way);
  traced.fate = fate_of(outcome);
  const std::string id = id_of(store_.row(slot).key);
  traced.id = id;
  if (traced.fate == Fate::applied)
    trace_->add_applied(traced, slot);
  else
    trace_->add(traced);
}

void Engine::note_rejected(Error error, const wire::Event* event) {
  TracedEvent traced;
  if (event != nullptr) traced = traced_event(*event, Way::link);
  traced.at = clock_.outside(clock_.latest());
  traced.fate = Fate::rejected;
  traced.error = error;
  trace_->add(traced);
}

void Engine::note_polled(const RowChange& change, Slot slot) {
  const std::string id = id_of(store_.row(slot).key);
  trace_->add_applied({.at = clock_.outside(clock_.latest()),
                       .entity = store_.entity(change.entity).name,
                       .id = id,
                       .action = change.action,
                       .way = Way::poll},
                      slot);
}

}  // namespace tidemark
