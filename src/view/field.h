// What a filter or an order looks at in a row: a column, or a value inside of one
// (`details->city`, `details->>city`, `tags->0`).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidemark {

// The names of the columns that are looked at, so that one walk of the row finds them all.
class Columns {
 public:
  static constexpr std::size_t kMost = 32;

  // By the column's number: its JSON, empty where the row has no such member.
  using Values = std::array<std::string_view, kMost>;

  // The number of `name`, which may be new; none when there are too many.
  std::optional<std::size_t> add(std::string_view name);

  // Fills as many values as there are columns. Of members with the same name the last one
  // counts, as in JSON.parse.
  void read(std::string_view row, Values& values) const;

 private:
  std::vector<std::string> names_;
};

struct Field {
  enum class As : std::uint8_t {
    column,  // typed by what the JSON is: number, boolean, time or other text
    json,    // `->`: any JSON value, in the order of Postgres' jsonb
    text,    // `->>`: the value's text
  };
  struct Step {
    std::string name;
    std::optional<std::int64_t> index{};  // when the name is a whole number
  };

  std::size_t column = 0;
  As as = As::column;
  std::vector<Step> path{};

  // The value's JSON; empty for SQL's null.
  std::string_view in(const Columns::Values& values) const;
};

// Takes a field from the front of `text`, up to the character `stop` or a comma; a name may
// stand in quotes. None when there is none, or one column too many.
std::optional<Field> take_field(std::string_view& text, char stop, Columns& columns);

// Takes `"…"`, in which `\` escapes any character; none when the quote does not end.
std::optional<std::string> take_quoted(std::string_view& text);

}  // namespace tidemark
