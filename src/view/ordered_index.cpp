#include "view/ordered_index.h"

#include <cassert>

namespace tidemark {
namespace {

// Long enough that there are few chunks to search, short enough that moving one is quick.
constexpr std::size_t kChunk = 256;
constexpr std::size_t kLargest = 2 * kChunk;
constexpr std::size_t kSmallest = kChunk / 4;

}  // namespace

bool comes_before(const Member& a, const Member& b) {
  if (a.prefix != b.prefix) return a.prefix < b.prefix;
  const int order = a.key.compare(b.key);
  return order != 0 ? order < 0 : a.slot < b.slot;
}

bool OrderedIndex::entry_before(const Entry& entry, const Member& member) {
  if (entry.prefix != member.prefix) return entry.prefix < member.prefix;
  return comes_before(*entry.member, member);
}

// The chunk that holds `member` or would take it: the first that does not end before it.
std::size_t OrderedIndex::chunk_for(const Member& member) const {
  const auto found = std::partition_point(chunks_.begin(), chunks_.end(), [&](const Chunk& each) {
    return entry_before(each.back(), member);
  });
  return static_cast<std::size_t>(found - chunks_.begin());
}

std::size_t OrderedIndex::size_before(std::size_t chunk) const {
  std::size_t size = 0;
  for (std::size_t i = 0; i < chunk; ++i) size += chunks_[i].size();
  return size;
}

std::size_t OrderedIndex::rank(const Member& member) const {
  const std::size_t chunk = chunk_for(member);
  if (chunk == chunks_.size()) return size_;
  const auto place =
      std::lower_bound(chunks_[chunk].begin(), chunks_[chunk].end(), member, entry_before);
  return size_before(chunk) + static_cast<std::size_t>(place - chunks_[chunk].begin());
}

Member& OrderedIndex::at(std::size_t rank) const {
  assert(rank < size_);
  std::size_t chunk = 0;
  while (rank >= chunks_[chunk].size()) rank -= chunks_[chunk++].size();
  return *chunks_[chunk][rank].member;
}

std::size_t OrderedIndex::insert(Member& member) {
  if (chunks_.empty()) {
    assign({&member});
    return 0;
  }
  const std::size_t chunk = std::min(chunk_for(member), chunks_.size() - 1);
  Chunk& entries = chunks_[chunk];
  const auto place = std::lower_bound(entries.begin(), entries.end(), member, entry_before);
  const std::size_t rank = size_before(chunk) + static_cast<std::size_t>(place - entries.begin());
  entries.insert(place, {member.prefix, &member});
  ++size_;
  if (entries.size() > kLargest) split(chunk);
  return rank;
}

std::size_t OrderedIndex::erase(const Member& member) {
  const std::size_t chunk = chunk_for(member);
  Chunk& entries = chunks_[chunk];
  const auto place = std::lower_bound(entries.begin(), entries.end(), member, entry_before);
  assert(place != entries.end() && place->member == &member);
  const std::size_t rank = size_before(chunk) + static_cast<std::size_t>(place - entries.begin());
  entries.erase(place);
  --size_;
  if (entries.size() < kSmallest) merge(chunk);
  return rank;
}

void OrderedIndex::split(std::size_t chunk) {
  Chunk& entries = chunks_[chunk];
  const auto middle = entries.begin() + static_cast<std::ptrdiff_t>(entries.size() / 2);
  Chunk upper(middle, entries.end());
  entries.erase(middle, entries.end());
  chunks_.insert(chunks_.begin() + static_cast<std::ptrdiff_t>(chunk) + 1, std::move(upper));
}

// Joins a small chunk with a neighbour, unless that would soon split them again.
void OrderedIndex::merge(std::size_t chunk) {
  const auto at = [this](std::size_t i) {
    return chunks_.begin() + static_cast<std::ptrdiff_t>(i);
  };
  if (chunks_.size() == 1) {
    if (chunks_[0].empty()) chunks_.clear();
    return;
  }
  const std::size_t first = chunk + 1 < chunks_.size() ? chunk : chunk - 1;
  Chunk& lower = chunks_[first];
  const Chunk& upper = chunks_[first + 1];
  if (lower.size() + upper.size() > kLargest - kSmallest) {
    if (chunks_[chunk].empty()) chunks_.erase(at(chunk));
    return;
  }
  lower.insert(lower.end(), upper.begin(), upper.end());
  chunks_.erase(at(first + 1));
}

void OrderedIndex::assign(const std::vector<Member*>& sorted) {
  chunks_.clear();
  size_ = sorted.size();
  for (std::size_t from = 0; from < size_; from += kChunk) {
    const std::size_t end = std::min(from + kChunk, size_);
    Chunk& chunk = chunks_.emplace_back();
    chunk.reserve(end - from);
    for (std::size_t i = from; i < end; ++i) chunk.push_back({sorted[i]->prefix, sorted[i]});
  }
}

}  // namespace tidemark
