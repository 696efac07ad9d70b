// The members of a view in order: a list of sorted chunks of about 256, so that inserting
// moves little, and finding a place or a rank costs a binary search and a short sum.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "base/types.h"

namespace tidemark {

// A row of a view. The index points at it, so it may not move while it is in there.
struct Member {
  Slot slot = 0;
  bool shown = false;        // within the window
  bool updated = false;      // new bytes since the last commit
  std::uint64_t prefix = 0;  // of the key, or the row's place in a view without an order
  std::string key{};         // see Order::write_key
};

// Does `a` come before `b`?
bool comes_before(const Member& a, const Member& b);

class OrderedIndex {
 public:
  std::size_t size() const { return size_; }

  // The number of members before `member`.
  std::size_t rank(const Member& member) const;
  Member& at(std::size_t rank) const;

  // Both return the member's rank.
  std::size_t insert(Member& member);
  std::size_t erase(const Member& member);

  // Takes the place of everything in here; `sorted` is in order.
  void assign(const std::vector<Member*>& sorted);

  // Visits the members of ranks [from, to) as far as there are any.
  template <typename Visit>
  void visit(std::size_t from, std::size_t to, const Visit& visit) const {
    for (const Chunk& chunk : chunks_) {
      if (to == 0) return;
      const std::size_t end = std::min(to, chunk.size());
      for (std::size_t i = from; i < end; ++i) visit(*chunk[i].member);
      from -= std::min(from, chunk.size());
      to -= end;
    }
  }

 private:
  struct Entry {
    std::uint64_t prefix;  // here too, so that most comparisons stay within the chunk
    Member* member;
  };
  using Chunk = std::vector<Entry>;

  static bool entry_before(const Entry& entry, const Member& member);
  std::size_t chunk_for(const Member& member) const;
  std::size_t size_before(std::size_t chunk) const;
  void split(std::size_t chunk);
  void merge(std::size_t chunk);

  std::vector<Chunk> chunks_;  // none of them empty
  std::size_t size_ = 0;
};

}  // namespace tidemark
