// Reads a response that lists rows and says how it differs from what is held, without making
// anything of what does not differ: each row is taken for the one that stood there last time
// until its bytes say otherwise. What comes out is turned into the same row changes that
// events make, so later stages never learn the source.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/types.h"
#include "store/arena.h"
#include "store/row_store.h"

namespace tidemark::poll {

// A listed row whose bytes are not those held; they point into the body, or are kept here when it
// came in parts.
struct Difference {
  Slot slot = 0;
  std::string_view bytes;
  Entity::Identity identity{};
};

class Snapshot {
 public:
  explicit Snapshot(RowStore& store) : store_(store) {}

  // Reads the array at `path`. `expected` are the rows that the list held last time, in its
  // order; any other list costs time, not truth. The body is refused as a whole: on an error
  // nothing is to be used, and the store is as before. Rows that were never heard of get
  // slots, absent yet.
  Error read(std::string_view body, std::string_view path, EntityId entity,
             const std::vector<Slot>& expected);

  // The same for a body that comes in parts, so that a long one is read while each part is in
  // the processor's cache and is never in memory as a whole. Between the parts the store has to
  // stay as it is.
  void begin_parts(std::string_view path, EntityId entity, const std::vector<Slot>& expected);
  // How many bytes of `part` were read; the next part has to begin with the others. None, and
  // false: the body is unusual or wrong, which only read() can tell.
  std::optional<std::size_t> read_part(std::string_view part);
  bool end_parts(std::string_view last);

  // Every row of the body, in its order.
  const std::vector<Slot>& listed() const { return listed_; }
  // The same, given away.
  void swap_listed(std::vector<Slot>& other) { listed_.swap(other); }
  const std::vector<Difference>& differing() const { return differing_; }
  bool lists(Slot slot) const { return slot < listed_in_.size() && listed_in_[slot] == pass_; }

  // The change that a differing row makes; `as_of` is the tick at which the request left.
  RowChange change(const Difference& row, Tick as_of) const;

  // Gives back the slots of rows that are not to be taken, and the rows that were kept.
  void discard();

 private:
  void begin(EntityId entity, const std::vector<Slot>& expected);
  Error speculate(std::string_view body, std::string_view path);
  Error read_validated(std::string_view body, std::string_view path);
  Error read_rows(const char*& at, const char* end);
  Error read_row(const char*& at, const char* end);
  bool is_next(std::size_t position, const char* at, const char* end) const;
  Error take_expected(const char*& at);
  Error take(std::string_view bytes, const Entity::Identity& identity);
  Difference difference(Slot slot, std::string_view bytes, const Entity::Identity& identity);
  Slot slot_of(std::string_view key);
  Error mark(Slot slot);

  RowStore& store_;
  EntityId entity_ = 0;

  // Where the list is thought to go on, and where else: after a row that was moved, or at
  // the place from which the reading jumped.
  const std::vector<Slot>* expected_ = nullptr;
  std::size_t next_ = 0;
  std::size_t other_ = 0;
  bool has_positions_ = false;
  std::vector<std::uint32_t> position_;  // by slot; made when a row is out of its place

  // Of what is being read.
  std::string path_;
  std::string head_;  // what stands before the list
  std::string tail_;  // and after it
  int depth_ = 0;     // of what the list is in
  bool in_parts_ = false;
  bool has_begun_ = false;
  bool has_ended_ = false;

  std::vector<Slot> listed_;
  std::vector<Difference> differing_;
  Arena kept_;
  std::vector<Slot> made_;
  std::string spelled_;

  std::uint32_t pass_ = 0;
  std::vector<std::uint32_t> listed_in_;  // by slot: the last pass that met it
};

}  // namespace tidemark::poll
