// Issued versions of the list, changes of the rules, lowerings.
#include <algorithm>

#include "node/classify_version.h"
#include "node/grading_view.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr size_t kMovedShown = 5000, kPackBytesMax = size_t{4} << 20;

Json list_json(const View& view, const GradedListVersion& list) {
  Json out = encode(list);
  out.set("digest", hex(list.content)).erase("content");
  Json can = Json::array();
  if (view.may(SignList{list.id, "plausible"})) can.push("sign");
  return view.shown(std::move(out), std::move(can));
}

Result<const GradedListVersion*> seen_list(const View& view, const std::string& id) {
  auto it = view.state.graded_lists.find(id);
  if (it == view.state.graded_lists.end() || !(view.owns(it->second.party) || view.sees_all())) return fail(Errc::not_found, "list.not_found");
  return &it->second;
}

Result<const RuleChange*> seen_change(const View& view, const std::string& id) {
  auto it = view.state.rule_changes.find(id);
  if (it == view.state.rule_changes.end() || !(view.owns(it->second.party) || view.sees_all())) return fail(Errc::not_found, "rules.change_not_found");
  return &it->second;
}

Json change_json(const View& view, const RuleChange& change) {
  Json out = encode(change);
  if (const Json* impact = out.find("impact"); impact && impact->is_object()) {
    Json counts = *impact;
    counts.erase("floors");
    out.set("impact", std::move(counts));
  } else {
    out.set("impact", Json());
  }
  Json can = Json::array();
  bool open = change.status == RuleChangeStatus::proposed || change.status == RuleChangeStatus::assessed;
  bool office = view.owns(change.party) && (view.holds(Duty::data_manager) || view.holds(Duty::security_officer));
  if (open && office) can.push("assess");
  if (open && view.may(DecideRules{change.id, false, "plausible"})) can.push("decide");
  return view.shown(std::move(out), std::move(can));
}

template <class T, class F>
Json newest_first_of(const std::map<std::string, T>& all, F&& show) {
  std::vector<const T*> sorted;
  for (const auto& [id, one] : all) sorted.push_back(&one);
  std::sort(sorted.begin(), sorted.end(), [](const T* a, const T* b) { return a->seq > b->seq; });
  Json items = Json::array();
  for (const T* one : sorted) {
    Json shown = show(*one);
    if (!shown.is_null()) items.push(std::move(shown));
  }
  return items;
}

// What a move means for the verdict that stands: people's words stay.
Json moved_json(const Dataset& d, const Json& moved, const std::map<std::string, int>& floors, RuleImpact& impact) {
  std::string column = moved.get_string_or("column", "").value_or("");
  int64_t before = moved.get_int("level_before").value_or(0), after = moved.get_int("level_after").value_or(0);
  impact.up += after > before;
  impact.down += after < before;
  impact.same_level += after == before;
  Json out = moved;
  out.set("dataset", d.id.str());
  const CatalogField* field = d.column(column);
  bool kept = field && field->confirmed;
  impact.kept_by_person += kept;
  auto floor = kept ? floors.find(field->type) : floors.end();
  bool below = floor != floors.end() && field->level < floor->second;
  out.set("verdict", kept ? "kept" : "open");
  out.set("effect", below ? "reopened" : kept ? "none" : after > before ? "up" : after < before ? "down" : "type");
  return out;
}

}  // namespace

Json with_names(Node& node, Json object) {
  fill_names(node, object);
  return object;
}

Result<Json> GradingDesk::issue_list(const Principal& by, const std::string& note) {
  auto all = TRY(rows(by, {}));
  Completeness how = completeness_of(all);
  IssueList command{.content = TRY(node_.space().put_blob(view(list_content(all)))), .list_fields = how.list_fields, .confirmed = how.confirmed,
                    .completeness_permille = how.permille, .note = note};
  auto outcome = TRY(node_.space().execute(by, command));
  std::string id = outcome.get<ListIssued>().list.str();
  return with_names(node_, TRY(viewed(by, [&](const View& v) { return list_json(v, v.state.graded_lists.at(id)); })));
}

Result<Json> GradingDesk::lists(const Principal& by) {
  return with_names(node_, TRY(viewed(by, [&](const View& v) {
    Json items = newest_first_of(v.state.graded_lists, [&](const GradedListVersion& l) { return v.owns(l.party) || v.sees_all() ? list_json(v, l) : Json(); });
    Json can = Json::array();
    if (v.holds(Duty::data_manager)) can.push("issue");
    return Json::object({{"items", std::move(items)}, {"can", std::move(can)}});
  })));
}

Result<std::vector<GradedRow>> GradingDesk::rows_of_list(const Principal& by, const std::string& id) {
  auto content = TRY(viewed(by, [&](const View& v) -> Result<Digest> { return TRY(seen_list(v, id))->content; }));
  Bytes blob = TRY(node_.ledger().blob(content));
  return rows_of_content(text(blob));
}

Result<Json> GradingDesk::one_list(const Principal& by, const std::string& id) {
  Json out = TRY(viewed(by, [&](const View& v) -> Result<Json> { return list_json(v, *TRY(seen_list(v, id))); }));
  Json all = Json::array();
  for (const GradedRow& row : TRY(rows_of_list(by, id))) all.push(encode(row));
  return with_names(node_, std::move(out.set("rows", std::move(all))));
}

Result<Json> GradingDesk::difference(const Principal& by, const std::string& id, const std::string& against) {
  auto before = TRY(rows_of_list(by, against));
  auto after = TRY(rows_of_list(by, id));
  return list_difference(before, after).set("from", against).set("to", id);
}

Result<Json> GradingDesk::changes(const Principal& by) {
  return with_names(node_, TRY(viewed(by, [&](const View& v) {
    Json items = newest_first_of(v.state.rule_changes, [&](const RuleChange& c) { return v.owns(c.party) || v.sees_all() ? change_json(v, c) : Json(); });
    Json can = Json::array();
    if (v.holds(Duty::data_manager) || v.holds(Duty::security_officer)) can.push("propose");
    return Json::object({{"items", std::move(items)}, {"can", std::move(can)}});
  })));
}

Result<Json> GradingDesk::one_change(const Principal& by, const std::string& id) {
  std::optional<Digest> content;
  Json out = TRY(viewed(by, [&](const View& v) -> Result<Json> {
    const RuleChange* change = TRY(seen_change(v, id));
    if (change->impact) content = change->impact->content;
    return change_json(v, *change);
  }));
  if (content) {
    Bytes blob = TRY(node_.ledger().blob(*content));
    Json impact = *out.find("impact");
    out.set("impact", std::move(impact.set("moved", TRY(parse_json(text(blob))))));
  }
  return with_names(node_, std::move(out));
}

Result<RuleChangeId> GradingDesk::propose_rules(const Principal& by, const std::string& title, const std::string& reason, const Json& packs) {
  auto texts = TRY(texts_from(packs));
  ProposeRules command{.title = title, .reason = reason, .packs = {}, .content = {}, .rules_digest = {}};
  for (const auto& [name, body] : texts) {
    if (body.size() > kPackBytesMax) return fail(Errc::invalid, "file.too_large", name.substr(0, 80));
    command.packs.push_back(name);
  }
  if (command.packs.empty()) return fail(Errc::invalid, "rules.nothing_changed");
  for (const std::string& name : command.packs)
    if (std::find(kChangeablePacks.begin(), kChangeablePacks.end(), name) == kChangeablePacks.end())
      return fail(Errc::invalid, "rules.pack_not_changeable", name.substr(0, 80));
  // What is in force and not named stays: a change is proposed over it.
  auto whole = TRY(pack_texts_of(node_, TRY(viewed(by, [](const View& v) { return v.person.party; }))));
  for (const auto& [name, body] : texts) whole[name] = body;
  auto set = TRY(rules::RuleSet::from_texts(whole));
  if (set->digest == TRY(rules_for(by))->digest) return fail(Errc::conflict, "rules.nothing_changed");
  command.rules_digest = set->digest;
  command.content = TRY(node_.space().put_blob(view(canonical(texts_json(whole)))));
  return TRY(node_.space().execute(by, command)).get<RulesProposed>().change;
}

Result<Json> GradingDesk::assess_rules(const Principal& by, const std::string& id, const ProgressFn& progress) {
  struct Subject {
    Dataset dataset;
    VersionId version;
  };
  RuleChangeId change_id;
  Digest content{};
  auto subjects = TRY(viewed(by, [&](const View& v) -> Result<std::vector<Subject>> {
    const RuleChange* change = TRY(seen_change(v, id));
    if (!v.owns(change->party) || !(v.holds(Duty::data_manager) || v.holds(Duty::security_officer))) return fail(Errc::forbidden, "duty.missing", "data_manager");
    change_id = change->id;
    content = change->content;
    std::vector<Subject> out;
    for (const auto& [key, d] : v.state.datasets)
      if (d.owner == change->party && d.proposed_version) out.push_back({d, *d.proposed_version});
    return out;
  }));
  auto texts = TRY(pack_texts_in(node_, content));
  auto set = TRY(rules::RuleSet::from_texts(texts));
  RuleImpact impact;
  for (const auto& type : set->types.types) impact.floors[type.id] = type.level;
  Json all = Json::array(), against = texts_json(texts);
  size_t done = 0;
  for (const Subject& subject : subjects) {
    auto moved = moved_fields(node_, by, subject.version, against);
    if (!moved && moved.error().reason.starts_with("keys.")) continue;  // what was destroyed is measured no more
    if (!moved) return tl::unexpected(moved.error());
    impact.datasets++;
    impact.measured_fields += static_cast<int64_t>(subject.dataset.columns.size());
    for (const Json& one : moved->as_array()) {
      Json shown = moved_json(subject.dataset, one, impact.floors, impact);
      if (all.as_array().size() < kMovedShown) all.push(std::move(shown));
    }
    for (const CatalogField& f : subject.dataset.columns) {
      auto floor = impact.floors.find(f.type);
      impact.below_floor += f.confirmed && floor != impact.floors.end() && f.level < floor->second;
    }
    if (progress) progress(Json::object({{"done", ++done}, {"total", subjects.size()}}));
  }
  impact.content = TRY(node_.space().put_blob(view(canonical(all))));
  Principal node_acts{.person = by.person, .system = true, .stepped_up = by.stepped_up};
  TRY(node_.space().execute(node_acts, ReportAssessment{change_id, impact}));
  return one_change(by, id);
}

Result<Json> GradingDesk::lowerings(const Principal& by) {
  return with_names(node_, TRY(viewed(by, [&](const View& v) {
    Json items = newest_first_of(v.state.lowerings, [&](const Lowering& l) {
      if (!v.owns(l.party) && !v.sees_all()) return Json();
      Json can = Json::array();
      if (v.may(DecideLowering{l.id, true, "plausible"})) can.push("decide");
      return v.shown(encode(l), std::move(can));
    });
    return Json::object({{"items", std::move(items)}});
  })));
}

}  // namespace sluice::node
