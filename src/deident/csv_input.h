// A CSV file as blocks of whole records: header, delimiter (the most frequent of , ; TAB | in the header), encoding (UTF-8
// with or without BOM, or GB18030, told from the first block). Two inputs of the same file give the same blocks.
//
// Memory: a few blocks. One thread. Errors: "file.not_found", "file.unreadable", "deident.not_regular_file", "deident.no_header",
// "deident.too_many_columns" (detail: the most), "deident.record_too_long", of the header those of deident/text_fault.h; of later bytes BlockPipeline tells.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/owned_fd.h"
#include "base/result.h"
#include "deident/kernels.h"
#include "deident/running_digest.h"

namespace sluice::deident {

class CsvInput {
 public:
  using ProgressFn = std::function<void(uint64_t bytes_done, uint64_t bytes_all)>;
  static Result<std::unique_ptr<CsvInput>> open(const std::string& path, Digesting digesting = Digesting::off, ProgressFn progress = {});

  const std::vector<std::string>& header() const { return header_; }        // in UTF-8, whatever the file is in
  const std::vector<std::string>& raw_header() const { return raw_header_; }  // as the file has it, for the output
  char delimiter() const { return delimiter_; }
  TextEncoding encoding() const { return encoding_; }
  bool has_bom() const { return bom_; }
  std::string_view line_end() const { return crlf_ ? "\r\n" : "\n"; }
  bool same_file(const std::string& path) const;

  // The next block of whole records, ended by a line feed and kCsvPadding bytes behind it (record_bytes() leaves them out);
  // empty at the end. `memory`: of a block that is done with, to be used again.
  Result<std::string> next(std::string memory = {});
  static std::string_view record_bytes(const std::string& block);
  // Of the whole file, as asked for; once, at the end.
  Digest digest() { return digest_.finish(); }

 private:
  explicit CsvInput(Digesting digesting) : digest_(digesting) {}
  Status start();
  Result<bool> more();
  std::string_view held() const { return {pending_.data(), filled_}; }
  void end_line();

  OwnedFd fd_;
  uint64_t size_ = 0, done_ = 0, device_ = 0, inode_ = 0;
  ProgressFn progress_;
  RunningDigest digest_;
  std::string pending_;  // what was read and not given, then memory of blocks past, which is not cleared
  size_t filled_ = 0;
  bool at_end_ = false, bom_ = false, crlf_ = false;
  char delimiter_ = ',';
  TextEncoding encoding_ = TextEncoding::utf8;
  std::vector<std::string> header_, raw_header_;
};

constexpr size_t kCsvPadding = 16;  // word reads behind a block

}  // namespace sluice::deident
