// Memory for rows and their keys: text of any length, kept in size classes so that freed
// space is taken again. Addresses stay as they are until the text is released.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace tidemark {

// A page holds blocks of one size class; what is larger has a page of its own. A page
// without text goes back to the system, so that rows that grew do not hold on to the
// classes they left.
//
//   block   page number (u32) | text | rest of the class
//
// Classes are sixteen to a doubling: at most a sixteenth of a block is lost.
class Arena {
 public:
  // A copy of `text` that stands until it is released; empty text takes no space.
  std::string_view keep(std::string_view text);
  // `text` is what keep() returned.
  void release(std::string_view text);

  // What was taken from the system, free blocks included.
  std::size_t bytes() const { return taken_ + pages_.capacity() * sizeof(Page); }

 private:
  static constexpr std::uint32_t kNone = 0xffffffffU;
  static constexpr std::size_t kClasses = 80;

  struct Page {
    std::unique_ptr<char[]> memory;
    std::uint32_t size = 0;       // of the blocks together
    std::uint32_t block = 0;      // size of one
    std::uint32_t fresh = 0;      // blocks beyond this offset were never used
    std::uint32_t freed = kNone;  // offset of the last freed block; each names the next
    std::uint32_t live = 0;
    // The neighbours among the pages of the class that have room.
    std::uint32_t before = kNone;
    std::uint32_t after = kNone;
  };

  std::uint32_t add_page(std::uint32_t block, std::uint32_t size);
  void drop_page(std::uint32_t number);
  void link(std::uint32_t number, std::uint32_t& first);
  void unlink(std::uint32_t number, std::uint32_t& first);
  static std::uint32_t take_block(Page& page);

  static constexpr std::array<std::uint32_t, kClasses> no_pages() {
    std::array<std::uint32_t, kClasses> none{};
    none.fill(kNone);
    return none;
  }

  std::vector<Page> pages_;
  std::vector<std::uint32_t> unused_;  // numbers without a page
  std::array<std::uint32_t, kClasses> with_room_ = no_pages();
  std::array<std::uint32_t, kClasses> page_count_{};
  std::size_t taken_ = 0;
};

}  // namespace tidemark
