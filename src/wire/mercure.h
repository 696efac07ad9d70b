// A Mercure hub: an event stream of topics, each a table's. An update's data is an event in the
// form that the seed gives it. The hub goes on after the last event's id, and says in a header
// after which one it really goes on; only then nothing was lost.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "wire/dialect.h"

namespace tidemark::wire {

class MercureDialect final : public Dialect {
 public:
  bool is_spoken_over(Transport transport) const override { return transport == Transport::sse; }
  Frames begin(std::string_view) override { return {}; }
  Question subscribe(const Request&) override { return {}; }
  Frames unsubscribe(std::string_view) override { return {}; }
  Frames authenticate(std::string_view) override { return {}; }
  Frames ping(std::uint64_t) override { return {}; }
  std::string query(const std::vector<Request>& requests) const override;
  std::vector<Message> streaming(const std::vector<Request>& requests,
                                 std::string_view last_id) override;
  void decode(std::string_view frame, Decoded& decoded) override;
  void decode(std::string_view data, std::string_view id, Decoded& decoded) override;

 private:
  // Ids say nothing of their order, so this side counts the streams that began anew: what a
  // subscription had in one of them it has not had in another.
  std::uint64_t streams_ = 0;
  std::string last_id_;  // of what was heard, or of what came before all that
};

}  // namespace tidemark::wire
