#include "base/json_writer.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace tidemark::json {
namespace {

using Json = nlohmann::json;

TEST(JsonWriter, WritesWhatAnotherReads) {
  std::string out = "[";
  { const ObjectWriter empty(out); }
  {
    ObjectWriter object(out);
    object.text("quote", "a\"b\\c\n\x01 {[}");
    object.text_or_null("nothing", "");
    object.text_or_null("something", "x");
    object.number("least", INT64_MIN);
    object.number("none", std::nullopt);
    object.number("some", std::optional<std::int64_t>(7));
    object.flag("yes", true);
    object.flag("no", false);
    object.raw("list", "[1,{\"a\":{}}]");
    object.raw("empty", "{}");
    object.number("last", 0);
  }
  const Json read = Json::parse(out + "]", nullptr, false);
  ASSERT_FALSE(read.is_discarded()) << out;
  EXPECT_EQ(read, (Json::array({Json::object(),
                                {{"quote", "a\"b\\c\n\x01 {[}"},
                                 {"nothing", nullptr},
                                 {"something", "x"},
                                 {"least", INT64_MIN},
                                 {"none", nullptr},
                                 {"some", 7},
                                 {"yes", true},
                                 {"no", false},
                                 {"list", {1, {{"a", Json::object()}}}},
                                 {"empty", Json::object()},
                                 {"last", 0}}})));
}

}  // namespace
}  // namespace tidemark::json
