#include "store/arena.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace tidemark {
namespace {

constexpr std::uint32_t kHeader = 4;
constexpr std::uint32_t kLargestBlock = 4'096;
constexpr std::uint32_t kSmallestPage = 1'024;
constexpr std::uint32_t kLargestPage = 32'768;
// A scanner may read this far past a text's end.
constexpr std::size_t kReadable = 64;

// How finely sizes near this one are told apart.
std::uint32_t step_of(std::uint32_t size) {
  return size <= 256 ? 16U : std::bit_floor(size - 1) / 16U;
}

std::uint32_t block_for(std::uint32_t size) {
  const std::uint32_t step = step_of(size);
  return (size + step - 1) / step * step;
}

// Of a block's size: 16 … 256 are the first sixteen, then sixteen for each doubling.
std::size_t class_of(std::uint32_t block) {
  if (block <= 256) return block / 16 - 1;
  const auto doublings = static_cast<std::uint32_t>(std::bit_width(block - 1)) - 9U;
  return 16U + doublings * 16U + block / step_of(block) - 17U;
}

std::uint32_t page_size(std::uint32_t block, std::uint32_t pages_before) {
  const std::uint32_t wanted = kSmallestPage << std::min(pages_before, 5U);
  const std::uint32_t size = std::min(std::max(wanted, block * 4), kLargestPage);
  return size / block * block;
}

std::uint32_t word_at(const char* at) {
  std::uint32_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

void set_word(char* at, std::uint32_t word) { std::memcpy(at, &word, sizeof word); }

}  // namespace

std::string_view Arena::keep(std::string_view text) {
  if (text.empty()) return {};
  const std::uint32_t size = static_cast<std::uint32_t>(text.size()) + kHeader;
  std::uint32_t number = kNone;
  if (size > kLargestBlock) {
    number = add_page(size, size);
  } else {
    const std::uint32_t block = block_for(size);
    const std::size_t size_class = class_of(block);
    std::uint32_t& first = with_room_[size_class];
    if (first == kNone) {
      link(add_page(block, page_size(block, page_count_[size_class]++)), first);
    }
    number = first;
  }
  Page& page = pages_[number];
  char* at = page.memory.get() + take_block(page);
  const bool full = page.freed == kNone && page.fresh == page.size;
  if (full && page.block <= kLargestBlock) unlink(number, with_room_[class_of(page.block)]);
  set_word(at, number);
  std::memcpy(at + kHeader, text.data(), text.size());
  return {at + kHeader, text.size()};
}

void Arena::release(std::string_view text) {
  if (text.empty()) return;
  const std::uint32_t number = word_at(text.data() - kHeader);
  Page& page = pages_[number];
  if (page.block > kLargestBlock) return drop_page(number);
  const std::size_t size_class = class_of(page.block);
  std::uint32_t& first = with_room_[size_class];
  const bool was_full = page.freed == kNone && page.fresh == page.size;
  const auto offset = static_cast<std::uint32_t>(text.data() - kHeader - page.memory.get());
  set_word(page.memory.get() + offset, page.freed);
  page.freed = offset;
  --page.live;
  if (was_full) link(number, first);
  // The last page with room stays: a row that comes and goes must not cost a page each time.
  const bool others_have_room = first != number || page.after != kNone;
  if (page.live > 0 || !others_have_room) return;
  unlink(number, first);
  --page_count_[size_class];
  drop_page(number);
}

std::uint32_t Arena::take_block(Page& page) {
  ++page.live;
  if (page.freed != kNone) {
    const std::uint32_t offset = page.freed;
    page.freed = word_at(page.memory.get() + offset);
    return offset;
  }
  const std::uint32_t offset = page.fresh;
  page.fresh += page.block;
  return offset;
}

std::uint32_t Arena::add_page(std::uint32_t block, std::uint32_t size) {
  if (unused_.empty()) {
    unused_.push_back(static_cast<std::uint32_t>(pages_.size()));
    pages_.emplace_back();
  }
  const std::uint32_t number = unused_.back();
  unused_.pop_back();
  Page& page = pages_[number];
  page = Page{};
  page.memory.reset(new char[size + kReadable]);
  page.size = size;
  page.block = block;
  taken_ += size + kReadable;
  return number;
}

void Arena::drop_page(std::uint32_t number) {
  taken_ -= pages_[number].size + kReadable;
  pages_[number] = Page{};
  unused_.push_back(number);
}

void Arena::link(std::uint32_t number, std::uint32_t& first) {
  Page& page = pages_[number];
  page.before = kNone;
  page.after = first;
  if (first != kNone) pages_[first].before = number;
  first = number;
}

void Arena::unlink(std::uint32_t number, std::uint32_t& first) {
  const Page& page = pages_[number];
  if (page.before != kNone)
    pages_[page.before].after = page.after;
  else
    first = page.after;
  if (page.after != kNone) pages_[page.after].before = page.before;
}

}  // namespace tidemark
