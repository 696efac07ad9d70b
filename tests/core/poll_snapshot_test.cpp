#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "poll/snapshot.h"

namespace tidemark::poll {
namespace {

const Entity kEntity{"projects", "id", "version"};

TEST(ReadRows, ReadsTheListAtAPath) {
  const std::string body = R"( {"data":{"items":[ {"id":2,"n":1.0} , {"id":"2"},{"id":1}]}} )";
  const auto rows = read_rows(body, "data.items", kEntity);
  ASSERT_TRUE(rows.ok());
  ASSERT_EQ(rows.value().size(), 3U);
  EXPECT_EQ(rows.value()[0].key, "2");
  EXPECT_EQ(rows.value()[0].bytes, R"({"id":2,"n":1.0})");
  EXPECT_EQ(rows.value()[1].key, "\"2");
  EXPECT_EQ(rows.value()[2].key, "1");
}

TEST(ReadRows, ReadsAListAtTheTop) {
  const auto rows = read_rows(" [{\"id\":1}]\n", "", kEntity);
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ(rows.value().size(), 1U);
  const auto none = read_rows("[]", "", kEntity);
  ASSERT_TRUE(none.ok());
  EXPECT_TRUE(none.value().empty());
}

TEST(ReadRows, SaysWhyItRefuses) {
  struct Case {
    std::string body;
    std::string path;
    Error error;
  };
  const std::vector<Case> cases{
      {"", "", Error::malformed_json},
      {"[{\"id\":1}", "", Error::malformed_json},
      {"[{\"id\":1}]<html>", "", Error::malformed_json},
      {std::string(600, '['), "", Error::too_deep},
      {"{}", "", Error::not_a_list},
      {"null", "", Error::not_a_list},
      {R"({"data":[]})", "items", Error::not_a_list},
      {R"({"data":{}})", "data", Error::not_a_list},
      {R"([{"id":1}])", "data", Error::not_a_list},
      {R"([{"id":1},2])", "", Error::not_a_list},
      {R"([[]])", "", Error::not_a_list},
      {R"([{"id":1},{"ID":2}])", "", Error::missing_id},
      {R"([{"id":null}])", "", Error::missing_id},
      {R"([{"id":1},{"id":2},{"id":1}])", "", Error::duplicate_id},
      {R"([{"id":"a"},{"id":"\u0061"}])", "", Error::duplicate_id},
  };
  for (const Case& each : cases) {
    const auto rows = read_rows(each.body, each.path, kEntity);
    EXPECT_FALSE(rows.ok()) << each.body;
    EXPECT_EQ(rows.error(), each.error) << each.body;
  }
}

class SnapshotTest : public testing::Test {
 protected:
  SnapshotTest() { entity_ = store_.define(kEntity); }

  void hold(Action action, std::string key, std::string_view row, Tick now) {
    RowChange change;
    change.entity = entity_;
    change.action = action;
    change.key = std::move(key);
    change.row = row;
    change.version = kEntity.version_of(row);
    change.as_of = now;
    Slot slot = 0;
    store_.apply(change, now, slot);
  }

  static std::vector<ListedRow> listed(std::string_view body) {
    const auto rows = read_rows(body, "", kEntity);
    EXPECT_TRUE(rows.ok());
    return rows.value();
  }

  RowStore store_{HashKey{1, 2}, 10};
  EntityId entity_ = 0;
};

TEST_F(SnapshotTest, TellsNewAndChangedRows) {
  hold(Action::insert, "1", R"({"id":1,"version":1})", 1);
  hold(Action::insert, "2", R"({"id":2,"version":1})", 1);
  const auto rows = listed(R"([{"id":3,"version":1},{"id":1,"version":1},{"id":2,"version":2}])");
  const auto changes = changed_rows(rows, entity_, store_, 7);
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].action, Action::insert);
  EXPECT_EQ(changes[0].key, "3");
  EXPECT_EQ(changes[0].row, R"({"id":3,"version":1})");
  EXPECT_EQ(changes[0].as_of, 7U);
  EXPECT_EQ(changes[0].entity, entity_);
  EXPECT_TRUE(changes[0].version == Version::parse("1"));
  EXPECT_EQ(changes[1].action, Action::update);
  EXPECT_EQ(changes[1].key, "2");
  EXPECT_TRUE(changes[1].version == Version::parse("2"));
}

TEST_F(SnapshotTest, ComparesBytes) {
  hold(Action::insert, "1", R"({"id":1,"version":1})", 1);
  EXPECT_TRUE(changed_rows(listed(R"([{"id":1,"version":1}])"), entity_, store_, 7).empty());
  EXPECT_EQ(changed_rows(listed(R"([{"id":1, "version":1}])"), entity_, store_, 7).size(), 1U);
}

TEST_F(SnapshotTest, ADeletedRowThatIsListedIsAnInsert) {
  hold(Action::insert, "1", R"({"id":1,"version":1})", 1);
  hold(Action::erase, "1", R"({"id":1,"version":1})", 2);
  const auto changes = changed_rows(listed(R"([{"id":1,"version":1}])"), entity_, store_, 7);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].action, Action::insert);
}

TEST_F(SnapshotTest, TellsRowsThatVanished) {
  hold(Action::insert, "1", R"({"id":1,"version":1})", 1);
  hold(Action::insert, "2", R"({"id":2,"version":4})", 5);
  hold(Action::insert, "3", R"({"id":3,"version":1})", 6);
  hold(Action::insert, "4", R"({"id":4,"version":1})", 1);
  hold(Action::erase, "4", R"({"id":4,"version":1})", 2);
  const auto rows = listed(R"([{"id":1,"version":1}])");
  // Row 3 came after the request left, row 4 is gone already.
  std::vector<std::string> deleted;
  for (const RowChange& each : vanished_rows(rows, entity_, store_, 5)) {
    EXPECT_EQ(each.action, Action::erase);
    EXPECT_EQ(each.as_of, 5U);
    Slot slot = 0;
    if (store_.apply(each, 9, slot) == Outcome::deleted) deleted.push_back(each.key);
  }
  EXPECT_EQ(deleted, std::vector<std::string>{"2"});
  EXPECT_EQ(store_.row_count(), 2U);
}

TEST_F(SnapshotTest, OtherEntitiesDoNotVanish) {
  const EntityId other = store_.define({"notes", "id", ""});
  hold(Action::insert, "1", R"({"id":1,"version":1})", 1);
  EXPECT_TRUE(vanished_rows({}, other, store_, 9).empty());
  EXPECT_EQ(vanished_rows({}, entity_, store_, 9).size(), 1U);
}

}  // namespace
}  // namespace tidemark::poll
