#include "session.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/json.h"
#include "link.h"

namespace tidemark::sim {
namespace {

std::string text_member(std::string_view object, std::string_view name) {
  const auto value = json::member(object, name);
  if (!value) return {};
  return json::kind_of(*value) == json::Kind::string ? json::string_of(*value)
                                                     : std::string(*value);
}

std::string copy_head(const Change& change, bool bare) {
  std::string out = "{\"type\":\"realtime\",\"id\":\"" + change.id + "\",\"entity\":\"";
  out.append(kTables[change.table].name).append("\",\"action\":\"");
  out.append(name_of(change.action)).append("\",\"data\":");
  if (bare)
    out.append("{\"id\":").append(std::to_string(change.row().id)).append("}");
  else
    out.append(text_of(change.table, change.row()));
  return out.append(",\"timestamp\":\"2026-01-01T00:00:00Z\"");
}

}  // namespace

void Session::receive(std::string_view text) {
  if (json::validate(text) != Error::none) return error("malformed", "");
  const std::string op = text_member(text, "op");
  if (op == "auth") {
    authorised_ = server_.accepts(text_member(text, "token"));
    if (!authorised_) refuse_token();
  } else if (op == "ping") {
    pong(text_member(text, "ref"));
  } else if (op == "subscribe" && !authorised_) {
    error("unauthorized", text_member(text, "ref"));
  } else if (op == "subscribe") {
    const std::size_t first = subscriptions_.size();
    subscribe(text);
    replay(first);
  } else if (op == "unsubscribe") {
    unsubscribe(text);
  }
}

void Session::open_stream(std::string_view subscribes) {
  json::Walker walker(subscribes);
  for (std::string_view each; walker.next_element(each);) subscribe(each);
  replay(0);
}

void Session::subscribe(std::string_view message) {
  const std::string ref = text_member(message, "ref");
  if (server_.setup().speaks() == Dialect::plain) return;
  if (server_.refusals > 0) {
    --server_.refusals;
    return error("internal", ref);
  }
  const auto table = table_named(text_member(message, "entity"));
  const std::size_t filter = filter_named(text_member(message, "filter"));
  if (!table || filter == kFilters.size()) return error("bad_filter", ref);
  Subscription added;
  added.began_at = server_.now();
  added.sub = std::to_string(next_sub_++);
  added.table = *table;
  added.filter = filter;

  std::int64_t seq = server_.published();
  bool recovered = false;
  if (const auto since = json::member(message, "since")) {
    const std::string digits = text_member(*since, "seq");
    const std::int64_t asked = std::strtoll(digits.c_str(), nullptr, 10);
    const std::string epoch = text_member(*since, "epoch");
    link_.asked_since(epoch, asked);
    recovered = server_.resumes(epoch, asked);
    if (recovered) seq = asked;
  }
  added.last_seq = added.seen = seq;
  std::string out = "{\"op\":\"subscribed\",\"ref\":\"" + ref + "\",\"sub\":\"" + added.sub + "\"";
  if (server_.setup().speaks() == Dialect::full) {
    out.append(",\"epoch\":\"").append(server_.epoch()).append("\",\"seq\":");
    out.append(std::to_string(seq)).append(",\"recovered\":");
    out.append(recovered ? "true,\"replaying\":true" : "false");
    added.replaying = recovered;
  }
  link_.down(out.append("}"), "");
  subscriptions_.push_back(std::move(added));
}

void Session::unsubscribe(std::string_view message) {
  const std::string sub = text_member(message, "sub");
  std::erase_if(subscriptions_, [&](const auto& each) { return each.sub == sub; });
}

// Subscriptions that were asked for together are replayed together, in the order of seq.
void Session::replay(std::size_t first) {
  std::int64_t from = server_.published();
  for (std::size_t i = first; i < subscriptions_.size(); ++i) {
    from = std::min(from, subscriptions_[i].seen);
  }
  send_copies(server_.changes(from, server_.published()), first);
  for (std::size_t i = first; i < subscriptions_.size(); ++i) {
    if (!std::exchange(subscriptions_[i].replaying, false)) continue;
    link_.down("{\"op\":\"caught_up\",\"sub\":\"" + subscriptions_[i].sub + "\"}", "");
  }
}

void Session::deliver(const std::vector<const Change*>& changes) { send_copies(changes, 0); }

void Session::send_copies(const std::vector<const Change*>& changes, std::size_t first) {
  std::vector<std::string> copies;
  std::string id;
  for (const Change* change : changes) {
    if (server_.setup().speaks() == Dialect::plain) copies.push_back(copy(*change, nullptr));
    for (std::size_t i = first; i < subscriptions_.size(); ++i) {
      Subscription& each = subscriptions_[i];
      if (change->seq <= each.seen) continue;
      each.seen = change->seq;
      if (change->table != each.table || !change->concerns(each.filter)) continue;
      if (each.loses > 0) {
        --each.loses;
        continue;
      }
      copies.push_back(copy(*change, &each));
      each.last_seq = change->seq;
    }
    id = server_.epoch() + ":" + std::to_string(change->seq);
  }
  if (copies.empty()) return;
  if (copies.size() == 1 || link_.splits_frames()) {
    for (const std::string& each : copies) link_.down(each, id);
    return;
  }
  std::string frame;
  for (const std::string& each : copies) frame.append(frame.empty() ? "[" : ",").append(each);
  link_.down(frame.append("]"), id);
}

std::string Session::copy(const Change& change, const Subscription* subscription) const {
  const bool bare = change.action == Action::erase && server_.setup().bare_deletes != 0;
  std::string out = copy_head(change, bare);
  if (subscription != nullptr) out.append(",\"sub\":\"").append(subscription->sub).append("\"");
  if (subscription != nullptr && server_.setup().speaks() == Dialect::full) {
    out.append(",\"epoch\":\"").append(server_.epoch()).append("\",\"seq\":");
    out.append(std::to_string(change.seq)).append(",\"prev\":");
    out.append(std::to_string(subscription->last_seq));
  }
  if (!change.mutation.empty()) out.append(",\"mutation\":\"").append(change.mutation).append("\"");
  return out.append("}");
}

void Session::pong(std::string_view ref) {
  std::string out = "{\"op\":\"pong\"";
  if (!ref.empty()) out.append(",\"ref\":").append(ref);
  if (server_.setup().speaks() == Dialect::full) {
    out.append(",\"positions\":{");
    for (std::size_t i = 0; i < subscriptions_.size(); ++i) {
      out.append(i > 0 ? ",\"" : "\"").append(subscriptions_[i].sub).append("\":");
      out.append(std::to_string(subscriptions_[i].last_seq));
    }
    out.push_back('}');
  }
  link_.down(out.append("}"), "");
}

void Session::refuse_token() {
  authorised_ = false;
  if (link_.ends_for_token()) return link_.close(4401);
  error("token_expired", "");
}

bool Session::reset(std::size_t which) {
  if (subscriptions_.empty()) return false;
  Subscription& each = subscriptions_[which % subscriptions_.size()];
  // Its answer may still be overtaken.
  if (server_.now() - each.began_at < 1'000) return false;
  each.seen = each.last_seq = server_.published();
  each.loses = 1 + static_cast<int>(which % 3);
  // Surely, because nothing else says that the events which follow are lost.
  link_.down_surely("{\"op\":\"reset\",\"sub\":\"" + each.sub + "\"}");
  return true;
}

void Session::error(std::string_view code, std::string_view ref) {
  std::string out = "{\"op\":\"error\",\"code\":\"" + std::string(code) + "\",\"message\":\"\"";
  if (!ref.empty()) out.append(",\"ref\":\"").append(ref).append("\"");
  link_.down(out.append("}"), "");
}

}  // namespace tidemark::sim
