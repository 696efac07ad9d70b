// Sort keys: byte strings whose order (as std::string's) is the order of the values that
// were appended, one after the other. Made once for each version of a row, so that sorting
// reads no JSON. After the encoding of the tuple layer of FoundationDB.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tidemark::sort_key {

void append_byte(std::string& key, std::uint8_t byte);
void append_integer(std::string& key, std::int64_t value);
void append_number(std::string& key, std::string_view number);
void append_text(std::string& key, std::string_view text);

// Turns the order of everything from `from` on around.
void invert(std::string& key, std::size_t from);

// The first eight bytes as a number that compares as they do.
std::uint64_t prefix_of(std::string_view key);

}  // namespace tidemark::sort_key
