#include "wire/mercure.h"

#include <algorithm>

#include "base/sort.h"
#include "wire/native.h"
#include "wire/url.h"

namespace tidemark::wire {

// Version 1.0 of the protocol renamed both parameters, and each version ignores the other's.
std::string MercureDialect::query(const std::vector<Request>& requests) const {
  std::vector<std::string_view> topics;
  for (const Request& each : requests) topics.push_back(each.table);
  sort_few(topics.begin(), topics.end());
  topics.erase(std::unique(topics.begin(), topics.end()), topics.end());
  std::string query;
  const auto add = [&query](std::string_view name, std::string_view value) {
    query.append(query.empty() ? "" : "&").append(name).append("=").append(url_encoded(value));
  };
  for (const std::string_view each : topics) {
    add("topic", each);
    add("match", each);
  }
  if (!last_id_.empty()) {
    add("lastEventID", last_id_);
    add("last_event_id", last_id_);
  }
  return query;
}

std::vector<Message> MercureDialect::streaming(const std::vector<Request>& requests,
                                               std::string_view last_id) {
  const bool continues = !last_id_.empty() && last_id == last_id_;
  if (!continues) ++streams_;
  last_id_ = last_id;
  const Position here{"stream-" + std::to_string(streams_), 0};
  std::vector<Message> answers;
  for (const Request& each : requests) {
    const bool recovered = continues && each.since != nullptr && *each.since == here;
    answers.emplace_back(
        Subscribed{std::string(each.ref), std::string(each.ref), here, recovered, false});
  }
  return answers;
}

void MercureDialect::decode(std::string_view frame, Decoded& decoded) {
  decode(frame, std::string_view(), decoded);
}

void MercureDialect::decode(std::string_view data, std::string_view id, Decoded& decoded) {
  if (!id.empty()) last_id_ = id;
  decode_native(data, decoded);
  drop_places(decoded);
  // An update's id is its event's, where that has none of its own.
  if (decoded.messages.size() != 1) return;
  auto* event = std::get_if<Event>(&decoded.messages.front());
  if (event != nullptr && event->id.empty()) event->id = decoded.keep(std::string(id));
}

}  // namespace tidemark::wire
