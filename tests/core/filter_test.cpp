#include "view/filter.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tidemark {
namespace {

bool matches(std::string_view filter, std::string_view row) {
  const auto parsed = Filter::parse(filter);
  EXPECT_TRUE(parsed.ok()) << filter;
  return parsed.ok() && parsed.value().matches(row);
}

struct Case {
  std::string filter;
  std::string row;
  bool expected;
};

void expect_all(const std::vector<Case>& cases) {
  for (const Case& each : cases) {
    EXPECT_EQ(matches(each.filter, each.row), each.expected) << each.filter << " " << each.row;
  }
}

TEST(Filter, AnEmptyOnePassesEverything) {
  const auto filter = Filter::parse("");
  ASSERT_TRUE(filter.ok());
  EXPECT_TRUE(filter.value().empty());
  EXPECT_TRUE(filter.value().matches("{}"));
  EXPECT_FALSE(Filter::parse("a=eq.1").value().empty());
}

TEST(Filter, RefusesWhatItCannotRead) {
  for (const char* text : {"a",        "a=",      "=eq.1",          "a=eq",      "a=1",
                           "a=like.x", "a=EQ.1",  "a=.1",           "a=not.1",   "a=not.not.eq.1",
                           "a=eq.1,",  ",a=eq.1", "a=eq.1,,b=eq.2", "a=in.1,2",  "a=in.(1",
                           "a=in.",    "a=in.)",  "a=is.1",         "a=is.NULL", "a=is.",
                           "a=eq.1,b"}) {
    const auto parsed = Filter::parse(text);
    EXPECT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.error(), Error::bad_filter) << text;
  }
}

TEST(Filter, ComparesNumbersExactly) {
  expect_all({
      {"n=eq.1", R"({"n":1.0})", true},
      {"n=eq.1", R"({"n":"1"})", true},
      {"n=eq.9007199254740993", R"({"n":9007199254740992})", false},
      {"n=neq.1", R"({"n":2})", true},
      {"n=neq.1", R"({"n":1e0})", false},
      {"n=lt.10", R"({"n":9})", true},
      {"n=lt.10", R"({"n":10})", false},
      {"n=lte.10", R"({"n":10})", true},
      {"n=lte.10", R"({"n":10.1})", false},
      {"n=gt.-1", R"({"n":0})", true},
      {"n=gt.-1", R"({"n":-1})", false},
      {"n=gte.-1", R"({"n":-1})", true},
      {"n=gte.-1", R"({"n":-2})", false},
  });
}

TEST(Filter, ComparesTextByItsBytes) {
  expect_all({
      {"t=eq.open", R"({"t":"open"})", true},
      {"t=eq.open", R"({"t":"\u006fpen"})", true},
      {"t=eq.open", R"({"t":"Open"})", false},
      {"t=lt.b", R"({"t":"a"})", true},
      {"t=gt.9", R"({"t":"10"})", false},
      {"t=eq.", R"({"t":""})", true},
      {"t=eq.a.b=c", R"({"t":"a.b=c"})", true},
  });
}

TEST(Filter, ComparesTimesByTheMoment) {
  expect_all({
      {"t=eq.2026-11-23T09:45:15Z", R"({"t":"2026-11-23 10:45:15+01"})", true},
      {"t=gt.2026-11-23T09:45:15Z", R"({"t":"2026-11-23T09:45:15.1+00:00"})", true},
      {"t=lt.2026-11-23T09:45:15Z", R"({"t":"2026-11-23T10:00:00+01:00"})", true},
  });
}

TEST(Filter, ComparesBooleans) {
  expect_all({
      {"b=eq.true", R"({"b":true})", true},
      {"b=eq.true", R"({"b":false})", false},
      {"b=lt.true", R"({"b":false})", true},
      {"b=is.true", R"({"b":true})", true},
      {"b=is.true", R"({"b":false})", false},
      {"b=is.true", R"({"b":"true"})", false},
      {"b=is.false", R"({"b":false})", true},
      {"b=not.is.true", R"({"b":null})", true},
  });
}

TEST(Filter, NullIsNeitherEqualNorUnequal) {
  for (const char* op : {"eq.1", "neq.1", "lt.1", "lte.1", "gt.1", "gte.1", "in.(1)", "not.eq.1",
                         "not.in.(1)", "eq.null", "not.lt.1"}) {
    const std::string filter = "n=" + std::string(op);
    EXPECT_FALSE(matches(filter, R"({"n":null})")) << filter;
    EXPECT_FALSE(matches(filter, "{}")) << filter;
  }
  expect_all({
      {"n=is.null", R"({"n":null})", true},
      {"n=is.null", "{}", true},
      {"n=is.null", R"({"n":0})", false},
      {"n=not.is.null", R"({"n":0})", true},
      {"n=not.is.null", R"({"n":null})", false},
  });
}

TEST(Filter, OtherKindsDoNotCompare) {
  for (const char* row : {R"({"n":[1]})", R"({"n":{"a":1}})", R"({"n":true})"}) {
    EXPECT_FALSE(matches("n=eq.1", row)) << row;
    EXPECT_FALSE(matches("n=neq.1", row)) << row;
  }
  EXPECT_FALSE(matches("n=eq.abc", R"({"n":1})"));
}

TEST(Filter, Negates) {
  expect_all({
      {"n=not.eq.1", R"({"n":2})", true},
      {"n=not.eq.1", R"({"n":1})", false},
      {"n=not.lt.10", R"({"n":10})", true},
      {"n=not.lt.10", R"({"n":9})", false},
      {"n=not.in.(1,2)", R"({"n":3})", true},
      {"n=not.in.(1,2)", R"({"n":2})", false},
  });
}

TEST(Filter, ReadsLists) {
  expect_all({
      {"t=in.(a,b)", R"({"t":"b"})", true},
      {"t=in.(a,b)", R"({"t":"c"})", false},
      {"t=in.(a,b)", R"({"t":"a,b"})", false},
      {R"x(t=in.("a,b",c))x", R"({"t":"a,b"})", true},
      {R"x(t=in.("a\"b","(x)"))x", R"({"t":"a\"b"})", true},
      {R"x(t=in.("a\"b","(x)"))x", R"x({"t":"(x)"})x", true},
      {"n=in.(1,x,3)", R"({"n":3.0})", true},
      {"n=in.(1,2)", R"({"n":[1]})", false},
  });
}

TEST(Filter, AllConditionsMustHold) {
  const std::string filter = R"x(t=in.(a,b),n=gt.1,q=eq."x,y=eq.z")x";
  expect_all({
      {filter, R"({"t":"a","n":2,"q":"x,y=eq.z"})", true},
      {filter, R"({"t":"a","n":1,"q":"x,y=eq.z"})", false},
      {filter, R"({"t":"c","n":2,"q":"x,y=eq.z"})", false},
      {filter, R"({"t":"a","n":2,"q":"x"})", false},
      {filter, R"({"t":"a","n":2})", false},
  });
}

}  // namespace
}  // namespace tidemark
