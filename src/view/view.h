// What one query shows: the slots of its rows, in order, kept up to date change by change,
// and what moved since the last flush.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/types.h"
#include "change/batch.h"
#include "store/entity.h"
#include "view/filter.h"
#include "view/order.h"
#include "view/ordered_index.h"
#include "view/window.h"

namespace tidemark {

using ViewId = std::uint32_t;

// A row as a view sees it: overlay on top of store. No bytes: there is nothing to show. What
// it points at is lent until the next one is looked up.
struct VisibleRow {
  Slot slot = 0;
  std::string_view key;  // breaks ties
  std::optional<std::string_view> bytes;
};

class View {
 public:
  using Lookup = std::function<VisibleRow(Slot)>;

  View(ViewId id, EntityId entity, Filter filter, Order order, Window window = {})
      : id_(id),
        entity_(entity),
        filter_(std::move(filter)),
        order_(std::move(order)),
        window_(window) {}
  // The index points at the members.
  View(const View&) = delete;
  View& operator=(const View&) = delete;
  View(View&&) = default;
  View& operator=(View&&) = default;

  ViewId id() const { return id_; }
  EntityId entity() const { return entity_; }
  // Does a snapshot name every row that there is?
  bool whole_entity() const { return filter_.empty() && !window_.paged; }

  bool is_page() const { return window_.paged; }
  bool admits(std::string_view row) const { return filter_.matches(row); }
  bool is_ordered() const { return !order_.empty(); }

  // What is shown: the window.
  std::vector<Slot> slots() const;
  bool shows(Slot slot) const;
  std::size_t member_count() const { return index_.size(); }
  // All that is in the list, within the window or not.
  std::vector<Slot> members() const;
  // I6: would a snapshot of these rows change nothing? `is_listed` tells of `listed`.
  bool already_shows(const std::vector<Slot>& listed, const std::vector<Slot>& newer,
                     const std::function<bool(Slot)>& is_listed) const;
  // In the list, within the window or not.
  bool contains(Slot slot) const { return members_.contains(slot); }

  // The first and the last row of the snapshot that comes next, as the server sent them:
  // between these it knows every row, whatever became of the two since.
  void expect_page(const VisibleRow& first, const VisibleRow& last);
  // A snapshot came: `listed` are its rows in the server's order; rows that changed since
  // the request left and are not in it follow in `newer`. Of rows that the view contains,
  // every change was told to touch().
  void show_snapshot(const std::vector<Slot>& listed, const std::vector<Slot>& newer,
                     const Lookup& lookup);
  // Events are taken in only after the first snapshot: before it, a list of one would be
  // mistaken for the whole.
  bool has_snapshot() const { return has_snapshot_; }

  // A row's visible bytes changed.
  void touch(const VisibleRow& row);
  // A row went that nobody held.
  void miss();
  // Whether some row belongs here cannot be told.
  void outdate() { stale_ = has_snapshot_; }

  // The slots that came into the window or left it in the last touch() or show_snapshot().
  const std::vector<Slot>& crossed() const { return crossed_; }

  // Only a snapshot can tell what belongs here: the view is a page and what comes into it next,
  // from below or from above, was never sent, or it was outdated.
  bool needs_refetch() const { return stale_; }

  // What happened since the last commit; the batch's indexes refer to the list in JS.
  bool changed() const { return relisted_ || !ops_.empty() || !updated_.empty(); }
  ViewDelta delta() const;
  void commit();

 private:
  using Members = std::unordered_map<Slot, Member>;

  // A row's columns, as the filter and as the order look at them.
  struct Reading {
    Columns::Values filter;
    Columns::Values order;
  };

  bool belongs(const VisibleRow& row, Reading& reading) const;
  void write_key(const Reading& reading, std::string_view id, Member& member) const;
  bool is_outside(const Member& member) const;
  bool is_short() const;
  Member* take(Slot slot, const Lookup& lookup, Members& kept);
  bool keep(Member* member, Members& kept);
  void show_list(std::vector<Member*> list, Members kept, const std::vector<Slot>& before);

  void insert(const VisibleRow& row, const Reading& reading);
  void update(Member& member, const VisibleRow& row, const Reading& reading);
  void note_update(Member& member);
  void remove(Member& member);
  void shift(Member& subject, std::size_t from, std::size_t to);
  void leave(Member& member, std::size_t at);
  void enter(Member& member, std::size_t at);
  void add_op(ViewOp op);

  ViewId id_;
  EntityId entity_;
  Filter filter_;
  Order order_;
  Window window_;

  bool has_snapshot_ = false;
  Members members_;
  OrderedIndex index_;
  std::uint64_t next_place_ = 0;  // of a new row in a view without an order

  // Of a page: may there be rows before or after those that the server sent? And which were
  // the first and the last of those; none while it never sent any.
  bool more_above_ = false;
  bool more_below_ = false;
  std::optional<Member> first_sent_;
  std::optional<Member> last_sent_;
  bool stale_ = false;
  std::unordered_set<Slot> withheld_;  // what the last page listed and the view did not take

  bool relisted_ = false;
  std::vector<ViewOp> ops_;
  std::vector<Slot> updated_;
  std::vector<Slot> crossed_;
};

}  // namespace tidemark
