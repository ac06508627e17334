// ZIP archives in memory, as far as office files need them (APPNOTE 6.3: stored and deflated entries, no encryption, no ZIP64).
//
// The archive is input of strangers: names, sizes and offsets are believed only as far as they fit the bytes. An entry that unpacks to
// more than kUnpackedMax, or to more than kRatioMax times its packed size beyond a first kRatioFreeBytes, is a bomb.
// "zip.malformed" (detail: what), "zip.encrypted", "zip.unsupported", "zip.bomb", "zip.checksum", "zip.too_many_entries".
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice::collect {

struct ZipEntry {
  std::string name;
  uint16_t method = 0;
  uint32_t crc = 0;
  uint64_t packed = 0, unpacked = 0, offset = 0;  // of the local header
};

class ZipArchive {
 public:
  static constexpr uint64_t kUnpackedMax = 2ull << 30, kRatioFreeBytes = 16ull << 20, kRatioMax = 250;
  static constexpr size_t kEntriesMax = 4096;

  // `bytes` outlive the archive.
  static Result<ZipArchive> open(std::string_view bytes);
  const ZipEntry* find(std::string_view name) const;
  const std::vector<ZipEntry>& entries() const { return entries_; }

  // One entry, unpacked piece by piece.
  class Reader {
   public:
    Reader(Reader&&) noexcept;
    ~Reader();
    // The next piece, empty at the end (size and checksum were right then). Valid until the next call.
    Result<std::string_view> next();

   private:
    friend class ZipArchive;
    struct State;
    explicit Reader(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
  };
  Result<Reader> read(const ZipEntry& entry) const;

 private:
  std::string_view bytes_;
  std::vector<ZipEntry> entries_;
};

}  // namespace sluice::collect
