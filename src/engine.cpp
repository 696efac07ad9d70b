#include "engine.h"

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "wire/native.h"

namespace tidemark {
namespace {

HashKey key_from(std::uint64_t seed) {
  Random random(seed);
  return {random.next(), random.next()};
}

}  // namespace

Engine::Engine(const Config& config, std::uint64_t seed)
    : config_(config),
      random_(seed),
      store_(key_from(seed ^ 1U), {static_cast<std::size_t>(config.tombstone_capacity),
                                   static_cast<std::size_t>(config.hidden_row_capacity)}),
      sequencer_(key_from(seed ^ 2U), static_cast<std::size_t>(config.dedup_capacity),
                 config.dedup_ttl),
      overlay_(store_),
      session_(config.session, seed ^ 3U),
      dialect_(wire::make_dialect(config.dialect)) {}

// ---------------------------------------------------------------- wire → sequence → store

void Engine::frame(LinkId link, std::string_view bytes, Millis now) {
  now = begin_input(now);
  // A link that was replaced may still speak; the one that replaced it has it all.
  if (session_.link() == link) receive(bytes, {}, now);
  drain_session(now);
}

void Engine::frame_too_large(LinkId link, Millis now) {
  now = begin_input(now);
  if (session_.link() != link) return;
  ++counters_.frames_received;
  session_.heard(now);
  reject(Error::too_large);
}

void Engine::stream(LinkId link, std::string_view bytes, Millis now) {
  now = begin_input(now);
  if (session_.link() != link) return;
  if (!stream_ || stream_link_ != link) {
    stream_.emplace(static_cast<std::size_t>(config_.max_frame_bytes));
    stream_link_ = link;
  }
  // Comments are sent to show that the server is alive.
  session_.heard(now);
  stream_->take(
      bytes, [&](std::string_view data) { receive(data, stream_->last_id(), now); },
      [&] { reject(Error::too_large); });
  drain_session(now);
}

void Engine::receive(std::string_view frame, std::string_view id, Millis now) {
  ++counters_.frames_received;
  session_.heard(now);
  dialect_->decode(frame, id, decoded_);
  send_frames(*session_.link(), decoded_.replies);
  for (const Error error : decoded_.rejected) reject(error);
  for (const wire::Message& message : decoded_.messages) {
    std::visit([&](const auto& each) { on(each, now); }, message);
  }
  heard_at_ = tick_;
  if (overlay_.awaits_rows()) send_mutations();
  if (relaying_.empty()) return;
  relaying_.push_back(']');
  effects_.relay(relaying_);
  relaying_.clear();
}

void Engine::relay(std::string_view bytes, Millis now) {
  now = begin_input(now);
  wire::decode_native(bytes, decoded_);
  for (const wire::Message& message : decoded_.messages) {
    const auto* event = std::get_if<wire::Event>(&message);
    if (event == nullptr || event->id.empty()) continue;
    EntityId entity = 0;
    const Entity* shape = store_.find_entity(event->entity, entity);
    const auto& head = sequencer_.head();
    // Only a version can say where it belongs among what this tab's own link brings (I3), and
    // only within the epoch that this tab knows.
    const bool has_version = shape != nullptr && shape->version_of(event->row).known();
    const bool is_elsewhere = event->position && head && event->position->epoch != head->epoch;
    if (!has_version || is_elsewhere) {
      note(*event, Fate::foreign, Way::tab);
      continue;
    }
    if (!sequencer_.first_sight(*event, now)) {
      ++counters_.duplicates;
      note(*event, Fate::duplicate, Way::tab);
      continue;
    }
    ++counters_.relayed;
    deliver(*event, nullptr, false);
    sequencer_.note_relayed(*event, matching_subscriptions(*event), now);
    if (is_observed(entity))
      apply_event(*event, entity, Way::tab);
    else
      note(*event, Fate::unobserved, Way::tab);
  }
  drain_session(now);
}

void Engine::reject(Error error, const wire::Event* event) {
  if (trace_) note_rejected(error, event);
  ++counters_.frames_rejected;
  ++counters_.rejected[static_cast<std::size_t>(error)];
  if (reports(error_code(error))) effects_.error(error, false);
}

// A broken server breaks every frame; one word a link about each way is enough.
bool Engine::reports(std::string_view about) {
  constexpr std::size_t kMost = 64;
  const bool known = std::find(reported_.begin(), reported_.end(), about) != reported_.end();
  if (known || reported_.size() >= kMost) return false;
  reported_.emplace_back(about);
  return true;
}

void Engine::on(const wire::Event& event, Millis now) {
  const Admission admission = sequencer_.admit(event, now);
  switch (admission.verdict) {
    case Verdict::foreign:
      return note(event, Fate::foreign);
    case Verdict::behind:
      ++counters_.duplicates;
      return note(event, Fate::duplicate);
    case Verdict::early:
      note(event, Fate::gap);
      return resubscribe(*admission.subscription, now);
    case Verdict::rewound:
      note(event, Fate::gap);
      admission.subscription->position.reset();
      return resubscribe(*admission.subscription, now);
    case Verdict::duplicate:
      ++counters_.duplicates;
      note(event, Fate::duplicate);
      // Another subscription's copy of a known event: its own handlers have not had it yet.
      // Unless a sibling tab's copy, which names no subscription, went to all of them (I4).
      if (admission.subscription != nullptr && is_first_copy(event, *admission.subscription, now)) {
        deliver(event, admission.subscription, true);
      }
      return;
    case Verdict::fresh:
      break;
  }
  // Only where nothing else tells later copies: it costs a hash.
  if (admission.subscription != nullptr && !event.position) {
    is_first_copy(event, *admission.subscription, now);
  }
  last_event_at_ = now;
  deliver(event, admission.subscription, false);
  EntityId entity = 0;
  const Entity* shape = store_.find_entity(event.entity, entity);
  if (shape == nullptr) return note(event, Fate::unobserved);
  if (config_.relay && !event.id.empty() && !shape->version_field.empty()) {
    relaying_.append(relaying_.empty() ? "[" : ",").append(event.text);
  }
  if (!is_observed(entity)) return note(event, Fate::unobserved);
  apply_event(event, entity, Way::link);
}

// A position says so by itself; without one it has to be remembered.
bool Engine::is_first_copy(const wire::Event& event, const Subscription& subscription, Millis now) {
  if (event.position) return !sequencer_.was_relayed(event, subscription.id);
  return !event.id.empty() && sequencer_.first_copy(event, subscription.id, now);
}

void Engine::apply_event(const wire::Event& event, EntityId entity, Way way) {
  const Entity& shape = store_.entity(entity);
  std::string spelled;
  const auto identity = shape.identify(event.row, spelled);
  if (!identity) return reject(Error::missing_id, &event);
  RowChange change;
  change.entity = entity;
  change.action = event.action;
  change.row = event.row;
  change.take(*identity);
  change.as_of = tick_;
  if (event.position) change.place = store_.place_of(event.position->epoch, event.position->seq);
  const Slot slot = store_.slot_for(entity, identity->key);
  const auto ended = recognise_echo(event.mutation, slot, change);
  const Outcome outcome = apply_change(slot, change);
  if (trace_) [[unlikely]]
    note_outcome(event, outcome, slot, way);
  if (ended) finish(*ended);
  if (change.action == Action::erase && outcome != Outcome::deleted) miss(entity);
  note_if_held(slot);
  // It was gone already when all rows were read.
  store_.forget_if_empty(slot);
  if (outcome == Outcome::stale) {
    ++counters_.stale;
    question(slot, change);
  }
  if (changes_rows(outcome)) ++counters_.events_applied;
}

// ---------------------------------------------------------------- store → overlay → view

Outcome Engine::apply_change(Slot slot, const RowChange& change) {
  const Outcome outcome = store_.apply(slot, change, tick_);
  if (changes_rows(outcome)) {
    ledger_.outdate(slot);
    touch(slot, &change);
    for (const MutationHandle each : overlay_.included(slot, change.as_of)) finish(each);
    tell_conflicts(slot);
  }
  // Known already, but not to a view whose own read said otherwise and is older than this.
  if (outcome == Outcome::unchanged && change.action != Action::erase) enter(slot, change);
  return outcome;
}

// A row that the view does not hold: did its read say so, knowing what is known here? `change`:
// the news of the row, or none when a pending edit comes or goes. An edit brings the row in
// that would not belong without it.
bool Engine::denies(const ObservedView& observed, Slot slot, const RowChange* change) const {
  const Row& row = store_.row(slot);
  const Evidence known = change != nullptr ? change->evidence() : row.evidence;
  if (!known.predates(observed.snapshot())) return false;
  if (change != nullptr) return true;
  // One page says nothing about the others.
  return row.state == RowState::present && !observed.view.is_page() &&
         observed.view.admits(row.bytes);
}

void Engine::enter(Slot slot, const RowChange& change) {
  const EntityId entity = store_.row(slot).entity;
  for (ObservedView& each : views_) {
    if (each.view.entity() != entity || each.view.contains(slot)) continue;
    if (denies(each, slot, &change)) continue;
    each.view.touch(visible(slot));
    for (const Slot crossed : each.view.crossed()) ledger_.mark(crossed);
  }
}

void Engine::touch(Slot slot, const RowChange* change) {
  const EntityId entity = store_.row(slot).entity;
  const VisibleRow row = visible(slot);
  for (ObservedView& each : views_) {
    if (each.view.entity() != entity) continue;
    if (!each.view.contains(slot) && denies(each, slot, change)) continue;
    each.view.touch(row);
    if (!row.bytes) each.missed_at = tick_;
    // Others may have come into a window or left it.
    for (const Slot crossed : each.view.crossed()) ledger_.mark(crossed);
    // What could not be read is tried again when there is news.
    if (each.fetch_failed) each.fetch_asked = each.fetch_failed = false;
  }
}

// An update of a row that was deleted, and nothing tells their order: it came late, or the row
// was inserted again outside of the subscription's filter. The views it would be in have to ask.
void Engine::question(Slot slot, const RowChange& change) {
  const Row& row = store_.row(slot);
  const bool is_ordered = (change.version.known() && !row.blindly) || change.place.known();
  if (is_ordered || change.action != Action::update || row.state != RowState::deleted) return;
  store_.question(slot, change.version, tick_);
  outdate_views(row.entity, change.row);
}

void Engine::outdate_views(EntityId entity, std::string_view row) {
  for (ObservedView& each : views_) {
    if (each.view.entity() != entity || !each.view.admits(row)) continue;
    each.view.outdate();
    each.questioned_at = tick_;
  }
}

// A row went that was not held; it may have been above a page.
void Engine::miss(EntityId entity) {
  for (ObservedView& each : views_) {
    if (each.view.entity() != entity) continue;
    each.view.miss();
    each.missed_at = tick_;
  }
}

// Rows that no view holds are kept in a limited number (I7). Forgetting one is safe: an event
// that is older than what it said is behind its subscription's position, and an answer that
// is older is refused and asked for again.
void Engine::note_if_held(Slot slot) {
  const bool held = std::any_of(views_.begin(), views_.end(), [slot](const ObservedView& each) {
    return each.view.contains(slot);
  });
  store_.shown(slot, held);
}

VisibleRow Engine::visible(Slot slot) {
  return {slot, store_.row(slot).key, overlay_.visible(slot, edited_row_)};
}

// ---------------------------------------------------------------- view → change

std::string_view Engine::flush(ReaderId reader) {
  if (!ledger_.knows(reader)) return {};
  BatchBuilder batch;
  std::erase_if(sending_, [reader](const Sending& each) { return each.reader == reader; });
  std::erase_if(dropping_, [reader](const Dropping& each) { return each.reader == reader; });
  if (!was_flushed(reader)) flushed_.push_back(reader);
  for (const Slot slot : ledger_.dirty(reader)) {
    if (!shows(slot, reader)) {
      if (!ledger_.has_object(slot, reader)) continue;
      batch.gone(slot);
      dropping_.push_back({slot, reader});
    } else if (!ledger_.is_current(slot, reader)) {
      add_row(batch, slot, reader);
    }
  }
  for (const ObservedView& each : views_) {
    if (each.reader == reader && each.view.changed()) batch.view(each.view.delta());
  }
  // With nothing to tell there is nothing that JS could fail to take. Left for a commit that never
  // comes, what was looked at would be looked at again in every flush.
  if (batch.empty()) {
    if (flushed_.size() == 1) commit();
    return {};
  }
  batch_ = batch.finish();
  return batch_;
}

void Engine::add_row(BatchBuilder& batch, Slot slot, ReaderId reader) {
  std::string edited;
  const auto visible = overlay_.visible(slot, edited);
  if (!visible) return;
  const Row& row = store_.row(slot);
  const bool is_stored = visible->data() == row.bytes.data();
  const bool can_patch = ledger_.is_mirrored(slot, reader) && !row.mirror.empty();
  if (!can_patch || !patch_.write(row.mirror, *visible)) {
    if (is_stored)
      batch.lend(slot, *visible);
    else
      batch.row(slot, *visible);
  } else if (!patch_.empty()) {
    batch.patch(slot, patch_.text());
  }
  sending_.push_back({slot, reader, is_stored ? std::string() : std::string(*visible)});
}

void Engine::commit() {
  for (const Sending& each : sending_) ledger_.sent(each.slot, each.reader);
  // When all have theirs: who is a batch behind holds another object than the mirror's.
  for (const Sending& each : sending_) {
    const bool is_stored = each.edited.empty();
    store_.mirror(each.slot, is_stored ? store_.row(each.slot).bytes : each.edited);
    ledger_.mirror(each.slot);
  }
  for (const auto& [slot, reader] : dropping_) {
    ledger_.dropped(slot, reader);
    if (!ledger_.has_object(slot)) store_.unmirror(slot);
  }
  for (ObservedView& each : views_) {
    if (was_flushed(each.reader)) each.view.commit();
  }
  for (const ReaderId each : flushed_) ledger_.clear_dirty(each);
  if (trace_) trace_->settle();
  rollback();
}

void Engine::rollback() {
  sending_.clear();
  dropping_.clear();
  flushed_.clear();
  // The first batch of a long list is as large as the list.
  batch_ = std::string();
}

bool Engine::was_flushed(ReaderId reader) const {
  return std::find(flushed_.begin(), flushed_.end(), reader) != flushed_.end();
}

bool Engine::shows(Slot slot, ReaderId reader) const {
  return std::any_of(views_.begin(), views_.end(), [slot, reader](const ObservedView& each) {
    return each.reader == reader && each.view.shows(slot);
  });
}

}  // namespace tidemark
