#include "base/hash.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>

namespace tidemark {
namespace {

constexpr HashKey kKey{0x0706050403020100U, 0x0f0e0d0c0b0a0908U};

std::string first_bytes(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text.push_back(static_cast<char>(i));
  return text;
}

// The authors' vectors for SipHash-2-4: the bytes 0, 1, 2 … under the key 00 01 … 0f.
TEST(KeyedHash, IsSipHash) {
  using SipHash24 = SipHash<2, 4>;
  EXPECT_EQ(SipHash24::hash64(kKey, ""), 0x726fdb47dd0e0e31U);
  EXPECT_EQ(SipHash24::hash64(kKey, first_bytes(1)), 0x74f839c593dc67fdU);
  EXPECT_EQ(SipHash24::hash64(kKey, first_bytes(15)), 0xa129ca6149be45e5U);
  EXPECT_EQ(SipHash24::hash128(kKey, ""), (Hash128{0xe6a825ba047f81a3U, 0x930255c71472f66dU}));
  EXPECT_EQ(SipHash24::hash128(kKey, first_bytes(1)),
            (Hash128{0x44af996bd8c187daU, 0x45fc229b11597634U}));
  EXPECT_EQ(keyed_hash(kKey, ""), 0xabac0158050fc4dcU);
}

TEST(KeyedHash, DependsOnEveryByteAndOnTheKey) {
  std::set<std::uint64_t> seen;
  const auto is_new = [&seen](const HashKey& key, std::string_view text) {
    const Hash128 wide = keyed_hash128(key, text);
    // Neither half repeats, nor is one the other.
    return seen.insert(keyed_hash(key, text)).second && seen.insert(wide.low).second &&
           seen.insert(wide.high).second;
  };
  const std::string text(20, 'x');
  for (std::size_t size = 0; size <= text.size(); ++size) {
    EXPECT_TRUE(is_new(kKey, text.substr(0, size))) << size;
  }
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string other = text;
    other[at] = 'y';
    EXPECT_TRUE(is_new(kKey, other)) << at;
  }
  EXPECT_TRUE(is_new({kKey.k0 + 1, kKey.k1}, text));
  EXPECT_TRUE(is_new({kKey.k0, kKey.k1 + 1}, text));
}

}  // namespace
}  // namespace tidemark
