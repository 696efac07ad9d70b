#include "base/json.h"
#include "base/json_gate.h"

namespace tidemark::json {

Error validate(std::string_view text) {
  return validate_members(text, [](const Member&) {});
}

}  // namespace tidemark::json
