// The verbs that only this program gives itself: "worker" and "key-agent". main() asks here first.
#pragma once

#include <optional>
#include <span>

#include "node/process/grant_check.h"
#include "node/process/worker.h"

namespace sluice::node {

// The exit code of the child's whole life, absent when these are words of a person.
std::optional<int> run_hidden_verb(int argc, char** argv, std::span<const WorkerJob> jobs, OpenGrantCheck open_grants);

}  // namespace sluice::node
