// Some bytes at once. `Lanes` is sixteen of them where the machine has 128-bit vectors
// (WebAssembly's, SSE2) and one elsewhere, as in a build without WebAssembly; `Lane` is
// always one. Both have one face, so that a scan is written once and its last bytes, too few
// for a vector, are read one by one: nothing reads past the end that it was given.
#pragma once

#include <cstddef>
#include <cstdint>

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#elif defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tidemark::simd {

// A comparison gives all ones where it holds; `mask` has a bit for each byte, the first one
// lowest, and `any` tells whether one bit of all of them is set. Bytes are compared as signed.
class Lane {
 public:
  static constexpr std::ptrdiff_t kSize = 1;
  static Lane load(const char* p) { return Lane(static_cast<signed char>(*p)); }

  Lane operator==(char c) const { return truth(byte_ == static_cast<signed char>(c)); }
  Lane operator==(Lane other) const { return truth(byte_ == other.byte_); }
  Lane operator<(char c) const { return truth(byte_ < static_cast<signed char>(c)); }
  Lane operator|(Lane other) const { return Lane(static_cast<signed char>(byte_ | other.byte_)); }
  Lane operator^(Lane other) const { return Lane(static_cast<signed char>(byte_ ^ other.byte_)); }
  bool any() const { return byte_ != 0; }
  Lane with_bits(char bits) const { return *this | Lane(static_cast<signed char>(bits)); }
  std::uint32_t mask() const { return byte_ < 0 ? 1U : 0U; }

 private:
  explicit Lane(signed char byte) : byte_(byte) {}
  static Lane truth(bool holds) { return Lane(holds ? -1 : 0); }

  signed char byte_;
};

#if defined(__wasm_simd128__)

class Lanes {
 public:
  static constexpr std::ptrdiff_t kSize = 16;
  static Lanes load(const char* p) { return Lanes(wasm_v128_load(p)); }

  Lanes operator==(char c) const { return Lanes(wasm_i8x16_eq(bytes_, splat(c))); }
  Lanes operator==(Lanes other) const { return Lanes(wasm_i8x16_eq(bytes_, other.bytes_)); }
  Lanes operator<(char c) const { return Lanes(wasm_i8x16_lt(bytes_, splat(c))); }
  Lanes operator|(Lanes other) const { return Lanes(wasm_v128_or(bytes_, other.bytes_)); }
  Lanes operator^(Lanes other) const { return Lanes(wasm_v128_xor(bytes_, other.bytes_)); }
  bool any() const { return wasm_v128_any_true(bytes_); }
  Lanes with_bits(char bits) const { return Lanes(wasm_v128_or(bytes_, splat(bits))); }
  std::uint32_t mask() const { return static_cast<std::uint32_t>(wasm_i8x16_bitmask(bytes_)); }

 private:
  explicit Lanes(v128_t bytes) : bytes_(bytes) {}
  static v128_t splat(char c) { return wasm_i8x16_splat(static_cast<std::int8_t>(c)); }

  v128_t bytes_;
};

#elif defined(__SSE2__)

class Lanes {
 public:
  static constexpr std::ptrdiff_t kSize = 16;
  static Lanes load(const char* p) {
    return Lanes(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
  }

  Lanes operator==(char c) const { return Lanes(_mm_cmpeq_epi8(bytes_, _mm_set1_epi8(c))); }
  Lanes operator==(Lanes other) const { return Lanes(_mm_cmpeq_epi8(bytes_, other.bytes_)); }
  Lanes operator<(char c) const { return Lanes(_mm_cmplt_epi8(bytes_, _mm_set1_epi8(c))); }
  Lanes operator|(Lanes other) const { return Lanes(_mm_or_si128(bytes_, other.bytes_)); }
  Lanes operator^(Lanes other) const { return Lanes(_mm_xor_si128(bytes_, other.bytes_)); }
  bool any() const {
    return _mm_movemask_epi8(_mm_cmpeq_epi8(bytes_, _mm_setzero_si128())) != 0xffff;
  }
  Lanes with_bits(char bits) const { return Lanes(_mm_or_si128(bytes_, _mm_set1_epi8(bits))); }
  std::uint32_t mask() const { return static_cast<std::uint32_t>(_mm_movemask_epi8(bytes_)); }

 private:
  explicit Lanes(__m128i bytes) : bytes_(bytes) {}

  __m128i bytes_;
};

#else

using Lanes = Lane;

#endif

}  // namespace tidemark::simd
