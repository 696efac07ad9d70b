// The frames of Phoenix channels, as Supabase Realtime speaks them: an array since version 2.0.0
// of the serializer, an object in 1.0.0. Both are read; the newer one is written.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/result.h"

namespace tidemark::wire {

struct PhoenixFrame {
  std::string_view join_ref;  // empty for none, as the texts below
  std::string_view ref;
  std::string topic;
  std::string event;
  std::string_view payload;  // an object's JSON
};

// Views point into `frame`.
Result<PhoenixFrame> read_phoenix(std::string_view frame);

std::string write_phoenix(std::string_view join_ref, std::string_view ref, std::string_view topic,
                          std::string_view event, std::string_view payload);

}  // namespace tidemark::wire
