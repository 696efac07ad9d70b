// Centrifugo's JSON protocol: commands and replies as lines of JSON. A channel a table; what is
// published there are events in the form that the seed gives them. A channel counts its
// publications, so what a lost link missed is recovered from the last one's offset.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "wire/dialect.h"

namespace tidemark::wire {

class CentrifugoDialect final : public Dialect {
 public:
  bool is_spoken_over(Transport transport) const override {
    return transport == Transport::websocket;
  }
  Frames begin(std::string_view token) override;
  Question subscribe(const Request& request) override;
  Frames unsubscribe(std::string_view sub) override;
  Frames authenticate(std::string_view token) override;
  Frames ping(std::uint64_t ref) override;
  using Dialect::decode;
  void decode(std::string_view frame, Decoded& decoded) override;
  int close_code(int code) const override;

 private:
  // One that is shared by every subscription of its table.
  struct Listener {
    std::string ref;  // and the name that the answer gave it
    std::optional<Position> since;
  };
  struct Channel {
    std::string name;
    std::uint64_t asked = 0;  // the command's id, until it is answered
    bool joined = false;
    std::optional<Position> position;  // where it is; before that, from where to recover
    std::vector<Listener> listeners;
  };

  std::string connect_command();
  std::string subscribe_command(Channel& channel);
  Channel* find(std::string_view name);
  Channel* find_asked(std::uint64_t id);
  void on_line(std::string_view line, Decoded& decoded);
  void on_reply(std::uint64_t id, std::string_view reply, Decoded& decoded);
  void on_joined(Channel& channel, std::string_view answer, Decoded& decoded);
  void on_error(std::uint64_t id, std::string_view error, Decoded& decoded);
  void on_push(std::string_view push, Decoded& decoded);
  void on_publication(Channel& channel, std::string_view publication, Decoded& decoded);

  std::string token_;
  bool connected_ = false;
  bool answers_pings_ = false;
  std::uint64_t next_id_ = 1;
  std::uint64_t connect_id_ = 0;
  std::uint64_t refresh_id_ = 0;
  std::uint64_t ping_id_ = 0;
  std::vector<Channel> channels_;
};

}  // namespace tidemark::wire
