#include "synth/table_writer.h"

#include <array>
#include <charconv>

#include "base/clock.h"
#include "base/file.h"
#include "standard/datetime.h"

namespace sluice::synth {

namespace {

constexpr size_t kFlushBytes = 1u << 20;

void put_two(char* at, int64_t v) {
  at[0] = static_cast<char>('0' + v / 10);
  at[1] = static_cast<char>('0' + v % 10);
}

// Dates repeat: one day's text is made once.
std::string_view day_text(int32_t days) {
  struct Entry {
    int32_t days = INT32_MIN;
    std::array<char, 10> text{};
  };
  static thread_local std::array<Entry, 4096> cache;
  Entry& entry = cache[static_cast<uint32_t>(days) % cache.size()];
  if (entry.days != days) {
    std::string made = strict_date(days);
    std::copy_n(made.data(), 10, entry.text.data());
    entry.days = days;
  }
  return {entry.text.data(), 10};
}

}  // namespace

TableWriter::TableWriter(const std::string& dir, collect::Plan plan, Encoding encoding)
    : plan_(std::move(plan)), path_(dir + "/" + plan_.table + ".csv"), encoding_(encoding), file_(std::fopen(path_.c_str(), "wbe")) {
  totals_.resize(plan_.control_totals.size());
  row_totals_ = last_totals_ = totals_;
  for (const collect::PlanField& f : plan_.columns) text(f.name);
  buffer_ += '\n';
  first_ = true;
  row_start_ = buffer_.size();
}

TableWriter::~TableWriter() {
  if (file_) std::fclose(file_);
}

void TableWriter::number(int64_t value) {
  separate();
  char text[24];
  auto end = std::to_chars(text, text + sizeof text, value).ptr;
  buffer_.append(text, end);
}

void TableWriter::money(int64_t fen) {
  separate();
  char text[32];
  char* at = text;
  if (fen < 0) {
    *at++ = '-';
    fen = -fen;
  }
  at = std::to_chars(at, text + sizeof text, fen / 100).ptr;
  *at++ = '.';
  put_two(at, fen % 100);
  buffer_.append(text, at + 2);
}

void TableWriter::day(int32_t days) { text(day_text(days)); }

void TableWriter::moment(int64_t seconds) {
  auto days = static_cast<int32_t>(seconds / 86400);
  int64_t left = seconds % 86400;
  char clock[9] = {' ', '0', '0', ':', '0', '0', ':', '0', '0'};
  put_two(clock + 1, left / 3600);
  put_two(clock + 4, left / 60 % 60);
  put_two(clock + 7, left % 60);
  text(day_text(days));
  buffer_.append(clock, sizeof clock);
}

void TableWriter::end_row() {
  buffer_ += '\n';
  first_ = true;
  rows_++;
  for (size_t t = 0; t < totals_.size(); t++) totals_[t] += row_totals_[t];
  last_totals_ = row_totals_;
  std::fill(row_totals_.begin(), row_totals_.end(), 0);
  if (row_start_ > kFlushBytes) flush(row_start_);  // this row stays: it may be repeated
  last_row_ = row_start_;
  row_start_ = buffer_.size();
}

void TableWriter::repeat_row() {
  std::string row = buffer_.substr(last_row_, row_start_ - last_row_);
  buffer_ += row;
  last_row_ = row_start_;
  row_start_ = buffer_.size();
  rows_++;
  for (size_t t = 0; t < totals_.size(); t++) totals_[t] += last_totals_[t];
}

void TableWriter::flush(size_t size) {
  std::string_view out(buffer_.data(), size);
  std::string converted;
  if (encoding_ == Encoding::gb18030) {
    auto text = utf8_to_gb18030(out);
    if (text)
      converted = std::move(*text);
    else
      failed_ = true;
    out = converted;
  }
  hash_.update(view(out));
  failed_ |= !file_ || std::fwrite(out.data(), 1, out.size(), file_) != out.size();
  buffer_.erase(0, size);
  row_start_ -= std::min(row_start_, size);
}

Result<collect::BatchManifest> TableWriter::finish(TimeMs made_at) {
  flush(buffer_.size());
  failed_ |= !file_ || std::fflush(file_) != 0;
  if (failed_) return tl::unexpected(last_os_error("file.unwritable", plan_.table));
  std::fclose(file_);
  file_ = nullptr;
  collect::BatchManifest out;
  out.source_uscc = plan_.source.uscc;
  out.plan = plan_.id;
  out.batch = plan_.table + "-" + strict_date(static_cast<int32_t>(made_at / kDayMs));
  out.file = plan_.table + ".csv";
  out.rows = static_cast<int64_t>(rows_);
  for (size_t t = 0; t < totals_.size(); t++) out.control_totals[plan_.control_totals[t]] = totals_[t];
  out.sm3 = hash_.finish();
  out.made_at = rfc3339(made_at);
  return out;
}

}  // namespace sluice::synth
