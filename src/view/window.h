// Which part of its list a view shows.
#pragma once

#include <cstddef>
#include <limits>

namespace tidemark {

struct Window {
  static constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

  std::size_t offset = 0;
  std::size_t limit = kAll;
  // The server applies the window: what it sends is the page, or a page and some rows after
  // it. Otherwise it sends the whole list, and the window is cut from that.
  bool paged = false;

  // Where the window lies in the list of the rows that are held.
  std::size_t begin() const { return paged ? 0 : offset; }
  std::size_t end() const { return limit > kAll - begin() ? kAll : begin() + limit; }
};

}  // namespace tidemark
