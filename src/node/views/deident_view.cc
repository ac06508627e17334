// De-identification as a person sees it: where a version stands, receipts, marks, traces, reversals (docs/formats/deident-api.md).
#include <algorithm>

#include "node/preview_strategy.h"
#include "node/views/listed.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr std::string_view kSaid = "plausible";

// Before strategies were summed up in the ledger, the name was title and version.
std::string family_of(const Strategy& s) { return s.summary ? s.summary->id : s.name.substr(0, s.name.rfind(' ')); }
std::string version_text(const Strategy& s) { return s.summary ? s.summary->version : s.name.substr(s.name.rfind(' ') + 1); }

Json allowed(std::initializer_list<std::pair<std::string_view, bool>> all) {
  Json out = Json::array();
  for (const auto& [name, open] : all)
    if (open) out.push(Json(name));
  return out;
}

}  // namespace

bool View::is_current(const Strategy& strategy) const {
  return std::none_of(state.strategies.begin(), state.strategies.end(), [&](const auto& other) {
    return other.second.dataset == strategy.dataset && other.second.seq > strategy.seq && family_of(other.second) == family_of(strategy);
  });
}

const Strategy& View::newest_of(const Strategy& strategy) const {
  const Strategy* newest = &strategy;
  for (const auto& [id, other] : state.strategies)
    if (other.dataset == strategy.dataset && other.seq > newest->seq && family_of(other) == family_of(strategy)) newest = &other;
  return *newest;
}

const Strategy* View::later_base(const Strategy& strategy) const {
  if (!strategy.summary || !strategy.summary->base) return nullptr;
  const Dataset& own = state.datasets.at(strategy.dataset.str());
  const Strategy* newest = nullptr;
  for (const auto& [id, other] : state.strategies) {
    bool base = other.summary && other.summary->id == *strategy.summary->base && state.datasets.at(other.dataset.str()).owner == own.owner;
    if (base && other.seq > strategy.seq && (!newest || other.seq > newest->seq)) newest = &other;
  }
  return newest;
}

Json View::masking_item(const MaskingResult& m) const {
  const DatasetVersion& v = state.versions.at(m.version.str());
  const Dataset& d = state.datasets.at(v.dataset.str());
  const Strategy& s = state.strategies.at(m.strategy.str());
  Json out = Json::object({{"at_ms", v.at_ms}, {"before_k", m.before_k}, {"before_risk_ppm", m.before_risk_ppm}, {"current", is_current(s)}, {"dataset", d.id.str()},
                           {"dataset_title", d.title.empty() ? d.name : d.title}, {"from_version", m.from_version.str()}, {"k", m.k},
                           {"max_risk_ppm", m.max_risk_ppm}, {"quasi_identifiers", encode(m.quasi_identifiers)}, {"receipt", hex(m.receipt)}, {"rows", m.rows},
                           {"seq", m.seq}, {"strategy", m.strategy.str()}, {"strategy_name", s.name}, {"strategy_version", version_text(s)},
                           {"uniques", m.uniques}, {"version", m.version.str()}});
  return out.set("duration_ms", m.run ? m.run->duration_ms : 0).set("masked_by", m.masked_by ? m.masked_by->str() : "");
}

Result<Json> View::deident_overview(const std::string& dataset, const std::string& version) const {
  const Dataset* d = TRY(own_dataset(dataset));
  auto found = state.versions.find(version);
  if (found == state.versions.end() || found->second.dataset != d->id) return fail(Errc::not_found, "version.not_found");
  const DatasetVersion& v = found->second;
  Json columns = Json::array(), quasi = Json::array(), strategies = Json::array(), masked = Json::array();
  for (const GradedColumn& g : graded_columns(*d, v)) {
    const CatalogField* field = d->column(g.column);
    columns.push(encode(g).set("title", field ? field->title : ""));
    if (g.quasi) quasi.push(Json(g.column));
  }
  for (const auto& [id, s] : state.strategies)
    if (s.dataset == d->id)
      strategies.push(Json::object({{"adopted_by", s.adopted_by.str()}, {"at_ms", s.at_ms}, {"current", is_current(s)}, {"id", id},
                                    {"marks", s.summary && s.summary->marks}, {"name", s.name}, {"strategy", family_of(s)}, {"strategy_version", version_text(s)}}));
  for (const auto& [id, m] : state.maskings)
    if (m.from_version == v.id || m.version == v.id) masked.push(masking_item(m));
  bool officer = holds(Duty::security_officer), manager = holds(Duty::data_manager), looks = officer || manager, raw = v.masked_from.empty();
  Json out = Json::object({{"columns", std::move(columns)}, {"dataset", d->id.str()}, {"masked", std::move(masked)}, {"masked_from", v.masked_from.str()},
                           {"rows", v.rows}, {"strategies", std::move(strategies)}, {"suggested_quasi", std::move(quasi)}, {"version", v.id.str()}});
  return shown(std::move(out), allowed({{"risk", looks}, {"plan", looks && raw}, {"preview", looks && raw}, {"compare", looks && raw}, {"adopt", officer},
                                        {"apply", officer && raw}, {"recheck", looks && !raw}}));
}

Json View::receipts(const ListAsk& ask) const {
  std::vector<Listed> all;
  for (const auto& [id, m] : state.maskings) {
    const DatasetVersion& v = state.versions.at(id);
    const Dataset* d = find(state.datasets, v.dataset);
    if (d && may_see(state, person, *d, now)) all.push_back({newest_first(m.seq, id), [this, &m] {
      Json item = masking_item(m);
      Json names = names_of(item);
      return item.set("names", std::move(names));
    }});
  }
  return page_of_list(std::move(all), ask);
}

Json View::marked_releases(const ListAsk& ask) const {
  std::vector<Listed> all;
  for (const auto& [id, r] : state.releases) {
    const Dataset* d = r.bears_marks() ? find(state.datasets, r.dataset) : nullptr;
    // How a copy is marked is for its owner's officers, never for who got it.
    if (!d || !of_own_party(d->owner) || !(holds(Duty::security_officer) || sees_all())) continue;
    all.push_back({newest_first(r.marks->seq, id), [this, &r] {
      const MaskingResult* m = find(state.maskings, r.version);
      Json item = encode(*r.marks).set("at_ms", r.at_ms).set("dataset", r.dataset.str()).set("form", name_of(r.form)).set("release", r.id.str());
      item.set("party", state.contracts.at(r.contract.str()).terms.recipient.str()).set("strategy", m ? m->strategy.str() : "").set("version", r.version.str());
      Json names = names_of(item);
      return item.set("names", std::move(names));
    }});
  }
  return page_of_list(std::move(all), ask);
}

Json View::traces(const ListAsk& ask) const {
  std::vector<Listed> all;
  for (const auto& [id, t] : state.traces) {
    const Dataset* d = find(state.datasets, t.dataset);
    if (!d || !of_own_party(d->owner) || !access_office()) continue;
    if (!ask.status.empty() && name_of(t.status) != ask.status) continue;
    all.push_back({newest_first(t.seq, id), [this, &t] {
      Json item = encode(t);
      Json names = names_of(item);
      return item.set("names", std::move(names));
    }});
  }
  return page_of_list(std::move(all), ask);
}

Json View::show(const Reversal& r) const {
  Json out = encode(r);
  out.erase("grant");
  out.set("expired", r.expired(now));
  bool mine = r.requested_by == person.id, open = r.status == ReversalStatus::allowed && !r.expired(now);
  return shown(std::move(out), allowed({{"decide", !mine && may(DecideReversal{r.id, true, std::string(kSaid)})},
                                        {"withdraw", may(WithdrawReversal{r.id})},
                                        {"run", mine && open}}));
}

// Seen by who asked, who may decide, and the offices of the party.
bool View::sees_reversal(const Reversal& r) const {
  return of_own_party(r.party) && (r.requested_by == person.id || access_office() || holds(Duty::committee_member));
}

Json View::reversals(const ListAsk& ask) const {
  std::vector<Listed> all;
  for (const auto& [id, r] : state.reversals) {
    if (!sees_reversal(r) || (!ask.status.empty() && name_of(r.status) != ask.status)) continue;
    all.push_back({newest_first(r.seq, id), [this, &r] { return show(r); }});
  }
  return page_of_list(std::move(all), ask);
}

Result<Json> View::reversal(const std::string& id) const {
  auto it = state.reversals.find(id);
  if (it == state.reversals.end() || !sees_reversal(it->second)) return fail(Errc::not_found, "reversal.not_found");
  return show(it->second);
}

}  // namespace sluice::node
