#include "view/order.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tidemark {
namespace {

Order parsed(std::string_view text) {
  auto order = Order::parse(text);
  EXPECT_TRUE(order.ok()) << text;
  return order.ok() ? order.value() : Order();
}

bool before(const Order& order, std::string_view a, std::string_view a_id, std::string_view b,
            std::string_view b_id) {
  std::string left;
  std::string right;
  order.write_key(a, a_id, left);
  order.write_key(b, b_id, right);
  return left < right;
}

// Rows whose ids are equal, so that only the order itself decides.
void expect_ascending(const Order& order, const std::vector<std::string>& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < rows.size(); ++j) {
      EXPECT_EQ(before(order, rows[i], "1", rows[j], "1"), i < j) << rows[i] << " " << rows[j];
    }
  }
}

TEST(Order, RefusesWhatItCannotRead) {
  for (const char* text : {".asc", "a.up", "a.ASC", "a.", ",", "a,", "a.asc,", ",a", "a,,b",
                           "a.asc.desc", "a.asc b.asc", "a.nulls", "a.nullsfirst.desc",
                           "a.desc.nullslast.x", "a->", "\"a", "a->>b->c"}) {
    const auto order = Order::parse(text);
    EXPECT_FALSE(order.ok()) << text;
    EXPECT_EQ(order.error(), Error::bad_order) << text;
  }
  EXPECT_TRUE(parsed("").empty());
  EXPECT_FALSE(parsed("a").empty());
}

TEST(Order, NullsComeLastAscending) {
  expect_ascending(parsed("n"), {R"({"n":-1})", R"({"n":2})", R"({"n":10})", R"({"n":null})"});
  expect_ascending(parsed("n.asc"), {R"({"n":-1})", R"({"n":2})", R"({"m":1})"});
}

TEST(Order, NullsComeFirstDescending) {
  expect_ascending(parsed("n.desc"), {R"({"n":null})", R"({"n":10})", R"({"n":2})", R"({"n":-1})"});
  expect_ascending(parsed("n.desc"), {"{}", R"({"n":10})"});
}

TEST(Order, PlacesNullsWhereItIsTold) {
  for (const char* first : {"n.nullsfirst", "n.asc.nullsfirst"}) {
    expect_ascending(parsed(first), {R"({"n":null})", R"({"n":-1})", R"({"n":2})"});
  }
  expect_ascending(parsed("n.desc.nullslast"), {R"({"n":2})", R"({"n":-1})", R"({"n":null})"});
  expect_ascending(parsed("n.desc.nullslast,m.desc"),
                   {R"({"n":2})", R"({"m":null})", R"({"m":2})", R"({"m":1})"});
}

TEST(Order, LooksIntoValues) {
  // Text, whatever the value is.
  expect_ascending(parsed("d->>n"),
                   {R"({"d":{"n":10}})", R"({"d":{"n":9}})", R"({"d":{"n":null}})"});
  // As jsonb compares.
  expect_ascending(parsed("d->n"),
                   {R"({"d":{"n":[]}})", R"({"d":{"n":null}})", R"({"d":{"n":"z"}})",
                    R"({"d":{"n":9}})", R"({"d":{"n":10}})", R"({"d":{"n":false}})",
                    R"({"d":{"n":[1]}})", R"({"d":{"n":{}}})", R"({"d":{}})"});
}

TEST(Order, ATextThatBeginsAnotherComesFirst) {
  expect_ascending(parsed("t,u"),
                   {R"({"t":"","u":"b"})", R"({"t":"a","u":"z"})", R"({"t":"a\u0000","u":"c"})",
                    R"({"t":"a\u0001","u":"b"})", R"({"t":"ab","u":"a"})"});
  expect_ascending(parsed("t.desc,u"), {R"({"t":"ab","u":"a"})", R"({"t":"a\u0000","u":"c"})",
                                        R"({"t":"a","u":"z"})", R"({"t":"","u":"b"})"});
}

TEST(Order, ComparesEachKindInItsWay) {
  expect_ascending(parsed("n"), {R"({"n":9007199254740992})", R"({"n":9007199254740993})"});
  expect_ascending(parsed("t"), {R"({"t":"10"})", R"({"t":"9"})", R"({"t":"Z"})", R"({"t":"a"})",
                                 R"({"t":"\u00e9"})"});
  expect_ascending(parsed("b"), {R"({"b":false})", R"({"b":true})"});
  expect_ascending(parsed("t"),
                   {R"({"t":"2026-11-23T10:00:00+02:00"})", R"({"t":"2026-11-23T09:00:00Z"})"});
}

TEST(Order, LaterColumnsDecideTies) {
  expect_ascending(parsed("a.desc,b"), {R"({"a":2,"b":1})", R"({"a":2.0,"b":2})",
                                        R"({"a":1,"b":1})", R"({"a":1,"b":5})"});
}

TEST(Order, KeysDecideWhatIsLeft) {
  const Order order = parsed("a");
  const std::string row = R"({"a":1})";
  EXPECT_TRUE(before(order, row, "9", row, "10"));
  EXPECT_FALSE(before(order, row, "10", row, "9"));
  EXPECT_TRUE(before(order, row, "\"10", row, "\"9"));
  EXPECT_FALSE(before(order, row, "\"9", row, "\"10"));
  EXPECT_FALSE(before(order, row, "9", row, "9"));
  // Descending columns do not turn the ties around.
  EXPECT_TRUE(before(parsed("a.desc"), row, "9", row, "10"));
}

// A sort needs a strict weak order whatever the rows hold; without one, where a row goes
// depends on which rows came before it.
TEST(Order, IsTransitiveOverAnyValues) {
  const std::vector<std::string> values{
      "1",
      "2",
      "10",
      R"("1")",
      R"("x")",
      "true",
      "false",
      "null",
      "[1]",
      "[2]",
      R"({"a":1})",
      R"("2026-01-01T10:00:00+10:00")",
      R"("2026-01-01T05:00:00Z")",
      R"("2026-01-01T07")",
  };
  const Order order = parsed("v");
  struct Keyed {
    std::string row;
    std::string key;
  };
  std::vector<Keyed> rows;
  // Keys against the values' grain: ties by key must not undo what the values say.
  std::size_t key = 100;
  for (const auto& value : values) {
    rows.push_back({R"({"v":)" + value + "}", std::to_string(key--)});
  }
  const auto before = [&](const Keyed& a, const Keyed& b) {
    return tidemark::before(order, a.row, a.key, b.row, b.key);
  };
  std::vector<std::string> broken;
  for (const Keyed& a : rows) {
    EXPECT_FALSE(before(a, a));
    for (const Keyed& b : rows) {
      EXPECT_FALSE(before(a, b) && before(b, a));
      for (const Keyed& c : rows) {
        if (before(a, b) && before(b, c) && !before(a, c)) {
          broken.push_back(a.row + " " + b.row + " " + c.row);
        }
      }
    }
  }
  EXPECT_TRUE(broken.empty()) << "for example " << broken.front();
}

}  // namespace
}  // namespace tidemark
