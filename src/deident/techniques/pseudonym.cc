#include "deident/techniques/pseudonym.h"

#include <algorithm>

namespace sluice::deident {

namespace {

constexpr size_t kMacsAtOnce = 256;

void put_base32(const Digest& mac, int length, std::string& out) {
  constexpr char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";  // RFC 4648, lower case, no padding
  uint32_t bits = 0;
  int have = 0;
  size_t next = 0;
  for (int i = 0; i < length; i++) {
    if (have < 5) {
      bits = bits << 8 | mac[next++];
      have += 8;
    }
    have -= 5;
    out += alphabet[bits >> have & 31];
    bits &= (1u << have) - 1;
  }
}

// Calls take(i, mac) for every cell i whose chosen text is not empty.
template <class Choose, class Take>
void mac_each(const HmacSm3Key& key, std::span<const CellInput> cells, Choose choose, Take take) {
  ByteView views[kMacsAtOnce];
  Digest macs[kMacsAtOnce];
  for (size_t from = 0; from < cells.size(); from += kMacsAtOnce) {
    size_t n = std::min(kMacsAtOnce, cells.size() - from);
    for (size_t i = 0; i < n; i++) views[i] = view(choose(cells[from + i]));
    key.many(std::span(views, n), std::span(macs, n));
    for (size_t i = 0; i < n; i++) take(cells[from + i], macs[i]);
  }
}

}  // namespace

void Pseudonym::run(std::span<const CellInput> cells, MaskedCells& out) const {
  mac_each(key_, cells, [](const CellInput& c) { return c.cell; }, [&](const CellInput& c, const Digest& mac) {
    if (c.cell.empty()) return out.close(CellOutcome::null);
    out.text() += prefix_;
    put_base32(mac, length_, out.text());
    out.close(CellOutcome::masked);
  });
}

int shift_of(const Digest& mac, int days_max) {
  uint64_t v = 0;
  for (size_t i = 0; i < 8; i++) v = v << 8 | mac[i];
  auto r = static_cast<int>(v % (2 * static_cast<uint64_t>(days_max)));
  return r < days_max ? r - days_max : r - days_max + 1;
}

void DateShift::run(std::span<const CellInput> cells, MaskedCells& out) const {
  mac_each(key_, cells, [](const CellInput& c) { return c.beside; }, [&](const CellInput& c, const Digest& mac) {
    if (c.cell.empty()) return out.close(CellOutcome::null);
    if (means_no_end(c.cell)) {
      out.text() += c.cell;
      return out.close(CellOutcome::kept);
    }
    bool done = !c.beside.empty() && shift_date(c.cell, shift_of(mac, days_max_), out.text());
    out.close(done ? CellOutcome::masked : CellOutcome::failed);
  });
}

void Noise::run(std::span<const CellInput> cells, MaskedCells& out) const {
  std::string joined;
  for (const CellInput& c : cells) {
    if (c.cell.empty()) {
      out.close(CellOutcome::null);
      continue;
    }
    // The column's own key, the row's key and the value: the same row gets the same noise in every run.
    joined.assign(c.beside).append(1, '\0').append(c.cell);
    bool done = !c.beside.empty() && add_noise(c.cell, bound_, key_.one(view(joined)), out.text());
    out.close(done ? CellOutcome::masked : CellOutcome::failed);
  }
}

}  // namespace sluice::deident
