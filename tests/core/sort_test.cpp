#include "base/sort.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

namespace tidemark {
namespace {

// Short ones are sorted in another way than long ones; these sizes lie on both sides.
TEST(SortFew, EndsAsTheLibrarysSort) {
  std::mt19937 random(7);
  for (std::size_t size = 0; size < 100; ++size) {
    std::vector<std::uint32_t> numbers;
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < size; ++i) {
      // Few values, so that many are equal.
      numbers.push_back(static_cast<std::uint32_t>(random() % 50));
      texts.push_back("a text too long to lie in its string " + std::to_string(random() % 50));
    }
    auto sorted_numbers = numbers;
    auto sorted_texts = texts;
    sort_few(numbers.begin(), numbers.end());
    sort_few(texts.begin(), texts.end(), std::greater<>());
    std::sort(sorted_numbers.begin(), sorted_numbers.end());
    std::sort(sorted_texts.begin(), sorted_texts.end(), std::greater<>());
    EXPECT_EQ(numbers, sorted_numbers);
    EXPECT_EQ(texts, sorted_texts);
  }
}

}  // namespace
}  // namespace tidemark
