#include "poll/byte_scan.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#include "base/ascii.h"

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#elif defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tidemark::poll {
namespace {

constexpr std::size_t kBlock = 64;

#if defined(__wasm_simd128__)

using Vector = v128_t;
Vector load(const char* at) { return wasm_v128_load(at); }
Vector either(Vector a, Vector b) { return wasm_v128_or(a, b); }
Vector differing(Vector a, Vector b) { return wasm_v128_xor(a, b); }
bool any(Vector a) { return wasm_v128_any_true(a); }
Vector all(char c) { return wasm_i8x16_splat(c); }
std::uint64_t mask(Vector a, Vector b) {
  return static_cast<std::uint64_t>(wasm_i8x16_bitmask(wasm_i8x16_eq(a, b)));
}

#elif defined(__SSE2__)

using Vector = __m128i;
Vector load(const char* at) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at)); }
Vector either(Vector a, Vector b) { return _mm_or_si128(a, b); }
Vector differing(Vector a, Vector b) { return _mm_xor_si128(a, b); }
bool any(Vector a) { return _mm_movemask_epi8(_mm_cmpeq_epi8(a, _mm_setzero_si128())) != 0xffff; }
Vector all(char c) { return _mm_set1_epi8(c); }
std::uint64_t mask(Vector a, Vector b) {
  return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(a, b)));
}

#endif

#if defined(__wasm_simd128__) || defined(__SSE2__)

bool equal_wide(const char* a, const char* b, std::size_t size) {
  const auto difference = [&](std::size_t at) { return differing(load(a + at), load(b + at)); };
  std::size_t at = 0;
  for (; at + 64 <= size; at += 64) {
    const Vector low = either(difference(at), difference(at + 16));
    const Vector high = either(difference(at + 32), difference(at + 48));
    if (any(either(low, high))) return false;
  }
  for (; at + 16 <= size; at += 16) {
    if (any(difference(at))) return false;
  }
  // The last bytes once more, with those that fill a vector.
  return at == size || !any(difference(size - 16));
}

// Where a block's quotes, backslashes and brackets are, one bit a byte.
struct Marks {
  std::uint64_t quotes = 0;
  std::uint64_t backslashes = 0;
  std::uint64_t opens = 0;
  std::uint64_t closes = 0;

  explicit Marks(const char* block) {
    for (unsigned part = 0; part < 4; ++part) {
      const Vector bytes = load(block + std::size_t{part} * 16);
      // Brackets and braces differ in this bit only.
      const Vector folded = either(bytes, all(0x20));
      const unsigned shift = part * 16;
      quotes |= mask(bytes, all('"')) << shift;
      backslashes |= mask(bytes, all('\\')) << shift;
      opens |= mask(folded, all('{')) << shift;
      closes |= mask(folded, all('}')) << shift;
    }
  }
};

#else

bool equal_wide(const char* a, const char* b, std::size_t size) {
  return std::memcmp(a, b, size) == 0;
}

struct Marks {
  std::uint64_t quotes = 0;
  std::uint64_t backslashes = 0;
  std::uint64_t opens = 0;
  std::uint64_t closes = 0;

  explicit Marks(const char* block) {
    for (unsigned i = 0; i < kBlock; ++i) {
      const std::uint64_t bit = std::uint64_t{1} << i;
      if (block[i] == '"') quotes |= bit;
      if (block[i] == '\\') backslashes |= bit;
      if (block[i] == '{' || block[i] == '[') opens |= bit;
      if (block[i] == '}' || block[i] == ']') closes |= bit;
    }
  }
};

#endif

// Walks blocks and knows whether it is inside a string, as in Langdale and Lemire, "Parsing
// gigabytes of JSON per second" (VLDB Journal 28, 2019), section 3.1.
class StringState {
 public:
  // The bytes of the block that are inside a string, its opening quote included.
  std::uint64_t inside(const Marks& marks) {
    const std::uint64_t quotes = marks.quotes & ~escaped(marks.backslashes);
    std::uint64_t within = quotes;
    for (unsigned shift = 1; shift < 64; shift *= 2) within ^= within << shift;
    within ^= inside_;
    inside_ = (within >> 63U) != 0 ? ~std::uint64_t{0} : 0;
    return within;
  }

 private:
  // The bytes that a backslash before them takes out of the grammar.
  std::uint64_t escaped(std::uint64_t backslashes) {
    std::uint64_t found = escapes_next_;
    escapes_next_ = 0;
    for (backslashes &= ~found; backslashes != 0;) {
      const std::uint64_t first = backslashes & (~backslashes + 1);
      escapes_next_ = first >> 63U;
      found |= first << 1U;
      // An escaped backslash escapes nothing.
      backslashes &= ~(first | first << 1U);
    }
    return found;
  }

  std::uint64_t inside_ = 0;
  std::uint64_t escapes_next_ = 0;
};

Skipped skip_container(const char* at, const char* end) {
  StringState strings;
  int depth = 0;
  int deepest = 0;
  char last[kBlock];
  const auto size = static_cast<std::size_t>(end - at);
  for (std::size_t offset = 0; offset < size; offset += kBlock) {
    const char* block = at + offset;
    if (size - offset < kBlock) {
      std::fill(std::copy(block, end, last), last + kBlock, ' ');
      block = last;
    }
    const Marks marks(block);
    const std::uint64_t outside = ~strings.inside(marks);
    const std::uint64_t opens = marks.opens & outside;
    for (std::uint64_t rest = opens | (marks.closes & outside); rest != 0; rest &= rest - 1) {
      const int bit = std::countr_zero(rest);
      if ((opens >> static_cast<unsigned>(bit) & 1U) != 0) {
        deepest = std::max(deepest, ++depth);
      } else if (--depth == 0) {
        return {at + offset + bit + 1, deepest};
      }
    }
  }
  return {};
}

}  // namespace

bool equal_bytes(const char* a, const char* b, std::size_t size) {
  if (size >= 16) return equal_wide(a, b, size);
  return size == 0 || std::memcmp(a, b, size) == 0;
}

const char* skip_space(const char* at, const char* end) {
  while (at < end && json::is_space(*at)) ++at;
  return at;
}

const char* skip_string(const char* at, const char* end) {
  for (++at; at < end; ++at) {
    if (*at == '"') return at + 1;
    if (*at == '\\' && ++at == end) break;
  }
  return nullptr;
}

Skipped skip_value(const char* at, const char* end) {
  if (at == end) return {};
  if (*at == '{' || *at == '[') return skip_container(at, end);
  if (*at == '"') return {skip_string(at, end), 0};
  while (at < end && *at != ',' && *at != '}' && *at != ']' && !json::is_space(*at)) ++at;
  return {at, 0};
}

}  // namespace tidemark::poll
