// What the inventory holds beside the fields, as the API shows it: described items, business processes, the own scale of levels, how
// often and for what data are used, and the search over the catalog (docs/formats/grading-api.md).
#pragma once

#include "classify/pinyin.h"
#include "node/process_drawing.h"
#include "node/views/view.h"
#include "policy/decide.h"

namespace sluice::node {

// Items of the own party (of all, for who sees all), by title: {items, total, can}.
Json items_json(const View& view);
// "inventory.item_not_found".
Result<Json> item_json(const View& view, const std::string& id);
// {facts, questions, answers: [{number, facts, by, at_ms, seq}], can}: what people said of a dataset, every version that is kept.
Result<Json> answers_json(const View& view, const std::string& dataset);
// {levels, adopted_by, at_ms, reason, can}.
Json own_levels_json(const View& view);

Json processes_json(const View& view);
// With the level of each node and the names of what it links; "process.not_found".
Result<Json> process_json(const View& view, const rules::RuleSet& rules, const std::string& id);
// The picture in this language; what people wrote stands as they wrote it.
Result<std::string> process_svg(const View& view, const rules::RuleSet& rules, const std::string& id, policy::Language language);

// How a dataset is used: {releases, calls, rows, operations, last_ms, purposes: [{purpose, zh, releases, calls, rows}],
// columns: [{column, releases, operations, last_ms}], products, per_month: [{month, releases, operations}]}. "dataset.not_found".
Result<Json> usage_json(const View& view, const std::string& dataset);

// Datasets, fields and items of the own party (of all, for who sees all), found by Chinese, by pinyin (whole syllables or initials)
// or by English and technical names, the best first and among equals the most used: {items: [{kind, id, dataset, column, title,
// dataset_title, type_zh, category, level, matched, score, uses}], total}. At most `limit` items.
Json search_catalog(const View& view, const rules::RuleSet& rules, const classify::Pinyin& pinyin, std::string_view query, size_t limit);

}  // namespace sluice::node
