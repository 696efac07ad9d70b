#include "base/json_writer.h"

#include "base/json.h"

namespace tidemark::json {

ObjectWriter::ObjectWriter(std::string& out) : out_(out) {
  if (!out_.empty() && out_.back() == '}') out_.push_back(',');
  out_.push_back('{');
}

ObjectWriter::~ObjectWriter() { out_.push_back('}'); }

void ObjectWriter::raw(std::string_view name, std::string_view json) {
  if (out_.back() != '{') out_.push_back(',');
  out_.push_back('"');
  out_.append(name).append("\":").append(json);
}

void ObjectWriter::text(std::string_view name, std::string_view value) { raw(name, quoted(value)); }

void ObjectWriter::text_or_null(std::string_view name, std::string_view value) {
  if (value.empty())
    raw(name, "null");
  else
    text(name, value);
}

void ObjectWriter::number(std::string_view name, std::int64_t value) {
  raw(name, std::to_string(value));
}

void ObjectWriter::number(std::string_view name, std::optional<std::int64_t> value) {
  if (value)
    number(name, *value);
  else
    raw(name, "null");
}

void ObjectWriter::flag(std::string_view name, bool value) { raw(name, value ? "true" : "false"); }

}  // namespace tidemark::json
