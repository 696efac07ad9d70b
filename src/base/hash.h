// Keyed hashes of 64 and 128 bits: SipHash-1-3 (Aumasson, Bernstein: "SipHash: a fast
// short-input PRF", 2012, with the reduced rounds that hash tables use; 128 bits as in its
// authors' reference implementation of 2014). Keyed, so that a server or another user cannot
// choose ids that collide.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace tidemark {

struct HashKey {
  std::uint64_t k0 = 0;
  std::uint64_t k1 = 0;
};

struct Hash128 {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  bool operator==(const Hash128&) const = default;
};

// The rounds are parameters for the sake of SipHash's own test vectors, which are of 2-4.
template <int kWordRounds, int kLastRounds>
class SipHash {
 public:
  static std::uint64_t hash64(const HashKey& key, std::string_view text) {
    SipHash state(key, 0);
    state.absorb(text);
    return state.squeeze(0xffU, 0);
  }

  static Hash128 hash128(const HashKey& key, std::string_view text) {
    SipHash state(key, 0xeeU);
    state.absorb(text);
    const std::uint64_t low = state.squeeze(0xeeU, 0);
    return {low, state.squeeze(0, 0xddU)};
  }

 private:
  SipHash(const HashKey& key, std::uint64_t variant)
      : v0_(key.k0 ^ 0x736f6d6570736575U),
        v1_(key.k1 ^ 0x646f72616e646f6dU ^ variant),
        v2_(key.k0 ^ 0x6c7967656e657261U),
        v3_(key.k1 ^ 0x7465646279746573U) {}

  void absorb(std::string_view text) {
    const char* p = text.data();
    std::size_t left = text.size();
    for (; left >= 8; left -= 8, p += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, p, 8);
      add(word);
    }
    std::uint64_t last = static_cast<std::uint64_t>(text.size()) << 56U;
    for (std::size_t i = 0; i < left; ++i) {
      last |= static_cast<std::uint64_t>(static_cast<unsigned char>(p[i])) << (8U * i);
    }
    add(last);
  }

  void add(std::uint64_t word) {
    v3_ ^= word;
    rounds(kWordRounds);
    v0_ ^= word;
  }

  std::uint64_t squeeze(std::uint64_t into_v2, std::uint64_t into_v1) {
    v2_ ^= into_v2;
    v1_ ^= into_v1;
    rounds(kLastRounds);
    return v0_ ^ v1_ ^ v2_ ^ v3_;
  }

  void rounds(int count) {
    for (int i = 0; i < count; ++i) {
      v0_ += v1_;
      v1_ = std::rotl(v1_, 13) ^ v0_;
      v0_ = std::rotl(v0_, 32);
      v2_ += v3_;
      v3_ = std::rotl(v3_, 16) ^ v2_;
      v0_ += v3_;
      v3_ = std::rotl(v3_, 21) ^ v0_;
      v2_ += v1_;
      v1_ = std::rotl(v1_, 17) ^ v2_;
      v2_ = std::rotl(v2_, 32);
    }
  }

  std::uint64_t v0_;
  std::uint64_t v1_;
  std::uint64_t v2_;
  std::uint64_t v3_;
};

inline std::uint64_t keyed_hash(const HashKey& key, std::string_view text) {
  return SipHash<1, 3>::hash64(key, text);
}

inline Hash128 keyed_hash128(const HashKey& key, std::string_view text) {
  return SipHash<1, 3>::hash128(key, text);
}

}  // namespace tidemark
