// The rule packs: knowledge that changes without the program. One YAML file each under rules/, one struct each here.
//
// Every pack begins with {pack, version, effective_from}; `interim` says that the profile is ours and not yet a published
// table. Decoding is strict (unknown members are refused), so a misspelt rule is an error and not a silent gap.
// Weights are integers in hundredths of a natural log-odds unit: 230 multiplies the odds by ten.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "codec/record.h"

namespace sluice::rules {

// taxonomy: the tree by the linear method (GB/T 10113). Layer 1 is the six categories, layer 2 the lines of table 1.
struct TaxonomyClass {
  std::string id;        // "personal.identity"
  std::string category;  // "personal"
  std::string zh, en, scope;
  static constexpr auto fields = field_list(field("id", &TaxonomyClass::id), field("category", &TaxonomyClass::category),
                                            field("zh", &TaxonomyClass::zh), field("en", &TaxonomyClass::en),
                                            field("scope", &TaxonomyClass::scope));
};
struct Taxonomy {
  std::string pack, version, effective_from;
  std::vector<TaxonomyClass> classes;
  static constexpr auto fields = field_list(field("pack", &Taxonomy::pack), field("version", &Taxonomy::version),
                                            field("effective_from", &Taxonomy::effective_from),
                                            field("classes", &Taxonomy::classes));
};

// types: what a field can be. `cells` argue the level by the grading worksheet; `floor` is the result, checked on loading.
struct TypeRule {
  std::string id, zh, en;
  std::string category;  // one of the six, or "none"
  std::string class_id;  // a taxonomy class; empty for "none"
  int level = 1;
  std::optional<std::string> identifier;  // "direct" or "quasi"
  std::optional<std::string> mark;        // "enterprise": enterprise data (C6.4.1)
  static constexpr auto fields =
      field_list(field("id", &TypeRule::id), field("zh", &TypeRule::zh), field("en", &TypeRule::en),
                 field("category", &TypeRule::category), field("class", &TypeRule::class_id), field("level", &TypeRule::level),
                 field("identifier", &TypeRule::identifier), field("mark", &TypeRule::mark));
};
// A type read in the light of whom the field is about: `name` about an institution is an institution's name.
struct ContextRule {
  std::string type;
  std::vector<std::string> subjects;
  std::string becomes;
  static constexpr auto fields = field_list(field("type", &ContextRule::type), field("subjects", &ContextRule::subjects),
                                            field("becomes", &ContextRule::becomes));
};
struct TypesPack {
  std::string pack, version, effective_from;
  std::vector<TypeRule> types;
  std::vector<ContextRule> contexts;
  static constexpr auto fields = field_list(field("pack", &TypesPack::pack), field("version", &TypesPack::version),
                                            field("effective_from", &TypesPack::effective_from),
                                            field("types", &TypesPack::types), field("contexts", &TypesPack::contexts));
};

// dictionary: name tokens → types, by kind of writing. `nat` are names of the national platform, `legacy` aac/akb codes.
struct DictionaryEntry {
  std::string type;
  std::vector<std::string> zh, en, pinyin, initials, nat, legacy;
  static constexpr auto fields =
      field_list(field("type", &DictionaryEntry::type), field("zh", &DictionaryEntry::zh), field("en", &DictionaryEntry::en),
                 field("pinyin", &DictionaryEntry::pinyin), field("initials", &DictionaryEntry::initials),
                 field("nat", &DictionaryEntry::nat), field("legacy", &DictionaryEntry::legacy));
};
struct SubjectWords {
  std::string subject;
  std::vector<std::string> zh, en;
  static constexpr auto fields = field_list(field("subject", &SubjectWords::subject), field("zh", &SubjectWords::zh),
                                            field("en", &SubjectWords::en));
};
struct DictionaryPack {
  std::string pack, version, effective_from;
  int64_t weight_zh = 0, weight_en = 0, weight_pinyin = 0, weight_initials = 0, weight_nat = 0, weight_legacy = 0;
  std::vector<DictionaryEntry> entries;
  std::vector<SubjectWords> subjects;
  static constexpr auto fields = field_list(
      field("pack", &DictionaryPack::pack), field("version", &DictionaryPack::version),
      field("effective_from", &DictionaryPack::effective_from), field("weight_zh", &DictionaryPack::weight_zh),
      field("weight_en", &DictionaryPack::weight_en), field("weight_pinyin", &DictionaryPack::weight_pinyin),
      field("weight_initials", &DictionaryPack::weight_initials), field("weight_nat", &DictionaryPack::weight_nat),
      field("weight_legacy", &DictionaryPack::weight_legacy), field("entries", &DictionaryPack::entries),
      field("subjects", &DictionaryPack::subjects));
};

// detectors: anchored value patterns with an optional check function. `rate_permille` is the least share of matching values
// (by the lower Wilson bound) at which the detector speaks; `weight` when pattern and check hold, `shape_weight` when only
// the shape does.
struct DetectorRule {
  std::string id, type, pattern;
  std::optional<std::string> check;
  int64_t weight = 0;
  std::optional<int64_t> shape_weight;
  int64_t rate_permille = 600;
  static constexpr auto fields =
      field_list(field("id", &DetectorRule::id), field("type", &DetectorRule::type), field("pattern", &DetectorRule::pattern),
                 field("check", &DetectorRule::check), field("weight", &DetectorRule::weight),
                 field("shape_weight", &DetectorRule::shape_weight), field("rate_permille", &DetectorRule::rate_permille));
};
// Values that make a column contain level 5, wherever they stand: code prefixes (ICD-10) and terms.
struct SensitiveRule {
  std::string id, zh, en;
  std::vector<std::string> code_prefixes, terms;
  static constexpr auto fields =
      field_list(field("id", &SensitiveRule::id), field("zh", &SensitiveRule::zh), field("en", &SensitiveRule::en),
                 field("code_prefixes", &SensitiveRule::code_prefixes), field("terms", &SensitiveRule::terms));
};
struct DetectorsPack {
  std::string pack, version, effective_from;
  std::vector<DetectorRule> detectors;
  std::vector<SensitiveRule> sensitive;
  std::string surnames;  // the common one-character surnames, in one string
  std::vector<std::string> surnames_double;
  static constexpr auto fields =
      field_list(field("pack", &DetectorsPack::pack), field("version", &DetectorsPack::version),
                 field("effective_from", &DetectorsPack::effective_from), field("detectors", &DetectorsPack::detectors),
                 field("sensitive", &DetectorsPack::sensitive), field("surnames", &DetectorsPack::surnames),
                 field("surnames_double", &DetectorsPack::surnames_double));
};

// worksheet: object harmed × degree → level (G3.2); the highest counts.
struct WorksheetTerm {
  std::string id, zh, en;
  static constexpr auto fields =
      field_list(field("id", &WorksheetTerm::id), field("zh", &WorksheetTerm::zh), field("en", &WorksheetTerm::en));
};
struct WorksheetRow {
  std::string object;
  std::vector<int> levels;  // one per degree, 0 where the cell does not occur
  static constexpr auto fields = field_list(field("object", &WorksheetRow::object), field("levels", &WorksheetRow::levels));
};
struct Worksheet {
  std::string pack, version, effective_from;
  bool interim = false;
  std::string note;
  std::vector<WorksheetTerm> objects, degrees;
  std::vector<WorksheetRow> matrix;
  static constexpr auto fields = field_list(
      field("pack", &Worksheet::pack), field("version", &Worksheet::version), field("effective_from", &Worksheet::effective_from),
      field("interim", &Worksheet::interim), field("note", &Worksheet::note), field("objects", &Worksheet::objects),
      field("degrees", &Worksheet::degrees), field("matrix", &Worksheet::matrix));
};

// protection: the measures that belong to a level (C6.2.3), shown beside each field.
struct ProtectionProfile {
  int level = 1;
  std::string zh, en, authentication, authorisation, storage, exporting, deidentification, audit;
  static constexpr auto fields =
      field_list(field("level", &ProtectionProfile::level), field("zh", &ProtectionProfile::zh), field("en", &ProtectionProfile::en),
                 field("authentication", &ProtectionProfile::authentication),
                 field("authorisation", &ProtectionProfile::authorisation), field("storage", &ProtectionProfile::storage),
                 field("export", &ProtectionProfile::exporting), field("deidentification", &ProtectionProfile::deidentification),
                 field("audit", &ProtectionProfile::audit));
};
struct ProtectionPack {
  std::string pack, version, effective_from;
  bool interim = false;
  std::vector<ProtectionProfile> profiles;
  static constexpr auto fields =
      field_list(field("pack", &ProtectionPack::pack), field("version", &ProtectionPack::version),
                 field("effective_from", &ProtectionPack::effective_from), field("interim", &ProtectionPack::interim),
                 field("profiles", &ProtectionPack::profiles));
};

// masking: which technique a type gets by default in a share type (C6.5.2). Types not listed fall to their identifier kind.
struct MaskingRule {
  std::vector<std::string> types;        // type ids, or "identifier:direct", "identifier:quasi"
  std::vector<std::string> share_types;  // full, controlled, enclave
  std::string technique;
  Json params;
  static constexpr auto fields = field_list(field("types", &MaskingRule::types), field("share_types", &MaskingRule::share_types),
                                            field("technique", &MaskingRule::technique), field("params", &MaskingRule::params));
};
struct RiskThreshold {
  std::string share_type;
  int64_t k_min = 0;
  int64_t risk_permille_max = 0;
  static constexpr auto fields =
      field_list(field("share_type", &RiskThreshold::share_type), field("k_min", &RiskThreshold::k_min),
                 field("risk_permille_max", &RiskThreshold::risk_permille_max));
};
struct MaskingPack {
  std::string pack, version, effective_from;
  std::vector<MaskingRule> rules;
  std::vector<RiskThreshold> thresholds;
  static constexpr auto fields =
      field_list(field("pack", &MaskingPack::pack), field("version", &MaskingPack::version),
                 field("effective_from", &MaskingPack::effective_from), field("rules", &MaskingPack::rules),
                 field("thresholds", &MaskingPack::thresholds));
};

// policy: what the one decision function may allow; see policy/decide.h for how they combine.
struct PolicyReason {
  std::string id, clause, zh, en;
  static constexpr auto fields = field_list(field("id", &PolicyReason::id), field("clause", &PolicyReason::clause),
                                            field("zh", &PolicyReason::zh), field("en", &PolicyReason::en));
};
struct PolicyForm {  // table 2 of the guide, with the measures of table 5 that the form brings
  std::string form;
  std::vector<std::string> share_types, obligations;
  static constexpr auto fields = field_list(field("form", &PolicyForm::form), field("share_types", &PolicyForm::share_types),
                                            field("obligations", &PolicyForm::obligations));
};
struct PolicyLevel {
  int level = 1;
  std::vector<std::string> flow_types, share_types, recipient_roles, obligations;
  bool leaves = false;             // may this level leave the domain at all
  bool deidentified_only = false;  // only after de-identification with measured risk
  bool measured = false;           // k and risk must satisfy the thresholds of the share type
  static constexpr auto fields =
      field_list(field("level", &PolicyLevel::level), field("flow_types", &PolicyLevel::flow_types),
                 field("share_types", &PolicyLevel::share_types), field("recipient_roles", &PolicyLevel::recipient_roles),
                 field("obligations", &PolicyLevel::obligations), field("leaves", &PolicyLevel::leaves),
                 field("deidentified_only", &PolicyLevel::deidentified_only), field("measured", &PolicyLevel::measured));
};
struct PolicyLabel {  // what a purpose or legal basis is called, in a contract's text and on screen
  std::string id, zh, en;
  static constexpr auto fields = field_list(field("id", &PolicyLabel::id), field("zh", &PolicyLabel::zh), field("en", &PolicyLabel::en));
};
struct PolicyPack {
  std::string pack, version, effective_from;
  std::vector<std::string> purposes, legal_bases;
  std::vector<PolicyLabel> labels;
  std::vector<PolicyForm> forms;
  std::vector<PolicyLevel> levels;
  std::vector<PolicyReason> reasons, obligations;
  static constexpr auto fields = field_list(
      field("pack", &PolicyPack::pack), field("version", &PolicyPack::version), field("effective_from", &PolicyPack::effective_from),
      field("purposes", &PolicyPack::purposes), field("legal_bases", &PolicyPack::legal_bases), field("labels", &PolicyPack::labels), field("forms", &PolicyPack::forms),
      field("levels", &PolicyPack::levels), field("reasons", &PolicyPack::reasons), field("obligations", &PolicyPack::obligations));

  // The id itself for what has no label: a pack of an earlier year.
  std::string_view label_zh(std::string_view id) const {
    for (const PolicyLabel& label : labels)
      if (label.id == id) return label.zh;
    return id;
  }
};

}  // namespace sluice::rules
