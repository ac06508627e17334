// Use case: code tables as reference data (space/collection/code_table.h), and their way to the worker that checks rows.
#pragma once

#include "collect/plan.h"
#include "node/node.h"

namespace sluice::node {

struct CodeTableAsk {
  std::string name, title;
  std::string valid_from;               // a day
  std::optional<std::string> valid_to;  // the last day
  std::string text;                     // CSV: collect/code_tables.h
  static constexpr auto fields = field_list(field("name", &CodeTableAsk::name), field("title", &CodeTableAsk::title), field("valid_from", &CodeTableAsk::valid_from),
                                            field("valid_to", &CodeTableAsk::valid_to), field("text", &CodeTableAsk::text));
};
// "reference.*" of both headers, "date.form".
Result<space::CodeTable> adopt_code_table(Node& node, const space::Principal& by, const CodeTableAsk& ask);

// The tables that a plan names, each version in a memory file appended to `files`, which follow `first` other descriptors in the
// worker. Gives the request's "tables". "reference.no_table".
Result<Json> hand_code_tables(Node& node, const space::PartyId& owner, const collect::Plan& plan, size_t first, std::vector<OwnedFd>& files);

}  // namespace sluice::node
