#include "server.h"

#include <algorithm>

#include "session.h"

namespace tidemark::sim {

Server::Server(World& world, const Setup& setup) : world_(world), setup_(setup) {
  // Something to begin with; nobody was there to be told.
  for (std::size_t table = 0; table < kTables.size(); ++table) {
    for (std::int64_t id = 1; id <= setup.ids / 2; ++id) {
      Write first{table, Action::insert, id, {id}};
      set(first.row, Column::status, static_cast<int>(id));
      set(first.row, Column::rank, static_cast<int>(id) * 5);
      write(first);
    }
  }
}

const Row* Server::find(std::size_t table, std::int64_t id) const {
  const auto found = tables_[table].find(id);
  return found == tables_[table].end() ? nullptr : &found->second;
}

std::vector<Row> Server::rows(std::size_t table, std::size_t filter) const {
  std::vector<Row> rows;
  for (const auto& [id, row] : tables_[table]) {
    if (matches(filter, row)) rows.push_back(row);
  }
  return rows;
}

std::optional<Row> Server::write(const Write& write) {
  auto& table = tables_[write.table];
  const std::int64_t id = write.id != 0 ? write.id : next_id_;
  const auto held = table.find(id);
  const bool is_insert = write.action == Action::insert;
  if ((held == table.end()) != is_insert) return std::nullopt;
  if (write.id == 0) ++next_id_;

  Change change;
  change.table = write.table;
  change.action = write.action;
  change.mutation = write.mutation;
  if (!is_insert) change.before = held->second;
  if (write.action == Action::erase) {
    table.erase(held);
  } else {
    Row row = is_insert ? write.row : held->second;
    row.id = id;
    row.commit = static_cast<std::int64_t>(texts_.size());
    if (!is_insert) set(row, write.column, write.value);
    texts_.push_back(text_of(write.table, row));
    table[id] = row;
    change.after = row;
  }
  const Row result = change.row();
  change.seq = ++head_;
  change.id = epoch_ + "-" + std::to_string(head_);
  outbox_.push_back(std::move(change));
  world_.after(world_.up_to(setup_.publish_delay),
               [this, until = head_, epoch = epoch_] { publish(until, epoch); });
  return result;
}

std::optional<Row> Server::write_once(const Write& write) {
  const auto done = done_.find(write.mutation);
  if (done == done_.end()) return done_[write.mutation] = this->write(write);
  if (!done->second || write.action == Action::erase) return done->second;
  const Row* row = find(write.table, done->second->id);
  return row != nullptr ? std::optional(*row) : std::nullopt;
}

bool Server::wrote(std::int64_t commit, std::string_view text) const {
  return commit > 0 && commit < static_cast<std::int64_t>(texts_.size()) &&
         texts_[static_cast<std::size_t>(commit)] == text;
}

bool Server::resumes(std::string_view epoch, std::int64_t seq) const {
  return epoch == epoch_ && seq <= published_ && seq >= trimmed_to_;
}

std::vector<const Change*> Server::changes(std::int64_t after, std::int64_t until) const {
  std::vector<const Change*> found;
  for (const Change& each : outbox_) {
    if (each.seq > after && each.seq <= until) found.push_back(&each);
  }
  return found;
}

void Server::publish(std::int64_t until, const std::string& epoch) {
  if (epoch != epoch_ || until <= published_) return;
  const auto fresh = changes(published_, until);
  published_ = until;
  // One that is told may leave.
  const std::vector<Session*> sessions = sessions_;
  for (Session* each : sessions) each->deliver(fresh);
  trim(static_cast<std::size_t>(setup_.retention));
}

void Server::trim(std::size_t keep) {
  while (outbox_.size() > keep && outbox_.front().seq <= published_) {
    trimmed_to_ = outbox_.front().seq;
    outbox_.pop_front();
  }
}

void Server::begin_epoch() {
  epoch_ = "e" + std::to_string(++epochs_);
  outbox_.clear();
  head_ = published_ = trimmed_to_ = 0;
}

}  // namespace tidemark::sim
