#include "sequence/sequencer.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace tidemark {
namespace {

using wire::Position;

class SequencerTest : public testing::Test {
 protected:
  SubId open(std::string_view filter, std::string_view server_sub,
             std::optional<Position> position) {
    bool added = false;
    Subscription& subscription = sequencer_.acquire(0, filter, added);
    EXPECT_TRUE(added);
    wire::Subscribed answer;
    answer.sub = server_sub;
    answer.position = std::move(position);
    EXPECT_FALSE(sequencer_.begin_stream(subscription, answer, 1, 500));
    return subscription.id;
  }

  static wire::Event event(std::string_view id, std::string_view sub, std::string_view epoch,
                           std::int64_t seq, std::optional<std::int64_t> previous = std::nullopt) {
    wire::Event out;
    out.id = id;
    out.sub = sub;
    out.position = wire::PositionView{epoch, seq};
    out.previous_seq = previous;
    return out;
  }

  std::int64_t seq(SubId id) { return sequencer_.find(id)->position->seq; }

  Sequencer sequencer_{HashKey{1, 2}, 100};
};

TEST_F(SequencerTest, SharesOneSubscription) {
  bool added = false;
  const SubId first = sequencer_.acquire(0, "a=eq.1", added).id;
  EXPECT_TRUE(added);
  EXPECT_EQ(sequencer_.acquire(0, "a=eq.1", added).id, first);
  EXPECT_FALSE(added);
  EXPECT_NE(sequencer_.acquire(0, "", added).id, first);
  EXPECT_TRUE(added);
  EXPECT_NE(sequencer_.acquire(1, "a=eq.1", added).id, first);
  EXPECT_TRUE(added);
  EXPECT_EQ(sequencer_.all().size(), 3U);

  sequencer_.release(first, 50);
  EXPECT_FALSE(sequencer_.take_ended(1'000).has_value());
  sequencer_.release(first, 60);
  const auto removed = sequencer_.take_ended(60);
  ASSERT_TRUE(removed.has_value());
  EXPECT_EQ(removed->id, first);
  EXPECT_EQ(removed->filter, "a=eq.1");
  EXPECT_EQ(sequencer_.find(first), nullptr);
  sequencer_.release(first, 70);
  EXPECT_FALSE(sequencer_.take_ended(1'000).has_value());
  EXPECT_EQ(sequencer_.all().size(), 2U);
  EXPECT_NE(sequencer_.acquire(0, "a=eq.1", added).id, first);
}

TEST_F(SequencerTest, LingersForTheNextUser) {
  bool added = false;
  const SubId first = sequencer_.acquire(0, "", added).id;
  sequencer_.release(first, 100);
  EXPECT_EQ(sequencer_.deadline(), 100);
  EXPECT_FALSE(sequencer_.take_ended(99).has_value());
  EXPECT_EQ(sequencer_.acquire(0, "", added).id, first);
  EXPECT_FALSE(added);
  EXPECT_EQ(sequencer_.deadline(), std::nullopt);
  EXPECT_FALSE(sequencer_.take_ended(1'000).has_value());
  // One release too many takes nothing from anybody.
  sequencer_.release(first, 200);
  sequencer_.release(first, 300);
  EXPECT_EQ(sequencer_.acquire(0, "", added).references, 1U);
}

TEST_F(SequencerTest, FindsByTheServersNames) {
  const SubId id = open("", "s1", std::nullopt);
  sequencer_.find(id)->ref = "7";
  bool added = false;
  sequencer_.acquire(1, "", added);  // has no names yet
  EXPECT_EQ(sequencer_.find_by_server_sub("s1")->id, id);
  EXPECT_EQ(sequencer_.find_by_ref("7")->id, id);
  EXPECT_EQ(sequencer_.find_by_server_sub("s2"), nullptr);
  EXPECT_EQ(sequencer_.find_by_server_sub(""), nullptr);
  EXPECT_EQ(sequencer_.find_by_ref(""), nullptr);
}

TEST_F(SequencerTest, FollowsThePosition) {
  const SubId id = open("", "s", Position{"e", 10});
  const Admission first = sequencer_.admit(event("a", "s", "e", 15, 10), 1'000);
  EXPECT_EQ(first.verdict, Verdict::fresh);
  ASSERT_NE(first.subscription, nullptr);
  EXPECT_EQ(first.subscription->id, id);
  EXPECT_EQ(first.subscription->last_event_at, 1'000);
  EXPECT_EQ(seq(id), 15);
  // A filter leaves holes: only `prev` tells.
  EXPECT_EQ(sequencer_.admit(event("b", "s", "e", 90), 1'000).verdict, Verdict::fresh);
  EXPECT_EQ(seq(id), 90);
}

TEST_F(SequencerTest, TheFirstPositionIsTaken) {
  const SubId id = open("", "s", std::nullopt);
  const Admission admission = sequencer_.admit(event("a", "s", "e", 15, 14), 0);
  EXPECT_EQ(admission.verdict, Verdict::fresh);
  EXPECT_EQ(seq(id), 15);
}

TEST_F(SequencerTest, SeesAGapAndStaysBeforeIt) {
  const SubId id = open("", "s", Position{"e", 10});
  const Admission admission = sequencer_.admit(event("c", "s", "e", 15, 12), 0);
  EXPECT_EQ(admission.verdict, Verdict::early);
  EXPECT_EQ(seq(id), 10);
  // The replay brings what was missing and moves on.
  EXPECT_EQ(sequencer_.admit(event("b", "s", "e", 12, 10), 0).verdict, Verdict::fresh);
  const Admission again = sequencer_.admit(event("c", "s", "e", 15, 12), 0);
  EXPECT_EQ(again.verdict, Verdict::fresh);
  EXPECT_EQ(seq(id), 15);
}

TEST_F(SequencerTest, AnEarlierPrevIsNoGap) {
  const SubId id = open("", "s", Position{"e", 10});
  EXPECT_EQ(sequencer_.admit(event("a", "s", "e", 15, 7), 0).verdict, Verdict::fresh);
  EXPECT_EQ(seq(id), 15);
}

TEST_F(SequencerTest, RefusesWhatLiesBehind) {
  const SubId id = open("", "s", Position{"e", 10});
  EXPECT_EQ(sequencer_.admit(event("a", "s", "e", 10, 8), 500).verdict, Verdict::behind);
  EXPECT_EQ(sequencer_.admit(event("", "s", "e", 9, 8), 500).verdict, Verdict::behind);
  EXPECT_EQ(seq(id), 10);
  EXPECT_EQ(sequencer_.find(id)->last_event_at, std::nullopt);
  // It was not taken, so it was not seen.
  EXPECT_EQ(sequencer_.admit(event("a", "s", "e", 11), 0).verdict, Verdict::fresh);
}

TEST_F(SequencerTest, BelievesOnceThatAServerCountsFromTheStart) {
  const SubId id = open("", "s", Position{"e", 10});
  EXPECT_EQ(sequencer_.admit(event("known", "s", "e", 11, 10), 0).verdict, Verdict::fresh);
  EXPECT_EQ(sequencer_.admit(event("known", "s", "e", 9, 8), 0).verdict, Verdict::behind);
  EXPECT_EQ(sequencer_.admit(event("new", "s", "e", 1, 0), 0).verdict, Verdict::rewound);
  EXPECT_EQ(sequencer_.admit(event("newer", "s", "e", 2, 1), 0).verdict, Verdict::behind);
  EXPECT_EQ(seq(id), 11);
  // What was refused was not seen.
  EXPECT_EQ(sequencer_.admit(event("new", "s", "e", 12, 11), 0).verdict, Verdict::fresh);
}

// A server that gives no ids: an event is known by what it says and when.
TEST_F(SequencerTest, KnowsAnEventWithoutAnIdByItsContent) {
  wire::Event nameless;
  nameless.entity = "projects";
  nameless.row = R"({"id":1})";
  nameless.timestamp = "2026-01-01T00:00:00Z";
  EXPECT_EQ(sequencer_.admit(nameless, 0).verdict, Verdict::fresh);
  EXPECT_EQ(sequencer_.admit(nameless, 0).verdict, Verdict::duplicate);
  for (const auto& change : {+[](wire::Event& event) { event.row = R"({"id":2})"; },
                             +[](wire::Event& event) { event.action = Action::erase; },
                             +[](wire::Event& event) { event.entity = "notes"; },
                             +[](wire::Event& event) { event.timestamp = "2026-01-02"; }}) {
    wire::Event other = nameless;
    change(other);
    EXPECT_EQ(sequencer_.admit(other, 0).verdict, Verdict::fresh);
  }
  // Without a time it cannot be told from the same change made twice.
  nameless.timestamp = {};
  EXPECT_EQ(sequencer_.admit(nameless, 0).verdict, Verdict::fresh);
  EXPECT_EQ(sequencer_.admit(nameless, 0).verdict, Verdict::fresh);
}

TEST_F(SequencerTest, OneChangeOfTwoSubscriptionsTakesEffectOnce) {
  const SubId one = open("a=eq.1", "s1", Position{"e", 10});
  const SubId two = open("", "s2", Position{"e", 10});
  EXPECT_EQ(sequencer_.admit(event("x", "s1", "e", 11, 10), 0).verdict, Verdict::fresh);
  const Admission copy = sequencer_.admit(event("x", "s2", "e", 11, 10), 0);
  EXPECT_EQ(copy.verdict, Verdict::duplicate);
  EXPECT_EQ(copy.subscription->id, two);
  EXPECT_EQ(seq(one), 11);
  EXPECT_EQ(seq(two), 11);
}

TEST_F(SequencerTest, AnotherEpochIsAGap) {
  const SubId id = open("", "s", Position{"e", 10});
  const Admission admission = sequencer_.admit(event("a", "s", "f", 3, 2), 0);
  EXPECT_EQ(admission.verdict, Verdict::early);
  EXPECT_EQ(sequencer_.find(id)->position->epoch, "e");
  EXPECT_EQ(seq(id), 10);
}

TEST_F(SequencerTest, AnEventOfAnUnknownSubscriptionIsForeign) {
  open("", "s", Position{"e", 10});
  const Admission admission = sequencer_.admit(event("a", "t", "e", 11), 0);
  EXPECT_EQ(admission.verdict, Verdict::foreign);
  EXPECT_EQ(admission.subscription, nullptr);
  // It left no trace.
  EXPECT_EQ(sequencer_.admit(event("a", "s", "e", 11), 0).verdict, Verdict::fresh);
}

TEST_F(SequencerTest, EventsWithoutNamesAreTold) {
  wire::Event plain;
  plain.id = "a";
  EXPECT_EQ(sequencer_.admit(plain, 0).verdict, Verdict::fresh);
  EXPECT_EQ(sequencer_.admit(plain, 0).verdict, Verdict::duplicate);
  EXPECT_EQ(sequencer_.admit(plain, 0).subscription, nullptr);
  // Without an id nothing can be said of repeats.
  plain.id = {};
  EXPECT_EQ(sequencer_.admit(plain, 0).verdict, Verdict::fresh);
  EXPECT_EQ(sequencer_.admit(plain, 0).verdict, Verdict::fresh);
}

TEST_F(SequencerTest, ForgetsIdsAfterTheirTime) {
  Sequencer forgetful(HashKey{1, 2}, 100, 50);
  wire::Event plain;
  plain.id = "a";
  EXPECT_EQ(forgetful.admit(plain, 1'000).verdict, Verdict::fresh);
  EXPECT_EQ(forgetful.admit(plain, 1'050).verdict, Verdict::duplicate);
  EXPECT_EQ(forgetful.admit(plain, 1'051).verdict, Verdict::fresh);
}

TEST_F(SequencerTest, ARecoveredStreamKeepsItsPosition) {
  const SubId id = open("", "s", Position{"e", 10});
  Subscription& subscription = *sequencer_.find(id);
  subscription.ref = "2";
  subscription.suspect = true;
  wire::Subscribed answer;
  answer.sub = "t";
  answer.position = Position{"e", 10};
  answer.recovered = true;
  EXPECT_TRUE(sequencer_.begin_stream(subscription, answer, 9, 500));
  EXPECT_EQ(subscription.server_sub, "t");
  EXPECT_EQ(subscription.ref, "");
  EXPECT_FALSE(subscription.suspect);
  EXPECT_EQ(subscription.stream_began, 1U);
  EXPECT_EQ(seq(id), 10);
}

TEST_F(SequencerTest, AFreshStreamStartsAtTheServersPosition) {
  const SubId id = open("", "s", Position{"e", 10});
  Subscription& subscription = *sequencer_.find(id);
  subscription.suspect = true;
  wire::Subscribed answer;
  answer.sub = "t";
  answer.position = Position{"f", 2};
  EXPECT_FALSE(sequencer_.begin_stream(subscription, answer, 9, 500));
  EXPECT_FALSE(subscription.suspect);
  EXPECT_EQ(subscription.stream_began, 9U);
  EXPECT_EQ(subscription.position->epoch, "f");
  EXPECT_EQ(seq(id), 2);
}

TEST_F(SequencerTest, NothingContinuesWithoutAPosition) {
  const SubId id = open("", "s", std::nullopt);
  wire::Subscribed answer;
  answer.sub = "t";
  answer.recovered = true;
  EXPECT_FALSE(sequencer_.begin_stream(*sequencer_.find(id), answer, 9, 500));
  EXPECT_EQ(sequencer_.find(id)->stream_began, 9U);
}

TEST_F(SequencerTest, KnowsALostTail) {
  const Subscription& with = *sequencer_.find(open("", "s", Position{"e", 10}));
  EXPECT_FALSE(sequencer_.is_behind(with, 9));
  EXPECT_FALSE(sequencer_.is_behind(with, 10));
  EXPECT_TRUE(sequencer_.is_behind(with, 11));
  const Subscription& without = *sequencer_.find(open("a=eq.1", "t", std::nullopt));
  EXPECT_FALSE(sequencer_.is_behind(without, 11));
}

TEST_F(SequencerTest, ALostLinkTakesTheNamesAndLeavesThePosition) {
  const SubId id = open("", "s", Position{"e", 10});
  sequencer_.find(id)->ref = "2";
  sequencer_.link_lost();
  EXPECT_EQ(sequencer_.find(id)->server_sub, "");
  EXPECT_EQ(sequencer_.find(id)->ref, "");
  EXPECT_EQ(seq(id), 10);
  EXPECT_EQ(sequencer_.admit(event("a", "s", "e", 11), 0).verdict, Verdict::foreign);
}

}  // namespace
}  // namespace tidemark
