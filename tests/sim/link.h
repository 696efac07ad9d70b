// One connection as the network carries it: whole messages over a WebSocket, bytes cut
// anywhere over an event stream, in order unless a fault says otherwise.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "session.h"
#include "session/session.h"

namespace tidemark::sim {

struct Scene;
struct Weather;
class Client;

class Link {
 public:
  Link(Scene& scene, std::size_t client, LinkId id, Transport transport, std::string subscribe,
       std::string token);

  std::size_t client() const { return client_; }
  LinkId id() const { return id_; }
  bool is_stream() const { return transport_ == Transport::sse; }

  // ---- the client's side
  void up(std::string text);
  void leave();  // the client closed it, and hears nothing more

  // ---- the server's side
  void down(std::string text, const std::string& id);
  // As TCP would: late perhaps, but whole and once.
  void down_surely(const std::string& text);
  void close(int code);  // after what was sent
  bool splits_frames();
  bool ends_for_token();
  void asked_since(const std::string& epoch, std::int64_t seq);
  Session* session() { return session_ ? &*session_ : nullptr; }

  // ---- the network
  // Ends with nothing said: what is under way is lost.
  void kill();
  // Stays open for both sides and carries nothing any more.
  void go_half_open();
  bool carries() const { return session_.has_value() && !dead_; }
  // And the client does not know it yet.
  bool is_half_open() const { return dead_ && !ending_ && state_ == State::open; }

 private:
  enum class State : std::uint8_t { opening, open, gone };

  void arrive();
  void refuse(int code, Millis retry_after);
  void told_open();
  void told_closed(int code, Millis retry_after);
  void hand(const std::string& text, const std::string& id, bool cut);
  void hand_stream(const std::string& text, const std::string& id, bool cut);
  void in_order(std::function<void()> what);
  void keep_alive();
  Client& page() const;
  Weather& weather() const;
  Millis latency() const;

  Scene& scene_;
  std::size_t client_;
  LinkId id_;
  Transport transport_;
  std::string subscribe_;
  std::string token_;
  State state_ = State::opening;
  bool dead_ = false;    // nothing passes any more
  bool ending_ = false;  // and the client is about to be told
  Millis up_clear_at_ = 0;
  Millis down_clear_at_ = 0;
  std::optional<Session> session_;
};

}  // namespace tidemark::sim
