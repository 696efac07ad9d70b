// How one kind of server is spoken to. A dialect turns what the engine wants into frames and
// frames into messages; what it remembers belongs to one link and is void with the next.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.h"
#include "wire/message.h"

namespace tidemark::wire {

using Frames = std::vector<std::string>;

// What is to be sent and, where nothing has to be asked, the answer.
struct Question {
  Frames frames;
  std::vector<Message> answers;
};

// `column=op.value`, and the operator in it without `not.`.
struct Term {
  std::string_view text;
  std::string_view op;
};

// A stream of changes that is wanted.
struct Request {
  std::string ref;          // what its answer is to name
  std::string_view entity;  // what its events are to name
  std::string_view table;   // where the server keeps it
  std::string_view filter;
  // Those of the filter's conditions that can be left to a server which looks at a row only as
  // it is after a change, and so does not tell of one that leaves a filter: they look at members
  // that never change.
  std::vector<Term> lasting{};
  const std::optional<Position>* since = nullptr;
};

class Dialect {
 public:
  Dialect() = default;
  Dialect(const Dialect&) = delete;
  Dialect& operator=(const Dialect&) = delete;
  virtual ~Dialect() = default;

  virtual bool is_spoken_over(Transport transport) const = 0;

  // A link has opened over which frames can be sent: what comes before all else.
  virtual Frames begin(std::string_view token) = 0;
  virtual Question subscribe(const Request& request) = 0;
  // `sub` as the answer named it.
  virtual Frames unsubscribe(std::string_view sub) = 0;
  // A new token for the link that is open.
  virtual Frames authenticate(std::string_view token) = 0;
  virtual Frames ping(std::uint64_t ref) = 0;

  // What an event stream's URL asks for after its `?`; empty for nothing.
  virtual std::string query(const std::vector<Request>&) const { return {}; }
  // An event stream has opened whose URL asked for these. `last_id`: the id of the event before
  // its first one, as its answer's headers say; empty when they do not.
  virtual std::vector<Message> streaming(const std::vector<Request>&, std::string_view) {
    return {};
  }

  // What `decoded` held before is gone; `frame` is lent to it.
  virtual void decode(std::string_view frame, Decoded& decoded) = 0;
  // The same of an event stream's event. `id`: its own, or the last one that had any.
  virtual void decode(std::string_view data, std::string_view, Decoded& decoded) {
    decode(data, decoded);
  }

  // The end of a link in the words of session/close_code.h.
  virtual int close_code(int code) const { return code; }
};

enum class DialectKind : std::uint8_t { native, supabase, centrifugo, mercure, plain };

std::unique_ptr<Dialect> make_dialect(DialectKind kind);
std::optional<DialectKind> dialect_of(std::string_view name);

}  // namespace tidemark::wire
