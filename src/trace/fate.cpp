#include "trace/fate.h"

namespace tidemark {

std::string_view name_of(Fate fate) {
  switch (fate) {
    case Fate::applied:
      return "applied";
    case Fate::unchanged:
      return "unchanged";
    case Fate::conflated:
      return "conflated";
    case Fate::duplicate:
      return "duplicate";
    case Fate::stale:
      return "stale";
    case Fate::gap:
      return "gap";
    case Fate::unobserved:
      return "unobserved";
    case Fate::foreign:
      return "foreign";
    case Fate::rejected:
      return "rejected";
  }
  return "";
}

std::string_view name_of(Way way) {
  switch (way) {
    case Way::link:
      return "link";
    case Way::tab:
      return "tab";
    case Way::poll:
      return "poll";
  }
  return "";
}

}  // namespace tidemark
