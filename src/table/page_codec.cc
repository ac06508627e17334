#include "table/page_codec.h"

#include <zstd.h>

#include <algorithm>
#include <bit>
#include <cstring>

namespace sluice::table {

namespace {

static_assert(std::endian::native == std::endian::little);

// What DuckDB's level 3 takes 0.3 s for takes 0.1 s at level 1, for masked texts that pack well anyway.
constexpr int kPageZstdLevel = 1;
constexpr size_t kRunMin = 16;  // shorter repetitions stay among the packed bits

tl::unexpected<Error> bad_page() { return fail(Errc::invalid, "table.wrong_shape"); }

struct FreeZstd {
  void operator()(ZSTD_DCtx* c) const { ZSTD_freeDCtx(c); }
  void operator()(ZSTD_CCtx* c) const { ZSTD_freeCCtx(c); }
};

Status unpack_zstd(std::string_view packed, char* out, size_t bytes_plain) {
  thread_local std::unique_ptr<ZSTD_DCtx, FreeZstd> context(ZSTD_createDCtx());
  // One frame and no other: skippable frames could carry anything.
  if (packed.size() < 4 || load_le32(packed.data()) != ZSTD_MAGICNUMBER || ZSTD_findFrameCompressedSize(packed.data(), packed.size()) != packed.size())
    return bad_page();
  const size_t n = ZSTD_decompressDCtx(context.get(), out, bytes_plain, packed.data(), packed.size());
  return ZSTD_isError(n) || n != bytes_plain ? bad_page() : Status();
}

Status pack_zstd(std::string_view plain, std::string& out) {
  thread_local std::unique_ptr<ZSTD_CCtx, FreeZstd> context(ZSTD_createCCtx());
  const size_t before = out.size(), bound = ZSTD_compressBound(plain.size());
  out.resize(before + bound);
  const size_t n = ZSTD_compressCCtx(context.get(), out.data() + before, bound, plain.data(), plain.size(), kPageZstdLevel);
  if (ZSTD_isError(n)) return fail(Errc::internal, "table.failed", "zstd");
  out.resize(before + n);
  return {};
}

// Snappy's format_description.txt: literals and copies, after the length of the whole.
class Snappy {
 public:
  Snappy(std::string_view in, char* out, size_t size) : in_(in), out_(out), size_(size) {}
  bool run() {
    uint64_t size = 0;
    for (int shift = 0;; shift += 7) {
      if (at_ >= in_.size() || shift > 28) return false;
      const auto b = static_cast<uint8_t>(in_[at_++]);
      size |= static_cast<uint64_t>(b & 127) << shift;
      if (!(b & 128)) break;
    }
    if (size != size_) return false;
    while (at_ < in_.size())
      if (!element()) return false;
    return made_ == size_;
  }

 private:
  bool element() {
    const auto tag = static_cast<uint8_t>(in_[at_++]);
    switch (tag & 3) {
      case 0: return literal(tag >> 2);
      case 1: return copy((tag >> 2 & 7) + 4u, 1, static_cast<uint64_t>(tag >> 5) << 8);
      case 2: return copy((tag >> 2) + 1u, 2, 0);
      default: return copy((tag >> 2) + 1u, 4, 0);
    }
  }
  bool number(size_t bytes, uint64_t& out) {
    if (bytes > in_.size() - at_) return false;
    out = 0;
    for (size_t i = 0; i < bytes; i++) out |= static_cast<uint64_t>(static_cast<uint8_t>(in_[at_ + i])) << (8 * i);
    at_ += bytes;
    return true;
  }
  bool literal(uint64_t n) {
    if (n >= 60 && !number(n - 59, n)) return false;
    n++;
    if (n > in_.size() - at_ || n > size_ - made_) return false;
    std::memcpy(out_ + made_, in_.data() + at_, n);
    at_ += n;
    made_ += n;
    return true;
  }
  bool copy(size_t n, size_t offset_bytes, uint64_t offset_high) {
    uint64_t offset = 0;
    if (!number(offset_bytes, offset)) return false;
    offset |= offset_high;
    if (offset == 0 || offset > made_ || n > size_ - made_) return false;
    char* to = out_ + made_;
    const char* from = to - offset;
    if (offset >= n) {
      std::memcpy(to, from, n);
    } else {
      for (size_t i = 0; i < n; i++) to[i] = from[i];
    }
    made_ += n;
    return true;
  }

  std::string_view in_;
  char* out_;
  size_t size_, at_ = 0, made_ = 0;
};

uint64_t load_bits(std::string_view from, size_t byte) {
  uint64_t v = 0;
  std::memcpy(&v, from.data() + byte, std::min<size_t>(8, from.size() - byte));
  return v;
}

// `n` of the values packed in `bits`, and what follows them.
Padding unpack_bits(std::string_view bits, unsigned width, size_t n, uint32_t* out) {
  const uint64_t mask = (uint64_t{1} << width) - 1;
  size_t i = 0, bit = 0;
  const size_t quick = bits.size() >= 8 ? (bits.size() - 8) * 8 / width : 0;
  for (const size_t until = std::min(n, quick); i < until; i++, bit += width) {
    uint64_t v;
    std::memcpy(&v, bits.data() + bit / 8, 8);
    out[i] = static_cast<uint32_t>(v >> bit % 8 & mask);
  }
  for (; i < n; i++, bit += width) out[i] = static_cast<uint32_t>(load_bits(bits, bit / 8) >> bit % 8 & mask);
  for (; bit < bits.size() * 8; bit++)
    if (static_cast<uint8_t>(bits[bit / 8]) >> bit % 8 & 1) return Padding::leftovers;
  return Padding::zero;
}

bool take_varint(std::string_view in, size_t& at, uint64_t& out) {
  out = 0;
  for (int shift = 0; shift <= 28; shift += 7) {
    if (at >= in.size()) return false;
    const auto b = static_cast<uint8_t>(in[at++]);
    out |= static_cast<uint64_t>(b & 127) << shift;
    if (!(b & 128)) return true;
  }
  return false;
}

void put_varint(std::string& out, uint64_t v) {
  for (; v >= 128; v >>= 7) out += static_cast<char>(v | 128);
  out += static_cast<char>(v);
}

size_t run_at(std::span<const uint32_t> values, size_t i) {
  size_t n = 1;
  while (i + n < values.size() && values[i + n] == values[i]) n++;
  return n;
}

void put_bits(std::span<const uint32_t> values, unsigned width, std::string& out) {
  uint64_t window = 0;
  unsigned held = 0;
  for (uint32_t v : values) {
    window |= static_cast<uint64_t>(v) << held;
    for (held += width; held >= 8; held -= 8, window >>= 8) out += static_cast<char>(window);
  }
  if (held > 0) out += static_cast<char>(window);
}

}  // namespace

uint32_t load_le32(const char* p) {
  uint32_t v;
  std::memcpy(&v, p, 4);
  return v;
}

void put_le32(std::string& out, uint32_t v) { out.append(reinterpret_cast<const char*>(&v), 4); }

Status unpack_page(ParquetCodec codec, std::string_view packed, char* out, size_t bytes_plain) {
  if (codec == ParquetCodec::zstd) return unpack_zstd(packed, out, bytes_plain);
  if (codec == ParquetCodec::snappy) return Snappy(packed, out, bytes_plain).run() ? Status() : bad_page();
  if (packed.size() != bytes_plain) return bad_page();
  std::memcpy(out, packed.data(), packed.size());
  return {};
}

Status pack_page(ParquetCodec codec, std::string_view plain, std::string& out) {
  if (codec == ParquetCodec::zstd) return pack_zstd(plain, out);
  if (codec == ParquetCodec::snappy) {
    put_varint(out, plain.size());
    if (plain.empty()) return {};
    out += static_cast<char>(63 << 2);  // a literal whose length takes four bytes
    put_le32(out, static_cast<uint32_t>(plain.size() - 1));
  }
  out += plain;
  return {};
}

Result<Padding> unpack_hybrid(std::string_view packed, unsigned width, size_t n, uint32_t* out) {
  if (width > 32) return bad_page();
  Padding padding = Padding::zero;
  const size_t value_bytes = (width + 7) / 8;
  size_t at = 0, made = 0;
  while (made < n) {
    uint64_t head = 0;
    if (!take_varint(packed, at, head)) return bad_page();
    if (head & 1) {
      const uint64_t values = (head >> 1) * 8, bytes = (head >> 1) * width;
      if (values == 0 || bytes > packed.size() - at) return bad_page();
      const size_t taken = std::min<uint64_t>(values, n - made);
      if (width == 0) {
        std::fill_n(out + made, taken, 0);
      } else {
        padding = unpack_bits(packed.substr(at, bytes), width, taken, out + made);
      }
      at += bytes;
      made += taken;
      continue;
    }
    const uint64_t values = head >> 1;
    if (values == 0 || values > n - made || value_bytes > packed.size() - at) return bad_page();
    uint32_t v = 0;
    std::memcpy(&v, packed.data() + at, value_bytes);
    if (width < 32 && v >> width != 0) return bad_page();
    at += value_bytes;
    std::fill_n(out + made, values, v);
    made += values;
  }
  return at == packed.size() ? Result<Padding>(padding) : bad_page();
}

bool is_run_of_ones(std::string_view packed, size_t n) {
  size_t at = 0;
  uint64_t head = 0;
  return take_varint(packed, at, head) && !(head & 1) && head >> 1 == n && packed.size() == at + 1 && packed[at] == 1;
}

void pack_hybrid(std::span<const uint32_t> values, unsigned width, std::string& out) {
  size_t i = 0;
  while (i < values.size()) {
    const size_t run = run_at(values, i);
    if (run >= kRunMin || i + run == values.size()) {
      put_varint(out, run << 1);
      out.append(reinterpret_cast<const char*>(&values[i]), (width + 7) / 8);
      i += run;
      continue;
    }
    size_t end = i;  // packed up to the next long run, in groups of eight
    while (end < values.size() && run_at(values.subspan(0, std::min(values.size(), end + kRunMin)), end) < kRunMin) end = std::min(values.size(), end + 8);
    put_varint(out, (end - i + 7) / 8 << 1 | 1);
    const size_t before = out.size();
    put_bits(values.subspan(i, end - i), width, out);
    out.resize(before + (end - i + 7) / 8 * width, '\0');
    i = end;
  }
}

}  // namespace sluice::table
