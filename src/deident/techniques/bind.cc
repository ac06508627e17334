#include "deident/techniques/bind.h"

#include "crypto/hash.h"
#include "deident/techniques/encrypt.h"
#include "deident/techniques/format_preserving.h"
#include "deident/techniques/free_text.h"
#include "deident/techniques/generalise.h"
#include "deident/techniques/learning.h"
#include "deident/techniques/pseudonym.h"

namespace sluice::deident {

namespace {

SecretBytes first_16(const SecretBytes& key) {
  const Bytes& whole = key.reveal("shorten a derived key");
  return SecretBytes(Bytes(whole.begin(), whole.begin() + 16));
}

}  // namespace

SecretBytes derive_key(const SecretBytes& key, const Strategy& strategy, std::string_view technique, std::string_view domain) {
  std::string info = "sluice deident/1 ";
  info.append(technique).append(" ").append(domain);
  const std::string& scope = strategy.scope ? *strategy.scope : strategy.id;
  return SecretBytes(hkdf_sm3(key.reveal("derive a masking key"), view(scope), info, 32));
}

Result<ValueHierarchy> hierarchy_of(const Strategy& strategy, const FieldRule& rule) {
  auto given = strategy.hierarchies.find(*rule.hierarchy);
  return given != strategy.hierarchies.end() ? ValueHierarchy::parse(given->second) : Result<ValueHierarchy>(*ValueHierarchy::built_in(*rule.hierarchy));
}

Result<std::unique_ptr<BoundTechnique>> bind_technique(const Strategy& strategy, const FieldRule& rule, const std::optional<SecretBytes>& key,
                                                       std::shared_ptr<KnownNames> names) {
  std::unique_ptr<BoundTechnique> out;
  auto derived = [&](std::string_view technique, std::string_view domain) { return derive_key(*key, strategy, technique, domain); };
  const std::string domain = rule.domain.value_or(rule.column);
  switch (rule.technique) {
    case Technique::pseudonym:
      out = std::make_unique<Pseudonym>(derived("pseudonym", domain), rule.prefix.value_or(""), rule.length.value_or(20));
      break;
    case Technique::date_shift: out = std::make_unique<DateShift>(derived("date_shift", ""), rule.days_max.value_or(180)); break;
    case Technique::noise: out = std::make_unique<Noise>(derived("noise", rule.column), *rule.bound); break;
    case Technique::format_preserving: {
      std::string purpose = "format_preserving " + std::string(name_of(*rule.kind));
      out = std::make_unique<FormatPreserving>(derived(purpose, domain), *rule.kind, rule.cipher.value_or(BlockCipher::sm4), rule.first.value_or(6));
      break;
    }
    case Technique::encrypt: {
      Sm4Siv cipher = TRY(Sm4Siv::create(derived("encrypt", domain)));
      out = std::make_unique<Encrypt>(std::move(cipher), rule.mode.value_or(EncryptMode::deterministic), domain, rule.prefix.value_or(""));
      break;
    }
    case Technique::permute: out = std::make_unique<Permute>(first_16(derived("permute", rule.column))); break;
    case Technique::text: out = std::make_unique<FreeText>(derived("text", rule.domain.value_or("text")), std::move(names)); break;
    case Technique::microaggregate: out = std::make_unique<Microaggregate>(*rule.k); break;
    case Technique::rare: out = std::make_unique<RareValues>(*rule.k, rule.value.value_or("")); break;
    case Technique::hierarchy: {
      out = std::make_unique<Generalise>(TRY(hierarchy_of(strategy, rule)), *rule.height);
      break;
    }
    case Technique::keep:
    case Technique::suppress:
    case Technique::redact:
    case Technique::blank:
    case Technique::mask:
    case Technique::date:
    case Technique::band:
    case Technique::region:
    case Technique::well_formed:
    case Technique::round:
    case Technique::id_number:
    case Technique::clamp: break;
  }
  return out;
}

}  // namespace sluice::deident
