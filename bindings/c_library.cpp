// What nlohmann/json and embind ask of the C library. musl's own bring a printf that knows every
// format, and arithmetic of 128 bits in software, for a configuration whose numbers end as
// milliseconds. The linker takes these in their place (`--wrap`).
#include <cstddef>
#include <cstdlib>

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

double scaled(double value, int exponent) {
  // From here on it is nought, or beyond all that an option may be.
  constexpr int kBeyond = 400;
  double power = 1;
  for (int i = 0; i < kBeyond && i < std::abs(exponent); ++i) power *= 10;
  return exponent < 0 ? value / power : value * power;
}

}  // namespace

extern "C" {

// Of a number as JSON writes it. Within what a double holds exactly the result is as musl's, and
// beyond differs from it in the last places.
double __wrap_strtod(const char* text, char** end) {
  const bool is_negative = *text == '-';
  if (is_negative) ++text;
  double value = 0;
  int exponent = 0;
  for (; is_digit(*text); ++text) value = value * 10 + (*text - '0');
  if (*text == '.') {
    for (++text; is_digit(*text); ++text, --exponent) value = value * 10 + (*text - '0');
  }
  if (*text == 'e' || *text == 'E') {
    ++text;
    const bool divides = *text == '-';
    if (*text == '-' || *text == '+') ++text;
    int given = 0;
    constexpr int kEnough = 100'000;
    for (; is_digit(*text); ++text) given = given < kEnough ? given * 10 + (*text - '0') : given;
    exponent += divides ? -given : given;
  }
  *end = const_cast<char*>(text);
  value = scaled(value, exponent);
  return is_negative ? -value : value;
}

// Of the parser's error messages, which nobody reads: a configuration is good or it is not.
int __wrap_snprintf(char* out, std::size_t size, const char*, ...) {
  if (size > 0) *out = '\0';
  return 0;
}

// Of embind's names for types that it was not told of; it was told of all.
int __wrap_siprintf(char* out, const char*, ...) {
  *out = '\0';
  return 0;
}

}  // extern "C"
