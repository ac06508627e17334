#include "deident/masker.h"

#include <map>

#include "crypto/hash.h"

namespace sluice::deident {

namespace {

std::string printable_column(std::string_view name, size_t index) {
  bool fit = !name.empty() && name.size() <= 80 && is_utf8(name);
  for (char c : name) fit = fit && static_cast<unsigned char>(c) >= 0x20;
  return fit ? std::string(name) : "#" + std::to_string(index + 1);
}

SecretBytes derive(const SecretBytes& key, const Strategy& strategy, std::string_view technique, std::string_view domain) {
  std::string info = "sluice deident/1 ";
  info.append(technique).append(" ").append(domain);
  const std::string& scope = strategy.scope ? *strategy.scope : strategy.id;
  return SecretBytes(hkdf_sm3(key.reveal("derive a masking key"), view(scope), info, 32));
}

}  // namespace

Result<Masker> Masker::bind(const Strategy& strategy, std::span<const std::string> columns, const std::optional<SecretBytes>& key,
                            TextEncoding encoding) {
  if (needs_key(strategy) && !key) return fail(Errc::usage, "deident.key_required");
  if (key && key->reveal("length of a masking key").size() < 16) return fail(Errc::invalid, "deident.bad_key");
  std::map<std::string_view, size_t> position;
  for (size_t i = 0; i < columns.size(); i++)
    if (!position.emplace(columns[i], i).second)
      return fail(Errc::invalid, "deident.duplicate_column", printable_column(columns[i], i));
  Masker masker;
  masker.encoding_ = encoding;
  masker.actions_.resize(columns.size());
  std::vector<bool> listed(columns.size());
  for (const FieldRule& rule : strategy.rules) {
    auto at = position.find(rule.column);
    if (at == position.end()) return fail(Errc::invalid, "deident.missing_column", printable_column(rule.column, 0));
    listed[at->second] = true;
    Action& action = masker.actions_[at->second];
    action.technique = rule.technique;
    action.on_failure = rule.on_failure.value_or(OnFailure::blank);
    action.rule = rule;
    if (rule.technique == Technique::pseudonym) {
      action.key = derive(*key, strategy, "pseudonym", rule.domain.value_or(rule.column));
      action.text = rule.prefix.value_or("");
    } else if (rule.technique == Technique::date_shift) {
      auto person = position.find(*rule.person);
      if (person == position.end()) return fail(Errc::invalid, "deident.missing_column", printable_column(*rule.person, 0));
      action.person = person->second;
      action.key = derive(*key, strategy, "date_shift", "");
    } else if (rule.technique == Technique::redact) {
      action.text = *rule.value;
      for (char c : action.text)
        if (encoding == TextEncoding::gb18030 && static_cast<uint8_t>(c) >= 0x80)
          return fail(Errc::invalid, "deident.value_not_ascii", printable_column(rule.column, at->second));
    } else if (rule.technique == Technique::mask) {
      action.text = rule.mask_char.value_or("*");
    }
  }
  for (const auto& name : strategy.quasi_identifiers)
    if (!position.contains(name)) return fail(Errc::invalid, "deident.missing_column", printable_column(name, 0));
  size_t left = 0;
  for (size_t i = 0; i < columns.size(); i++) {
    if (!listed[i]) {
      Unlisted unlisted = strategy.unlisted.value_or(Unlisted::refuse);
      if (unlisted == Unlisted::refuse) return fail(Errc::refused, "deident.unlisted_column", printable_column(columns[i], i));
      if (unlisted == Unlisted::suppress) masker.actions_[i].technique = Technique::suppress;
    }
    left += masker.actions_[i].technique != Technique::suppress;
  }
  if (left == 0) return fail(Errc::invalid, "deident.nothing_left");
  return masker;
}

CellOutcome Masker::apply(size_t column, std::string_view cell, std::string_view person, std::string& out) const {
  const Action& a = actions_[column];
  if (a.technique == Technique::keep) {
    out.append(cell);
    return CellOutcome::kept;
  }
  if (cell.empty()) return CellOutcome::null;
  bool done = true;
  switch (a.technique) {
    case Technique::keep:
    case Technique::suppress:
    case Technique::blank: break;
    case Technique::redact: out.append(a.text); break;
    case Technique::mask: done = mask_ends(cell, a.rule.first.value_or(0), a.rule.last.value_or(0), a.text[0], encoding_, out); break;
    case Technique::pseudonym: pseudonym(a.key.reveal("pseudonym"), cell, a.text, a.rule.length.value_or(20), out); break;
    case Technique::date: done = generalise_date(cell, *a.rule.unit, out); break;
    case Technique::date_shift:
      done = !person.empty() && shift_date(cell, shift_of(a.key.reveal("date shift"), person, a.rule.days_max.value_or(180)), out);
      break;
    case Technique::band: done = band_number(cell, a.rule, out); break;
    case Technique::region: done = generalise_region(cell, *a.rule.digits, out); break;
    case Technique::round: done = round_number(cell, *a.rule.to, out); break;
    case Technique::id_number: done = mask_id_number(cell, *a.rule.region, a.rule.birth.value_or(KeepBirth::none), out); break;
  }
  return done ? CellOutcome::masked : CellOutcome::failed;
}

}  // namespace sluice::deident
