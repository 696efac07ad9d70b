#include "view/filter.h"

namespace tidemark {

bool Filter::matches(std::string_view row) const {
  if (empty()) return true;
  Columns::Values values;
  columns_.read(row, values);
  return holds(0, values) == Truth::yes;
}

Truth Filter::holds(std::uint32_t at, const Columns::Values& values) const {
  const Node& node = nodes_[at];
  const bool all = node.kind == Node::Kind::all;
  Truth result = all ? Truth::yes : Truth::no;
  if (node.kind == Node::Kind::condition) {
    result = conditions_[node.condition].holds(values);
  } else {
    const Truth decided = all ? Truth::no : Truth::yes;
    for (std::uint32_t each = at + 1; each < node.end && result != decided;
         each = nodes_[each].end) {
      const Truth part = holds(each, values);
      result = all ? both(result, part) : either(result, part);
    }
  }
  return node.negated ? negation(result) : result;
}

}  // namespace tidemark
