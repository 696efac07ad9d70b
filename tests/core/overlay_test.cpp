#include "overlay/overlay.h"

#include <gtest/gtest.h>

#include <string>

namespace tidemark {
namespace {

class OverlayTest : public testing::Test {
 protected:
  OverlayTest() {
    entity_ = store_.define({"projects", "id", ""});
    slot_ = store_.slot_for(entity_, "5");
  }

  void confirm(Action action, std::string_view row) {
    RowChange change;
    change.entity = entity_;
    change.action = action;
    change.key = "5";
    change.row = row;
    change.as_of = ++now_;
    Slot slot = 0;
    store_.apply(change, now_, slot);
    ASSERT_EQ(slot, slot_);
  }

  RowStore store_{HashKey{1, 2}, 10};
  Overlay overlay_{store_};
  EntityId entity_ = 0;
  Slot slot_ = 0;
  Tick now_ = 0;
};

TEST_F(OverlayTest, WithoutEditsTheStoreShows) {
  EXPECT_EQ(overlay_.visible(slot_), std::nullopt);
  confirm(Action::insert, R"({"id":5,"n":1.0})");
  EXPECT_EQ(overlay_.visible(slot_), R"({"id":5,"n":1.0})");
  confirm(Action::erase, R"({"id":5})");
  EXPECT_EQ(overlay_.visible(slot_), std::nullopt);
}

TEST_F(OverlayTest, EditsAreReplayedInOrder) {
  confirm(Action::insert, R"({"id":5,"a":1,"b":1})");
  overlay_.add("m1", slot_, Action::update, R"({"id":5,"a":2})", 0);
  overlay_.add("m2", slot_, Action::update, R"({"id":5,"a":3,"c":1})", 0);
  EXPECT_EQ(overlay_.visible(slot_), R"({"id":5,"a":3,"b":1,"c":1})");
  // The store does not know of them.
  EXPECT_EQ(store_.row(slot_).bytes, R"({"id":5,"a":1,"b":1})");
}

TEST_F(OverlayTest, EditsStayOnTopOfNewServerRows) {
  confirm(Action::insert, R"({"id":5,"a":1,"b":1})");
  overlay_.add("m1", slot_, Action::update, R"({"id":5,"a":2})", 0);
  confirm(Action::update, R"({"id":5,"a":9,"b":9})");
  EXPECT_EQ(overlay_.visible(slot_), R"({"id":5,"a":2,"b":9})");
}

TEST_F(OverlayTest, I5ARollbackTakesBackOneEditOnly) {
  confirm(Action::insert, R"({"id":5,"a":1,"b":1})");
  const auto first = overlay_.add("m1", slot_, Action::update, R"({"id":5,"a":2})", 0);
  const auto second = overlay_.add("m2", slot_, Action::update, R"({"id":5,"b":2})", 0);
  EXPECT_NE(first, second);
  overlay_.remove(first);
  EXPECT_EQ(overlay_.visible(slot_), R"({"id":5,"a":1,"b":2})");
  overlay_.remove(first);
  EXPECT_EQ(overlay_.size(), 1U);
  overlay_.remove(second);
  EXPECT_EQ(overlay_.visible(slot_), R"({"id":5,"a":1,"b":1})");
  EXPECT_EQ(overlay_.size(), 0U);
}

TEST_F(OverlayTest, AnInsertShowsUntilTheServersRowIsThere) {
  overlay_.add("m1", slot_, Action::insert, R"({"id":5,"a":1})", 0);
  EXPECT_EQ(overlay_.visible(slot_), R"({"id":5,"a":1})");
  overlay_.add("m2", slot_, Action::update, R"({"id":5,"a":2})", 0);
  EXPECT_EQ(overlay_.visible(slot_), R"({"id":5,"a":2})");
  confirm(Action::insert, R"({"id":5,"a":7,"b":7})");
  EXPECT_EQ(overlay_.visible(slot_), R"({"id":5,"a":2,"b":7})");
}

TEST_F(OverlayTest, ADeleteHides) {
  confirm(Action::insert, R"({"id":5})");
  const auto erase = overlay_.add("m1", slot_, Action::erase, "", 0);
  EXPECT_EQ(overlay_.visible(slot_), std::nullopt);
  overlay_.add("m2", slot_, Action::update, R"({"id":5,"a":1})", 0);
  EXPECT_EQ(overlay_.visible(slot_), std::nullopt);
  overlay_.remove(erase);
  EXPECT_EQ(overlay_.visible(slot_), R"({"id":5,"a":1})");
}

TEST_F(OverlayTest, AnEditOfADeletedRowShowsNothing) {
  confirm(Action::insert, R"({"id":5})");
  overlay_.add("m1", slot_, Action::update, R"({"id":5,"a":1})", 0);
  confirm(Action::erase, R"({"id":5})");
  EXPECT_EQ(overlay_.visible(slot_), std::nullopt);
}

TEST_F(OverlayTest, EditsOfOtherRowsDoNotMatter) {
  confirm(Action::insert, R"({"id":5})");
  const Slot other = store_.slot_for(entity_, "6");
  overlay_.add("m1", other, Action::insert, R"({"id":6})", 0);
  EXPECT_EQ(overlay_.visible(slot_), R"({"id":5})");
  EXPECT_TRUE(overlay_.touches(other));
  EXPECT_FALSE(overlay_.touches(slot_));
}

TEST_F(OverlayTest, FindsPendingOperations) {
  const auto handle = overlay_.add("m1", slot_, Action::update, R"({"id":5})", 0);
  overlay_.add("", slot_, Action::erase, "", 0);
  ASSERT_NE(overlay_.find(handle), nullptr);
  EXPECT_EQ(overlay_.find(handle)->mutation, "m1");
  const RowChange elsewhere;
  ASSERT_NE(overlay_.find_echoed("m1", elsewhere), nullptr);
  EXPECT_EQ(overlay_.find_echoed("m1", elsewhere)->handle, handle);
  EXPECT_EQ(overlay_.find_echoed("m2", elsewhere), nullptr);
  EXPECT_EQ(overlay_.find_echoed("", elsewhere), nullptr);
  overlay_.remove(handle);
  EXPECT_EQ(overlay_.find(handle), nullptr);
  EXPECT_EQ(overlay_.find_echoed("m1", elsewhere), nullptr);
}

}  // namespace
}  // namespace tidemark
