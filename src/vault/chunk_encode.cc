#include <zstd.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>
#include <optional>

#include "table/text_hash.h"
#include "vault/bitpack.h"
#include "vault/chunk.h"
#include "vault/chunk_layout.h"

namespace sluice::vault {

using table::Column;
using table::Type;

namespace {

constexpr int kZstdLevel = 1;
constexpr size_t kIntDictionaryMax = 4096;

// Open addressing over positions of values; gives up (nullopt from add) beyond `entries_max` distinct values.
class DistinctIndex {
 public:
  explicit DistinctIndex(size_t entries_max)
      : max_(entries_max), slots_(std::bit_ceil(entries_max * 2 + 2), kFree) {}

  // The entry that `same` recognises, or a new one (`fresh` set).
  template <class Same>
  std::optional<uint32_t> add(uint64_t hash, Same same, bool& fresh) {
    size_t mask = slots_.size() - 1;
    for (size_t at = hash & mask;; at = (at + 1) & mask) {
      uint32_t entry = slots_[at];
      if (entry == kFree) {
        if (count_ == max_) return std::nullopt;
        slots_[at] = static_cast<uint32_t>(count_);
        fresh = true;
        return static_cast<uint32_t>(count_++);
      }
      if (same(entry)) return entry;
    }
  }

 private:
  static constexpr uint32_t kFree = UINT32_MAX;
  size_t max_;
  size_t count_ = 0;
  std::vector<uint32_t> slots_;
};

struct TextDictionary {
  std::vector<std::string_view> entries;
  std::vector<uint32_t> codes;
};

// The dictionary of a column that is one already: entries that occur, in order of first use.
TextDictionary narrowed(const Column& column) {
  TextDictionary out;
  std::vector<uint32_t> renamed(column.entries(), UINT32_MAX);
  out.codes.resize(column.rows());
  const auto& codes = column.parts().codes;
  for (size_t i = 0; i < column.rows(); i++) {
    if (column.is_null(i)) {
      out.codes[i] = 0;
      continue;
    }
    uint32_t& name = renamed[codes[i]];
    if (name == UINT32_MAX) {
      name = static_cast<uint32_t>(out.entries.size());
      out.entries.push_back(column.entry(codes[i]));
    }
    out.codes[i] = name;
  }
  if (out.entries.empty()) out.entries.emplace_back();
  return out;
}

std::optional<TextDictionary> dictionary_of(const Column& column) {
  if (column.is_dictionary()) return narrowed(column);
  size_t rows = column.rows();
  if (rows == 0) return std::nullopt;
  TextDictionary out;
  DistinctIndex index(std::max<size_t>(rows / 2, 1));
  out.codes.resize(rows);
  for (size_t i = 0; i < rows; i++) {
    if (column.is_null(i)) {
      out.codes[i] = 0;
      continue;
    }
    std::string_view text = column.text_at(i);
    bool fresh = false;
    auto code = index.add(table::hash_text(text), [&](uint32_t e) { return out.entries[e] == text; }, fresh);
    // A column whose first rows are nearly all different is not worth the rest of the pass.
    if (!code || (i == 4096 && out.entries.size() > 3500)) return std::nullopt;
    if (fresh) out.entries.push_back(text);
    out.codes[i] = *code;
  }
  if (out.entries.empty()) out.entries.emplace_back();
  return out;
}

template <class Container>
PackedShape shape_of_range(const Container& values) {
  uint64_t high = 0, low = UINT64_MAX;
  for (auto v : values) {
    high = std::max<uint64_t>(high, v);
    low = std::min<uint64_t>(low, v);
  }
  return values.empty() ? PackedShape{} : packed_shape(low, high);
}

void put_codes(Bytes& out, const std::vector<uint32_t>& codes) {
  put_packed(out, shape_of_range(codes), std::span<const uint32_t>(codes));
}

void put_text_dictionary(Bytes& out, const TextDictionary& dictionary) {
  put_u32(out, static_cast<uint32_t>(dictionary.entries.size()));
  std::vector<uint32_t> lengths;
  for (std::string_view e : dictionary.entries) lengths.push_back(static_cast<uint32_t>(e.size()));
  put_codes(out, lengths);
  for (std::string_view e : dictionary.entries) put(out, e);
  put_codes(out, dictionary.codes);
}

void put_text_plain(Bytes& out, const Column& column) {
  std::vector<uint32_t> lengths(column.rows());
  size_t total = 0;
  for (size_t i = 0; i < column.rows(); i++) {
    lengths[i] = column.is_null(i) ? 0 : static_cast<uint32_t>(column.text_at(i).size());
    total += lengths[i];
  }
  put_codes(out, lengths);
  out.reserve(out.size() + total);
  for (size_t i = 0; i < column.rows(); i++)
    if (lengths[i] > 0) put(out, column.text_at(i));
}

// The integers of a column; a null repeats the value before it, which costs no bit in any encoding.
std::vector<int64_t> integers_of(const Column& column) {
  std::vector<int64_t> out(column.rows());
  if (!column.has_nulls() && !column.parts().ints.empty()) return column.parts().ints;
  size_t first = 0;
  while (first < column.rows() && column.is_null(first)) first++;
  int64_t last = first < column.rows() ? column.int_at(first) : 0;
  for (size_t i = 0; i < column.rows(); i++) {
    if (!column.is_null(i)) last = column.int_at(i);
    out[i] = last;
  }
  return out;
}

PackedShape signed_shape(const std::vector<int64_t>& values) {
  if (values.empty()) return {};
  auto [low, high] = std::minmax_element(values.begin(), values.end());
  return packed_shape(static_cast<uint64_t>(*low), static_cast<uint64_t>(*high));
}

std::span<const uint64_t> as_words(const std::vector<int64_t>& values) {
  return {reinterpret_cast<const uint64_t*>(values.data()), values.size()};
}

std::vector<int64_t> differences(const std::vector<int64_t>& values) {
  std::vector<int64_t> out(values.empty() ? 0 : values.size() - 1);
  for (size_t i = 0; i < out.size(); i++)
    out[i] = static_cast<int64_t>(static_cast<uint64_t>(values[i + 1]) - static_cast<uint64_t>(values[i]));
  return out;
}

struct IntDictionary {
  std::vector<int64_t> entries;
  std::vector<uint32_t> codes;
};

std::optional<IntDictionary> dictionary_of(const std::vector<int64_t>& values, unsigned plain_width) {
  if (plain_width < 10 || values.size() < 64) return std::nullopt;
  IntDictionary out;
  DistinctIndex index(std::min(kIntDictionaryMax, values.size() / 8));
  out.codes.resize(values.size());
  for (size_t i = 0; i < values.size(); i++) {
    bool fresh = false;
    auto code = index.add(table::hash_int(static_cast<uint64_t>(values[i])),
                          [&](uint32_t e) { return out.entries[e] == values[i]; }, fresh);
    if (!code) return std::nullopt;
    if (fresh) out.entries.push_back(values[i]);
    out.codes[i] = *code;
  }
  size_t bits = out.entries.size() * plain_width + out.codes.size() * std::bit_width(out.entries.size() - 1);
  if (bits * 10 > values.size() * plain_width * 8) return std::nullopt;
  return out;
}

void put_integers(Bytes& out, const Column& column) {
  std::vector<int64_t> values = integers_of(column);
  PackedShape plain = signed_shape(values);
  bool may_delta = column.type() != Type::boolean && values.size() > 1;
  std::vector<int64_t> steps = may_delta ? differences(values) : std::vector<int64_t>{};
  PackedShape delta = signed_shape(steps);
  if (may_delta && delta.width + 2 <= plain.width) {
    put_u8(out, kDelta);
    put_body_head_rest(out, column);
    put_u64(out, static_cast<uint64_t>(values[0]));
    put_packed(out, delta, as_words(steps));
    return;
  }
  if (column.type() != Type::boolean) {
    if (auto dictionary = dictionary_of(values, plain.width)) {
      put_u8(out, kIntDictionary);
      put_body_head_rest(out, column);
      put_u32(out, static_cast<uint32_t>(dictionary->entries.size()));
      put_packed(out, signed_shape(dictionary->entries), as_words(dictionary->entries));
      put_codes(out, dictionary->codes);
      return;
    }
  }
  put_u8(out, kPacked);
  put_body_head_rest(out, column);
  put_packed(out, plain, as_words(values));
}

void put_text(Bytes& out, const Column& column) {
  auto dictionary = dictionary_of(column);
  put_u8(out, dictionary ? kTextDictionary : kTextPlain);
  put_body_head_rest(out, column);
  if (dictionary) put_text_dictionary(out, *dictionary);
  else put_text_plain(out, column);
}

// One compression context a thread: making one costs more than compressing a small chunk.
ZSTD_CCtx* compressor() {
  struct Free {
    void operator()(ZSTD_CCtx* c) const { ZSTD_freeCCtx(c); }
  };
  thread_local std::unique_ptr<ZSTD_CCtx, Free> context(ZSTD_createCCtx());
  return context.get();
}

}  // namespace

void put_body_head_rest(Bytes& out, const Column& column) {
  put_u8(out, column.has_nulls() ? 1 : 0);
  put_u32(out, static_cast<uint32_t>(column.rows()));
  if (!column.has_nulls()) return;
  std::vector<uint64_t> words = column.parts().validity;
  if (column.rows() % 64 != 0) words.back() |= ~uint64_t{0} << (column.rows() % 64);
  size_t at = out.size();
  out.resize(at + words.size() * 8);
  std::memcpy(out.data() + at, words.data(), words.size() * 8);
}

Bytes encode_body(const Column& column) {
  Bytes body;
  put_u8(body, static_cast<uint8_t>(column.type()));
  put_u8(body, column.scale());
  if (column.type() == Type::text) put_text(body, column);
  else put_integers(body, column);
  return body;
}

Result<Bytes> encode_chunk(const Column& column) {
  Bytes body = encode_body(column);
  if (body.size() > kChunkBodyBytesMax) return fail(Errc::exhausted, "vault.chunk_too_large");
  Bytes out;
  size_t bound = ZSTD_compressBound(body.size());
  out.resize(kChunkHeadBytes + bound);
  size_t n = ZSTD_compressCCtx(compressor(), out.data() + kChunkHeadBytes, bound, body.data(), body.size(), kZstdLevel);
  // Opening a frame costs more than decrypting the few bytes it saves.
  bool pays = !ZSTD_isError(n) && n + 64 < body.size() - body.size() / 8;
  if (pays) {
    out.resize(kChunkHeadBytes + n);
  } else {
    out.resize(kChunkHeadBytes + body.size());
    std::memcpy(out.data() + kChunkHeadBytes, body.data(), body.size());
  }
  Bytes head;
  put_u8(head, pays ? kPackingZstd : kPackingStored);
  put_u32(head, static_cast<uint32_t>(body.size()));
  std::copy(head.begin(), head.end(), out.begin());
  wipe(body.data(), body.size());
  return out;
}

}  // namespace sluice::vault
