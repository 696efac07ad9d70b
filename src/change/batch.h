// The flat batch that carries changes to JS: one decode, one JSON.parse.
//
//   byte 0   magic 'TDM1'                    u32, little endian, as are all words
//        4   row count R                     u32
//        8   view count V                    u32
//       12   words in the view section W     u32
//       16   where the JSON starts           u32, bytes from the batch's start
//       20   bytes of JSON                   u32
//       24   R × { slot, kind }              kind 1: the next element of the JSON array is
//                                            the row; kind 2: drop the row's object; kind 5:
//                                            the next element holds the members that differ
//                                            from the row's object
//            V × { view, mode, count, … }    mode 0: count × { kind, slot, from, to }
//                                            mode 1: count × slot, the whole list
//            JSON array of rows              UTF-8
//
// Of a row's kind bit 0 says that an element is its own, bit 1 that its object goes, bit 2 that
// its object is the start of the new one.
//
// Ops apply in order to the list as JS last showed it: 0 insert slot at `to`, 1 remove at
// `from`, 2 move `from` → `to` (an index after the removal), 3 the row at `from` is new.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.h"

namespace tidemark {

enum class ViewOpKind : std::uint32_t { insert = 0, remove = 1, move = 2, update = 3 };

struct ViewOp {
  ViewOpKind kind = ViewOpKind::update;
  Slot slot = 0;
  std::uint32_t from = 0;
  std::uint32_t to = 0;
};

struct ViewDelta {
  std::uint32_t view = 0;
  bool relisted = false;
  std::vector<Slot> slots;  // when relisted
  std::vector<ViewOp> ops;  // otherwise
};

class BatchBuilder {
 public:
  void row(Slot slot, std::string_view bytes);
  // The same of bytes that stay where they are until finish(): the first batch of a long list is as
  // long, and need not be in memory twice.
  void lend(Slot slot, std::string_view bytes);
  // `members` is an object (see change/row_patch.h).
  void patch(Slot slot, std::string_view members);
  void gone(Slot slot);
  void view(const ViewDelta& delta);

  bool empty() const { return row_count_ == 0 && view_count_ == 0; }
  std::string finish();

 private:
  // An element of the JSON: lent, or within `texts_`.
  struct Element {
    const char* lent = nullptr;
    std::size_t at = 0;
    std::size_t size = 0;
  };

  void add(Slot slot, std::uint32_t kind, const Element& element);
  void keep(Slot slot, std::uint32_t kind, std::string_view json);

  std::uint32_t row_count_ = 0;
  std::uint32_t view_count_ = 0;
  std::vector<std::uint32_t> rows_;
  std::vector<std::uint32_t> views_;
  std::vector<Element> elements_;
  std::size_t elements_bytes_ = 0;
  std::string texts_;
};

// Does every count and index of a batch stay within it? For tests and debug builds.
bool is_well_formed(std::string_view batch);

}  // namespace tidemark
