// What a client can be asked about itself: is it honest, is it complete, has it forgotten
// what it should.
#include <algorithm>

#include "base/json.h"
#include "client.h"
#include "scene.h"

namespace tidemark::sim {
namespace {

constexpr Millis kSseSilence = 15'000;
// Timers run late, and those of hidden pages later.
constexpr Millis kSlack = 500;
// Between polls that fail. A tenth is jitter.
constexpr Millis kLongestPoll = 60'000;

std::size_t stat(const std::string& stats, std::string_view name) {
  const auto value = json::member(stats, name);
  return value ? static_cast<std::size_t>(std::stoul(std::string(*value))) : 0;
}

std::string joined(const std::vector<std::string>& rows) {
  std::string out;
  for (const std::string& each : rows) out.append(out.empty() ? "" : " ").append(each);
  return out;
}

}  // namespace

// I9, after every input.
void Client::check_honesty() {
  Millis heard = resumed_at_;
  bool is_open = false;
  for (const Wire& each : wires_) {
    if (!each.open) continue;
    is_open = true;
    heard = std::max(heard, each.heard_at);
  }
  const bool connected = status_ == "connected";
  if (connected && !is_open) return fail("I9", "connected without an open link");
  const Millis allowed =
      transport_ == "sse" ? std::max(kHeartbeat, kSseSilence) + kTimeout : kHeartbeat + kTimeout;
  const Millis silent = scene_.world.now() - heard;
  if (connected && silent > allowed + kSlack) {
    return fail("I9", "connected although nothing was heard for " + std::to_string(silent));
  }
  for (const auto& [view, observed] : views_) {
    if (observed.continuity != "live") continue;
    if (!connected) return fail("I9", "a view is live without a link");
    const Stream stream{observed.query.table, observed.query.filter};
    const bool streams = std::any_of(wires_.begin(), wires_.end(), [&](const Wire& wire) {
      return wire.open && std::any_of(wire.streaming.begin(), wire.streaming.end(),
                                      [&](const auto& each) { return each.second == stream; });
    });
    if (!streams) return fail("I9", "a view is live without a stream");
  }
}

// I7: the next attempt is no further away than the backoff's cap, unless the server asked
// for more.
void Client::check_patience() {
  const bool waits = status_ == "reconnecting" && transport_.empty() && wires_.empty();
  if (!waits || tokens_awaited_ > 0 || !told_paused_.empty()) return;
  const Millis now = scene_.world.now();
  if (!timer_at_) return fail("I7", "reconnecting, and nothing is planned");
  // Polling that nobody answers is no transport either.
  const auto transports =
      kTransports[static_cast<std::size_t>(scene_.setup.transports[index_ % 4])];
  const bool polls_fail = transports.find("polling") != std::string_view::npos &&
                          std::any_of(views_.begin(), views_.end(),
                                      [](const auto& each) { return each.second.unanswered; });
  const Millis cap = polls_fail ? kLongestPoll + kLongestPoll / 10 : kBackoffCap;
  const Millis latest = std::max(now, patience_until_) + cap + kSlack;
  if (*timer_at_ > latest) {
    fail("I7", "waits " + std::to_string(*timer_at_ - now) + " for the next attempt");
  }
}

// I9: who says that the rows are as fresh as the last poll keeps polling, and one whose polls
// fail keeps trying.
void Client::check_polls() {
  if (!told_paused_.empty() || asleep_until_ || !inbox_.empty()) return;
  const Millis now = scene_.world.now();
  for (const auto& [view, observed] : views_) {
    const bool falls_back = observed.query.live && is_polling_;
    const Millis interval = falls_back ? kPolling : observed.query.interval;
    const bool polls = observed.query.live ? falls_back : interval > 0;
    if (!polls || observed.in_flight > 0) continue;
    const Millis slowest = observed.continuity == "polling" ? interval * 4 : kLongestPoll;
    const Millis since = std::max(observed.asked_or_answered_at, polls_from_);
    if (now - since > slowest + slowest / 10 + kSlack) {
      return fail("I9", "view " + std::to_string(view) + " was not polled for " +
                            std::to_string(now - since));
    }
  }
}

// ---------------------------------------------------------------- I1

bool Client::is_busy() const {
  const bool reads = std::any_of(views_.begin(), views_.end(), [](const auto& each) {
    return each.second.in_flight > 0 || each.second.again;
  });
  return reads || !edits_.empty() || asleep_until_.has_value();
}

std::optional<std::string> Client::divergence(bool live_ones_only) {
  paint();
  for (const auto& [view, observed] : views_) {
    if (live_ones_only && observed.continuity != "live") continue;
    if (auto found = divergence_of(view, observed)) return found;
  }
  return std::nullopt;
}

std::optional<std::string> Client::divergence_of(ViewId view, const Observed& observed) {
  const Query& query = observed.query;
  std::vector<Row> rows = scene_.server.rows(query.table, query.filter);
  if (query.order != 0) {
    std::sort(rows.begin(), rows.end(),
              [&](const Row& a, const Row& b) { return before(query.order, a, b); });
  }
  std::vector<std::string> wanted;
  for (const Row& each : rows) wanted.push_back(text_of(query.table, each));
  std::vector<std::string> held = page_.rows(view);
  scene_.tally.rows_checked += wanted.size();
  // Without an order new rows go last, wherever the server has them.
  if (query.order == 0) {
    std::sort(wanted.begin(), wanted.end());
    std::sort(held.begin(), held.end());
  }
  const std::string name = "view " + std::to_string(view) + " (" + observed.continuity + ") of " +
                           std::string(kTables[query.table].name) + " '" +
                           std::string(kFilters[query.filter]) + "' by '" +
                           std::string(kOrders[query.order]) + "'";
  if (held != wanted) return name + " shows " + joined(held) + " instead of " + joined(wanted);
  const bool polled = !query.live || transport_ == "polling";
  const bool plain = scene_.setup.speaks() == Dialect::plain;
  const std::string_view expected = polled ? "polling" : "live";
  if (observed.continuity == expected || (plain && !polled)) return std::nullopt;
  return name + " has its rows but is not " + std::string(expected) + ", status " + status_;
}

// ---------------------------------------------------------------- I7

void Client::check_limits() {
  paint();
  const std::string stats = engine_.stats();
  const auto at_most = [&](std::string_view name, std::size_t most) {
    if (stat(stats, name) <= most) return;
    fail("I7", std::string(name) + " is " + std::to_string(stat(stats, name)) + ", at most " +
                   std::to_string(most));
  };
  at_most("tombstones", static_cast<std::size_t>(scene_.setup.tombstones));
  at_most("pending", 0);
  at_most("views", views_.size());
  std::set<Stream> streams;
  for (const auto& [view, observed] : views_) {
    if (observed.query.live) streams.insert({observed.query.table, observed.query.filter});
  }
  at_most("subscriptions", streams.size() + subscriptions_.size());
  at_most("slots", stat(stats, "rows") + stat(stats, "tombstones"));
  if (page_.object_count() != page_.shown_count()) {
    fail("I7", "JS holds " + std::to_string(page_.object_count()) + " objects and shows " +
                   std::to_string(page_.shown_count()));
  }
}

void Client::check_empty() {
  paint();
  const std::string stats = engine_.stats();
  for (const std::string_view name : {"views", "subscriptions", "rows", "slots", "tombstones"}) {
    const std::size_t left = stat(stats, name);
    if (left > 0) fail("I7", std::to_string(left) + " " + std::string(name) + " are left behind");
  }
  if (page_.object_count() > 0) fail("I7", "JS still holds objects");
  if (status_ != "disconnected" || !wires_.empty()) fail("I9", "still connected");
  if (engine_.deadline()) fail("I7", "a timer is left behind");
}

}  // namespace tidemark::sim
