#include "space/guard.h"

#include <algorithm>

#include "space/mandate/broker.h"

namespace sluice::space {

Status active(const State& s, const Person& person, TimeMs now) {
  if (person.suspended) return fail(Errc::forbidden, "person.suspended");
  const Party* party = find(s.parties, person.party);
  if (party && party->status == PartyStatus::suspended) return fail(Errc::forbidden, "party.suspended");
  auto outsider = s.outsiders.find(person.id.str());
  if (outsider == s.outsiders.end()) return {};
  if (now >= outsider->second.until_ms) return fail(Errc::forbidden, "person.engagement_over");
  const Person* sponsor = find(s.persons, outsider->second.sponsor);
  if (!sponsor || sponsor->suspended) return fail(Errc::forbidden, "person.sponsor_suspended");
  return {};
}

Result<const Person*> acting(const State& s, const Context& c) {
  const Person* person = find(s.persons, c.principal.person);
  if (!person) return fail(Errc::unauthenticated, "person.unknown");
  TRY(active(s, *person, c.now));
  return person;
}

const Deputyship* deputyship_for(const State& s, const Person& person, Duty duty, TimeMs now) {
  for (const auto& [id, d] : s.deputyships) {
    if (d.deputy != person.id || !d.in_force(now) || std::find(d.duties.begin(), d.duties.end(), duty) == d.duties.end()) continue;
    const Person* absent = find(s.persons, d.absent);
    if (absent && absent->has(duty, now)) return &d;
  }
  return nullptr;
}

Result<const Person*> acting_as(const State& s, const Context& c, Duty duty) {
  const Person* person = TRY(acting(s, c));
  if (person->has(duty, c.now)) return person;
  const Deputyship* deputyship = deputyship_for(s, *person, duty, c.now);
  if (!deputyship) return fail(Errc::forbidden, "duty.missing", std::string(name_of(duty)));
  c.deputyship = deputyship;
  c.deputised = duty;
  return person;
}

Result<const Person*> acting_as_any(const State& s, const Context& c, const std::vector<std::string>& duties) {
  const Person* person = TRY(acting(s, c));
  std::string wanted;
  for (const std::string& name : duties) {
    auto duty = enum_of<Duty>(name);
    if (duty && person->has(*duty, c.now)) return person;
    wanted += (wanted.empty() ? "" : " or ") + name;
  }
  for (const std::string& name : duties)
    if (auto duty = enum_of<Duty>(name); duty && acting_as(s, c, *duty)) return person;
  return fail(Errc::forbidden, "duty.missing", wanted);
}

bool one_human(const Context& c, const PersonId& a, const PersonId& b) {
  if (a == b) return true;
  return !a.empty() && !b.empty() && c.same_person && *c.same_person && (*c.same_person)(a, b);
}

bool gains(const State& s, const Context& c, const PersonId& person) {
  const PersonId& self = c.principal.person;
  if (one_human(c, self, person)) return true;
  return std::any_of(s.deputyships.begin(), s.deputyships.end(), [&](const auto& d) {
    if (c.now >= d.second.until_ms) return false;
    return (one_human(c, d.second.absent, self) && one_human(c, d.second.deputy, person)) ||
           (one_human(c, d.second.deputy, self) && one_human(c, d.second.absent, person));
  });
}

Status not_to_oneself(const State& s, const Context& c, const PersonId& person) {
  return gains(s, c, person) ? fail(Errc::forbidden, "duty.not_to_oneself") : Status{};
}

Status fit_for_duty(const State& s, const PersonId& person, Duty duty) {
  bool bars = is_administration(duty) || approves_others(duty);
  return bars && s.outsiders.contains(person.str()) ? fail(Errc::conflict, "duty.not_for_outsiders", std::string(name_of(duty))) : Status{};
}

bool count_once(const State& s, const Context& c, const PersonId& a, const PersonId& b) {
  if (one_human(c, a, b)) return true;
  return std::any_of(s.deputyships.begin(), s.deputyships.end(), [&](const auto& d) {
    if (!d.second.in_force(c.now)) return false;
    return (one_human(c, d.second.absent, a) && one_human(c, d.second.deputy, b)) || (one_human(c, d.second.deputy, a) && one_human(c, d.second.absent, b));
  });
}

Status second_person(const State& s, const Context& c, const PersonId& first) {
  bool one = count_once(s, c, c.principal.person, first) || (c.deputyship && one_human(c, c.deputyship->absent, first));
  return one ? fail(Errc::forbidden, "duty.second_person_needed") : Status{};
}

Status answers_for_party(const State& s, const Context& c, const Party& party, const PersonId& first) {
  const Person *self = TRY(acting(s, c)), *proposer = find(s.persons, first);
  bool proposed_within = proposer && proposer->party == party.id && !proposer->has(Duty::security_admin, c.now);
  if (!proposed_within && self->party == party.id && acting_as(s, c, Duty::contract_signer)) return {};
  TRY(acting_as_any(s, c, {"security_admin", "system_admin"}));
  return {};
}

Status from_node(const Context& c) {
  if (!c.principal.system) return fail(Errc::forbidden, "duty.node_only");
  return {};
}

Status stepped_up(const Context& c) {
  if (!c.principal.stepped_up) return fail(Errc::forbidden, "auth.second_factor_needed");
  return {};
}

Status need_text(std::string_view field_name, std::string_view t, size_t bytes_max) {
  if (t.empty()) return fail(Errc::invalid, "form.text_missing", std::string(field_name));
  if (t.size() > bytes_max) return fail(Errc::invalid, "form.text_too_long", std::string(field_name));
  if (!is_utf8(t)) return fail(Errc::invalid, "form.text_not_utf8", std::string(field_name));
  return {};
}

Result<const Party*> verified_party(const State& s, const PartyId& id) {
  const Party* party = find(s.parties, id);
  if (!party) return fail(Errc::not_found, "party.not_found");
  if (party->status != PartyStatus::verified) return fail(Errc::forbidden, "party.not_verified");
  return party;
}

Status keys_are_there(const State& s, const VersionId& version, const std::vector<std::string>& columns) {
  const DestroyedKeys* gone = find(s.destroyed, version);
  if (!gone) return {};
  if (gone->whole) return fail(Errc::not_found, "keys.version_destroyed", version.str());
  for (const std::string& column : columns)
    if (gone->has(column)) return fail(Errc::not_found, "keys.column_destroyed", column);
  return {};
}

Status takes_data(const State& s, const DatasetId& id) {
  const Dataset* dataset = find(s.datasets, id);
  return dataset && dataset->destroyed_ms ? fail(Errc::conflict, "catalog.dataset_destroyed", id.str()) : Status{};
}

std::vector<std::string> columns_with_keys(const State& s, const DatasetVersion& version) {
  const DestroyedKeys* gone = find(s.destroyed, version.id);
  std::vector<std::string> out;
  for (const std::string& column : version.columns)
    if (!gone || !gone->has(column)) out.push_back(column);
  return out;
}

bool sees_all(const Person& person, TimeMs now) {
  return person.has(Duty::supervisor, now) || person.has(Duty::audit_admin, now);
}

// People of brokers see what a mandate covers and nothing else, whatever duties they hold: no dataset, no release.
bool may_see(const State& s, const Person& person, const Dataset& dataset, TimeMs now) {
  if (is_broker(s, person)) return false;
  return dataset.owner == person.party || sees_all(person, now);
}

bool may_see(const State& s, const Person& person, const Product& product, TimeMs now) {
  if (is_broker(s, person)) return broker_sees(s, person.party, product, now);
  if (product.owner == person.party || sees_all(person, now)) return true;
  if (product.status == ProductStatus::registered) return true;
  if (person.has(Duty::registrar, now) && product.status == ProductStatus::reviewed) return true;
  // Who already holds a contract keeps seeing a product that was withdrawn since.
  return std::any_of(s.contracts.begin(), s.contracts.end(), [&](const auto& c) {
    return c.second.terms.product == product.id && c.second.terms.recipient == person.party;
  });
}

bool may_see(const State& s, const Person& person, const Application& application, TimeMs now) {
  if (is_broker(s, person)) return broker_sees(s, person.party, application, now);
  if (application.applicant == person.party || sees_all(person, now)) return true;
  const Product* product = find(s.products, application.product);
  return product && product->owner == person.party;
}

bool may_see(const State& s, const Person& person, const Contract& contract, TimeMs now) {
  if (is_broker(s, person)) return broker_sees(s, person.party, contract, now);
  return contract.terms.provider == person.party || contract.terms.recipient == person.party || sees_all(person, now);
}

bool may_see(const State& s, const Person& person, const Release& release, TimeMs now) {
  const Contract* contract = find(s.contracts, release.contract);
  if (is_broker(s, person)) return false;
  return contract && may_see(s, person, *contract, now);
}

Result<const Product*> seen_product(const State& s, const Person& person, const ProductId& id, TimeMs now) {
  const Product* product = find(s.products, id);
  if (!product || !may_see(s, person, *product, now)) return fail(Errc::not_found, "product.not_found");
  return product;
}
Result<const Application*> seen_application(const State& s, const Person& person, const ApplicationId& id, TimeMs now) {
  const Application* application = find(s.applications, id);
  if (!application || !may_see(s, person, *application, now)) return fail(Errc::not_found, "application.not_found");
  return application;
}
Result<const Contract*> seen_contract(const State& s, const Person& person, const ContractId& id, TimeMs now) {
  const Contract* contract = find(s.contracts, id);
  if (!contract || !may_see(s, person, *contract, now)) return fail(Errc::not_found, "contract.not_found");
  return contract;
}
Result<const Release*> seen_release(const State& s, const Person& person, const ReleaseId& id, TimeMs now) {
  const Release* release = find(s.releases, id);
  if (!release || !may_see(s, person, *release, now)) return fail(Errc::not_found, "release.not_found");
  return release;
}
Result<const Dataset*> seen_dataset(const State& s, const Person& person, const DatasetId& id, TimeMs now) {
  const Dataset* dataset = find(s.datasets, id);
  if (!dataset || !may_see(s, person, *dataset, now)) return fail(Errc::not_found, "dataset.not_found");
  return dataset;
}

}  // namespace sluice::space
