#include "table/text_chunk.h"

#include <algorithm>
#include <bit>

#include "table/page_codec.h"
#include "table/text_hash.h"

namespace sluice::table {

namespace {

constexpr size_t kEntriesMax = 1u << 16, kEntryBytesMax = 1u << 20;
constexpr size_t kSampleCells = 4096;  // of which more than half are different: no dictionary
constexpr size_t kPageRows = 1u << 17, kPageBytes = 1u << 20;

}  // namespace

TextChunk::TextChunk() : slots_(1u << 12, 0) {}

uint32_t TextChunk::add(std::string_view text) {
  const uint32_t ticket = enter(text);
  take(ticket);
  return ticket;
}

// Once the texts have shown that they do not repeat, each gets a ticket of its own.
uint32_t TextChunk::enter(std::string_view text) {
  const auto made = static_cast<uint32_t>(ends_.size() - 1);
  if (looks_up_) {
    const size_t mask = slots_.size() - 1;
    size_t at = hash_text(text) & mask;
    for (; slots_[at]; at = (at + 1) & mask)
      if (text_of(slots_[at] - 1) == text) return slots_[at] - 1;
    slots_[at] = made + 1;
  }
  arena_ += text;
  ends_.push_back(arena_.size());
  if (looks_up_ && ends_.size() * 2 > slots_.size()) grow();
  return made;
}

void TextChunk::grow() {
  looks_up_ = repeats();
  if (!looks_up_) return;
  slots_.assign(slots_.size() * 2, 0);
  const size_t mask = slots_.size() - 1;
  for (size_t ticket = 0; ticket + 1 < ends_.size(); ticket++) {
    size_t at = hash_text(text_of(static_cast<uint32_t>(ticket))) & mask;
    while (slots_[at]) at = (at + 1) & mask;
    slots_[at] = static_cast<uint32_t>(ticket) + 1;
  }
}

bool TextChunk::repeats() const {
  const size_t entries = ends_.size() - 1;
  if (entries > kEntriesMax || arena_.size() > kEntryBytesMax) return false;
  return tickets_.size() < kSampleCells || entries <= tickets_.size() / 2;
}

Status TextChunk::write_page(ParquetPageKind kind, ParquetEncoding encoding, std::string_view plain, size_t values) {
  std::string packed;
  TRY(pack_page(ParquetCodec::zstd, plain, packed));
  ParquetPage page{.kind = kind, .bytes_plain = static_cast<uint32_t>(plain.size()), .bytes = static_cast<uint32_t>(packed.size())};
  page.values = static_cast<uint32_t>(values);
  page.encoding = encoding;
  const std::string header = write_parquet_page(page);
  out_ += header;
  out_ += packed;
  bytes_plain_ += header.size() + plain.size();
  return {};
}

Status TextChunk::write_dictionary() {
  plain_.clear();
  const size_t entries = ends_.size() - 1;
  for (size_t i = 0; i < entries; i++) {
    const std::string_view text = text_of(static_cast<uint32_t>(i));
    put_le32(plain_, static_cast<uint32_t>(text.size()));
    plain_ += text;
  }
  return write_page(ParquetPageKind::dictionary, ParquetEncoding::plain, plain_, entries);
}

Status TextChunk::write_data(size_t from, size_t to, bool by_dictionary) {
  const std::span<const uint32_t> tickets = std::span(tickets_).subspan(from, to - from);
  std::vector<uint32_t> levels(tickets.size()), present;
  for (size_t i = 0; i < tickets.size(); i++) levels[i] = tickets[i] != kNull;
  plain_.assign(4, '\0');
  pack_hybrid(levels, 1, plain_);
  const auto level_bytes = static_cast<uint32_t>(plain_.size() - 4);
  plain_.replace(0, 4, reinterpret_cast<const char*>(&level_bytes), 4);
  if (!by_dictionary) {
    for (uint32_t ticket : tickets) {
      if (ticket == kNull) continue;
      const std::string_view text = text_of(ticket);
      put_le32(plain_, static_cast<uint32_t>(text.size()));
      plain_ += text;
    }
    return write_page(ParquetPageKind::data, ParquetEncoding::plain, plain_, tickets.size());
  }
  std::copy_if(tickets.begin(), tickets.end(), std::back_inserter(present), [](uint32_t t) { return t != kNull; });
  const auto width = std::max(1, static_cast<int>(std::bit_width(ends_.size() - 2)));
  plain_ += static_cast<char>(width);
  pack_hybrid(present, static_cast<unsigned>(width), plain_);
  return write_page(ParquetPageKind::data, ParquetEncoding::rle_dictionary, plain_, tickets.size());
}

Result<std::string> TextChunk::finish(ParquetChunk& chunk) {
  const size_t entries = ends_.size() - 1;
  const bool by_dictionary = looks_up_ && entries > 0 && repeats();
  chunk = ParquetChunk{.codec = ParquetCodec::zstd, .values = tickets_.size()};
  chunk.nulls = static_cast<uint64_t>(std::count(tickets_.begin(), tickets_.end(), kNull));
  if (by_dictionary) {
    TRY(write_dictionary());
    chunk.dictionary_page = 0;
    chunk.data_page = out_.size();
    chunk.encodings = {ParquetEncoding::plain, ParquetEncoding::rle, ParquetEncoding::rle_dictionary};
  } else {
    chunk.encodings = {ParquetEncoding::plain, ParquetEncoding::rle};
  }
  for (size_t from = 0; from < tickets_.size();) {
    size_t to = from, bytes = 0;
    for (; to < tickets_.size() && to - from < kPageRows && (by_dictionary || bytes < kPageBytes); to++)
      if (!by_dictionary && tickets_[to] != kNull) bytes += 4 + text_of(tickets_[to]).size();
    TRY(write_data(from, to, by_dictionary));
    from = to;
  }
  chunk.bytes = out_.size();
  chunk.bytes_plain = bytes_plain_;
  return std::move(out_);
}

}  // namespace sluice::table
