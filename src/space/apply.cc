// The fold: one overload an event, each small enough to be checked against its header by eye.
#include "space/state.h"

#include <algorithm>

#include "space/fold.h"

namespace sluice::space {

void add_version(State& s, DatasetVersion version) {
  Dataset& dataset = s.datasets[version.dataset.str()];
  version.number = static_cast<int64_t>(dataset.versions.size()) + 1;
  dataset.versions.push_back(version.id);
  s.versions[version.id.str()] = std::move(version);
}

namespace {

void on(State& s, const PartyRegistered& e, const EventPlace& at) {
  s.parties[e.party.str()] = Party{.id = e.party, .name = e.name, .uscc = e.uscc, .role = e.role, .status = PartyStatus::registered,
                                   .registered_by = at.actor, .verified_by = {}, .key_id = {}, .public_key = {}, .registered_seq = at.seq, .key_seq = 0, .country = e.country};
}
void on(State& s, const PartyVerified& e, const EventPlace& at) {
  Party& party = s.parties[e.party.str()];
  party.status = PartyStatus::verified;
  party.verified_by = at.actor;
}

void on(State& s, const PersonEnrolled& e, const EventPlace&) {
  s.persons[e.person.str()] = Person{.id = e.person, .party = e.party, .duties = {}, .suspended = false};
}
void on(State& s, const DutyGranted& e, const EventPlace&) {
  auto& duties = s.persons[e.person.str()].duties;
  std::erase_if(duties, [&](const HeldDuty& held) { return held.duty == e.duty; });
  duties.push_back({e.duty, e.expires_ms});
}
void on(State& s, const DutyRevoked& e, const EventPlace&) {
  std::erase_if(s.persons[e.person.str()].duties, [&](const HeldDuty& held) { return held.duty == e.duty; });
}
// Either way what was asked for before is over.
void suspend(Person& person, bool suspended) {
  person.suspended = suspended;
  person.resume.reset();
}
void on(State& s, const PersonSuspended& e, const EventPlace&) { suspend(s.persons[e.person.str()], true); }
void on(State& s, const PersonResumed& e, const EventPlace&) { suspend(s.persons[e.person.str()], false); }
void on(State& s, const PersonResumeAsked& e, const EventPlace& at) { s.persons[e.person.str()].resume = PendingResume{e.reason, at.actor, at.time}; }
void on(State& s, const PersonResumeRefused& e, const EventPlace&) { s.persons[e.person.str()].resume.reset(); }
void on(State& s, const CredentialResetAsked& e, const EventPlace& at) {
  s.persons[e.person.str()].reset = PendingReset{e.what, e.reason, at.actor, at.time};
}
void on(State& s, const CredentialResetAllowed& e, const EventPlace&) { s.persons[e.person.str()].reset.reset(); }

void on(State& s, const PlanAdopted& e, const EventPlace& at) {
  PartyId owner;
  if (const Person* person = find(s.persons, at.actor)) owner = person->party;
  s.plans[e.plan.str()] = Plan{.id = e.plan, .dataset = e.dataset, .owner = owner, .name = e.name, .title = e.title, .source_name = e.source_name,
                               .source_uscc = e.source_uscc, .purpose = e.purpose, .legal_basis = e.legal_basis, .frequency = e.frequency,
                               .source_key = e.source_key, .plan_digest = e.plan_digest, .plan_fields = e.plan_fields, .seq = at.seq, .version = {}, .mark = {}};
  Dataset& dataset = s.datasets[e.dataset.str()];
  dataset.id = e.dataset;
  dataset.owner = owner;
  dataset.plan = e.plan;
  dataset.name = e.name;
  dataset.title = e.title;
  dataset.frequency = e.frequency;
  for (const PlanField& f : e.plan_fields) {
    CatalogField column;
    column.column = f.name;
    column.title = f.title;
    dataset.columns.push_back(std::move(column));
  }
}

void on(State& s, const SourceKeyChanged& e, const EventPlace&) {
  Plan& plan = s.plans[e.plan.str()];
  plan.source_key = e.source_key;
  plan.version = e.version;
}

void on(State& s, const FieldsProposed& e, const EventPlace& at) {
  Dataset& dataset = s.datasets[e.dataset.str()];
  dataset.rule_pack = e.rule_pack;
  dataset.proposed_seq = at.seq;
  dataset.proposed_version = e.version;
  if (e.report) dataset.report = e.report;
  for (const FieldProposal& proposal : e.proposals)
    if (CatalogField* column = dataset.column(proposal.column)) column->proposal = proposal;
}
void on(State& s, const FieldConfirmed& e, const EventPlace& at) {
  CatalogField* column = s.datasets[e.dataset.str()].column(e.column);
  if (!column) return;
  column->confirmed = true;
  column->corrected = e.corrected;
  column->type = e.type;
  column->category = e.category;
  column->level = e.level;
  column->identifying = e.identifying;
  column->quasi = e.quasi;
  column->reason = e.reason;
  column->confirmed_by = at.actor;
  column->confirmed_ms = at.time;
  column->seq = at.seq;
  column->by_row = e.by_row;
  column->valid_until_ms = e.valid_until_ms;
  column->own_level = e.own_level;
  column->drift.clear();
  column->drift_version.reset();
  column->drift_ms.reset();
}

void on(State& s, const StrategyAdopted& e, const EventPlace& at) {
  s.strategies[e.strategy.str()] = Strategy{.id = e.strategy, .dataset = e.dataset, .name = e.name, .content = e.content, .techniques = e.techniques,
                                            .adopted_by = at.actor, .at_ms = at.time, .seq = at.seq, .summary = e.summary};
  if (!e.summary || !e.summary->review) return;
  for (auto& [id, draft] : s.strategy_drafts)
    if (draft.open() && draft.dataset == e.dataset && draft.document == e.summary->review->document) {
      draft.status = StrategyDraftStatus::adopted;
      draft.strategy = e.strategy;
    }
}
void on(State& s, const VersionMasked& e, const EventPlace& at) {
  s.maskings[e.version.str()] = MaskingResult{.version = e.version, .from_version = e.from_version, .strategy = e.strategy, .rows = e.rows,
                                              .residual_identifiers = e.residual_identifiers, .k = e.k, .max_risk_ppm = e.max_risk_ppm,
                                              .uniques = e.uniques, .before_k = e.before_k, .before_risk_ppm = e.before_risk_ppm,
                                              .quasi_identifiers = e.quasi_identifiers, .columns = e.columns, .receipt = e.receipt,
                                              .seq = at.seq, .run = e.run, .masked_by = {}};
  if (!at.actor.empty()) s.maskings[e.version.str()].masked_by = at.actor;
  std::vector<std::string> names;
  Dataset& dataset = s.datasets[e.dataset.str()];
  for (const MaskedColumn& c : e.columns) {
    names.push_back(c.column);
    // What an aggregate adds (count, sums) is a field of the catalog like any other: a person grades it before it is offered.
    if (dataset.column(c.column)) continue;
    CatalogField fresh;
    fresh.column = fresh.title = c.column;
    dataset.columns.push_back(std::move(fresh));
  }
  add_version(s, DatasetVersion{.id = e.version, .dataset = e.dataset, .number = 0, .rows = e.rows, .manifest = e.version_manifest,
                                .columns = std::move(names), .batch = {}, .masked_from = e.from_version, .strategy = e.strategy, .at_ms = at.time,
                                .seq = at.seq, .parts = {}});
}

void on(State& s, const ProductDrafted& e, const EventPlace& at) {
  Product product;
  product.id = e.product;
  product.owner = e.owner;
  product.dataset = e.dataset;
  product.version = e.version;
  product.form = e.form;
  product.rows = e.rows;
  product.level = e.level;
  product.grade = e.grade;
  product.drafted_by = at.actor;
  product.drafted_seq = at.seq;
  product.at_ms = at.time;
  s.products[e.product.str()] = std::move(product);
}
void on(State& s, const ProductChecked& e, const EventPlace& at) {
  Product& product = s.products[e.product.str()];
  product.status = e.passed ? ProductStatus::checked : ProductStatus::rejected;
  product.checks = e.checks;
  product.sample_rows = e.sample_rows;
  product.checked_seq = at.seq;
}
void on(State& s, const ProductReviewed& e, const EventPlace& at) {
  Product& product = s.products[e.product.str()];
  product.status = e.approved ? ProductStatus::reviewed : ProductStatus::rejected;
  product.reason = e.reason;
  product.reviewed_by = at.actor;
  product.reviewed_seq = at.seq;
}
void on(State& s, const ProductRegistered& e, const EventPlace& at) {
  Product& product = s.products[e.product.str()];
  product.status = e.approved ? ProductStatus::registered : ProductStatus::rejected;
  product.number = e.number;
  product.reason = e.reason;
  product.registered_by = at.actor;
  if (e.grade) product.level = e.grade->level, product.grade = e.grade;
  product.registered_seq = at.seq;
}
void on(State& s, const ProductWithdrawn& e, const EventPlace&) {
  Product& product = s.products[e.product.str()];
  product.status = ProductStatus::withdrawn;
  product.reason = e.reason;
}

void on(State& s, const ApplicationSubmitted& e, const EventPlace& at) {
  Application application;
  application.id = e.application;
  application.product = e.product;
  application.applicant = e.applicant;
  application.submitted_by = at.actor;
  application.form = e.form;
  application.policy = e.policy;
  application.grade = e.grade;
  application.roster = e.roster;
  application.rule = e.rule;
  application.at_ms = at.time;
  application.deadline_ms = e.deadline_ms;
  application.submitted_seq = at.seq;
  s.applications[e.application.str()] = std::move(application);
}
std::optional<CertificateId> certificate_under(const auto& e) { return e.personal ? std::optional(e.personal->certificate) : std::nullopt; }
void on(State& s, const VoteCast& e, const EventPlace& at) {
  s.applications[e.application.str()].votes.push_back(
      Vote{.member = e.member, .approve = e.approve, .recused = false, .reason = e.reason, .at_ms = at.time, .seq = at.seq, .certificate = certificate_under(e)});
}
void on(State& s, const MemberRecused& e, const EventPlace& at) {
  s.applications[e.application.str()].votes.push_back(
      Vote{.member = e.member, .approve = false, .recused = true, .reason = e.reason, .at_ms = at.time, .seq = at.seq});
}
void on(State& s, const ApplicationDecided& e, const EventPlace& at) {
  Application& application = s.applications[e.application.str()];
  application.status = e.approved ? ApplicationStatus::approved : ApplicationStatus::rejected;
  application.reason = e.reason;
  application.decided_seq = at.seq;
}
void on(State& s, const ApplicationWithdrawn& e, const EventPlace&) {
  Application& application = s.applications[e.application.str()];
  application.status = ApplicationStatus::withdrawn;
  application.reason = e.reason;
}

void on(State& s, const FilterErased& e, const EventPlace&) { s.applications[e.application.str()].erased_filters.push_back(e.secret_ref); }

void on(State& s, const ContractDrafted& e, const EventPlace& at) {
  Contract contract;
  contract.id = e.contract;
  contract.application = e.application;
  contract.terms = e.terms;
  contract.text_zh = e.text_zh;
  contract.odrl = e.odrl;
  contract.digest = e.digest;
  contract.at_ms = at.time;
  contract.drafted_seq = at.seq;
  s.contracts[e.contract.str()] = std::move(contract);
}
void on(State& s, const ContractSigned& e, const EventPlace& at) {
  Contract& contract = s.contracts[e.contract.str()];
  contract.signatures.push_back(Signature{.party = e.party, .signer = at.actor, .key_id = e.key_id, .public_key = e.public_key,
                                          .signature = e.signature, .at_ms = at.time, .seq = at.seq, .key_seq = s.parties[e.party.str()].key_seq,
                                          .certificate = certificate_under(e)});
  if (!e.completes) return;
  contract.status = ContractStatus::active;
  contract.active_seq = at.seq;
}
void on(State& s, const ContractSuspended& e, const EventPlace&) {
  s.contracts[e.contract.str()].status = ContractStatus::suspended;
  s.contracts[e.contract.str()].reason = e.reason;
}
void on(State& s, const ContractResumed& e, const EventPlace&) {
  s.contracts[e.contract.str()].status = ContractStatus::active;
  s.contracts[e.contract.str()].reason = e.reason;
}
void on(State& s, const ContractTerminated& e, const EventPlace&) {
  s.contracts[e.contract.str()].status = ContractStatus::terminated;
  s.contracts[e.contract.str()].reason = e.reason;
}

void on(State& s, const KeysGranted& e, const EventPlace& at) {
  s.grants[e.grant.str()] = Grant{.id = e.grant, .dataset = e.dataset, .version = e.version, .columns = e.columns, .work = e.work,
                                  .release = e.release, .expires_ms = e.expires_ms, .ended = false, .seq = at.seq};
  auto release = s.releases.find(e.release.str());
  if (release != s.releases.end()) release->second.grant = e.grant;
}
void on(State& s, const KeysGrantEnded& e, const EventPlace&) { s.grants.erase(e.grant.str()); }

void on(State& s, const ReleasePrepared& e, const EventPlace& at) {
  Release release;
  release.id = e.release;
  release.contract = e.contract;
  release.dataset = e.dataset;
  release.version = e.version;
  release.form = e.form;
  release.columns = e.columns;
  release.row_filter = e.row_filter;
  release.recipient_key_id = e.recipient_key_id;
  release.recipient_key = e.recipient_key;
  release.status = e.form == OpenForm::api ? ReleaseStatus::open : ReleaseStatus::prepared;
  release.level = e.level;
  release.grade = e.grade;
  release.token_digest = e.token_digest;
  release.policy = e.policy;
  release.released_by = at.actor;
  release.at_ms = at.time;
  release.expires_ms = e.expires_ms;
  release.prepared_seq = at.seq;
  release.recipient_key_seq = s.parties[s.contracts[e.contract.str()].terms.recipient.str()].key_seq;
  // A prepared file counts against the contract at once, so that two preparations cannot share the last delivery.
  if (e.form == OpenForm::file) s.contracts[e.contract.str()].delivered++;
  s.releases[e.release.str()] = std::move(release);
}
void on(State& s, const ReleaseDelivered& e, const EventPlace& at) {
  Release& release = s.releases[e.release.str()];
  release.status = ReleaseStatus::delivered;
  release.rows = e.rows;
  release.bytes = e.bytes;
  release.file_digest = e.file_digest;
  release.envelope_digest = e.envelope_digest;
  release.format = e.format;
  release.content_digest = e.content_digest;
  release.delivered_seq = at.seq;
}
void on(State& s, const ReleaseFailed& e, const EventPlace&) {
  Release& release = s.releases[e.release.str()];
  if (release.status == ReleaseStatus::prepared) s.contracts[release.contract.str()].delivered--;
  release.status = ReleaseStatus::failed;
  release.reason = e.reason;
}
void on(State& s, const QuotaLeased& e, const EventPlace&) {
  s.leases[e.lease.str()] = Lease{.id = e.lease, .release = e.release, .calls = e.calls};
  s.contracts[s.releases[e.release.str()].contract.str()].leased += e.calls;
}
void on(State& s, const LeaseSettled& e, const EventPlace&) {
  Release& release = s.releases[e.release.str()];
  Contract& contract = s.contracts[release.contract.str()];
  auto lease = s.leases.find(e.lease.str());
  if (lease != s.leases.end()) {
    contract.leased -= lease->second.calls;
    s.leases.erase(lease);
  }
  contract.delivered += e.used_calls;
  release.calls += e.used_calls;
  release.rows += e.rows;
}
void on(State& s, const ReleaseRevoked& e, const EventPlace&) {
  Release& release = s.releases[e.release.str()];
  release.status = ReleaseStatus::revoked;
  release.reason = e.reason;
}
void on(State& s, const DestructionCertified& e, const EventPlace& at) {
  s.releases[e.release.str()].destruction = Destruction{.by = at.actor, .method = e.method, .key_id = e.key_id, .destroyed_ms = e.destroyed_ms, .at_ms = at.time, .seq = at.seq};
}
void on(State&, const QueriesErased&, const EventPlace&) {}
void on(State& s, const CommandRefused&, const EventPlace&) { s.refusals++; }

}  // namespace

const CatalogField* Dataset::column(std::string_view column_name) const {
  for (const CatalogField& f : columns)
    if (f.column == column_name) return &f;
  return nullptr;
}
CatalogField* Dataset::column(std::string_view column_name) {
  return const_cast<CatalogField*>(static_cast<const Dataset*>(this)->column(column_name));
}

bool Application::has_erased(const std::vector<RowCondition>& filter) const {
  return std::any_of(filter.begin(), filter.end(), [&](const RowCondition& f) {
    return f.secret() && std::find(erased_filters.begin(), erased_filters.end(), f.secret_ref) != erased_filters.end();
  });
}

const MaskedColumn* MaskingResult::column(std::string_view name) const {
  for (const MaskedColumn& c : columns)
    if (c.column == name) return &c;
  return nullptr;
}

bool Person::has(Duty duty, TimeMs now) const {
  auto in_force = [&](const HeldDuty& held) { return held.duty == duty && (held.expires_ms == 0 || now < held.expires_ms); };
  return !suspended && std::any_of(duties.begin(), duties.end(), in_force);
}

void apply(State& state, const Event& event, const EventPlace& place) {
  event.visit([&](const auto& e) {
    if constexpr (requires { fold(state, e, place); }) {
      fold(state, e, place);
    } else {
      on(state, e, place);
    }
  });
}

}  // namespace sluice::space
