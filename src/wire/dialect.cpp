#include "wire/dialect.h"

#include <array>
#include <utility>

#include "wire/centrifugo.h"
#include "wire/mercure.h"
#include "wire/native.h"
#include "wire/plain.h"
#include "wire/supabase.h"

namespace tidemark::wire {

std::unique_ptr<Dialect> make_dialect(DialectKind kind) {
  switch (kind) {
    case DialectKind::native:
      return std::make_unique<NativeDialect>();
    case DialectKind::supabase:
      return std::make_unique<SupabaseDialect>();
    case DialectKind::centrifugo:
      return std::make_unique<CentrifugoDialect>();
    case DialectKind::mercure:
      return std::make_unique<MercureDialect>();
    case DialectKind::plain:
      return std::make_unique<PlainDialect>();
  }
  return nullptr;
}

std::optional<DialectKind> dialect_of(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, DialectKind>, 5> kNames{{
      {"native", DialectKind::native},
      {"supabase", DialectKind::supabase},
      {"centrifugo", DialectKind::centrifugo},
      {"mercure", DialectKind::mercure},
      {"plain", DialectKind::plain},
  }};
  for (const auto& [known, kind] : kNames) {
    if (known == name) return kind;
  }
  return std::nullopt;
}

}  // namespace tidemark::wire
