// What the runs of sources have in common. Internal to node/.
#pragma once

#include "node/collect_batch.h"
#include "node/run_source.h"
#include "node/sftp.h"

namespace sluice::node {

inline constexpr std::string_view kSourceSecretItem = "source_password";  // a password, or a private key

// Whether the batch of this file is known and not to be tried again: sealed, or held for people. By the manifest beside it.
bool is_known_batch(Node& node, const space::PlanId& plan, const std::string& path);
// Why no further file may be begun: "source.back_pressure", "source.quota"; empty otherwise.
std::string_view pressure_on(Node& node, const space::Source& source);
void note_batch(RunAnswer& answer, const CollectAnswer& batch);

Result<RunAnswer> run_sftp(Node& node, const space::Source& source, SourceLooks& looks, const ProgressFn& progress);

}  // namespace sluice::node
