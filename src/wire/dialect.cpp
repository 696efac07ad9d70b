#include "wire/dialect.h"

#include "wire/native.h"
#include "wire/supabase.h"

namespace tidemark::wire {

std::unique_ptr<Dialect> make_dialect(DialectKind kind) {
  switch (kind) {
    case DialectKind::native:
      return std::make_unique<NativeDialect>();
    case DialectKind::supabase:
      return std::make_unique<SupabaseDialect>();
  }
  return nullptr;
}

std::optional<DialectKind> dialect_of(std::string_view name) {
  if (name == "native") return DialectKind::native;
  if (name == "supabase") return DialectKind::supabase;
  return std::nullopt;
}

}  // namespace tidemark::wire
