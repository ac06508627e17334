#include "deident/csv_input.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/file.h"
#include "codec/csv.h"
#include "deident/csv_block.h"
#include "deident/text_fault.h"

namespace sluice::deident {

namespace {

constexpr size_t kBlockBytes = 2u << 20;

Result<size_t> read_some(int fd, char* to, size_t size) {
  while (true) {
    ssize_t n = ::read(fd, to, size);
    if (n >= 0) return static_cast<size_t>(n);
    if (errno != EINTR) return tl::unexpected(last_os_error("file.unreadable"));
  }
}

}  // namespace

Result<std::unique_ptr<CsvInput>> CsvInput::open(const std::string& path, Digesting digesting, ProgressFn progress) {
  std::unique_ptr<CsvInput> in(new CsvInput(digesting));
  in->fd_ = OwnedFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!in->fd_) return tl::unexpected(last_os_error(errno == ENOENT ? "file.not_found" : "file.unreadable"));
  struct stat info {};
  if (::fstat(in->fd_.get(), &info) != 0 || S_ISDIR(info.st_mode)) return fail(Errc::io, "file.unreadable");
  if (!S_ISREG(info.st_mode)) return fail(Errc::usage, "deident.not_regular_file");  // it is read more than once
  in->size_ = static_cast<uint64_t>(info.st_size);
  in->device_ = info.st_dev;
  in->inode_ = info.st_ino;
  in->progress_ = std::move(progress);
  TRY(in->start());
  return in;
}

bool CsvInput::same_file(const std::string& path) const {
  struct stat other {};
  return ::stat(path.c_str(), &other) == 0 && other.st_dev == device_ && other.st_ino == inode_;
}

Status CsvInput::start() {
  bool some = TRY(more());
  bom_ = held().starts_with("\xef\xbb\xbf");
  std::string_view start = held().substr(bom_ ? 3 : 0);
  delimiter_ = find_delimiter(start);
  encoding_ = bom_ ? TextEncoding::utf8 : encoding_of_start(start, filled_ < kBlockBytes);
  std::optional<FirstRecord> first = first_record(start, delimiter_);
  // A file of nothing but its header may lack the line end.
  if (!first && some && start.size() < kBlockBytes && !TRY(more()) && !held().ends_with('\n')) {
    end_line();
    start = held().substr(bom_ ? 3 : 0);
    first = first_record(start, delimiter_);
  }
  if (first && first->too_many) return fail(Errc::invalid, "deident.too_many_columns", std::to_string(kColumnsMax));
  if (!first) return fail(Errc::invalid, start.size() >= kBlockBytes ? "deident.record_too_long" : "deident.no_header");
  if (auto fault = text_fault(start.substr(0, first->bytes), encoding_)) return fail(Errc::invalid, fault->reason, "record 1");
  raw_header_ = std::move(first->fields);
  for (const std::string& name : raw_header_) header_.push_back(encoding_ == TextEncoding::gb18030 ? TRY(gb18030_to_utf8(name)) : name);
  crlf_ = start.substr(first->bytes - std::min<size_t>(2, first->bytes)).starts_with("\r\n");
  const size_t taken = (bom_ ? 3 : 0) + first->bytes;
  pending_.erase(0, taken);
  filled_ -= taken;
  return {};
}

void CsvInput::end_line() {
  if (filled_ == pending_.size()) pending_.push_back('\n');
  pending_[filled_++] = '\n';
}

Result<bool> CsvInput::more() {
  if (pending_.size() < filled_ + kBlockBytes) pending_.resize(filled_ + kBlockBytes);
  size_t got = 0;
  while (got < kBlockBytes) {
    size_t n = TRY(read_some(fd_.get(), pending_.data() + filled_ + got, kBlockBytes - got));
    if (n == 0) break;
    got += n;
  }
  digest_.update(std::string_view(pending_).substr(filled_, got));
  filled_ += got;
  done_ += got;
  if (progress_) progress_(done_, size_);
  at_end_ = got == 0;
  return got > 0;
}

Result<std::string> CsvInput::next(std::string memory) {
  while (true) {
    if (at_end_ && filled_ > 0 && pending_[filled_ - 1] != '\n') end_line();
    const size_t whole = at_end_ ? filled_ : whole_records(held(), delimiter_);
    if (whole > 0) {
      const size_t rest = filled_ - whole;
      if (memory.size() < rest) memory.resize(rest);
      std::memcpy(memory.data(), pending_.data() + whole, rest);
      std::string block = std::exchange(pending_, std::move(memory));
      filled_ = rest;
      block.resize(whole);
      block.append(kCsvPadding, '\n');
      return block;
    }
    if (at_end_) return std::string();
    if (filled_ > kCsvRecordBytesMax) return fail(Errc::invalid, "deident.record_too_long");
    TRY(more());
  }
}

std::string_view CsvInput::record_bytes(const std::string& block) { return std::string_view(block.data(), block.size() - kCsvPadding); }

}  // namespace sluice::deident
