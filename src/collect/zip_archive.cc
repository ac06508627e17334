#include "collect/zip_archive.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>

namespace sluice::collect {

namespace {

constexpr uint32_t kEndSignature = 0x06054b50, kEntrySignature = 0x02014b50, kLocalSignature = 0x04034b50;
constexpr size_t kEndBytes = 22, kEntryBytes = 46, kLocalBytes = 30, kCommentMax = 65535;
constexpr uint16_t kStored = 0, kDeflated = 8, kEncryptedFlag = 1;

uint32_t le(std::string_view bytes, size_t at, int width) {
  uint32_t out = 0;
  for (int i = 0; i < width; i++) out |= static_cast<uint32_t>(static_cast<unsigned char>(bytes[at + static_cast<size_t>(i)])) << (8 * i);
  return out;
}
uint16_t le16(std::string_view bytes, size_t at) { return static_cast<uint16_t>(le(bytes, at, 2)); }
uint32_t le32(std::string_view bytes, size_t at) { return le(bytes, at, 4); }

tl::unexpected<Error> malformed(std::string what) { return fail(Errc::invalid, "zip.malformed", std::move(what)); }

tl::unexpected<Error> bomb() {
  return fail(Errc::refused, "zip.bomb", "> " + std::to_string(ZipArchive::kUnpackedMax >> 30) + " GiB, > " + std::to_string(ZipArchive::kRatioMax) + ":1");
}

// The end record whose comment runs to the end of the file.
Result<size_t> end_record(std::string_view bytes) {
  if (bytes.size() < kEndBytes) return malformed("end record");
  size_t lowest = bytes.size() > kEndBytes + kCommentMax ? bytes.size() - kEndBytes - kCommentMax : 0;
  for (size_t at = bytes.size() - kEndBytes + 1; at-- > lowest;)
    if (le32(bytes, at) == kEndSignature && at + kEndBytes + le16(bytes, at + 20) == bytes.size()) return at;
  return malformed("end record");
}

}  // namespace

Result<ZipArchive> ZipArchive::open(std::string_view bytes) {
  size_t end = TRY(end_record(bytes));
  size_t count = le16(bytes, end + 10), size = le32(bytes, end + 12), at = le32(bytes, end + 16);
  if (le16(bytes, end + 4) != 0 || le16(bytes, end + 6) != 0 || count == 0xFFFF || at == 0xFFFFFFFF) return fail(Errc::invalid, "zip.unsupported");
  if (count > kEntriesMax) return fail(Errc::invalid, "zip.too_many_entries");
  if (at > end || size > end - at) return malformed("directory");
  ZipArchive out;
  out.bytes_ = bytes;
  for (size_t i = 0; i < count; i++) {
    if (end - at < kEntryBytes || le32(bytes, at) != kEntrySignature) return malformed("directory entry");
    size_t name = le16(bytes, at + 28), extra = le16(bytes, at + 30), comment = le16(bytes, at + 32);
    if (end - at - kEntryBytes < name + extra + comment) return malformed("directory entry");
    if (le16(bytes, at + 8) & kEncryptedFlag) return fail(Errc::invalid, "zip.encrypted");
    ZipEntry entry{std::string(bytes.substr(at + kEntryBytes, name)), le16(bytes, at + 10), le32(bytes, at + 16), le32(bytes, at + 20), le32(bytes, at + 24),
                   le32(bytes, at + 42)};
    if (entry.packed == 0xFFFFFFFF || entry.unpacked == 0xFFFFFFFF || entry.offset == 0xFFFFFFFF) return fail(Errc::invalid, "zip.unsupported");
    if (out.find(entry.name)) return malformed("a name twice");
    out.entries_.push_back(std::move(entry));
    at += kEntryBytes + name + extra + comment;
  }
  return out;
}

const ZipEntry* ZipArchive::find(std::string_view name) const {
  auto it = std::find_if(entries_.begin(), entries_.end(), [&](const ZipEntry& e) { return e.name == name; });
  return it == entries_.end() ? nullptr : &*it;
}

struct ZipArchive::Reader::State {
  z_stream stream{};
  bool inflating = false, done = false;
  std::string_view packed;
  ZipEntry entry;
  uint64_t given = 0;
  uLong crc = crc32(0, nullptr, 0);
  std::vector<char> buffer = std::vector<char>(64u << 10);
  ~State() {
    if (inflating) inflateEnd(&stream);
  }
};

ZipArchive::Reader::Reader(std::unique_ptr<State> state) : state_(std::move(state)) {}
ZipArchive::Reader::Reader(Reader&&) noexcept = default;
ZipArchive::Reader::~Reader() = default;

Result<ZipArchive::Reader> ZipArchive::read(const ZipEntry& entry) const {
  if (entry.method != kStored && entry.method != kDeflated) return fail(Errc::invalid, "zip.unsupported");
  if (entry.offset > bytes_.size() || bytes_.size() - entry.offset < kLocalBytes || le32(bytes_, entry.offset) != kLocalSignature) return malformed("local header");
  size_t head = kLocalBytes + le16(bytes_, entry.offset + 26) + le16(bytes_, entry.offset + 28);
  size_t left = bytes_.size() - entry.offset;
  if (head > left || entry.packed > left - head) return malformed("entry size");
  if (entry.method == kStored && entry.packed != entry.unpacked) return malformed("entry size");
  // By what the directory says, before a byte is unpacked; an entry that says less than it holds is found out as soon as it gives more.
  if (entry.unpacked > kUnpackedMax) return bomb();
  if (entry.unpacked > kRatioFreeBytes && entry.unpacked / kRatioMax >= std::max<uint64_t>(entry.packed, 1)) return bomb();
  auto state = std::make_unique<Reader::State>();
  state->entry = entry;
  state->packed = bytes_.substr(entry.offset + head, entry.packed);
  if (entry.method == kDeflated) {
    if (inflateInit2(&state->stream, -MAX_WBITS) != Z_OK) return fail(Errc::exhausted, "zip.unsupported");
    state->inflating = true;
    state->stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(state->packed.data()));
    state->stream.avail_in = static_cast<uInt>(state->packed.size());
  }
  return Reader(std::move(state));
}

Result<std::string_view> ZipArchive::Reader::next() {
  State& s = *state_;
  if (s.done) return std::string_view();
  size_t got = 0;
  if (s.inflating) {
    s.stream.next_out = reinterpret_cast<Bytef*>(s.buffer.data());
    s.stream.avail_out = static_cast<uInt>(s.buffer.size());
    int outcome = inflate(&s.stream, Z_NO_FLUSH);
    got = s.buffer.size() - s.stream.avail_out;
    s.done = outcome == Z_STREAM_END;
    if (outcome != Z_OK && outcome != Z_STREAM_END) return malformed("deflate");
    if (outcome == Z_OK && got == 0) return malformed("deflate");
  } else {
    got = std::min(s.buffer.size(), s.packed.size());
    std::memcpy(s.buffer.data(), s.packed.data(), got);
    s.packed.remove_prefix(got);
    s.done = s.packed.empty();
  }
  s.given += got;
  if (s.given > kUnpackedMax || (s.given > kRatioFreeBytes && s.given > kRatioMax * s.entry.packed)) return bomb();
  if (s.given > s.entry.unpacked) return malformed("entry size");
  s.crc = crc32(s.crc, reinterpret_cast<const Bytef*>(s.buffer.data()), static_cast<uInt>(got));
  if (s.done && s.given != s.entry.unpacked) return malformed("entry size");
  if (s.done && s.crc != s.entry.crc) return fail(Errc::invalid, "zip.checksum");
  return std::string_view(s.buffer.data(), got);
}

}  // namespace sluice::collect
