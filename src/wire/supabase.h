// Supabase Realtime's "Postgres changes": docs/servers.md says what is relied on. Each
// subscription is a channel with one binding.
//
// It gives no ids and no positions, so an event's id is made from what it says, and nothing can
// be resumed: the engine reads a snapshot whenever a channel begins. One begins when the server
// says that it listens to the database, which it says some time after it let the client join.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "wire/dialect.h"
#include "wire/phoenix.h"

namespace tidemark::wire {

class SupabaseDialect final : public Dialect {
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

 private:
  struct Channel {
    std::string topic;
    std::string ref;  // of its join
    std::string entity;
    std::string table;
    std::string filter;
    bool joined = false;  // the server let us in
    bool ready = false;   // and listens to the database
  };

  Channel* find(const PhoenixFrame& frame);
  void forget(const Channel& channel);
  Frames leave(const Channel& channel);
  void on_reply(Channel& channel, const PhoenixFrame& frame, Decoded& decoded);
  void on_system(Channel& channel, const PhoenixFrame& frame, Decoded& decoded);
  void on_change(const Channel& channel, const PhoenixFrame& frame, Decoded& decoded);
  static void lose(const Channel& channel, std::string_view why, Decoded& decoded);
  void refuse(const Channel& channel, std::string_view reason, Decoded& decoded);

  std::string token_;
  std::vector<Channel> channels_;
  std::uint64_t next_push_ = 1;
};

}  // namespace tidemark::wire
