// Writes a JSON object member by member.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/types.h"

namespace tidemark::json {

// From its begin to its end; objects that follow one another in a list are joined by commas.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& out);
  ~ObjectWriter();
  ObjectWriter(const ObjectWriter&) = delete;
  ObjectWriter& operator=(const ObjectWriter&) = delete;

  // `json`: any value, as it is to stand there.
  void raw(std::string_view name, std::string_view json);
  void text(std::string_view name, std::string_view value);
  // null when it is empty.
  void text_or_null(std::string_view name, std::string_view value);
  void number(std::string_view name, std::int64_t value);
  void number(std::string_view name, std::optional<std::int64_t> value);
  void flag(std::string_view name, bool value);

 private:
  std::string& out_;
};

}  // namespace tidemark::json
