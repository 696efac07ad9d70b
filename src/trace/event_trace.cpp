#include "trace/event_trace.h"

#include <algorithm>

#include "base/json_writer.h"

namespace tidemark {
namespace {

// Longer texts are cut: a trace is for the eye.
constexpr std::size_t kMostText = 120;

// Not within a character.
std::string_view beginning(std::string_view text) {
  if (text.size() <= kMostText) return text;
  std::size_t end = kMostText;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

}  // namespace

EventTrace::EventTrace(std::size_t capacity) : capacity_(std::max<std::size_t>(capacity, 1)) {
  entries_.reserve(capacity_);
}

EventTrace::Entry& EventTrace::put(const TracedEvent& event) {
  if (entries_.size() < capacity_) entries_.emplace_back();
  Entry& entry = numbered(next_);
  entry.number = next_++;
  entry.revision = ++revision_;
  entry.at = event.at;
  entry.entity = beginning(event.entity);
  entry.id = beginning(event.id);
  entry.event_id = beginning(event.event_id);
  entry.action = event.action;
  entry.epoch = event.position ? beginning(event.position->epoch) : std::string_view();
  entry.seq = event.position ? std::optional(event.position->seq) : std::nullopt;
  entry.way = event.way;
  entry.fate = event.fate;
  entry.error = event.error;
  entry.slot = 0;
  return entry;
}

void EventTrace::add(const TracedEvent& event) { put(event); }

void EventTrace::add_applied(const TracedEvent& event, Slot slot) {
  const std::uint64_t oldest = next_ > capacity_ ? next_ - capacity_ : 1;
  for (std::uint64_t number = std::max(settled_, oldest); number < next_; ++number) {
    Entry& before = numbered(number);
    // A slot may have been given to another row since.
    const bool is_same_row = before.fate == Fate::applied && before.slot == slot &&
                             before.id == beginning(event.id) && before.entity == event.entity;
    if (!is_same_row) continue;
    before.fate = Fate::conflated;
    before.revision = ++revision_;
  }
  put(event).slot = slot;
}

std::string EventTrace::since(std::uint64_t revision) const {
  std::string out = "{\"revision\":" + std::to_string(revision_) + ",\"entries\":[";
  const std::uint64_t oldest = next_ > capacity_ ? next_ - capacity_ : 1;
  for (std::uint64_t number = oldest; number < next_; ++number) {
    const Entry& entry = entries_[(number - 1) % capacity_];
    if (entry.revision <= revision) continue;
    write(out, entry);
  }
  return out.append("]}");
}

void EventTrace::write(std::string& out, const Entry& entry) {
  json::ObjectWriter object(out);
  object.number("number", static_cast<std::int64_t>(entry.number));
  object.number("at", entry.at);
  object.text_or_null("entity", entry.entity);
  object.text_or_null("id", entry.id);
  object.text_or_null("eventId", entry.event_id);
  object.text_or_null("action", entry.action ? name_of(*entry.action) : std::string_view());
  object.text_or_null("epoch", entry.epoch);
  object.number("seq", entry.seq);
  object.text("way", name_of(entry.way));
  object.text("fate", name_of(entry.fate));
  const bool is_fine = entry.error == Error::none;
  object.text_or_null("error", is_fine ? std::string_view() : error_code(entry.error));
}

}  // namespace tidemark
