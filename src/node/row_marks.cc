#include "node/row_marks.h"

#include <charconv>
#include <cstring>

#include "base/log.h"
#include "collect/value.h"
#include "node/work.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr std::string_view kMarksKind = "row-marks", kSeedName = "seed";

struct Sampled {
  DatasetId dataset;
  std::set<uint64_t> marks;
};

Result<std::set<uint64_t>> marks_of(Node& node, const std::string& dataset) {
  auto stored = node.registry().get(kMarksKind, dataset);
  if (stored) return unpack_marks(stored->reveal("a sample of a dataset's values, to compare it"));
  if (stored.error().reason == "registry.not_found") return std::set<uint64_t>();
  return tl::unexpected(stored.error());
}

// The other datasets of the owner that are not known to hold the same rows.
std::vector<DatasetId> others_of(Node& node, const DatasetId& id) {
  return node.space().read([&](const State& s) {
    std::vector<DatasetId> out;
    const Dataset* dataset = find(s.datasets, id);
    auto known = s.same_rows.find(id.str());
    for (const auto& [key, other] : s.datasets) {
      bool same = known != s.same_rows.end() && std::find(known->second.begin(), known->second.end(), other.id) != known->second.end();
      if (dataset && other.owner == dataset->owner && other.id != id && !same) out.push_back(other.id);
    }
    return out;
  });
}

Status compare_with_others(Node& node, const Principal& by, const DatasetId& dataset, const std::set<uint64_t>& marks) {
  for (const DatasetId& other : others_of(node, dataset)) {
    int64_t permille = same_permille(marks, TRY(marks_of(node, other.str())));
    if (permille == 0) continue;
    auto told = node.space().execute(as_node(by), ReportSameRows{dataset, other, permille});
    if (!told && told.error().code != Errc::conflict) return tl::unexpected(told.error());
  }
  return {};
}

Status note(Node& node, const Principal& by, const DatasetId& dataset, const std::string& sample) {
  Bytes bytes = TRY(from_base64(sample));
  std::set<uint64_t> marks = join_marks(TRY(marks_of(node, dataset.str())), unpack_marks(bytes));
  if (marks.empty()) return {};
  TRY(node.registry().put(kMarksKind, dataset.str(), SecretBytes(pack_marks(marks))));
  return compare_with_others(node, by, dataset, marks);
}

}  // namespace

Bytes pack_marks(const std::set<uint64_t>& marks) {
  Bytes out;
  for (uint64_t mark : marks)
    for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<uint8_t>(mark >> shift));
  return out;
}

std::set<uint64_t> unpack_marks(ByteView bytes) {
  std::set<uint64_t> out;
  for (size_t at = 0; at + 8 <= bytes.size(); at += 8) {
    uint64_t mark = 0;
    for (size_t i = 0; i < 8; i++) mark = mark << 8 | bytes[at + i];
    out.insert(mark);
  }
  return out;
}

std::set<uint64_t> join_marks(std::set<uint64_t> a, const std::set<uint64_t>& b) {
  a.insert(b.begin(), b.end());
  while (a.size() > kRowMarks) a.erase(std::prev(a.end()));
  return a;
}

int64_t same_permille(const std::set<uint64_t>& a, const std::set<uint64_t>& b) {
  // A full sample speaks for values up to its largest mark alone; one that is not full, for all.
  uint64_t until = UINT64_MAX;
  for (const auto* sample : {&a, &b})
    if (sample->size() >= kRowMarks) until = std::min(until, *sample->rbegin());
  auto within = [&](const std::set<uint64_t>& sample) { return static_cast<size_t>(std::distance(sample.begin(), sample.upper_bound(until))); };
  size_t smaller = std::min(within(a), within(b)), both = 0;
  for (auto mark = a.begin(); mark != a.end() && *mark <= until; ++mark) both += b.contains(*mark);
  if (both < kSameMarks || both * 2 < smaller) return 0;
  return static_cast<int64_t>(both * 1000 / smaller);
}

MarkedRows::MarkedRows(table::BatchSink& next, ByteView seed) : next_(next) {
  if (seed.size() != sizeof(uint64_t)) return;
  uint64_t value = 0;
  std::memcpy(&value, seed.data(), sizeof value);
  seed_ = value;
}

void MarkedRows::take(std::string_view text) {
  if (text.size() < kMarkedBytes) return;
  uint64_t mark = collect::keyed_hash(*seed_, text);
  if (marks_.size() >= kRowMarks && mark >= *marks_.rbegin()) return;
  marks_.insert(mark);
  if (marks_.size() > kRowMarks) marks_.erase(std::prev(marks_.end()));
}

Status MarkedRows::append(const table::Batch& batch) {
  if (seed_) {
    for (const table::Column& column : batch.columns) {
      bool is_text = column.type() == table::Type::text;
      if (!is_text && column.type() != table::Type::int64) continue;
      for (size_t row = 0; row < batch.rows; row++) {
        if (column.is_null(row)) continue;
        if (is_text) {
          take(column.text_at(row));
          continue;
        }
        char digits[24];
        auto end = std::to_chars(std::begin(digits), std::end(digits), column.int_at(row)).ptr;
        take({digits, static_cast<size_t>(end - digits)});
      }
    }
  }
  return next_.append(batch);
}

Result<SecretBytes> row_marks_seed(Node& node) {
  auto stored = node.registry().get(kMarksKind, kSeedName);
  if (stored || stored.error().reason != "registry.not_found") return stored;
  TRY(node.registry().put(kMarksKind, kSeedName, SecretBytes(random_bytes(node.random(), sizeof(uint64_t)))));
  return node.registry().get(kMarksKind, kSeedName);
}

void forget_row_marks(Node& node, const DatasetId& dataset) { (void)node.registry().erase(kMarksKind, dataset.str()); }

void note_row_marks(Node& node, const Principal& by, const DatasetId& dataset, const std::string& sample) {
  auto noted = note(node, by, dataset, sample);
  if (!noted) log(LogLevel::warn, "collection.row_marks_not_kept", {{"dataset", dataset.str()}, {"reason", std::string(noted.error().reason)}});
}

}  // namespace sluice::node
