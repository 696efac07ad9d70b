// What the store keeps of what nobody sees, what it costs, and whether it holds what a map holds.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "store/row_store.h"

namespace tidemark {
namespace {

class HiddenRowsTest : public testing::Test {
 protected:
  void insert(int id) {
    const std::string text = "{\"id\":" + std::to_string(id) + "}";
    RowChange change;
    change.entity = entity_;
    change.action = Action::insert;
    change.row = text;
    change.as_of = ++now_;
    store_.apply(slot(id), change, now_);
  }
  Slot slot(int id) { return store_.slot_for(entity_, std::to_string(id)); }
  bool knows(int id) const { return store_.find(entity_, std::to_string(id)) != nullptr; }

  RowStore store_{HashKey{1, 2}, StoreLimits{.tombstones = 10, .hidden_rows = 3}};
  EntityId entity_ = store_.define({"notes", "id", ""});
  Tick now_ = 0;
};

TEST_F(HiddenRowsTest, I7OnlyTheLastRowsThatNobodyShowsAreKept) {
  for (int id = 1; id <= 6; ++id) {
    insert(id);
    store_.shown(slot(id), id == 1);
  }
  // The first is shown; of the others the oldest two went.
  EXPECT_TRUE(knows(1));
  EXPECT_FALSE(knows(2));
  EXPECT_FALSE(knows(3));
  for (const int id : {4, 5, 6}) EXPECT_TRUE(knows(id)) << id;
  EXPECT_EQ(store_.hidden_count(), 3U);
  EXPECT_EQ(store_.row_count(), 4U);
}

TEST_F(HiddenRowsTest, ARowThatIsShownAgainIsNotForgotten) {
  for (int id = 1; id <= 3; ++id) {
    insert(id);
    store_.shown(slot(id), false);
    store_.shown(slot(id), false);
  }
  EXPECT_EQ(store_.hidden_count(), 3U);
  store_.shown(slot(2), true);
  EXPECT_EQ(store_.hidden_count(), 2U);
  for (int id = 4; id <= 6; ++id) {
    insert(id);
    store_.shown(slot(id), false);
  }
  EXPECT_TRUE(knows(2));
  EXPECT_FALSE(knows(1));
  EXPECT_FALSE(knows(3));
}

TEST_F(HiddenRowsTest, PinnedRowsAndTombstonesStay) {
  for (int id = 1; id <= 2; ++id) insert(id);
  store_.pin(slot(1));
  store_.shown(slot(1), false);
  store_.shown(slot(2), false);
  RowChange change;
  change.entity = entity_;
  change.action = Action::erase;
  change.as_of = ++now_;
  store_.apply(slot(2), change, now_);
  EXPECT_EQ(store_.hidden_count(), 1U);
  EXPECT_EQ(store_.tombstone_count(), 1U);
  for (int id = 3; id <= 9; ++id) {
    insert(id);
    store_.shown(slot(id), false);
  }
  EXPECT_TRUE(knows(1));
  EXPECT_TRUE(knows(2));
  EXPECT_EQ(store_.hidden_count(), 3U);
}

TEST_F(HiddenRowsTest, WhatWasForgottenIsKnownToBeMissing) {
  for (int id = 1; id <= 5; ++id) {
    insert(id);
    store_.shown(slot(id), false);
  }
  // Rows 1 and 2 went, which changed at ticks 1 and 2.
  EXPECT_TRUE(store_.has_forgotten_since(entity_, 1));
  EXPECT_FALSE(store_.has_forgotten_since(entity_, 2));
}

// Two thirds of a row's text are shared with real lists: ids as uuids, texts, numbers.
TEST(RowStoreMemory, AHundredThousandRowsCostAtMostHalfMoreThanTheirJson) {
  RowStore store(HashKey{1, 2}, StoreLimits{});
  const EntityId entity = store.define({"projects", "id", "version"});
  Random random(1);
  std::size_t json = 0;
  for (int i = 0; i < 100'000; ++i) {
    std::string row = R"({"id":"00000000-0000-4000-8000-)" + std::to_string(100'000'000'000 + i) +
                      R"(","version":)" + std::to_string(i) + R"(,"text":")";
    row.append(480 - row.size() - 2 - static_cast<std::size_t>(random.up_to(40)) + 20, 'x');
    row.append("\"}");
    json += row.size();
    RowChange change;
    change.entity = entity;
    change.row = row;
    change.version = store.entity(entity).version_of(row);
    std::string spelled;
    store.apply(store.slot_for(entity, *store.entity(entity).key_of(row, spelled)), change, 1);
  }
  EXPECT_NEAR(static_cast<double>(json) / 100'000, 480, 2);
  EXPECT_GT(store.bytes(), json);
  EXPECT_LE(store.bytes(), json * 3 / 2);
  store.forget(entity);
  EXPECT_LE(store.bytes(), json / 3);
}

TEST(RowStoreMemory, AnIdLiesWithinItsRowsText) {
  for (const std::string& id : {"\"" + std::string(20'000, 'x') + "\"", std::string(20'000, '7')}) {
    RowStore store(HashKey{1, 2}, StoreLimits{});
    const EntityId entity = store.define({"projects", "id", "version"});
    const std::string row = R"({"id":)" + id + R"(,"version":1})";
    std::string spelled;
    const auto identity = store.entity(entity).identify(row, spelled);
    const Slot slot = store.slot_for(entity, identity->key);
    const std::size_t before = store.bytes();
    RowChange change;
    change.entity = entity;
    change.row = row;
    for (const bool known : {false, true}) {
      if (known) change.take(*identity);
      store.apply(slot, change, 1);
      EXPECT_LT(store.bytes(), before + 1'000) << known;
      EXPECT_EQ(store.find(entity, identity->key), &store.row(slot));
      // Deleted, it is known by its key alone.
      change.action = Action::erase;
      store.apply(slot, change, 2);
      EXPECT_EQ(store.find(entity, identity->key), &store.row(slot));
      change.action = Action::insert;
    }
  }
}

// Inserts, updates and deletes of few ids, in a store that has to forget: what it holds is
// what a map holds that is told of the same.
TEST(RowStoreRandom, HoldsWhatAMapHolds) {
  Random random(11);
  RowStore store(HashKey{1, 2}, StoreLimits{.tombstones = 1'000, .hidden_rows = 1'000});
  const EntityId entity = store.define({"notes", "id", ""});
  std::map<std::string, std::string> rows;
  std::map<std::string, std::string> mirrors;
  for (Tick now = 1; now < 30'000; ++now) {
    const std::string id = std::to_string(random.up_to(400));
    const bool is_text = random.up_to(1) == 0;
    const std::string key = is_text ? "\"" + id : id;
    const std::string written = is_text ? "\"" + id + "\"" : id;
    const std::string row = "{\"id\":" + written + ",\"n\":" + std::to_string(now) + ",\"t\":\"" +
                            std::string(static_cast<std::size_t>(random.up_to(900)), 'x') + "\"}";
    RowChange change;
    change.entity = entity;
    change.as_of = now;
    change.action = random.up_to(2) == 0 ? Action::erase : Action::insert;
    if (change.action == Action::insert) change.row = row;
    const Slot slot = store.slot_for(entity, key);
    store.apply(slot, change, now);
    if (change.action == Action::insert)
      rows[key] = row;
    else
      rows.erase(key);
    if (random.up_to(3) == 0 && rows.contains(key)) {
      store.mirror(slot, store.row(slot).bytes);
      mirrors[key] = row;
    }
    if (random.up_to(9) == 0) {
      store.unmirror(slot);
      mirrors.erase(key);
    }
    const auto held = rows.find(key);
    ASSERT_EQ(store.row(slot).bytes, held == rows.end() ? "" : held->second);
    if (now % 3'000 != 0) continue;
    ASSERT_EQ(store.row_count(), rows.size());
    ASSERT_EQ(store.row_count(entity), rows.size());
    for (const auto& [each, text] : rows) {
      ASSERT_NE(store.find(entity, each), nullptr);
      ASSERT_EQ(store.find(entity, each)->bytes, text);
    }
    for (const auto& [each, text] : mirrors) ASSERT_EQ(store.find(entity, each)->mirror, text);
  }
}

TEST(RowStoreRandom, TheIndexSurvivesRunsOfInsertsAndRemovals) {
  Random random(13);
  RowStore store(HashKey{1, 2}, 10);
  const EntityId entity = store.define({"notes", "id", ""});
  std::set<std::string> known;
  for (int step = 0; step < 40'000; ++step) {
    const std::string key = std::to_string(random.up_to(3'000));
    const Slot slot = store.slot_for(entity, key);
    known.insert(key);
    if (random.up_to(1) == 0) {
      store.forget_if_empty(slot);
      known.erase(key);
    }
    ASSERT_EQ(store.slots_in_use(), known.size());
  }
  for (int id = 0; id <= 3'000; ++id) {
    const std::string key = std::to_string(id);
    ASSERT_EQ(store.find(entity, key) != nullptr, known.contains(key)) << id;
  }
}

}  // namespace
}  // namespace tidemark
