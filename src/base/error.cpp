#include "base/error.h"

namespace tidemark {

std::string_view error_text(Error error) {
  switch (error) {
    case Error::none:
      return "none: no error";
    case Error::malformed_json:
      return "malformed_json: the text is not valid JSON";
    case Error::too_deep:
      return "too_deep: the JSON is nested deeper than 512 levels";
    case Error::too_large:
      return "too_large: the frame is over the size limit";
    case Error::not_a_message:
      return "not_a_message: the JSON is neither an event nor a known message, or has wrong types";
    case Error::unknown_op:
      return "unknown_op: the message's op is not one this version knows";
    case Error::unknown_entity:
      return "unknown_entity: this entity was not defined";
    case Error::bad_filter:
      return "bad_filter: a filter reads column=op.value, several joined by commas, within limits";
    case Error::bad_order:
      return "bad_order: an order reads column.desc.nullslast, several joined by commas";
    case Error::not_a_list:
      return "not_a_list: the snapshot holds no array of objects at the given path";
    case Error::missing_id:
      return "missing_id: a row has no id, or one that is neither text nor number";
    case Error::duplicate_id:
      return "duplicate_id: two rows of one snapshot have the same id";
    case Error::bad_config:
      return "bad_config: an option has the wrong type or is out of range";
    case Error::no_such_handle:
      return "no_such_handle: the view, subscription, ticket or mutation is not open";
    case Error::link_down:
      return "link_down: there is no open link that can send";
    case Error::bad_mutation:
      return "bad_mutation: a mutation needs an id, an entity, an action and an object with an id";
    case Error::bad_edit:
      return "bad_edit: this is no edit as it was kept, or it is pending already";
    case Error::subscription_refused:
      return "subscription_refused: the server refused a subscription";
  }
  return "unknown: unknown error";
}

std::string_view error_code(Error error) {
  const std::string_view text = error_text(error);
  return text.substr(0, text.find(':'));
}

std::string_view error_sentence(Error error) {
  const std::string_view text = error_text(error);
  return text.substr(text.find(':') + 2);
}

}  // namespace tidemark
