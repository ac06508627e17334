#include <algorithm>

#include "crypto/hash.h"
#include "crypto/sign.h"
#include "space/credential/use.h"
#include "space/decisions.h"
#include "space/mandate/broker.h"
#include "space/policy_request.h"

namespace sluice::space {

namespace {

bool has_contract(const State& s, const ApplicationId& application) {
  return std::any_of(s.contracts.begin(), s.contracts.end(), [&](const auto& c) {
    return c.second.application == application && c.second.status != ContractStatus::terminated;
  });
}

// The manager of the provider, or a signer of either side, may stop a contract; only the provider's manager resumes it.
Result<const Contract*> contract_to_stop(const State& s, const Context& c, const ContractId& id) {
  const Person* person = TRY(acting(s, c));
  const Contract* contract = TRY(seen_contract(s, *person, id, c.now));
  bool provider_side = contract->terms.provider == person->party &&
                       (person->has(Duty::data_manager, c.now) || person->has(Duty::security_officer, c.now));
  bool signer = person->has(Duty::contract_signer, c.now) &&
                (contract->terms.provider == person->party || contract->terms.recipient == person->party);
  if (!provider_side && !signer) return fail(Errc::forbidden, "duty.missing", "data_manager or contract_signer");
  return contract;
}

std::map<std::string, std::string> titles_of(const State& s, const DatasetId& id) {
  std::map<std::string, std::string> out;
  if (const Dataset* dataset = find(s.datasets, id))
    for (const CatalogField& field : dataset->columns) out[field.column] = field.title;
  return out;
}

// A broker who drafted an application does not draft the answer to it for the other side (双方代理).
Status one_side(const State& s, const ActsFor& acts, const ApplicationId& application) {
  if (!acts.mandate) return {};
  for (const auto& [id, other] : s.mandates) {
    if (other.form.broker != acts.mandate->form.broker) continue;
    if (std::any_of(other.drafts.begin(), other.drafts.end(), [&](const DraftedApplication& d) { return d.application == application; }))
      return fail(Errc::forbidden, "mandate.both_sides");
  }
  return {};
}

}  // namespace

Result<Events> decide_on(const State& s, const Context& c, const DraftContract& cmd) {
  ActsFor acts = TRY(acts_for(s, c, Duty::data_manager, cmd.mandate, MandateAct::draft_contract));
  const Application* a = TRY(seen_application(s, *acts.person, cmd.application, c.now));
  if (a->status != ApplicationStatus::approved) return fail(Errc::conflict, "application.not_approved");
  const Product* product = find(s.products, a->product);
  if (!product || product->owner != acts.party->id) return fail(Errc::forbidden, "product.not_yours");
  TRY(covered(acts, *product, a->form.purpose));
  TRY(one_side(s, acts, cmd.application));
  if (product->status != ProductStatus::registered) return fail(Errc::conflict, "product.not_registered");
  if (has_contract(s, cmd.application)) return fail(Errc::conflict, "contract.drafted_already");
  TRY(need_text("duties", cmd.duties, kTextBytesMax));
  TRY(need_text("liability", cmd.liability, kTextBytesMax));
  const Party* provider = TRY(verified_party(s, product->owner));
  const Party* recipient = TRY(verified_party(s, a->applicant));
  // Grades, risk and rules may have changed since the vote: what could not leave is not put into words.
  auto rules = TRY(grading_rules(s, c, product->owner));
  auto permission = TRY(ask_policy(s, *rules, {.product = *product, .columns = a->form.columns, .form = a->form.form, .scenario = a->form.scenario,
                                               .recipient = recipient->role, .purpose = a->form.purpose, .legal_basis = a->form.legal_basis,
                                               .cross_border = crosses_border(s, recipient->id, a->form.cross_border), .recipient_party = recipient->id, .now = c.now}));
  ContractTerms terms{.provider = provider->id, .recipient = recipient->id, .product = product->id, .dataset = product->dataset,
                      .version = product->version, .flow = product->form.flow, .form = a->form.form, .scenario = a->form.scenario,
                      .provider_role = roles_of(a->form.scenario).from, .recipient_role = roles_of(a->form.scenario).to,
                      .purpose = a->form.purpose, .purpose_note = a->form.purpose_note, .legal_basis = a->form.legal_basis, .duties = cmd.duties,
                      .liability = cmd.liability, .columns = a->form.columns, .row_filter = a->form.row_filter,
                      .deliveries_max = a->form.deliveries_max, .rate_per_minute = a->form.rate_per_minute, .price_fen = product->form.price_fen,
                      .starts_ms = c.now, .expires_ms = c.now + a->form.valid_days * kDayMs,
                      .one_person = product->form.one_person, .grade = permission.grade,
                      .level5_rows = cmd.level5_rows == Level5Rows::leave_out ? cmd.level5_rows : std::nullopt,
                      .mutual_tls = cmd.mutual_tls == true && a->form.form == OpenForm::api ? cmd.mutual_tls : std::nullopt};
  ContractId id = ContractId::make(c.random);
  std::string text_zh = contract_text_zh(terms, {.provider = provider->name, .recipient = recipient->name, .product = product->form.name, .policy = c.rules.policy,
                                                 .grading = rules->grading, .titles = titles_of(s, product->dataset)});
  Json odrl = contract_odrl(id, terms, provider->uscc, recipient->uscc);
  Digest digest = sm3(view(canonical(contract_document(id, terms, text_zh, odrl))));
  Events events{ContractDrafted{id, cmd.application, std::move(terms), std::move(text_zh), std::move(odrl), digest}};
  note_act(events, acts, {.act = MandateAct::draft_contract, .command = std::string(DraftContract::kind), .product = product->id, .application = cmd.application, .contract = id});
  return events;
}

Result<Events> decide_on(const State& s, const Context& c, const SignContract& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::contract_signer));
  const Contract* contract = TRY(seen_contract(s, *person, cmd.contract, c.now));
  if (contract->status != ContractStatus::drafted) return fail(Errc::conflict, "contract.not_awaiting_signature");
  if (contract->terms.provider != person->party && contract->terms.recipient != person->party) return fail(Errc::forbidden, "contract.not_yours");
  if (c.now >= contract->terms.expires_ms) return fail(Errc::conflict, "contract.expired");
  for (const Signature& signature : contract->signatures)
    if (signature.party == person->party) return fail(Errc::conflict, "contract.signed_already");
  TRY(cmd.personal ? signed_in_person(s, c, *cmd.personal, contract_by_person_text(contract->id, contract->digest, person->id)) : stepped_up(c));
  const Party* party = TRY(verified_party(s, person->party));
  if (party->public_key.empty()) return fail(Errc::conflict, "party.no_key");
  auto key = Sm2PublicKey::from_bytes(party->public_key);
  std::string document = canonical(contract_document(contract->id, contract->terms, contract->text_zh, contract->odrl));
  if (!key || !key->verify(view(document), cmd.signature)) return fail(Errc::refused, "contract.bad_signature");
  return Events{ContractSigned{.contract = cmd.contract, .party = person->party, .key_id = party->key_id, .public_key = party->public_key,
                               .signature = cmd.signature, .digest = contract->digest, .completes = contract->signatures.size() == 1, .personal = cmd.personal}};
}

Result<Events> decide_on(const State& s, const Context& c, const SuspendContract& cmd) {
  const Contract* contract = TRY(contract_to_stop(s, c, cmd.contract));
  if (contract->status != ContractStatus::active) return fail(Errc::conflict, "contract.not_active");
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{ContractSuspended{cmd.contract, cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const ResumeContract& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::data_manager));
  const Contract* contract = TRY(seen_contract(s, *person, cmd.contract, c.now));
  if (contract->terms.provider != person->party) return fail(Errc::forbidden, "contract.not_yours");
  if (contract->status != ContractStatus::suspended) return fail(Errc::conflict, "contract.not_suspended");
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{ContractResumed{cmd.contract, cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const TerminateContract& cmd) {
  const Contract* contract = TRY(contract_to_stop(s, c, cmd.contract));
  if (contract->status == ContractStatus::terminated) return fail(Errc::conflict, "contract.terminated");
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{ContractTerminated{cmd.contract, cmd.reason}};
}

}  // namespace sluice::space
