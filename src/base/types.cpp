#include "base/types.h"

namespace tidemark {

std::string_view name_of(Transport transport) {
  switch (transport) {
    case Transport::websocket:
      return "websocket";
    case Transport::sse:
      return "sse";
    case Transport::polling:
      return "polling";
  }
  return "";
}

std::string_view name_of(Continuity continuity) {
  switch (continuity) {
    case Continuity::live:
      return "live";
    case Continuity::catching_up:
      return "catching-up";
    case Continuity::suspect:
      return "suspect";
    case Continuity::polling:
      return "polling";
    case Continuity::offline:
      return "offline";
  }
  return "";
}

std::string_view name_of(Action action) {
  switch (action) {
    case Action::insert:
      return "insert";
    case Action::update:
      return "update";
    case Action::erase:
      return "delete";
  }
  return "";
}

}  // namespace tidemark
