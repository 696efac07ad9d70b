#include "change/batch.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace tidemark {
namespace {

std::uint32_t word(std::string_view batch, std::size_t at) {
  std::uint32_t value = 0;
  std::memcpy(&value, batch.data() + at * 4, 4);
  return value;
}

void set_word(std::string& batch, std::size_t at, std::uint32_t value) {
  std::memcpy(batch.data() + at * 4, &value, 4);
}

// Two rows, one gone; a view of two ops and one of three slots.
std::string sample() {
  BatchBuilder builder;
  builder.row(7, R"({"id":1,"n":1.0,"t":"é"})");
  builder.gone(8);
  builder.row(9, R"({"id":2})");
  ViewDelta ops;
  ops.view = 3;
  ops.ops = {{ViewOpKind::insert, 7, 0, 2}, {ViewOpKind::move, 9, 1, 0}};
  builder.view(ops);
  ViewDelta list;
  list.view = 4;
  list.relisted = true;
  list.slots = {9, 7, 5};
  builder.view(list);
  return builder.finish();
}

TEST(Batch, LaysOutWhatTheHeaderSays) {
  const std::string batch = sample();
  EXPECT_EQ(batch.substr(0, 4), "TDM1");
  const std::vector<std::uint32_t> expected{
      3, 2, 17, 116, 36,                                      // header
      7, 1, 8,  2,   9,  1,                                   // rows
      3, 0, 2,  0,   7,  0, 2, 2, 9, 1, 0, 4, 1, 3, 9, 7, 5,  // views
  };
  ASSERT_EQ(batch.size(), 116U + 36U);
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(word(batch, i + 1), expected[i]) << i;
  EXPECT_EQ(batch.substr(116), R"([{"id":1,"n":1.0,"t":"é"},{"id":2}])");
  EXPECT_TRUE(is_well_formed(batch));
}

TEST(Batch, KnowsWhenThereIsNothingToSay) {
  BatchBuilder none;
  EXPECT_TRUE(none.empty());
  EXPECT_TRUE(is_well_formed(none.finish()));
  BatchBuilder row;
  row.row(1, "{}");
  EXPECT_FALSE(row.empty());
  BatchBuilder gone;
  gone.gone(1);
  EXPECT_FALSE(gone.empty());
  const std::string batch = gone.finish();
  EXPECT_TRUE(is_well_formed(batch));
  EXPECT_EQ(batch.substr(batch.size() - 2), "[]");
  BatchBuilder view;
  view.view({});
  EXPECT_FALSE(view.empty());
  EXPECT_TRUE(is_well_formed(view.finish()));
}

TEST(Batch, ATruncatedOneIsNotWellFormed) {
  const std::string batch = sample();
  for (std::size_t size = 0; size < batch.size(); ++size) {
    const std::vector<char> cut(batch.begin(), batch.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(is_well_formed({cut.data(), cut.size()})) << size;
  }
  EXPECT_FALSE(is_well_formed(batch + "x"));
}

TEST(Batch, WrongCountsAreNotWellFormed) {
  // Magic, the five counts and offsets, a row's kind, a view's mode and its count.
  for (const std::size_t at : {0U, 1U, 2U, 3U, 4U, 5U, 7U, 11U, 13U, 14U, 24U, 25U}) {
    const std::string good = sample();
    for (const std::uint32_t value : {0U, 1U, 2U, 3U, 4U, 16U, 1'000U, 0x7fffffffU, 0xffffffffU}) {
      std::string bad = good;
      set_word(bad, at, value);
      if (bad == good) continue;
      EXPECT_FALSE(is_well_formed(bad)) << at << " " << value;
    }
  }
}

TEST(Batch, AHugeCountIsNotReadPastTheEnd) {
  BatchBuilder builder;
  for (Slot slot = 0; slot < 8; ++slot) builder.gone(slot);
  std::string bad = builder.finish();
  // Twice this is twice 8 in 32 bits.
  set_word(bad, 1, 0x80000008U);
  const std::vector<char> exact(bad.begin(), bad.end());
  EXPECT_FALSE(is_well_formed({exact.data(), exact.size()}));
}

TEST(Batch, BadJsonIsNotWellFormed) {
  const std::string good = sample();
  for (std::size_t at = 116; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = '\x01';
    EXPECT_FALSE(is_well_formed(bad)) << at;
  }
  // One row fewer than announced, in as many bytes.
  std::string fewer = good;
  fewer.replace(116, 36, "[{\"id\":1}" + std::string(26, ' ') + "]");
  ASSERT_EQ(fewer.size(), good.size());
  EXPECT_FALSE(is_well_formed(fewer));
}

TEST(Batch, APatchIsAnElementThatIsAnObject) {
  BatchBuilder builder;
  builder.patch(7, R"({"n":2})");
  builder.row(8, "{}");
  const std::string batch = builder.finish();
  EXPECT_TRUE(is_well_formed(batch));
  EXPECT_EQ(word(batch, 7), 5U);
  EXPECT_EQ(batch.substr(word(batch, 4)), R"([{"n":2},{}])");
  BatchBuilder odd;
  odd.patch(7, "[2]");
  EXPECT_FALSE(is_well_formed(odd.finish()));
}

TEST(Batch, LentAndKeptRowsStandInTheirOrder) {
  BatchBuilder builder;
  const std::string lent = R"({"id":2})";
  builder.row(1, std::string(R"({"id":1})"));
  builder.lend(2, lent);
  builder.patch(3, R"({"n":3})");
  builder.gone(4);
  builder.lend(5, lent);
  const std::string batch = builder.finish();
  EXPECT_TRUE(is_well_formed(batch));
  EXPECT_TRUE(batch.ends_with(R"([{"id":1},{"id":2},{"n":3},{"id":2}])"));
}

}  // namespace
}  // namespace tidemark
