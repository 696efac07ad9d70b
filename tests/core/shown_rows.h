// What a page makes of the batches that it takes.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "change/batch.h"
#include "view/view.h"

namespace tidemark::testing {

using Json = nlohmann::json;

class ShownRows {
 public:
  // As JS would: objects by slot, a list of slots by view.
  void take(std::string_view batch) {
    ASSERT_TRUE(is_well_formed(batch));
    const auto word = [&](std::size_t at) {
      std::uint32_t value = 0;
      std::memcpy(&value, batch.data() + at * 4, 4);
      return value;
    };
    const Json values = Json::parse(batch.substr(word(4)));
    std::size_t next = 0;
    std::size_t at = 6;
    rows_sent += values.size();
    for (std::uint32_t i = 0; i < word(1); ++i, at += 2) {
      if (word(at + 1) == 1)
        objects[word(at)] = values[next++];
      else if (word(at + 1) == 5)
        patch(objects.at(word(at)), values[next++]);
      else
        objects.erase(word(at));
    }
    for (std::uint32_t i = 0; i < word(2); ++i) {
      auto& list = lists[word(at)];
      const bool relisted = word(at + 1) == 1;
      const std::uint32_t count = word(at + 2);
      at += 3;
      if (relisted) list.clear();
      for (std::uint32_t k = 0; k < count; ++k, at += relisted ? 1 : 4) {
        if (relisted)
          list.push_back(word(at));
        else
          apply_op(list, word(at), word(at + 1), word(at + 2), word(at + 3));
      }
    }
  }

  Json rows_of(ViewId view) {
    Json rows = Json::array();
    for (const Slot slot : lists[view]) rows.push_back(objects.at(slot));
    return rows;
  }

  std::size_t rows_sent = 0;
  std::size_t patches = 0;
  std::map<Slot, Json> objects;
  std::map<ViewId, std::vector<Slot>> lists;

 private:
  void patch(Json& object, const Json& members) {
    ++patches;
    object.update(members);
  }
  static void apply_op(std::vector<Slot>& list, std::uint32_t kind, Slot slot, std::uint32_t from,
                       std::uint32_t to) {
    if (kind == 1 || kind == 2) list.erase(list.begin() + static_cast<std::ptrdiff_t>(from));
    if (kind == 0 || kind == 2) list.insert(list.begin() + static_cast<std::ptrdiff_t>(to), slot);
  }
};

}  // namespace tidemark::testing
