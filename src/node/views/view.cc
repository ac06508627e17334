#include "node/views/view.h"

#include <algorithm>
#include <functional>

#include "node/people.h"
#include "space/decide.h"
#include "space/mandate/broker.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr size_t kFoundMax = 20;
constexpr std::string_view kSignerSeparator = "、";

// Ids like "ps_…", "pt_…", "pd_…", "ds_…": the ones that have a name to show.
bool has_name(std::string_view text) {
  static constexpr std::string_view kNamed[] = {PersonTag::prefix, PartyTag::prefix,    ProductTag::prefix, DatasetTag::prefix,
                                                UnitTag::prefix,   StrategyTag::prefix, VersionTag::prefix, PlanTag::prefix};
  return std::any_of(std::begin(kNamed), std::end(kNamed), [&](std::string_view prefix) { return is_id_text(text, prefix); });
}

std::string title_of(const Dataset& d) { return d.title.empty() ? d.name : d.title; }

}  // namespace

View::View(const State& s, const Person& who, TimeMs at, const rules::RuleSet& rule_set)
    : state(s), person(who), now(at), rules(rule_set), broker_(is_broker(s, who)) {
  sees_all_ = !broker_ && space::sees_all(who, at);
  known_parties_.insert(person.party.str());
  // Brokers are there to be asked: who could let one act knows them all.
  const Party* own = find(state.parties, person.party);
  if (own && (own->role == PartyRole::agency || own->role == PartyRole::data_user))
    for (const auto& [id, p] : state.parties)
      if (p.role == PartyRole::broker && p.status == PartyStatus::verified) known_parties_.insert(id);
  for (const auto& [id, m] : state.mandates)
    if (sees_mandate(m)) {
      known_parties_.insert(m.principal.str());
      known_parties_.insert(m.form.broker.str());
    }
  for (const auto& [id, p] : state.products)
    if (may_see(state, person, p, now)) known_parties_.insert(p.owner.str());
  for (const auto& [id, a] : state.applications)
    if (may_see(state, person, a, now)) known_parties_.insert(a.applicant.str());
  for (const auto& [id, c] : state.contracts)
    if (may_see(state, person, c, now)) {
      known_parties_.insert(c.terms.provider.str());
      known_parties_.insert(c.terms.recipient.str());
    }
}

bool View::administers() const { return !broker_ && (person.has(Duty::system_admin, now) || person.has(Duty::security_admin, now)); }

bool View::knows(const Party& party) const { return sees_all() || administers() || known_parties_.contains(party.id.str()); }
bool View::knows(const Person& other) const { return sees_all() || administers() || other.party == person.party; }

bool View::dry_run(const Command& command, bool by_node) const {
  // The random ids of a dry run go nowhere.
  SeededRandom random(1);
  Context context{now, random, rules, Principal{.person = person.id, .system = by_node, .stepped_up = true}};
  auto decided = decide(state, context, command);
  if (decided) return true;
  const Error& error = decided.error();
  // What the law still demands is shown by trying: the refusal names it (space/law/legal_case.h).
  bool papers = error.code == Errc::refused && (error.reason.starts_with("law.assessment_") || (error.reason.starts_with("law.") && (error.reason.ends_with("_missing") || error.reason == "law.paper_other_fields")));
  return error.code == Errc::invalid || papers || error.reason == "keys.contract_delivers" || error.reason == "contract.bad_signature" || error.reason.starts_with("policy.");
}

bool View::holds(Duty duty) const { return person.has(duty, now) || deputyship_for(state, person, duty, now) != nullptr; }

std::string View::party_name(const PartyId& id) const {
  const Party* party = find(state.parties, id);
  return party && knows(*party) ? party->name : std::string();
}

// The id of a person who may be known (its name is filled in later), else the name of the party, else nothing.
std::string View::signer(const PersonId& id) const {
  const Person* other = find(state.persons, id);
  if (!other) return {};
  return knows(*other) ? id.str() : party_name(other->party);
}

bool View::may_know(std::string_view text) const {
  std::string id(text);
  if (auto it = state.persons.find(id); it != state.persons.end()) return knows(it->second);
  if (auto it = state.parties.find(id); it != state.parties.end()) return knows(it->second);
  if (auto it = state.datasets.find(id); it != state.datasets.end()) return may_see(state, person, it->second, now);
  if (auto it = state.products.find(id); it != state.products.end()) return may_see(state, person, it->second, now);
  if (auto it = state.applications.find(id); it != state.applications.end()) return may_see(state, person, it->second, now);
  if (auto it = state.contracts.find(id); it != state.contracts.end()) return may_see(state, person, it->second, now);
  if (auto it = state.releases.find(id); it != state.releases.end()) return may_see(state, person, it->second, now);
  if (auto it = state.operations.find(id); it != state.operations.end()) return of_own_party(it->second.party);
  if (auto it = state.exceptions.find(id); it != state.exceptions.end()) return of_own_party(it->second.party);
  if (auto it = state.rights.find(id); it != state.rights.end()) return of_own_party(it->second.party);
  if (auto it = state.units.find(id); it != state.units.end()) return of_own_party(it->second.party);
  if (auto it = state.deputyships.find(id); it != state.deputyships.end()) {
    const Person* absent = find(state.persons, it->second.absent);
    return absent && of_own_party(absent->party);
  }
  if (auto it = state.papers.find(id); it != state.papers.end()) return of_own_party(it->second.owner);
  if (auto it = state.assessments.find(id); it != state.assessments.end()) return of_own_party(it->second.owner);
  if (auto it = state.consents.find(id); it != state.consents.end()) return of_own_party(it->second.owner);
  if (auto it = state.subject_requests.find(id); it != state.subject_requests.end()) return of_own_party(it->second.owner);
  if (auto it = state.provisions.find(id); it != state.provisions.end()) return of_own_party(it->second.owner);
  if (auto it = state.reversals.find(id); it != state.reversals.end()) return sees_reversal(it->second);
  if (auto it = state.mandates.find(id); it != state.mandates.end()) return sees_mandate(it->second);
  if (auto it = state.strategy_drafts.find(id); it != state.strategy_drafts.end()) return sees_draft(it->second);
  auto of_dataset = [&](const DatasetId& dataset) {
    const Dataset* d = find(state.datasets, dataset);
    return d && may_see(state, person, *d, now);
  };
  if (auto it = state.plans.find(id); it != state.plans.end()) return of_dataset(it->second.dataset);
  if (auto it = state.batches.find(id); it != state.batches.end()) return of_dataset(it->second.dataset);
  if (auto it = state.versions.find(id); it != state.versions.end()) return of_dataset(it->second.dataset);
  if (auto it = state.strategies.find(id); it != state.strategies.end()) return of_dataset(it->second.dataset);
  if (auto it = state.traces.find(id); it != state.traces.end()) return access_office() && of_dataset(it->second.dataset);
  return sees_all();
}

void View::name_ids(const Json& part, Json& names) const {
  if (part.is_array()) {
    for (const Json& item : part.as_array()) name_ids(item, names);
  } else if (part.is_object()) {
    for (const auto& [key, member] : part.as_object()) name_ids(member, names);
  } else if (part.is_string() && has_name(part.as_string())) {
    const std::string& id = part.as_string();
    if (names.find(id)) return;
    // Somebody of another organisation is not known by name; the organisation answers for what they did.
    if (auto it = state.persons.find(id); it != state.persons.end() && !knows(it->second))
      if (std::string party = party_name(it->second.party); !party.empty()) names.set(id, std::move(party));
    if (!may_know(id)) return;
    if (auto it = state.parties.find(id); it != state.parties.end()) names.set(id, it->second.name);
    if (auto it = state.products.find(id); it != state.products.end()) names.set(id, it->second.form.name);
    if (auto it = state.datasets.find(id); it != state.datasets.end()) names.set(id, title_of(it->second));
    if (auto it = state.strategies.find(id); it != state.strategies.end()) names.set(id, it->second.name);
    if (auto it = state.plans.find(id); it != state.plans.end()) names.set(id, it->second.title.empty() ? it->second.name : it->second.title);
    if (auto it = state.versions.find(id); it != state.versions.end())
      if (const Dataset* d = find(state.datasets, it->second.dataset)) names.set(id, title_of(*d) + " #" + std::to_string(it->second.number));
    if (auto it = state.units.find(id); it != state.units.end()) names.set(id, it->second.name);
    if (state.persons.contains(id)) names.set(id, "");
  }
}

Json View::shown(Json object, Json can) const {
  Json names = names_of(object);
  object.set("can", std::move(can));
  object.set("names", std::move(names));
  return object;
}

Result<const Dataset*> View::own_dataset(const std::string& text) const {
  auto id = DatasetId::parse(text);
  if (!id) return fail(Errc::not_found, "dataset.not_found");
  const Dataset* dataset = TRY(seen_dataset(state, person, *id, now));
  if (!owns(dataset->owner)) return fail(Errc::forbidden, "dataset.not_yours");
  return dataset;
}

Result<const Plan*> View::own_plan(const std::string& id) const {
  auto it = state.plans.find(id);
  if (it == state.plans.end() || !owns(it->second.owner)) return fail(Errc::not_found, "plan.not_found");
  return &it->second;
}

Json View::search(std::string_view wanted) const {
  Json items = Json::array();
  auto lower = [](std::string text) {
    for (char& c : text)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
  };
  std::string needle = lower(std::string(wanted));
  auto consider = [&](std::string_view type, const std::string& id, const std::string& title) {
    if (items.as_array().size() >= kFoundMax || needle.empty()) return;
    if (id != needle && lower(title).find(needle) == std::string::npos) return;
    items.push(Json::object({{"type", type}, {"id", id}, {"title", title.empty() ? id : title}}));
  };
  auto product_name = [&](const ProductId& id) {
    const Product* p = find(state.products, id);
    return p && may_see(state, person, *p, now) ? p->form.name : std::string();
  };
  for (const auto& [id, d] : state.datasets)
    if (may_see(state, person, d, now)) consider("dataset", id, title_of(d));
  for (const auto& [id, p] : state.products)
    if (may_see(state, person, p, now)) consider("product", id, p.form.name);
  for (const auto& [id, a] : state.applications)
    if (may_see(state, person, a, now)) consider("application", id, product_name(a.product));
  for (const auto& [id, c] : state.contracts)
    if (may_see(state, person, c, now)) consider("contract", id, product_name(c.terms.product));
  for (const auto& [id, r] : state.releases) {
    const Contract* c = find(state.contracts, r.contract);
    if (may_see(state, person, r, now)) consider("release", id, c ? product_name(c->terms.product) : "");
  }
  return Json::object({{"items", std::move(items)}});
}

namespace {

// One registry look-up a person and answer.
class PeopleNames {
 public:
  explicit PeopleNames(Node& node) : node_(node) {}
  const PersonItem& of(const std::string& id) {
    auto [it, fresh] = known_.try_emplace(id);
    if (!fresh) return it->second;
    auto person = PersonId::parse(id);
    auto item = person ? person_item(node_, *person) : Result<PersonItem>(tl::unexpected(person.error()));
    if (item) it->second = std::move(*item);
    if (it->second.display_name.empty()) it->second.display_name = id;
    return it->second;
  }

 private:
  Node& node_;
  std::map<std::string, PersonItem> known_;
};

void fill_object(PeopleNames& people, Json& object) {
  if (const Json* names = object.find("names")) {
    Json filled = *names;
    for (const auto& [id, name] : names->as_object())
      if (is_id_text(id, PersonTag::prefix) && name.as_string().empty()) filled.set(id, people.of(id).display_name);
    object.set("names", std::move(filled));
  }
  const Json* id = object.find("id");
  if (id && is_id_text(id->as_string(), PersonTag::prefix)) {
    const PersonItem item = people.of(id->as_string());
    object.set("display_name", item.display_name).set("account", item.account);
  }
  const Json* stations = object.find("stations");
  if (!stations) return;
  Json filled = *stations;
  for (Json& station : filled.as_array()) {
    std::string ids = station.get_string_or("signer", "").value_or(""), text;
    for (size_t at = 0; at < ids.size();) {
      size_t end = std::min(ids.find(kSignerSeparator, at), ids.size());
      std::string one = ids.substr(at, end - at);
      text += (text.empty() ? "" : std::string(kSignerSeparator)) + (is_id_text(one, PersonTag::prefix) ? people.of(one).display_name : one);
      at = end == ids.size() ? end : end + kSignerSeparator.size();
    }
    station.set("signer", text);
  }
  object.set("stations", std::move(filled));
}

}  // namespace

void fill_names(Node& node, Json& answer) {
  PeopleNames people(node);
  if (const Json* items = answer.find("items"); items && items->is_array()) {
    Json filled = *items;
    for (Json& item : filled.as_array()) fill_object(people, item);
    answer.set("items", std::move(filled));
  } else {
    fill_object(people, answer);
  }
}

}  // namespace sluice::node
