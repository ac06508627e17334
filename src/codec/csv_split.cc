// Cutting a stream into blocks of whole records, and turning GB18030 into UTF-8.
#include <iconv.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "codec/csv.h"
#include "codec/csv_scan.h"

namespace sluice {

namespace {

class FdSource final : public ByteSource {
 public:
  explicit FdSource(int fd) : fd_(fd) {}
  Result<size_t> read(std::span<char> into) override {
    while (true) {
      ssize_t n = ::read(fd_, into.data(), into.size());
      if (n >= 0) return static_cast<size_t>(n);
      if (errno != EINTR) return fail(Errc::io, "file.unreadable");
    }
  }

 private:
  int fd_;
};

class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::string_view rest) : rest_(rest) {}
  Result<size_t> read(std::span<char> into) override {
    size_t n = std::min(into.size(), rest_.size());
    std::memcpy(into.data(), rest_.data(), n);
    rest_.remove_prefix(n);
    return n;
  }

 private:
  std::string_view rest_;
};

struct Iconv {
  iconv_t handle;
  Iconv(const char* to, const char* from) : handle(iconv_open(to, from)) {}
  ~Iconv() {
    if (handle != reinterpret_cast<iconv_t>(-1)) iconv_close(handle);
  }
};

Result<std::string> converted(std::string_view text, const char* to, const char* from) {
  Iconv conversion(to, from);
  if (conversion.handle == reinterpret_cast<iconv_t>(-1)) return fail(Errc::internal, "csv.no_conversion");
  std::string out(text.size() * 2 + 16, '\0');
  char* in = const_cast<char*>(text.data());
  size_t in_left = text.size(), used = 0;
  while (in_left > 0) {
    char* to_at = out.data() + used;
    size_t out_left = out.size() - used;
    size_t n = iconv(conversion.handle, &in, &in_left, &to_at, &out_left);
    used = out.size() - out_left;
    if (n != static_cast<size_t>(-1)) break;
    if (errno != E2BIG)
      return fail(Errc::invalid, "csv.bad_encoding", "at byte " + std::to_string(text.size() - in_left));
    out.resize(out.size() * 2);
  }
  out.resize(used);
  return out;
}

// Whether the delimiter at `at` is the second byte of a GB18030 character. Only bytes of 0x40 and above can be: `|`, `~`.
bool is_gb_trail(const char* begin, const char* at) {
  size_t run = 0;
  while (at > begin && static_cast<uint8_t>(at[-1]) >= 0x81) {
    at--;
    run++;
  }
  return run % 2 == 1;
}

}  // namespace

std::unique_ptr<ByteSource> bytes_of_fd(int fd) { return std::make_unique<FdSource>(fd); }
std::unique_ptr<ByteSource> bytes_of_memory(std::string_view memory) { return std::make_unique<MemorySource>(memory); }

Result<std::string> gb18030_to_utf8(std::string_view text) { return converted(text, "UTF-8", "GB18030"); }
Result<std::string> utf8_to_gb18030(std::string_view text) { return converted(text, "GB18030", "UTF-8"); }

CsvSplitter::CsvSplitter(ByteSource& source, const CsvDialect& dialect, size_t block_bytes)
    : source_(source), dialect_(dialect), block_bytes_(std::max<size_t>(block_bytes, 64)) {}

// Reads until the buffer holds another block, or the stream ends.
Status CsvSplitter::fill() {
  size_t want = filled_ + block_bytes_;
  if (buffer_.size() < want) buffer_.resize(want);
  while (filled_ < want && !at_end_) {
    size_t n = TRY(source_.read(std::span(buffer_).subspan(filled_, want - filled_)));
    if (n == 0) at_end_ = true;
    filled_ += n;
    bytes_read_ += n;
  }
  return {};
}

// The byte-order mark, and the encoding when it is to be found out.
Status CsvSplitter::start() {
  started_ = true;
  bool clash = dialect_.delimiter == dialect_.quote || dialect_.delimiter == '\n' || dialect_.delimiter == '\r' ||
               dialect_.delimiter == '\0' || dialect_.quote == '\n' || static_cast<signed char>(dialect_.delimiter) < 0 ||
               static_cast<signed char>(dialect_.quote) < 0;
  if (clash) return fail(Errc::invalid, "csv.bad_dialect");
  TRY(fill());
  std::string_view head(buffer_.data(), filled_);
  if (head.substr(0, 2) == "\xff\xfe" || head.substr(0, 2) == "\xfe\xff")
    return fail(Errc::invalid, "csv.bad_encoding", "UTF-16 at byte 0");
  if (head.substr(0, 3) == "\xef\xbb\xbf") {
    std::memmove(buffer_.data(), buffer_.data() + 3, filled_ - 3);
    filled_ -= 3;
    offset_ = 3;
    if (dialect_.encoding == Encoding::gb18030) return fail(Errc::invalid, "csv.bad_encoding", "UTF-8 mark at byte 0");
    dialect_.encoding = Encoding::utf8;
  }
  if (dialect_.encoding != Encoding::automatic) return {};
  size_t multibyte, good = csv_scan::utf8_prefix(buffer_.data(), filled_, multibyte);
  // A character may be cut at the end of the block; a few bytes more decide nothing.
  bool utf8 = good == filled_ || (!at_end_ && good + 4 > filled_) || (good < filled_ && buffer_[good] == '\0');
  // A long valid start with real characters is UTF-8 that breaks later, and is reported as such.
  dialect_.encoding = utf8 || multibyte >= 16 ? Encoding::utf8 : Encoding::gb18030;
  return {};
}

// Extends the knowledge of quotes to all of the buffer; gives one past the last line end outside quotes.
std::optional<size_t> CsvSplitter::record_end() {
  const char* begin = buffer_.data();
  const char* end = begin + filled_;
  const char* at = begin + scanned_;
  char quote = dialect_.quote;
  bool trail_matters = dialect_.encoding == Encoding::gb18030 && static_cast<uint8_t>(dialect_.delimiter) >= 0x40;
  auto note_line_end = [&](const char* from, const char* to) {
    if (to <= from) return;
    const void* found = memrchr(from, '\n', static_cast<size_t>(to - from));
    if (found) last_end_ = static_cast<size_t>(static_cast<const char*>(found) - begin) + 1;
  };
  while (at < end) {
    const char* next = quote == '\0' ? nullptr : static_cast<const char*>(std::memchr(at, quote, static_cast<size_t>(end - at)));
    if (in_quotes_) {
      if (!next) break;
      if (next + 1 == end && !at_end_) {
        // Whether the quote is doubled is only known with the next byte.
        scanned_ = static_cast<size_t>(next - begin);
        return last_end_;
      }
      at = next + 1;
      if (at < end && *at == quote)
        at++;
      else
        in_quotes_ = false;
      continue;
    }
    note_line_end(at, next ? next : end);
    if (!next) break;
    bool opens = next == begin || next[-1] == '\n' ||
                 (next[-1] == dialect_.delimiter && !(trail_matters && is_gb_trail(begin, next - 1)));
    if (opens) in_quotes_ = true;
    at = next + 1;
  }
  scanned_ = filled_;
  return last_end_;
}

Result<bool> CsvSplitter::next(RawCsvBlock& out) {
  if (!started_)
    TRY(start());
  else if (!at_end_)
    TRY(fill());
  std::optional<size_t> end = record_end();
  while (!end && !at_end_) {
    if (filled_ > kCsvRecordBytesMax)
      return fail(Errc::invalid, "csv.record_too_long", "at byte " + std::to_string(offset_));
    TRY(fill());
    end = record_end();
  }
  if (filled_ == 0) return false;
  size_t size = at_end_ ? filled_ : *end;
  out.offset = offset_;
  out.encoding = dialect_.encoding;
  size_t rest = filled_ - size;
  // The block leaves with the buffer; only the cut record is copied.
  std::swap(out.bytes, buffer_);
  if (buffer_.size() < rest + block_bytes_) buffer_.resize(rest + block_bytes_);
  std::memcpy(buffer_.data(), out.bytes.data() + size, rest);
  out.bytes.resize(size);
  offset_ += size;
  filled_ = rest;
  scanned_ -= std::min(scanned_, size);
  last_end_.reset();
  return true;
}

}  // namespace sluice
