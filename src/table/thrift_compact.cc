#include "table/thrift_compact.h"

namespace sluice::table {

uint8_t CompactReader::byte() {
  if (!ok_ || at_ >= bytes_.size()) {
    fail();
    return 0;
  }
  return static_cast<uint8_t>(bytes_[at_++]);
}

uint64_t CompactReader::varint() {
  uint64_t out = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const uint8_t b = byte();
    out |= static_cast<uint64_t>(b & 127) << shift;
    if (!(b & 128)) return ok_ ? out : 0;
  }
  fail();
  return 0;
}

int64_t CompactReader::zigzag() {
  const uint64_t v = varint();
  return static_cast<int64_t>(v >> 1) ^ -static_cast<int64_t>(v & 1);
}

int64_t CompactReader::integer(ThriftType type) {
  if (type != ThriftType::i16 && type != ThriftType::i32 && type != ThriftType::i64) {
    fail();
    return 0;
  }
  return zigzag();
}

int64_t CompactReader::byte_value(ThriftType type) {
  if (type != ThriftType::byte) fail();
  return static_cast<int8_t>(byte());
}

std::string_view CompactReader::binary(ThriftType type) {
  const uint64_t n = type == ThriftType::binary ? varint() : (fail(), 0);
  if (!ok_ || n > bytes_.size() - at_) {
    fail();
    return {};
  }
  at_ += n;
  return bytes_.substr(at_ - n, n);
}

uint64_t CompactReader::list_size(ThriftType type, ThriftType elements) {
  if (type != ThriftType::list) fail();
  const uint8_t head = byte();
  const uint64_t n = head >> 4 == 15 ? varint() : head >> 4;
  // An element takes a byte at least, so a list cannot be longer than what is left.
  if (!ok_ || (n > 0 && static_cast<ThriftType>(head & 15) != elements) || n > bytes_.size() - at_) {
    fail();
    return 0;
  }
  return n;
}

void CompactReader::pass_over_elements() {
  const uint8_t head = byte();
  const uint64_t n = head >> 4 == 15 ? varint() : head >> 4;
  if (n > bytes_.size() - at_) fail();
  for (uint64_t i = 0; i < n && ok_; i++) pass_over_element(static_cast<ThriftType>(head & 15));
}

// Truths have a byte of their own in lists and maps.
void CompactReader::pass_over_element(ThriftType type) {
  if (type == ThriftType::yes || type == ThriftType::no) {
    byte();
  } else {
    pass_over(type);
  }
}

void CompactReader::pass_over(ThriftType type) {
  if (++depth_ > kDepthMax) fail();
  switch (type) {
    case ThriftType::yes:
    case ThriftType::no: break;
    case ThriftType::byte: byte(); break;
    case ThriftType::i16:
    case ThriftType::i32:
    case ThriftType::i64: varint(); break;
    case ThriftType::real:
      for (int i = 0; i < 8; i++) byte();
      break;
    case ThriftType::binary: binary(type); break;
    case ThriftType::list:
    case ThriftType::set: pass_over_elements(); break;
    case ThriftType::map: {
      const uint64_t n = varint();
      const uint8_t types = n > 0 ? byte() : 0;
      if (n > bytes_.size() - at_) fail();
      for (uint64_t i = 0; i < n && ok_; i++) {
        pass_over_element(static_cast<ThriftType>(types >> 4));
        pass_over_element(static_cast<ThriftType>(types & 15));
      }
      break;
    }
    case ThriftType::structure: structure([](int32_t, ThriftType) {}); break;
    default: fail();
  }
  depth_--;
}

void CompactWriter::varint(uint64_t v) {
  for (; v >= 128; v >>= 7) out_ += static_cast<char>(v | 128);
  out_ += static_cast<char>(v);
}

void CompactWriter::head(int id, ThriftType type) {
  const int step = id - last_.back();
  if (step > 0 && step < 16) {
    out_ += static_cast<char>(step << 4 | static_cast<int>(type));
  } else {
    out_ += static_cast<char>(type);
    varint(static_cast<uint64_t>(id) << 1);
  }
  last_.back() = id;
}

void CompactWriter::number(int id, ThriftType type, int64_t v) {
  head(id, type);
  varint(static_cast<uint64_t>(v) << 1 ^ static_cast<uint64_t>(v >> 63));
}

void CompactWriter::byte(int id, int8_t v) {
  head(id, ThriftType::byte);
  out_ += static_cast<char>(v);
}

void CompactWriter::binary(int id, std::string_view v) {
  head(id, ThriftType::binary);
  element(v);
}

void CompactWriter::element(std::string_view v) {
  varint(v.size());
  out_ += v;
}

void CompactWriter::begin_list(int id, ThriftType elements, size_t n) {
  head(id, ThriftType::list);
  if (n < 15) {
    out_ += static_cast<char>(n << 4 | static_cast<size_t>(elements));
  } else {
    out_ += static_cast<char>(0xF0 | static_cast<int>(elements));
    varint(n);
  }
}

void CompactWriter::end() {
  out_ += '\0';
  last_.pop_back();
}

}  // namespace sluice::table
