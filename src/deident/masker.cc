#include "deident/masker.h"

#include <algorithm>
#include <cassert>
#include <deque>
#include <map>
#include <set>

#include "codec/json.h"
#include "deident/cell_encoding.h"
#include "deident/techniques/bind.h"
#include "deident/techniques/cell_forms.h"
#include "deident/techniques/conditional.h"
#include "deident/techniques/format_preserving.h"
#include "deident/techniques/free_text.h"
#include "deident/techniques/known_names.h"
#include "deident/targets.h"

namespace sluice::deident {

namespace {

std::string printable_column(std::string_view name, size_t index) {
  bool fit = !name.empty() && name.size() <= 80 && is_utf8(name);
  for (char c : name) fit = fit && static_cast<unsigned char>(c) >= 0x20;
  return fit ? std::string(name) : "#" + std::to_string(index + 1);
}

Result<size_t> position_of(const std::map<std::string_view, size_t>& positions, const std::string& column) {
  auto at = positions.find(column);
  if (at == positions.end()) return fail(Errc::invalid, "deident.missing_column", printable_column(column, 0));
  return at->second;
}

// What bind() does not do must have been taken over by the caller.
Status only_masking(const Strategy& strategy) {
  auto left = [&](bool there, std::string_view member) -> Status {
    return there ? Status(fail(Errc::refused, "strategy.not_applied", std::string(member))) : Status();
  };
  if (strategy.extends || !strategy.classes.empty()) return fail(Errc::invalid, "strategy.unresolved");
  TRY(left(strategy.targets.has_value(), "targets"));
  TRY(left(strategy.use.has_value(), "use"));
  TRY(left(strategy.review == Review::required, "review"));
  return left(strategy.aggregate.has_value(), "aggregate");
}

Result<std::map<std::string_view, size_t>> positions_of(std::span<const std::string> columns) {
  std::map<std::string_view, size_t> positions;
  for (size_t i = 0; i < columns.size(); i++)
    if (!positions.emplace(columns[i], i).second)
      return fail(Errc::invalid, "deident.duplicate_column", printable_column(columns[i], i));
  return positions;
}

}  // namespace

Result<Masker> Masker::bind(const Strategy& strategy, std::span<const std::string> columns, const std::optional<SecretBytes>& key,
                            TextEncoding encoding) {
  TRY(only_masking(strategy));
  if (needs_key(strategy) && !key) return fail(Errc::usage, "deident.key_required");
  if (key && key->reveal("length of a masking key").size() < 16) return fail(Errc::invalid, "deident.bad_key");
  auto position = TRY(positions_of(columns));
  Masker masker;
  masker.encoding_ = encoding;
  masker.actions_.resize(columns.size());
  auto names = std::make_shared<KnownNames>();  // of all columns of free text
  std::vector<bool> listed(columns.size());
  for (const FieldRule& rule : strategy.rules) {
    size_t at = TRY(position_of(position, rule.column));
    listed[at] = true;
    Action& action = masker.actions_[at];
    action.technique = rule.technique;
    action.on_failure = rule.on_failure.value_or(OnFailure::blank);
    action.rule = rule;
    action.text = rule.technique == Technique::redact ? *rule.value : rule.mask_char.value_or("*");
    if (rule.person) action.beside = TRY(position_of(position, *rule.person));
    action.bound = TRY(bind_technique(strategy, rule, key, names));
    if (rule.when) {
      action.beside = TRY(position_of(position, rule.when->column));
      action.bound = masker.under_condition(action);
    }
  }
  if (strategy.sample) {
    masker.sample_column_ = TRY(position_of(position, strategy.sample->column));
    masker.sample_permille_ = strategy.sample->permille;
    masker.sample_key_ = HmacSm3Key(derive_key(*key, strategy, "sample", ""));
  }
  for (const auto& name : strategy.quasi_identifiers) TRY(position_of(position, name));
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
  if (recodes_locally(strategy)) TRY(masker.bind_locally(strategy, position));
  for (Action& action : masker.actions_)  // what receipts tell
    if (action.rule.hierarchy) action.rule.hierarchy = told_hierarchy(strategy, action.rule);
  return masker;
}

// A column counts among the classes by its masked cells, which must be known from the cell alone.
Status Masker::may_be_watched(size_t column, const std::string& name) const {
  const Action& action = actions_[column];
  const bool alone = !action.beside && by_cell_alone(column) && !(action.bound && action.bound->learns());
  return alone && !watched(column) && !recodes_locally(action.rule) ? Status() : fail(Errc::refused, "strategy.local_beside", printable_column(name, column));
}

Status Masker::bind_locally(const Strategy& strategy, const std::map<std::string_view, size_t>& position) {
  auto k = static_cast<uint64_t>(std::max<int64_t>(2, strategy.k_min.value_or(2)));
  if (strategy.held_within) k = std::max(k, TRY(k_of_targets(*strategy.held_within)));
  local_ = std::make_shared<LocalClasses>(k);
  watched_.resize(actions_.size());
  std::set<size_t> entered;  // an identifier that is named twice counts once
  for (const std::string& name : strategy.quasi_identifiers) {
    const size_t at = TRY(position_of(position, name));
    if (dropped(at) || !entered.insert(at).second) continue;
    if (const FieldRule& rule = actions_[at].rule; recodes_locally(rule)) {
      const size_t place = local_->add_ladder(name, TRY(hierarchy_of(strategy, rule)), *rule.lowest, *rule.height);
      actions_[at].bound = std::make_shared<LocalGeneralise>(local_, place);
      continue;
    }
    TRY(may_be_watched(at, name));
    watched_[at] = local_->add_quasi();
  }
  if (!strategy.held_within) return {};
  std::map<std::string, size_t> sensitive;
  auto place_of = [&](const std::string& name) -> Result<size_t> {
    if (auto known = sensitive.find(name); known != sensitive.end()) return known->second;
    const size_t at = TRY(position_of(position, name));
    if (dropped(at)) return fail(Errc::invalid, "deident.missing_column", printable_column(name, at));
    TRY(may_be_watched(at, name));
    watched_[at] = local_->add_sensitive();
    return sensitive.emplace(name, *watched_[at]).first->second;
  };
  for (const auto& target : strategy.held_within->diversity) local_->demand_distinct(TRY(place_of(target.column)), *target.l);
  for (const auto& target : strategy.held_within->closeness) local_->demand_close(TRY(place_of(target.column)), *target.t_permille);
  return {};
}

Result<Masker> Masker::bind_reverse(const Strategy& strategy, std::span<const std::string> columns, std::span<const std::string> restored,
                                    const SecretBytes& key) {
  if (key.reveal("length of a masking key").size() < 16) return fail(Errc::invalid, "deident.bad_key");
  auto position = TRY(positions_of(columns));
  Masker masker;
  masker.actions_.resize(columns.size());
  for (const std::string& name : restored) {
    size_t at = TRY(position_of(position, name));
    auto rule = std::find_if(strategy.rules.begin(), strategy.rules.end(), [&](const FieldRule& r) { return r.column == name; });
    if (rule == strategy.rules.end()) return fail(Errc::invalid, "deident.not_reversible", printable_column(name, at));
    Action& action = masker.actions_[at];
    action.technique = rule->technique;
    action.rule = *rule;
    action.backwards = true;
    action.bound = TRY(bind_technique(strategy, *rule, key));
    if (!action.bound || !action.bound->reversible()) return fail(Errc::invalid, "deident.not_reversible", printable_column(name, at));
  }
  return masker;
}

std::shared_ptr<BoundTechnique> Masker::under_condition(const Action& action) const {
  Action plain = action;
  plain.bound.reset();
  auto one_cell = [plain](std::string_view cell, std::string& out) { return apply_plain(plain, cell, out); };
  return std::make_shared<Conditional>(*action.rule.when, action.rule.otherwise.value_or(Otherwise::blank), action.bound, one_cell);
}

Masker Masker::of(size_t columns, std::span<const Custom> customs) {
  Masker masker;
  masker.actions_.resize(columns);
  for (const Custom& custom : customs) {
    masker.actions_[custom.column].bound = custom.technique;
    masker.actions_[custom.column].beside = custom.beside;
  }
  return masker;
}

Masker Masker::in_encoding(TextEncoding encoding) const {
  Masker other = *this;
  other.encoding_ = encoding;
  return other;
}

bool Masker::learns() const {
  for (size_t c = 0; c < actions_.size(); c++)
    if (learns(c)) return true;
  return false;
}

void Masker::learn(size_t column, const CellInput& cell) {
  std::string memory;
  // What is no text is nothing here; the writer refuses it (deident/text_fault.h).
  const std::string_view text = decoded_cell(cell.cell, encoding_, memory).value_or(std::string_view());
  const Action& action = actions_[column];
  if (!watched(column)) return action.bound->learn({text, cell.beside, cell.row});
  if (!action.bound) {
    std::string masked;
    const CellOutcome outcome = apply_plain(action, text, masked);
    const bool there = outcome == CellOutcome::masked || outcome == CellOutcome::kept;
    return local_->learn(*watched_[column], there ? std::string_view(masked) : std::string_view(), cell.row);
  }
  MaskedCells masked;
  const CellInput one{.cell = text};
  action.bound->run({&one, 1}, masked);
  local_->learn(*watched_[column], masked.at(0), cell.row);
}

Status Masker::finish_learning() {
  for (size_t c = 0; c < actions_.size(); c++)
    if (learns(c) && !watched(c)) TRY(actions_[c].bound->finish_learning());
  return local_ ? local_->finish() : Status();
}

bool Masker::counts_rows(size_t column) const {
  return learns(column) && (deident::counts_rows(technique(column)) || watched(column) || recodes_locally(rule(column)));
}

void Masker::run(size_t column, std::span<const CellInput> cells, MaskedCells& out) const {
  const Action& a = actions_[column];
  a.backwards ? a.bound->reverse(cells, out) : a.bound->run(cells, out);
}

void Masker::apply_many(size_t column, std::span<const CellInput> cells, MaskedCells& out) const {
  const Action& a = actions_[column];
  if (!a.bound) {
    for (const CellInput& c : cells) out.close(apply(column, c.cell, out.text()));
    return;
  }
  if (encoding_ == TextEncoding::utf8) return run(column, cells, out);
  DecodedCells decoded(cells);
  MaskedCells answers;
  run(column, decoded.inputs(), answers);
  for (size_t i = 0; i < cells.size(); i++) {
    const CellOutcome outcome = answers.outcome(i);
    bool done = decoded.is_text(i);
    if (outcome == CellOutcome::kept) {
      out.text() += cells[i].cell;
    } else if (done && !append_encoded(answers.at(i), encoding_, out.text())) {
      // Cells that were enciphered as bytes of GB18030, before they were read as text, come back as these.
      done = a.backwards;
      if (done) out.text() += answers.at(i);
    }
    out.close(done ? outcome : CellOutcome::failed);
  }
}

std::optional<uint64_t> Masker::small_domain_cells(size_t column) const {
  auto* fpe = dynamic_cast<const FormatPreserving*>(actions_[column].bound.get());
  return fpe ? std::optional(fpe->small_domain_cells()) : std::nullopt;
}

std::optional<std::map<std::string, uint64_t>> Masker::replaced_entities(size_t column) const {
  auto* text = dynamic_cast<const FreeText*>(actions_[column].bound.get());
  return text ? std::optional(text->replaced()) : std::nullopt;
}

std::optional<uint64_t> Masker::cells_with_names_left(size_t column) const {
  auto* text = dynamic_cast<const FreeText*>(actions_[column].bound.get());
  return text ? std::optional(text->cells_with_names_left()) : std::nullopt;
}

void Masker::sample(std::span<const std::string_view> cells, std::vector<uint8_t>& stays) const {
  std::vector<ByteView> views;
  std::deque<std::string> memory;
  for (std::string_view cell : cells) views.push_back(view(decoded_cell(cell, encoding_, memory.emplace_back()).value_or(cell)));
  std::vector<Digest> macs(views.size());
  sample_key_.many(views, macs);
  for (const Digest& mac : macs) {
    uint64_t draw = 0;
    for (size_t i = 0; i < 8; i++) draw = draw << 8 | mac[i];
    stays.push_back(draw % 1000 < static_cast<uint64_t>(sample_permille_));
  }
}

CellOutcome Masker::apply(size_t column, std::string_view cell, std::string& out) const {
  const Action& a = actions_[column];
  if (encoding_ == TextEncoding::utf8 || a.technique == Technique::keep) return apply_plain(a, cell, out);
  std::string memory, masked;
  auto text = decoded_cell(cell, encoding_, memory);
  if (!text) return CellOutcome::failed;
  const CellOutcome outcome = apply_plain(a, *text, masked);
  return append_encoded(masked, encoding_, out) ? outcome : CellOutcome::failed;
}

CellOutcome Masker::apply_plain(const Action& a, std::string_view cell, std::string& out) {
  if (a.technique == Technique::keep) {
    out.append(cell);
    return CellOutcome::kept;
  }
  if (cell.empty()) return CellOutcome::null;
  bool done = true;
  switch (a.technique) {
    case Technique::suppress:
    case Technique::blank: break;
    case Technique::redact: out.append(a.text); break;
    case Technique::mask: done = mask_ends(cell, a.rule.first.value_or(0), a.rule.last.value_or(0), a.text[0], out); break;
    case Technique::date: done = generalise_date(cell, *a.rule.unit, out); break;
    case Technique::band: done = band_number(cell, a.rule, out); break;
    case Technique::region: done = generalise_region(cell, *a.rule.digits, out); break;
    case Technique::round: done = round_number(cell, *a.rule.to, out); break;
    case Technique::clamp: done = clamp_number(cell, a.rule, out); break;
    case Technique::well_formed: done = mask_well_formed(cell, *a.rule.form, out); break;
    case Technique::id_number: done = mask_id_number(cell, *a.rule.region, a.rule.birth.value_or(KeepBirth::none), out); break;
    case Technique::keep:
    case Technique::pseudonym:
    case Technique::date_shift:
    case Technique::format_preserving:
    case Technique::encrypt:
    case Technique::hierarchy:
    case Technique::noise:
    case Technique::permute:
    case Technique::microaggregate:
    case Technique::rare:
    case Technique::text: assert(!"runs in batches"); return CellOutcome::failed;
  }
  return done ? CellOutcome::masked : CellOutcome::failed;
}

}  // namespace sluice::deident
