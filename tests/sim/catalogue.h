// What the simulated server keeps: three tables, told apart by how their rows are
// versioned, and the filters and orders that queries use. Written without the core's own
// filter, order and row code, so that the two can be compared.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/types.h"

namespace tidemark::sim {

struct Table {
  std::string_view name;
  std::string_view stamp;  // the member that names the commit which wrote the row
  bool versioned;          // whether the client is told so
};

inline constexpr std::array<Table, 3> kTables{{
    {"projects", "version", true},  // a whole number
    {"tasks", "updated_at", true},  // a time
    {"notes", "stamp", false},      // for the checks only; the core knows of no version
}};

struct Row {
  std::int64_t id = 0;
  std::int64_t commit = 0;
  int status = 0;
  int rank = 0;
  int name = 0;
};

inline constexpr std::array<std::string_view, 3> kStatuses{"active", "draft", "done"};
inline constexpr int kRanks = 6;
inline constexpr int kNames = 10;

std::string text_of(std::size_t table, const Row& row);

// A column's new value, as a client's patch and as the server writes it.
enum class Column : std::uint8_t { status, rank, name };
inline constexpr int kColumns = 3;
void set(Row& row, Column column, int value);
std::string patch_of(std::int64_t id, Column column, int value);

// A row's table, key and commit as its text tells them; a row that is not the server's has
// no commit.
struct Reading {
  std::size_t table = 0;
  std::string key;  // the id's JSON
  std::optional<std::int64_t> commit;
};
Reading read(std::string_view row);

inline constexpr std::array<std::string_view, 4> kFilters{"", "status=eq.active", "rank=gte.3",
                                                          "status=in.(active,draft),rank=lt.4"};
bool matches(std::size_t filter, const Row& row);
std::size_t filter_named(std::string_view text);

inline constexpr std::array<std::string_view, 3> kOrders{"", "rank.asc", "rank.desc,name.asc"};
// Never for order 0, which is none.
bool before(std::size_t order, const Row& a, const Row& b);

std::optional<std::size_t> table_named(std::string_view name);

}  // namespace tidemark::sim
