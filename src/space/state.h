// The decision state of a space: a fold over the events of the ledger, and nothing else.
//
// apply is total and deterministic: it never refuses (what was decided has happened), so replay(events) equals the live
// state. Encoded as a record, the state is its own snapshot. Keys of the maps are the ids' texts.
#pragma once

#include <map>
#include <string>

#include "space/event.h"

namespace sluice::space {

struct State {
  std::map<std::string, Party> parties;
  std::map<std::string, Person> persons;
  std::map<std::string, Plan> plans;
  std::map<std::string, Batch> batches;
  std::map<std::string, Dataset> datasets;
  std::map<std::string, DatasetVersion> versions;
  std::map<std::string, Strategy> strategies;
  std::map<std::string, MaskingResult> maskings;  // by masked version
  std::map<std::string, Product> products;
  std::map<std::string, Application> applications;
  std::map<std::string, Contract> contracts;
  std::map<std::string, Grant> grants;            // open ones only
  std::map<std::string, Release> releases;
  std::map<std::string, Lease> leases;            // open ones only
  std::map<std::string, std::string> batch_of_file;  // plan ‖ ":" ‖ file digest → batch
  std::map<std::string, std::vector<BatchId>> held_under;  // plan ‖ ":" ‖ the source's number → batches held under it
  std::map<std::string, RefusedFile> refused_files;  // plan ‖ ":" ‖ file digest
  std::map<std::string, SameRows> same_rows;         // by pair (same_rows_key)
  std::map<std::string, BackupEpoch> epochs;
  std::map<std::string, Backup> backups;
  std::map<std::string, KeyWorkItem> key_works;
  std::map<std::string, DestroyedKeys> destroyed;  // by version
  std::map<std::string, Rewrite> rewrites;         // by the version that another took the place of
  std::map<std::string, VersionId> rewritten_from;  // by the one that took it
  int64_t refusals = 0;
  std::map<std::string, AccessRules> access_rules;          // by party
  std::map<std::string, Right> rights;                      // revoked and expired ones too: they are asked about later
  std::map<std::string, std::vector<RightId>> rights_of;    // by holder: a person or a unit
  std::map<std::string, Operation> operations;
  std::map<std::string, PrivilegeException> exceptions;
  std::map<std::string, Unit> units;
  std::map<std::string, UnitId> unit_of;                    // by person
  std::map<std::string, Deputyship> deputyships;
  std::map<std::string, Outsider> outsiders;                // by person
  std::map<std::string, GradedListVersion> graded_lists;
  std::map<std::string, Lowering> lowerings;
  std::map<std::string, RememberedVerdict> remembered;      // by party ‖ ":" ‖ name_key
  std::map<std::string, RuleChange> rule_changes;
  std::map<std::string, RulesInForce> rules_in_force;       // by party
  std::map<std::string, Paper> papers;
  std::map<std::string, Assessment> assessments;
  std::map<std::string, std::vector<AssessmentId>> assessments_of;  // by product
  std::map<std::string, Consent> consents;
  std::map<std::string, std::vector<ConsentId>> consents_of;  // by subject
  std::map<std::string, SubjectRequest> subject_requests;
  std::map<std::string, Provision> provisions;
  std::map<std::string, RowCorrection> row_corrections;
  std::map<std::string, RetentionTerm> retention_terms;       // by version
  std::map<std::string, Chased> chased;                       // by release
  std::map<std::string, Source> sources;                    // removed ones too
  std::map<std::string, AllowedHost> source_hosts;          // that a source may be named on from afar
  std::map<std::string, CodeTable> code_tables;             // by owner ‖ ":" ‖ name
  Storage storage;
  std::map<std::string, Trace> traces;
  std::map<std::string, Reversal> reversals;
  std::map<std::string, CertificateAuthority> authorities;    // ended ones too
  std::map<std::string, PersonCertificate> certificates;      // revoked ones too
  std::map<std::string, SignInProvider> sign_in_providers;    // by their short names
  std::map<std::string, DescribedItem> items;               // ended ones too
  std::map<std::string, Process> processes;                 // removed ones too
  std::map<std::string, OwnScale> own_scales;               // by party
  std::map<std::string, Mandate> mandates;                  // refused and ended ones too
  std::map<std::string, StrategyDraft> strategy_drafts;     // decided ones too
  Alarms alarms;
  static constexpr auto fields = field_list(
      field("parties", &State::parties), field("persons", &State::persons), field("plans", &State::plans), field("batches", &State::batches),
      field("datasets", &State::datasets), field("versions", &State::versions), field("strategies", &State::strategies),
      field("maskings", &State::maskings), field("products", &State::products), field("applications", &State::applications),
      field("contracts", &State::contracts), field("grants", &State::grants), field("releases", &State::releases), field("leases", &State::leases),
      field("batch_of_file", &State::batch_of_file), field("held_under", &State::held_under), field("refused_files", &State::refused_files), field("same_rows", &State::same_rows), field("epochs", &State::epochs), field("backups", &State::backups),
      field("key_works", &State::key_works), field("destroyed", &State::destroyed), field("rewrites", &State::rewrites), field("rewritten_from", &State::rewritten_from), field("refusals", &State::refusals),
      field("access_rules", &State::access_rules), field("rights", &State::rights), field("rights_of", &State::rights_of),
      field("operations", &State::operations), field("exceptions", &State::exceptions), field("units", &State::units),
      field("unit_of", &State::unit_of), field("deputyships", &State::deputyships), field("outsiders", &State::outsiders),
      field("graded_lists", &State::graded_lists), field("lowerings", &State::lowerings), field("remembered", &State::remembered),
      field("rule_changes", &State::rule_changes), field("rules_in_force", &State::rules_in_force),
      field("papers", &State::papers), field("assessments", &State::assessments), field("assessments_of", &State::assessments_of),
      field("consents", &State::consents), field("consents_of", &State::consents_of), field("subject_requests", &State::subject_requests),
      field("provisions", &State::provisions), field("row_corrections", &State::row_corrections), field("retention_terms", &State::retention_terms), field("chased", &State::chased),
      field("sources", &State::sources), field("source_hosts", &State::source_hosts), field("code_tables", &State::code_tables), field("storage", &State::storage),
      field("traces", &State::traces), field("reversals", &State::reversals),
      field("authorities", &State::authorities), field("certificates", &State::certificates), field("sign_in_providers", &State::sign_in_providers),
      field("items", &State::items), field("processes", &State::processes), field("own_scales", &State::own_scales),
      field("mandates", &State::mandates), field("strategy_drafts", &State::strategy_drafts), field("alarms", &State::alarms));
};

// Where an event stands in the ledger: what state keeps of it beside its body.
struct EventPlace {
  uint64_t seq = 0;
  TimeMs time = 0;
  PersonId actor;  // empty: the node itself
};

void apply(State& state, const Event& event, const EventPlace& place);

// The object of a map, or null.
template <class T, class Tag>
const T* find(const std::map<std::string, T>& map, const Id<Tag>& id) {
  auto it = map.find(id.str());
  return it == map.end() ? nullptr : &it->second;
}

}  // namespace sluice::space
