#include "sequence/dedup_window.h"

#include <algorithm>

namespace tidemark {

bool DedupWindow::first_sight(const Hash128& id, Millis now) {
  if (ttl_ > 0) forget_expired(now);
  if (size_ > 0 && table_[find(id)] != 0) return false;
  if (size_ == capacity_) {
    forget_oldest();
  } else if (size_ == ring_.size()) {
    grow();
  }
  const std::size_t place = place_of(size_);
  ring_[place] = id;
  if (ttl_ > 0) when_[place] = static_cast<std::uint32_t>(now);
  ++size_;
  insert_into_table(static_cast<std::uint32_t>(place));
  return true;
}

std::size_t DedupWindow::bytes() const {
  return ring_.capacity() * sizeof(Hash128) + when_.capacity() * sizeof(std::uint32_t) +
         table_.capacity() * sizeof(std::uint32_t);
}

// An age fits in 32 bits: after this no id is older than `ttl`, which is below 2^31, and
// none is looked at when the clock has moved by more than that since.
void DedupWindow::forget_expired(Millis now) {
  if (now - last_now_ > ttl_) forget_all();
  last_now_ = now;
  while (size_ > 0 && static_cast<std::uint32_t>(now) - when_[oldest_] > ttl_) forget_oldest();
}

void DedupWindow::forget_oldest() {
  erase_from_table(find(ring_[oldest_]));
  oldest_ = place_of(1);
  --size_;
}

void DedupWindow::forget_all() {
  std::fill(table_.begin(), table_.end(), 0U);
  oldest_ = 0;
  size_ = 0;
}

// Doubles, so that a client with few events stays small.
void DedupWindow::grow() {
  constexpr std::size_t kFirst = 64;
  // The ring is full: its oldest goes to the front.
  const auto middle = static_cast<std::ptrdiff_t>(oldest_);
  std::rotate(ring_.begin(), ring_.begin() + middle, ring_.end());
  if (ttl_ > 0) std::rotate(when_.begin(), when_.begin() + middle, when_.end());
  oldest_ = 0;
  const std::size_t places = std::min(capacity_, std::max(kFirst, 2 * ring_.size()));
  ring_.reserve(places);
  ring_.resize(places);
  if (ttl_ > 0) {
    when_.reserve(places);
    when_.resize(places);
  }
  table_ = std::vector<std::uint32_t>(2 * places);
  for (std::size_t place = 0; place < size_; ++place) {
    insert_into_table(static_cast<std::uint32_t>(place));
  }
}

std::size_t DedupWindow::find(const Hash128& hash) const {
  std::size_t at = home(hash);
  while (table_[at] != 0 && ring_[table_[at] - 1] != hash) at = after(at);
  return at;
}

void DedupWindow::insert_into_table(std::uint32_t place) { table_[find(ring_[place])] = place + 1; }

void DedupWindow::erase_from_table(std::size_t hole) {
  for (std::size_t at = after(hole); table_[at] != 0; at = after(at)) {
    // An entry stays when its probe begins behind the hole, going round the end.
    const std::size_t start = home(ring_[table_[at] - 1]);
    const bool stays = hole < at ? (hole < start && start <= at) : (hole < start || start <= at);
    if (stays) continue;
    table_[hole] = table_[at];
    hole = at;
  }
  table_[hole] = 0;
}

}  // namespace tidemark
