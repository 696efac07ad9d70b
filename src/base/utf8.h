// Well-formed UTF-8, as the Unicode standard has it (table 3-7): no overlong form, no
// surrogate, nothing above U+10FFFF.
#pragma once

#include <string>

namespace tidemark::utf8 {

// Past all that is not ASCII from `p` on; null when it is not well-formed.
const char* after_run(const char* p, const char* end);

// A surrogate is given its three bytes as well.
void append(std::string& out, unsigned code_point);

}  // namespace tidemark::utf8
