#include "node/inventory_view.h"

#include <algorithm>

#include "space/catalog/level.h"
#include "space/catalog/protection.h"
#include "space/inventory/routing.h"

namespace sluice::node {

using namespace space;

namespace {

bool of_viewer(const View& view, const PartyId& party) { return view.owns(party) || view.sees_all(); }

Json shown_item(const View& view, const DescribedItem& item) {
  Json can = Json::array();
  if (view.may(DescribeItem{item.id, item.facts})) can.push("describe");
  if (view.may(GradeItem{item.id, {}})) can.push("grade");
  if (view.may(EndItem{item.id, "plausible"})) can.push("end");
  return view.shown(encode(item), std::move(can));
}

template <class T>
std::vector<const T*> standing(const View& view, const std::map<std::string, T>& all, TimeMs T::*ended) {
  std::vector<const T*> out;
  for (const auto& [id, one] : all)
    if (one.*ended == 0 && of_viewer(view, one.party)) out.push_back(&one);
  return out;
}

std::string title_or_name(const Dataset& d) { return d.title.empty() ? d.name : d.title; }

using policy::Language;

// The words of one language around what people wrote.
struct Words {
  Language language;
  bool zh() const { return language == Language::zh; }
  std::string_view of(std::string_view chinese, std::string_view english) const { return zh() ? chinese : english; }
  std::string in_brackets(const std::string& text) const { return zh() ? "（" + text + "）" : " (" + text + ")"; }
  std::string right(const std::string& right) const {
    if (!zh()) return right;
    return right == "read" ? "读" : right == "enter" ? "录入" : right == "change" ? "改" : right == "export" ? "导出" : right == "delete" ? "删" : "审批";
  }
  std::string level(int level) const { return zh() ? "第" + std::to_string(level) + "级" : "level " + std::to_string(level); }
  std::string joined(const std::vector<std::string>& names, size_t most) const {
    std::string out;
    for (size_t i = 0; i < names.size() && i < most; i++) out += (i ? std::string(of("、", ", ")) : "") + names[i];
    if (names.size() <= most) return out;
    return out + (zh() ? " 等" + std::to_string(names.size()) + "项" : " and " + std::to_string(names.size() - most) + " more");
  }
};

// The level of all that a node has, handled together there.
int level_of_node(const View& view, const rules::RuleSet& rules, const ProcessNode& node) {
  FlowAsk ask{.parts = {}, .rows = 0, .scenario = rules.grading.scenarios.front().id, .fine_grained = false};
  int level = 0;
  for (const ProcessLink& link : node.data) {
    if (!link.dataset.empty()) ask.parts.push_back({link.dataset, {}, link.columns});
    const DescribedItem* item = find(view.state.items, link.item);
    if (item) level = std::max(level, item->grade ? item->grade->level : 5);
  }
  if (ask.parts.empty()) return level;
  auto flow = level_of_flow(view.state, rules, ask, view.now);
  return std::max(level, flow ? flow->level : 5);
}

std::vector<std::string> lines_of_node(const View& view, const ProcessNode& node, Words words) {
  std::vector<std::string> out;
  auto line = [&](std::string_view zh, std::string_view en, const std::string& text) {
    if (!text.empty()) out.push_back(std::string(words.of(zh, en)) + std::string(words.of("：", ": ")) + text);
  };
  for (const ProcessLink& link : node.data) {
    if (const Dataset* d = find(view.state.datasets, link.dataset))
      line("数据", "Data", title_or_name(*d) + words.in_brackets(link.columns.empty() ? std::string(words.of("全部字段", "all fields")) : words.joined(link.columns, 3)));
    if (const DescribedItem* item = find(view.state.items, link.item)) line("载体", "Item", item->facts.title);
  }
  for (const ProcessAccess& access : node.access) {
    const Unit* unit = find(view.state.units, access.unit);
    std::string who = unit ? unit->name + (access.who.empty() ? "" : " " + access.who) : access.who, rights;
    for (const std::string& right : access.rights) rights += (rights.empty() ? "" : std::string(words.of("、", ", "))) + words.right(right);
    line("访问", "Access", who + words.in_brackets(rights));
  }
  line("处理单元", "Processing", node.processing);
  line("存储单元", "Storage", node.storage);
  line("传输单元", "Transmission", node.transmission);
  return out;
}

Result<const Process*> seen_process(const View& view, const std::string& id) {
  auto it = view.state.processes.find(id);
  if (it == view.state.processes.end() || it->second.removed_ms > 0 || !of_viewer(view, it->second.party)) return fail(Errc::not_found, "process.not_found");
  return &it->second;
}

Json process_can(const View& view, const Process& p) {
  Json can = Json::array();
  if (view.may(DrawProcess{p.id, p.diagram})) can.push("draw");
  if (view.may(RemoveProcess{p.id, "plausible"})) can.push("remove");
  return can;
}

}  // namespace

Json items_json(const View& view) {
  auto all = standing(view, view.state.items, &DescribedItem::ended_ms);
  std::stable_sort(all.begin(), all.end(), [](const auto* a, const auto* b) { return a->facts.title < b->facts.title; });
  Json items = Json::array(), can = Json::array();
  for (const DescribedItem* item : all) items.push(shown_item(view, *item));
  if (view.holds(Duty::data_manager) || std::any_of(view.state.units.begin(), view.state.units.end(), [&](const auto& u) {
        return u.second.party == view.person.party && answers_for(view.state, view.person, u.second.id, view.now);
      }))
    can.push("describe");
  return Json::object({{"items", std::move(items)}, {"total", all.size()}, {"can", std::move(can)}});
}

Result<Json> item_json(const View& view, const std::string& id) {
  auto it = view.state.items.find(id);
  if (it == view.state.items.end() || !of_viewer(view, it->second.party)) return fail(Errc::not_found, "inventory.item_not_found");
  return shown_item(view, it->second);
}

Result<Json> answers_json(const View& view, const std::string& id) {
  auto it = view.state.datasets.find(id);
  if (it == view.state.datasets.end() || !may_see(view.state, view.person, it->second, view.now)) return fail(Errc::not_found, "dataset.not_found");
  const Dataset& d = it->second;
  Json can = Json::array();
  if (view.may(DescribeDataset{d.id, d.facts.value_or(DatasetFacts{})})) can.push("describe");
  return view.shown(Json::object({{"facts", encode(d.facts.value_or(DatasetFacts{}))}, {"questions", encode(open_questions(view.state, d))}, {"answers", encode(d.answers)}}),
                    std::move(can));
}

Json own_levels_json(const View& view) {
  auto it = view.state.own_scales.find(view.person.party.str());
  Json out = it == view.state.own_scales.end() ? encode(OwnScale{}) : encode(it->second), can = Json::array();
  if (view.may(AdoptOwnLevels{{}, "plausible"})) can.push("adopt");
  return view.shown(std::move(out), std::move(can));
}

Json processes_json(const View& view) {
  auto all = standing(view, view.state.processes, &Process::removed_ms);
  std::stable_sort(all.begin(), all.end(), [](const auto* a, const auto* b) { return a->diagram.title < b->diagram.title; });
  Json items = Json::array();
  for (const Process* p : all)
    items.push(view.shown(Json::object({{"id", p->id.str()}, {"party", p->party.str()}, {"number", p->number}, {"title", p->diagram.title},
                                        {"department", p->diagram.department.str()}, {"nodes", p->diagram.nodes.size()}, {"edges", p->diagram.edges.size()},
                                        {"drawn_by", p->drawn_by.str()}, {"at_ms", p->at_ms}, {"seq", p->seq}}),
                          process_can(view, *p)));
  return Json::object({{"items", std::move(items)}, {"total", all.size()}});
}

Result<Json> process_json(const View& view, const rules::RuleSet& rules, const std::string& id) {
  const Process* p = TRY(seen_process(view, id));
  Json nodes = Json::object();
  int highest = 0;
  for (const ProcessNode& node : p->diagram.nodes) {
    int level = level_of_node(view, rules, node);
    highest = std::max(highest, level);
    nodes.set(node.id, Json::object({{"level", level}, {"lines", encode(lines_of_node(view, node, {Language::zh}))}}));
  }
  Json out = encode(*p);
  out.set("level", highest).set("graded_nodes", std::move(nodes));
  return view.shown(std::move(out), process_can(view, *p));
}

Result<std::string> process_svg(const View& view, const rules::RuleSet& rules, const std::string& id, Language language) {
  const Process* p = TRY(seen_process(view, id));
  std::map<std::string, DrawnNode> nodes;
  Words words{language};
  for (const ProcessNode& node : p->diagram.nodes) {
    int level = level_of_node(view, rules, node);
    nodes[node.id] = {level, lines_of_node(view, node, words), words.level(level)};
  }
  return draw_process(p->diagram, nodes);
}

namespace {

struct Used {
  int64_t releases = 0, calls = 0, rows = 0, operations = 0;
  TimeMs last = 0;
};

std::string month_of(TimeMs at) { return rfc3339(at).substr(0, 7); }

}  // namespace

Result<Json> usage_json(const View& view, const std::string& id) {
  auto it = view.state.datasets.find(id);
  if (it == view.state.datasets.end() || !may_see(view.state, view.person, it->second, view.now)) return fail(Errc::not_found, "dataset.not_found");
  const Dataset& d = it->second;
  Used all;
  std::map<std::string, Used> purposes, columns, months;
  for (const auto& [key, r] : view.state.releases) {
    if (r.dataset != d.id || r.status == ReleaseStatus::failed || r.status == ReleaseStatus::prepared) continue;
    const Contract* contract = find(view.state.contracts, r.contract);
    for (Used* used : {&all, &purposes[contract ? contract->terms.purpose : ""], &months[month_of(r.at_ms)]}) {
      used->releases++, used->calls += r.calls, used->rows += r.rows, used->last = std::max(used->last, r.at_ms);
    }
    for (const std::string& name : r.columns) columns[name].releases++, columns[name].last = std::max(columns[name].last, r.at_ms);
  }
  for (const auto& [key, o] : view.state.operations) {
    if (o.dataset != d.id || o.status != OperationStatus::done) continue;
    for (Used* used : {&all, &months[month_of(o.at_ms)]}) used->operations++, used->last = std::max(used->last, o.at_ms);
    for (const std::string& name : o.columns) columns[name].operations++, columns[name].last = std::max(columns[name].last, o.at_ms);
  }
  auto products = std::count_if(view.state.products.begin(), view.state.products.end(), [&](const auto& p) { return p.second.dataset == d.id; });
  Json by_purpose = Json::array(), by_column = Json::array(), by_month = Json::array();
  for (const auto& [purpose, u] : purposes)
    by_purpose.push(Json::object({{"purpose", purpose}, {"zh", view.rules.policy.label_zh(purpose)}, {"releases", u.releases}, {"calls", u.calls}, {"rows", u.rows}}));
  for (const auto& [name, u] : columns)
    by_column.push(Json::object({{"column", name}, {"releases", u.releases}, {"operations", u.operations}, {"last_ms", u.last}}));
  for (const auto& [month, u] : months) by_month.push(Json::object({{"month", month}, {"releases", u.releases}, {"operations", u.operations}}));
  return Json::object({{"releases", all.releases}, {"calls", all.calls}, {"rows", all.rows}, {"operations", all.operations}, {"products", products},
                       {"last_ms", all.last > 0 ? Json(all.last) : Json()}, {"purposes", std::move(by_purpose)}, {"columns", std::move(by_column)},
                       {"per_month", std::move(by_month)}});
}

}  // namespace sluice::node
