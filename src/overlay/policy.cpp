#include "overlay/policy.h"

#include <array>

namespace tidemark {
namespace {

using enum ConflictPolicy;

constexpr std::array<std::pair<ConflictPolicy, std::string_view>, 7> kNames{{
    {rebase, "rebase"},
    {server_wins, "server-wins"},
    {client_wins, "client-wins"},
    {last_write_wins, "last-write-wins"},
    {increment, "increment"},
    {set_union, "union"},
    {custom, "custom"},
}};

}  // namespace

std::string_view name_of(ConflictPolicy policy) {
  return kNames[static_cast<std::size_t>(policy)].second;
}

std::optional<ConflictPolicy> policy_named(std::string_view name) {
  for (const auto& [policy, its_name] : kNames) {
    if (its_name == name) return policy;
  }
  return std::nullopt;
}

}  // namespace tidemark
