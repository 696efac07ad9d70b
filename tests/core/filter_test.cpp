#include "view/filter.h"

#include <gtest/gtest.h>

#include <string>
#include <tuple>
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
  for (const char* text :
       {"a",         "a=",          "=eq.1",          "a=eq",          "a=1",
        "a=.1",      "a=EQ.1",      "a=.1",           "a=not.1",       "a=not.not.eq.1",
        "a=eq.1,",   ",a=eq.1",     "a=eq.1,,b=eq.2", "a=in.1,2",      "a=in.(1",
        "a=in.",     "a=in.)",      "a=is.1",         "a=is.NULL",     "a=is.",
        "a=eq.1,b",  "a=eq.\"x",    "a=eq.\"x\"y",    "a=in.(1)x",     "a=fts.x",
        "a=like.\\", "a=match.(",   "a->=eq.1",       "a->>b->c=eq.1", "\"a=eq.1",
        "a->b=eq.x", "a->b=lt.[1]", "a->b=gte.{}",    "a->b=like.x",   "a->>b=is.true",
        "a=cs.{1}"}) {
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
      {"t=eq.f(x)", R"x({"t":"f(x)"})x", true},
      {"n=eq.+007", R"({"n":7})", true},
      {"n=eq.+-7", R"({"n":-7})", false},
      {R"y("t,=(x)"=eq.1)y", R"y({"t,=(x)":"1"})y", true},
      {"a=eq.1", R"({"a":2,"a":1})", true},
      {"a=eq.1", R"({"\u0061":1})", true},
  });
}

TEST(Filter, ComparesTimesByTheMoment) {
  expect_all({
      {"t=eq.2026-11-23T09:45:15Z", R"({"t":"2026-11-23 10:45:15+01"})", true},
      {"t=gt.2026-11-23T09:45:15Z", R"({"t":"2026-11-23T09:45:15.1+00:00"})", true},
      {"t=lt.2026-11-23T09:45:15Z", R"({"t":"2026-11-23T10:00:00+01:00"})", true},
      {"t=gte.2026-11-23", R"({"t":"2026-11-23T01:00:00+01:00"})", true},
      {"t=gte.2026-11-23", R"({"t":"2026-11-23T00:59:59+01:00"})", false},
      {"t=eq.2026-11-23", R"({"t":"2026-11-23"})", true},
      {"t=in.(2026-11-23T09:00Z,x)", R"({"t":"2026-11-23T10:00:00+01:00"})", true},
      {"t=in.(2026-11-23T09:00Z,x)", R"({"t":"2026-11-23T10:00:01+01:00"})", false},
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
      {"n=is.not_null", R"({"n":0})", true},
      {"n=is.not_null", R"({"n":null})", false},
      {"n=is.unknown", R"({"n":null})", true},
      {"n=is.unknown", R"({"n":true})", false},
  });
}

TEST(Filter, DistinctIsNeverUnknown) {
  expect_all({
      {"n=isdistinct.1", R"({"n":2})", true},
      {"n=isdistinct.1", R"({"n":1.0})", false},
      {"n=isdistinct.1", R"({"n":null})", true},
      {"n=not.isdistinct.1", R"({"n":1})", true},
      {"n=not.isdistinct.1", R"({"n":null})", false},
      {"n=not.isdistinct.x", R"({"n":1})", false},
  });
}

// Each operand is true, false or unknown; every combination as in SQL.
TEST(Filter, CombinesInThreeValuedLogic) {
  const std::string row = R"({"v":1,"n":null})";
  const std::string yes = "v.eq.1";
  const std::string no = "v.eq.2";
  const std::string unknown = "n.eq.1";
  for (const auto& [a, b, both, either, both_fail, either_fails] :
       std::vector<std::tuple<std::string, std::string, bool, bool, bool, bool>>{
           {yes, yes, true, true, false, false},
           {yes, no, false, true, true, false},
           {yes, unknown, false, true, false, false},
           {no, no, false, false, true, true},
           {no, unknown, false, false, true, false},
           {unknown, unknown, false, false, false, false},
       }) {
    for (const std::string& list : {a + "," + b, b + "," + a}) {
      EXPECT_EQ(matches("and=(" + list + ")", row), both) << list;
      EXPECT_EQ(matches("or=(" + list + ")", row), either) << list;
      EXPECT_EQ(matches("not.and=(" + list + ")", row), both_fail) << list;
      EXPECT_EQ(matches("not.or=(" + list + ")", row), either_fails) << list;
      EXPECT_EQ(matches("and=(and(" + list + "))", row), both) << list;
      EXPECT_EQ(matches("and=(not.or(" + list + "))", row), either_fails) << list;
    }
  }
}

TEST(Filter, ReadsTrees) {
  const std::string filter =
      R"x(z=eq.1,and=(a.eq.1, or(b.gt.2,not.and(c.is.null,d.in.(1,"x)"))) ,e.not.like."y,*"))x";
  expect_all({
      {filter, R"({"z":1,"a":1,"b":3,"e":"y"})", true},
      {filter, R"({"z":2,"a":1,"b":3,"e":"y"})", false},
      {filter, R"({"z":1,"a":1,"b":1,"e":"y"})", false},
      {filter, R"({"z":1,"a":1,"b":1,"c":0,"e":"y"})", true},
      {filter, R"({"z":1,"a":1,"b":1,"d":"y","e":"y"})", true},
      {filter, R"({"z":1,"a":1,"b":1,"d":2,"e":"y"})", false},
      {filter, R"x({"z":1,"a":1,"b":1,"d":"x)","e":"y"})x", false},
      {filter, R"({"z":1,"a":1,"b":3,"e":"y,z"})", false},
      // A column may have such a name.
      {"or=eq.1,not=eq.2", R"({"or":1,"not":2})", true},
      {R"x(or=("a.b".eq.1,c.eq.1))x", R"({"a.b":1})", true},
  });
  for (const char* text : {"or=()", "or=(a.eq.1", "or=(a.eq.1))", "or=(a=eq.1)", "or(a.eq.1)",
                           "or=(a.eq.1,)", "not.a.eq.1", "or=(a.eq.1)b", "and=(or=(a.eq.1))",
                           "not.not.or=(a.eq.1)", "or=(a.eq.\"x\"y)"}) {
    EXPECT_FALSE(Filter::parse(text).ok()) << text;
  }
}

TEST(Filter, MatchesPatterns) {
  expect_all({
      {"t=like.a*c_e%", R"({"t":"abcde"})", true},
      {"t=like.a*", R"({"t":"Ab"})", false},
      {"t=ilike.a*", R"({"t":"Ab"})", true},
      {"t=like.*\"*", R"({"t":"say \"x\""})", true},
      {"t=match.^a+$", R"({"t":"aaa"})", true},
      {"t=match.^a+$", R"({"t":"aab"})", false},
      {"t=imatch.B", R"({"t":"abc"})", true},
      {R"(t=match."^.{2,3}$")", R"({"t":"ab"})", true},
      // Only text has a pattern; of all else it is unknown.
      {"t=like.*", R"({"t":1})", false},
      {"t=not.like.*", R"({"t":1})", false},
      {"t=not.match.x", R"({"t":null})", false},
      {"t=not.match.x", R"({"t":"a"})", true},
  });
}

TEST(Filter, LooksIntoValues) {
  const std::string row =
      R"({"d":{"s":"Lahore","n":10,"o":{"x":null},"b":true},"l":["a",{"k":"v"},[]],"null":null})";
  expect_all({
      {"d->>s=eq.Lahore", row, true},
      {"d->>n=lt.9", row, true},  // as text
      {"d->n=lt.9", row, false},
      {"d->n=eq.10.0", row, true},
      {R"(d->s=eq."\"Lahore\"")", row, true},
      {"d->n=gt.\"\\\"Lahore\\\"\"", row, true},  // numbers come after text
      {"d->o->>x=is.null", row, true},
      {"d->o->x=is.null", row, false},  // JSON's null is a value
      {"d->o->x=eq.null", row, true},
      {"d->>b=eq.true", row, true},
      {R"(d->>o=eq."{\"x\":null}")", row, true},
      {R"(d->o=eq."{\"x\": null}")", row, true},
      {R"(d->o=neq."{\"x\": 1}")", row, true},
      {R"(d->o=eq."{\"x\": 1}")", row, false},
      {"d->n=in.(1,10)", row, true},
      {"d->n=not.in.(1,2)", row, true},
      {"d->none->>x=is.null", row, true},
      {"null->>x=is.null", row, true},
      {"null->0=is.null", row, true},
      {"l->>0=eq.a", row, true},
      {"l->1->>k=eq.v", row, true},
      {"l->-2->>k=eq.v", row, true},
      {"l->-4=is.null", row, true},
      {"l->3=is.null", row, true},
      {R"(l->"0"=is.null)", row, true},
      {"d->0=is.null", row, true},
      {"d->n->0=eq.10", row, true},  // a scalar is an array of one
      {"d->n->-1=eq.10", row, true},
      {"d->n->1=is.null", row, true},
      {"l->2=lt.0", row, true},  // an empty array comes before any scalar
      {"l=gt.0", row, false},
      {"or=(d->>s.eq.x,d->o->>x.is.null)", row, true},
  });
}

TEST(Filter, HasLimits) {
  const auto listed = [](std::size_t count, const std::string& item) {
    std::string text = item;
    for (std::size_t i = 1; i < count; ++i) text += "," + item;
    return text;
  };
  const auto accepts = [](const std::string& text) { return Filter::parse(text).ok(); };
  EXPECT_TRUE(accepts(listed(Filter::kMaxConditions, "a=eq.1")));
  EXPECT_FALSE(accepts(listed(Filter::kMaxConditions + 1, "a=eq.1")));
  EXPECT_TRUE(accepts("a=in.(" + listed(Filter::kMaxValues, "1") + ")"));
  EXPECT_FALSE(accepts("a=in.(" + listed(500, "1") + "),b=in.(" + listed(501, "1") + ")"));
  const auto nested = [](int depth) {
    std::string text = "and=(";
    for (int i = 1; i < depth; ++i) text += "or(";
    return text + "a.eq.1" + std::string(static_cast<std::size_t>(depth), ')');
  };
  EXPECT_TRUE(accepts(nested(Filter::kMaxDepth)));
  EXPECT_FALSE(accepts(nested(Filter::kMaxDepth + 1)));
  EXPECT_TRUE(accepts("a=eq." + std::string(Filter::kMaxLength - 5, 'x')));
  EXPECT_FALSE(accepts("a=eq." + std::string(Filter::kMaxLength - 4, 'x')));
  std::string columns = "c0=eq.1";
  for (std::size_t i = 1; i < Columns::kMost; ++i) columns += ",c" + std::to_string(i) + "=eq.1";
  EXPECT_TRUE(accepts(columns));
  EXPECT_FALSE(accepts(columns + ",more=eq.1"));
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
      {"n=in.()", R"({"n":1})", false},
      {"n=not.in.()", R"({"n":null})", true},
      {"n=not.in.(1,x)", R"({"n":2})", false},  // x cannot be compared
      {"b=in.(true,x)", R"({"b":true})", true},
      {"b=in.(true)", R"({"b":false})", false},
      {"b=not.in.(true)", R"({"b":false})", true},
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

// Found by the fuzzer: a pattern that breaks off inside a code point was read beyond its end.
TEST(Filter, StaysInsideAPatternThatIsCutOff) {
  for (const char* const op : {"like", "ilike", "match", "imatch"}) {
    for (const std::string_view cut :
         {"\xc3", "\xe6\x9d", "\xe6", "\xf0\x9f\x98", "\xf0", "\xff"}) {
      // On the heap and of its exact size, so that the sanitizer sees a read past its end.
      const std::string text = std::string("t=") + op + ".some text and then " + std::string(cut);
      const std::vector<char> bytes(text.begin(), text.end());
      const auto filter = Filter::parse({bytes.data(), bytes.size()});
      if (filter.ok()) EXPECT_FALSE(filter.value().matches(R"({"t":"some text and then é"})"));
    }
  }
}

}  // namespace
}  // namespace tidemark
