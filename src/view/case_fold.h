// The letters that `ilike` and `imatch` take for equal: each upper-case letter of ASCII,
// Latin-1, Latin Extended-A, modern Greek and Cyrillic (U+0400–U+052F) and its one
// lower-case letter in Unicode's simple mapping. Other letters differ by case.
#pragma once

namespace tidemark {

// The letter's other case, or the code point itself when it has none here.
char32_t lower_case(char32_t c);
char32_t upper_case(char32_t c);

}  // namespace tidemark
