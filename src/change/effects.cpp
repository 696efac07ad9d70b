#include "change/effects.h"

#include <utility>

#include "base/json.h"

namespace tidemark {
namespace {

std::string_view name_of(FetchReason reason) {
  switch (reason) {
    case FetchReason::subscribed:
      return "subscribed";
    case FetchReason::gap:
      return "gap";
    case FetchReason::reset:
      return "reset";
    case FetchReason::poll:
      return "poll";
    case FetchReason::window:
      return "window";
  }
  return "";
}

}  // namespace

std::string& EffectQueue::begin(std::string_view op) {
  json_.push_back(json_.empty() ? '[' : ',');
  json_.append("{\"op\":\"").append(op).push_back('"');
  return json_;
}

void EffectQueue::open(std::uint32_t link, Transport transport, std::string_view query) {
  begin("open").append(",\"link\":").append(std::to_string(link));
  json_.append(",\"transport\":\"").append(name_of(transport)).append("\",\"query\":");
  json::append_quoted(json_, query);
  json_.push_back('}');
}

void EffectQueue::token(std::uint32_t link, bool refresh) {
  begin("token").append(",\"link\":").append(std::to_string(link));
  json_.append(refresh ? ",\"refresh\":true}" : ",\"refresh\":false}");
}

void EffectQueue::close(std::uint32_t link, int code) {
  begin("close").append(",\"link\":").append(std::to_string(link));
  json_.append(",\"code\":").append(std::to_string(code)).push_back('}');
}

void EffectQueue::send(std::uint32_t link, std::string_view text) {
  begin("send").append(",\"link\":").append(std::to_string(link)).append(",\"text\":");
  json::append_quoted(json_, text);
  json_.push_back('}');
}

void EffectQueue::fetch(std::uint32_t view, FetchReason reason) {
  begin("fetch").append(",\"view\":").append(std::to_string(view));
  json_.append(",\"reason\":\"").append(name_of(reason)).append("\"}");
}

void EffectQueue::resync(std::uint32_t sub) {
  begin("resync").append(",\"sub\":").append(std::to_string(sub)).append("}");
}

void EffectQueue::status(const LinkReport& link) {
  begin("status").append(",\"status\":\"").append(link.status).append("\",\"transport\":");
  if (link.transport)
    json::append_quoted(json_, name_of(*link.transport));
  else
    json_.append("null");
  json_.append(",\"attempt\":").append(std::to_string(link.attempt)).push_back('}');
}

void EffectQueue::quality(std::string_view grade, const QualityReport& report) {
  const auto number = [this](std::string_view name, std::int64_t value) {
    json_.append(",\"").append(name).append("\":").append(std::to_string(value));
  };
  begin("quality").append(",\"grade\":\"").append(grade).push_back('"');
  if (report.rtt)
    number("rttMs", *report.rtt);
  else
    json_.append(",\"rttMs\":null");
  number("jitterMs", report.jitter);
  number("missedHeartbeats", report.missed_heartbeats);
  number("reconnects", report.reconnects);
  json_.push_back('}');
}

void EffectQueue::submit(std::uint32_t handle, std::string_view mutation, std::string_view entity,
                         Action action, std::string_view id, std::string_view data) {
  begin("submit").append(",\"mutation\":").append(std::to_string(handle));
  text("key", mutation);
  text("entity", entity);
  text("action", name_of(action));
  json_.append(",\"id\":").append(id).append(",\"data\":");
  json_.append(data.empty() ? "null" : data).push_back('}');
}

void EffectQueue::keep(std::string_view mutation, std::string_view entity, std::string_view saved) {
  begin("keep");
  text("key", mutation);
  text("entity", entity);
  text("saved", saved);
  json_.push_back('}');
}

void EffectQueue::forget(std::string_view mutation) {
  begin("forget");
  text("key", mutation);
  json_.push_back('}');
}

void EffectQueue::confirmed(std::uint32_t handle, std::string_view row) {
  begin("confirmed").append(",\"mutation\":").append(std::to_string(handle));
  json_.append(",\"row\":").append(row).push_back('}');
}

void EffectQueue::renamed(std::string_view entity, std::string_view from, std::string_view to) {
  begin("renamed");
  text("entity", entity);
  json_.append(",\"from\":").append(from).append(",\"to\":").append(to).push_back('}');
}

void EffectQueue::conflict(std::uint32_t handle, std::string_view entity, std::string_view id,
                           std::string_view field, std::string_view policy, std::string_view base,
                           std::string_view mine, std::string_view theirs) {
  begin("conflict").append(",\"mutation\":").append(std::to_string(handle));
  text("entity", entity);
  json_.append(",\"id\":").append(id);
  text("field", field);
  text("policy", policy);
  json_.append(",\"base\":").append(base).append(",\"mine\":").append(mine);
  json_.append(",\"theirs\":").append(theirs).push_back('}');
}

void EffectQueue::text(std::string_view name, std::string_view value) {
  json_.append(",\"").append(name).append("\":");
  json::append_quoted(json_, value);
}

void EffectQueue::relay(std::string_view frame) {
  begin("relay").append(",\"text\":");
  json::append_quoted(json_, frame);
  json_.push_back('}');
}

void EffectQueue::continuity(std::uint32_t view, Continuity continuity,
                             std::optional<Millis> last_event_at) {
  begin("continuity").append(",\"view\":").append(std::to_string(view));
  json_.append(",\"continuity\":\"").append(name_of(continuity)).append("\",\"lastEventAt\":");
  json_.append(last_event_at ? std::to_string(*last_event_at) : "null").push_back('}');
}

void EffectQueue::event(const std::vector<std::uint32_t>& subs, std::optional<std::uint32_t> view,
                        std::string_view event, bool repeated) {
  begin("event").append(",\"subs\":[");
  for (std::size_t i = 0; i < subs.size(); ++i) {
    if (i > 0) json_.push_back(',');
    json_.append(std::to_string(subs[i]));
  }
  json_.append("],\"view\":").append(view ? std::to_string(*view) : "null");
  json_.append(repeated ? ",\"repeated\":true" : ",\"repeated\":false");
  json_.append(",\"event\":").append(event).push_back('}');
}

void EffectQueue::error(std::string_view code, std::string_view message, bool fatal) {
  begin("error").append(",\"code\":");
  json::append_quoted(json_, code);
  json_.append(",\"message\":");
  json::append_quoted(json_, message);
  json_.append(fatal ? ",\"fatal\":true}" : ",\"fatal\":false}");
}

std::string EffectQueue::take() {
  if (json_.empty()) return {};
  json_.push_back(']');
  return std::exchange(json_, {});
}

}  // namespace tidemark
