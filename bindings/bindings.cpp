// The boundary: one class, coarse calls. Text comes in through a scratch buffer as bytes
// (embind's std::string would corrupt lone surrogates and cost more); results are lent as
// pointer and length, owned here until the next call.
#include <emscripten/bind.h>
#include <emscripten/emscripten.h>

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "arguments.h"
#include "base/json.h"
#include "engine.h"

namespace {

using tidemark::Arguments;
using tidemark::Error;
using tidemark::Millis;

// 64 readable bytes follow every buffer, so that a scanner may read past its end.
constexpr std::size_t kPadding = 64;
constexpr std::uint32_t kTooLarge = 0xffffffffU;

std::string& config_buffer() {
  static std::string buffer;
  return buffer;
}

std::uintptr_t config_scratch(std::uint32_t bytes) {
  config_buffer().resize(bytes);
  return reinterpret_cast<std::uintptr_t>(config_buffer().data());
}

Millis millis(double now) { return static_cast<Millis>(now); }
int failure(Error error) { return -static_cast<int>(error); }

template <typename T>
int handle_or_failure(const tidemark::Result<T>& result) {
  return result.ok() ? static_cast<int>(result.value()) : failure(result.error());
}

// "conflict": the policy of all fields; "conflicts": those of some, by name.
tidemark::Result<tidemark::Policies> policies_from(const Arguments& arguments) {
  tidemark::Policies policies;
  const auto standard = tidemark::policy_named(arguments.text("conflict", "rebase"));
  if (!standard) return Error::bad_config;
  policies.standard = *standard;
  const std::string_view fields = arguments.raw("conflicts");
  if (fields.empty()) return policies;
  if (tidemark::json::kind_of(fields) != tidemark::json::Kind::object) return Error::bad_config;
  tidemark::json::Walker walker(fields);
  for (tidemark::json::Member each; walker.next_member(each);) {
    const bool is_text = tidemark::json::kind_of(each.value) == tidemark::json::Kind::string;
    const auto policy =
        tidemark::policy_named(is_text ? tidemark::json::string_of(each.value) : std::string());
    if (!policy) return Error::bad_config;
    policies.fields.emplace_back(tidemark::json::unescape(each.key), *policy);
  }
  return policies;
}

class Handle {
 public:
  Handle(std::uint32_t config_length, double seed_low, double seed_high)
      : engine_(config_from(config_length), static_cast<std::uint64_t>(seed_high) << 32U |
                                                static_cast<std::uint64_t>(seed_low)) {}

  std::uintptr_t reserve(std::uint32_t bytes) {
    constexpr std::size_t kKept = 1U << 20U;
    const std::size_t wanted = bytes + kPadding;
    // One huge body must not hold its memory for ever.
    if (scratch_.size() > kKept && wanted <= kKept) scratch_ = std::string();
    if (scratch_.size() < wanted) scratch_.resize(wanted);
    return reinterpret_cast<std::uintptr_t>(scratch_.data());
  }

  int define_entity(std::uint32_t length) {
    const Arguments arguments(scratch(length));
    if (!arguments.ok()) return failure(Error::bad_config);
    const auto policies = policies_from(arguments);
    if (!policies.ok()) return failure(policies.error());
    return failure(engine_.define_entity(
        {arguments.text("name"), arguments.text("idField", "id"), arguments.text("versionField"),
         arguments.text("table"), arguments.texts("fixedFields")},
        policies.value()));
  }

  void connect(double now) { engine_.connect(millis(now)); }
  void disconnect(double now) { engine_.disconnect(millis(now)); }
  void link_opened(std::uint32_t link, std::uint32_t length, double now) {
    engine_.link_opened(link, millis(now), scratch(length));
  }
  void link_closed(std::uint32_t link, int code, double retry_after, double now) {
    engine_.link_closed(link, code, millis(retry_after), millis(now));
  }
  void token(std::uint32_t link, std::uint32_t length, double now) {
    engine_.token(link, scratch(length), millis(now));
  }
  void token_failed(std::uint32_t link, double now) { engine_.token_failed(link, millis(now)); }
  void pause(std::uint32_t reason, bool on, double now) {
    engine_.pause(static_cast<tidemark::PauseReason>(reason), on, millis(now));
  }
  void wake(double now) { engine_.wake(millis(now)); }
  void tick(double now) { engine_.tick(millis(now)); }
  double deadline() const {
    const auto at = engine_.deadline();
    return at ? static_cast<double>(*at) : -1;
  }

  void frame(std::uint32_t link, std::uint32_t length, double now) {
    if (length == kTooLarge)
      engine_.frame_too_large(link, millis(now));
    else
      engine_.frame(link, scratch(length), millis(now));
  }
  void stream(std::uint32_t link, std::uint32_t length, double now) {
    engine_.stream(link, scratch(length), millis(now));
  }
  void relay(std::uint32_t length, double now) { engine_.relay(scratch(length), millis(now)); }
  int send(std::uint32_t length, double) { return failure(engine_.send(scratch(length))); }

  int subscribe(std::uint32_t length, double now) {
    const Arguments arguments(scratch(length));
    return handle_or_failure(
        engine_.subscribe(arguments.text("entity"), arguments.text("filter"), millis(now)));
  }
  void unsubscribe(std::uint32_t sub, double now) { engine_.unsubscribe(sub, millis(now)); }

  int observe(std::uint32_t length, double now) {
    const Arguments arguments(scratch(length));
    const auto limit = arguments.count("limit", tidemark::Window::kAll);
    const auto offset = arguments.count("offset", 0);
    const auto reader = arguments.count("reader", 0);
    if (!limit || *limit == 0 || !offset || !reader) return failure(Error::bad_config);
    const bool has_window = arguments.has("limit") || arguments.has("offset");
    const tidemark::Window window{*offset, *limit, has_window && !arguments.is_false("paged")};
    return handle_or_failure(engine_.observe(
        {arguments.text("entity"), arguments.text("filter"), arguments.text("order"),
         arguments.text("path"), !arguments.is_false("live"), window,
         static_cast<tidemark::ReaderId>(*reader)},
        millis(now)));
  }
  void release(std::uint32_t view, double now) { engine_.release(view, millis(now)); }
  void poll(std::uint32_t view, double interval, bool adaptive, double now) {
    engine_.poll(view, millis(interval), adaptive, millis(now));
  }

  int begin_snapshot(std::uint32_t view, double now) {
    return handle_or_failure(engine_.begin_snapshot(view, millis(now)));
  }
  int end_snapshot(std::uint32_t ticket, std::uint32_t length, double now) {
    return failure(engine_.end_snapshot(ticket, scratch(length), millis(now)));
  }
  // What was not read is moved to the front of the scratch; says how much that is, or -1.
  int read_part(std::uint32_t ticket, bool first, std::uint32_t length) {
    const auto read = engine_.read_part(ticket, first, scratch(length));
    if (!read) return -1;
    std::memmove(scratch_.data(), scratch_.data() + *read, length - *read);
    return static_cast<int>(length - *read);
  }
  bool end_parts(std::uint32_t ticket, std::uint32_t length, double now) {
    return engine_.end_parts(ticket, scratch(length), millis(now));
  }
  void confirm_snapshot(std::uint32_t ticket, double now) {
    engine_.confirm_snapshot(ticket, millis(now));
  }
  void fail_snapshot(std::uint32_t ticket, double retry_after, double now) {
    engine_.fail_snapshot(ticket, millis(retry_after), millis(now));
  }

  int mutate(std::uint32_t length, double now) {
    const Arguments arguments(scratch(length));
    const std::string_view data = arguments.raw("data");
    if (data.empty() || data.front() != '{') return failure(Error::bad_mutation);
    const std::string name = arguments.text("action");
    tidemark::Action action = tidemark::Action::update;
    if (name == "insert")
      action = tidemark::Action::insert;
    else if (name == "delete")
      action = tidemark::Action::erase;
    else if (name != "update")
      return failure(Error::bad_mutation);
    return handle_or_failure(
        engine_.mutate(arguments.text("id"), arguments.text("entity"), action, data, millis(now)));
  }
  int restore(std::uint32_t length, double now) {
    return handle_or_failure(engine_.restore(scratch(length), millis(now)));
  }
  int settle(std::uint32_t mutation, std::uint32_t length, double now) {
    const std::string_view row = scratch(length);
    if (!row.empty() && tidemark::json::validate(row) != Error::none) {
      return failure(Error::malformed_json);
    }
    return failure(engine_.settle(mutation, row, millis(now)));
  }

  int fail(std::uint32_t mutation, bool network, double now) {
    return handle_or_failure(engine_.fail(mutation, network, millis(now)));
  }
  int resolve(std::uint32_t mutation, std::uint32_t length, double now) {
    const Arguments arguments(scratch(length));
    const std::string_view theirs = arguments.raw("theirs");
    const std::string_view value = arguments.raw("value");
    if (theirs.empty() || value.empty()) return failure(Error::bad_mutation);
    return failure(engine_.resolve(mutation, arguments.text("field"), theirs, value, millis(now)));
  }

  std::uint32_t effects() {
    effects_ = engine_.take_effects();
    return static_cast<std::uint32_t>(effects_.size());
  }
  std::uintptr_t effects_pointer() const {
    return reinterpret_cast<std::uintptr_t>(effects_.data());
  }

  std::uint32_t flush(std::uint32_t reader) {
    batch_ = engine_.flush(reader);
    return static_cast<std::uint32_t>(batch_.size());
  }
  std::uintptr_t batch_pointer() const { return reinterpret_cast<std::uintptr_t>(batch_.data()); }
  void commit() { engine_.commit(); }
  void rollback() { engine_.rollback(); }

  std::uint32_t stats() {
    stats_ = engine_.stats();
    return static_cast<std::uint32_t>(stats_.size());
  }
  std::uintptr_t stats_pointer() const { return reinterpret_cast<std::uintptr_t>(stats_.data()); }

  // For people who look. The text, like stats', is lent until the next of these three.
  void trace(std::uint32_t entries) { engine_.trace(entries); }
  std::uint32_t traced(double revision) {
    stats_ = engine_.traced(static_cast<std::uint64_t>(revision));
    return static_cast<std::uint32_t>(stats_.size());
  }
  std::uint32_t inspect() {
    stats_ = engine_.inspect();
    return static_cast<std::uint32_t>(stats_.size());
  }

  std::uintptr_t address() const { return reinterpret_cast<std::uintptr_t>(this); }

 private:
  static tidemark::Config config_from(std::uint32_t length) {
    const auto config =
        tidemark::Config::parse(std::string_view(config_buffer()).substr(0, length));
    return config.ok() ? config.value() : tidemark::Config{};
  }

  std::string_view scratch(std::uint32_t length) const {
    return std::string_view(scratch_).substr(0, length);
  }

  tidemark::Engine engine_;
  std::string scratch_;
  std::string effects_;
  std::string_view batch_;
  std::string stats_;
};

// 0 when the configuration can be used.
int check_config(std::uint32_t length) {
  const auto config = tidemark::Config::parse(std::string_view(config_buffer()).substr(0, length));
  return config.ok() ? 0 : failure(config.error());
}

std::string error_text(int code) {
  return std::string(tidemark::error_text(static_cast<Error>(code)));
}

// For a recording's replay: memory that was written back whole holds this engine.
Handle* engine_at(std::uintptr_t address) { return reinterpret_cast<Handle*>(address); }

}  // namespace

// What is asked once a frame is exported bare: embind's way to call takes as long as the core.
extern "C" {

EMSCRIPTEN_KEEPALIVE void tidemark_frame(std::uintptr_t engine, std::uint32_t link,
                                         std::uint32_t length, double now) {
  engine_at(engine)->frame(link, length, now);
}

EMSCRIPTEN_KEEPALIVE void tidemark_stream(std::uintptr_t engine, std::uint32_t link,
                                          std::uint32_t length, double now) {
  engine_at(engine)->stream(link, length, now);
}

EMSCRIPTEN_KEEPALIVE std::uint32_t tidemark_effects(std::uintptr_t engine) {
  return engine_at(engine)->effects();
}

EMSCRIPTEN_KEEPALIVE double tidemark_deadline(std::uintptr_t engine) {
  return engine_at(engine)->deadline();
}

}  // extern "C"

EMSCRIPTEN_BINDINGS(tidemark) {
  emscripten::function("configScratch", &config_scratch);
  emscripten::function("checkConfig", &check_config);
  emscripten::function("errorText", &error_text);
  emscripten::function("engineAt", &engine_at, emscripten::allow_raw_pointers());
  emscripten::class_<Handle>("Engine")
      .constructor<std::uint32_t, double, double>()
      .function("reserve", &Handle::reserve)
      .function("defineEntity", &Handle::define_entity)
      .function("connect", &Handle::connect)
      .function("disconnect", &Handle::disconnect)
      .function("linkOpened", &Handle::link_opened)
      .function("linkClosed", &Handle::link_closed)
      .function("token", &Handle::token)
      .function("tokenFailed", &Handle::token_failed)
      .function("pause", &Handle::pause)
      .function("wake", &Handle::wake)
      .function("tick", &Handle::tick)
      .function("relay", &Handle::relay)
      .function("send", &Handle::send)
      .function("subscribe", &Handle::subscribe)
      .function("unsubscribe", &Handle::unsubscribe)
      .function("observe", &Handle::observe)
      .function("release", &Handle::release)
      .function("poll", &Handle::poll)
      .function("beginSnapshot", &Handle::begin_snapshot)
      .function("endSnapshot", &Handle::end_snapshot)
      .function("readPart", &Handle::read_part)
      .function("endParts", &Handle::end_parts)
      .function("confirmSnapshot", &Handle::confirm_snapshot)
      .function("failSnapshot", &Handle::fail_snapshot)
      .function("mutate", &Handle::mutate)
      .function("restore", &Handle::restore)
      .function("settle", &Handle::settle)
      .function("fail", &Handle::fail)
      .function("resolve", &Handle::resolve)
      .function("effectsPointer", &Handle::effects_pointer)
      .function("flush", &Handle::flush)
      .function("batchPointer", &Handle::batch_pointer)
      .function("commit", &Handle::commit)
      .function("rollback", &Handle::rollback)
      .function("stats", &Handle::stats)
      .function("statsPointer", &Handle::stats_pointer)
      .function("trace", &Handle::trace)
      .function("traced", &Handle::traced)
      .function("inspect", &Handle::inspect)
      .function("address", &Handle::address);
}
