// Reads a response that lists rows and says how it differs from what is held. What comes
// out are the same row changes that events make, so later stages never learn the source.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "store/row_store.h"

namespace tidemark::poll {

struct ListedRow {
  std::string key;
  std::string_view bytes;  // points into the body
};

// The rows of the array at `path`, in order. The body is checked as a whole first: on any
// error nothing of it is used.
Result<std::vector<ListedRow>> read_rows(std::string_view body, std::string_view path,
                                         const Entity& entity);

// Compares by key, on bytes: a row whose bytes are those held causes nothing at all.
// `as_of` is the tick at which the request left.
std::vector<RowChange> changed_rows(const std::vector<ListedRow>& listed, EntityId entity,
                                    const RowStore& store, Tick as_of);

// Rows that are held and not listed: the server no longer has them, unless they changed
// since the request left (the store decides that, as for every change).
std::vector<RowChange> vanished_rows(const std::vector<ListedRow>& listed, EntityId entity,
                                     const RowStore& store, Tick as_of);

}  // namespace tidemark::poll
