#include "catalogue.h"

#include <cassert>
#include <cstdlib>

#include "base/json.h"

namespace tidemark::sim {
namespace {

constexpr std::string_view kSecond = "2026-01-01T00:00:00.";
constexpr std::size_t kMicros = 6;

std::string number(std::int64_t value) { return std::to_string(value); }

// The commit as microseconds of one fixed second.
std::string time_of(std::int64_t commit) {
  std::string micros = number(commit);
  assert(micros.size() <= kMicros);
  micros.insert(0, kMicros - micros.size(), '0');
  return std::string(kSecond).append(micros).append("Z");
}

std::int64_t whole(std::string_view digits) {
  std::int64_t value = 0;
  for (const char digit : digits) value = value * 10 + (digit - '0');
  return value;
}

std::optional<std::int64_t> commit_in(std::size_t table, std::string_view row) {
  const auto stamp = json::member(row, kTables[table].stamp);
  if (!stamp) return std::nullopt;
  if (json::kind_of(*stamp) == json::Kind::number) return whole(*stamp);
  return whole(stamp->substr(1 + kSecond.size(), kMicros));
}

}  // namespace

std::string text_of(std::size_t table, const Row& row) {
  std::string out = "{\"kind\":" + number(static_cast<std::int64_t>(table));
  out.append(",\"id\":").append(number(row.id));
  if (row.commit > 0) {
    out.append(",\"").append(kTables[table].stamp).append("\":");
    if (kTables[table].stamp == "updated_at")
      out.append("\"").append(time_of(row.commit)).append("\"");
    else
      out.append(number(row.commit));
  }
  out.append(",\"status\":\"").append(kStatuses[static_cast<std::size_t>(row.status)]);
  out.append("\",\"rank\":").append(number(row.rank));
  return out.append(",\"name\":\"n").append(number(row.name)).append("\"}");
}

void set(Row& row, Column column, int value) {
  switch (column) {
    case Column::status:
      row.status = value % static_cast<int>(kStatuses.size());
      return;
    case Column::rank:
      row.rank = value % kRanks;
      return;
    case Column::name:
      row.name = value % kNames;
      return;
  }
}

std::string patch_of(std::int64_t id, Column column, int value) {
  Row row;
  set(row, column, value);
  std::string out = "{\"id\":" + number(id);
  switch (column) {
    case Column::status:
      out.append(",\"status\":\"").append(kStatuses[static_cast<std::size_t>(row.status)]);
      return out.append("\"}");
    case Column::rank:
      return out.append(",\"rank\":").append(number(row.rank)).append("}");
    case Column::name:
      return out.append(",\"name\":\"n").append(number(row.name)).append("\"}");
  }
  return out;
}

Reading read(std::string_view row) {
  Reading reading;
  if (const auto kind = json::member(row, "kind")) {
    reading.table = static_cast<std::size_t>(whole(*kind));
  }
  if (const auto id = json::member(row, "id")) reading.key = *id;
  reading.commit = commit_in(reading.table, row);
  return reading;
}

bool matches(std::size_t filter, const Row& row) {
  switch (filter) {
    case 1:
      return row.status == 0;
    case 2:
      return row.rank >= 3;
    case 3:
      return row.status <= 1 && row.rank < 4;
    default:
      return true;
  }
}

std::size_t filter_named(std::string_view text) {
  for (std::size_t i = 0; i < kFilters.size(); ++i) {
    if (kFilters[i] == text) return i;
  }
  return kFilters.size();
}

bool before(std::size_t order, const Row& a, const Row& b) {
  if (a.rank != b.rank) return order == 1 ? a.rank < b.rank : a.rank > b.rank;
  if (order == 2 && a.name != b.name) return a.name < b.name;
  return a.id < b.id;
}

std::optional<std::size_t> table_named(std::string_view name) {
  for (std::size_t i = 0; i < kTables.size(); ++i) {
    if (kTables[i].name == name) return i;
  }
  return std::nullopt;
}

}  // namespace tidemark::sim
