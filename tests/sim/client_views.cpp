// Queries and painting: what the page asks to see and what it then holds.
#include <algorithm>
#include <cstdlib>

#include "base/json.h"
#include "client.h"
#include "scene.h"
#include "support/hand_in.h"

namespace tidemark::sim {
namespace {

constexpr Millis kRetry = 1'000;

}  // namespace

// ---------------------------------------------------------------- queries

ViewId Client::nth_view(std::size_t which) const {
  auto view = views_.begin();
  std::advance(view, static_cast<std::ptrdiff_t>(which % views_.size()));
  return view->first;
}

bool Client::is_observed(std::size_t table) const {
  return std::any_of(views_.begin(), views_.end(),
                     [table](const auto& each) { return each.second.query.table == table; });
}

void Client::observe(const Query& query) {
  if (asleep_until_) return;
  input([this, query] {
    Engine::ViewSpec spec;
    spec.entity = kTables[query.table].name;
    spec.filter = kFilters[query.filter];
    spec.order = kOrders[query.order];
    spec.path = query.wrapped ? "data" : "";
    spec.live = query.live;
    const auto view = engine_.observe(spec, clock());
    if (!view.ok()) return fail("api", "a view is refused");
    views_[view.value()] = {query};
    if (query.interval > 0) engine_.poll(view.value(), query.interval, query.adaptive, clock());
    // The core leaves the first read to the query.
    begin(view.value(), true);
  });
}

void Client::release(std::size_t which) {
  if (asleep_until_ || views_.empty()) return;
  input([this, view = nth_view(which)] {
    const std::size_t table = views_[view].query.table;
    views_.erase(view);
    page_.forget(view);
    engine_.release(view, clock());
    if (is_observed(table)) return;
    scene_.invariants.forgot(index_, table);
    if (!kTables[table].versioned) told_.clear();
  });
}

void Client::refetch(std::size_t which) {
  if (asleep_until_ || views_.empty()) return;
  input([this, view = nth_view(which)] { begin(view, true); });
}

void Client::refetch_all() {
  for (std::size_t i = 0; i < views_.size(); ++i) refetch(i);
}

void Client::subscribe(std::size_t table, std::size_t filter) {
  if (asleep_until_) return;
  input([this, table, filter] {
    const auto sub = engine_.subscribe(kTables[table].name, kFilters[filter], clock());
    if (sub.ok()) subscriptions_.push_back(sub.value());
  });
}

void Client::unsubscribe(std::size_t which) {
  if (asleep_until_ || subscriptions_.empty()) return;
  const auto at = static_cast<std::ptrdiff_t>(which % subscriptions_.size());
  const SubId sub = subscriptions_[static_cast<std::size_t>(at)];
  subscriptions_.erase(subscriptions_.begin() + at);
  input([this, sub] { engine_.unsubscribe(sub, clock()); });
}

void Client::release_all() {
  while (!views_.empty()) release(0);
  while (!subscriptions_.empty()) unsubscribe(0);
}

// As js/realtime/query-binding.ts: a poll is answered by the request under way, what was
// missed may not be in it.
void Client::fetch(ViewId view, std::string_view reason) {
  const auto found = views_.find(view);
  if (found == views_.end()) return;
  const bool polls = reason == "poll";
  if (found->second.in_flight == 0) return begin(view, !polls);
  if (!polls) found->second.again = true;
}

void Client::begin(ViewId view, bool retries) {
  Observed& observed = views_[view];
  const auto ticket = engine_.begin_snapshot(view, clock());
  if (!ticket.ok()) return fail("api", "a read of a view is refused");
  ++observed.in_flight;
  observed.asked_or_answered_at = scene_.world.now();
  const Query& query = observed.query;
  sim::read(
      scene_, index_, {query.table, query.filter, query.order, query.wrapped},
      [this, view, ticket = ticket.value(), begun = inputs_, retries](const ReadAnswer& answer) {
        input([=, this] { answered(view, ticket, begun, retries, answer); });
      });
}

void Client::answered(ViewId view, std::uint32_t ticket, std::uint64_t begun, bool retries,
                      const ReadAnswer& answer) {
  const auto found = views_.find(view);
  if (found == views_.end()) return;
  Observed& observed = found->second;
  --observed.in_flight;
  observed.asked_or_answered_at = scene_.world.now();
  scene_.world.trace(index_, "answer", std::to_string(view) + " " + answer.body.value_or("none"));
  bool good = false;
  if (answer.body)
    good = take_answer(view, ticket, begun, answer) == Error::none;
  else
    engine_.fail_snapshot(ticket, 0, clock());
  if (good) observed.failures = 0;
  observed.unanswered = !good;
  const auto ask_later = [this, view](Millis wait) {
    scene_.world.after(wait, [this, view] {
      input([this, view] {
        const auto again = views_.find(view);
        if (again == views_.end()) return;
        if (again->second.in_flight == 0) return begin(view, true);
        again->second.again = true;
      });
    });
  };
  if (observed.again && observed.in_flight == 0) {
    observed.again = false;
    return ask_later(0);
  }
  // As TanStack Query does; polls come back by themselves.
  if (!good && retries) ask_later(kRetry << std::min(observed.failures++, 3));
}

std::optional<std::string> Client::row_in(ViewId view, const std::string& key) const {
  for (const Slot slot : page_.list(view)) {
    if (read(page_.object(slot)).key == key) return page_.object(slot);
  }
  return std::nullopt;
}

// I3 for rows without versions: the answer touches no row that an event told of since the
// request left.
Error Client::take_answer(ViewId view, std::uint32_t ticket, std::uint64_t begun,
                          const ReadAnswer& answer) {
  const std::size_t table = views_[view].query.table;
  std::map<std::string, std::optional<std::string>> before;
  if (!kTables[table].versioned) paint();
  for (const auto& [key, told] : told_) {
    const bool guarded = !kTables[table].versioned && told.input > begun;
    if (guarded && !is_covered(table, key)) before[key] = row_in(view, key);
  }
  // Every third as a whole, the others in parts that mostly cut rows.
  const std::size_t part = ticket % 3 == 0 ? 0 : 100 + ticket % 300;
  const Error error = support::hand_in(engine_, ticket, *answer.body, part, clock());
  if (before.empty()) return error;
  paint();
  for (const auto& [key, held] : before) {
    const auto now = row_in(view, key);
    if (held ? now == held : !now) continue;
    const Told& told = told_[key];
    const std::int64_t commit = now ? read(*now).commit.value_or(0) : 0;
    const bool later = told.deleted ? commit > told.commit : commit >= told.commit;
    // The event may have been a late one, which the read knew of.
    const bool newer = now ? later : static_cast<std::int64_t>(answer.commits) >= told.commit;
    if (!newer) fail("I3", "a read that left before the last event of notes " + key + " undid it");
  }
  return error;
}

// ---------------------------------------------------------------- painting

void Client::plan_paint() {
  if (scene_.setup.paint == 0) return paint();
  if (paint_planned_) return;
  paint_planned_ = true;
  scene_.world.after(scene_.setup.paint, [this] {
    paint_planned_ = false;
    paint();
  });
}

void Client::trace_views() {
  if (!scene_.world.traces) return;
  for (const auto& [view, observed] : views_) {
    std::string rows = std::to_string(view);
    for (const std::string& each : page_.rows(view)) rows.append(" ").append(each);
    scene_.world.trace(index_, "shows", rows);
  }
}

void Client::paint() {
  std::string_view batch = engine_.flush();
  if (batch.empty()) return;
  if (std::exchange(decode_fails_, false)) {
    // JS could not take it: it comes again, whole.
    scene_.tally.count(Fault::bad_decode);
    const std::string refused(batch);
    engine_.rollback();
    batch = engine_.flush();
    if (batch != refused) return fail("I8", "a batch that was rolled back comes back different");
  }
  remember(batch);
  const auto fresh = page_.apply(batch);
  if (!fresh) return fail("batch", "a change batch cannot be applied");
  engine_.commit();
  trace_views();
  for (const Slot slot : *fresh) {
    const std::string& text = page_.object(slot);
    const Reading row = read(text);
    if (is_covered(row.table, row.key)) continue;
    scene_.invariants.shown(index_, row, text, scene_.server);
  }
}

}  // namespace tidemark::sim
