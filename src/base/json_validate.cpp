#include "base/json.h"
#include "base/json_gate.h"

namespace tidemark::json {

Error validate(std::string_view text) {
  return validate_members(text, [](const Member&) {});
}

Error validate_first(std::string_view text, int depth, std::string_view& value) {
  const char* p = text.data();
  const Error error = read_value(p, text.data() + text.size(), depth, [](const Member&) {});
  if (error == Error::none) value = scan::between(text.data(), p);
  return error;
}

}  // namespace tidemark::json
