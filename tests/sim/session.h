// The server's side of one connection: its subscriptions, and what it says to each.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "server.h"

namespace tidemark::sim {

class Link;

class Session {
 public:
  Session(Server& server, Link& link, bool authorised)
      : server_(server), link_(link), authorised_(authorised) {
    server_.join(*this);
  }
  ~Session() { server_.leave(*this); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // A message over a WebSocket.
  void receive(std::string_view text);
  // The subscriptions in an event stream's URL.
  void open_stream(std::string_view subscribes);
  void deliver(const std::vector<const Change*>& changes);
  void pong(std::string_view ref);
  // The token of the connection ran out: says so, or ends it.
  void refuse_token();
  // Loses the place of one subscription.
  bool reset(std::size_t which);

 private:
  struct Subscription {
    std::string sub;
    std::size_t table = 0;
    std::size_t filter = 0;
    std::int64_t last_seq = 0;  // of the copy sent last
    std::int64_t seen = 0;      // every change up to here was looked at
    bool replaying = false;
    Millis began_at = 0;
    int loses = 0;  // events after a reset, of which nothing says that they were there
  };

  void subscribe(std::string_view message);
  void unsubscribe(std::string_view message);
  void replay(std::size_t first);
  void send_copies(const std::vector<const Change*>& changes, std::size_t first);
  std::string copy(const Change& change, const Subscription* subscription) const;
  void error(std::string_view code, std::string_view ref);

  Server& server_;
  Link& link_;
  bool authorised_;
  int next_sub_ = 1;
  std::vector<Subscription> subscriptions_;
};

}  // namespace tidemark::sim
