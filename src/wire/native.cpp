#include "wire/native.h"

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/result.h"

namespace tidemark::wire {
namespace {

using Tree = nlohmann::json;

// Reads typed members; one of the wrong type makes the whole message not a message.
class Fields {
 public:
  explicit Fields(const Tree& tree) : tree_(tree) {}

  bool ok() const { return ok_; }

  std::string text(const char* name, bool required) {
    const auto found = tree_.find(name);
    if (found == tree_.end() || found->is_null()) {
      ok_ = ok_ && !required;
      return {};
    }
    if (const auto* value = found->get_ptr<const std::string*>()) return *value;
    // Refs and ids may be written as numbers.
    if (found->is_number_integer()) return found->dump();
    ok_ = false;
    return {};
  }

  std::optional<std::int64_t> whole(const char* name) {
    const auto found = tree_.find(name);
    if (found == tree_.end() || found->is_null()) return std::nullopt;
    constexpr std::int64_t kMost = (std::int64_t{1} << 53) - 1;
    if (!found->is_number_integer()) return fail();
    const auto value = found->get<std::int64_t>();
    if (value < 0 || value > kMost) return fail();
    return value;
  }

  bool flag(const char* name) {
    const auto found = tree_.find(name);
    if (found == tree_.end()) return false;
    if (!found->is_boolean()) ok_ = false;
    return ok_ && found->get<bool>();
  }

  std::optional<Position> position() {
    auto epoch = text("epoch", false);
    const auto seq = whole("seq");
    if (epoch.empty() || !seq) return std::nullopt;
    return Position{std::move(epoch), *seq};
  }

 private:
  std::optional<std::int64_t> fail() {
    ok_ = false;
    return std::nullopt;
  }

  const Tree& tree_;
  bool ok_ = true;
};

std::optional<Action> action_of(const std::string& name) {
  if (name == "insert") return Action::insert;
  if (name == "update") return Action::update;
  if (name == "delete") return Action::erase;
  return std::nullopt;
}

Result<Message> decode_event(const Tree& tree, std::string_view text) {
  Fields fields(tree);
  Event event;
  event.text = text;
  event.id = fields.text("id", false);
  event.entity = fields.text("entity", true);
  const auto action = action_of(fields.text("action", true));
  event.timestamp = fields.text("timestamp", false);
  event.sub = fields.text("sub", false);
  event.position = fields.position();
  event.previous_seq = fields.whole("prev");
  event.mutation = fields.text("mutation", false);
  const auto row = json::member(text, "data");
  const bool has_row = row && json::kind_of(*row) == json::Kind::object;
  if (!fields.ok() || !action || !has_row) return Error::not_a_message;
  event.action = *action;
  event.row = *row;
  return Message(std::move(event));
}

Result<Message> decode_pong(const Tree& tree) {
  Pong pong;
  const auto positions = tree.find("positions");
  if (positions != tree.end() && positions->is_object()) {
    pong.positions.emplace();
    for (const auto& [sub, seq] : positions->items()) {
      if (!seq.is_number_integer()) return Error::not_a_message;
      pong.positions->emplace_back(sub, seq.get<std::int64_t>());
    }
  }
  return Message(std::move(pong));
}

Result<Message> decode_control(const Tree& tree, const std::string& op) {
  Fields fields(tree);
  if (op == "subscribed") {
    Subscribed subscribed{fields.text("ref", true), fields.text("sub", true), fields.position(),
                          fields.flag("recovered"), fields.flag("replaying")};
    if (!fields.ok()) return Error::not_a_message;
    return Message(std::move(subscribed));
  }
  if (op == "caught_up") {
    CaughtUp caught_up{fields.text("sub", true)};
    if (!fields.ok()) return Error::not_a_message;
    return Message(std::move(caught_up));
  }
  if (op == "pong") return decode_pong(tree);
  if (op == "reset") {
    Reset reset{fields.text("sub", true)};
    if (!fields.ok()) return Error::not_a_message;
    return Message(std::move(reset));
  }
  if (op == "error") {
    ServerError error{fields.text("code", true), fields.text("message", false),
                      fields.text("ref", false)};
    if (!fields.ok()) return Error::not_a_message;
    return Message(std::move(error));
  }
  return Error::unknown_op;
}

Result<Message> decode_message(const Tree& tree, std::string_view text) {
  if (!tree.is_object()) return Error::not_a_message;
  const auto op = tree.find("op");
  if (op == tree.end()) return decode_event(tree, text);
  if (!op->is_string()) return Error::not_a_message;
  return decode_control(tree, op->get<std::string>());
}

// The message with an empty row. nlohmann need not read rows, and would refuse some that
// are JSON (1e999, a lone surrogate).
std::string envelope_of(std::string_view text) {
  const auto row =
      json::kind_of(text) == json::Kind::object ? json::member(text, "data") : std::nullopt;
  if (!row) return std::string(text);
  const auto before = static_cast<std::size_t>(row->data() - text.data());
  std::string envelope(text.substr(0, before));
  return envelope.append("null").append(text.substr(before + row->size()));
}

void decode_into(Decoded& decoded, std::string_view text) {
  const Tree tree = Tree::parse(envelope_of(text), nullptr, false);
  if (tree.is_discarded()) {
    decoded.rejected.push_back(Error::malformed_json);
    return;
  }
  auto message = decode_message(tree, text);
  if (message.ok()) {
    decoded.messages.push_back(std::move(message.value()));
  } else {
    decoded.rejected.push_back(message.error());
  }
}

}  // namespace

Decoded decode_native(std::string_view frame) {
  Decoded decoded;
  // Also bounds the depth before nlohmann builds a tree.
  if (const Error error = json::validate(frame); error != Error::none) {
    decoded.rejected.push_back(error);
    return decoded;
  }
  const std::string_view value = *json::at_path(frame, "");
  if (json::kind_of(value) != json::Kind::array) {
    decode_into(decoded, value);
    return decoded;
  }
  json::Walker walker(value);
  for (std::string_view each; walker.next_element(each);) decode_into(decoded, each);
  return decoded;
}

std::string encode_subscribe(std::string_view ref, std::string_view entity, std::string_view filter,
                             const std::optional<Position>& since, bool with_op) {
  std::string out = with_op ? "{\"op\":\"subscribe\",\"ref\":" : "{\"ref\":";
  json::append_quoted(out, ref);
  out.append(",\"entity\":");
  json::append_quoted(out, entity);
  if (!filter.empty()) {
    out.append(",\"filter\":");
    json::append_quoted(out, filter);
  }
  if (since) {
    out.append(",\"since\":{\"epoch\":");
    json::append_quoted(out, since->epoch);
    out.append(",\"seq\":").append(std::to_string(since->seq)).append("}");
  }
  out.push_back('}');
  return out;
}

std::string encode_unsubscribe(std::string_view sub) {
  return "{\"op\":\"unsubscribe\",\"sub\":" + json::quoted(sub) + "}";
}

std::string encode_auth(std::string_view token) {
  return "{\"op\":\"auth\",\"token\":" + json::quoted(token) + "}";
}

std::string encode_ping(std::uint64_t ref) {
  return "{\"op\":\"ping\",\"ref\":" + std::to_string(ref) + "}";
}

}  // namespace tidemark::wire
