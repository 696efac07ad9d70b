// Everything that can happen: what users and other writers do (actions.cpp), and what goes
// wrong (faults.cpp).
#pragma once

#include <span>
#include <string_view>

#include "schedule.h"

namespace tidemark::sim {

struct Scene;

struct StepKind {
  std::string_view name;
  int weight;
  void (*perform)(Scene& scene, const Step& step);
};

std::span<const StepKind> actions();
std::span<const StepKind> faults();

// Actions first, then faults.
std::size_t step_kind_count();
const StepKind& step_kind(std::size_t kind);

}  // namespace tidemark::sim
