// Replays a pending edit on top of the server's truth, field by field, under the entity's
// conflict policies. Three-way: what the server had when the edit was made (base), what the
// edit says (mine), what the server has now (theirs).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "overlay/operation.h"
#include "overlay/policy.h"
#include "store/row_store.h"

namespace tidemark {

// Somebody else changed a field that a pending edit changes. Each value is JSON, `null` when
// the field was missing.
struct Conflict {
  std::string field;
  ConflictPolicy policy = ConflictPolicy::rebase;
  std::string base;
  std::string mine;
  std::string theirs;
};

// `shown` with the edit applied; none when there is no row to see.
std::optional<std::string> replay(const PendingOperation& operation,
                                  std::optional<std::string> shown, const Row& truth,
                                  const Policies& policies);

// The members that the edit still changes, with the values that the server should now be
// sent. `shown` is the row below the edit.
std::string effective_patch(const PendingOperation& operation, std::string_view shown,
                            const Row& truth, const Policies& policies);

// Every field in conflict.
std::vector<Conflict> conflicts_of(const PendingOperation& operation, const Row& truth,
                                   const Policies& policies);

}  // namespace tidemark
