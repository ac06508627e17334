#include "node/row_marks.h"

#include <mutex>

#include "base/log.h"
#include "node/row_sample.h"
#include "node/work.h"

namespace sluice::node {

using namespace space;

namespace {

// The seed lies where the samples of the first format did; those of this one have their own place.
constexpr std::string_view kSeedKind = "row-marks", kSeedName = "seed", kFirstFormat = "row-marks";
constexpr std::string_view kSamplesKind = "row-samples", kArrivedKind = "row-samples-arrived";

// One at a time: a sample that one collection read must not be written over by another's.
std::mutex& samples_mutex() {
  static std::mutex mutex;
  return mutex;
}

Result<RowSample> sample_of(Node& node, std::string_view kind, const std::string& id) {
  auto stored = node.registry().get(kind, id);
  if (stored) return unpack_sample(stored->reveal("a sample of a dataset's rows, to compare it"));
  if (stored.error().reason == "registry.not_found") return RowSample();
  return tl::unexpected(stored.error());
}

// The other datasets of the owner of which nothing is said yet.
std::vector<DatasetId> others_of(Node& node, const DatasetId& id) {
  return node.space().read([&](const State& s) {
    std::vector<DatasetId> out;
    const Dataset* dataset = find(s.datasets, id);
    for (const auto& [key, other] : s.datasets)
      if (dataset && other.owner == dataset->owner && other.id != id && !s.same_rows.contains(same_rows_key(id, other.id))) out.push_back(other.id);
    return out;
  });
}

Status compare_with_others(Node& node, const Principal& by, const DatasetId& dataset, const RowSample& sample) {
  for (const DatasetId& other : others_of(node, dataset)) {
    int64_t permille = same_permille(sample, TRY(sample_of(node, kSamplesKind, other.str())));
    if (permille == 0) continue;
    auto told = node.space().execute(as_node(by), ReportSameRows{dataset, other, permille});
    if (!told && told.error().code != Errc::conflict) return tl::unexpected(told.error());
  }
  return {};
}

// The dataset that a version was recorded in: nothing while it is not.
std::optional<DatasetId> recorded_in(Node& node, const std::string& version) {
  return node.space().read([&](const State& s) {
    auto it = s.versions.find(version);
    return it == s.versions.end() ? std::optional<DatasetId>() : it->second.dataset;
  });
}

Status note(Node& node, const Principal& by, const std::string& version, const DatasetId& dataset) {
  RowSample arrived = TRY(sample_of(node, kArrivedKind, version));
  if (!arrived.empty()) {
    RowSample sample = join_samples(TRY(sample_of(node, kSamplesKind, dataset.str())), arrived);
    TRY(node.registry().put(kSamplesKind, dataset.str(), SecretBytes(pack_sample(sample))));
    (void)node.registry().erase(kFirstFormat, dataset.str());
    TRY(compare_with_others(node, by, dataset, sample));
  }
  return node.registry().erase(kArrivedKind, version);
}

void not_kept(std::string_view version, const Error& error) {
  log(LogLevel::warn, "collection.row_marks_not_kept", {{"version", std::string(version)}, {"reason", std::string(error.reason)}});
}

}  // namespace

Result<SecretBytes> row_marks_seed(Node& node) {
  std::lock_guard lock(samples_mutex());
  auto stored = node.registry().get(kSeedKind, kSeedName);
  if (stored || stored.error().reason != "registry.not_found") return stored;
  TRY(node.registry().put(kSeedKind, kSeedName, SecretBytes(random_bytes(node.random(), sizeof(uint64_t)))));
  return node.registry().get(kSeedKind, kSeedName);
}

void keep_row_sample(Node& node, const VersionId& version, const std::string& sample) {
  auto bytes = from_base64(sample);
  auto kept = bytes ? node.registry().put(kArrivedKind, version.str(), SecretBytes(std::move(*bytes))) : Status(tl::unexpected(bytes.error()));
  if (!kept) not_kept(version.str(), kept.error());
}

void drop_row_sample(Node& node, const VersionId& version) { (void)node.registry().erase(kArrivedKind, version.str()); }

void note_row_samples(Node& node, const Principal& by) {
  std::lock_guard lock(samples_mutex());
  auto arrived = node.registry().ids(kArrivedKind);
  if (!arrived) return not_kept("", arrived.error());
  for (const std::string& version : *arrived) {
    // Of another collection that is not recorded yet: its turn comes.
    auto dataset = recorded_in(node, version);
    if (!dataset) continue;
    if (auto noted = note(node, by, version, *dataset); !noted) not_kept(version, noted.error());
  }
}

void forget_row_marks(Node& node, const DatasetId& dataset) {
  std::lock_guard lock(samples_mutex());
  (void)node.registry().erase(kSamplesKind, dataset.str());
  (void)node.registry().erase(kFirstFormat, dataset.str());
  auto arrived = node.registry().ids(kArrivedKind);
  if (!arrived) return;
  for (const std::string& version : *arrived)
    if (recorded_in(node, version) == dataset) (void)node.registry().erase(kArrivedKind, version);
}

}  // namespace sluice::node
