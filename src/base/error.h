// Every way in which input can be refused. Inside the core failures are values; the
// binding turns a code into its text, the JS edge turns the text into an exception.
#pragma once

#include <cstddef>
#include <string_view>

namespace tidemark {

enum class Error : int {
  none = 0,
  malformed_json,
  too_deep,
  too_large,
  not_a_message,
  unknown_op,
  unknown_entity,
  bad_filter,
  bad_order,
  not_a_list,
  missing_id,
  duplicate_id,
  bad_config,
  no_such_handle,
  link_down,
  bad_mutation,
  bad_edit,
  subscription_refused,
};

inline constexpr std::size_t kErrors = static_cast<std::size_t>(Error::subscription_refused) + 1;

// "code: sentence", the code for programs and the sentence for people.
std::string_view error_text(Error error);

// The part of error_text before the colon.
std::string_view error_code(Error error);

// The part of error_text after the colon.
std::string_view error_sentence(Error error);

}  // namespace tidemark
