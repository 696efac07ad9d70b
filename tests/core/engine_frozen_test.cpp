// An engine over links that open and carry nothing.
#include "harness.h"

namespace tidemark {
namespace {

using testing::Harness;
using testing::Json;
using testing::project;

// I9: connections open, subscriptions go out, and nothing is ever answered.
TEST(EngineFallback, OverAFrozenLinkViewsArePolled) {
  for (const std::string dialect : {"native", "supabase", "centrifugo"}) {
    Harness harness(R"({"dialect":")" + dialect + "\"}");
    const ViewId view = harness.observe();
    harness.snapshot(view, Json::array({project(1, "a", 1)}));
    harness.engine.connect(harness.now);
    const Millis began = harness.now;
    std::vector<Millis> polls;
    while (harness.now < began + 600'000) {
      const auto effects = harness.effects();
      for (const Json& each : Harness::only(effects, "open")) {
        harness.engine.link_opened(each["link"], ++harness.now);
      }
      for (const Json& each : Harness::only(effects, "fetch")) {
        if (each["reason"] == "poll") polls.push_back(harness.now);
        harness.snapshot(view, Json::array({project(1, "a", 1)}));
      }
      harness.now = std::max(harness.now, harness.engine.deadline().value());
      harness.engine.tick(harness.now);
    }
    ASSERT_FALSE(polls.empty()) << dialect;
    EXPECT_LE(polls.front() - began, 120'000) << dialect;
    polls.push_back(harness.now);
    for (std::size_t i = 1; i < polls.size(); ++i) EXPECT_LE(polls[i] - polls[i - 1], 11'100);
    EXPECT_EQ(harness.log.find(R"("continuity":"live")"), std::string::npos) << dialect;
  }
}

}  // namespace
}  // namespace tidemark
