// A pending edit as text that outlives the engine: kept by the outside while the page is gone,
// and made anew from it. `base` and `before` are the bytes that the server sent, so that no
// digit is lost and no conflict is seen where there is none.
//
//   {"format":1,"key":"…","entity":"…","action":"update","data":{…},"base":{…},"before":{…},
//    "madeAt":1795427115123}
//
// `base` and `before` are null where there was no row.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "overlay/operation.h"

namespace tidemark {

struct SavedEdit {
  std::string key;  // the mutation id
  std::string entity;
  Action action = Action::update;
  std::string data;
  std::string base;
  std::string before;
  Millis made_at = 0;
};

std::string saved_text(const PendingOperation& operation, std::string_view entity);

// Error::bad_edit when it is no such text, or one of another format.
Result<SavedEdit> read_saved(std::string_view text);

}  // namespace tidemark
