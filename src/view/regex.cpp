#include "view/regex.h"

#include <utility>

#include "view/case_fold.h"
#include "view/code_points.h"

namespace tidemark {
namespace {

constexpr std::size_t kMaxWork = 20'000;

}  // namespace

Result<Regex> Regex::parse(std::string_view pattern, bool ignore_case) {
  const auto syntax = parse_regex(pattern);
  if (!syntax.ok()) return syntax.error();
  Regex regex;
  regex.ignore_case_ = ignore_case;
  regex.start_ = regex.compile(syntax.value(), regex.add({}));
  if (regex.states_.size() > kMaxStates || regex.work_ > kMaxWork) return Error::bad_filter;
  regex.scratch_.seen.resize(regex.states_.size());
  return regex;
}

Regex::StateId Regex::add(State state) {
  states_.push_back(state);
  return static_cast<StateId>(states_.size() - 1);
}

// Built from the back, so that every state knows the one after it.
Regex::StateId Regex::compile(const RegexNode& node, StateId next) {
  using Kind = RegexNode::Kind;
  if (states_.size() > kMaxStates || ++work_ > kMaxWork) return next;
  switch (node.kind) {
    case Kind::sequence:
      for (std::size_t i = node.children.size(); i > 0; --i) {
        next = compile(node.children[i - 1], next);
      }
      return next;
    case Kind::choice: {
      StateId entry = compile(node.children.back(), next);
      for (std::size_t i = node.children.size() - 1; i > 0; --i) {
        const StateId other = compile(node.children[i - 1], next);
        entry = add({State::Kind::split, 0, 0, other, entry});
      }
      return entry;
    }
    case Kind::repeat:
      return compile_repeat(node, next);
    case Kind::character: {
      const char32_t c = ignore_case_ ? lower_case(node.character) : node.character;
      return add({State::Kind::character, c, 0, next, 0});
    }
    case Kind::any:
      return add({State::Kind::any, 0, 0, next, 0});
    case Kind::set:
      sets_.push_back(node.set);
      return add({State::Kind::set, 0, static_cast<std::uint32_t>(sets_.size() - 1), next, 0});
    case Kind::begin:
      return add({State::Kind::begin, 0, 0, next, 0});
    case Kind::end:
      return add({State::Kind::end, 0, 0, next, 0});
  }
  return next;
}

Regex::StateId Regex::compile_repeat(const RegexNode& node, StateId next) {
  const RegexNode& body = node.children.front();
  int copies = node.least;
  StateId entry = next;
  if (node.most == RegexNode::kUnbounded) {
    const StateId loop = add({State::Kind::split, 0, 0, 0, next});
    states_[loop].next = compile(body, loop);
    // x+ is x and then the loop, whose body is that very x.
    entry = copies == 0 ? loop : states_[loop].next;
    if (copies > 0) --copies;
  } else {
    for (int i = node.least; i < node.most; ++i) {
      entry = add({State::Kind::split, 0, 0, compile(body, entry), next});
      if (states_.size() > kMaxStates) return entry;
    }
  }
  for (int i = 0; i < copies; ++i) entry = compile(body, entry);
  return entry;
}

bool Regex::takes(const State& state, char32_t c) const {
  switch (state.kind) {
    case State::Kind::any:
      return true;
    case State::Kind::character:
      return state.character == (ignore_case_ ? lower_case(c) : c);
    case State::Kind::set: {
      const CharacterSet& set = sets_[state.set];
      const bool listed =
          set.lists(c) || (ignore_case_ && (set.lists(lower_case(c)) || set.lists(upper_case(c))));
      return listed != set.negated;
    }
    default:
      return false;
  }
}

// Enters a state and all that follow from it without a character; true when that ends in a
// match.
bool Regex::enter(StateId first, std::vector<StateId>& into, bool at_begin, bool at_end) const {
  auto& [now, then, pending, seen, step] = scratch_;
  pending.assign(1, first);
  while (!pending.empty()) {
    const StateId id = pending.back();
    pending.pop_back();
    if (seen[id] == step) continue;
    seen[id] = step;
    const State& state = states_[id];
    switch (state.kind) {
      case State::Kind::accept:
        return true;
      case State::Kind::split:
        pending.push_back(state.other);
        pending.push_back(state.next);
        break;
      case State::Kind::begin:
        if (at_begin) pending.push_back(state.next);
        break;
      case State::Kind::end:
        if (at_end) pending.push_back(state.next);
        break;
      default:
        into.push_back(id);
    }
  }
  return false;
}

bool Regex::matches(std::string_view text) const {
  Scratch& scratch = scratch_;
  const auto next_step = [&scratch] {
    if (++scratch.step != 0) return;
    // The counter has come round.
    std::fill(scratch.seen.begin(), scratch.seen.end(), 0U);
    scratch.step = 1;
  };
  next_step();
  scratch.now.clear();
  for (std::size_t at = 0;;) {
    // A match may begin anywhere.
    if (enter(start_, scratch.now, at == 0, at == text.size())) return true;
    if (at == text.size()) return false;
    const char32_t c = next_code_point(text, at);
    next_step();
    scratch.then.clear();
    for (const StateId id : scratch.now) {
      if (!takes(states_[id], c)) continue;
      if (enter(states_[id].next, scratch.then, false, at == text.size())) return true;
    }
    std::swap(scratch.now, scratch.then);
  }
}

}  // namespace tidemark
