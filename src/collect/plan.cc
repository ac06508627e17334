#include "collect/plan.h"

#include <algorithm>

#include "base/file.h"
#include "collect/value.h"
#include "standard/codes.h"
#include "table/limits.h"

namespace sluice::collect {

namespace {

constexpr size_t kPlanBytesMax = 1u << 20;

bool only(std::string_view s, std::string_view extra) {
  for (char c : s) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
    if (!plain && extra.find(c) == std::string_view::npos) return false;
  }
  return !s.empty();
}

// A name out of a plan, fit to be shown.
std::string printable(std::string_view name) {
  std::string out(name.substr(0, 60));
  for (char& c : out)
    if (static_cast<uint8_t>(c) < 0x20 || c == 0x7f) c = '?';
  while (!out.empty() && out.size() < name.size() && (static_cast<uint8_t>(out.back()) & 0x80)) out.pop_back();
  return out;
}

tl::unexpected<Error> bad_member(std::string where) { return fail(Errc::invalid, "plan.bad_member", std::move(where)); }

bool numeric(FieldType t) { return t == FieldType::integer || t == FieldType::decimal; }

Status check_field(const PlanField& f) {
  if (f.name.empty() || f.name.size() > kNameBytesMax) return bad_member("name of a field");
  if (f.title.size() > kNameBytesMax) return bad_member(f.name + ".title");
  if (f.necessity.empty() || f.necessity.size() > kTextBytesMax) return bad_member(f.name + ".necessity");
  if (f.scale && (f.type != FieldType::decimal || *f.scale < 0 || *f.scale > 6)) return bad_member(f.name + ".scale");
  if (!f.codes.empty() && f.type != FieldType::text) return bad_member(f.name + ".codes");
  if (f.max_length && (f.type != FieldType::text || *f.max_length < 1)) return bad_member(f.name + ".max_length");
  if ((f.min || f.max) && (f.type == FieldType::text || f.type == FieldType::boolean)) return bad_member(f.name + ".min");
  int64_t low, high;
  if (f.min && !parse_value(f, *f.min, low)) return fail(Errc::invalid, "plan.bad_range", f.name);
  if (f.max && !parse_value(f, *f.max, high)) return fail(Errc::invalid, "plan.bad_range", f.name);
  if (f.min && f.max && low > high) return fail(Errc::invalid, "plan.bad_range", f.name);
  return {};
}

Status check_reference(const Plan& plan, const PlanField& f) {
  if (!f.reference) return {};
  bool named = !f.reference->table.empty() && f.reference->table.size() <= 64;
  if (!named || f.type != FieldType::text) return bad_member(f.name + ".reference");
  if (!f.reference->on) return {};
  size_t on = plan.find(*f.reference->on);
  bool dated = on < plan.columns.size() && (plan.columns[on].type == FieldType::date || plan.columns[on].type == FieldType::datetime);
  return dated ? Status{} : bad_member(f.name + ".reference.on");
}

Status check_refunds(const Plan& plan) {
  if (!plan.refunds) return {};
  size_t amount = plan.find(plan.refunds->amount), origin = plan.find(plan.refunds->origin), of = plan.find(plan.refunds->of);
  size_t none = plan.columns.size();
  if (amount == none || !numeric(plan.columns[amount].type)) return bad_member("refunds.amount");
  if (origin == none || plan.columns[origin].type != FieldType::text) return bad_member("refunds.origin");
  if (of == none || of == origin || plan.columns[of].type != FieldType::text) return bad_member("refunds.of");
  return {};
}

// The types that the operands of a cross rule need.
Status check_cross(const Plan& plan, const CrossRule& rule) {
  auto bad = [&] { return fail(Errc::invalid, "plan.bad_rule", rule.name); };
  if (rule.name.empty() || rule.name.size() > kNameBytesMax || (rule.tolerance && *rule.tolerance < 0)) return bad();
  std::vector<const PlanField*> of;
  for (const std::string& name : rule.of) {
    size_t at = plan.find(name);
    if (at == plan.columns.size()) return bad();
    of.push_back(&plan.columns[at]);
  }
  auto is = [&](size_t i, FieldType t) { return of[i]->type == t; };
  switch (rule.kind) {
    case CrossKind::id_birth: return of.size() == 2 && is(0, FieldType::text) && is(1, FieldType::date) ? Status() : bad();
    case CrossKind::id_sex: return of.size() == 2 && is(0, FieldType::text) && is(1, FieldType::text) ? Status() : bad();
    case CrossKind::product:
      return of.size() == 3 && numeric(of[0]->type) && numeric(of[1]->type) && numeric(of[2]->type) ? Status() : bad();
    case CrossKind::order: {
      auto temporal = [](FieldType t) { return t == FieldType::date || t == FieldType::datetime; };
      if (of.size() != 2) return bad();
      bool same_scale = of[0]->type == of[1]->type && of[0]->scale.value_or(2) == of[1]->scale.value_or(2);
      bool fits = (numeric(of[0]->type) && same_scale) || (temporal(of[0]->type) && temporal(of[1]->type));
      return fits ? Status() : bad();
    }
    case CrossKind::sum:
      if (of.size() < 2) return bad();
      for (const PlanField* f : of)
        if (f->type != of[0]->type || !numeric(f->type) || f->scale.value_or(2) != of[0]->scale.value_or(2)) return bad();
      return {};
  }
  return bad();
}

bool is_mapped(Format format) { return format == Format::message || format == Format::fhir || format == Format::hl7; }

Status check_mapping(const Plan& plan) {
  if (is_mapped(plan.format) != plan.mapping.has_value()) return bad_member("mapping");
  if (!plan.mapping) return {};
  if ((plan.format == Format::message) != !plan.mapping->infno.empty()) return bad_member("mapping.infno");
  if (plan.mapping->resource && plan.format != Format::fhir) return bad_member("mapping.resource");
  for (const auto& [field, path] : plan.mapping->paths)
    if (plan.find(field) == plan.columns.size() || path.empty() || path.size() > kNameBytesMax) return bad_member("mapping.paths." + printable(field));
  return {};
}

Status check_database(const Plan& plan) {
  bool database = plan.format == Format::database;
  if (database != plan.database.has_value()) return bad_member("database");
  if (!database) return {};
  const Database& d = *plan.database;
  if (d.table.has_value() == d.query.has_value()) return bad_member("database.table");
  if ((d.query && d.query->size() > kTextBytesMax) || (d.query && d.schema)) return bad_member("database.query");
  for (const auto& [field, column] : d.columns)
    if (plan.find(field) == plan.columns.size() || column.empty() || column.size() > kNameBytesMax) return bad_member("database.columns");
  if (d.incremental && (d.incremental->by.empty() || d.incremental->lag_s.value_or(0) < 0)) return bad_member("database.incremental");
  return {};
}

}  // namespace

size_t Plan::find(std::string_view name) const {
  for (size_t i = 0; i < columns.size(); i++)
    if (columns[i].name == name) return i;
  return columns.size();
}

CsvDialect Plan::dialect() const {
  CsvDialect out;
  out.delimiter = delimiter ? (*delimiter)[0] : format == Format::tsv ? '\t' : ',';
  out.header = header.value_or(true);
  out.encoding = format == Format::database ? Encoding::utf8 : encoding.value_or(Encoding::automatic);
  return out;
}

Status check_plan(const Plan& plan) {
  if (plan.format_id != "sluice-plan/1") return fail(Errc::invalid, "plan.bad_format");
  if (!only(plan.id, "._-") || plan.id.size() > 64) return bad_member("id");
  if (!only(plan.table, "_") || plan.table.size() > 128) return bad_member("table");
  if (plan.dataset.empty() || plan.dataset.size() > kNameBytesMax) return bad_member("dataset");
  if (plan.source.name.empty() || plan.source.name.size() > kNameBytesMax) return bad_member("source.name");
  if (!check_uscc(plan.source.uscc).valid) return fail(Errc::invalid, "plan.bad_uscc");
  if (plan.purpose.empty() || plan.purpose.size() > kTextBytesMax) return bad_member("purpose");
  if (plan.legal_basis.empty() || plan.legal_basis.size() > kTextBytesMax) return bad_member("legal_basis");
  bool separated = plan.format == Format::csv || plan.format == Format::tsv;
  if (plan.delimiter && (plan.delimiter->size() != 1 || !separated)) return bad_member("delimiter");
  if (!separated && (plan.encoding || plan.header)) return bad_member("encoding");
  if (plan.columns.empty()) return fail(Errc::invalid, "plan.no_fields");
  if (plan.columns.size() > table::kTableColumnsMax) return fail(Errc::invalid, "plan.too_large", "fields");
  for (size_t i = 0; i < plan.columns.size(); i++) {
    TRY(check_field(plan.columns[i]));
    if (plan.find(plan.columns[i].name) != i) return fail(Errc::invalid, "plan.duplicate_field", plan.columns[i].name);
    TRY(check_reference(plan, plan.columns[i]));
  }
  TRY(check_database(plan));
  TRY(check_mapping(plan));
  TRY(check_refunds(plan));
  for (const CrossRule& rule : plan.cross_rules) TRY(check_cross(plan, rule));
  for (const std::string& name : plan.control_totals) {
    size_t at = plan.find(name);
    if (at == plan.columns.size() || !numeric(plan.columns[at].type)) return bad_member("control_totals");
  }
  return {};
}

Result<Plan> parse_plan(std::string_view text) {
  if (text.size() > kPlanBytesMax) return fail(Errc::invalid, "plan.too_large");
  size_t first = text.find_first_not_of(" \t\r\n");
  bool json = first != std::string_view::npos && text[first] == '{';
  auto tree = json ? parse_json(text, kPlanBytesMax) : yaml_to_json(text);
  if (!tree) return fail(Errc::invalid, "plan.malformed", std::string(tree.error().reason) + " " + tree.error().detail);
  if (!tree->is_object()) return fail(Errc::invalid, "plan.malformed");
  auto plan = decode<Plan>(*tree);
  if (!plan) {
    std::string_view reason = plan.error().reason;
    std::string_view ours = reason == "record.unknown_field"   ? "plan.unknown_member"
                            : reason == "record.missing_field" ? "plan.missing_member"
                                                               : "plan.bad_member";
    return fail(Errc::invalid, ours, plan.error().detail);
  }
  TRY(check_plan(*plan));
  return plan;
}

Result<Plan> load_plan(const std::string& path) { return parse_plan(TRY(read_text_file(path, kPlanBytesMax))); }

Result<Plan> deletion_plan(const Plan& plan) {
  Plan out = plan;
  out.id += ":deletion";
  out.format = Format::csv;
  out.encoding.reset();
  out.header.reset();
  out.delimiter.reset();
  out.database.reset();
  out.mapping.reset();
  out.cross_rules.clear();
  out.control_totals.clear();
  out.refunds.reset();
  for (PlanField& f : out.columns) f.reference.reset();
  std::erase_if(out.columns, [](const PlanField& f) { return !f.key.value_or(false); });
  if (out.columns.empty()) return fail(Errc::invalid, "deletion.no_key");
  return out;
}

std::vector<table::ColumnSpec> specs_of(const Plan& plan) {
  std::vector<table::ColumnSpec> out;
  for (const PlanField& f : plan.columns) {
    table::Type type = table::Type::text;
    switch (f.type) {
      case FieldType::text: type = table::Type::text; break;
      case FieldType::integer: type = table::Type::int64; break;
      case FieldType::decimal: type = table::Type::decimal; break;
      case FieldType::date: type = table::Type::date; break;
      case FieldType::datetime: type = table::Type::datetime; break;
      case FieldType::boolean: type = table::Type::boolean; break;
    }
    out.push_back({f.name, type, scale_of(f)});
  }
  return out;
}

}  // namespace sluice::collect
