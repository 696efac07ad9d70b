#include "link.h"

#include <utility>

#include "client.h"
#include "scene.h"

namespace tidemark::sim {
namespace {

constexpr Millis kPongEvery = 10'000;  // over an event stream, see docs/protocol.md
constexpr Millis kRetryAfter = 3'000;

std::string event_bytes(const std::string& text, const std::string& id, std::string_view end) {
  std::string out;
  if (!id.empty()) out.append("id: ").append(id).append(end);
  return out.append("data: ").append(text).append(end).append(end);
}

}  // namespace

Link::Link(Scene& scene, std::size_t client, LinkId id, Transport transport, std::string subscribe,
           std::string token)
    : scene_(scene),
      client_(client),
      id_(id),
      transport_(transport),
      subscribe_(std::move(subscribe)),
      token_(std::move(token)) {
  scene_.world.after(latency(), [this] { arrive(); });
}

Client& Link::page() const { return *scene_.clients[client_]; }

Weather& Link::weather() const { return scene_.network.weather(client_); }

Millis Link::latency() const {
  const Millis usual = 2 + scene_.world.up_to(28);
  return scene_.world.now() < weather().slow_until ? usual + 200 + scene_.world.up_to(800) : usual;
}

// ---------------------------------------------------------------- opening

// At the server.
void Link::arrive() {
  if (state_ == State::gone) return;
  Server& server = scene_.server;
  const auto kind = static_cast<std::size_t>(transport_);
  const bool refused = scene_.world.now() < weather().refused_until[kind];
  if (refused || !server.is_up()) {
    scene_.tally.count(weather().hangs ? Fault::hang : Fault::refuse);
    if (weather().hangs) return;
    // A browser tells no more of a refused WebSocket; a server that is not there has no status.
    const bool says_why = is_stream() && server.is_up();
    const int code = says_why ? weather().refusal : 1006;
    return refuse(code, code == 429 ? kRetryAfter : 0);
  }
  const bool wants_token = server.setup().tokens != 0;
  const bool has_token = server.accepts(token_);
  if (is_stream() && wants_token && !has_token) return refuse(401, 0);
  // Over a WebSocket the token comes as the first message.
  session_.emplace(server, *this, !wants_token || is_stream());
  ++scene_.tally.links_opened;
  in_order([this] { told_open(); });
  if (!is_stream()) return;
  session_->open_stream(subscribe_);
  keep_alive();
}

void Link::refuse(int code, Millis retry_after) {
  dead_ = ending_ = true;
  scene_.world.after(latency(), [this, code, retry_after] { told_closed(code, retry_after); });
}

void Link::told_open() {
  if (dead_ || state_ != State::opening) return;
  state_ = State::open;
  page().opened(id_);
}

void Link::told_closed(int code, Millis retry_after) {
  session_.reset();
  dead_ = true;
  if (state_ == State::gone) return;
  state_ = State::gone;
  page().closed(id_, code, retry_after);
}

// ---------------------------------------------------------------- messages

void Link::up(std::string text) {
  if (weather().take(Fault::drop_up, scene_.tally)) return;
  up_clear_at_ = std::max(up_clear_at_, scene_.world.now() + latency());
  scene_.world.at(up_clear_at_, [this, message = std::move(text)] {
    if (!dead_ && session_) session_->receive(message);
  });
}

void Link::leave() {
  state_ = State::gone;
  if (dead_) return;
  scene_.world.after(latency(), [this] {
    dead_ = true;
    session_.reset();
  });
}

void Link::in_order(std::function<void()> what) {
  down_clear_at_ = std::max(down_clear_at_, scene_.world.now() + latency());
  scene_.world.at(down_clear_at_, std::move(what));
}

void Link::down(std::string text, const std::string& id) {
  if (dead_) return;
  Weather& weather = this->weather();
  Tally& tally = scene_.tally;
  if (weather.take(Fault::drop_down, tally)) return;
  if (weather.take(Fault::garble, tally)) text.resize(text.size() * 2 / 3);
  if (weather.take(Fault::oversize, tally)) text.append(kMostFrameBytes, ' ');
  const bool cut = weather.take(Fault::cut, tally);
  const int copies = weather.take(Fault::duplicate, tally) ? 2 : 1;
  const bool overtaken = weather.take(Fault::reorder, tally);
  for (int i = 0; i < copies; ++i) {
    auto arrival = [this, text, id, cut] { hand(text, id, cut); };
    if (overtaken)
      scene_.world.after(latency() + 20 + scene_.world.up_to(600), std::move(arrival));
    else
      in_order(std::move(arrival));
  }
}

void Link::down_surely(const std::string& text) {
  if (dead_) return;
  in_order([this, text] { hand(text, "", false); });
}

void Link::hand(const std::string& text, const std::string& id, bool cut) {
  if (dead_) return;
  if (is_stream()) {
    hand_stream(text, id, cut);
  } else if (state_ == State::open && !cut) {
    page().frame(id_, text);
  }
  if (cut) kill();
}

// In two pieces, one byte apart at the least; the page may run in between.
void Link::hand_stream(const std::string& text, const std::string& id, bool cut) {
  if (state_ != State::open) return;
  if (page().reads_events()) {
    if (!cut) page().frame(id_, text);
    return;
  }
  const std::string bytes = event_bytes(text, id, scene_.world.one_in(2) ? "\n" : "\r\n");
  const auto at =
      static_cast<std::size_t>(scene_.world.up_to(static_cast<std::int64_t>(bytes.size()) - 1));
  // A line ends with its \r, whether or not a \n follows.
  const bool is_whole = bytes.substr(at) == "\n" && bytes.ends_with("\r\n");
  page().stream(id_, bytes.substr(0, at), is_whole ? text : "");
  if (!cut) page().stream(id_, bytes.substr(at), is_whole ? "" : text);
}

void Link::close(int code) {
  if (dead_) return;
  in_order([this, code] {
    if (!dead_) told_closed(code, code == 1013 ? kRetryAfter : 0);
  });
}

void Link::keep_alive() {
  scene_.world.after(kPongEvery, [this] {
    if (dead_ || !session_) return;
    session_->pong("");
    keep_alive();
  });
}

// ---------------------------------------------------------------- what goes wrong

void Link::kill() {
  if (ending_) return;
  dead_ = ending_ = true;
  session_.reset();
  scene_.world.after(latency(), [this] { told_closed(1006, 0); });
}

void Link::go_half_open() { dead_ = true; }

bool Link::splits_frames() { return scene_.world.one_in(2); }

bool Link::ends_for_token() { return is_stream() || scene_.world.one_in(2); }

void Link::asked_since(const std::string& epoch, std::int64_t seq) {
  scene_.invariants.asked_since(client_, epoch, seq, scene_.server);
}

}  // namespace tidemark::sim
