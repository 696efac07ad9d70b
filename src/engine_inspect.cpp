// What the engine holds, as JSON for people who look: CoreInspection of js/core/inspection.ts.
#include <string_view>

#include "base/json.h"
#include "engine.h"

namespace tidemark {
namespace {

std::string_view name_of(PendingOperation::Stage stage) {
  switch (stage) {
    case PendingOperation::Stage::queued:
      return "queued";
    case PendingOperation::Stage::sent:
      return "sent";
    case PendingOperation::Stage::confirmed:
      return "confirmed";
    case PendingOperation::Stage::answered:
      return "answered";
  }
  return "";
}

// Writes an object member by member; a list of them is joined by what begins each.
class Object {
 public:
  explicit Object(std::string& out) : out_(out) {
    if (out_.back() == '}') out_.push_back(',');
    out_.push_back('{');
  }
  ~Object() { out_.push_back('}'); }
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  void raw(std::string_view name, std::string_view json) {
    if (out_.back() != '{') out_.push_back(',');
    out_.push_back('"');
    out_.append(name).append("\":").append(json);
  }
  void text(std::string_view name, std::string_view value) { raw(name, json::quoted(value)); }
  void number(std::string_view name, std::int64_t value) { raw(name, std::to_string(value)); }
  void flag(std::string_view name, bool value) { raw(name, value ? "true" : "false"); }
  void time(std::string_view name, std::optional<Millis> at) {
    raw(name, at ? std::to_string(*at) : "null");
  }

 private:
  std::string& out_;
};

std::string conflicts_of(const PendingOperation& operation) {
  std::string out = "[";
  for (const auto& [field, theirs] : operation.told) {
    Object conflict(out);
    conflict.text("field", field);
    conflict.raw("theirs", theirs.empty() ? "null" : theirs);
  }
  return out.append("]");
}

}  // namespace

std::string Engine::inspect() const {
  std::string subscriptions = "[";
  for (const Subscription& each : sequencer_.all()) {
    Object out(subscriptions);
    out.number("sub", each.id);
    out.text("entity", store_.entity(each.entity).name);
    out.text("filter", each.filter);
    out.number("users", each.references);
    out.text("continuity", tidemark::name_of(continuity_of(each)));
    out.raw("epoch", each.position ? json::quoted(each.position->epoch) : "null");
    out.raw("seq", each.position ? std::to_string(each.position->seq) : "null");
    out.time("lastEventAt", each.last_event_at ? std::optional(clock_.outside(*each.last_event_at))
                                               : std::nullopt);
  }
  std::string views = "[";
  for (const ObservedView& each : views_) {
    Object out(views);
    out.number("view", each.view.id());
    out.number("sub", each.sub);
    out.number("rows", static_cast<std::int64_t>(each.view.member_count()));
    out.text("continuity", tidemark::name_of(continuity_of(each)));
    out.flag("polled", each.schedule.running());
  }
  std::string edits = "[";
  for (const PendingOperation& each : overlay_.all()) {
    const Row& row = store_.row(each.slot);
    Object out(edits);
    out.number("mutation", each.handle);
    out.text("key", each.mutation);
    out.text("entity", store_.entity(row.entity).name);
    out.text("action", tidemark::name_of(each.action));
    out.raw("id", id_of(row.key));
    out.text("stage", name_of(each.stage));
    out.time("madeAt", each.made_at);
    out.flag("kept", each.kept);
    out.flag("waits", each.awaits != PendingOperation::Awaits::nothing);
    out.raw("data", each.data.empty() ? "null" : each.data);
    out.raw("conflicts", conflicts_of(each));
  }
  std::string out = "{\"cause\":";
  json::append_quoted(out, tidemark::name_of(session_.cause()));
  out.append(",\"lostCode\":").append(std::to_string(session_.lost_code()));
  out.append(",\"subscriptions\":").append(subscriptions).append("]");
  out.append(",\"views\":").append(views).append("]");
  return out.append(",\"edits\":").append(edits).append("]}");
}

// What can be said of a subscription, whoever reads its rows.
Continuity Engine::continuity_of(const Subscription& subscription) const {
  if (session_.is_polling()) return Continuity::polling;
  if (session_.state() != State::connected) return Continuity::offline;
  if (subscription.suspect) return Continuity::suspect;
  const bool streams = subscription.streams() && !subscription.replaying;
  return streams ? Continuity::live : Continuity::catching_up;
}

}  // namespace tidemark
