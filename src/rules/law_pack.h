// law: what the case of a release demands, and the templates of the registers behind it (rules/law.yaml). An organisation replaces
// the pack by its own; terms and periods marked interim are proposals, no text of a standard.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "codec/record.h"

namespace sluice::rules {

// A demand applies when every condition given holds: the level of what is handed over, the legal basis, the scenario, and each of the
// flags "cross_border", "important_data", "human_genetic", "one_person".
struct LawDemand {
  std::string id, clause, zh, en;
  std::optional<int> level_min{};
  std::vector<std::string> legal_bases, scenarios, flags;
  static constexpr auto fields =
      field_list(field("id", &LawDemand::id), field("clause", &LawDemand::clause), field("zh", &LawDemand::zh), field("en", &LawDemand::en),
                 field("level_min", &LawDemand::level_min), field("legal_bases", &LawDemand::legal_bases),
                 field("scenarios", &LawDemand::scenarios), field("flags", &LawDemand::flags));
};
// A paper: who enters it, who checks it as the second person, and which members of the form it must have.
struct LawPaper {
  std::string id, zh, en;
  std::vector<std::string> enter, check, needs;
  static constexpr auto fields = field_list(field("id", &LawPaper::id), field("zh", &LawPaper::zh), field("en", &LawPaper::en),
                                            field("enter", &LawPaper::enter), field("check", &LawPaper::check), field("needs", &LawPaper::needs));
};
struct LawTerm {
  std::string id, zh, en;
  static constexpr auto fields = field_list(field("id", &LawTerm::id), field("zh", &LawTerm::zh), field("en", &LawTerm::en));
};
// Likelihood × severity → risk; lists are ordered from least to greatest.
struct LawRiskRow {
  std::string likelihood;
  std::vector<std::string> risk;  // one for each severity
  static constexpr auto fields = field_list(field("likelihood", &LawRiskRow::likelihood), field("risk", &LawRiskRow::risk));
};
struct LawAssessment {
  std::vector<LawTerm> questions, likelihoods, severities, risks;
  std::vector<LawRiskRow> matrix;
  std::string residual_max;  // a higher residual risk is not approved
  int64_t valid_days = 365, keep_years = 3;
  std::optional<int64_t> growth_percent{};  // rows beyond what was assessed, from which it is due again; absent: 50
  static constexpr auto fields = field_list(
      field("questions", &LawAssessment::questions), field("likelihoods", &LawAssessment::likelihoods), field("severities", &LawAssessment::severities),
      field("risks", &LawAssessment::risks), field("matrix", &LawAssessment::matrix), field("residual_max", &LawAssessment::residual_max),
      field("valid_days", &LawAssessment::valid_days), field("keep_years", &LawAssessment::keep_years), field("growth_percent", &LawAssessment::growth_percent));
  // The place of an id in `risks`, −1 for none; the risk of a pair, empty for unknown terms.
  int rank(std::string_view risk) const;
  std::string risk_of(std::string_view likelihood, std::string_view severity) const;
};
struct LawRequestKind {  // what a data subject may ask for
  std::string id, zh, en;
  int64_t days = 15;
  static constexpr auto fields = field_list(field("id", &LawRequestKind::id), field("zh", &LawRequestKind::zh), field("en", &LawRequestKind::en),
                                            field("days", &LawRequestKind::days));
};
struct LawCeiling {  // of one category of data, what may be asked for at all
  std::string category;
  int level_max = 4;
  static constexpr auto fields = field_list(field("category", &LawCeiling::category), field("level_max", &LawCeiling::level_max));
};
// A statutory provision. What a pack of old leaves out is read as: every category up to `level_max`, 10 columns without a reason for each,
// 100 persons, a year, and no range at all.
struct LawProvisionKind {
  std::string id, zh, en;
  bool identified = false;  // may the persons be named
  int level_max = 4;
  std::vector<std::string> legal_bases, approvers;
  std::optional<std::vector<LawCeiling>> may_ask{};
  std::optional<int64_t> columns_max{};   // more, or all of a table, need a reason for each
  std::optional<int64_t> persons_max{};   // named in one provision
  std::optional<int64_t> keep_days{};     // after which the requester destroys or returns it, where its document names no day
  std::optional<bool> told{};             // to a person who asks who used their data; absent: told
  std::optional<std::vector<std::string>> range_approvers{};  // who must agree as well where no persons are named
  int level_of(std::string_view category) const;  // 0: not at all
  static constexpr auto fields =
      field_list(field("id", &LawProvisionKind::id), field("zh", &LawProvisionKind::zh), field("en", &LawProvisionKind::en),
                 field("identified", &LawProvisionKind::identified), field("level_max", &LawProvisionKind::level_max),
                 field("legal_bases", &LawProvisionKind::legal_bases), field("approvers", &LawProvisionKind::approvers),
                 field("may_ask", &LawProvisionKind::may_ask), field("columns_max", &LawProvisionKind::columns_max),
                 field("persons_max", &LawProvisionKind::persons_max), field("keep_days", &LawProvisionKind::keep_days),
                 field("range_approvers", &LawProvisionKind::range_approvers), field("told", &LawProvisionKind::told));
};
// A number that is one person's alone, which a request may name or a search find beside another; `types` (rules/types.yaml) are those of columns it stands in.
struct LawPersonNumber {
  std::string id, zh, en;
  std::vector<std::string> types;
  static constexpr auto fields = field_list(field("id", &LawPersonNumber::id), field("zh", &LawPersonNumber::zh), field("en", &LawPersonNumber::en),
                                            field("types", &LawPersonNumber::types));
};
struct LawRetention {  // of a category of data, from collection
  std::string category, zh, en;
  int64_t days = 0;
  static constexpr auto fields = field_list(field("category", &LawRetention::category), field("zh", &LawRetention::zh), field("en", &LawRetention::en),
                                            field("days", &LawRetention::days));
};
struct LawOnePerson {  // queries that miss within a window, of one release: more look like enumeration
  int64_t misses_max = 5, window_minutes = 60;
  static constexpr auto fields = field_list(field("misses_max", &LawOnePerson::misses_max), field("window_minutes", &LawOnePerson::window_minutes));
};
struct LawPack {
  std::string pack, version, effective_from;
  bool interim = false;
  std::vector<LawDemand> demands;
  std::vector<LawPaper> papers;
  LawAssessment assessment;
  std::vector<LawRequestKind> requests;
  std::vector<LawProvisionKind> provisions;
  std::vector<LawRetention> retention;
  int64_t retention_warn_days = 90;
  LawOnePerson one_person;
  std::optional<std::vector<LawPersonNumber>> person_numbers{};  // packs of old: citizen ID number, other identity document, social-security card, number of an insured person
  static constexpr auto fields = field_list(
      field("pack", &LawPack::pack), field("version", &LawPack::version), field("effective_from", &LawPack::effective_from),
      field("interim", &LawPack::interim), field("demands", &LawPack::demands), field("papers", &LawPack::papers),
      field("assessment", &LawPack::assessment), field("requests", &LawPack::requests), field("provisions", &LawPack::provisions),
      field("retention", &LawPack::retention), field("retention_warn_days", &LawPack::retention_warn_days), field("one_person", &LawPack::one_person),
      field("person_numbers", &LawPack::person_numbers));
  const std::vector<LawPersonNumber>& numbers() const;
  const LawPersonNumber* number(std::string_view id) const;
  // The kind of number that stands in columns of a type: the one of that name, else the first that names the type.
  const LawPersonNumber* number_in(std::string_view type) const;
  // Null when no such kind.
  const LawPaper* paper(std::string_view id) const;
  const LawRequestKind* request(std::string_view id) const;
  const LawProvisionKind* provision(std::string_view id) const;
};
// Names, references and the risk table: "rules.duplicate", "rules.unknown_reference", "rules.incomplete".
Status check_law(const LawPack& pack);

}  // namespace sluice::rules
