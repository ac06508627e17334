#include <algorithm>
#include <cstring>
#include <optional>

#include "base/parallel.h"
#include "table/classes.h"
#include "table/text_hash.h"

namespace sluice::table {

namespace {

constexpr uint32_t kNoKeyCode = UINT32_MAX;
constexpr size_t kShortText = 7;

// A text of up to seven bytes as a number that no other text of up to seven bytes gives.
uint64_t tag_of_short(std::string_view text) {
  const char* p = text.data();
  const size_t n = text.size();
  uint64_t word = 0;
  if (n >= 4) {
    uint32_t head, tail;
    std::memcpy(&head, p, 4);
    std::memcpy(&tail, p + n - 4, 4);
    word = head | static_cast<uint64_t>(tail) << 8 * (n - 4);
  } else {
    for (size_t i = 0; i < n; i++) word |= static_cast<uint64_t>(static_cast<uint8_t>(p[i])) << 8 * i;
  }
  return word | static_cast<uint64_t>(n + 1) << 56;
}

}  // namespace

// Integers and short texts are their own tags; longer texts are tagged by their hash, below a byte that short ones never have, and
// compared with what was kept.
struct KeyEncoder::State {
  struct Slot {
    uint64_t tag = 0;
    uint32_t code = kNoKeyCode;
    uint32_t long_number = 0;
  };
  KeyColumn column;
  std::vector<char> arena;         // of the long texts
  std::vector<uint64_t> long_at{0};
  std::vector<Slot> slots = std::vector<Slot>(64);
  unsigned shift = 64 - 6;
  uint32_t null_code = kNoKeyCode;

  static constexpr uint64_t kLong = uint64_t{0xff} << 56;
  size_t slot_of(uint64_t tag) const { return ((tag ^ tag >> 32) * 0x9e3779b97f4a7c15) >> shift; }
  std::string_view long_text(uint32_t number) const { return {arena.data() + long_at[number], long_at[number + 1] - long_at[number]}; }

  template <class Same, class Keep>
  uint32_t code_of(uint64_t tag, const Same& same, const Keep& keep) {
    const size_t mask = slots.size() - 1;
    size_t at = slot_of(tag);
    for (; slots[at].code != kNoKeyCode; at = (at + 1) & mask)
      if (slots[at].tag == tag && same(slots[at])) return slots[at].code;
    uint32_t code = column.cardinality++;
    slots[at] = {tag, code, keep()};
    if (size_t{column.cardinality} * 2 > slots.size()) grow();
    return code;
  }
  uint32_t code_of(uint64_t tag) {
    return code_of(tag, [](const Slot&) { return true; }, [] { return 0u; });
  }
  uint32_t code_of(std::string_view text) {
    if (text.size() <= kShortText) return code_of(tag_of_short(text));
    return code_of_long(kLong | hash_text(text), text);
  }
  uint32_t code_of_long(uint64_t tag, std::string_view text) {
    auto same = [&](const Slot& slot) { return long_text(slot.long_number) == text; };
    auto keep = [&] {
      arena.insert(arena.end(), text.begin(), text.end());
      long_at.push_back(arena.size());
      return static_cast<uint32_t>(long_at.size() - 2);
    };
    return code_of(tag, same, keep);
  }
  uint32_t code_of_null() {
    if (null_code == kNoKeyCode) null_code = column.cardinality++;
    return null_code;
  }
  void grow() {
    std::vector<Slot> larger(slots.size() * 4);
    shift -= 2;
    const size_t mask = larger.size() - 1;
    for (const Slot& slot : slots) {
      if (slot.code == kNoKeyCode) continue;
      size_t at = slot_of(slot.tag);
      while (larger[at].code != kNoKeyCode) at = (at + 1) & mask;
      larger[at] = slot;
    }
    slots = std::move(larger);
  }

  template <class Code>
  void add_rows(const Column& from, const Code& code) {
    column.codes.reserve(column.codes.size() + from.rows());
    for (size_t r = 0; r < from.rows(); r++) column.codes.push_back(from.is_null(r) ? code_of_null() : code(r));
  }
  void add(const Column& from) {
    if (from.type() != Type::text) return add_rows(from, [&](size_t r) { return code_of(static_cast<uint64_t>(from.int_at(r))); });
    if (!from.is_dictionary()) return add_rows(from, [&](size_t r) { return code_of(from.text_at(r)); });
    std::vector<uint32_t> of_entry(from.entries(), kNoKeyCode);
    add_rows(from, [&](size_t r) {
      uint32_t& known = of_entry[from.parts().codes[r]];
      return known == kNoKeyCode ? known = code_of(from.text_at(r)) : known;
    });
  }
  // What each code of another encoder is here; values unknown so far get new codes in the other's order.
  std::vector<uint32_t> take_values(const State& other) {
    std::vector<Slot> by_code(other.column.cardinality);
    for (const Slot& slot : other.slots)
      if (slot.code != kNoKeyCode) by_code[slot.code] = slot;
    std::vector<uint32_t> out;
    out.reserve(by_code.size());
    for (uint32_t code = 0; code < by_code.size(); code++) {
      const Slot& slot = by_code[code];
      bool is_long = other.long_at.size() > 1 && slot.tag >= kLong;
      out.push_back(code == other.null_code ? code_of_null() : is_long ? code_of_long(slot.tag, other.long_text(slot.long_number)) : code_of(slot.tag));
    }
    return out;
  }
};

KeyEncoder::KeyEncoder() : state_(std::make_unique<State>()) {}
KeyEncoder::KeyEncoder(KeyEncoder&&) noexcept = default;
KeyEncoder& KeyEncoder::operator=(KeyEncoder&&) noexcept = default;
KeyEncoder::~KeyEncoder() = default;

void KeyEncoder::add(std::string_view value) { state_->column.codes.push_back(state_->code_of(value)); }
void KeyEncoder::add(int64_t value) { state_->column.codes.push_back(state_->code_of(static_cast<uint64_t>(value))); }
void KeyEncoder::add_null() { state_->column.codes.push_back(state_->code_of_null()); }
void KeyEncoder::add(const Column& column) { state_->add(column); }

KeyColumn KeyEncoder::finish() {
  KeyColumn done = std::move(state_->column);
  state_ = std::make_unique<State>();
  return done;
}

KeyColumn KeyEncoder::join(std::span<KeyEncoder> parts) {
  if (parts.empty()) return {};
  State& all = *parts[0].state_;
  size_t rows = 0;
  for (const auto& part : parts) rows += part.state_->column.codes.size();
  all.column.codes.reserve(rows);
  for (KeyEncoder& part : parts.subspan(1)) {
    const std::vector<uint32_t> code = all.take_values(*part.state_);
    for (uint32_t c : part.state_->column.codes) all.column.codes.push_back(code[c]);
    part.state_ = std::make_unique<State>();
  }
  return parts[0].finish();
}

KeyColumn key_column(std::span<const std::string_view> values) {
  KeyEncoder encoder;
  for (auto v : values) encoder.add(v);
  return encoder.finish();
}
KeyColumn key_column(std::span<const int64_t> values) {
  KeyEncoder encoder;
  for (auto v : values) encoder.add(v);
  return encoder.finish();
}

Result<KeyColumn> key_column(ColumnSource& source, size_t column) {
  KeyEncoder encoder;
  for (size_t g = 0; g < source.row_groups(); g++) encoder.add(*TRY(source.read(g, column)));
  return encoder.finish();
}

Result<std::vector<KeyColumn>> key_columns(ColumnSource& source, std::span<const size_t> columns, const ClassLimits& limits) {
  const unsigned threads = threads_for_rows(limits.threads, source.rows());
  const size_t parts = std::clamp<size_t>(threads, 1, std::max<size_t>(1, source.row_groups()));
  std::vector<KeyEncoder> encoders(columns.size() * parts);
  std::vector<Status> read(encoders.size());
  in_parallel(threads, encoders.size(), [&](size_t i) {
    const size_t part = i % parts, groups = source.row_groups();
    for (size_t g = part * groups / parts; g < (part + 1) * groups / parts && read[i]; g++) {
      auto values = source.read(g, columns[i / parts]);
      if (values) {
        encoders[i].add(**values);
      } else {
        read[i] = tl::unexpected(values.error());
      }
    }
  });
  for (auto& status : read) TRY(status);
  std::vector<KeyColumn> out(columns.size());
  in_parallel(threads, columns.size(), [&](size_t c) { out[c] = KeyEncoder::join(std::span(encoders).subspan(c * parts, parts)); });
  return out;
}

}  // namespace sluice::table
