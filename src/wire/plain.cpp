#include "wire/plain.h"

#include "wire/native.h"

namespace tidemark::wire {
namespace {

Subscribed answer_to(const Request& request) {
  return {std::string(request.ref), std::string(request.ref), {}, false, false};
}

}  // namespace

Question PlainDialect::subscribe(const Request& request) { return {{}, {answer_to(request)}}; }

std::vector<Message> PlainDialect::streaming(const std::vector<Request>& requests,
                                             std::string_view) {
  std::vector<Message> answers;
  for (const Request& each : requests) answers.emplace_back(answer_to(each));
  return answers;
}

// A position of its would have to be one of a subscription, and it knows none.
void PlainDialect::decode(std::string_view frame, Decoded& decoded) {
  decode_native(frame, decoded);
  for (Message& each : decoded.messages) {
    auto* event = std::get_if<Event>(&each);
    if (event == nullptr) continue;
    event->sub = {};
    event->position.reset();
    event->previous_seq.reset();
  }
}

}  // namespace tidemark::wire
