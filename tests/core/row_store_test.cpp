#include "store/row_store.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"

namespace tidemark {
namespace {

class RowStoreTest : public testing::Test {
 protected:
  RowStoreTest() {
    entity_ = store_.define({"projects", "id", "version"});
    plain_ = store_.define({"notes", "id", ""});
  }

  RowChange change(EntityId entity, Action action, std::string_view row, Tick as_of) const {
    RowChange out;
    out.entity = entity;
    out.action = action;
    out.key = *store_.entity(entity).key_of(row);
    out.row = row;
    out.version = store_.entity(entity).version_of(row);
    out.as_of = as_of;
    return out;
  }

  // An event or an answer whose request left at `as_of`, at tick `now`.
  Outcome apply(EntityId entity, Action action, std::string_view row, Tick now, Tick as_of) {
    Slot slot = 0;
    return store_.apply(change(entity, action, row, as_of), now, slot);
  }
  Outcome event(EntityId entity, Action action, std::string_view row) {
    ++now_;
    return apply(entity, action, row, now_, now_);
  }

  const Row& row(EntityId entity, const std::string& key) const {
    const Row* found = store_.find(entity, key);
    EXPECT_NE(found, nullptr);
    static const Row kNone;
    return found == nullptr ? kNone : *found;
  }

  RowStore store_{HashKey{1, 2}, 3};
  EntityId entity_ = 0;
  EntityId plain_ = 0;
  Tick now_ = 0;
};

TEST_F(RowStoreTest, KeysTellTextFromNumbers) {
  const Entity& entity = store_.entity(entity_);
  EXPECT_EQ(entity.key_of(R"({"id":5})"), "5");
  EXPECT_EQ(entity.key_of(R"({"id":"5"})"), "\"5");
  EXPECT_EQ(entity.key_of(R"({"id":"\u0041"})"), "\"A");
  EXPECT_EQ(entity.key_of(R"({"id":12345678901234567890})"), "12345678901234567890");
  EXPECT_EQ(entity.key_of(R"({"id":null})"), std::nullopt);
  EXPECT_EQ(entity.key_of(R"({"id":true})"), std::nullopt);
  EXPECT_EQ(entity.key_of(R"({"id":[5]})"), std::nullopt);
  EXPECT_EQ(entity.key_of(R"({"ID":5})"), std::nullopt);
}

TEST_F(RowStoreTest, DefiningAgainKeepsTheId) {
  EXPECT_EQ(store_.define({"projects", "key", ""}), entity_);
  EXPECT_EQ(store_.entity(entity_).id_field, "key");
  EntityId id = 99;
  EXPECT_NE(store_.find_entity("notes", id), nullptr);
  EXPECT_EQ(id, plain_);
  EXPECT_EQ(store_.find_entity("none", id), nullptr);
}

TEST_F(RowStoreTest, InsertsUpdatesDeletes) {
  EXPECT_EQ(store_.find(entity_, "5"), nullptr);
  EXPECT_EQ(event(entity_, Action::insert, R"({"id":5,"version":1})"), Outcome::inserted);
  EXPECT_EQ(row(entity_, "5").bytes, R"({"id":5,"version":1})");
  EXPECT_EQ(row(entity_, "5").tick, 1U);
  EXPECT_EQ(event(entity_, Action::update, R"({"id":5,"version":2,"n":1.0})"), Outcome::updated);
  EXPECT_EQ(row(entity_, "5").bytes, R"({"id":5,"version":2,"n":1.0})");
  EXPECT_EQ(row(entity_, "5").tick, 2U);
  EXPECT_EQ(store_.row_count(), 1U);
  EXPECT_EQ(event(entity_, Action::erase, R"({"id":5})"), Outcome::deleted);
  EXPECT_EQ(row(entity_, "5").state, RowState::deleted);
  EXPECT_EQ(row(entity_, "5").bytes, "");
  EXPECT_EQ(store_.row_count(), 0U);
  EXPECT_EQ(store_.tombstone_count(), 1U);
}

TEST_F(RowStoreTest, AnUpdateOfAnUnknownRowInsertsIt) {
  EXPECT_EQ(event(entity_, Action::update, R"({"id":5,"version":1})"), Outcome::inserted);
  EXPECT_EQ(event(plain_, Action::update, R"({"id":5})"), Outcome::inserted);
  EXPECT_EQ(store_.row_count(), 2U);
}

TEST_F(RowStoreTest, TheSameMeaningIsNoChange) {
  event(plain_, Action::insert, R"({"id":5,"a":1})");
  EXPECT_EQ(event(plain_, Action::update, R"({ "a": 1.0, "id": 5 })"), Outcome::unchanged);
  EXPECT_EQ(row(plain_, "5").bytes, R"({"id":5,"a":1})");
}

TEST_F(RowStoreTest, I3LateVersionsAreStale) {
  event(entity_, Action::insert, R"({"id":5,"version":10})");
  EXPECT_EQ(event(entity_, Action::update, R"({"id":5,"version":9})"), Outcome::stale);
  EXPECT_EQ(event(entity_, Action::erase, R"({"id":5,"version":9})"), Outcome::stale);
  EXPECT_EQ(row(entity_, "5").bytes, R"({"id":5,"version":10})");
  EXPECT_EQ(row(entity_, "5").tick, 1U);
  // However late the newer one comes, it is newer.
  EXPECT_EQ(apply(entity_, Action::update, R"({"id":5,"version":11})", 20, 0), Outcome::updated);
}

TEST_F(RowStoreTest, I3AnEqualVersionGoesByWhenItLeft) {
  apply(entity_, Action::insert, R"({"id":5,"version":10,"a":1})", 5, 5);
  EXPECT_EQ(apply(entity_, Action::update, R"({"id":5,"version":10,"a":2})", 7, 4), Outcome::stale);
  EXPECT_EQ(apply(entity_, Action::update, R"({"id":5,"version":10,"a":1})", 7, 4),
            Outcome::unchanged);
  EXPECT_EQ(apply(entity_, Action::update, R"({"id":5,"version":10,"a":3})", 8, 6),
            Outcome::updated);
}

TEST_F(RowStoreTest, I3WithoutVersionsAnOldAnswerLosesToAnEvent) {
  apply(plain_, Action::insert, R"({"id":5,"a":1})", 5, 5);
  EXPECT_EQ(apply(plain_, Action::update, R"({"id":5,"a":2})", 9, 4), Outcome::stale);
  EXPECT_EQ(apply(plain_, Action::erase, R"({"id":5})", 9, 4), Outcome::stale);
  EXPECT_EQ(row(plain_, "5").bytes, R"({"id":5,"a":1})");
  EXPECT_EQ(apply(plain_, Action::update, R"({"id":5,"a":2})", 10, 5), Outcome::updated);
  EXPECT_EQ(row(plain_, "5").tick, 10U);
  EXPECT_EQ(apply(plain_, Action::erase, R"({"id":5})", 12, 11), Outcome::deleted);
}

TEST_F(RowStoreTest, I3AMissingVersionGoesByWhenItLeft) {
  apply(entity_, Action::insert, R"({"id":5,"version":10})", 5, 5);
  EXPECT_EQ(apply(entity_, Action::update, R"({"id":5})", 9, 4), Outcome::stale);
  EXPECT_EQ(apply(entity_, Action::update, R"({"id":5,"a":1})", 9, 6), Outcome::updated);
  // The version that was known stays known.
  EXPECT_EQ(apply(entity_, Action::update, R"({"id":5,"version":9})", 10, 10), Outcome::stale);
}

TEST_F(RowStoreTest, I2ATombstoneStopsLateUpdates) {
  event(entity_, Action::insert, R"({"id":5,"version":10})");
  event(entity_, Action::erase, R"({"id":5,"version":10})");
  for (const char* late : {R"({"id":5,"version":9})", R"({"id":5,"version":10})", R"({"id":5})"}) {
    EXPECT_EQ(event(entity_, Action::update, late), Outcome::stale) << late;
  }
  EXPECT_EQ(event(entity_, Action::insert, R"({"id":5,"version":10})"), Outcome::stale);
  EXPECT_EQ(row(entity_, "5").state, RowState::deleted);
  EXPECT_EQ(event(entity_, Action::update, R"({"id":5,"version":11})"), Outcome::inserted);
  EXPECT_EQ(row(entity_, "5").bytes, R"({"id":5,"version":11})");
  EXPECT_EQ(store_.tombstone_count(), 0U);
  EXPECT_EQ(store_.row_count(), 1U);
}

TEST_F(RowStoreTest, I2WithoutVersionsOnlyANewerInsertBringsARowBack) {
  apply(plain_, Action::insert, R"({"id":5})", 1, 1);
  apply(plain_, Action::erase, R"({"id":5})", 5, 5);
  EXPECT_EQ(apply(plain_, Action::update, R"({"id":5})", 6, 6), Outcome::stale);
  // An answer whose request left before the delete still lists the row.
  EXPECT_EQ(apply(plain_, Action::insert, R"({"id":5})", 7, 4), Outcome::stale);
  EXPECT_EQ(row(plain_, "5").state, RowState::deleted);
  EXPECT_EQ(apply(plain_, Action::insert, R"({"id":5})", 8, 8), Outcome::inserted);
  EXPECT_EQ(store_.tombstone_count(), 0U);
}

TEST_F(RowStoreTest, I2ADeleteThatOvertakesItsInsertStands) {
  EXPECT_EQ(event(entity_, Action::erase, R"({"id":5,"version":10})"), Outcome::unchanged);
  EXPECT_EQ(store_.tombstone_count(), 1U);
  EXPECT_EQ(event(entity_, Action::insert, R"({"id":5,"version":9})"), Outcome::stale);
  EXPECT_EQ(event(entity_, Action::erase, R"({"id":5,"version":12})"), Outcome::unchanged);
  EXPECT_EQ(event(entity_, Action::update, R"({"id":5,"version":11})"), Outcome::stale);
  EXPECT_EQ(store_.tombstone_count(), 1U);
}

TEST_F(RowStoreTest, TombstonesAreBoundedOldestFirst) {
  for (const char* id : {"1", "2", "3", "4"}) {
    const std::string text = R"({"id":)" + std::string(id) + R"(,"version":1})";
    event(entity_, Action::insert, text);
    event(entity_, Action::erase, text);
    EXPECT_LE(store_.tombstone_count(), 3U);
  }
  EXPECT_EQ(store_.find(entity_, "1"), nullptr);
  for (const char* id : {"2", "3", "4"}) EXPECT_NE(store_.find(entity_, id), nullptr) << id;
  // Slots of forgotten rows are used again.
  const std::size_t limit = store_.slot_limit();
  event(entity_, Action::insert, R"({"id":9,"version":1})");
  EXPECT_EQ(store_.slot_limit(), limit);
  EXPECT_EQ(row(entity_, "9").bytes, R"({"id":9,"version":1})");
}

TEST_F(RowStoreTest, PinnedTombstonesOutliveTheOthers) {
  const Slot pinned = store_.slot_for(entity_, "1");
  store_.pin(pinned);
  for (const char* id : {"1", "2", "3", "4"}) {
    event(entity_, Action::erase, R"({"id":)" + std::string(id) + R"(,"version":1})");
  }
  EXPECT_EQ(store_.find(entity_, "2"), nullptr);
  EXPECT_EQ(row(entity_, "1").state, RowState::deleted);
  EXPECT_EQ(store_.tombstone_count(), 3U);
}

TEST_F(RowStoreTest, UnpinnedTombstonesAreForgottenDownToTheBound) {
  std::vector<Slot> pinned;
  for (const char* id : {"1", "2", "3", "4", "5", "6"}) {
    pinned.push_back(store_.slot_for(entity_, id));
    store_.pin(pinned.back());
    event(entity_, Action::erase, R"({"id":)" + std::string(id) + R"(,"version":1})");
  }
  EXPECT_EQ(store_.tombstone_count(), 6U);
  for (const Slot slot : pinned) store_.unpin(slot);
  event(entity_, Action::erase, R"({"id":7,"version":1})");
  EXPECT_EQ(store_.tombstone_count(), 3U);
}

TEST_F(RowStoreTest, ForgetsAnEntityExceptWhatIsPinned) {
  event(entity_, Action::insert, R"({"id":1,"version":1})");
  event(entity_, Action::insert, R"({"id":2,"version":1})");
  event(entity_, Action::erase, R"({"id":3,"version":1})");
  event(plain_, Action::insert, R"({"id":1})");
  const Slot first = store_.slot_for(entity_, "1");
  const Slot held = store_.slot_for(entity_, "2");
  const Slot grave = store_.slot_for(entity_, "3");
  store_.pin(held);
  EXPECT_EQ(store_.forget(entity_), (std::vector<Slot>{first, grave}));
  EXPECT_EQ(store_.find(entity_, "1"), nullptr);
  EXPECT_EQ(store_.find(entity_, "3"), nullptr);
  EXPECT_EQ(row(entity_, "2").state, RowState::present);
  EXPECT_EQ(row(plain_, "1").state, RowState::present);
  EXPECT_EQ(store_.row_count(), 2U);
  EXPECT_EQ(store_.tombstone_count(), 0U);
  store_.unpin(held);
  EXPECT_EQ(store_.forget(entity_), std::vector<Slot>{held});
  // What was forgotten may come again, as old as it likes.
  EXPECT_EQ(event(entity_, Action::insert, R"({"id":3,"version":0})"), Outcome::inserted);
}

TEST_F(RowStoreTest, ListsWhatIsPresent) {
  apply(entity_, Action::insert, R"({"id":1,"version":1})", 1, 1);
  apply(entity_, Action::insert, R"({"id":2,"version":1})", 2, 2);
  apply(entity_, Action::insert, R"({"id":3,"version":1})", 3, 3);
  apply(plain_, Action::insert, R"({"id":1})", 4, 4);
  apply(entity_, Action::erase, R"({"id":2,"version":2})", 5, 5);
  const Slot one = store_.slot_for(entity_, "1");
  const Slot three = store_.slot_for(entity_, "3");
  store_.slot_for(entity_, "absent");
  EXPECT_EQ(store_.present(entity_), (std::vector<Slot>{one, three}));
}

TEST_F(RowStoreTest, EscapedIdsAreThePlainOnes) {
  event(plain_, Action::insert, R"({"id":"a\u00e9\n"})");
  EXPECT_EQ(event(plain_, Action::update, "{\"id\":\"a\xc3\xa9\\n\",\"n\":1}"), Outcome::updated);
  EXPECT_EQ(event(plain_, Action::insert, R"({"id":5})"), Outcome::inserted);
  EXPECT_EQ(event(plain_, Action::insert, R"({"id":"5"})"), Outcome::inserted);
  EXPECT_EQ(store_.row_count(), 3U);
}

TEST_F(RowStoreTest, TheKeyStandsWhateverBecomesOfTheRow) {
  event(entity_, Action::insert, R"({"id":"long enough to be seen","version":1})");
  const std::string key = "\"long enough to be seen\"";
  const Slot slot = store_.slot_for(entity_, key);
  const auto held = [&] {
    EXPECT_EQ(store_.slot_for(entity_, key), slot);
    return store_.row(slot).key == key;
  };
  EXPECT_TRUE(held());
  event(entity_, Action::update, R"({"id":"long\u0020enough to be seen","version":2})");
  EXPECT_TRUE(held());
  store_.respell(slot, R"({"version":2,"id":"long enough to be seen"})");
  EXPECT_TRUE(held());
  event(entity_, Action::erase, R"({"id":"long enough to be seen","version":3})");
  EXPECT_TRUE(held());
  event(entity_, Action::insert, R"({"version":4,"id":"long enough to be seen"})");
  EXPECT_TRUE(held());
}

TEST_F(RowStoreTest, AnotherSpellingIsHeldWithoutBeingAChange) {
  event(plain_, Action::insert, R"({"id":5,"a":1})");
  const Slot slot = store_.slot_for(plain_, "5");
  store_.mirror(slot, store_.row(slot).bytes);
  store_.respell(slot, R"({"a":1.0,"id":5})");
  EXPECT_EQ(row(plain_, "5").bytes, R"({"a":1.0,"id":5})");
  EXPECT_EQ(row(plain_, "5").mirror, R"({"a":1.0,"id":5})");
  EXPECT_EQ(row(plain_, "5").tick, 1U);
}

TEST_F(RowStoreTest, TheMirrorStaysWhatJsHasUntilItIsToldMore) {
  event(plain_, Action::insert, R"({"id":5,"a":1})");
  const Slot slot = store_.slot_for(plain_, "5");
  EXPECT_EQ(row(plain_, "5").mirror, "");
  store_.mirror(slot, store_.row(slot).bytes);
  event(plain_, Action::update, R"({"id":5,"a":2})");
  event(plain_, Action::update, R"({"id":5,"a":3})");
  EXPECT_EQ(row(plain_, "5").mirror, R"({"id":5,"a":1})");
  store_.mirror(slot, R"({"id":5,"a":3,"mine":true})");
  EXPECT_EQ(row(plain_, "5").mirror, R"({"id":5,"a":3,"mine":true})");
  event(plain_, Action::erase, R"({"id":5})");
  EXPECT_EQ(row(plain_, "5").mirror, R"({"id":5,"a":3,"mine":true})");
  store_.unmirror(slot);
  EXPECT_EQ(row(plain_, "5").mirror, "");
  // A slot that changes hands does not keep what its last row was.
  event(plain_, Action::insert, R"({"id":5,"a":4})");
  store_.mirror(slot, store_.row(slot).bytes);
  store_.forget(plain_);
  EXPECT_EQ(store_.slot_for(plain_, "6"), slot);
  EXPECT_EQ(row(plain_, "6").mirror, "");
}

}  // namespace
}  // namespace tidemark
