// The whole flow (C7.2.5b): from a source's batches over versions, masked versions and products to every delivery and its recipient, and the way back.
// Drawn from the state alone, so from the ledger; nobody declares it. docs/formats/flow.md.
#include <algorithm>

#include "node/views/view.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr size_t kFlowNodesMax = 2000;

// Who was made of whom, over the whole space, by ids. Kinds of edges: collected, corrected, merged, masked, rewritten, offered, released, provided,
// taken_out, received.
class FlowEdges {
 public:
  struct Edge {
    std::string from, to;
    std::string_view how;
  };
  explicit FlowEdges(const State& s) : state_(s) {
    for (const auto& [id, b] : s.batches) {
      link(b.plan.str(), id, "sent");
      if (b.replaced_by) link(id, b.replaced_by->str(), "replaced");
    }
    for (const auto& [id, v] : s.versions) add_version_edges(id, v);
    for (const auto& [id, p] : s.products) link(p.version.str(), id, "offered");
    for (const auto& [id, r] : s.releases) {
      const Contract* c = find(s.contracts, r.contract);
      if (r.status == ReleaseStatus::failed || !c) continue;
      const Product* p = find(s.products, c->terms.product);
      link(p && p->version == r.version ? p->id.str() : r.version.str(), id, "released");
      link(id, c->terms.recipient.str(), "received");
    }
    for (const auto& [id, p] : s.provisions) {
      if (p.status != ProvisionStatus::delivered) continue;
      link(p.form.version.str(), id, "provided");
      if (p.form.party) link(id, p.form.party->str(), "received");
    }
    for (const auto& [id, o] : s.operations)
      if (o.status == OperationStatus::done && o.bytes > 0) link(o.version.empty() ? o.batch.str() : o.version.str(), id, "taken_out");
  }

  // Everything reached from `root` in one direction that `see` shows; recipients end a path, and nothing is reached through what is not shown.
  void reach(const std::string& root, bool forward, const std::function<bool(const std::string&)>& see) const {
    std::vector<std::string> open{root};
    std::set<std::string> here{root};
    while (!open.empty()) {
      std::string at = open.back();
      open.pop_back();
      if (!see(at) || (state_.parties.contains(at) && at != root)) continue;
      const auto& next = forward ? next_ : previous_;
      auto it = next.find(at);
      if (it == next.end()) continue;
      for (size_t i : it->second) {
        const std::string& other = forward ? edges_[i].to : edges_[i].from;
        if (here.insert(other).second) open.push_back(other);
      }
    }
  }
  const std::vector<Edge>& edges() const { return edges_; }

 private:
  void add_version_edges(const std::string& id, const DatasetVersion& v) {
    if (auto old = state_.rewritten_from.find(id); old != state_.rewritten_from.end()) {
      link(old->second.str(), id, "rewritten");
      return;
    }
    if (!v.masked_from.empty()) {
      link(v.masked_from.str(), id, "masked");
      return;
    }
    for (const VersionId& part : v.parts) link(part.str(), id, "merged");
    if (!v.parts.empty() || v.batch.empty()) return;
    const Batch* batch = find(state_.batches, v.batch);
    link(v.batch.str(), id, batch && batch->version == v.id ? "collected" : "corrected");
  }
  void link(const std::string& from, const std::string& to, std::string_view how) {
    if (from.empty() || to.empty()) return;
    next_[from].push_back(edges_.size());
    previous_[to].push_back(edges_.size());
    edges_.push_back({from, to, how});
  }

  const State& state_;
  std::vector<Edge> edges_;
  std::map<std::string, std::vector<size_t>> next_, previous_;
};

Json flow_node(std::string_view kind, const std::string& id, const std::string& title, TimeMs at_ms, uint64_t seq) {
  return Json::object({{"at_ms", at_ms}, {"id", id}, {"kind", kind}, {"seq", static_cast<int64_t>(seq)}, {"title", title}});
}

std::string version_title(const State& s, const DatasetVersion& v) {
  const Dataset* d = find(s.datasets, v.dataset);
  return (!d ? std::string() : d->title.empty() ? d->name : d->title) + " #" + std::to_string(v.number);
}

}  // namespace

// Null for what this person may not see.
Json View::flow_object(const std::string& id) const {
  auto of_dataset = [&](const DatasetId& dataset) {
    const Dataset* d = find(state.datasets, dataset);
    return d && may_see(state, person, *d, now);
  };
  if (auto it = state.plans.find(id); it != state.plans.end()) {
    const Plan& p = it->second;
    if (!of_dataset(p.dataset)) return {};
    return flow_node("source", id, p.source_name, 0, p.seq).set("note", p.title.empty() ? p.name : p.title);
  }
  if (auto it = state.batches.find(id); it != state.batches.end()) {
    const Batch& b = it->second;
    if (!of_dataset(b.dataset)) return {};
    return flow_node("batch", id, b.number.value_or(id), b.at_ms, b.seq).set("status", name_of(b.status)).set("rows", b.rows).set("held", b.held - rows_in(b.settled)).set("digest", hex(b.file_digest));
  }
  if (auto it = state.versions.find(id); it != state.versions.end()) {
    const DatasetVersion& v = it->second;
    if (!of_dataset(v.dataset)) return {};
    Json out = flow_node(v.masked_from.empty() ? "version" : "masked", id, version_title(state, v), v.at_ms, v.seq).set("rows", v.rows).set("dataset", v.dataset.str());
    if (const MaskingResult* m = find(state.maskings, v.id)) out.set("receipt", hex(m->receipt));
    auto gone = state.destroyed.find(id);
    if (gone != state.destroyed.end()) out.set("destroyed", gone->second.whole ? "whole" : "columns");
    return out;
  }
  if (auto it = state.products.find(id); it != state.products.end()) {
    const Product& p = it->second;
    if (!may_see(state, person, p, now)) return {};
    return flow_node("product", id, p.form.name, p.at_ms, p.registered_seq > 0 ? p.registered_seq : p.drafted_seq).set("status", name_of(p.status)).set("number", p.number).set("rows", p.rows);
  }
  if (auto it = state.releases.find(id); it != state.releases.end()) {
    const Release& r = it->second;
    const Contract* c = find(state.contracts, r.contract);
    if (!c || !may_see(state, person, r, now)) return {};
    Json out = flow_node("release", id, name_of_product(c->terms.product), r.at_ms, r.delivered_seq > 0 ? r.delivered_seq : r.prepared_seq);
    out.set("status", name_of(r.status)).set("form", name_of(r.form)).set("rows", r.rows).set("calls", r.calls).set("contract", r.contract.str()).set("purpose", c->terms.purpose);
    out.set("destruction", destruction_state(r)).set("recipient", c->terms.recipient.str()).set("level", r.level);
    if (r.file_digest != Digest{}) out.set("digest", hex(r.file_digest));
    if (r.destruction) out.set("destruction_seq", static_cast<int64_t>(r.destruction->seq));
    // Whether a copy bears marks is not for its recipient.
    if (owns(c->terms.provider) || sees_all()) out.set("marked", r.bears_marks());
    return out;
  }
  if (auto it = state.provisions.find(id); it != state.provisions.end()) {
    const Provision& p = it->second;
    if (!of_own_party(p.owner)) return {};
    Json out = flow_node("provision", id, p.form.requester, p.at_ms, p.seq).set("status", name_of(p.status)).set("rows", p.rows).set("digest", hex(p.file_digest)).set("document", p.form.document).set("level", p.level);
    return out.set("destruction", p.destruction ? "certified" : p.overdue(now) ? "overdue" : "not_due").set("recipient", p.form.party ? p.form.party->str() : "");
  }
  if (auto it = state.operations.find(id); it != state.operations.end()) {
    const Operation& o = it->second;
    if (!of_own_party(o.party)) return {};
    return flow_node("copy", id, o.what, o.at_ms, o.seq).set("status", name_of(o.status)).set("rows", o.done_rows).set("digest", hex(o.file_digest)).set("person", o.requested_by.str()).set("level", o.level);
  }
  if (auto it = state.parties.find(id); it != state.parties.end()) {
    if (!knows(it->second)) return {};
    return flow_node("recipient", id, it->second.name, 0, it->second.registered_seq);
  }
  return {};
}

std::string View::name_of_product(const ProductId& id) const {
  const Product* p = find(state.products, id);
  return p && may_see(state, person, *p, now) ? p->form.name : std::string();
}

Result<Json> View::flow(const std::string& id) const {
  FlowEdges graph(state);
  std::map<std::string, Json> reached;  // null: not shown
  auto see = [&](const std::string& one) {
    auto [it, fresh] = reached.try_emplace(one);
    if (fresh) it->second = flow_object(one);
    return !it->second.is_null();
  };
  auto both_ways = [&](const std::string& from) {
    graph.reach(from, true, see);
    graph.reach(from, false, see);
  };
  if (auto it = state.datasets.find(id); it != state.datasets.end()) {
    if (!may_see(state, person, it->second, now)) return fail(Errc::not_found, "flow.not_found");
    for (const VersionId& version : it->second.versions) both_ways(version.str());
    for (const auto& [batch_id, b] : state.batches)
      if (b.dataset == it->second.id) both_ways(batch_id);
  } else {
    // Nobody is told that there is something which may not be seen; of parties there is no flow.
    if (state.parties.contains(id) || !see(id)) return fail(Errc::not_found, "flow.not_found");
    both_ways(id);
  }
  std::vector<std::pair<int64_t, Json>> found;
  bool hidden = false;
  for (auto& [one, node] : reached) {
    if (node.is_null()) {
      hidden = true;
      continue;
    }
    int64_t seq = node.get_int_or("seq", 0).value_or(0);
    found.emplace_back(seq, std::move(node));
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  size_t left_out = found.size() > kFlowNodesMax ? found.size() - kFlowNodesMax : 0;
  found.erase(found.begin(), found.begin() + static_cast<ptrdiff_t>(left_out));
  std::set<std::string> shown_ids;
  Json nodes = Json::array(), edges = Json::array();
  for (auto& [seq, node] : found) {
    shown_ids.insert(node.get_string("id").value_or(""));
    nodes.push(std::move(node));
  }
  for (const FlowEdges::Edge& edge : graph.edges())
    if (shown_ids.contains(edge.from) && shown_ids.contains(edge.to)) edges.push(Json::object({{"from", edge.from}, {"how", edge.how}, {"to", edge.to}}));
  Json out = Json::object({{"edges", std::move(edges)}, {"hidden", hidden}, {"left_out", left_out}, {"nodes", std::move(nodes)}, {"root", id}});
  return shown(std::move(out), Json::array());
}

}  // namespace sluice::node
