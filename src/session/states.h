// The connection as data: what each input does in each state.
//
//              connect         disconnect      opened           lost             due
// disconnected open→connecting -               -                -                -
// connecting   -               close→disconn.  ready→connected  again→waiting    -
// connected    -               close→disconn.  -                down→waiting     -
// waiting      -               close→disconn.  -                -                open→connecting
// polling      -               close→disconn.  ready→connected  -                -
// error        open→connecting close→disconn.  -                -                -
//
// `lost` covers a refused open, a close from either side and silence. In `polling` no link
// is held; probes try to open one and arrive here as `opened`.
#pragma once

#include <array>
#include <cstdint>

namespace tidemark {

enum class State : std::uint8_t { disconnected, connecting, connected, waiting, polling, error };
enum class Input : std::uint8_t { connect, disconnect, opened, lost, due };
enum class Step : std::uint8_t { none, open, close, ready, again, down };

struct Transition {
  State next;
  Step step;
};

inline constexpr std::size_t kStates = 6;
inline constexpr std::size_t kInputs = 5;

inline constexpr std::array<std::array<Transition, kInputs>, kStates> kTransitions{{
    {{{State::connecting, Step::open},
      {State::disconnected, Step::none},
      {State::disconnected, Step::none},
      {State::disconnected, Step::none},
      {State::disconnected, Step::none}}},
    {{{State::connecting, Step::none},
      {State::disconnected, Step::close},
      {State::connected, Step::ready},
      {State::waiting, Step::again},
      {State::connecting, Step::none}}},
    {{{State::connected, Step::none},
      {State::disconnected, Step::close},
      {State::connected, Step::none},
      {State::waiting, Step::down},
      {State::connected, Step::none}}},
    {{{State::waiting, Step::none},
      {State::disconnected, Step::close},
      {State::waiting, Step::none},
      {State::waiting, Step::none},
      {State::connecting, Step::open}}},
    {{{State::polling, Step::none},
      {State::disconnected, Step::close},
      {State::connected, Step::ready},
      {State::polling, Step::none},
      {State::polling, Step::none}}},
    {{{State::connecting, Step::open},
      {State::disconnected, Step::close},
      {State::error, Step::none},
      {State::error, Step::none},
      {State::error, Step::none}}},
}};

constexpr Transition transition(State state, Input input) {
  return kTransitions[static_cast<std::size_t>(state)][static_cast<std::size_t>(input)];
}

}  // namespace tidemark
