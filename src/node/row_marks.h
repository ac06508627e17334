// The same rows under another name: a copy of data that comes in by another plan, from another source, under other columns, or in part, is found by its
// content, so that splitting operations over copies is one operation to the windows (space/operation/windows.h).
//
// Of each dataset a sample of its rows (row_sample.h) lies sealed in the registry, with the seed of its hashes; the ledger gets the finding alone. A sample
// in the format before this one (of values, not rows) is never compared, and goes when rows come into its dataset.
//
// Not found: rows whose values were changed (cut, joined, masked), tables without values of their own or with one telling column, parts of less than about
// a thirtieth of a table, parts of the columns with so many others beside them that these are more than a tenth, rows that were held and corrected one by
// one, what was collected before there were samples, and before something of the dataset was destroyed. A person may say of any two what holds
// (DecideSameRows).
#pragma once

#include "node/node.h"

namespace sluice::node {

// Made when first asked for.
Result<SecretBytes> row_marks_seed(Node& node);
// The sample (base64) of rows that are about to be recorded as this version: kept beside the datasets' own, so that nothing between the record and the
// comparison loses it. What goes wrong is logged: the batch stands.
void keep_row_sample(Node& node, const space::VersionId& version, const std::string& sample);
void drop_row_sample(Node& node, const space::VersionId& version);
// Adds the samples kept of recorded versions to their datasets' and reports which others hold the same rows.
void note_row_samples(Node& node, const space::Principal& by);
// Something of the dataset was destroyed: its sample goes too, and begins anew with what comes. What was found before stands.
void forget_row_marks(Node& node, const space::DatasetId& dataset);

}  // namespace sluice::node
