#include "base/utf8.h"

#include <cstddef>

namespace tidemark::utf8 {
namespace {

// How many bytes the sequence at `p` has; 0 when it is not well-formed. `p[0]` is not ASCII.
std::ptrdiff_t length(const char* p, std::ptrdiff_t left) {
  const auto byte = [p](std::ptrdiff_t i) { return static_cast<unsigned char>(p[i]); };
  const auto tail = [&](std::ptrdiff_t i) { return (byte(i) & 0xc0U) == 0x80U; };
  const unsigned first = byte(0);
  if (first < 0xc2U) return 0;
  if (first < 0xe0U) return left >= 2 && tail(1) ? 2 : 0;
  if (first < 0xf0U) {
    if (left < 3 || !tail(1) || !tail(2)) return 0;
    if (first == 0xe0U && byte(1) < 0xa0U) return 0;
    if (first == 0xedU && byte(1) > 0x9fU) return 0;
    return 3;
  }
  if (first > 0xf4U || left < 4 || !tail(1) || !tail(2) || !tail(3)) return 0;
  if (first == 0xf0U && byte(1) < 0x90U) return 0;
  if (first == 0xf4U && byte(1) > 0x8fU) return 0;
  return 4;
}

}  // namespace

const char* after_run(const char* p, const char* end) {
  while (p < end && static_cast<unsigned char>(*p) >= 0x80U) {
    const std::ptrdiff_t size = length(p, end - p);
    if (size == 0) return nullptr;
    p += size;
  }
  return p;
}

void append(std::string& out, unsigned code) {
  const auto push = [&out](unsigned byte) { out.push_back(static_cast<char>(byte)); };
  const auto push_tail = [&](unsigned shift) { push(0x80U | ((code >> shift) & 0x3fU)); };
  if (code < 0x80U) {
    push(code);
  } else if (code < 0x800U) {
    push(0xc0U | (code >> 6U));
    push_tail(0);
  } else if (code < 0x10000U) {
    push(0xe0U | (code >> 12U));
    push_tail(6);
    push_tail(0);
  } else {
    push(0xf0U | (code >> 18U));
    push_tail(12);
    push_tail(6);
    push_tail(0);
  }
}

}  // namespace tidemark::utf8
