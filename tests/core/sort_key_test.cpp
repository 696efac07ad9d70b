#include "view/sort_key.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "base/decimal.h"
#include "base/random.h"

namespace tidemark {
namespace {

std::string number_key(std::string_view number) {
  std::string key;
  sort_key::append_number(key, number);
  return key;
}

std::string text_key(std::string_view text) {
  std::string key;
  sort_key::append_text(key, text);
  return key;
}

std::string random_number(Random& random) {
  std::string text = random.up_to(1) == 0 ? "-" : "";
  const auto digits = [&](std::int64_t most) {
    for (std::int64_t n = random.up_to(most) + 1; n > 0; --n) {
      text += static_cast<char>('0' + (random.up_to(2) == 0 ? 0 : random.up_to(9)));
    }
  };
  if (random.up_to(2) == 0) {
    text += '0';
  } else {
    text += static_cast<char>('1' + random.up_to(8));
    if (random.up_to(1) == 0) digits(20);
  }
  if (random.up_to(1) == 0) {
    text += '.';
    digits(6);
  }
  if (random.up_to(3) == 0) {
    text += random.up_to(1) == 0 ? "e-" : "e";
    text += std::to_string(random.up_to(random.up_to(1) == 0 ? 5 : 200));
  }
  return text;
}

TEST(SortKey, NumbersSortAsTheyCompare) {
  Random random(9);
  int equal = 0;
  for (int i = 0; i < 50'000; ++i) {
    const std::string a = random_number(random);
    // Often the same number in another spelling.
    const std::string b = random.up_to(3) == 0
                              ? a + (a.find_first_of("e.") == std::string::npos ? ".0" : "")
                              : random_number(random);
    ASSERT_TRUE(is_number(a)) << a;
    const auto order = compare_numbers(a, b);
    const int by_key = number_key(a).compare(number_key(b));
    ASSERT_TRUE((by_key <=> 0) == order) << a << " " << b;
    // Whatever follows decides between equal ones only.
    const int with_more = (number_key(a) + '\xff').compare(number_key(b) + '\x00');
    if (order != 0) ASSERT_TRUE((with_more <=> 0) == order) << a << " " << b;
    equal += order == 0 ? 1 : 0;
  }
  EXPECT_GT(equal, 1'000);
}

TEST(SortKey, TextsSortByTheirBytes) {
  Random random(10);
  const auto text = [&] {
    std::string out;
    for (std::int64_t n = random.up_to(4); n > 0; --n) {
      out += "\x00\x01\xfe\xff"[random.up_to(3)];
    }
    return out;
  };
  for (int i = 0; i < 20'000; ++i) {
    const std::string a = text();
    const std::string b = text();
    const std::string x = text_key(a) + (i % 2 == 0 ? '\xff' : '\x00');
    const std::string y = text_key(b) + (i % 2 == 0 ? '\x00' : '\xff');
    if (a != b) ASSERT_EQ(x < y, a < b);
    std::string inverted_x = x;
    std::string inverted_y = y;
    sort_key::invert(inverted_x, 0);
    sort_key::invert(inverted_y, 0);
    if (a != b) ASSERT_EQ(inverted_x < inverted_y, b < a);
    ASSERT_EQ(sort_key::prefix_of(x) < sort_key::prefix_of(y),
              (x + std::string(8, '\0')).substr(0, 8) < (y + std::string(8, '\0')).substr(0, 8));
  }
}

TEST(SortKey, IntegersSortBySign) {
  std::string previous;
  for (const std::int64_t value : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-256},
                                   std::int64_t{-1}, std::int64_t{0}, std::int64_t{1},
                                   std::int64_t{255}, std::numeric_limits<std::int64_t>::max()}) {
    std::string key;
    sort_key::append_integer(key, value);
    EXPECT_LT(previous, key) << value;
    previous = key;
  }
}

}  // namespace
}  // namespace tidemark
