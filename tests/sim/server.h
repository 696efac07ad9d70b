// The model: tables, and an append-only outbox of their changes as docs/protocol.md
// describes it. Changes commit at once and are published a little later, in commit order,
// so that a read may be ahead of the stream.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue.h"
#include "schedule.h"
#include "world.h"

namespace tidemark::sim {

class Session;

struct Change {
  std::int64_t seq = 0;
  std::size_t table = 0;
  Action action = Action::update;
  std::optional<Row> before;
  std::optional<Row> after;
  std::string id;
  std::string mutation;

  const Row& row() const { return after ? *after : *before; }
  bool concerns(std::size_t filter) const {
    return (before && matches(filter, *before)) || (after && matches(filter, *after));
  }
};

struct Write {
  std::size_t table = 0;
  Action action = Action::update;
  std::int64_t id = 0;  // 0 for an insert: the server chooses
  Row row{};            // insert
  Column column = Column::name;
  int value = 0;  // update
  std::string mutation{};
};

class Server {
 public:
  Server(World& world, const Setup& setup);

  // ---- the tables
  const Row* find(std::size_t table, std::int64_t id) const;
  std::vector<Row> rows(std::size_t table, std::size_t filter) const;
  // The row as written or removed; none when there is nothing to update, or already a row.
  std::optional<Row> write(const Write& write);
  // The same for a write that may be sent twice: its mutation id takes effect once, and the
  // answer is what became of the row.
  std::optional<Row> write_once(const Write& write);
  // Was this ever a row's text?
  bool wrote(std::int64_t commit, std::string_view text) const;
  std::uint64_t commits() const { return texts_.size() - 1; }

  // ---- the stream
  const std::string& epoch() const { return epoch_; }
  std::int64_t published() const { return published_; }
  // Can a stream be resumed from here?
  bool resumes(std::string_view epoch, std::int64_t seq) const;
  // Of (after, until], in order; only what is kept.
  std::vector<const Change*> changes(std::int64_t after, std::int64_t until) const;
  void join(Session& session) { sessions_.push_back(&session); }
  void leave(Session& session) { std::erase(sessions_, &session); }

  // ---- what goes wrong with it
  Millis now() const { return world_.now(); }
  bool is_up() const { return world_.now() >= up_at_; }
  void stay_down_for(Millis time) { up_at_ = world_.now() + time; }
  void come_up() { up_at_ = 0; }
  void begin_epoch();
  void trim(std::size_t keep);
  // Tokens are `t<n>`; those before the newest generation are refused once it has begun.
  std::string token() const { return "t" + std::to_string(tokens_); }
  bool accepts(std::string_view token) const { return token == this->token(); }
  void expire_tokens() { ++tokens_; }
  const Setup& setup() const { return setup_; }
  // Subscribes that will be answered with an internal error.
  int refusals = 0;

 private:
  void publish(std::int64_t until, const std::string& epoch);

  World& world_;
  const Setup& setup_;
  std::array<std::map<std::int64_t, Row>, kTables.size()> tables_;
  std::vector<std::string> texts_{""};  // by commit
  std::int64_t next_id_ = 1'000;
  std::map<std::string, std::optional<Row>> done_;  // by mutation id

  std::string epoch_ = "e1";
  int epochs_ = 1;
  std::int64_t head_ = 0;
  std::int64_t published_ = 0;
  std::int64_t trimmed_to_ = 0;
  std::deque<Change> outbox_;
  std::vector<Session*> sessions_;

  Millis up_at_ = 0;
  int tokens_ = 1;
};

}  // namespace tidemark::sim
