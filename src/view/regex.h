// Does a text hold a match of a regular expression (see regex_syntax.h for which)? Decided by
// simulating a nondeterministic automaton, all of its states at once (Thompson: "Regular
// expression search algorithm", CACM 1968), so the time is at most the text's length times
// the number of states, and that has a limit.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "view/regex_syntax.h"

namespace tidemark {

class Regex {
 public:
  static constexpr std::size_t kMaxStates = 1000;

  // bad_filter for what cannot be read or takes too many states.
  static Result<Regex> parse(std::string_view pattern, bool ignore_case);

  bool matches(std::string_view text) const;

 private:
  using StateId = std::uint32_t;

  struct State {
    enum class Kind : unsigned char { character, any, set, split, begin, end, accept };
    Kind kind = Kind::accept;
    char32_t character = 0;
    std::uint32_t set = 0;
    StateId next = 0;
    StateId other = 0;  // of a split
  };

  // Where the simulation stands; kept so that a match allocates nothing.
  struct Scratch {
    std::vector<StateId> now;
    std::vector<StateId> then;
    std::vector<StateId> pending;
    std::vector<std::uint32_t> seen;  // by state: the step that last entered it
    std::uint32_t step = 0;
  };

  StateId add(State state);
  StateId compile(const RegexNode& node, StateId next);
  StateId compile_repeat(const RegexNode& node, StateId next);
  bool takes(const State& state, char32_t c) const;
  bool enter(StateId state, std::vector<StateId>& into, bool at_begin, bool at_end) const;

  std::vector<State> states_;
  std::vector<CharacterSet> sets_;
  StateId start_ = 0;
  bool ignore_case_ = false;
  std::size_t work_ = 0;  // steps of the compilation, which an empty loop could make endless
  mutable Scratch scratch_;
};

}  // namespace tidemark
