#include "recheck/receipt_view.h"

#include <algorithm>

namespace sluice::recheck {

namespace {

tl::unexpected<Error> malformed(std::string_view member) { return fail(Errc::invalid, "recheck.malformed_receipt", std::string(member)); }

constexpr int64_t kCountMax = int64_t{1} << 53;  // sums of a few stay far from any end

enum class Member { required, optional };

Result<uint64_t> count_of(const Json& json, std::string_view name, Member member = Member::required) {
  const Json* v = json.find(name);
  if (!v && member == Member::optional) return uint64_t{0};
  if (!v || !v->is_int() || v->as_int() < 0 || v->as_int() > kCountMax) return malformed(name);
  return static_cast<uint64_t>(v->as_int());
}

Result<std::vector<const Json*>> objects_of(const Json& json, std::string_view name, Member member) {
  std::vector<const Json*> out;
  const Json* list = json.find(name);
  if (!list && member == Member::optional) return out;
  if (!list || !list->is_array()) return malformed(name);
  for (const Json& item : list->as_array()) {
    if (!item.is_object()) return malformed(name);
    out.push_back(&item);
  }
  return out;
}

Result<std::string> word_of(const Json& json, std::string_view name) {
  auto word = json.get_string(name);
  if (!word) return malformed(name);
  return std::string(*word);
}

Result<ClaimedField> field_of(const Json& json) {
  ClaimedField out;
  out.column = TRY(word_of(json, "column"));
  out.technique = TRY(word_of(json, "technique"));
  const Json* parameters = json.find("parameters");
  if (parameters && !parameters->is_object()) return malformed("parameters");
  out.parameters = Parameters::read(out.technique, parameters ? *parameters : Json::object());
  out.masked = TRY(count_of(json, "masked", Member::optional));
  out.nulls = TRY(count_of(json, "nulls", Member::optional));
  out.failed = TRY(count_of(json, "failed", Member::optional));
  if (json.find("kept")) out.kept = TRY(count_of(json, "kept"));
  return out;
}

Result<std::optional<ClaimedRisk>> risk_of(const Json& receipt, std::string_view name) {
  const Json* json = receipt.find(name);
  if (!json) return std::optional<ClaimedRisk>();
  const Json* columns = json->is_object() ? json->find("columns") : nullptr;
  if (!columns || !columns->is_array()) return malformed(name);
  ClaimedRisk out;
  for (const Json& c : columns->as_array()) {
    if (!c.is_string()) return malformed(name);
    out.columns.push_back(c.as_string());
  }
  for (auto [member, to] : {std::pair("rows", &out.rows), {"classes", &out.classes}, {"k_min", &out.k_min}, {"unique_rows", &out.unique_rows},
                            {"prosecutor_ppm", &out.prosecutor_ppm}, {"journalist_ppm", &out.journalist_ppm}, {"marketer_ppm", &out.marketer_ppm}})
    *to = TRY(count_of(*json, member));
  return std::optional(std::move(out));
}

Result<ClaimedModel> model_of(const Json& json) {
  ClaimedModel out;
  out.model = TRY(word_of(json, "model"));
  out.column = TRY(word_of(json, "column"));
  for (auto [member, to] : {std::pair("wanted", &out.wanted), {"reached", &out.reached}}) {
    const Json* v = json.find(member);
    if (!v || !v->is_int()) return malformed(member);
    *to = v->as_int();
  }
  const Json* holds = json.find("holds");
  if (!holds || !holds->is_bool()) return malformed("holds");
  out.holds = holds->as_bool();
  for (auto [member, to] : {std::pair("lowest_wanted", &out.lowest_wanted), {"lowest_reached", &out.lowest_reached}, {"c_permille", &out.c_permille}})
    if (const Json* v = json.find(member)) {
      if (!v->is_int()) return malformed(member);
      *to = v->as_int();
    }
  if (json.find("of")) out.of = TRY(word_of(json, "of"));
  if (json.find("hierarchy_sm3")) out.hierarchy_sm3 = TRY(word_of(json, "hierarchy_sm3"));
  return out;
}

Result<std::optional<ClaimedMarks>> marks_of(const Json& receipt) {
  const Json* json = receipt.find("marks");
  if (!json) return std::optional<ClaimedMarks>();
  if (!json->is_object()) return malformed("marks");
  ClaimedMarks out;
  out.masked_receipt_sm3 = TRY(word_of(*json, "masked_receipt_sm3"));
  out.cells_marked = TRY(count_of(*json, "cells_marked"));
  for (const Json* carrier : TRY(objects_of(*json, "carriers", Member::required)))
    out.carriers.emplace_back(TRY(word_of(*carrier, "column")), TRY(count_of(*carrier, "cells_changed")));
  return std::optional(std::move(out));
}

Result<std::vector<std::string>> names_of(const Json& json, std::string_view name) {
  std::vector<std::string> out;
  const Json* list = json.find(name);
  if (!list || !list->is_array()) return malformed(name);
  for (const Json& item : list->as_array()) {
    if (!item.is_string()) return malformed(name);
    out.push_back(item.as_string());
  }
  return out;
}

// The bounds are those of docs/formats/masking-strategy.md; a threshold of 1 would hide nothing.
Result<std::optional<ClaimedAggregate>> aggregate_of(const Json& receipt) {
  const Json* json = receipt.find("aggregate");
  if (!json) return std::optional<ClaimedAggregate>();
  if (!json->is_object()) return malformed("aggregate");
  ClaimedAggregate out;
  out.by = TRY(names_of(*json, "by"));
  out.sums = TRY(names_of(*json, "sums"));
  out.means = TRY(names_of(*json, "means"));
  out.threshold = TRY(count_of(*json, "threshold"));
  if (out.threshold < 2 || out.threshold > 1000) return malformed("threshold");
  out.dominance = json->find("dominance_n") || json->find("dominance_percent");
  out.contributor = json->find("contributor") != nullptr;
  return std::optional(std::move(out));
}

Status read_digest(const Json& json, std::string_view format, ReceiptView& out) {
  const bool second = format == "sluice-deident-receipt/2";
  if (!second && format != "sluice-deident-receipt/1") return fail(Errc::invalid, "recheck.unsupported_format");
  if (second) out.digest_kind = TRY(word_of(json, "digest_kind"));
  const char* member = second ? "output_digest" : "output_sm3";
  if (second || json.find(member)) out.output_digest = TRY(word_of(json, member));
  out.sealed = json.find("output_manifest_sm3") != nullptr;
  return {};
}

Status read_rows(const Json& json, ReceiptView& out) {
  out.rows_in = TRY(count_of(json, "rows_in"));
  out.rows_out = TRY(count_of(json, "rows_out"));
  out.not_sampled = TRY(count_of(json, "rows_not_sampled", Member::optional));
  out.suppressed = TRY(count_of(json, "rows_suppressed", Member::optional));
  out.level5 = TRY(count_of(json, "rows_level5", Member::optional));
  out.rows_scanned = TRY(count_of(json, "residual_rows_scanned", Member::optional));
  return {};
}

}  // namespace

const ClaimedField* ReceiptView::field(std::string_view column) const {
  auto at = std::find_if(fields.begin(), fields.end(), [&](const ClaimedField& f) { return f.column == column; });
  return at == fields.end() ? nullptr : &*at;
}

Result<ReceiptView> read_receipt(std::string_view text) {
  Json json = TRY(parse_json(text, 4u << 20));
  if (!json.is_object()) return malformed("");
  ReceiptView out;
  TRY(read_digest(json, std::string(json.get_string("format").value_or("")), out));
  TRY(read_rows(json, out));
  for (const Json* f : TRY(objects_of(json, "fields", Member::required))) out.fields.push_back(TRY(field_of(*f)));
  std::set<std::string_view> columns;
  for (const ClaimedField& f : out.fields)
    if (!columns.insert(f.column).second) return malformed("fields");  // which of the two would be claimed?
  for (const Json* r : TRY(objects_of(json, "residual", Member::optional))) out.declared.emplace(TRY(word_of(*r, "column")), TRY(word_of(*r, "type")));
  out.before = TRY(risk_of(json, "risk_before"));
  out.after = TRY(risk_of(json, "risk_after"));
  for (const Json* m : TRY(objects_of(json, "models", Member::optional))) out.models.push_back(TRY(model_of(*m)));
  if (json.find("population_digest")) out.population_digest = TRY(word_of(json, "population_digest"));
  out.marks = TRY(marks_of(json));
  if (json.find("aggregated_cells")) {
    out.cells = TRY(count_of(json, "aggregated_cells"));
    out.cells_hidden = TRY(count_of(json, "aggregated_hidden"));
    out.aggregate = TRY(aggregate_of(json));
  }
  return out;
}

bool adds_up(uint64_t whole, std::initializer_list<uint64_t> parts) {
  for (uint64_t part : parts) {
    if (part > whole) return false;
    whole -= part;
  }
  return whole == 0;
}

}  // namespace sluice::recheck
