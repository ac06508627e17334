// Outputs whose strategy is outdated, incomplete or misused (C6.5.2, C6.5.3): what was masked by it, offered and released.
#include <algorithm>
#include <span>

#include "node/adopt_strategy.h"
#include "node/views/view.h"
#include "space/deident/use.h"

namespace sluice::node {

using namespace space;

namespace {

struct AuditFinding {
  std::string_view rule;
  bool serious = false;
  std::string column{}, detail{}, zh{}, en{};
};

// What a version was masked by, and what the catalog says today.
struct AuditedVersion {
  const MaskingResult& masking;
  const DatasetVersion& version;
  const Dataset& dataset;
  const Strategy& strategy;
  const std::optional<deident::Strategy>& document;
  const std::vector<std::string>& source_columns;
};

std::optional<deident::Technique> technique_named(std::string_view name) {
  auto t = enum_of<deident::Technique>(name);
  return t ? std::optional(*t) : std::nullopt;
}

void audit_column(const AuditedVersion& a, const MaskedColumn& left, std::vector<AuditFinding>& out) {
  const CatalogField* field = a.dataset.column(left.column);
  auto technique = technique_named(left.technique);
  if (!field || !field->confirmed || !technique) return;
  const deident::FieldRule* rule = nullptr;
  for (const auto& r : a.document ? std::span<const deident::FieldRule>(a.document->rules) : std::span<const deident::FieldRule>())
    if (r.column == left.column) rule = &r;
  Level graded = Level::of(field->level).value_or(Level::l5());
  int today = (rule ? deident::level_after(*rule, graded, field->identifying, field->type) : deident::level_after(*technique, graded)).value();
  // A table of counts and sums has the level of its cells, not of what its groups were (space/catalog/level.cc).
  if (today > left.level && !a.masking.is_aggregate())
    out.push_back({"grade_raised", true, left.column, std::to_string(left.level) + " < " + std::to_string(today),
                   "字段“" + left.column + "”后来定级更高，按现行级别该输出为 " + std::to_string(today) + " 级",
                   "column " + left.column + " was graded higher since: what is left of it is level " + std::to_string(today) + " now"});
  bool meant = a.document && std::find(a.document->identifiers_kept.begin(), a.document->identifiers_kept.end(), left.column) != a.document->identifiers_kept.end();
  const bool whole = rule ? deident::leaves_identifier(*rule, field->type) : *technique == deident::Technique::keep;
  if (field->identifying && whole && !meant)
    out.push_back({"identifier_kept", true, left.column, {}, "直接标识字段“" + left.column + "”未经处理或处理后仍可还原", "the direct identifier " + left.column + " was kept, or can be restored after its masking"});
  bool hidden = rule && (!deident::leaves_cells(*rule) || deident::becomes_tokens(*rule));
  bool measured = std::find(a.masking.quasi_identifiers.begin(), a.masking.quasi_identifiers.end(), left.column) != a.masking.quasi_identifiers.end();
  if (field->quasi && !hidden && !measured)
    out.push_back({"quasi_not_measured", false, left.column, {}, "准标识字段“" + left.column + "”未纳入风险度量", "the quasi-identifier " + left.column + " was not measured"});
}

std::vector<AuditFinding> audit_version(const View& view, const AuditedVersion& a, bool receipt_there) {
  std::vector<AuditFinding> out;
  if (!view.is_current(a.strategy))
    out.push_back({"strategy_superseded", false, {}, a.strategy.name, "所用脱敏策略已有更新版本", "a later version of its strategy was adopted"});
  if (!receipt_there) out.push_back({"receipt_missing", true, {}, {}, "脱敏回执缺失", "the receipt of the masking is missing"});
  for (const MaskedColumn& left : a.masking.columns) audit_column(a, left, out);
  for (const std::string& column : a.source_columns) {
    bool listed = !a.document || a.document->unlisted != deident::Unlisted::keep || std::any_of(a.document->rules.begin(), a.document->rules.end(), [&](const auto& rule) { return rule.column == column; });
    if (!listed) out.push_back({"field_not_listed", true, column, {}, "策略未列出字段“" + column + "”，它原样保留", "the strategy does not name column " + column + ", and it stays"});
  }
  if (const Strategy* base = view.later_base(a.strategy))
    out.push_back({"base_superseded", false, {}, base->name, "所继承的基础策略已有更新版本", "a later version of the house strategy that it extends was adopted"});
  return out;
}

std::vector<AuditFinding> audit_product(const Product& p, const MaskingResult& m, const rules::MaskingPack& pack) {
  std::vector<AuditFinding> out;
  for (const auto& t : pack.thresholds) {
    if (t.share_type != name_of(p.form.share) || m.quasi_identifiers.empty()) continue;
    if (m.k < t.k_min || m.max_risk_ppm > t.risk_permille_max * 1000)
      out.push_back({"risk_above_share_type", true, {}, "k " + std::to_string(m.k) + ", " + std::to_string(m.max_risk_ppm) + " ppm",
                     "风险高于“" + t.share_type + "”共享类型的限值", "the risk is above what the share type " + t.share_type + " allows"});
  }
  return out;
}

// The limits of the strategy that masked it, and those of its newest version: what was let go under an older word may be beyond today's.
void audit_use(const View& view, const AuditedVersion& a, const UseAsked& asked, std::vector<AuditFinding>& out) {
  const Strategy& newest = view.newest_of(a.strategy);
  for (const Strategy* s : {&a.strategy, &newest}) {
    if (!s->summary || !s->summary->use) continue;
    Status within = within_use(*s->summary->use, asked);
    if (within) continue;
    std::string what = within.error().reason == "strategy.expired" ? "not_after " + within.error().detail : within.error().detail;
    out.push_back({"beyond_use_limits", true, {}, what, "超出脱敏策略“" + s->name + "”限定的用途（" + what + "）",
                   "beyond the use limits of the strategy " + s->name + " (" + what + ")"});
    return;
  }
}

Json finding_json(const AuditFinding& f, std::string_view kind, const std::string& object, const AuditedVersion& a) {
  return Json::object({{"column", f.column}, {"dataset", a.dataset.id.str()}, {"detail", f.detail}, {"en", f.en}, {"kind", kind}, {"object", object},
                       {"rule", f.rule}, {"serious", f.serious}, {"strategy", a.strategy.id.str()}, {"version", a.version.id.str()}, {"zh", f.zh}});
}

}  // namespace

Json View::deident_audit(const std::string& dataset, const StrategyDocument& document, const std::function<bool(const Digest&)>& receipt_there) const {
  Json items = Json::array();
  int64_t versions = 0, products = 0, releases = 0;
  for (const auto& [id, m] : state.maskings) {
    const DatasetVersion& v = state.versions.at(id);
    const Dataset& d = state.datasets.at(v.dataset.str());
    if (!of_own_party(d.owner) || (!dataset.empty() && d.id.str() != dataset)) continue;
    const DestroyedKeys* gone = find(state.destroyed, m.version);
    if (gone && gone->whole) continue;
    const Strategy& s = state.strategies.at(m.strategy.str());
    std::optional<deident::Strategy> text = document(applied_document(m, s));
    const DatasetVersion* from = find(state.versions, m.from_version);
    static const std::vector<std::string> kNoColumns;
    AuditedVersion audited{m, v, d, s, text, from ? from->columns : kNoColumns};
    versions++;
    auto findings = audit_version(*this, audited, receipt_there(m.receipt));
    for (const AuditFinding& f : findings) items.push(finding_json(f, "version", id, audited));
    // What an outdated or wrong version feeds is wrong with it.
    auto inherited = [&](std::string_view kind, const std::string& object) {
      for (AuditFinding f : findings) {
        if (!f.serious && f.rule != "strategy_superseded") continue;
        f.serious = true;
        items.push(finding_json(f, kind, object, audited));
      }
    };
    for (const auto& [product_id, p] : state.products) {
      if (p.version != m.version || p.status == ProductStatus::withdrawn || p.status == ProductStatus::rejected) continue;
      products++;
      inherited("product", product_id);
      auto own = audit_product(p, m, rules.masking);
      for (OpenForm form : p.form.forms) {
        size_t before = own.size();
        audit_use(*this, audited, {.share_type = name_of(p.form.share), .form = name_of(form), .purpose = {}, .at = now}, own);
        if (own.size() > before) break;
      }
      for (const AuditFinding& f : own) items.push(finding_json(f, "product", product_id, audited));
    }
    for (const auto& [release_id, r] : state.releases) {
      if (r.version != m.version || (r.status != ReleaseStatus::delivered && r.status != ReleaseStatus::open)) continue;
      releases++;
      inherited("release", release_id);
      std::vector<AuditFinding> beyond;
      const ContractTerms& terms = state.contracts.at(r.contract.str()).terms;
      const Product& p = state.products.at(terms.product.str());
      // A file left on its day; an open API goes on handing out.
      audit_use(*this, audited, {.share_type = name_of(p.form.share), .form = name_of(r.form), .purpose = terms.purpose, .at = r.form == OpenForm::api ? now : r.at_ms}, beyond);
      for (const AuditFinding& f : beyond) items.push(finding_json(f, "release", release_id, audited));
      // An API says so when its first page is asked for.
      bool wants_marks = text && text->marks && !(r.form == OpenForm::api && r.calls == 0 && !r.marks);
      if (wants_marks && !r.bears_marks())
        items.push(finding_json({"release_unmarked", false, {}, r.marks ? *r.marks->unmarked : std::string(), "策略要求标记，但该发布未含接收方标记",
                                 "the strategy asks for marks, this release bears none"},
                                "release", release_id, audited));
    }
  }
  Json out = Json::object({{"checked", Json::object({{"products", products}, {"releases", releases}, {"versions", versions}})}, {"items", std::move(items)}});
  Json names = names_of(out);
  return out.set("names", std::move(names));
}

}  // namespace sluice::node
