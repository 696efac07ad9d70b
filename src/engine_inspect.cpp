// What the engine holds, as JSON for people who look: CoreInspection of js/core/inspection.ts.
#include <string_view>

#include "base/json.h"
#include "base/json_writer.h"
#include "engine.h"

namespace tidemark {
namespace {

using json::ObjectWriter;

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

std::string conflicts_of(const PendingOperation& operation) {
  std::string out = "[";
  for (const auto& [field, theirs] : operation.told) {
    ObjectWriter conflict(out);
    conflict.text("field", field);
    conflict.raw("theirs", theirs.empty() ? "null" : theirs);
  }
  return out.append("]");
}

}  // namespace

std::string Engine::inspect() const {
  std::string subscriptions = "[";
  for (const Subscription& each : sequencer_.all()) {
    ObjectWriter out(subscriptions);
    out.number("sub", each.id);
    out.text("entity", store_.entity(each.entity).name);
    out.text("filter", each.filter);
    out.number("users", each.references);
    out.text("continuity", tidemark::name_of(continuity_of(each)));
    const auto& place = each.position;
    out.text_or_null("epoch", place ? std::string_view(place->epoch) : std::string_view());
    out.number("seq", place ? std::optional(place->seq) : std::nullopt);
    const auto& event_at = each.last_event_at;
    out.number("lastEventAt", event_at ? std::optional(clock_.outside(*event_at)) : std::nullopt);
  }
  std::string views = "[";
  for (const ObservedView& each : views_) {
    ObjectWriter out(views);
    out.number("view", each.view.id());
    out.number("sub", each.sub);
    out.number("rows", static_cast<std::int64_t>(each.view.member_count()));
    out.text("continuity", tidemark::name_of(continuity_of(each)));
    out.flag("polled", each.schedule.running());
  }
  std::string edits = "[";
  for (const PendingOperation& each : overlay_.all()) {
    const Row& row = store_.row(each.slot);
    ObjectWriter out(edits);
    out.number("mutation", each.handle);
    out.text("key", each.mutation);
    out.text("entity", store_.entity(row.entity).name);
    out.text("action", tidemark::name_of(each.action));
    out.raw("id", id_of(row.key));
    out.text("stage", name_of(each.stage));
    out.number("madeAt", each.made_at);
    out.flag("kept", each.kept);
    out.flag("waits", each.awaits != PendingOperation::Awaits::nothing);
    out.raw("data", each.data.empty() ? "null" : each.data);
    out.raw("conflicts", conflicts_of(each));
  }
  std::string all;
  {
    ObjectWriter out(all);
    out.text("cause", tidemark::name_of(session_.cause()));
    out.number("lostCode", session_.lost_code());
    out.raw("subscriptions", subscriptions.append("]"));
    out.raw("views", views.append("]"));
    out.raw("edits", edits.append("]"));
  }
  return all;
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
