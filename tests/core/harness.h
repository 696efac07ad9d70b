// Drives an Engine as the outside would: performs its effects against a scripted server and
// shows what a page would show.
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "engine.h"
#include "shown_rows.h"

namespace tidemark::testing {

class Harness : public ShownRows {
 public:
  explicit Harness(std::string_view config = "{}", std::uint64_t seed = 1)
      : engine(Config::parse(config).value(), seed) {
    Entity projects;
    projects.name = "projects";
    projects.version_field = "version";
    engine.define_entity(projects);
    Entity notes;  // rows without versions
    notes.name = "notes";
    engine.define_entity(notes);
  }

  // Everything asked for since the last call; also kept in `log`.
  std::vector<Json> effects() {
    const std::string text = engine.take_effects();
    log += text;
    if (text.empty()) return {};
    return Json::parse(text, nullptr, false).get<std::vector<Json>>();
  }

  static std::vector<Json> only(const std::vector<Json>& effects, std::string_view op) {
    std::vector<Json> found;
    for (const Json& each : effects) {
      if (each["op"] == std::string(op)) found.push_back(each);
    }
    return found;
  }

  // Connects over WebSocket; remembers the link.
  void connect() {
    engine.connect(now);
    open_next();
  }
  void open_next() {
    const auto opened = only(effects(), "open");
    link = opened.back()["link"].get<LinkId>();
    transport = opened.back()["transport"].get<std::string>();
    engine.link_opened(link, ++now);
  }

  // Answers every subscribe that was sent.
  void answer_subscribes(bool recovered, std::int64_t seq, const std::string& epoch = "e1") {
    for (const Json& each : only(effects(), "send")) {
      const Json message = Json::parse(each["text"].get<std::string>());
      if (message["op"] != "subscribe") continue;
      sub = "s" + message["ref"].get<std::string>();
      since = message.contains("since") ? message["since"] : Json();
      frame({{"op", "subscribed"},
             {"ref", message["ref"]},
             {"sub", sub},
             {"epoch", epoch},
             {"seq", seq},
             {"recovered", recovered}});
    }
  }

  void frame(const Json& message) { engine.frame(link, message.dump(), ++now); }

  Json event(const std::string& action, const Json& row, std::int64_t seq, std::int64_t prev,
             const std::string& entity = "projects", const std::string& epoch = "e1") {
    return {{"type", "realtime"}, {"id", epoch + ":" + std::to_string(seq)},
            {"entity", entity},   {"action", action},
            {"data", row},        {"timestamp", "2026-01-01T00:00:00Z"},
            {"sub", sub},         {"epoch", epoch},
            {"seq", seq},         {"prev", prev}};
  }

  ViewId observe(const std::string& entity = "projects", const std::string& filter = "",
                 const std::string& order = "") {
    return engine.observe({entity, filter, order, "", true}, ++now).value();
  }

  void snapshot(ViewId view, const Json& rows) {
    const auto ticket = engine.begin_snapshot(view, ++now).value();
    ASSERT_EQ(engine.end_snapshot(ticket, rows.dump(), ++now), Error::none);
  }

  // Takes the batch as JS would: objects by slot, a list of slots by view.
  void flush() {
    const std::string_view batch = engine.flush();
    if (batch.empty()) return;
    ++flushes;
    take(batch);
    engine.commit();
  }

  // What the page shows for a view.
  Json shown(ViewId view) {
    flush();
    return rows_of(view);
  }

  Engine engine;
  Millis now = 1'000'000;
  LinkId link = 0;
  std::string transport;
  std::string sub;
  Json since;
  std::string log;
  std::size_t flushes = 0;
};

inline Json project(int id, const std::string& name, int version) {
  return {{"id", id}, {"name", name}, {"version", version}};
}

}  // namespace tidemark::testing
