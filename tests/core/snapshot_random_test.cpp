// Thousands of random polls, events and edits against an oracle that keeps every row as a
// tree and looks everything up afresh.
#include <algorithm>
#include <map>

#include "base/random.h"
#include "harness.h"
#include "support/hand_in.h"

namespace tidemark::testing {
namespace {

// A server's table, and how its answers may be written.
class Table {
 public:
  Table(std::uint64_t seed, bool versioned) : random(seed), versioned_(versioned) {}

  bool one_in(std::int64_t times) { return random.up_to(times - 1) == 0; }

  Json& any() { return rows[index(rows.size())]; }

  Json insert() {
    const std::int64_t id = next_id_++;
    Json row{{"name", text()}, {"n", random.up_to(3)}, {"tags", {text(), nullptr}}};
    if (id % 3 == 0)
      row["id"] = id;
    else
      row["id"] = "id " + std::to_string(id) + (id % 5 == 0 ? "\n\xc3\xa9" : "");
    if (versioned_) row["version"] = ++version_;
    const auto at = one_in(3) ? 0 : one_in(2) ? rows.size() : index(rows.size() + 1);
    rows.insert(rows.begin() + static_cast<std::ptrdiff_t>(at), row);
    return row;
  }

  Json update() {
    Json& row = any();
    if (one_in(2)) row["n"] = random.up_to(1'000);
    if (one_in(3)) row["name"] = text();
    if (one_in(6)) row["extra"] = {{"deep", {1, text()}}};
    if (one_in(6)) row.erase("extra");
    if (versioned_) row["version"] = ++version_;
    return row;
  }

  // The row as it was, with its last version.
  Json remove() {
    const std::size_t at = index(rows.size());
    const Json row = rows[at];
    rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(at));
    return row;
  }

  void move() {
    const std::size_t from = index(rows.size());
    const std::size_t to = index(rows.size());
    const Json row = rows[from];
    rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(from));
    rows.insert(rows.begin() + static_cast<std::ptrdiff_t>(to), row);
  }

  void shuffle() {
    for (std::size_t i = rows.size(); i > 1; --i) std::swap(rows[i - 1], rows[index(i)]);
  }

  // As a server might write it: mostly the same way each time.
  std::string body() {
    const bool spaced = one_in(4);
    std::string out =
        spaced ? "\r\n{ \"count\" : 1.5e3, \"data\":{\"items\" :[\r\n" : R"({"data":{"items":[)";
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (i > 0) out.append(spaced ? " ,\t" : ",");
      out.append(one_in(30) ? respelled(rows[i]) : rows[i].dump());
    }
    return out.append(spaced ? " ] , \"next\":null}\r\n}\n" : "]}}");
  }

  std::vector<Json> rows;
  Random random;

 private:
  std::size_t index(std::size_t size) {
    return static_cast<std::size_t>(random.up_to(static_cast<std::int64_t>(size) - 1));
  }

  std::string text() {
    static const char* const kTexts[] = {
        "", "a", "]},{", "\"\\", "größe", "a text that fills more than one vector of bytes"};
    return kTexts[random.up_to(5)];
  }

  // The same row with other members first, other numbers and other escapes.
  static std::string respelled(const Json& row) {
    std::string out = "{ ";
    for (auto each = row.rbegin(); each != row.rend(); ++each) {
      if (out.size() > 2) out.append(" ,\n");
      out.append(Json(each.key()).dump()).append(" : ");
      if (each.key() == "n")
        out.append(each.value().dump()).append(".0e0");
      else
        out.append(each.value().dump(-1, ' ', true));
    }
    return out + "}";
  }

  bool versioned_;
  std::int64_t next_id_ = 1;
  std::int64_t version_ = 0;
};

class Replay {
 public:
  Replay(std::uint64_t seed, std::string entity)
      : harness_("{}", seed), table_(seed, entity == "projects"), entity_(std::move(entity)) {
    harness_.connect();
    view_ = harness_.engine.observe({entity_, "", "", "data.items", true}, ++harness_.now).value();
    harness_.answer_subscribes(false, 0);
    for (int i = 0; i < 12; ++i) table_.insert();
    poll();
  }

  void run(int steps) {
    for (int step = 0; step < steps; ++step) {
      SCOPED_TRACE(step);
      for (std::int64_t i = table_.random.up_to(3); i > 0; --i) change();
      if (table_.one_in(3)) edit();
      if (table_.one_in(4)) settle();
      if (table_.one_in(6)) overtaken_poll();
      if (table_.one_in(10)) bad_poll();
      if (table_.one_in(5)) roll_back();
      expect_the_rows();
      poll();
      if (::testing::Test::HasFailure()) return;
    }
  }

 private:
  // Something happens to the table; events may tell of it, or only the next poll.
  void change() {
    const bool told = table_.one_in(2);
    const bool long_enough = table_.rows.size() > 20;
    switch (table_.random.up_to(6)) {
      case 0:
      case 1:
        if (long_enough) return tell(told, "delete", table_.remove());
        return tell(told, "insert", table_.insert());
      case 2:
      case 3:
        if (!table_.rows.empty()) tell(told, "update", table_.update());
        return;
      case 4:
        if (!table_.rows.empty()) tell(told, "delete", table_.remove());
        return;
      case 5:
        if (!table_.rows.empty()) table_.move();
        return;
      default:
        if (table_.one_in(10)) table_.shuffle();
    }
  }

  void tell(bool told, const std::string& action, const Json& row) {
    untold_ = untold_ || !told;
    if (!told) return;
    harness_.frame(harness_.event(action, row, seq_ + 1, seq_, entity_));
    ++seq_;
  }

  void edit() {
    if (table_.rows.empty() || edits_.size() > 3) return;
    const Json id = table_.any()["id"];
    const Json patch{{"id", id}, {"name", "mine " + std::to_string(++edit_count_)}};
    const auto handle = harness_.engine.mutate("m" + std::to_string(edit_count_), entity_,
                                               Action::update, patch.dump(), ++harness_.now);
    ASSERT_TRUE(handle.ok());
    edits_.push_back({handle.value(), id, patch});
  }

  void settle() {
    if (edits_.empty()) return;
    ASSERT_EQ(harness_.engine.settle(edits_.front().handle, "", ++harness_.now), Error::none);
    edits_.erase(edits_.begin());
  }

  // An answer that events overtake takes nothing back.
  void overtaken_poll() {
    poll();
    const auto ticket = harness_.engine.begin_snapshot(view_, ++harness_.now).value();
    const std::string old = table_.body();
    for (int i = 0; i < 3; ++i) {
      if (table_.one_in(2))
        tell(true, "insert", table_.insert());
      else if (!table_.rows.empty() && table_.one_in(2))
        tell(true, "update", table_.update());
      else if (!table_.rows.empty())
        tell(true, "delete", table_.remove());
    }
    ASSERT_EQ(hand_in(ticket, old), Error::none);
  }

  // A body that breaks off, or names a row twice, changes nothing.
  void bad_poll() {
    const Json before = harness_.shown(view_);
    const std::string slots = Json::parse(harness_.engine.stats())["slots"].dump();
    std::string body = table_.body();
    if (table_.one_in(2) || table_.rows.empty())
      body.resize(static_cast<std::size_t>(
          table_.random.up_to(static_cast<std::int64_t>(body.size()) - 5)));
    else
      body.insert(body.find('[') + 1, R"({"id":"new"},)" + table_.rows.back().dump() + ",");
    const auto ticket = harness_.engine.begin_snapshot(view_, ++harness_.now).value();
    ASSERT_NE(hand_in(ticket, body), Error::none);
    ASSERT_EQ(harness_.shown(view_), before);
    ASSERT_EQ(Json::parse(harness_.engine.stats())["slots"].dump(), slots);
  }

  // JS could not take the batch: it comes again with the next.
  void roll_back() {
    harness_.engine.flush();
    harness_.engine.rollback();
  }

  // As a whole, or in parts that mostly cut rows.
  Error hand_in(std::uint32_t ticket, std::string_view body) {
    const auto part = static_cast<std::size_t>(table_.random.up_to(3) * table_.random.up_to(200));
    return support::hand_in(harness_.engine, ticket, body, part, ++harness_.now);
  }

  void poll() {
    const Json before = harness_.shown(view_);
    const std::size_t sent = harness_.rows_sent;
    const auto ticket = harness_.engine.begin_snapshot(view_, ++harness_.now).value();
    ASSERT_EQ(hand_in(ticket, table_.body()), Error::none);
    untold_ = false;
    if (table_.one_in(5)) roll_back();
    const Json after = harness_.shown(view_);
    ASSERT_EQ(after, expected());
    // I6: what did not change is not sent.
    std::map<std::string, const Json*> by_id;
    for (const Json& row : before) by_id[row["id"].dump()] = &row;
    std::size_t changed = 0;
    for (const Json& row : after) {
      const auto was = by_id.find(row["id"].dump());
      if (was == by_id.end() || *was->second != row) ++changed;
    }
    ASSERT_EQ(harness_.rows_sent - sent, changed);
    ASSERT_EQ(harness_.objects.size(), after.size());
  }

  // After events alone: the same rows, in whatever order.
  void expect_the_rows() {
    if (untold_) return;
    std::vector<Json> shown = harness_.shown(view_);
    std::vector<Json> rows = expected();
    std::sort(shown.begin(), shown.end());
    std::sort(rows.begin(), rows.end());
    ASSERT_EQ(shown, rows);
  }

  Json expected() const {
    Json rows = Json::array();
    for (Json row : table_.rows) {
      for (const Edit& each : edits_) {
        if (each.id == row["id"]) row.update(each.patch);
      }
      rows.push_back(row);
    }
    return rows;
  }

  struct Edit {
    MutationHandle handle = 0;
    Json id;
    Json patch;
  };

  Harness harness_;
  Table table_;
  std::string entity_;
  ViewId view_ = 0;
  std::int64_t seq_ = 0;
  int edit_count_ = 0;
  bool untold_ = false;
  std::vector<Edit> edits_;
};

TEST(SnapshotRandom, RowsWithVersionsFollowTheTable) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE(seed);
    Replay(seed, "projects").run(250);
  }
}

TEST(SnapshotRandom, RowsWithoutVersionsFollowTheTable) {
  for (std::uint64_t seed = 21; seed <= 26; ++seed) {
    SCOPED_TRACE(seed);
    Replay(seed, "notes").run(250);
  }
}

}  // namespace
}  // namespace tidemark::testing
