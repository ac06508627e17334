#include "node/row_sample.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <set>

#include "base/clock.h"
#include "collect/value.h"

namespace sluice::node {

namespace {

// 1 was a sample of values, without a head.
constexpr uint8_t kFormat[] = {'S', 'R', 'S', 2};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view trimmed(std::string_view s) {
  while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
  while (!s.empty() && s.back() == ' ') s.remove_suffix(1);
  return s;
}

bool is_fraction(std::string_view s) {
  if (!s.empty() && s.front() == '-') s.remove_prefix(1);
  size_t point = s.find('.');
  if (point == 0 || point == std::string_view::npos) return false;
  for (size_t i = 0; i < s.size(); i++)
    if (i != point && !is_digit(s[i])) return false;
  return true;
}

bool is_moment(std::string_view s) {
  if (s.size() < 8 || (s[4] != '-' && s[4] != '/')) return false;
  for (size_t i = 0; i < s.size(); i++)
    if (!is_digit(s[i]) && (i < 4 || !std::strchr("-/: T", s[i]))) return false;
  return true;
}

void append_number(std::string& out, int64_t value, size_t width) {
  char digits[24];
  auto end = std::to_chars(std::begin(digits), std::end(digits), value).ptr;
  size_t n = static_cast<size_t>(end - digits);
  out.append(width > n ? width - n : 0, '0').append(digits, n);
}

void append_day(std::string& out, int64_t days) {
  CivilDate day = civil_from_days(days);
  append_number(out, day.year, 4), append_number(out, day.month, 2), append_number(out, day.day, 2);
}

void drop_zeros(std::string& text) {
  while (!text.empty() && text.back() == '0') text.pop_back();
  if (!text.empty() && text.back() == '.') text.pop_back();
}

// The cell's value, alike whether a plan calls it text, a number or a date.
std::string plain_value(const table::Column& column, size_t row) {
  std::string out;
  switch (column.type()) {
    case table::Type::text: {
      std::string_view text = trimmed(column.text_at(row));
      if (is_moment(text)) {
        std::copy_if(text.begin(), text.end(), std::back_inserter(out), is_digit);
        break;
      }
      out = text;
      if (is_fraction(text)) drop_zeros(out);
      break;
    }
    case table::Type::int64: append_number(out, column.int_at(row), 0); break;
    case table::Type::decimal: {
      int64_t value = column.int_at(row);
      uint64_t size = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
      out = std::to_string(size);
      if (size_t scale = column.scale()) {
        if (out.size() <= scale) out.insert(0, scale + 1 - out.size(), '0');
        out.insert(out.size() - scale, 1, '.');
        drop_zeros(out);
      }
      if (value < 0) out.insert(0, 1, '-');
      break;
    }
    case table::Type::date: append_day(out, column.int_at(row)); break;
    case table::Type::datetime: {
      int64_t ms = column.int_at(row), days = ms / kDayMs - (ms % kDayMs < 0), seconds = (ms - days * kDayMs) / 1000;
      append_day(out, days);
      append_number(out, seconds / 3600, 2), append_number(out, seconds / 60 % 60, 2), append_number(out, seconds % 60, 2);
      break;
    }
    case table::Type::boolean: break;
  }
  return out;
}

void keep_smallest(RowSample& sample) {
  while (sample.size() > kRowAnchors) sample.erase(std::prev(sample.end()));
}

// Marks of values that stand in too many of the rows to tell one from another.
std::set<uint32_t> commonplace(const RowSample& sample) {
  std::set<std::vector<uint32_t>> rows;
  for (const auto& [anchor, cells] : sample)
    if (!cells.empty()) rows.insert(cells);
  std::map<uint32_t, size_t> counts;
  for (const auto& cells : rows)
    for (uint32_t cell : cells) counts[cell]++;
  std::set<uint32_t> out;
  for (auto [cell, count] : counts)
    if (count > std::max<size_t>(2, rows.size() / 16)) out.insert(cell);
  return out;
}

// `telling` says which cells count. A row whose cells were too many to keep speaks for marks up to its largest alone.
template <class Telling>
bool rows_agree(const std::vector<uint32_t>& a, const std::vector<uint32_t>& b, Telling telling) {
  uint32_t until = UINT32_MAX;
  for (const auto* row : {&a, &b})
    if (row->size() >= kRowCells) until = std::min(until, row->back());
  size_t of_a = 0, of_b = 0, both = 0;
  for (uint32_t cell : b) of_b += cell <= until && telling(cell);
  for (uint32_t cell : a) {
    if (cell > until || !telling(cell)) continue;
    of_a++;
    both += std::binary_search(b.begin(), b.end(), cell);
  }
  return both >= 2 && both * 10 >= std::min(of_a, of_b) * 9;
}

}  // namespace

Bytes pack_sample(const RowSample& sample) {
  Bytes out(std::begin(kFormat), std::end(kFormat));
  auto put = [&](uint64_t value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out.push_back(static_cast<uint8_t>(value >> shift));
  };
  for (const auto& [anchor, cells] : sample) {
    put(anchor, 8), put(cells.size(), 1);
    for (uint32_t cell : cells) put(cell, 4);
  }
  return out;
}

RowSample unpack_sample(ByteView bytes) {
  if (bytes.size() < sizeof kFormat || !std::equal(std::begin(kFormat), std::end(kFormat), bytes.begin())) return {};
  RowSample out;
  size_t at = sizeof kFormat;
  auto get = [&](size_t n) {
    uint64_t value = 0;
    for (; n > 0; n--) value = value << 8 | bytes[at++];
    return value;
  };
  while (at < bytes.size()) {
    if (bytes.size() - at < 9) return {};
    uint64_t anchor = get(8);
    size_t count = get(1);
    if (count > kRowCells || bytes.size() - at < 4 * count) return {};
    std::vector<uint32_t>& cells = out[anchor];
    for (; count > 0; count--) cells.push_back(static_cast<uint32_t>(get(4)));
    if (!std::is_sorted(cells.begin(), cells.end())) return {};
  }
  return out;
}

RowSample join_samples(RowSample older, const RowSample& newer) {
  for (const auto& [anchor, cells] : newer) {
    auto [it, added] = older.try_emplace(anchor, cells);
    if (!added && !it->second.empty()) it->second = cells;
  }
  keep_smallest(older);
  return older;
}

int64_t same_permille(const RowSample& a, const RowSample& b) {
  // A full sample speaks for values up to its largest anchor alone; one that is not full, for all.
  uint64_t until = UINT64_MAX;
  for (const RowSample* sample : {&a, &b})
    if (sample->size() >= kRowAnchors) until = std::min(until, sample->rbegin()->first);
  auto anchors = [&](const RowSample& sample) {
    return static_cast<size_t>(std::count_if(sample.begin(), sample.upper_bound(until), [](const auto& one) { return !one.second.empty(); }));
  };
  size_t smaller = std::min(anchors(a), anchors(b));
  if (smaller < kSameRows) return 0;
  std::set<uint32_t> common_a = commonplace(a), common_b = commonplace(b);
  auto telling = [&](uint32_t cell) { return !common_a.contains(cell) && !common_b.contains(cell); };
  std::set<std::vector<uint32_t>> rows;
  size_t agree = 0;
  for (auto it = a.begin(); it != a.end() && it->first <= until; ++it) {
    auto other = b.find(it->first);
    if (it->second.empty() || other == b.end() || other->second.empty() || !rows_agree(it->second, other->second, telling)) continue;
    agree++;
    rows.insert(it->second);
  }
  if (rows.size() < kSameRows || agree * 2 < smaller) return 0;
  return static_cast<int64_t>(agree * 1000 / smaller);
}

SampledRows::SampledRows(table::BatchSink& next, ByteView seed) : next_(next) {
  if (seed.size() != sizeof(uint64_t)) return;
  uint64_t value = 0;
  std::memcpy(&value, seed.data(), sizeof value);
  seed_ = value;
}

std::vector<uint32_t> SampledRows::cells_of(const table::Batch& batch, size_t row) const {
  std::vector<uint32_t> out;
  for (const table::Column& column : batch.columns) {
    if (column.is_null(row)) continue;
    std::string value = plain_value(column, row);
    if (value.size() >= kCellBytes) out.push_back(static_cast<uint32_t>(collect::keyed_hash(*seed_, value)));
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  if (out.size() > kRowCells) out.resize(kRowCells);
  return out;
}

void SampledRows::take(const table::Batch& batch, size_t row, std::string_view value) {
  value = trimmed(value);
  if (value.size() < kAnchorBytes) return;
  uint64_t anchor = collect::keyed_hash(*seed_, value);
  if (sample_.size() >= kRowAnchors && anchor > sample_.rbegin()->first) return;
  auto known = sample_.find(anchor);
  if (known != sample_.end() && known->second.empty()) return;
  // Amounts and moments are no anchors: another plan may write them otherwise.
  if (is_fraction(value) || is_moment(value)) return;
  std::vector<uint32_t> cells = cells_of(batch, row);
  if (known == sample_.end()) {
    sample_.emplace(anchor, std::move(cells));
    keep_smallest(sample_);
  } else if (known->second != cells) {
    known->second.clear();
  }
}

Status SampledRows::append(const table::Batch& batch) {
  if (seed_) {
    for (const table::Column& column : batch.columns) {
      bool is_text = column.type() == table::Type::text;
      if (!is_text && column.type() != table::Type::int64) continue;
      for (size_t row = 0; row < batch.rows; row++) {
        if (column.is_null(row)) continue;
        if (is_text) {
          take(batch, row, column.text_at(row));
          continue;
        }
        char digits[24];
        auto end = std::to_chars(std::begin(digits), std::end(digits), column.int_at(row)).ptr;
        take(batch, row, {digits, static_cast<size_t>(end - digits)});
      }
    }
  }
  return next_.append(batch);
}

}  // namespace sluice::node
