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

void PlainDialect::decode(std::string_view frame, Decoded& decoded) {
  decode_native(frame, decoded);
  drop_places(decoded);
}

}  // namespace tidemark::wire
