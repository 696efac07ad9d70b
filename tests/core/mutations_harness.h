// A page with two lists over an open link, and edits of their rows.
#pragma once

#include "harness.h"

namespace tidemark::testing {

class MutationsHarness : public ::testing::Test {
 protected:
  using List = Json::array_t;

  void SetUp() override {
    harness.connect();
    view = harness.observe();
    notes = harness.observe("notes");
    for (const Json& each : Harness::only(harness.effects(), "send")) {
      const Json message = Json::parse(each["text"].get<std::string>());
      const std::string sub = message["entity"];
      harness.frame({{"op", "subscribed"}, {"ref", message["ref"]}, {"sub", sub}});
    }
    harness.sub = "projects";
    harness.snapshot(view, List{project(1, "a", 1), project(2, "b", 1)});
    harness.snapshot(notes, List{{{"id", 1}, {"text", "t"}}});
    harness.flush();
    harness.effects();
  }

  MutationHandle edit(Action action, const Json& data, const std::string& entity = "projects") {
    const std::string id = "m" + std::to_string(++made);
    return harness.engine.mutate(id, entity, action, data.dump(), ++harness.now).value();
  }
  void policies(decltype(Policies::fields) fields) {
    Entity projects;
    projects.name = "projects";
    projects.version_field = "version";
    Policies policies;
    policies.fields = std::move(fields);
    harness.engine.define_entity(projects, policies);
  }
  std::vector<Json> submitted() { return Harness::only(harness.effects(), "submit"); }
  void settle(MutationHandle handle, const Json& row) {
    ASSERT_EQ(harness.engine.settle(handle, row.dump(), ++harness.now), Error::none);
  }
  void fail(MutationHandle handle) {
    ASSERT_EQ(harness.engine.settle(handle, "", ++harness.now), Error::none);
  }
  void event(const std::string& action, const Json& row, const std::string& mutation = "",
             const std::string& entity = "projects") {
    harness.frame({{"type", "realtime"},
                   {"id", "x" + std::to_string(++events)},
                   {"entity", entity},
                   {"action", action},
                   {"data", row},
                   {"sub", entity},
                   {"mutation", mutation}});
  }
  void offline(bool on) { harness.engine.pause(PauseReason::offline, on, ++harness.now); }
  void pong() { harness.frame({{"op", "pong"}}); }
  // The link held, and says so.
  void back_online() {
    offline(false);
    pong();
  }

  Harness harness;
  ViewId view = 0;
  ViewId notes = 0;
  int made = 0;
  int events = 0;
};

}  // namespace tidemark::testing
