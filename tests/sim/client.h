// One engine and what a page would do around it: carry bytes and timers, run queries, hold
// objects and lists, let the user edit. All use of Engine is here.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine.h"
#include "page.h"
#include "rest.h"

namespace tidemark::sim {

struct Scene;
class Link;

// Short, so that a run covers many of each.
inline constexpr Millis kHeartbeat = 5'000;
inline constexpr Millis kTimeout = 2'000;
// How much later than the clock says a timer may be before it is set anew.
inline constexpr Millis kClockSlack = 1'000;
inline constexpr Millis kReconnect = 1'000;
inline constexpr Millis kPolling = 4'000;
inline constexpr Millis kBackoffCap = 8'000;

// What a view is asked to show.
struct Query {
  std::size_t table = 0;
  std::size_t filter = 0;
  std::size_t order = 0;
  bool live = true;
  bool wrapped = false;  // the response holds its array at "data"
  Millis interval = 0;   // polled by request
  bool adaptive = false;
};

class Client {
 public:
  Client(Scene& scene, std::size_t index);

  // ---- the network's side
  void opened(LinkId link);
  void closed(LinkId link, int code, Millis retry_after);
  void frame(LinkId link, const std::string& text);
  // `completes`: the message that ends with these bytes.
  void stream(LinkId link, const std::string& bytes, const std::string& completes);
  // Takes an event stream event by event, as with an EventSource, instead of byte by byte.
  bool reads_events() const { return index_ % 2 == 1; }

  // ---- the user's side
  void connect();
  void disconnect();
  void observe(const Query& query);
  void release(std::size_t which);
  void refetch(std::size_t which);
  void subscribe(std::size_t table, std::size_t filter);
  void unsubscribe(std::size_t which);
  // An insert with id 0 is shown under a name of its own until the server's is known; other
  // edits with id 0 are of the row that was inserted like that last.
  void edit(Write write);

  // ---- what goes wrong with it
  void sleep(Millis time, bool frozen, bool runs_timers_first);
  void pause(PauseReason reason, Millis time);
  void shift_clock(Millis by);
  void lose_tokens(int count) { tokens_to_fail_ += count; }
  void fail_decode() { decode_fails_ = true; }
  // Ends all of that.
  void heal();
  // The user wants it, and it gave up.
  void connect_if_down();

  // ---- checks
  std::size_t view_count() const { return views_.size(); }
  // None when every view shows what the server has and says so; else what is amiss.
  std::optional<std::string> divergence(bool live_ones_only);
  bool is_busy() const;
  void refetch_all();
  void release_all();
  void check_limits();
  void check_empty();
  const Counters counters() const { return engine_.counters(); }
  std::uint64_t digest() const { return digest_; }

 private:
  struct Observed {
    Query query;
    int in_flight = 0;
    bool again = false;
    int failures = 0;
    bool unanswered = false;  // the last read failed
    std::string continuity{};
    Millis asked_or_answered_at = 0;
  };
  struct Edit {
    MutationHandle handle = 0;
    Write write;
    std::string key;
    bool covers = true;      // what the user sees may be this edit's
    bool in_flight = false;  // its request is not answered yet
  };
  using Stream = std::pair<std::size_t, std::size_t>;  // table, filter
  struct Wire {
    Link* link = nullptr;
    bool open = false;  // as the page was told
    Millis heard_at = 0;
    std::map<std::string, Stream> asked{};      // by ref
    std::map<std::string, Stream> streaming{};  // by the server's name
  };
  // What an event last said of a row without a version.
  struct Told {
    std::uint64_t input = 0;
    bool deleted = false;
    std::int64_t commit = 0;
  };

  // ---- inputs
  Millis clock();
  void input(std::function<void()> what);
  void settle();
  void perform(std::string_view effect);
  void perform_event(std::string_view effect);
  void open(LinkId link, std::string_view transport, std::string_view query);
  void answer_token(LinkId link, bool refresh);
  void relay(const std::string& text);
  void arm_timer();
  void tell_paused(PauseReason reason, bool on);
  void tick();
  void wake();
  void note_subscribe(Wire& wire, std::string_view message);
  void note_message(Wire& wire, const std::string& text);
  Wire* wire(LinkId link);

  // ---- queries
  void fetch(ViewId view, std::string_view reason);
  void begin(ViewId view, bool retries);
  void answered(ViewId view, std::uint32_t ticket, std::uint64_t begun, bool retries,
                const ReadAnswer& answer);
  Error take_answer(ViewId view, std::uint32_t ticket, std::uint64_t begun,
                    const ReadAnswer& answer);
  bool is_observed(std::size_t table) const;
  ViewId nth_view(std::size_t which) const;
  std::optional<std::string> row_in(ViewId view, const std::string& key) const;

  // ---- edits
  bool is_covered(std::size_t table, const std::string& key) const;
  void submit(std::string_view effect);
  void answered_edit(MutationHandle handle, const WriteAnswer& answer);
  void close_edit(std::string_view mutation);
  void rename(std::string_view effect);

  // ---- painting and checking
  void paint();
  void plan_paint();
  void trace_views();
  void check_honesty();
  void check_patience();
  void check_polls();
  std::optional<std::string> divergence_of(ViewId view, const Observed& observed);
  void remember(std::string_view bytes);
  void fail(std::string_view invariant, std::string what);

  Scene& scene_;
  std::size_t index_;
  Engine engine_;
  Page page_;

  Millis clock_offset_ = 0;
  std::uint64_t inputs_ = 0;
  std::uint64_t timer_ = 0;
  std::optional<Millis> deadline_;  // as the engine told it
  std::optional<Millis> timer_at_;
  bool in_timer_ = false;
  bool paint_planned_ = false;
  bool decode_fails_ = false;
  std::uint64_t digest_ = 0xcbf29ce484222325U;

  std::string status_ = "disconnected";
  std::string transport_;
  bool is_polling_ = false;  // whether views that no stream serves are polled
  bool wants_connection_ = false;
  std::vector<Wire> wires_;
  int tokens_to_fail_ = 0;
  int tokens_awaited_ = 0;
  std::string token_;

  std::map<ViewId, Observed> views_;
  std::vector<SubId> subscriptions_;
  std::vector<Edit> edits_;
  int next_edit_ = 1;
  std::map<std::string, Told> told_;

  std::optional<Millis> asleep_until_;
  bool frozen_ = false;
  bool timers_first_ = false;
  std::vector<std::function<void()>> inbox_;
  std::map<PauseReason, Millis> paused_until_;
  std::set<PauseReason> told_paused_;  // as the engine knows
  Millis resumed_at_ = 0;
  bool clock_jumped_ = false;
  Millis polls_from_ = 0;  // since when nothing kept polls from being sent
  Millis patience_ = 0;    // that the server asked for last
  Millis patience_until_ = 0;
  Millis closed_at_ = 0;
};

}  // namespace tidemark::sim
