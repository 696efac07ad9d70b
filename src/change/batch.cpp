#include "change/batch.h"

#include <bit>
#include <cstring>

#include "base/json.h"

namespace tidemark {
namespace {

static_assert(std::endian::native == std::endian::little, "words are copied as they are");

constexpr std::uint32_t kMagic = 0x314d4454U;
constexpr std::size_t kHeaderWords = 6;
constexpr std::uint32_t kRowHere = 1;
constexpr std::uint32_t kRowGone = 2;
constexpr std::uint32_t kRowPatch = 5;
constexpr std::uint32_t kModeOps = 0;
constexpr std::uint32_t kModeList = 1;
constexpr auto kLastOp = static_cast<std::uint32_t>(ViewOpKind::update);

}  // namespace

void BatchBuilder::row(Slot slot, std::string_view bytes) { keep(slot, kRowHere, bytes); }

void BatchBuilder::lend(Slot slot, std::string_view bytes) {
  add(slot, kRowHere, {bytes.data(), 0, bytes.size()});
}

void BatchBuilder::patch(Slot slot, std::string_view members) { keep(slot, kRowPatch, members); }

void BatchBuilder::keep(Slot slot, std::uint32_t kind, std::string_view json) {
  add(slot, kind, {nullptr, texts_.size(), json.size()});
  texts_.append(json);
}

void BatchBuilder::add(Slot slot, std::uint32_t kind, const Element& element) {
  rows_.insert(rows_.end(), {slot, kind});
  ++row_count_;
  elements_.push_back(element);
  elements_bytes_ += element.size;
}

void BatchBuilder::gone(Slot slot) {
  rows_.insert(rows_.end(), {slot, kRowGone});
  ++row_count_;
}

void BatchBuilder::view(const ViewDelta& delta) {
  ++view_count_;
  if (delta.relisted) {
    views_.insert(views_.end(),
                  {delta.view, kModeList, static_cast<std::uint32_t>(delta.slots.size())});
    views_.insert(views_.end(), delta.slots.begin(), delta.slots.end());
    return;
  }
  views_.insert(views_.end(), {delta.view, kModeOps, static_cast<std::uint32_t>(delta.ops.size())});
  for (const ViewOp& op : delta.ops) {
    views_.insert(views_.end(), {static_cast<std::uint32_t>(op.kind), op.slot, op.from, op.to});
  }
}

std::string BatchBuilder::finish() {
  // The brackets, and a comma between each two.
  const std::size_t commas = elements_.empty() ? 0 : elements_.size() - 1;
  const std::size_t json_bytes = 2 + commas + elements_bytes_;
  const std::size_t words = kHeaderWords + rows_.size() + views_.size();
  const std::uint32_t header[kHeaderWords] = {kMagic,
                                              row_count_,
                                              view_count_,
                                              static_cast<std::uint32_t>(views_.size()),
                                              static_cast<std::uint32_t>(words * 4),
                                              static_cast<std::uint32_t>(json_bytes)};
  std::string out;
  out.reserve(words * 4 + json_bytes);
  const auto append = [&out](const std::uint32_t* from, std::size_t count) {
    if (count > 0) out.append(reinterpret_cast<const char*>(from), count * 4);
  };
  append(header, kHeaderWords);
  append(rows_.data(), rows_.size());
  append(views_.data(), views_.size());
  char before = '[';
  for (const Element& each : elements_) {
    out.push_back(before);
    out.append(each.lent != nullptr ? each.lent : texts_.data() + each.at, each.size);
    before = ',';
  }
  out.append(elements_.empty() ? "[]" : "]");
  return out;
}

bool is_well_formed(std::string_view batch) {
  const auto word = [&](std::size_t at) {
    std::uint32_t value = 0;
    std::memcpy(&value, batch.data() + at * 4, 4);
    return value;
  };
  if (batch.size() < kHeaderWords * 4 || word(0) != kMagic) return false;
  // In 64 bits: a count chosen to overflow must not look small.
  const std::uint64_t json_at = word(4);
  if (json_at + word(5) != batch.size()) return false;
  if (json_at != (kHeaderWords + std::uint64_t{word(1)} * 2 + word(3)) * 4) return false;

  std::size_t at = kHeaderWords;
  std::vector<std::uint32_t> kinds;
  for (std::uint32_t i = 0; i < word(1); ++i, at += 2) {
    const std::uint32_t kind = word(at + 1);
    if (kind != kRowHere && kind != kRowGone && kind != kRowPatch) return false;
    if (kind != kRowGone) kinds.push_back(kind);
  }
  const std::uint64_t end = at + std::uint64_t{word(3)};
  for (std::uint32_t i = 0; i < word(2); ++i) {
    if (at + 3 > end || word(at + 1) > kModeList) return false;
    const std::uint64_t words = std::uint64_t{word(at + 2)} * (word(at + 1) == kModeOps ? 4U : 1U);
    if (at + 3 + words > end) return false;
    for (std::uint64_t op = 0; word(at + 1) == kModeOps && op < word(at + 2); ++op) {
      if (word(at + 3 + static_cast<std::size_t>(op) * 4) > kLastOp) return false;
    }
    at += 3 + static_cast<std::size_t>(words);
  }
  if (at != end) return false;

  const std::string_view json = batch.substr(static_cast<std::size_t>(json_at));
  if (json::validate(json) != Error::none) return false;
  std::size_t elements = 0;
  json::Walker walker(json);
  for (std::string_view each; walker.next_element(each); ++elements) {
    const bool is_patch = elements < kinds.size() && kinds[elements] == kRowPatch;
    if (is_patch && json::kind_of(each) != json::Kind::object) return false;
  }
  return elements == kinds.size();
}

}  // namespace tidemark
