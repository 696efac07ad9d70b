#include "session/cause.h"

namespace tidemark {

std::string_view name_of(Cause cause) {
  switch (cause) {
    case Cause::asked:
      return "asked";
    case Cause::opened:
      return "opened";
    case Cause::replaced:
      return "replaced";
    case Cause::closed:
      return "closed";
    case Cause::silence:
      return "silence";
    case Cause::timeout:
      return "timeout";
    case Cause::no_token:
      return "no_token";
  }
  return "";
}

}  // namespace tidemark
