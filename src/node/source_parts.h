// What the runs of sources have in common. Internal to node/.
#pragma once

#include <functional>

#include "node/collect_batch.h"
#include "node/run_source.h"
#include "node/sftp.h"

namespace sluice::node {

// Whether the batch of this file is known and not to be tried again: sealed, or held for people. By the manifest beside it.
bool is_known_batch(Node& node, const space::PlanId& plan, const std::string& path);
// Why no further file may be begun: "source.back_pressure", "source.quota"; empty otherwise.
std::string_view pressure_on(Node& node, const space::Source& source);
// Whether a file has waited too long for its manifest, and is not on record for it; and on record it goes, by its digest.
bool is_overdue(const SourceLooks::Seen& seen, const std::optional<int64_t>& within_s, TimeMs now);
void note_overdue(Node& node, const space::Source& source, const std::string& path, SourceLooks::Seen& seen);
void note_batch(RunAnswer& answer, const CollectAnswer& batch);

// Collects the files that are ready, kFilesPerRunMax at most and none under pressure; `take(i, answer)` collects one and succeeds when it need not
// be tried again. A file that fails does not hold up the others: it comes after them the next time, and only after kFailuresPerRunMax of them
// the run ends; the first one is its reason where nothing came. What was seen is kept in `looks`.
RunAnswer take_ready(Node& node, const space::Source& source, SourceLooks& looks, SourceLooks::Look look, const std::vector<std::string>& ready,
                     const std::function<Status(size_t, RunAnswer&)>& take);

Result<RunAnswer> run_sftp(Node& node, const space::Source& source, SourceLooks& looks, const ProgressFn& progress);

}  // namespace sluice::node
