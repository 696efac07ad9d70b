#include "client.h"

#include <algorithm>

#include "../core/url_decoded.h"
#include "base/json.h"
#include "link.h"
#include "scene.h"

namespace tidemark::sim {
namespace {

std::string config_for(const Setup& setup, std::size_t client) {
  const auto number = [](std::string_view name, std::int64_t value) {
    return ",\"" + std::string(name) + "\":" + std::to_string(value);
  };
  const auto transports = static_cast<std::size_t>(setup.transports[client % 4]);
  std::string out = "{\"transports\":" + std::string(kTransports[transports]);
  out += number("reconnectInterval", kReconnect) + number("maxReconnectInterval", kBackoffCap);
  out += number("maxReconnectAttempts", setup.attempts);
  out += number("heartbeatInterval", kHeartbeat) + number("heartbeatTimeout", kTimeout);
  out += number("openTimeout", 4'000) + number("probeInterval", 5'000);
  out += number("pollingInterval", kPolling) + number("dedupCapacity", setup.dedup);
  out += number("tombstoneCapacity", setup.tombstones);
  out += number("maxFrameBytes", static_cast<std::int64_t>(kMostFrameBytes));
  out += setup.tokens != 0 ? ",\"tokens\":true" : "";
  out += setup.relay != 0 ? ",\"relay\":true" : "";
  return out + ",\"deliverEvents\":true}";
}

std::string text_of_member(std::string_view object, std::string_view name) {
  const auto value = json::member(object, name);
  if (!value || json::kind_of(*value) == json::Kind::null) return {};
  return json::kind_of(*value) == json::Kind::string ? json::string_of(*value)
                                                     : std::string(*value);
}

LinkId link_of(std::string_view effect) {
  return static_cast<LinkId>(std::stoul(text_of_member(effect, "link")));
}

}  // namespace

Client::Client(Scene& scene, std::size_t index)
    : scene_(scene),
      index_(index),
      engine_(Config::parse(config_for(scene.setup, index)).value(),
              // Tabs of one page would hardly share a seed.
              (static_cast<std::uint64_t>(scene.world.now()) << 8U) +
                  static_cast<std::uint64_t>(scene.world.up_to(1 << 30)) + index) {
  for (const Table& each : kTables) {
    Entity entity;
    entity.name = each.name;
    if (each.versioned) entity.version_field = each.stamp;
    engine_.define_entity(entity);
  }
  resumed_at_ = scene.world.now();
}

// ---------------------------------------------------------------- inputs

Millis Client::clock() {
  // Time stands still until the first reading of a clock that was set back.
  if (std::exchange(clock_jumped_, false)) {
    resumed_at_ = polls_from_ = scene_.world.now();
    patience_until_ = resumed_at_ + patience_;
  }
  return scene_.world.now() + clock_offset_;
}

void Client::input(std::function<void()> what) {
  if (asleep_until_) {
    inbox_.push_back(std::move(what));
    return;
  }
  ++inputs_;
  what();
  settle();
}

void Client::settle() {
  for (std::string effects = engine_.take_effects(); !effects.empty();
       effects = engine_.take_effects()) {
    remember(effects);
    scene_.world.trace(index_, "effects", effects);
    json::Walker walker(effects);
    for (std::string_view each; walker.next_element(each);) perform(each);
  }
  check_honesty();
  arm_timer();
  check_patience();
  check_polls();
  plan_paint();
}

void Client::perform(std::string_view effect) {
  const std::string op = text_of_member(effect, "op");
  if (op == "event") {
    perform_event(effect);
  } else if (op == "send") {
    const std::string text = text_of_member(effect, "text");
    Wire* on = wire(link_of(effect));
    if (on == nullptr) return;
    note_subscribe(*on, text);
    on->link->up(text);
  } else if (op == "fetch") {
    fetch(static_cast<ViewId>(std::stoul(text_of_member(effect, "view"))),
          text_of_member(effect, "reason"));
  } else if (op == "continuity") {
    const auto view = static_cast<ViewId>(std::stoul(text_of_member(effect, "view")));
    const auto found = views_.find(view);
    if (found != views_.end()) found->second.continuity = text_of_member(effect, "continuity");
  } else if (op == "status") {
    status_ = text_of_member(effect, "status");
    transport_ = text_of_member(effect, "transport");
    // Polls that all fail are no transport, and go on.
    const bool may_go_on = transport_.empty() && status_ == "reconnecting";
    is_polling_ = transport_ == "polling" || (is_polling_ && may_go_on);
    polls_from_ = scene_.world.now();
  } else if (op == "open") {
    open(link_of(effect), text_of_member(effect, "transport"), text_of_member(effect, "query"));
  } else if (op == "close") {
    Wire* on = wire(link_of(effect));
    if (on == nullptr) return;
    on->link->leave();
    std::erase_if(wires_, [on](const Wire& each) { return each.link == on->link; });
  } else if (op == "token") {
    answer_token(link_of(effect), text_of_member(effect, "refresh") == "true");
  } else if (op == "submit") {
    submit(effect);
  } else if (op == "renamed") {
    rename(effect);
  } else if (op == "relay") {
    relay(text_of_member(effect, "text"));
  }
}

void Client::perform_event(std::string_view effect) {
  const auto event = json::member(effect, "event");
  if (!event || text_of_member(*event, "type") == "polling") return;
  const bool repeated = text_of_member(effect, "repeated") == "true";
  scene_.invariants.handed(index_, text_of_member(*event, "id"), repeated);
  if (repeated) return;
  ++scene_.tally.events_delivered;
  const auto table = table_named(text_of_member(*event, "entity"));
  const auto data = json::member(*event, "data");
  if (!table || !data || !is_observed(*table)) return;
  Reading row = read(*data);
  row.table = *table;
  const bool deleted = text_of_member(*event, "action") == "delete";
  scene_.invariants.learned(index_, row, deleted);
  if (!kTables[*table].versioned) told_[row.key] = {inputs_, deleted, row.commit.value_or(0)};
  close_edit(text_of_member(*event, "mutation"));
}

void Client::relay(const std::string& text) {
  for (const auto& each : scene_.clients) {
    if (each.get() == this) continue;
    Client* tab = each.get();
    scene_.world.after(1 + scene_.world.up_to(4), [tab, text] {
      tab->input([tab, text] { tab->engine_.relay(text, tab->clock()); });
    });
  }
}

// ---------------------------------------------------------------- the link

void Client::connect() {
  wants_connection_ = true;
  input([this] { engine_.connect(clock()); });
}

void Client::disconnect() {
  wants_connection_ = false;
  input([this] { engine_.disconnect(clock()); });
}

void Client::open(LinkId link, std::string_view transport, std::string_view query) {
  const bool retries = in_timer_ && status_ != "connected" && transport_.empty();
  const Millis waited = scene_.world.now() - closed_at_;
  if (retries && waited > 20) scene_.invariants.opened_by_timer(index_, waited);
  const std::string subscribe = testing::url_parameter(query, "subscribe");
  const Transport kind = transport == "sse" ? Transport::sse : Transport::websocket;
  Wire opened{scene_.network.open(index_, link, kind, subscribe, token_)};
  if (!subscribe.empty()) {
    json::Walker walker(subscribe);
    for (std::string_view each; walker.next_element(each);) note_subscribe(opened, each);
  }
  wires_.push_back(std::move(opened));
}

void Client::answer_token(LinkId link, bool refresh) {
  ++tokens_awaited_;
  const bool fails = tokens_to_fail_ > 0;
  if (fails) {
    --tokens_to_fail_;
    scene_.tally.count(Fault::no_token);
  }
  // The one at hand, which may have run out, unless a new one is asked for.
  if (refresh || token_.empty()) token_ = scene_.server.token();
  scene_.world.after(2 + scene_.world.up_to(60), [this, link, fails, token = token_] {
    input([this, link, fails, token] {
      --tokens_awaited_;
      if (fails)
        engine_.token_failed(link, clock());
      else
        engine_.token(link, token, clock());
    });
  });
}

Client::Wire* Client::wire(LinkId link) {
  for (Wire& each : wires_) {
    if (each.link->id() == link) return &each;
  }
  return nullptr;
}

void Client::note_subscribe(Wire& wire, std::string_view message) {
  const std::string op = text_of_member(message, "op");
  if (op == "unsubscribe") wire.streaming.erase(text_of_member(message, "sub"));
  if (!op.empty() && op != "subscribe") return;
  const auto table = table_named(text_of_member(message, "entity"));
  if (!table) return;
  wire.asked[text_of_member(message, "ref")] = {*table,
                                                filter_named(text_of_member(message, "filter"))};
}

void Client::note_message(Wire& wire, const std::string& text) {
  if (!text.starts_with("{\"op\":\"subscribed\"") || text.size() > kMostFrameBytes) return;
  if (json::validate(text) != Error::none) return;
  const auto asked = wire.asked.find(text_of_member(text, "ref"));
  if (asked == wire.asked.end()) return;
  wire.streaming[text_of_member(text, "sub")] = asked->second;
  if (text.find("\"recovered\":true") != std::string::npos) ++scene_.tally.replays;
}

void Client::opened(LinkId link) {
  input([this, link] {
    Wire* on = wire(link);
    if (on == nullptr) return;
    on->open = true;
    on->heard_at = scene_.world.now();
    engine_.link_opened(link, clock());
  });
}

void Client::closed(LinkId link, int code, Millis retry_after) {
  input([this, link, code, retry_after] {
    if (wire(link) == nullptr) return;
    std::erase_if(wires_, [link](const Wire& each) { return each.link->id() == link; });
    closed_at_ = scene_.world.now();
    const bool asks = advice_of(code) == CloseAdvice::back_off;
    patience_ = std::max(retry_after, asks ? kReconnect : Millis{0});
    patience_until_ = std::max(patience_until_, scene_.world.now() + patience_);
    engine_.link_closed(link, code, retry_after, clock());
  });
}

void Client::frame(LinkId link, const std::string& text) {
  input([this, link, text] {
    Wire* on = wire(link);
    if (on == nullptr) return;
    on->heard_at = scene_.world.now();
    note_message(*on, text);
    scene_.world.trace(index_, "frame", text);
    if (text.size() > kMostFrameBytes)
      engine_.frame_too_large(link, clock());
    else
      engine_.frame(link, text, clock());
  });
}

void Client::stream(LinkId link, const std::string& bytes, const std::string& completes) {
  input([this, link, bytes, completes] {
    Wire* on = wire(link);
    if (on == nullptr) return;
    on->heard_at = scene_.world.now();
    note_message(*on, completes);
    scene_.world.trace(index_, "stream", completes);
    engine_.stream(link, bytes, clock());
  });
}

// ---------------------------------------------------------------- time

void Client::arm_timer() {
  const auto due = engine_.deadline();
  // As js/realtime/driver.ts: a timer does not follow the clock when that is set forward.
  const bool is_set = timer_at_.has_value() == due.has_value() && due == deadline_;
  const bool is_late = is_set && due && *due - clock_offset_ < *timer_at_ - kClockSlack;
  if (is_set && !is_late) return;
  deadline_ = due;
  timer_at_ = due ? std::optional(*due - clock_offset_) : std::nullopt;
  const auto at = timer_at_;
  const std::uint64_t mine = ++timer_;
  if (!at) return;
  const bool is_hidden = paused_until_.contains(PauseReason::hidden);
  const Millis late = scene_.world.one_in(4) ? scene_.world.up_to(is_hidden ? 200 : 5) : 0;
  scene_.world.at(std::max(*at, scene_.world.now()) + late, [this, mine] {
    if (mine == timer_ && !asleep_until_) tick();
  });
}

void Client::tick() {
  timer_at_.reset();
  in_timer_ = true;
  input([this] { engine_.tick(clock()); });
  in_timer_ = false;
}

void Client::sleep(Millis time, bool frozen, bool runs_timers_first) {
  if (asleep_until_) return;
  if (frozen) input([this] { tell_paused(PauseReason::frozen, true); });
  asleep_until_ = scene_.world.now() + time;
  frozen_ = frozen;
  timers_first_ = runs_timers_first;
  scene_.world.after(time, [this] {
    if (asleep_until_ && *asleep_until_ <= scene_.world.now()) wake();
  });
}

void Client::wake() {
  asleep_until_.reset();
  resumed_at_ = polls_from_ = scene_.world.now();
  scene_.invariants.woken(index_);
  if (timers_first_ && timer_at_ && *timer_at_ <= scene_.world.now()) tick();
  if (frozen_) input([this] { tell_paused(PauseReason::frozen, false); });
  frozen_ = false;
  for (auto& each : std::exchange(inbox_, {})) input(std::move(each));
  if (timer_at_ && *timer_at_ <= scene_.world.now()) tick();
}

void Client::pause(PauseReason reason, Millis time) {
  if (asleep_until_) return;
  const Millis until = scene_.world.now() + time;
  paused_until_[reason] = until;
  scene_.invariants.woken(index_);
  input([this, reason] { tell_paused(reason, true); });
  scene_.world.after(time, [this, reason, until] {
    const auto found = paused_until_.find(reason);
    if (found == paused_until_.end() || found->second != until) return;
    paused_until_.erase(found);
    scene_.invariants.woken(index_);
    input([this, reason] { tell_paused(reason, false); });
  });
}

void Client::tell_paused(PauseReason reason, bool on) {
  if (on)
    told_paused_.insert(reason);
  else
    told_paused_.erase(reason);
  polls_from_ = scene_.world.now();
  engine_.pause(reason, on, clock());
}

// Nobody is told, and a timer that is set already runs by a clock of its own.
void Client::shift_clock(Millis by) {
  clock_offset_ += by;
  clock_jumped_ = true;
}

void Client::heal() {
  if (asleep_until_) wake();
  for (const auto& [reason, until] : std::exchange(paused_until_, {})) {
    input([this, reason = reason] { tell_paused(reason, false); });
  }
  tokens_to_fail_ = 0;
  connect_if_down();
}

void Client::connect_if_down() {
  if (!wants_connection_ || status_ == "error" || status_ == "disconnected") connect();
}

void Client::remember(std::string_view bytes) {
  for (const char byte : bytes) {
    digest_ = (digest_ ^ static_cast<unsigned char>(byte)) * 0x100000001b3U;
  }
}

void Client::fail(std::string_view invariant, std::string what) {
  scene_.invariants.fail(invariant, index_, std::move(what));
}

}  // namespace tidemark::sim
