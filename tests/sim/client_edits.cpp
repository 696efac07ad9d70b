// The user's edits: shown at once, sent when the core says so, ended by the answer.
#include <algorithm>

#include "base/json.h"
#include "client.h"
#include "scene.h"

namespace tidemark::sim {
namespace {

constexpr Millis kResend = 700;

std::string named(std::string data, const std::string& name) {
  const std::string unnamed = "\"id\":0";
  return data.replace(data.find(unnamed), unnamed.size(), "\"id\":" + name);
}

}  // namespace

bool Client::is_covered(std::size_t table, const std::string& key) const {
  return std::any_of(edits_.begin(), edits_.end(), [&](const Edit& each) {
    return each.covers && each.write.table == table && each.key == key;
  });
}

void Client::edit(Write write) {
  if (asleep_until_) return;
  write.mutation = "c" + std::to_string(index_) + "-m" + std::to_string(next_edit_++);
  std::string data = write.action == Action::insert ? text_of(write.table, write.row)
                                                    : patch_of(write.id, write.column, write.value);
  if (write.id == 0) {
    std::string name = "\"" + write.mutation + "\"";
    const auto is_unnamed = [&](const Edit& each) {
      return each.write.table == write.table && each.write.action == Action::insert &&
             each.key.starts_with('"');
    };
    const auto inserted = std::find_if(edits_.rbegin(), edits_.rend(), is_unnamed);
    if (write.action != Action::insert && inserted == edits_.rend()) return;
    if (write.action != Action::insert) name = inserted->key;
    data = named(std::move(data), name);
  }
  input([this, write, data] {
    // Before its effects are performed: one of them submits it.
    edits_.push_back({0, write, read(data).key});
    const auto handle =
        engine_.mutate(write.mutation, kTables[write.table].name, write.action, data, clock());
    if (!handle.ok()) return fail("api", "an edit is refused: " + data);
    edits_.back().handle = handle.value();
  });
}

void Client::submit(std::string_view effect) {
  const auto handle =
      static_cast<MutationHandle>(std::stoul(std::string(*json::member(effect, "mutation"))));
  const auto found = std::find_if(edits_.begin(), edits_.end(),
                                  [handle](const Edit& each) { return each.handle == handle; });
  if (found == edits_.end()) return fail("api", "an edit that ended is submitted");
  Write write = found->write;
  const std::string_view id = *json::member(effect, "id");
  const bool is_named = !id.starts_with('"');
  const bool is_insert = write.action == Action::insert;
  // Its insert failed: the server does not know the row, and says so.
  if (!is_insert) write.id = is_named ? std::stoll(std::string(id)) : -1;
  found->in_flight = true;
  sim::write(scene_, index_, write, [this, handle](const WriteAnswer& answer) {
    input([this, handle, answer] { answered_edit(handle, answer); });
  });
}

void Client::answered_edit(MutationHandle handle, const WriteAnswer& answer) {
  const auto found = std::find_if(edits_.begin(), edits_.end(),
                                  [handle](const Edit& each) { return each.handle == handle; });
  if (found == edits_.end()) return fail("api", "an edit is answered twice");
  scene_.world.trace(index_, "settle", found->write.mutation + " " + answer.row);
  found->in_flight = false;
  // The network failed, not the edit: one page tries again, the other gives up.
  if (!answer.arrived && index_ % 2 == 0) {
    scene_.world.after(kResend, [this, handle] {
      input([this, handle] {
        const auto kept = engine_.fail(handle, true, clock());
        const bool is_done = !kept.ok() || !kept.value();
        if (is_done) std::erase_if(edits_, [&](const Edit& each) { return each.handle == handle; });
      });
    });
    return;
  }
  const bool told = answer.row.starts_with('{');
  if (told && is_observed(found->write.table)) {
    scene_.invariants.learned(index_, read(answer.row), false);
  }
  found->covers = false;
  engine_.settle(handle, answer.row, clock());
  std::erase_if(edits_, [handle](const Edit& each) { return each.handle == handle; });
}

// Its echo came: from here on the user sees the server's row.
void Client::close_edit(std::string_view mutation) {
  if (mutation.empty()) return;
  for (Edit& each : edits_) {
    if (each.write.mutation != mutation) continue;
    each.covers = false;
    if (each.in_flight) continue;
    // It waited to be sent again, and need not be.
    scene_.world.after(0, [this, handle = each.handle] {
      input([this, handle] {
        engine_.settle(handle, "null", clock());
        std::erase_if(edits_, [handle](const Edit& ended) { return ended.handle == handle; });
      });
    });
  }
}

void Client::rename(std::string_view effect) {
  const auto entity = json::member(effect, "entity");
  const auto table = table_named(json::string_of(*entity));
  for (Edit& each : edits_) {
    const bool moves = each.write.table == table && each.key == *json::member(effect, "from");
    if (moves) each.key = *json::member(effect, "to");
  }
}

}  // namespace tidemark::sim
