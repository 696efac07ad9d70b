// The engine's side of the requests for a view's rows: poll → store → view.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "engine.h"

namespace tidemark {

Result<std::uint32_t> Engine::begin_snapshot(ViewId view, Millis now) {
  now = begin_input(now);
  ObservedView* observed = find_view(view);
  if (observed == nullptr) return Error::no_such_handle;
  Ticket ticket{next_ticket_++, view, tick_};
  if (const auto& head = sequencer_.head()) ticket.place = store_.place_of(head->epoch, head->seq);
  observed->last_begun = ticket.as_of;
  if (observed->schedule.running()) observed->schedule.request_left(now);
  tickets_.push_back(ticket);
  return ticket.id;
}

const Ticket* Engine::find_ticket(std::uint32_t id) const {
  const auto found = std::find_if(tickets_.begin(), tickets_.end(),
                                  [id](const Ticket& each) { return each.id == id; });
  return found == tickets_.end() ? nullptr : &*found;
}

ObservedView* Engine::take_ticket(std::uint32_t id, Evidence& read) {
  const Ticket* ticket = find_ticket(id);
  if (ticket == nullptr) return nullptr;
  const ViewId view = ticket->view;
  read = {ticket->as_of, ticket->place, true};
  tickets_.erase(tickets_.begin() + (ticket - tickets_.data()));
  return find_view(view);
}

std::optional<std::size_t> Engine::read_part(std::uint32_t ticket, bool first,
                                             std::string_view part) {
  if (first) {
    stop_reading();
    const Ticket* found = find_ticket(ticket);
    const ObservedView* observed = found == nullptr ? nullptr : find_view(found->view);
    if (observed == nullptr) return std::nullopt;
    snapshot_.begin_parts(observed->path, observed->view.entity(), observed->listed);
    reading_ = ticket;
  }
  if (reading_ != ticket) return std::nullopt;
  const auto read = snapshot_.read_part(part);
  if (!read) stop_reading();
  return read;
}

bool Engine::end_parts(std::uint32_t ticket, std::string_view last, Millis now) {
  if (reading_ != ticket || !snapshot_.end_parts(last)) {
    stop_reading();
    return false;
  }
  reading_.reset();
  now = begin_input(now);
  Evidence read;
  take_snapshot(*take_ticket(ticket, read), read, now);
  return true;
}

// What was read of a body that goes no further is not to be taken.
void Engine::stop_reading() {
  if (!reading_) return;
  reading_.reset();
  snapshot_.discard();
}

Error Engine::end_snapshot(std::uint32_t ticket, std::string_view body, Millis now) {
  now = begin_input(now);
  Evidence read;
  ObservedView* observed = take_ticket(ticket, read);
  if (observed == nullptr) return Error::no_such_handle;
  const EntityId entity = observed->view.entity();
  const Error error = snapshot_.read(body, observed->path, entity, observed->listed);
  if (error != Error::none) {
    observed->schedule.failed(0, now, random_);
    return error;
  }
  take_snapshot(*observed, read, now);
  return Error::none;
}

void Engine::take_snapshot(ObservedView& observed, const Evidence& read, Millis now) {
  const Tick as_of = read.as_of;
  const EntityId entity = observed.view.entity();
  ++counters_.snapshots;
  // I3: an answer to an older request than the one already shown has nothing to add.
  if (as_of < observed.snapshot_as_of) {
    snapshot_.discard();
    observed.schedule.answered(false, now, random_);
    return;
  }
  // I2, I3: what was forgotten since the request left can no longer stand up to the answer.
  if (store_.has_forgotten_since(entity, as_of)) {
    snapshot_.discard();
    observed.schedule.answered(true, now, random_);
    effects_.fetch(observed.view.id(), FetchReason::gap);
    return;
  }
  bool changed = take_listed(observed, read, now);
  // A filtered list says nothing about rows outside it, and neither does one page of several.
  if (observed.view.whole_entity()) changed = drop_vanished(observed, read, now) || changed;
  for (const MutationHandle each : overlay_.included_in_snapshot(entity, as_of)) finish(each);
  const std::vector<Slot> newer = newer_than(observed, read);
  expect_page(observed.view);
  show_listed(observed, newer);
  if (observed.missed_at > as_of) observed.view.miss();
  if (observed.questioned_at > as_of || lists_outrun(read)) observed.view.outdate();
  // Listed, but gone by now.
  snapshot_.discard();
  observed.fetch_asked = observed.fetch_failed = false;
  snapshot_.swap_listed(observed.listed);
  observed.snapshot_as_of = as_of;
  observed.snapshot_place = read.place;
  observed.schedule.answered(changed, now, random_);
  if (overlay_.awaits_rows()) send_mutations();
}

bool Engine::take_listed(const ObservedView& observed, const Evidence& read, Millis now) {
  const bool tells = observed.schedule.running() && observed.view.has_snapshot();
  bool changed = false;
  confirm_listed(read);
  for (const poll::Difference& each : snapshot_.differing()) {
    RowChange change = snapshot_.change(each, read.as_of);
    change.place = read.place;
    change.is_read = true;
    const Outcome outcome = apply_change(each.slot, change);
    if (outcome == Outcome::unchanged) store_.respell(each.slot, each.bytes);
    if (!changes_rows(outcome)) continue;
    changed = true;
    if (tells) deliver_polled(observed, change, each.slot, change.row, now);
  }
  return changed;
}

// Does the read list a row otherwise than an edit left it, while both were under way? Whether the
// server read it before that, or somebody has changed it since, the next read tells.
bool Engine::lists_outrun(const Evidence& read) const {
  const auto& differing = snapshot_.differing();
  return std::any_of(differing.begin(), differing.end(), [&](const auto& each) {
    const Row& row = store_.row(each.slot);
    const bool overlaps = row.evidence.as_of <= read.as_of && read.as_of < row.tick;
    if (!overlaps || row.evidence.place.comparable(read.place)) return false;
    if (row.state == RowState::deleted) return row.blindly;
    const auto order = snapshot_.change(each, read.as_of).version <=> row.version;
    return order == std::partial_ordering::unordered && !json::equal(row.bytes, each.bytes);
  });
}

// The rows whose bytes are those that are held; the others are in the same order.
void Engine::confirm_listed(const Evidence& read) {
  auto differing = snapshot_.differing().begin();
  for (const Slot slot : snapshot_.listed()) {
    const bool differs = differing != snapshot_.differing().end() && differing->slot == slot;
    if (differs) {
      ++differing;
    } else {
      store_.confirm(slot, read);
    }
  }
}

bool Engine::drop_vanished(const ObservedView& observed, const Evidence& read, Millis now) {
  const EntityId entity = observed.view.entity();
  store_.read_whole(entity, read);
  const auto& differing = snapshot_.differing();
  // Rows that an event deleted since the request left are listed and not there.
  const auto gone = std::count_if(differing.begin(), differing.end(), [this](const auto& each) {
    return store_.row(each.slot).state != RowState::present;
  });
  const std::size_t present = snapshot_.listed().size() - static_cast<std::size_t>(gone);
  if (present == store_.row_count(entity)) return false;
  const bool tells = observed.schedule.running() && observed.view.has_snapshot();
  bool changed = false;
  for (const Slot slot : store_.present(entity)) {
    if (snapshot_.lists(slot)) continue;
    const bool elsewhere = std::any_of(views_.begin(), views_.end(), [&](const auto& each) {
      return each.view.id() != observed.view.id() && each.view.contains(slot);
    });
    if (elsewhere) continue;
    const std::string last_row(tells ? store_.row(slot).bytes : "");
    RowChange change;
    change.entity = entity;
    change.action = Action::erase;
    change.version = store_.row(slot).version;
    change.as_of = read.as_of;
    change.place = read.place;
    change.is_read = true;
    if (!changes_rows(apply_change(slot, change))) continue;
    changed = true;
    if (tells) deliver_polled(observed, change, slot, last_row, now);
  }
  return changed;
}

// Rows that the read does not list and that are to be shown all the same: they changed since
// it left the server, or the user has just made them.
std::vector<Slot> Engine::newer_than(ObservedView& observed, const Evidence& read) {
  const EntityId entity = observed.view.entity();
  std::vector<Slot> newer;
  for (const Slot slot : overlay_.slots()) {
    const Row& row = store_.row(slot);
    const bool is_missing = row.entity == entity && row.state != RowState::present;
    if (is_missing && !snapshot_.lists(slot)) newer.push_back(slot);
  }
  // Without changes since, and with every row that is held listed or outside of the filter,
  // there is nothing to look for.
  const bool outrun = store_.may_have_changed_since(entity, read.as_of);
  const bool settled = observed.view.has_snapshot() && store_.hidden_count() == 0 &&
                       observed.view.member_count() == snapshot_.listed().size();
  if (!outrun && settled) return newer;
  std::vector<Slot> doubtful;
  for (const Slot slot : store_.present(entity)) {
    if (snapshot_.lists(slot)) continue;
    const Row& row = store_.row(slot);
    const bool is_newer = row.tick > read.as_of && !row.evidence.predates(read);
    (is_newer ? newer : doubtful).push_back(slot);
  }
  for (const Slot slot : doubtful) doubt(observed, slot, read);
  return newer;
}

// A read of the view does not list a row that is held and would be in it: it is gone, or
// something else by now. A pending edit that ends must not bring it back.
void Engine::doubt(const ObservedView& observed, Slot slot, const Evidence& read) {
  const Row& row = store_.row(slot);
  // One page says nothing about the others.
  if (observed.view.is_page() || !observed.view.admits(row.bytes)) return;
  const bool elsewhere = std::any_of(views_.begin(), views_.end(), [&](const auto& each) {
    return each.view.id() != observed.view.id() && each.view.contains(slot);
  });
  if (elsewhere) return;
  RowChange change;
  change.entity = row.entity;
  change.action = Action::erase;
  change.version = row.version;
  change.as_of = read.as_of;
  change.place = read.place;
  change.is_read = true;
  change.may_exist = !observed.view.whole_entity();
  apply_change(slot, change);
}

// The ends of the list as the server sent them, whatever became of the two rows since.
void Engine::expect_page(View& view) {
  const auto& listed = snapshot_.listed();
  if (listed.empty()) return;
  const auto& differing = snapshot_.differing();
  const auto sent = [&](Slot slot) {
    const auto found = std::find_if(differing.begin(), differing.end(),
                                    [slot](const auto& each) { return each.slot == slot; });
    const Row& row = store_.row(slot);
    return VisibleRow{slot, row.key, found == differing.end() ? row.bytes : found->bytes};
  };
  view.expect_page(sent(listed.front()), sent(listed.back()));
}

void Engine::show_listed(ObservedView& observed, const std::vector<Slot>& newer) {
  View& view = observed.view;
  const auto is_listed = [this](Slot slot) { return snapshot_.lists(slot); };
  if (!view.already_shows(snapshot_.listed(), newer, is_listed)) {
    const std::vector<Slot> before = view.members();
    view.show_snapshot(snapshot_.listed(), newer, [this](Slot slot) { return visible(slot); });
    for (const Slot slot : view.crossed()) ledger_.mark(slot);
    for (const Slot slot : view.slots()) {
      if (!ledger_.is_current(slot, observed.reader)) ledger_.mark(slot);
    }
    for (const Slot slot : view.members()) store_.shown(slot, true);
    for (const Slot slot : before) {
      if (!view.contains(slot)) note_if_held(slot);
    }
  }
  // Not before: until the view holds them, new rows would count as rows that nobody sees.
  for (const poll::Difference& each : snapshot_.differing()) note_if_held(each.slot);
}

void Engine::confirm_snapshot(std::uint32_t ticket, Millis now) {
  now = begin_input(now);
  Evidence read;
  ObservedView* observed = take_ticket(ticket, read);
  if (observed == nullptr) return;
  observed->fetch_asked = observed->fetch_failed = false;
  observed->schedule.answered(false, now, random_);
}

void Engine::fail_snapshot(std::uint32_t ticket, Millis retry_after, Millis now) {
  now = begin_input(now);
  Evidence read;
  ObservedView* observed = take_ticket(ticket, read);
  if (observed == nullptr) return;
  observed->fetch_failed = observed->fetch_asked;
  observed->schedule.failed(retry_after, now, random_);
}

}  // namespace tidemark
