// Marks at release (issue 5 §4): which copies bear marks, by which code and key; and the recipients' codes.
//
// A release bears marks when the strategy of its version has a `marks` plan, row key and a carrier that is no quasi-identifier, or tokens, are among the
// released columns, and the version has rows enough (deident/mark.h: enough_to_mark); tokens bear theirs in few rows too. Where the plan is there and marks are not, the release says
// why ("too_few_rows", "no_carrier"), or is refused where the plan says `unmarkable: refuse` ("mark.too_few_rows", "mark.no_carrier"). A recipient has one code in a space, so that two
// copies of one recipient do not differ; it lies in the registry ("mark_codes", by party), the ledger has its commitment.
#pragma once

#include "deident/carrier.h"
#include "deident/strategy.h"
#include "deident/token_marks.h"
#include "node/node.h"

namespace sluice::node {

struct MarkOrder {
  Digest strategy{};                  // of the document
  std::string strategy_text, key_name, code;
  std::vector<std::string> carriers;  // those that will bear marks
  Digest commitment{};
  int64_t cells_expected = 0;
  std::optional<std::string> unmarked{};  // then nothing is marked
  deident::KnownTypes known{};            // types of the dataset's columns, for deident/carrier.h
  std::vector<deident::TokenForm> tokens{};  // of the strategy: row filters mean them whichever symbol they show, marked release or not
  bool bears() const { return !unmarked; }
  // Into the request of a worker that releases: "tokens", and "marks" where there are some; the key goes to it from the key agent.
  void put_into(Json& request) const {
    if (!tokens.empty()) request.set("tokens", encode(tokens));
    if (bears()) request.set("marks", Json::object({{"code", code}, {"known", encode(known)}, {"strategy", strategy_text}}));
  }
};
// Nothing where the strategy asks for none.
Result<std::optional<MarkOrder>> marks_of_release(Node& node, const space::VersionId& version, const space::PartyId& recipient,
                                                  const std::vector<std::string>& columns);

// The same before a release is decided: only whether it must be refused.
Status may_release_unmarked(Node& node, const space::VersionId& version, const std::vector<std::string>& columns);

// Checked against the commitment: "trace.code_changed" (corrupt; detail: the party).
Result<std::string> recipient_code(Node& node, const space::PartyId& recipient, const Digest& commitment);
// Of a scope that is named, where tokens bear marks, the owner's: one token bears one mark in all tables of the project.
std::string mark_key_name(const space::DatasetId& dataset, const space::PartyId& owner, const deident::Strategy& strategy);

}  // namespace sluice::node
