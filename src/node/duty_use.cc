#include "node/duty_use.h"

namespace sluice::node {

using namespace space;

namespace {

struct KindUse {
  std::string_view kind;  // the whole kind, or its beginning
  std::vector<Duty> duties;
};

const std::vector<KindUse>& kind_uses() {
  static const std::vector<KindUse> uses{
      {"party.registered", {Duty::system_admin}},
      {"party.key_registered", {Duty::security_admin, Duty::system_admin, Duty::contract_signer}},
      {"party.key_refused", {Duty::security_admin, Duty::system_admin, Duty::contract_signer}},
      {"party.resumed", {Duty::security_admin, Duty::system_admin}},
      {"party.resume_refused", {Duty::security_admin, Duty::system_admin}},
      {"party.key_proposed", {Duty::security_admin, Duty::contract_signer}},
      {"party.client", {Duty::security_admin, Duty::system_admin, Duty::contract_signer}},
      {"party.mutual_tls", {Duty::security_admin, Duty::system_admin, Duty::contract_signer}},
      {"party.", {Duty::security_admin}},
      {"person.resumed", {Duty::security_admin, Duty::system_admin, Duty::audit_admin}},
      {"person.resume_refused", {Duty::security_admin, Duty::system_admin, Duty::audit_admin}},
      {"person.enrolled", {Duty::system_admin}},
      {"person.credential_changed", {}},
      {"person.", {Duty::security_admin}},
      {"collection.", {Duty::data_manager}},
      {"catalog.", {Duty::data_manager}},
      {"masking.", {Duty::security_officer}},
      {"product.reviewed", {Duty::security_officer}},
      {"product.registered", {Duty::registrar}},
      {"product.", {Duty::data_manager}},
      {"application.vote_cast", {Duty::committee_member}},
      {"application.member_recused", {Duty::committee_member}},
      {"application.submitted", {Duty::data_user}},
      {"application.withdrawn", {Duty::data_user}},
      {"contract.signed", {Duty::contract_signer}},
      {"contract.", {Duty::data_manager}},
      {"release.revoked", {Duty::data_manager, Duty::security_officer}},
      {"release.", {Duty::data_manager, Duty::data_user}},
      {"keys.", {Duty::data_manager, Duty::security_officer, Duty::data_user}},
      {"alarm.settings_changed", {Duty::security_admin}},
      {"alarm.channel", {Duty::system_admin}},
      {"alarm.", {Duty::security_admin, Duty::system_admin, Duty::security_officer, Duty::data_manager, Duty::pi_officer}},
      {"access.rules_adopted", {Duty::security_officer}},
      {"access.", {Duty::security_admin}},
      {"operation.decided", {Duty::security_officer, Duty::pi_officer}},
      {"operation.", {Duty::data_manager, Duty::security_officer, Duty::pi_officer}},
      {"exception.decided", {Duty::pi_officer}},
      {"exception.reviewed", {Duty::pi_officer, Duty::audit_admin}},
      {"exception.", {Duty::data_manager, Duty::pi_officer}},
      {"organisation.head_named", {Duty::security_admin}},
      {"organisation.deputy", {Duty::security_admin}},
      {"organisation.", {Duty::system_admin}},
  };
  return uses;
}

// The first entry at or after a time: times never run backwards in the ledger.
Result<uint64_t> first_since(const ledger::Ledger& ledger, TimeMs since) {
  uint64_t low = 0, high = ledger.size();
  while (low < high) {
    uint64_t middle = low + (high - low) / 2;
    if (TRY(ledger.entry(middle)).entry.time < since) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

}  // namespace

std::vector<Duty> duties_shown_by(std::string_view kind) {
  for (const KindUse& use : kind_uses())
    if (kind.starts_with(use.kind)) return use.duties;
  return {};
}

Result<std::set<std::string>> duties_used_since(Node& node, TimeMs since) {
  std::set<std::string> out;
  auto look = [&](ledger::LedgerEntry&& e) -> Status {
    // Who was given a duty within the time has not had the time to leave it unused.
    if (e.entry.kind == DutyGranted::kind)
      out.insert(e.body.get_string_or("person", "").value_or("") + ":" + e.body.get_string_or("duty", "").value_or(""));
    if (!e.entry.actor.empty())
      for (Duty duty : duties_shown_by(e.entry.kind)) out.insert(e.entry.actor + ":" + std::string(name_of(duty)));
    return {};
  };
  TRY(node.ledger().replay(TRY(first_since(node.ledger(), since)), look));
  return out;
}

}  // namespace sluice::node
