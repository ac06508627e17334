#include "space/release/destruction.h"

#include <algorithm>

#include "crypto/sign.h"
#include "space/decisions.h"

namespace sluice::space {

namespace {

constexpr TimeMs kClockToleranceMs = 5 * kMinuteMs;

// Whether data left under this release at all, and none can leave any more while it is certified as destroyed.
Status may_be_destroyed(const Release& release, const Contract& contract, TimeMs now) {
  if (release.status == ReleaseStatus::failed || release.status == ReleaseStatus::prepared) return fail(Errc::conflict, "destruction.nothing_delivered");
  bool runs = release.form == OpenForm::api && release.status == ReleaseStatus::open && contract.status == ContractStatus::active && now < contract.terms.expires_ms;
  if (runs) return fail(Errc::conflict, "destruction.release_still_open");
  return {};
}

}  // namespace

Json destruction_statement(const ReleaseId& release, const ContractId& contract, const Digest& file_digest, std::string_view method, TimeMs destroyed_ms) {
  return Json::object({{"contract", contract.str()}, {"destroyed_ms", destroyed_ms}, {"file_digest", hex(file_digest)}, {"format", kDestructionFormat},
                       {"method", method}, {"release", release.str()}});
}

Result<Events> decide_on(const State& s, const Context& c, const CertifyDestruction& cmd) {
  const Person* person = TRY(acting(s, c));
  const Release* release = TRY(seen_release(s, *person, cmd.release, c.now));
  const Contract& contract = s.contracts.at(release->contract.str());
  if (contract.terms.recipient != person->party) return fail(Errc::forbidden, "contract.not_yours");
  if (!person->has(Duty::data_user, c.now) && !person->has(Duty::contract_signer, c.now))
    return fail(Errc::forbidden, "duty.missing", "data_user or contract_signer");
  if (release->destruction) return fail(Errc::conflict, "destruction.certified_already", rfc3339(release->destruction->at_ms));
  TRY(may_be_destroyed(*release, contract, c.now));
  if (cmd.contract != release->contract || cmd.file_digest != release->file_digest) return fail(Errc::refused, "destruction.of_something_else");
  if (cmd.destroyed_ms < release->at_ms || cmd.destroyed_ms > c.now + kClockToleranceMs) return fail(Errc::invalid, "destruction.bad_time");
  TRY(need_text("method", cmd.method, kTextBytesMax));
  const Party& party = s.parties.at(person->party.str());
  auto key = Sm2PublicKey::from_bytes(party.public_key);
  std::string statement = canonical(destruction_statement(cmd.release, cmd.contract, cmd.file_digest, cmd.method, cmd.destroyed_ms));
  if (!key || !key->verify(view(statement), cmd.signature)) return fail(Errc::refused, "destruction.bad_signature");
  return Events{DestructionCertified{.release = cmd.release, .contract = cmd.contract, .party = party.id, .file_digest = cmd.file_digest,
                                     .method = cmd.method, .key_id = party.key_id, .destroyed_ms = cmd.destroyed_ms,
                                     .public_key = party.public_key, .signature = cmd.signature}};
}

}  // namespace sluice::space
