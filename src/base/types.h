// The words that every stage shares.
#pragma once

#include <cstdint>
#include <string_view>

namespace tidemark {

// Milliseconds since the Unix epoch, as the outside read its clock. The core never reads one.
using Millis = std::int64_t;

// Counts the inputs of one engine. Orders "this request left" against "that event came"
// whatever the clock does.
using Tick = std::uint64_t;

// Names a row inside one engine; JS keeps the row's object under the same number.
using Slot = std::uint32_t;

// Names who takes batches: one of the pages that share an engine. Mostly there is only 0.
using ReaderId = std::uint32_t;

enum class Action : std::uint8_t { insert, update, erase };

enum class Transport : std::uint8_t { websocket, sse, polling };

// What a subscription knows of its own completeness (promise I9).
enum class Continuity : std::uint8_t { live, catching_up, suspect, polling, offline };

// As the wire and the page call them.
std::string_view name_of(Action action);
std::string_view name_of(Transport transport);
std::string_view name_of(Continuity continuity);

}  // namespace tidemark
