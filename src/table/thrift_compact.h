// Thrift's compact protocol, as far as the metadata of Parquet files needs it (thrift-compact-protocol.md of Apache Thrift).
//
// The reader takes bytes of strangers: whatever they are, it stays inside them and ends. It fails once and for all: after the first
// fault ok() is false and every answer is empty. Thread rule: one thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::table {

enum class ThriftType : uint8_t { stop = 0, yes = 1, no = 2, byte = 3, i16 = 4, i32 = 5, i64 = 6, real = 7, binary = 8, list = 9, set = 10, map = 11, structure = 12 };

class CompactReader {
 public:
  explicit CompactReader(std::string_view bytes) : bytes_(bytes) {}
  bool ok() const { return ok_; }
  size_t position() const { return at_; }

  // Calls on_field(id, type) for every field of the structure that begins here; where that reads nothing the field is passed over.
  template <class OnField>
  void structure(const OnField& on_field) {
    if (++depth_ > kDepthMax) fail();
    int32_t id = 0;
    while (ok_) {
      const uint8_t head = byte();
      const auto type = static_cast<ThriftType>(head & 15);
      if (!ok_ || type == ThriftType::stop) break;
      id = head >> 4 ? id + (head >> 4) : static_cast<int32_t>(zigzag());
      const size_t before = at_;
      on_field(id, type);
      if (at_ == before) pass_over(type);
    }
    depth_--;
  }
  // Calls on_element() for every element of a list of that type; each call must read one.
  template <class OnElement>
  void list(ThriftType type, ThriftType elements, const OnElement& on_element) {
    const uint64_t n = list_size(type, elements);
    for (uint64_t i = 0; i < n && ok_; i++) on_element();
  }
  // A field's value; a field of another type is a fault.
  int64_t integer(ThriftType type);
  int64_t byte_value(ThriftType type);
  static bool truth(ThriftType type) { return type == ThriftType::yes; }  // lies in the field's head
  std::string_view binary(ThriftType type);
  void fail() { ok_ = false; }

 private:
  static constexpr int kDepthMax = 32;
  uint8_t byte();
  uint64_t varint();
  int64_t zigzag();
  uint64_t list_size(ThriftType type, ThriftType elements);
  void pass_over(ThriftType type);
  void pass_over_element(ThriftType type);
  void pass_over_elements();

  std::string_view bytes_;
  size_t at_ = 0;
  int depth_ = 0;
  bool ok_ = true;
};

class CompactWriter {
 public:
  void i32(int id, int32_t v) { number(id, ThriftType::i32, v); }
  void i64(int id, int64_t v) { number(id, ThriftType::i64, v); }
  void byte(int id, int8_t v);
  void truth(int id, bool v) { head(id, v ? ThriftType::yes : ThriftType::no); }
  void binary(int id, std::string_view v);
  void begin_structure(int id) { head(id, ThriftType::structure), begin_element(); }
  void begin_list(int id, ThriftType elements, size_t n);
  // Elements of lists: structures between begin_element() and end(), the others as they are.
  void begin_element() { last_.push_back(0); }
  void element(int32_t v) { varint(static_cast<uint64_t>(static_cast<uint32_t>(v) << 1 ^ static_cast<uint32_t>(v >> 31))); }
  void element(std::string_view v);
  void end();
  // After the end of the outermost structure, which is open from the start.
  std::string finish() && { return std::move(out_); }

 private:
  void head(int id, ThriftType type);
  void number(int id, ThriftType type, int64_t v);
  void varint(uint64_t v);
  std::string out_;
  std::vector<int> last_{0};
};

}  // namespace sluice::table
