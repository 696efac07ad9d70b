// The core: bytes, clock readings and user operations in; effects and change batches out.
// It opens no socket, reads no clock and draws no random number that was not handed in, so
// the same inputs give the same outputs, byte for byte (I8).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/steady_clock.h"
#include "change/batch.h"
#include "change/effects.h"
#include "change/ledger.h"
#include "change/row_patch.h"
#include "config.h"
#include "overlay/outbox.h"
#include "overlay/overlay.h"
#include "poll/snapshot.h"
#include "sequence/sequencer.h"
#include "session/session.h"
#include "store/row_store.h"
#include "trace/event_trace.h"
#include "trace/fate.h"
#include "view/observed_view.h"
#include "view/window.h"
#include "wire/dialect.h"
#include "wire/event_stream.h"
#include "wire/message.h"

namespace tidemark {

struct Counters {
  std::uint64_t frames_received = 0;
  std::uint64_t frames_rejected = 0;
  std::uint64_t events_applied = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t stale = 0;
  std::uint64_t gaps = 0;
  std::uint64_t resets = 0;
  std::uint64_t snapshots = 0;
  std::uint64_t relayed = 0;
  // Frames and messages that were refused, by Error.
  std::array<std::uint64_t, kErrors> rejected{};
};

class Engine {
 public:
  Engine(const Config& config, std::uint64_t seed);

  // ---- the link
  void connect(Millis now);
  void disconnect(Millis now);
  // The answer to a `token` effect; an empty token opens the link without one.
  void token(LinkId link, std::string_view token, Millis now);
  void token_failed(LinkId link, Millis now);
  // `last_id`: after which event a stream says that it begins; empty when it does not.
  void link_opened(LinkId link, Millis now, std::string_view last_id = {});
  // `code`: see session/close_code.h. `retry_after`: what the server asked for, else 0.
  void link_closed(LinkId link, int code, Millis retry_after, Millis now);
  void pause(PauseReason reason, bool on, Millis now);
  void wake(Millis now);
  void tick(Millis now);
  std::optional<Millis> deadline() const;
  Error send(std::string_view text);

  // ---- data in
  void frame(LinkId link, std::string_view bytes, Millis now);
  void frame_too_large(LinkId link, Millis now);
  // A piece of an event stream's body, cut anywhere.
  void stream(LinkId link, std::string_view bytes, Millis now);
  // A frame of events that another tab received (the text of its `relay` effect).
  void relay(std::string_view bytes, Millis now);
  Result<std::uint32_t> begin_snapshot(ViewId view, Millis now);
  Error end_snapshot(std::uint32_t ticket, std::string_view body, Millis now);
  // The same for a body in parts, one behind the other and nothing else between them. As
  // poll::Snapshot: how much of the part was read, and the next has to begin with the rest;
  // none, or false, when the body has to be handed in as a whole.
  std::optional<std::size_t> read_part(std::uint32_t ticket, bool first, std::string_view part);
  bool end_parts(std::uint32_t ticket, std::string_view last, Millis now);
  // The server said that the last answer which was taken still holds.
  void confirm_snapshot(std::uint32_t ticket, Millis now);
  void fail_snapshot(std::uint32_t ticket, Millis retry_after, Millis now);

  // ---- what the app wants to see
  Error define_entity(Entity entity, Policies policies = {});
  Result<SubId> subscribe(std::string_view entity, std::string_view filter, Millis now);
  void unsubscribe(SubId sub, Millis now);
  struct ViewSpec {
    std::string entity;
    std::string filter;
    std::string order;
    std::string path;
    bool live = true;
    Window window{};
    ReaderId reader = 0;  // whose batches it is told in
  };
  static constexpr ReaderId kMostReaders = 256;
  Result<ViewId> observe(const ViewSpec& spec, Millis now);
  void release(ViewId view, Millis now);
  void poll(ViewId view, Millis interval, bool adaptive, Millis now);

  // ---- what the user does
  // Shows an edit at once. A `submit` effect follows when it is to be sent.
  Result<MutationHandle> mutate(std::string mutation, std::string_view entity, Action action,
                                std::string_view data, Millis now);
  // Makes an edit anew that a `keep` effect had kept. Those made first come first, and before
  // the first `mutate`; sent when their turn comes, an update not before what others did to its
  // row meanwhile is known (or Outbox::kPatience is over).
  Result<MutationHandle> restore(std::string_view saved, Millis now);
  // `row` is the server's row; "null" for a success without one; empty for a failure.
  Error settle(MutationHandle handle, std::string_view row, Millis now);
  // The mutation function failed: the edit is taken back. True when it is kept and submitted
  // again, because it was the network that failed and there is none at the moment, or because
  // of Config::keep_edits.
  Result<bool> fail(MutationHandle handle, bool network, Millis now);
  // The app's answer to a conflict under the policy `custom`: what the field shall be while
  // the server has `theirs`.
  Error resolve(MutationHandle handle, std::string_view field, std::string_view theirs,
                std::string_view value, Millis now);

  // ---- out
  std::string take_effects();
  // A reader's change batch, empty when nothing changed. Valid until the next call; nothing counts
  // as taken before commit(), which is of all readers that were flushed since the last one.
  std::string_view flush(ReaderId reader = 0);
  void commit();
  void rollback();

  Counters counters() const { return counters_; }
  std::string stats() const;

  // ---- for people who look; nothing of it is an input
  // Notes what becomes of each event, the newest `entries` of them; 0 stops and forgets.
  void trace(std::size_t entries);
  // As EventTrace::since; empty while nothing is noted.
  std::string traced(std::uint64_t revision) const;
  // Its link, subscriptions, views and pending edits: CoreInspection of js/core/inspection.ts.
  std::string inspect() const;

 private:
  void on(const wire::Event& event, Millis now);
  void on(const wire::Subscribed& message, Millis now);
  void on(const wire::CaughtUp& message, Millis now);
  void on(const wire::Pong& message, Millis now);
  void on(const wire::Reset& message, Millis now);
  void on(const wire::Missed& message, Millis now);
  void on(const wire::ServerError& message, Millis now);

  bool is_first_copy(const wire::Event& event, const Subscription& subscription, Millis now);
  void apply_event(const wire::Event& event, EntityId entity, Way way);
  Outcome apply_change(Slot slot, const RowChange& change);
  std::optional<MutationHandle> recognise_echo(std::string_view mutation, Slot slot,
                                               const RowChange& change);
  void send_mutations();
  void tend_edits(Millis now);
  void await_news(Millis now);
  bool awaits_row(PendingOperation& operation) const;
  void keep(PendingOperation& operation);
  void let_go(PendingOperation& operation);
  bool is_outrun(Slot slot, const RowChange& change) const;
  void await_change(PendingOperation& operation);
  void finish(MutationHandle handle);
  void rename(Slot from, Slot to);
  void tell_conflicts(Slot slot);
  // `change`: what it follows from, when that came from the server.
  void touch(Slot slot, const RowChange* change = nullptr);
  bool denies(const ObservedView& observed, Slot slot, const RowChange* change) const;
  void enter(Slot slot, const RowChange& change);
  void question(Slot slot, const RowChange& change);
  void outdate_views(EntityId entity, std::string_view row);
  void miss(EntityId entity);
  void note_if_held(Slot slot);
  VisibleRow visible(Slot slot);
  void receive(std::string_view frame, std::string_view id, Millis now);
  void reject(Error error, const wire::Event* event = nullptr);
  bool reports(std::string_view about);
  Millis begin_input(Millis now);
  void deliver(const wire::Event& event, const Subscription* subscription, bool repeated);
  std::vector<SubId> matching_subscriptions(const wire::Event& event) const;
  void deliver_polled(const ObservedView& view, const RowChange& change, Slot slot,
                      std::string_view row, Millis now);

  // What becomes of an event is noted where that is decided, if anybody looks.
  void note(const wire::Event& event, Fate fate, Way way = Way::link) {
    if (trace_) [[unlikely]]
      note_event(event, fate, way);
  }
  void note_event(const wire::Event& event, Fate fate, Way way);
  void note_outcome(const wire::Event& event, Outcome outcome, Slot slot, Way way);
  void note_rejected(Error error, const wire::Event* event);
  void note_polled(const RowChange& change, Slot slot);
  TracedEvent traced_event(const wire::Event& event, Way way) const;

  void drain_session(Millis now);
  void perform(const SessionAction& action, Millis now);
  std::optional<Transport> serving() const;
  void tell_status();
  void tell_quality();
  void carry_subscriptions(LinkId link, Transport transport, Millis now);
  void take_answers(const std::vector<wire::Message>& answers, Millis now);
  std::vector<wire::Request> requests_for_url(LinkId link) const;
  wire::Request request_of(const Subscription& subscription, std::string ref) const;
  void send_frames(LinkId link, const wire::Frames& frames);
  void send_subscribe(Subscription& subscription, Millis now);
  void ask(Subscription& subscription, Millis now);
  void ask_again(Subscription& subscription, Millis now);
  void ask_later(Subscription& subscription, Millis now);
  void miss_answer(Subscription& subscription, Millis now);
  void leave(Subscription& subscription);
  void resubscribe(Subscription& subscription, Millis now);
  void tend_subscriptions(Millis now);
  void renew_token(LinkId link, Millis now);
  void miss_token(Millis now);
  void ask_later_than_refusal(Subscription& subscription, Millis now);
  bool may_poll() const;
  void poll_views(const Subscription& subscription, Millis interval, Millis now);
  void fetch_views(const Subscription& subscription, FetchReason reason);
  void follow_status(Millis now);

  Continuity continuity_of(const ObservedView& each) const;
  Continuity continuity_of(const Subscription& subscription) const;
  bool take_listed(const ObservedView& observed, const Evidence& read, Millis now);
  void confirm_listed(const Evidence& read);
  bool lists_outrun(const Evidence& read) const;
  bool drop_vanished(const ObservedView& observed, const Evidence& read, Millis now);
  std::vector<Slot> newer_than(ObservedView& observed, const Evidence& read);
  void expect_page(View& view);
  void show_listed(ObservedView& observed, const std::vector<Slot>& newer);
  const Ticket* find_ticket(std::uint32_t ticket) const;
  ObservedView* take_ticket(std::uint32_t ticket, Evidence& read);
  void take_snapshot(ObservedView& observed, const Evidence& read, Millis now);
  void stop_reading();
  void add_row(BatchBuilder& batch, Slot slot, ReaderId reader);
  bool was_flushed(ReaderId reader) const;

  ObservedView* find_view(ViewId view);
  bool is_observed(EntityId entity) const;
  void forget(EntityId entity);
  void doubt(const ObservedView& observed, Slot slot, const Evidence& read);
  void end_use(SubId sub, Millis now);
  bool shows(Slot slot, ReaderId reader) const;

  Config config_;
  Random random_;
  SteadyClock clock_;
  Tick tick_ = 0;
  RowStore store_;
  poll::Snapshot snapshot_{store_};
  std::optional<std::uint32_t> reading_;  // the ticket of a body that comes in parts
  Sequencer sequencer_;
  Overlay overlay_;
  Session session_;
  std::vector<ObservedView> views_;
  std::vector<Ticket> tickets_;
  Ledger ledger_;
  EffectQueue effects_;
  Counters counters_;
  std::unique_ptr<EventTrace> trace_;  // none: nobody looks
  std::unique_ptr<wire::Dialect> dialect_;
  wire::Decoded decoded_;  // of the frame in hand
  // What was reported on the present link, so that it is reported once.
  std::vector<std::string> reported_;

  std::string token_;
  Tick token_at_ = 0;               // the input that brought it
  std::optional<LinkId> renewing_;  // for which a new token was asked
  std::optional<wire::EventStream> stream_;
  LinkId stream_link_ = 0;
  std::string opened_after_;  // what the link that opened last said
  std::string relaying_;
  std::optional<Millis> last_event_at_;
  Tick heard_at_ = 0;  // the input that brought the last frame
  LinkReport told_link_;
  QualityReport told_quality_;
  Grade told_grade_ = Grade::offline;

  std::uint32_t next_view_ = 1;
  std::uint32_t next_ticket_ = 1;
  std::uint64_t next_ref_ = 1;
  std::uint64_t next_poll_event_ = 1;
  bool was_polling_ = false;
  Outbox outbox_;

  std::string edited_row_;  // what visible() lends
  struct Sending {
    Slot slot = 0;
    ReaderId reader = 0;
    std::string edited;  // the row's visible bytes when they are not the store's
  };
  struct Dropping {
    Slot slot = 0;
    ReaderId reader = 0;
  };
  RowPatch patch_;
  std::string batch_;
  std::vector<Sending> sending_;
  std::vector<Dropping> dropping_;
  std::vector<ReaderId> flushed_;  // since the last commit
};

}  // namespace tidemark
