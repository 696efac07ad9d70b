#include "overlay/saved_edit.h"

#include <optional>
#include <utility>

#include "base/json.h"

namespace tidemark {
namespace {

constexpr std::string_view kFormat = "1";

void append_text(std::string& out, std::string_view name, std::string_view value) {
  out.append(",\"").append(name).append("\":");
  json::append_quoted(out, value);
}

void append_json(std::string& out, std::string_view name, std::string_view value) {
  out.append(",\"").append(name).append("\":").append(value.empty() ? "null" : value);
}

std::optional<std::string> text_of(std::string_view object, std::string_view name) {
  const auto value = json::member(object, name);
  if (!value || json::kind_of(*value) != json::Kind::string) return std::nullopt;
  return json::string_of(*value);
}

// Empty for null, none for anything else that is no object.
std::optional<std::string> row_of(std::string_view object, std::string_view name) {
  const auto value = json::member(object, name);
  if (!value) return std::nullopt;
  if (*value == "null") return std::string();
  if (json::kind_of(*value) != json::Kind::object) return std::nullopt;
  return std::string(*value);
}

std::optional<Millis> millis_of(std::string_view object, std::string_view name) {
  constexpr std::size_t kMostDigits = 15;
  const auto value = json::member(object, name);
  if (!value || value->size() > kMostDigits) return std::nullopt;
  Millis millis = 0;
  for (const char c : *value) {
    if (c < '0' || c > '9') return std::nullopt;
    millis = millis * 10 + (c - '0');
  }
  return millis;
}

std::optional<Action> action_of(std::string_view object) {
  const auto name = text_of(object, "action");
  for (const Action each : {Action::insert, Action::update, Action::erase}) {
    if (name && *name == name_of(each)) return each;
  }
  return std::nullopt;
}

}  // namespace

std::string saved_text(const PendingOperation& operation, std::string_view entity) {
  std::string text = "{\"format\":";
  text.append(kFormat);
  append_text(text, "key", operation.mutation);
  append_text(text, "entity", entity);
  append_text(text, "action", name_of(operation.action));
  append_json(text, "data", operation.data);
  append_json(text, "base", operation.base);
  append_json(text, "before", operation.before);
  text.append(",\"madeAt\":").append(std::to_string(operation.made_at));
  return text.append("}");
}

Result<SavedEdit> read_saved(std::string_view text) {
  if (json::validate(text) != Error::none) return Error::bad_edit;
  text = json::trimmed(text);
  if (json::kind_of(text) != json::Kind::object) return Error::bad_edit;
  if (json::member(text, "format") != kFormat) return Error::bad_edit;
  auto key = text_of(text, "key");
  auto entity = text_of(text, "entity");
  const auto action = action_of(text);
  auto data = row_of(text, "data");
  auto base = row_of(text, "base");
  auto before = row_of(text, "before");
  const auto made_at = millis_of(text, "madeAt");
  const bool whole = key && !key->empty() && entity && action && data && !data->empty() && base &&
                     before && made_at;
  if (!whole) return Error::bad_edit;
  return SavedEdit{std::move(*key),  std::move(*entity), *action, std::move(*data),
                   std::move(*base), std::move(*before), *made_at};
}

}  // namespace tidemark
