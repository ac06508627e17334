// The strategy that `--recipe FILE` names, with all that it extends, and its reviewer.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "classify/classify.h"
#include "crypto/sign.h"
#include "deident/strategy.h"
#include "edge/cli/command.h"

namespace sluice::cli {

// The columns of a data file as the built-in rules classify them by name and values alone: what types Parquet gives them is not asked, so that a table
// gets one strategy in either format. Errors of reading.
Result<std::vector<classify::Verdict>> classified_columns(const std::string& data_path);
// Not resolved: for commands that need no columns.
Result<deident::Strategy> named_strategy(const Args& args);
// Its class rules resolved against the classified columns of `data_path`, where it has any.
Result<deident::Strategy> strategy_for_file(const Args& args, const std::string& data_path);
// Key id of the reviewer by `--signature` and `--reviewer`; errors of deident::check_review.
Result<std::optional<std::string>> reviewer_of(const Args& args, const deident::Strategy& strategy);
// The keys of `--reviewer`.
Result<std::vector<Sm2PublicKey>> trusted_reviewers(const Args& args);

}  // namespace sluice::cli
