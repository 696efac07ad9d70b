// What JS has to set on a copy of a row's object to get the row as it is now.
#pragma once

#include <string>
#include <string_view>

namespace tidemark {

// Writes an object of the members of `after` that are not in `before` with the same bytes.
// False when only the whole row will do, or when that is shorter: a member is gone or stands
// elsewhere, a key occurs twice (the last one counts, and may be the one that did not change),
// or `__proto__` changed, which is not safe to set on an object. Both must be objects.
bool write_row_patch(std::string_view before, std::string_view after, std::string& patch);

}  // namespace tidemark
