#include <algorithm>
#include <set>

#include "space/decisions.h"
#include "space/fold.h"
#include "space/inventory/routing.h"

namespace sluice::space {

namespace {

tl::unexpected<Error> bad_diagram(std::string_view reason, std::string_view what) { return fail(Errc::invalid, reason, std::string(what.substr(0, kNameBytesMax))); }

bool is_node_id(std::string_view id) {
  return !id.empty() && id.size() <= 40 && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

template <size_t N>
bool one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Status check_links(const State& s, const Person& person, const ProcessNode& node) {
  for (const ProcessLink& link : node.data) {
    if (link.dataset.empty() == link.item.empty()) return bad_diagram("process.bad_link", node.id);
    if (!link.item.empty()) {
      const DescribedItem* item = find(s.items, link.item);
      if (!item || item->party != person.party || item->ended_ms > 0) return bad_diagram("inventory.item_not_found", node.id);
      continue;
    }
    const Dataset* dataset = find(s.datasets, link.dataset);
    if (!dataset || dataset->owner != person.party) return bad_diagram("dataset.not_found", node.id);
    for (const std::string& column : link.columns)
      if (!dataset->column(column)) return bad_diagram("catalog.no_such_column", node.id + ": " + column);
  }
  return {};
}

Status check_node(const State& s, const Person& person, const ProcessNode& node) {
  if (!is_node_id(node.id)) return bad_diagram("process.bad_node_id", node.id);
  TRY(need_text("title", node.title, kNameBytesMax));
  if (!one_of(kProcessKinds, node.node_kind)) return bad_diagram("process.unknown_kind", node.node_kind);
  for (const std::string* text : {&node.processing, &node.storage, &node.transmission}) {
    if (text->size() > kTextBytesMax) return bad_diagram("form.text_too_long", node.id);
    if (!is_utf8(*text)) return bad_diagram("form.text_not_utf8", node.id);
  }
  for (const ProcessAccess& access : node.access) {
    if (access.who.empty() && access.unit.empty()) return bad_diagram("process.access_of_nobody", node.id);
    if (access.who.size() > kNameBytesMax || !is_utf8(access.who)) return bad_diagram("form.text_too_long", node.id);
    const Unit* unit = access.unit.empty() ? nullptr : find(s.units, access.unit);
    if (!access.unit.empty() && (!unit || unit->party != person.party)) return bad_diagram("unit.not_found", node.id);
    if (access.rights.empty()) return bad_diagram("process.unknown_right", node.id);
    for (const std::string& right : access.rights)
      if (!one_of(kProcessRights, right)) return bad_diagram("process.unknown_right", right);
  }
  return check_links(s, person, node);
}

// Everything is reached from a start, in the direction of the edges.
Status check_reach(const ProcessDiagram& d) {
  std::map<std::string, std::vector<std::string>> next;
  for (const ProcessEdge& e : d.edges) next[e.from].push_back(e.to);
  std::set<std::string> reached;
  std::vector<std::string> open;
  for (const ProcessNode& node : d.nodes)
    if (node.node_kind == "start" && reached.insert(node.id).second) open.push_back(node.id);
  if (open.empty()) return bad_diagram("process.no_start", "");
  while (!open.empty()) {
    std::string at = std::move(open.back());
    open.pop_back();
    for (const std::string& to : next[at])
      if (reached.insert(to).second) open.push_back(to);
  }
  for (const ProcessNode& node : d.nodes)
    if (!reached.contains(node.id)) return bad_diagram("process.node_unreachable", node.id);
  return {};
}

Status check_diagram(const State& s, const Person& person, const ProcessDiagram& d) {
  TRY(need_text("title", d.title, kNameBytesMax));
  if (d.description.size() > kTextBytesMax) return fail(Errc::invalid, "form.text_too_long", "description");
  if (!is_utf8(d.description)) return fail(Errc::invalid, "form.text_not_utf8", "description");
  if (d.nodes.empty()) return bad_diagram("process.no_start", "");
  if (d.nodes.size() > kProcessNodesMax || d.edges.size() > kProcessEdgesMax) return bad_diagram("process.too_large", "");
  const Unit* unit = d.department.empty() ? nullptr : find(s.units, d.department);
  if (!d.department.empty() && (!unit || unit->party != person.party)) return fail(Errc::not_found, "unit.not_found");
  std::set<std::string> ids;
  for (const ProcessNode& node : d.nodes) {
    TRY(check_node(s, person, node));
    if (!ids.insert(node.id).second) return bad_diagram("process.node_twice", node.id);
  }
  std::set<std::pair<std::string, std::string>> pairs;
  for (const ProcessEdge& edge : d.edges) {
    for (const std::string* end : {&edge.from, &edge.to})
      if (!ids.contains(*end)) return bad_diagram("process.edge_without_node", *end);
    if (edge.label.size() > kNameBytesMax || !is_utf8(edge.label)) return bad_diagram("form.text_too_long", edge.from);
    if (!pairs.emplace(edge.from, edge.to).second) return bad_diagram("process.edge_twice", edge.from + " " + edge.to);
  }
  TRY(check_reach(d));
  if (canonical(encode(d)).size() > kProcessBytesMax) return bad_diagram("process.too_large", "");
  return {};
}

Result<const Process*> standing_process(const State& s, const Person& person, const ProcessId& id) {
  const Process* process = find(s.processes, id);
  if (!process || process->party != person.party || process->removed_ms > 0) return fail(Errc::not_found, "process.not_found");
  return process;
}

}  // namespace

Result<Events> decide_on(const State& s, const Context& c, const DrawProcess& cmd) {
  const Person* person = TRY(acting(s, c));
  const Process* before = cmd.process.empty() ? nullptr : TRY(standing_process(s, *person, cmd.process));
  if (!acting_as(s, c, Duty::data_manager)) {
    UnitId department = before ? before->diagram.department : cmd.diagram.department;
    if (department.empty() || !answers_for(s, *person, department, c.now)) return fail(Errc::forbidden, "duty.missing", "data_manager");
    if (cmd.diagram.department != department) return fail(Errc::forbidden, "inventory.department_is_fixed");
  }
  TRY(check_diagram(s, *person, cmd.diagram));
  return Events{ProcessDrawn{before ? before->id : ProcessId::make(c.random), person->party, before ? before->number + 1 : 1, cmd.diagram}};
}

Result<Events> decide_on(const State& s, const Context& c, const RemoveProcess& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::data_manager));
  TRY(standing_process(s, *person, cmd.process));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{ProcessRemoved{cmd.process, cmd.reason}};
}

void fold(State& s, const ProcessDrawn& e, const EventPlace& at) {
  Process& process = s.processes[e.process.str()];
  if (process.seq > 0) process.earlier.push_back(process.seq);
  process.id = e.process;
  process.party = e.party;
  process.number = e.number;
  process.diagram = e.diagram;
  process.drawn_by = at.actor;
  process.at_ms = at.time;
  process.seq = at.seq;
}
void fold(State& s, const ProcessRemoved& e, const EventPlace& at) { s.processes[e.process.str()].removed_ms = at.time; }

}  // namespace sluice::space
