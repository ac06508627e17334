// JSON lines (NDJSON): one flat object a line (C6.1). Names are the plan's columns, in any order; a name that is missing or null is an
// empty cell. Numbers are taken as they are written, digit by digit: money never passes through floating point.
//
// Refused, with the line's number (1-based) and never a value: "jsonl.malformed", "jsonl.not_an_object", "jsonl.nested_value" (an object or
// array under a name of the plan), "jsonl.duplicate_name", "jsonl.not_utf8", "jsonl.line_too_long" (kCsvRecordBytesMax), "jsonl.empty"
// (no line at all), "collect.unknown_field" (a name outside the plan where the plan refuses them; else it is dropped, on record).
// A UTF-8 byte order mark and empty lines are passed over. Memory: one line and one block.
#pragma once

#include "collect/block_source.h"
#include "collect/plan.h"

namespace sluice::collect {

// `bytes` and `plan` outlive the source.
std::unique_ptr<BlockSource> json_lines(const Plan& plan, ByteSource& bytes);

}  // namespace sluice::collect
