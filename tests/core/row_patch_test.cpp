#include "change/row_patch.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "base/random.h"

namespace tidemark {
namespace {

using Json = nlohmann::json;

// The patch, or "whole" when the whole row has to go.
std::string patch_of(std::string_view before, std::string_view after) {
  RowPatch patch;
  return patch.write(before, after) ? std::string(patch.text()) : "whole";
}

TEST(RowPatch, HoldsWhatChanged) {
  EXPECT_EQ(patch_of(R"({"id":1,"a":1,"b":"x"})", R"({"id":1,"a":2,"b":"x"})"), R"({"a":2})");
  EXPECT_EQ(patch_of(R"({"id":1,"a":{"b":1},"c":[1]})", R"({"id":1,"a":{"b":2},"c":[2]})"),
            R"({"a":{"b":2},"c":[2]})");
  EXPECT_EQ(patch_of(R"({"id":1,"a":1})", R"({ "id" : 1, "a" : 1 })"), "{}");
  EXPECT_EQ(patch_of("{}", "{}"), "{}");
  EXPECT_EQ(patch_of(R"({"id":1,"a":1,"b":"x"})", R"({"id":1,"a":12,"b":"x"})"), R"({"a":12})");
  EXPECT_EQ(patch_of(R"({"id":1,"b":"x","a":1})", R"({"id":1,"b":"x","a":12})"), R"({"a":12})");
}

TEST(RowPatch, MembersThatComeGoOrMoveTakeTheWholeRow) {
  EXPECT_EQ(patch_of(R"({"id":1,"a":1})", R"({"id":1})"), "whole");
  EXPECT_EQ(patch_of(R"({"id":1})", R"({"id":1,"a":1})"), "whole");
  EXPECT_EQ(patch_of(R"({"id":1,"a":1,"b":2})", R"({"id":1,"b":2,"a":1})"), "whole");
  EXPECT_EQ(patch_of(R"({"id":1,"a":1,"b":2})", R"({"id":1,"c":1,"b":2})"), "whole");
}

TEST(RowPatch, KeysThatAreNotPlainTakeTheWholeRow) {
  EXPECT_EQ(patch_of(R"({"id":1,"__proto__":1,"b":"a long text"})",
                     R"({"id":1,"__proto__":2,"b":"a long text"})"),
            "whole");
  // The last of two counts, so setting the first would be wrong.
  EXPECT_EQ(patch_of(R"({"a":1,"a":2,"b":"a long text"})", R"({"a":5,"a":2,"b":"a long text"})"),
            "whole");
  EXPECT_EQ(patch_of(R"({"a":1,"\u0061":2,"b":"a long text"})",
                     R"({"a":5,"\u0061":2,"b":"a long text"})"),
            "whole");
  EXPECT_EQ(patch_of(R"({"\u005f_proto__":1,"b":"a long text"})",
                     R"({"\u005f_proto__":2,"b":"a long text"})"),
            "whole");
  // Such members do not matter while they stay as they are.
  EXPECT_EQ(patch_of(R"({"__proto__":1,"a":1,"b":"a long text"})",
                     R"({"__proto__":1,"a":2,"b":"a long text"})"),
            R"({"a":2})");
}

TEST(RowPatch, IsNeverLongerThanTheRow) {
  EXPECT_EQ(patch_of(R"({"a":1})", R"({"a":2})"), "whole");
  EXPECT_EQ(patch_of(R"({"a":1,"b":2})", R"({"a":3,"b":4})"), "whole");
}

TEST(RowPatch, SettingItsMembersMakesTheRow) {
  Random random(5);
  int patched = 0;
  RowPatch patch;
  for (int round = 0; round < 2'000; ++round) {
    const auto row = [&](bool same) {
      std::string text = R"({"id":7)";
      for (int i = 0; i < 6; ++i) {
        if (!same && random.up_to(20) == 0) continue;
        const std::string value = std::to_string(random.up_to(same ? 0 : 2));
        text += ",\"m" + std::to_string(i) + "\":" + (i % 2 == 0 ? value : "[" + value + "]");
      }
      return text + "}";
    };
    const std::string before = row(random.up_to(1) == 0);
    const std::string after = row(false);
    if (!patch.write(before, after)) continue;
    ++patched;
    Json object = Json::parse(before);
    object.update(Json::parse(patch.text()));
    ASSERT_EQ(object, Json::parse(after)) << before << after << patch.text();
    ASSERT_LE(patch.text().size(), after.size());
  }
  EXPECT_GT(patched, 300);
}

}  // namespace
}  // namespace tidemark
