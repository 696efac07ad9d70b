#include "poll/snapshot.h"

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "base/json_gate.h"
#include "base/scan.h"
#include "poll/envelope.h"

namespace tidemark::poll {

Error Snapshot::read(std::string_view body, std::string_view path, EntityId entity,
                     const std::vector<Slot>& expected) {
  begin(entity, expected);
  if (speculate(body, path) == Error::none) return Error::none;
  // Something is unusual or wrong; the plain way tells which.
  discard();
  begin(entity, expected);
  const Error error = read_validated(body, path);
  if (error != Error::none) discard();
  return error;
}

void Snapshot::begin_parts(std::string_view path, EntityId entity,
                           const std::vector<Slot>& expected) {
  begin(entity, expected);
  in_parts_ = true;
  path_ = path;
}

std::optional<std::size_t> Snapshot::read_part(std::string_view part) {
  const char* at = part.data();
  const char* const end = at + part.size();
  if (!has_begun_) {
    const ListStart list = find_list(part, path_);
    if (list.at == nullptr) return std::nullopt;
    head_ = scan::between(at, list.at);
    depth_ = list.depth;
    has_begun_ = true;
    at = list.at;
  }
  // An error is a row that ends in a later part, or one that fails there as well.
  if (!has_ended_) read_rows(at, end);
  if (has_ended_) {
    tail_.append(scan::between(at, end));
    return part.size();
  }
  if (at == part.data()) return std::nullopt;
  return static_cast<std::size_t>(at - part.data());
}

bool Snapshot::end_parts(std::string_view last) {
  return read_part(last) == last.size() && has_ended_ && is_envelope(head_, tail_, path_);
}

void Snapshot::begin(EntityId entity, const std::vector<Slot>& expected) {
  entity_ = entity;
  expected_ = &expected;
  next_ = 0;
  other_ = expected.size();
  has_positions_ = false;
  in_parts_ = has_begun_ = has_ended_ = false;
  tail_.clear();
  listed_.clear();
  listed_.reserve(expected.size());
  differing_.clear();
  made_.clear();
  ++pass_;
  listed_in_.resize(store_.slot_limit());
}

Error Snapshot::speculate(std::string_view body, std::string_view path) {
  const ListStart list = find_list(body, path);
  if (list.at == nullptr) return Error::not_a_list;
  const char* at = list.at;
  const char* const end = body.data() + body.size();
  depth_ = list.depth;
  if (const Error error = read_rows(at, end); error != Error::none) return error;
  const bool is_good =
      is_envelope(scan::between(body.data(), list.at), scan::between(at, end), path);
  return is_good ? Error::none : Error::malformed_json;
}

Error Snapshot::read_validated(std::string_view body, std::string_view path) {
  if (const Error error = json::validate(body); error != Error::none) return error;
  const auto list = json::at_path(body, path);
  if (!list || json::kind_of(*list) != json::Kind::array) return Error::not_a_list;
  const char* at = list->data();
  depth_ = 0;
  return read_rows(at, at + list->size());
}

// From the list's bracket, or from behind one of its rows, to its end; on an error `at` is behind
// the last row that was read. Bytes that are held were valid when they came, and between rows
// there is little to check, so nothing is read twice.
Error Snapshot::read_rows(const char*& at, const char* end) {
  char before = listed_.empty() ? '[' : ',';
  while (true) {
    const char* p = scan::after_space(at, end);
    if (p < end && *p == ']' && before == ',') {
      at = p + 1;
      break;
    }
    if (p == end || *p != before) return Error::malformed_json;
    p = scan::after_space(p + 1, end);
    if (p < end && *p == ']' && before == '[') {
      at = p + 1;
      break;
    }
    if (const Error error = read_row(p, end); error != Error::none) return error;
    at = p;
    before = ',';
  }
  has_ended_ = true;
  return Error::none;
}

Error Snapshot::read_row(const char*& at, const char* end) {
  if (is_next(next_, at, end)) return take_expected(at);
  if (is_next(other_, at, end)) {
    std::swap(next_, other_);
    return take_expected(at);
  }
  if (at == end || *at != '{') return Error::not_a_list;
  const char* const begin = at;
  IdentityReader reader(store_.entity(entity_));
  const auto put = [&reader](const json::Member& each) { reader.put(each); };
  const Error error = json::read_value(at, end, depth_ + 1, put);
  if (error != Error::none) return error;
  const std::string_view row = scan::between(begin, at);
  const auto identity = reader.identity(row, spelled_);
  if (!identity) return Error::missing_id;
  return take(row, *identity);
}

// Are the bytes at `at` those of the row at this position of the list? A slot may have
// changed hands since it was listed; equal bytes of the same entity are the same row.
bool Snapshot::is_next(std::size_t position, const char* at, const char* end) const {
  if (position >= expected_->size()) return false;
  const Row& row = store_.row((*expected_)[position]);
  const std::size_t size = row.bytes.size();
  return row.entity == entity_ && size > 0 && size <= static_cast<std::size_t>(end - at) &&
         scan::same_bytes(row.bytes.data(), at, size);
}

Error Snapshot::take_expected(const char*& at) {
  const Slot slot = (*expected_)[next_++];
  at += store_.row(slot).bytes.size();
  listed_.push_back(slot);
  return mark(slot);
}

Error Snapshot::take(std::string_view bytes, const Entity::Identity& identity) {
  const Slot slot = slot_of(identity.key);
  listed_.push_back(slot);
  const std::string_view held = store_.row(slot).bytes;
  if (!scan::same_text(held, bytes)) differing_.push_back(difference(slot, bytes, identity));
  return mark(slot);
}

Difference Snapshot::difference(Slot slot, std::string_view bytes,
                                const Entity::Identity& identity) {
  Difference row{slot, in_parts_ ? kept_.keep(bytes) : bytes, identity};
  // The id of a key that was spelled out dies with the next one.
  const bool is_part = scan::lies_in(identity.key, bytes);
  const auto offset = static_cast<std::size_t>(identity.key.data() - bytes.data());
  row.identity.key = is_part ? row.bytes.substr(offset, identity.key.size()) : std::string_view{};
  return row;
}

// The row that has this key, and where the list may go on after it.
Slot Snapshot::slot_of(std::string_view key) {
  if (next_ < expected_->size()) {
    const Slot slot = (*expected_)[next_];
    const Row& row = store_.row(slot);
    if (row.entity == entity_ && scan::same_text(row.key, key)) {
      ++next_;
      return slot;
    }
  }
  const std::size_t slots_before = store_.slots_in_use();
  const Slot slot = store_.slot_for(entity_, key);
  if (store_.slots_in_use() > slots_before) {
    made_.push_back(slot);
    return slot;
  }
  if (!has_positions_) {
    has_positions_ = true;
    position_.resize(store_.slot_limit());
    for (std::size_t i = 0; i < expected_->size(); ++i) {
      position_[(*expected_)[i]] = static_cast<std::uint32_t>(i);
    }
  }
  const std::size_t position = slot < position_.size() ? position_[slot] : expected_->size();
  if (position < expected_->size() && (*expected_)[position] == slot) other_ = position + 1;
  return slot;
}

Error Snapshot::mark(Slot slot) {
  if (slot >= listed_in_.size()) listed_in_.resize(store_.slot_limit());
  if (listed_in_[slot] == pass_) return Error::duplicate_id;
  listed_in_[slot] = pass_;
  return Error::none;
}

RowChange Snapshot::change(const Difference& row, Tick as_of) const {
  RowChange change;
  change.entity = entity_;
  change.action = store_.row(row.slot).state == RowState::present ? Action::update : Action::insert;
  change.row = row.bytes;
  change.take(row.identity);
  change.as_of = as_of;
  return change;
}

void Snapshot::discard() {
  for (const Slot slot : made_) store_.forget_if_empty(slot);
  made_.clear();
  if (!in_parts_) return;
  // A first answer's rows are as much as those that are held from now on.
  std::vector<Difference>().swap(differing_);
  kept_ = Arena();
}

}  // namespace tidemark::poll
