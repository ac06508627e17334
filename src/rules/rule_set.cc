#include "rules/rule_set.h"

#include <re2/re2.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "base/clock.h"
#include "base/file.h"
#include "crypto/hash.h"
#include "rules/embedded.h"
#include "rules/yaml.h"
#include "standard/taxonomy.h"

namespace sluice::rules {

namespace {

constexpr std::string_view kPackNames[] = {"taxonomy",  "types",      "dictionary", "detectors",
                                           "worksheet", "protection", "masking",    "policy",     "operations",
                                           "pinyin",    "weights",    "grading",    "law",        "resemblance"};
// The pack resemblance goes on in other files (none is above 1 MiB) where the end of its version says so, "(1 of 7)": more marks, all
// of them greater, and from the third on the network that is mixed with it. They have no places of their own among the packs.
constexpr std::string_view kResemblanceRest = "resemblance_rest";
constexpr std::string_view kNetworkFiles[] = {"resemblance_network",   "resemblance_network_2", "resemblance_network_3", "resemblance_network_4",
                                              "resemblance_network_5", "resemblance_network_6", "resemblance_network_7"};

// In how many files a pack of this version stands; one where it does not say so.
size_t files_of(std::string_view version) {
  constexpr std::string_view kFirst = " (1 of ";
  size_t at = version.rfind(kFirst);
  if (at == std::string_view::npos || at + kFirst.size() + 2 != version.size() || version.back() != ')') return 1;
  char count = version[at + kFirst.size()];
  return count >= '2' && count <= '9' ? static_cast<size_t>(count - '0') : 1;
}

constexpr std::string_view kControls[] = {"graded_by_person", "sealed_by_column", "key_by_grant", "access_on_record",
                                          "released_after_approval", "deidentified", "does_not_flow", "bulk_by_second_person",
                                          "second_factor", "no_download", "never_shown"};

constexpr std::string_view kChecks[] = {"id_number", "uscc", "luhn", "date", "birth_date", "person_name", "division"};

Error within(std::string_view pack, Error error) {
  error.detail = std::string(pack) + (error.detail.empty() ? "" : ": " + error.detail);
  return error;
}

tl::unexpected<Error> bad(std::string_view reason, std::string_view pack, std::string_view id = {}) {
  return fail(Errc::invalid, reason, std::string(pack) + (id.empty() ? "" : ": " + std::string(id.substr(0, 80))));
}

bool is_iso_date(std::string_view text) {
  int y = 0, m = 0, d = 0;
  return text.size() == 10 && std::sscanf(std::string(text).c_str(), "%4d-%2d-%2d", &y, &m, &d) == 3 && is_civil_date(y, m, d);
}

template <class Pack>
Result<PackInfo> read_pack(std::string_view name, std::string_view text, Pack& out) {
  auto json = text.starts_with("{") ? parse_json(text) : parse_yaml(text);
  if (!json) return tl::unexpected(within(name, json.error()));
  auto pack = decode<Pack>(*json);
  if (!pack) return tl::unexpected(within(name, pack.error()));
  if (pack->pack != name) return bad("rules.wrong_pack", name);
  if (pack->version.empty()) return bad("rules.incomplete", name, "version");
  if (!is_iso_date(pack->effective_from)) return bad("rules.bad_date", name, "effective_from");
  out = std::move(*pack);
  return PackInfo{.pack = out.pack, .version = out.version, .effective_from = out.effective_from, .digest = sm3(view(canonical(*json)))};
}

Status check_types(const TypesPack& pack, const Taxonomy& taxonomy, const std::set<std::string, std::less<>>& subjects) {
  std::map<std::string, std::string> classes;
  for (const auto& c : taxonomy.classes) {
    if (!enum_of<Category>(c.category)) return bad("rules.unknown_reference", "taxonomy", c.category);
    if (!classes.emplace(c.id, c.category).second) return bad("rules.duplicate", "taxonomy", c.id);
  }
  std::set<std::string> ids;
  for (const auto& t : pack.types) {
    if (!ids.insert(t.id).second) return bad("rules.duplicate", "types", t.id);
    if (!enum_of<Category>(t.category)) return bad("rules.unknown_reference", "types", t.id);
    if (t.level < 1 || t.level > 5) return bad("rules.bad_level", "types", t.id);
    bool none = t.category == "none";
    if (none != t.class_id.empty()) return bad("rules.unknown_reference", "types", t.id);
    if (!none && (!classes.contains(t.class_id) || classes[t.class_id] != t.category))
      return bad("rules.unknown_reference", "types", t.id);
    if (t.identifier && *t.identifier != "direct" && *t.identifier != "quasi") return bad("rules.unknown_reference", "types", t.id);
    if (t.mark && *t.mark != "enterprise") return bad("rules.unknown_reference", "types", t.id);
  }
  if (!ids.contains("unknown")) return bad("rules.incomplete", "types", "unknown");
  for (const auto& rule : pack.contexts) {
    if (!ids.contains(rule.type) || !ids.contains(rule.becomes)) return bad("rules.unknown_reference", "types", rule.type);
    if (rule.scope && *rule.scope != "own" && *rule.scope != "word") return bad("rules.unknown_reference", "types", *rule.scope);
    for (const auto& s : rule.subjects)
      if (!subjects.contains(s)) return bad("rules.unknown_reference", "types", s);
  }
  return {};
}

Status check_detectors(const DetectorsPack& pack, const RuleSet& rules) {
  std::set<std::string> ids;
  for (const auto& d : pack.detectors) {
    if (!ids.insert(d.id).second) return bad("rules.duplicate", "detectors", d.id);
    if (!rules.type(d.type)) return bad("rules.unknown_reference", "detectors", d.type);
    if (d.check && !is_known_check(*d.check)) return bad("rules.unknown_check", "detectors", d.id);
    if (d.rate_permille < 0 || d.rate_permille > 1000) return bad("rules.bad_level", "detectors", d.id);
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(1 << 20);
    if (!RE2(d.pattern, options).ok()) return bad("rules.bad_pattern", "detectors", d.id);
  }
  return {};
}

Status check_worksheet(const Worksheet& sheet) {
  std::set<std::string> objects;
  for (const auto& o : sheet.objects) objects.insert(o.id);
  for (const auto& row : sheet.matrix) {
    if (!objects.erase(row.object)) return bad("rules.unknown_reference", "worksheet", row.object);
    if (row.levels.size() != sheet.degrees.size()) return bad("rules.incomplete", "worksheet", row.object);
    for (int level : row.levels)
      if (level < 0 || level > 5) return bad("rules.bad_level", "worksheet", row.object);
  }
  if (!objects.empty()) return bad("rules.incomplete", "worksheet", *objects.begin());
  return {};
}

// The level that the worksheet gives a type: the highest over its arguments, or those of its class; 0 without any.
int argued_level(const Worksheet& sheet, const TypeRule& type) {
  auto level_of = [&](const WorksheetArgument& a) {
    for (const auto& row : sheet.matrix)
      for (size_t d = 0; row.object == a.object && d < sheet.degrees.size(); d++)
        if (sheet.degrees[d].id == a.degree) return row.levels[d];
    return 0;
  };
  int own = 0, inherited = 0;
  for (const auto& a : sheet.arguments) {
    if (a.class_id != type.class_id) continue;
    if (a.type == type.id) own = std::max(own, level_of(a));
    if (!a.type) inherited = std::max(inherited, level_of(a));
  }
  return own ? own : inherited;
}

Status check_arguments(const Worksheet& sheet, const TypesPack& types) {
  auto known = [](const std::vector<WorksheetTerm>& terms, const std::string& id) {
    return std::any_of(terms.begin(), terms.end(), [&](const WorksheetTerm& t) { return t.id == id; });
  };
  for (const auto& a : sheet.arguments) {
    if (!known(sheet.objects, a.object) || !known(sheet.degrees, a.degree) || !known(sheet.properties, a.property))
      return bad("rules.unknown_reference", "worksheet", a.class_id);
    bool used = std::any_of(types.types.begin(), types.types.end(), [&](const TypeRule& t) { return t.class_id == a.class_id && (!a.type || *a.type == t.id); });
    if (!used) return bad("rules.unknown_reference", "worksheet", a.class_id);
  }
  // A type may stand above what the worksheet argues (an organisation may raise), never below.
  for (const auto& t : types.types)
    if (!t.class_id.empty() && t.level < argued_level(sheet, t)) return bad("rules.bad_level", "worksheet", t.id);
  for (const auto& a : sheet.associations)
    if (a.level < 1 || a.level > 5 || a.needs.empty()) return bad("rules.bad_level", "worksheet", a.id);
  for (const auto& n : sheet.national)
    if (n.level < 1 || n.level > 5) return bad("rules.bad_level", "worksheet", n.label);
  return {};
}

template <class E>
Status all_known(const std::vector<std::string>& names, std::string_view pack) {
  for (const auto& n : names)
    if (!enum_of<E>(n)) return bad("rules.unknown_reference", pack, n);
  return {};
}

Status check_policy(const PolicyPack& pack) {
  std::set<std::string> obligations, levels, labelled;
  for (const auto& label : pack.labels)
    if (!labelled.insert(label.id).second) return bad("rules.duplicate", "policy", label.id);
  for (const auto& o : pack.obligations)
    if (!obligations.insert(o.id).second) return bad("rules.duplicate", "policy", o.id);
  for (const auto& f : pack.forms) {
    if (!enum_of<OpenForm>(f.form)) return bad("rules.unknown_reference", "policy", f.form);
    TRY(all_known<ShareType>(f.share_types, "policy"));
    for (const auto& o : f.obligations)
      if (!obligations.contains(o)) return bad("rules.unknown_reference", "policy", o);
  }
  for (const auto& l : pack.levels) {
    if (l.level < 1 || l.level > 5 || !levels.insert(std::to_string(l.level)).second) return bad("rules.bad_level", "policy");
    TRY(all_known<FlowType>(l.flow_types, "policy"));
    TRY(all_known<ShareType>(l.share_types, "policy"));
    TRY(all_known<PartyRole>(l.recipient_roles, "policy"));
    for (const auto& o : l.obligations)
      if (!obligations.contains(o)) return bad("rules.unknown_reference", "policy", o);
  }
  if (levels.size() != 5) return bad("rules.incomplete", "policy", "levels");
  return {};
}

Status check_protection(const ProtectionPack& pack) {
  std::set<std::string> measures, levels;
  for (const auto& m : pack.measures) {
    if (!measures.insert(m.id).second) return bad("rules.duplicate", "protection", m.id);
    bool node = m.enforced_by == "node";
    if (!node && m.enforced_by != "organisation") return bad("rules.unknown_reference", "protection", m.id);
    if (node != m.control.has_value()) return bad("rules.incomplete", "protection", m.id);
    if (m.control && !is_known_control(*m.control)) return bad("rules.unknown_check", "protection", m.id);
  }
  for (const auto& p : pack.profiles) {
    if (p.level < 1 || p.level > 5 || !levels.insert(std::to_string(p.level)).second) return bad("rules.bad_level", "protection");
    for (const auto& id : p.measures)
      if (!measures.contains(id)) return bad("rules.unknown_reference", "protection", id);
  }
  if (levels.size() != 5) return bad("rules.incomplete", "protection", "profiles");
  return {};
}

Status check_operations(const OperationsPack& pack) {
  std::set<std::string> ids;
  std::set<std::string> groups;
  for (const auto& k : pack.kinds) {
    if (!ids.insert(k.id).second) return bad("rules.duplicate", "operations", k.id);
    if (k.flow != "standing" && k.flow != "person") return bad("rules.unknown_reference", "operations", k.id);
    if (k.level_shown_max < 0 || k.level_shown_max > 5 || k.level_free_max > k.level_shown_max) return bad("rules.bad_level", "operations", k.id);
    if (k.rows_max < 0 || k.duties.empty()) return bad("rules.incomplete", "operations", k.id);
    groups.insert(k.group);
  }
  for (const auto& w : pack.windows) {
    if (!ids.insert(w.id).second) return bad("rules.duplicate", "operations", w.id);
    bool known = w.across == "account" || w.across == "organisation" || w.across == "range";
    if (!known || !groups.contains(w.group)) return bad("rules.unknown_reference", "operations", w.id);
    if (w.hours < 0 || w.rows_max < 1) return bad("rules.incomplete", "operations", w.id);
  }
  // Every group has at least one window: without any, nothing would ever be bulk.
  for (const auto& g : groups)
    if (std::none_of(pack.windows.begin(), pack.windows.end(), [&](const auto& w) { return w.group == g; }))
      return bad("rules.incomplete", "operations", g);
  if (pack.approvers.empty() || pack.approval_valid_hours < 1 || pack.range_gap_rows < 0) return bad("rules.incomplete", "operations", "approvers");
  if (pack.exceptions.days_max < 1 || pack.exceptions.level_max < 1 || pack.exceptions.level_max > 5)
    return bad("rules.incomplete", "operations", "exceptions");
  return {};
}

Status check_grading(const GradingPack& pack) {
  auto is_level = [](int level) { return level >= 1 && level <= 5; };
  std::set<std::string> scenarios, ids;
  for (const auto& s : pack.scenarios)
    if (!scenarios.insert(s.id).second) return bad("rules.duplicate", "grading", s.id);
  for (const auto& r : pack.scenario_rules) {
    if (!ids.insert(r.id).second) return bad("rules.duplicate", "grading", r.id);
    if (!scenarios.contains(r.scenario)) return bad("rules.unknown_reference", "grading", r.scenario);
    if (!is_level(r.level)) return bad("rules.bad_level", "grading", r.id);
  }
  for (const auto& v : pack.volumes) {
    if (!ids.insert(v.id).second) return bad("rules.duplicate", "grading", v.id);
    if (!is_level(v.level) || !is_level(v.from_level) || v.level < v.from_level || v.rows_min < 1 || v.deidentified_rows_min.value_or(1) < 1)
      return bad("rules.bad_level", "grading", v.id);
  }
  AggregateLevels aggregate = pack.derived.aggregates();
  if (!is_level(aggregate.level) || !is_level(aggregate.level_many_hidden) || aggregate.level_many_hidden < aggregate.level || aggregate.contributors_min < 2 ||
      aggregate.hidden_permille_max < 0 || aggregate.hidden_permille_max > 1000)
    return bad("rules.bad_level", "grading", "derived.aggregate");
  CrowdRule crowd = pack.crowds();
  if (crowd.k_min < 1) return bad("rules.incomplete", "grading", "crowd");
  for (const std::string& need : crowd.lifts)
    if (need != "category" && need != "type" && need.find(':') == std::string::npos) return bad("rules.unknown_reference", "grading", need);
  for (const auto& c : pack.uniqueness.categories)
    if (!enum_of<Category>(c)) return bad("rules.unknown_reference", "grading", c);
  std::set<int> levels;
  for (const auto& v : pack.validity)
    if (!is_level(v.level) || !levels.insert(v.level).second || v.days < 1) return bad("rules.bad_level", "grading", "validity");
  bool whole = levels.size() == 5 && is_level(pack.uniqueness.level) && is_level(pack.lowering.level_max) && pack.lowering.days_max > 0 &&
               pack.review.list_days > 0 && pack.review.remind_days >= 0 && pack.derived.k_min > 0 && pack.uniqueness.size_max >= 1 &&
               pack.uniqueness.size_max <= 5;
  return whole ? Status() : bad("rules.incomplete", "grading");
}

void add_digest(PackInfo& info, const PackInfo& more) {
  Bytes both;
  put(both, info.digest), put(both, more.digest);
  info.digest = sm3(both);
}

// The pack and its continuation as one: one digest over both.
Status append_rest(std::string_view text, ResemblancePack& pack, PackInfo& info) {
  ResemblancePack rest;
  auto more = TRY(read_pack(kResemblanceRest, text, rest));
  if (rest.types != pack.types || rest.step_micro != pack.step_micro) return bad("rules.incomplete", kResemblanceRest);
  put(pack.marks, rest.marks), put(pack.counts, rest.counts), put(pack.outputs, rest.outputs), put(pack.weights, rest.weights);
  add_digest(info, more);
  return {};
}

Status append_network(std::string_view name, std::string_view text, NetworkPack& pack, PackInfo& info) {
  NetworkPack part;
  auto more = TRY(read_pack(name, text, part));
  if (name == kNetworkFiles[0]) {
    pack = std::move(part);
  } else {
    if (part.types != pack.types || part.row_step_micro != pack.row_step_micro || !part.dense.empty()) return bad("rules.incomplete", name);
    put(pack.marks, part.marks), put(pack.rows, part.rows);
  }
  add_digest(info, more);
  return {};
}

}  // namespace

const OperationRule* OperationsPack::kind(std::string_view id) const {
  auto it = std::find_if(kinds.begin(), kinds.end(), [&](const auto& k) { return k.id == id; });
  return it == kinds.end() ? nullptr : &*it;
}

bool is_known_control(std::string_view name) {
  return std::find(std::begin(kControls), std::end(kControls), name) != std::end(kControls);
}
bool is_known_check(std::string_view name) { return std::find(std::begin(kChecks), std::end(kChecks), name) != std::end(kChecks); }

const TypeRule* RuleSet::type(std::string_view id) const {
  auto it = type_index_.find(id);
  return it == type_index_.end() ? nullptr : &types.types[it->second];
}

// "amount", "identifier:direct", "level:4", each perhaps in one form only: "amount@query".
static bool masking_subject_known(std::string_view subject, const RuleSet& set) {
  size_t at = subject.find('@');
  if (at != std::string_view::npos && !enum_of<OpenForm>(subject.substr(at + 1))) return false;
  subject = subject.substr(0, at);
  if (subject.starts_with("identifier:")) return true;
  if (subject.starts_with("level:")) return subject.size() == 7 && subject[6] >= '1' && subject[6] <= '5';
  return set.type(subject) != nullptr;
}

struct RuleSetLoader {
  static Result<std::shared_ptr<const RuleSet>> make(const std::map<std::string, std::string>& texts) {
    auto set = std::make_shared<RuleSet>();
    auto text_of = [&](std::string_view name) -> std::string_view {
      if (auto it = texts.find(std::string(name)); it != texts.end()) return it->second;
      for (size_t i = 0; i < kEmbeddedPackCount; i++)
        if (kEmbeddedPacks[i].name == name) return kEmbeddedPacks[i].text;
      return {};
    };
    set->packs.push_back(TRY(read_pack(kPackNames[0], text_of(kPackNames[0]), set->taxonomy)));
    set->packs.push_back(TRY(read_pack(kPackNames[1], text_of(kPackNames[1]), set->types)));
    set->packs.push_back(TRY(read_pack(kPackNames[2], text_of(kPackNames[2]), set->dictionary)));
    set->packs.push_back(TRY(read_pack(kPackNames[3], text_of(kPackNames[3]), set->detectors)));
    set->packs.push_back(TRY(read_pack(kPackNames[4], text_of(kPackNames[4]), set->worksheet)));
    set->packs.push_back(TRY(read_pack(kPackNames[5], text_of(kPackNames[5]), set->protection)));
    set->packs.push_back(TRY(read_pack(kPackNames[6], text_of(kPackNames[6]), set->masking)));
    set->packs.push_back(TRY(read_pack(kPackNames[7], text_of(kPackNames[7]), set->policy)));
    set->packs.push_back(TRY(read_pack(kPackNames[8], text_of(kPackNames[8]), set->operations)));
    set->packs.push_back(TRY(read_pack(kPackNames[9], text_of(kPackNames[9]), set->pinyin)));
    set->packs.push_back(TRY(read_pack(kPackNames[10], text_of(kPackNames[10]), set->weights)));
    set->packs.push_back(TRY(read_pack(kPackNames[11], text_of(kPackNames[11]), set->grading)));
    set->packs.push_back(TRY(read_pack(kPackNames[12], text_of(kPackNames[12]), set->law)));
    set->packs.push_back(TRY(read_pack(kPackNames[13], text_of(kPackNames[13]), set->resemblance)));
    size_t files = files_of(set->resemblance.version);
    if (files >= 2) TRY(append_rest(text_of(kResemblanceRest), set->resemblance, set->packs.back()));
    for (size_t i = 0; i + 2 < files; i++) TRY(append_network(kNetworkFiles[i], text_of(kNetworkFiles[i]), set->network, set->packs.back()));
    for (size_t i = 0; i < set->types.types.size(); i++) set->type_index_.emplace(set->types.types[i].id, i);
    TRY(check_all(*set));
    Bytes all;
    for (const auto& info : set->packs) put(all, info.digest);
    set->digest = sm3(all);
    return std::shared_ptr<const RuleSet>(std::move(set));
  }

  static Status check_all(const RuleSet& set) {
    std::set<std::string, std::less<>> subjects;
    for (const auto& s : set.dictionary.subjects)
      if (!subjects.insert(s.subject).second) return bad("rules.duplicate", "dictionary", s.subject);
    TRY(check_types(set.types, set.taxonomy, subjects));
    for (const auto& entry : set.dictionary.entries)
      if (!set.type(entry.type)) return bad("rules.unknown_reference", "dictionary", entry.type);
    TRY(check_detectors(set.detectors, set));
    TRY(check_worksheet(set.worksheet));
    TRY(check_arguments(set.worksheet, set.types));
    for (const auto& rule : set.masking.rules) {
      TRY(all_known<ShareType>(rule.share_types, "masking"));
      for (const auto& t : rule.types)
        if (!masking_subject_known(t, set)) return bad("rules.unknown_reference", "masking", t);
    }
    for (const auto& ladder : set.masking.ladders.value_or(std::vector<MaskingLadder>()))
      for (const auto& t : ladder.types)
        if (!set.type(t)) return bad("rules.unknown_reference", "masking", t);
    for (const auto& t : set.masking.thresholds)
      if (!enum_of<ShareType>(t.share_type)) return bad("rules.unknown_reference", "masking", t.share_type);
    TRY(check_protection(set.protection));
    TRY(check_operations(set.operations));
    TRY(check_grading(set.grading));
    TRY(check_law(set.law));
    TRY(check_resemblance(set.resemblance));
    TRY(check_network(set.network, set.resemblance));
    return check_policy(set.policy);
  }
};

const RuleSet& RuleSet::built_in() {
  static const std::shared_ptr<const RuleSet> set = [] {
    auto made = RuleSetLoader::make({});
    if (!made) {  // a fault of the build, found by the first test that runs
      std::fprintf(stderr, "built-in rules: %s %s\n", std::string(made.error().reason).c_str(), made.error().detail.c_str());
      std::abort();
    }
    return *made;
  }();
  return *set;
}

Result<std::shared_ptr<const RuleSet>> RuleSet::from_texts(const std::map<std::string, std::string>& texts) {
  return RuleSetLoader::make(texts);
}

Result<std::shared_ptr<const RuleSet>> RuleSet::load(const std::string& dir) {
  std::error_code error;
  if (!std::filesystem::is_directory(dir, error)) return fail(Errc::not_found, "rules.no_folder");
  std::map<std::string, std::string> texts;
  std::vector<std::string_view> names(std::begin(kPackNames), std::end(kPackNames));
  names.push_back(kResemblanceRest);
  names.insert(names.end(), std::begin(kNetworkFiles), std::end(kNetworkFiles));
  for (std::string_view name : names) {
    for (std::string_view ending : {".yaml", ".yml", ".json"}) {
      std::string path = dir + "/" + std::string(name) + std::string(ending);
      if (!std::filesystem::exists(path, error)) continue;
      if (texts.contains(std::string(name))) return bad("rules.duplicate", name);
      texts[std::string(name)] = TRY(read_text_file(path, 4u << 20));
    }
  }
  return RuleSetLoader::make(texts);
}

}  // namespace sluice::rules
