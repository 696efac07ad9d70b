// A keyed 64-bit hash: SipHash-1-3 (Aumasson, Bernstein: "SipHash: a fast short-input
// PRF", 2012, with the reduced rounds that hash tables use). Keyed, so that a server or
// another user cannot choose ids that collide.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace tidemark {

struct HashKey {
  std::uint64_t k0 = 0;
  std::uint64_t k1 = 0;
};

inline std::uint64_t keyed_hash(const HashKey& key, std::string_view text) {
  const auto rotate = [](std::uint64_t x, unsigned bits) {
    return (x << bits) | (x >> (64U - bits));
  };
  std::uint64_t v0 = key.k0 ^ 0x736f6d6570736575U;
  std::uint64_t v1 = key.k1 ^ 0x646f72616e646f6dU;
  std::uint64_t v2 = key.k0 ^ 0x6c7967656e657261U;
  std::uint64_t v3 = key.k1 ^ 0x7465646279746573U;
  const auto round = [&] {
    v0 += v1;
    v1 = rotate(v1, 13) ^ v0;
    v0 = rotate(v0, 32);
    v2 += v3;
    v3 = rotate(v3, 16) ^ v2;
    v0 += v3;
    v3 = rotate(v3, 21) ^ v0;
    v2 += v1;
    v1 = rotate(v1, 17) ^ v2;
    v2 = rotate(v2, 32);
  };
  const std::size_t whole = text.size() & ~std::size_t{7};
  for (std::size_t at = 0; at < whole; at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, 8);
    v3 ^= word;
    round();
    v0 ^= word;
  }
  std::uint64_t last = static_cast<std::uint64_t>(text.size()) << 56U;
  for (std::size_t at = whole; at < text.size(); ++at) {
    last |= static_cast<std::uint64_t>(static_cast<unsigned char>(text[at])) << (8U * (at - whole));
  }
  v3 ^= last;
  round();
  v0 ^= last;
  v2 ^= 0xffU;
  round();
  round();
  round();
  return v0 ^ v1 ^ v2 ^ v3;
}

}  // namespace tidemark
