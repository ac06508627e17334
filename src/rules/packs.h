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
  // "own": only the column's own words decide, not the table's subject; "word": the type came from one word, which leans on the table.
  std::optional<std::string> scope;
  static constexpr auto fields = field_list(field("type", &ContextRule::type), field("subjects", &ContextRule::subjects),
                                            field("becomes", &ContextRule::becomes), field("scope", &ContextRule::scope));
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
  std::vector<std::string> zh, en, initials;
  static constexpr auto fields = field_list(field("subject", &SubjectWords::subject), field("zh", &SubjectWords::zh),
                                            field("en", &SubjectWords::en), field("initials", &SubjectWords::initials));
};
// Short forms of English words in names: "dept" is read as "department".
struct Abbreviation {
  std::string full;
  std::vector<std::string> shorts;
  static constexpr auto fields = field_list(field("full", &Abbreviation::full), field("short", &Abbreviation::shorts));
};
struct DictionaryPack {
  std::string pack, version, effective_from;
  int64_t weight_zh = 0, weight_en = 0, weight_pinyin = 0, weight_initials = 0, weight_nat = 0, weight_legacy = 0;
  std::vector<DictionaryEntry> entries;
  std::vector<SubjectWords> subjects;
  std::vector<Abbreviation> abbreviations;
  // Words through which the word before them is seen (value, concept, coding …), and English words that only help to cut
  // glued names.
  std::vector<std::string> see_through, vocabulary;
  static constexpr auto fields = field_list(
      field("pack", &DictionaryPack::pack), field("version", &DictionaryPack::version),
      field("effective_from", &DictionaryPack::effective_from), field("weight_zh", &DictionaryPack::weight_zh),
      field("weight_en", &DictionaryPack::weight_en), field("weight_pinyin", &DictionaryPack::weight_pinyin),
      field("weight_initials", &DictionaryPack::weight_initials), field("weight_nat", &DictionaryPack::weight_nat),
      field("weight_legacy", &DictionaryPack::weight_legacy), field("entries", &DictionaryPack::entries),
      field("subjects", &DictionaryPack::subjects), field("abbreviations", &DictionaryPack::abbreviations),
      field("see_through", &DictionaryPack::see_through), field("vocabulary", &DictionaryPack::vocabulary));
};

// pinyin: Chinese characters by syllable, so that names written in pinyin or its initials are read by the Chinese words.
struct PinyinSyllable {
  std::string s, zh;
  static constexpr auto fields = field_list(field("s", &PinyinSyllable::s), field("zh", &PinyinSyllable::zh));
};
struct PinyinPack {
  std::string pack, version, effective_from;
  std::vector<PinyinSyllable> syllables;
  static constexpr auto fields =
      field_list(field("pack", &PinyinPack::pack), field("version", &PinyinPack::version),
                 field("effective_from", &PinyinPack::effective_from), field("syllables", &PinyinPack::syllables));
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

// weights: fitted by bench/classify.resemblance_bench --write from tests/labels. Hundredths of a natural log-odds unit.
struct FittedWeight {
  std::string feature;
  int64_t weight = 0;
  static constexpr auto fields = field_list(field("feature", &FittedWeight::feature), field("weight", &FittedWeight::weight));
};
struct WeightsPack {
  std::string pack, version, effective_from;
  std::vector<FittedWeight> calibration;
  int64_t review_permille = 600;            // below this a person looks
  int64_t review_sensitive_permille = 750;  // the same for levels 4 and 5
  static constexpr auto fields = field_list(
      field("pack", &WeightsPack::pack), field("version", &WeightsPack::version), field("effective_from", &WeightsPack::effective_from),
      field("calibration", &WeightsPack::calibration), field("review_permille", &WeightsPack::review_permille),
      field("review_sensitive_permille", &WeightsPack::review_sensitive_permille));
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
// Why a minimal class stands where it stands: one row per object harmed. `type` narrows the row to one type of the class,
// whose own rows then replace those of the class.
struct WorksheetArgument {
  std::string class_id;
  std::optional<std::string> type;
  std::string object, property, degree, zh, en;
  static constexpr auto fields = field_list(
      field("class", &WorksheetArgument::class_id), field("type", &WorksheetArgument::type), field("object", &WorksheetArgument::object),
      field("property", &WorksheetArgument::property), field("degree", &WorksheetArgument::degree), field("zh", &WorksheetArgument::zh),
      field("en", &WorksheetArgument::en));
};
// What fields become together (关联叠加): all of `needs` present in one table raise the table to `level`. A need is
// "identifier:direct", "category:X", "type:X" or "quasi:N" (at least N quasi-identifiers).
struct AssociationRule {
  std::string id, zh, en;
  std::vector<std::string> needs;
  int level = 1;
  static constexpr auto fields = field_list(field("id", &AssociationRule::id), field("zh", &AssociationRule::zh), field("en", &AssociationRule::en),
                                            field("needs", &AssociationRule::needs), field("level", &AssociationRule::level));
};
// GB/T 43697 beside it: the label of a level, from `rows_min` rows on.
struct NationalLabel {
  int level = 1;
  int64_t rows_min = 0;
  std::string label, zh, en;
  static constexpr auto fields = field_list(field("level", &NationalLabel::level), field("rows_min", &NationalLabel::rows_min),
                                            field("label", &NationalLabel::label), field("zh", &NationalLabel::zh), field("en", &NationalLabel::en));
};
struct Worksheet {
  std::string pack, version, effective_from;
  bool interim = false;
  std::string note;
  std::vector<WorksheetTerm> objects, degrees, properties;
  std::vector<WorksheetRow> matrix;
  std::vector<WorksheetArgument> arguments;
  std::vector<AssociationRule> associations;
  std::vector<NationalLabel> national;
  static constexpr auto fields = field_list(
      field("pack", &Worksheet::pack), field("version", &Worksheet::version), field("effective_from", &Worksheet::effective_from),
      field("interim", &Worksheet::interim), field("note", &Worksheet::note), field("objects", &Worksheet::objects),
      field("degrees", &Worksheet::degrees), field("properties", &Worksheet::properties), field("matrix", &Worksheet::matrix),
      field("arguments", &Worksheet::arguments), field("associations", &Worksheet::associations), field("national", &Worksheet::national));
};

// protection: the measures that belong to a level (C6.2.3), shown beside each field. What the node enforces names the
// control that checks it (space/catalog/protection.h); the rest is the organisation's to see to, and is shown as that.
struct ProtectionMeasure {
  std::string id, aspect, enforced_by;  // "node" or "organisation"
  std::optional<std::string> control;   // of the node's measures
  std::string zh, en;
  static constexpr auto fields =
      field_list(field("id", &ProtectionMeasure::id), field("aspect", &ProtectionMeasure::aspect),
                 field("enforced_by", &ProtectionMeasure::enforced_by), field("control", &ProtectionMeasure::control),
                 field("zh", &ProtectionMeasure::zh), field("en", &ProtectionMeasure::en));
};
struct ProtectionProfile {
  int level = 1;
  std::string zh, en;
  std::vector<std::string> measures;
  static constexpr auto fields = field_list(field("level", &ProtectionProfile::level), field("zh", &ProtectionProfile::zh),
                                            field("en", &ProtectionProfile::en), field("measures", &ProtectionProfile::measures));
};
struct ProtectionPack {
  std::string pack, version, effective_from;
  bool interim = false;
  std::vector<ProtectionMeasure> measures;
  std::vector<ProtectionProfile> profiles;
  static constexpr auto fields =
      field_list(field("pack", &ProtectionPack::pack), field("version", &ProtectionPack::version),
                 field("effective_from", &ProtectionPack::effective_from), field("interim", &ProtectionPack::interim),
                 field("measures", &ProtectionPack::measures), field("profiles", &ProtectionPack::profiles));
};

// operations: the flow of every operation on data inside the agency, and when small ones count as one large one (C6.4.3).
struct OperationRule {
  std::string id, zh, en;
  std::vector<std::string> duties;  // who may ask; any of them
  std::string flow;                 // "standing": no person while it stays small; "person": always a second person
  std::string group;                // windows add up operations of one group
  int level_shown_max = 4;          // fields above are refused, exception or not
  int level_free_max = 3;           // fields above need the personal-information officer's exception for `download` kinds
  int64_t rows_max = 0;             // of one operation; 0: the whole version
  static constexpr auto fields =
      field_list(field("id", &OperationRule::id), field("zh", &OperationRule::zh), field("en", &OperationRule::en),
                 field("duties", &OperationRule::duties), field("flow", &OperationRule::flow), field("group", &OperationRule::group),
                 field("level_shown_max", &OperationRule::level_shown_max), field("level_free_max", &OperationRule::level_free_max),
                 field("rows_max", &OperationRule::rows_max));
};
struct OperationWindow {
  std::string id, group;
  int64_t hours = 0;   // 0: one operation alone
  std::string across;  // "account", "organisation", or "range": adjoining ranges of any account of the organisation
  int64_t rows_max = 0;
  std::string zh, en;
  static constexpr auto fields =
      field_list(field("id", &OperationWindow::id), field("group", &OperationWindow::group), field("hours", &OperationWindow::hours),
                 field("across", &OperationWindow::across), field("rows_max", &OperationWindow::rows_max), field("zh", &OperationWindow::zh),
                 field("en", &OperationWindow::en));
};
struct ExceptionRule {  // over-privilege (C6.4.2)
  int level_max = 4;
  int64_t days_max = 30, review_within_days = 10;
  static constexpr auto fields =
      field_list(field("level_max", &ExceptionRule::level_max), field("days_max", &ExceptionRule::days_max),
                 field("review_within_days", &ExceptionRule::review_within_days));
};
struct TaskRule {  // how long a task may wait until it is shown as late, and then to the next head of the organisation chart
  int64_t remind_after_hours = 24, escalate_after_hours = 48;
  static constexpr auto fields = field_list(field("remind_after_hours", &TaskRule::remind_after_hours),
                                            field("escalate_after_hours", &TaskRule::escalate_after_hours));
};
struct OperationsPack {
  std::string pack, version, effective_from;
  std::vector<OperationRule> kinds;
  std::vector<std::string> approvers;
  int second_factor_from_level = 4;
  int64_t approval_valid_hours = 24;
  int64_t range_gap_rows = 0;  // ranges that leave out no more rows than this still adjoin
  std::vector<OperationWindow> windows;
  TaskRule tasks;
  int64_t unused_after_days = 90;  // a right that nobody used for so long is on the least-privilege report
  ExceptionRule exceptions;
  static constexpr auto fields = field_list(
      field("pack", &OperationsPack::pack), field("version", &OperationsPack::version),
      field("effective_from", &OperationsPack::effective_from), field("kinds", &OperationsPack::kinds),
      field("approvers", &OperationsPack::approvers), field("second_factor_from_level", &OperationsPack::second_factor_from_level),
      field("approval_valid_hours", &OperationsPack::approval_valid_hours), field("range_gap_rows", &OperationsPack::range_gap_rows),
      field("windows", &OperationsPack::windows), field("tasks", &OperationsPack::tasks),
      field("unused_after_days", &OperationsPack::unused_after_days), field("exceptions", &OperationsPack::exceptions));
  const OperationRule* kind(std::string_view id) const;  // null when no such kind
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
// How a quasi-identifier of these types is made coarser, step by step, until classes are large enough; after the last step it is suppressed.
struct MaskingStep {
  std::string technique;
  Json params;
  static constexpr auto fields = field_list(field("technique", &MaskingStep::technique), field("params", &MaskingStep::params));
};
struct MaskingLadder {
  std::vector<std::string> types;
  std::vector<MaskingStep> steps;  // from fine to coarse
  static constexpr auto fields = field_list(field("types", &MaskingLadder::types), field("steps", &MaskingLadder::steps));
};
struct RiskThreshold {
  std::string share_type;
  int64_t k_min = 0;
  int64_t risk_permille_max = 0;
  std::optional<int> suppress_permille{};  // of the rows a plan may leave out for k_min; absent: none
  static constexpr auto fields =
      field_list(field("share_type", &RiskThreshold::share_type), field("k_min", &RiskThreshold::k_min),
                 field("risk_permille_max", &RiskThreshold::risk_permille_max), field("suppress_permille", &RiskThreshold::suppress_permille));
};
struct MaskingPack {
  std::string pack, version, effective_from;
  std::vector<MaskingRule> rules;
  std::optional<std::vector<MaskingLadder>> ladders;  // packs before 2026.12 have none
  std::vector<RiskThreshold> thresholds;
  static constexpr auto fields =
      field_list(field("pack", &MaskingPack::pack), field("version", &MaskingPack::version),
                 field("effective_from", &MaskingPack::effective_from), field("rules", &MaskingPack::rules),
                 field("ladders", &MaskingPack::ladders), field("thresholds", &MaskingPack::thresholds));
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
// Queries for one person at a time, each with that person's separate consent (C5.2): what may pass in place of the rules of the levels.
struct PolicyOnePerson {
  int level_max = 4;
  std::vector<std::string> legal_bases, forms, recipient_roles, obligations;
  static constexpr auto fields =
      field_list(field("level_max", &PolicyOnePerson::level_max), field("legal_bases", &PolicyOnePerson::legal_bases),
                 field("forms", &PolicyOnePerson::forms), field("recipient_roles", &PolicyOnePerson::recipient_roles),
                 field("obligations", &PolicyOnePerson::obligations));
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
  std::optional<PolicyOnePerson> one_person;  // absent: nothing passes that way
  static constexpr auto fields = field_list(
      field("pack", &PolicyPack::pack), field("version", &PolicyPack::version), field("effective_from", &PolicyPack::effective_from),
      field("purposes", &PolicyPack::purposes), field("legal_bases", &PolicyPack::legal_bases), field("labels", &PolicyPack::labels), field("forms", &PolicyPack::forms),
      field("levels", &PolicyPack::levels), field("reasons", &PolicyPack::reasons), field("obligations", &PolicyPack::obligations),
      field("one_person", &PolicyPack::one_person));

  // The id itself for what has no label: a pack of an earlier year.
  std::string_view label_zh(std::string_view id) const {
    for (const PolicyLabel& label : labels)
      if (label.id == id) return label.zh;
    return id;
  }
};

}  // namespace sluice::rules
