// How often this program has called operator new: for code that promises not to.
#pragma once

#include <cstddef>

namespace tidemark::testing {

std::size_t allocations();

}  // namespace tidemark::testing
