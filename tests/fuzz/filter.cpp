// A filter and a row with a NUL between them: one that is accepted judges every row.
#include "view/filter.h"

#include "base/json.h"
#include "support.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidemark;
  const auto [text, row] = fuzz::halves_of(fuzz::text_of(data, size));
  const auto filter = Filter::parse(text);
  if (!filter.ok()) return 0;
  fuzz::require(filter.value().empty() == text.empty());
  const bool is_row = json::validate(row) == Error::none && row.front() == '{';
  if (is_row && text.empty()) fuzz::require(filter.value().matches(row));
  if (is_row) filter.value().matches(row);
  return 0;
}
