// A page, and what survives it of its edits.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "harness.h"

namespace tidemark::testing {

using List = Json::array_t;

// What survives the page: the texts of its edits, in the order in which they were made.
class Page {
 public:
  explicit Page(Policies policies = {}) : harness(R"({"keepEdits":true})") {
    Entity projects;
    projects.name = "projects";
    projects.version_field = "version";
    harness.engine.define_entity(projects, std::move(policies));
    harness.connect();
    view = harness.observe();
    harness.answer_subscribes(true, 0);
  }

  // What the core asks for; what it wants kept or forgotten is.
  std::vector<Json> effects() {
    std::vector<Json> all = harness.effects();
    for (const Json& each : all) {
      const std::string key = each.value("key", "");
      if (each["op"] == "forget")
        std::erase_if(kept, [&](const auto& k) { return k.first == key; });
      if (each["op"] == "keep") keep(key, each["saved"]);
    }
    return all;
  }
  std::vector<Json> only(const char* op) { return Harness::only(effects(), op); }
  // The data of what is sent.
  Json sent() {
    Json data = Json::array();
    for (const Json& each : only("submit")) {
      data.push_back(each["data"]);
      last = each["mutation"];
    }
    return data;
  }

  MutationHandle edit(Action action, const Json& data) {
    const std::string key = "m" + std::to_string(++made);
    return harness.engine.mutate(key, "projects", action, data.dump(), ++harness.now).value();
  }
  Result<MutationHandle> restore(const std::string& saved) {
    return harness.engine.restore(saved, ++harness.now);
  }
  void restore_all(const Page& earlier) {
    kept = earlier.kept;
    made = earlier.made;
    for (const auto& [key, saved] : earlier.kept) ASSERT_TRUE(restore(saved).ok()) << saved;
  }
  // The page shows a row, and ends with an edit of it that was never sent.
  void leave(const Json& row, const Json& change) {
    read(List{row});
    offline(true);
    edit(Action::update, change);
    effects();
  }
  void settle(const Json& row) {
    ASSERT_EQ(harness.engine.settle(last, row.dump(), ++harness.now), Error::none);
  }
  bool fail(bool network) { return harness.engine.fail(last, network, ++harness.now).value(); }
  void offline(bool on) { harness.engine.pause(PauseReason::offline, on, ++harness.now); }
  void read(const Json& rows) { harness.snapshot(view, rows); }
  Json shown() { return harness.shown(view); }
  void event(const std::string& action, const Json& row, const std::string& mutation = "") {
    Json event = harness.event(action, row, seq + 1, seq);
    ++seq;
    event["mutation"] = mutation;
    harness.frame(event);
  }

  Harness harness;
  ViewId view = 0;
  std::vector<std::pair<std::string, std::string>> kept;
  MutationHandle last = 0;

 private:
  void keep(const std::string& key, const std::string& saved) {
    for (auto& [known, text] : kept) {
      if (known != key) continue;
      text = saved;
      return;
    }
    kept.emplace_back(key, saved);
  }

  int made = 0;
  std::int64_t seq = 0;
};

inline Json patch(int id, const std::string& name) { return {{"id", id}, {"name", name}}; }

}  // namespace tidemark::testing
