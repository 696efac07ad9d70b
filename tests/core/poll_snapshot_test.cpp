#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/json.h"
#include "poll/snapshot.h"

namespace tidemark::poll {
namespace {

const Entity kEntity{"projects", "id", "version"};

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

  // Reads a body that must be good.
  void read(std::string body, std::string_view path = "") {
    body_ = std::move(body);
    EXPECT_EQ(snapshot_.read(body_, path, entity_, expected_), Error::none) << body_;
  }

  // Reads it, takes all of it, and expects the same next time.
  void take(const std::string& body, Tick now) {
    read(body);
    for (const Difference& each : snapshot_.differing()) {
      store_.apply(each.slot, snapshot_.change(each, now), now);
    }
    snapshot_.swap_listed(expected_);
  }

  std::vector<std::string> keys() const {
    std::vector<std::string> keys;
    for (const Slot slot : snapshot_.listed()) keys.emplace_back(store_.row(slot).key);
    return keys;
  }

  std::vector<std::string> differing() const {
    std::vector<std::string> rows;
    for (const Difference& each : snapshot_.differing()) rows.emplace_back(each.bytes);
    return rows;
  }

  RowStore store_{HashKey{1, 2}, 10};
  Snapshot snapshot_{store_};
  EntityId entity_ = 0;
  std::vector<Slot> expected_;
  std::string body_;
};

using Texts = std::vector<std::string>;

TEST_F(SnapshotTest, ReadsTheListAtAPath) {
  read(R"( {"data":{"items":[ {"id":2,"n":1.0} , {"id":"2"},{"id":1}]}} )", "data.items");
  EXPECT_EQ(keys(), (Texts{"2", "\"2", "1"}));
  EXPECT_EQ(differing()[0], R"({"id":2,"n":1.0})");
}

TEST_F(SnapshotTest, ReadsAListAtTheTop) {
  read(" [{\"id\":1}]\n");
  EXPECT_EQ(keys(), Texts{"1"});
  read("[]");
  EXPECT_TRUE(keys().empty());
  read(" [ \r\n ] ");
  EXPECT_TRUE(keys().empty());
}

TEST_F(SnapshotTest, OfTwoMembersOfOneNameTheLastIsTheList) {
  read(R"({"data":[{"id":1}],"data":[{"id":2}]})", "data");
  EXPECT_EQ(keys(), Texts{"2"});
  read(R"({"data":[{"id":1}],"d\u0061ta":[{"id":3}]})", "data");
  EXPECT_EQ(keys(), Texts{"3"});
  read(R"({"d\u0061ta":[{"id":4}]})", "data");
  EXPECT_EQ(keys(), Texts{"4"});
  // The slot of the list that did not count was given back.
  EXPECT_EQ(store_.find(entity_, "1"), nullptr);
  EXPECT_EQ(store_.slots_in_use(), 3U);
}

TEST_F(SnapshotTest, IdsAreFoundByAPath) {
  store_.define({"projects", "attributes.id", "attributes.version"});
  read(R"([{"attributes":{"id":7,"version":3}},{"attributes.id":8}])");
  EXPECT_EQ(keys(), (Texts{"7", "8"}));
  EXPECT_TRUE(snapshot_.change(snapshot_.differing()[0], 1).version == Version::parse("3"));
}

TEST_F(SnapshotTest, SaysWhyItRefuses) {
  struct Case {
    std::string body;
    std::string path;
    Error error;
  };
  const std::vector<Case> cases{
      {"", "", Error::malformed_json},
      {"[{\"id\":1}", "", Error::malformed_json},
      {"[{\"id\":1}]<html>", "", Error::malformed_json},
      {"<html><body>502 Bad Gateway</body></html>", "", Error::malformed_json},
      {std::string(600, '['), "", Error::too_deep},
      {std::string(10'000, '[') + std::string(10'000, ']'), "", Error::too_deep},
      {"[" + std::string(10'000, '{') + "]", "", Error::malformed_json},
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
      // Whatever is wrong with a row, a body that is not JSON is just that.
      {R"([{"id":1},{"id":1},)", "", Error::malformed_json},
      {R"([{"ID":1}] x)", "", Error::malformed_json},
      {R"({"data":[{"id":1}],"count":})", "data", Error::malformed_json},
      {R"({"data":[{"id":1}])", "data", Error::malformed_json},
      {R"({"count":01,"data":[{"id":1}]})", "data", Error::malformed_json},
      {"[{\"id\":1,\"a\":\"\xff\"}]", "", Error::malformed_json},
      {"[{\"id\":1,\"a\":\"\xed\xa0\x80\"}]", "", Error::malformed_json},
      {"\xef\xbb\xbf[]", "", Error::malformed_json},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(snapshot_.read(each.body, each.path, entity_, expected_), each.error) << each.body;
    EXPECT_EQ(store_.slots_in_use(), 0U) << each.body;
  }
}

// Bytes that were valid once are not looked at again; all others are.
TEST_F(SnapshotTest, MalformedBodiesAreFoundWhateverIsHeld) {
  const std::string good =
      R"([{"id":1,"a":"x"},{"id":2,"a":[1,{"b":null}]},{"id":"\u0033","a":true}])";
  take(good, 1);
  for (std::size_t at = 0; at < good.size(); ++at) {
    const std::string cut = good.substr(0, at);
    EXPECT_EQ(snapshot_.read(cut, "", entity_, expected_), Error::malformed_json) << cut;
    for (const char c : {'\x01', '\xff', '[', '}', ',', '"', ' '}) {
      std::string bad = good;
      bad[at] = c;
      const Error expected = json::validate(bad);
      const Error found = snapshot_.read(bad, "", entity_, expected_);
      if (expected != Error::none) EXPECT_EQ(found, expected) << bad;
    }
  }
  for (const char* bad : {"[%,]", "[%,,%]", "[,%]", "[% %]", "%", "[%]]", "[%", "[%}", "[%;]"}) {
    std::string body;
    for (const char* c = bad; *c != '\0'; ++c) {
      if (*c == '%')
        body += R"({"id":1,"a":"x"})";
      else
        body += *c;
    }
    EXPECT_NE(snapshot_.read(body, "", entity_, expected_), Error::none) << body;
  }
}

TEST_F(SnapshotTest, TheDepthOfWhatIsAroundARowCounts) {
  const auto nested = [](int depth) {
    return R"({"d":{"l":[{"id":1,"a":)" + std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']') + "}]}}";
  };
  EXPECT_EQ(snapshot_.read(nested(json::kMaxDepth - 4), "d.l", entity_, expected_), Error::none);
  EXPECT_EQ(snapshot_.read(nested(json::kMaxDepth - 3), "d.l", entity_, expected_),
            Error::too_deep);
}

TEST_F(SnapshotTest, OddValuesAreKeptAsTheyAre) {
  const std::string row = R"({"id":-0,"a":1e999,"b":-0,"c":"\ud800","d":"\u0000"})";
  take("[" + row + "]", 1);
  EXPECT_EQ(keys().size(), 0U);  // the list was given away
  EXPECT_EQ(store_.find(entity_, "-0")->bytes, row);
}

TEST_F(SnapshotTest, TellsNewAndChangedRows) {
  hold(Action::insert, "1", R"({"id":1,"version":1})", 1);
  hold(Action::insert, "2", R"({"id":2,"version":1})", 1);
  read(R"([{"id":3,"version":1},{"id":1,"version":1},{"id":2,"version":2}])");
  EXPECT_EQ(keys(), (Texts{"3", "1", "2"}));
  const auto& rows = snapshot_.differing();
  ASSERT_EQ(rows.size(), 2U);
  const RowChange inserted = snapshot_.change(rows[0], 7);
  EXPECT_EQ(inserted.action, Action::insert);
  EXPECT_EQ(inserted.entity, entity_);
  EXPECT_EQ(inserted.row, R"({"id":3,"version":1})");
  EXPECT_EQ(inserted.as_of, 7U);
  EXPECT_TRUE(inserted.version == Version::parse("1"));
  const RowChange updated = snapshot_.change(rows[1], 7);
  EXPECT_EQ(updated.action, Action::update);
  EXPECT_EQ(store_.row(rows[1].slot).key, "2");
  EXPECT_TRUE(updated.version == Version::parse("2"));
}

TEST_F(SnapshotTest, ComparesBytes) {
  hold(Action::insert, "1", R"({"id":1,"version":1})", 1);
  read(R"([{"id":1,"version":1}])");
  EXPECT_TRUE(differing().empty());
  read(R"([{"id":1, "version":1}])");
  EXPECT_EQ(differing().size(), 1U);
}

TEST_F(SnapshotTest, ADeletedRowThatIsListedIsAnInsert) {
  hold(Action::insert, "1", R"({"id":1,"version":1})", 1);
  hold(Action::erase, "1", R"({"id":1,"version":1})", 2);
  read(R"([{"id":1,"version":1}])");
  ASSERT_EQ(snapshot_.differing().size(), 1U);
  EXPECT_EQ(snapshot_.change(snapshot_.differing()[0], 7).action, Action::insert);
}

TEST_F(SnapshotTest, KnowsWhichRowsAreNotListed) {
  hold(Action::insert, "1", R"({"id":1,"version":1})", 1);
  hold(Action::insert, "2", R"({"id":2,"version":4})", 5);
  read(R"([{"id":1,"version":1}])");
  EXPECT_TRUE(snapshot_.lists(store_.slot_for(entity_, "1")));
  EXPECT_FALSE(snapshot_.lists(store_.slot_for(entity_, "2")));
  EXPECT_FALSE(snapshot_.lists(1'000));
  read("[]");
  EXPECT_FALSE(snapshot_.lists(store_.slot_for(entity_, "1")));
}

TEST_F(SnapshotTest, FindsItsWayAfterInsertsDeletesAndMoves) {
  const auto row = [](int id) {
    return R"({"id":)" + std::to_string(id) + R"(,"name":"row )" + std::to_string(id) + "\"}";
  };
  const auto list = [&](const std::vector<int>& ids) {
    std::string body = "[";
    for (const int id : ids) body.append(body.size() > 1 ? "," : "").append(row(id));
    return body + "]";
  };
  take(list({1, 2, 3, 4, 5, 6}), 1);
  for (const std::vector<int>& ids : std::vector<std::vector<int>>{{1, 2, 3, 4, 5, 6},
                                                                   {2, 3, 5, 6},
                                                                   {6, 1, 2, 3, 4, 5},
                                                                   {4, 5, 6, 1, 2, 3},
                                                                   {6, 5, 4, 3, 2, 1},
                                                                   {}}) {
    read(list(ids));
    EXPECT_TRUE(differing().empty());
    Texts expected;
    for (const int id : ids) expected.push_back(std::to_string(id));
    EXPECT_EQ(keys(), expected);
  }
  read(list({7, 8, 1, 2, 9, 3, 4, 5, 6}));
  EXPECT_EQ(differing(), (Texts{row(7), row(8), row(9)}));
}

TEST_F(SnapshotTest, ASlotThatChangedHandsIsNotTakenForItsLastRow) {
  take(R"([{"id":1,"version":1},{"id":2,"version":1}])", 1);
  store_.forget(entity_);
  hold(Action::insert, "9", R"({"id":9,"version":1})", 2);
  const EntityId other = store_.define({"notes", "id", ""});
  RowChange change;
  change.entity = other;
  change.key = "1";
  change.row = R"({"id":1,"version":1})";
  Slot slot = 0;
  store_.apply(change, 3, slot);
  read(R"([{"id":1,"version":1},{"id":9,"version":1}])");
  EXPECT_EQ(keys(), (Texts{"1", "9"}));
  EXPECT_EQ(differing(), Texts{R"({"id":1,"version":1})"});
  EXPECT_NE(snapshot_.listed()[0], slot);
}

// What each part was is gone when the next comes.
class InParts {
 public:
  InParts(Snapshot& snapshot, std::size_t size) : snapshot_(snapshot), size_(size) {}

  bool read(std::string_view body) {
    std::string rest;
    while (true) {
      const std::string_view next = body.substr(0, size_ - rest.size());
      body.remove_prefix(next.size());
      std::string part = rest + std::string(next);
      if (body.empty()) return snapshot_.end_parts(part);
      const auto read = snapshot_.read_part(part);
      if (!read) return false;
      rest = part.substr(*read);
      part.assign(part.size(), '#');
    }
  }

 private:
  Snapshot& snapshot_;
  std::size_t size_;
};

TEST_F(SnapshotTest, ABodyInPartsSaysTheSame) {
  take(R"([{"id":1,"version":1},{"id":2,"version":1},{"id":"\u0033","version":1}])", 1);
  const std::string body =
      R"({"n":1,"data":[{"id":4,"version":2},{"id":1,"version":1},{"id":2,"version":3},)"
      R"({"id":"\u0033","version":1},{"id":"\u0035","version":1}],"count":5})";
  read(body, "data");
  const Texts keys_of_whole = keys();
  const Texts differing_of_whole = differing();
  for (std::size_t size = 32; size < body.size() + 2; ++size) {
    snapshot_.begin_parts("data", entity_, expected_);
    ASSERT_TRUE(InParts(snapshot_, size).read(body)) << size;
    EXPECT_EQ(keys(), keys_of_whole) << size;
    EXPECT_EQ(differing(), differing_of_whole) << size;
    for (const Difference& each : snapshot_.differing()) {
      const RowChange change = snapshot_.change(each, 7);
      if (!each.identity.key.empty()) EXPECT_EQ(each.identity.key, store_.row(each.slot).key);
      EXPECT_EQ(change.version, kEntity.version_of(each.bytes));
    }
  }
}

TEST_F(SnapshotTest, APartThatHoldsNoWholeRowIsNotEnough) {
  const std::string body = R"([{"id":1,"a":"a text that is longer than a part"},{"id":2}])";
  snapshot_.begin_parts("", entity_, expected_);
  EXPECT_FALSE(InParts(snapshot_, 20).read(body));
  snapshot_.discard();
  EXPECT_EQ(store_.slots_in_use(), 0U);
}

TEST_F(SnapshotTest, WhatIsRefusedAsAWholeIsRefusedInParts) {
  for (const char* bad :
       {R"([{"id":1},{"id":2},{"id":1}])", R"([{"id":1},{"ID":2}])", R"([{"id":1},{"id":2}]x)",
        R"([{"id":1},{"id":2})", R"([{"id":1},{"id":2,}])", R"([{"id":1},2])", R"([{"id":1},])",
        R"([{"id":1} {"id":2}])", R"({"data":[{"id":1}]})", R"([,{"id":1}])"}) {
    for (std::size_t size = 12; size < 40; ++size) {
      snapshot_.begin_parts("", entity_, expected_);
      EXPECT_FALSE(InParts(snapshot_, size).read(bad)) << bad << " by " << size;
      snapshot_.discard();
      EXPECT_EQ(store_.slots_in_use(), 0U) << bad << " by " << size;
    }
  }
}

TEST_F(SnapshotTest, ReadsTheSameAtEveryAlignmentAndLength) {
  std::string body;
  for (std::size_t length = 0; length < 200; ++length) {
    const std::string row =
        R"({"id":1,"a":")" + std::string(length, 'x') + R"(\\\"]}[{","b":[{},[]]})";
    body = std::string(length % 67, ' ') + "[" + row + "]";
    take(body, length + 1);
    read(body);
    EXPECT_TRUE(differing().empty()) << length;
    EXPECT_EQ(store_.find(entity_, "1")->bytes, row);
  }
}

}  // namespace
}  // namespace tidemark::poll
