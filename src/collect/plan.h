// The collection plan (docs/formats/collection-plan.md, C6.1.1): what may be collected, from whom, why, and how it must look.
//
// Written as YAML or JSON. One decoder: YAML is converted to Json under limits (1 MiB, depth 32, no aliases, no tags), then
// decoded. Unknown members are refused by name ("plan.unknown_member", detail: the member), as are contradictions:
// "plan.malformed", "plan.missing_member", "plan.bad_member", "plan.bad_format", "plan.duplicate_field", "plan.no_fields",
// "plan.bad_rule" (a cross rule that names an absent field or one of the wrong type), "plan.bad_range", "plan.bad_uscc",
// "plan.too_large". Details name members and fields of the plan, which are published, never data.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/csv.h"
#include "codec/record.h"
#include "standard/membership.h"
#include "table/column.h"

namespace sluice::collect {

// database: no file but a table that is read through ODBC (docs/formats/source.md).
// message, fhir, hl7: messages flattened by a mapping (collect/mapped.h).
enum class Format { csv, tsv, parquet, jsonl, xlsx, database, message, fhir, hl7 };
constexpr std::array<std::string_view, 9> enum_names(Format) {
  return {"csv", "tsv", "parquet", "jsonl", "xlsx", "database", "message", "fhir", "hl7"};
}

enum class FieldType { text, integer, decimal, date, datetime, boolean };
constexpr std::array<std::string_view, 6> enum_names(FieldType) {
  return {"text", "int", "decimal", "date", "datetime", "bool"};
}

enum class UnknownFields { refuse, drop };
constexpr std::array<std::string_view, 2> enum_names(UnknownFields) { return {"refuse", "drop"}; }

// What a broken rule does to the row: hold it for checking (待核), or accept it with a warning.
enum class Severity { hold, warn };
constexpr std::array<std::string_view, 2> enum_names(Severity) { return {"hold", "warn"}; }

struct Organisation {
  std::string name;
  std::string uscc;
  static constexpr auto fields = field_list(field("name", &Organisation::name), field("uscc", &Organisation::uscc));
};

// The table's version of the row's own day counts: the day in field `on` (date or datetime; a row without it is not checked), or the day of
// collection. "reference.unknown_code", "reference.not_valid_then", "reference.no_version_then" hold the row.
struct Reference {
  std::string table;
  std::optional<std::string> on;
  static constexpr auto fields = field_list(field("table", &Reference::table), field("on", &Reference::on));
};

struct PlanField {
  std::string name;                       // the column in the file and in the dataset
  std::string title;                      // Chinese, for people
  FieldType type = FieldType::text;
  std::optional<int64_t> scale;           // digits after the point; decimal only, default 2
  std::optional<bool> required;           // default false: an empty cell is a null
  std::optional<bool> key;                // the key fields together are unique in a batch
  std::vector<CodeType> codes;            // code systems of standard/codes.h, any of which may fit
  std::vector<std::string> values;        // the value set
  std::optional<std::string> min, max;    // inclusive, written as the field's values are
  std::optional<int64_t> max_length;      // characters, text only
  std::string necessity;                  // why this field is needed for the purpose
  std::optional<Reference> reference{};   // a code table that the value must stand in
  static constexpr auto fields = field_list(
      field("name", &PlanField::name), field("title", &PlanField::title), field("type", &PlanField::type),
      field("scale", &PlanField::scale), field("required", &PlanField::required), field("key", &PlanField::key),
      field("codes", &PlanField::codes), field("values", &PlanField::values), field("min", &PlanField::min),
      field("max", &PlanField::max), field("max_length", &PlanField::max_length),
      field("necessity", &PlanField::necessity), field("reference", &PlanField::reference));
};

// Rules across the fields of a row. A rule with an absent (null) operand does not apply.
//   id_birth  [certno, brdy]       the birth date of the ID number is the date
//   id_sex    [certno, gend]       sex digit odd: 1 (男), even: 2 (女)
//   sum       [total, part…]       total = sum of the parts
//   product   [total, quantity, price]
//   order     [a, b]               a ≤ b (dates, datetimes, numbers)
enum class CrossKind { id_birth, id_sex, sum, product, order };
constexpr std::array<std::string_view, 5> enum_names(CrossKind) { return {"id_birth", "id_sex", "sum", "product", "order"}; }

struct CrossRule {
  std::string name;                      // appears in reports
  CrossKind kind = CrossKind::sum;
  std::vector<std::string> of;           // field names, in the order above
  std::optional<int64_t> tolerance;      // sum, product: in minor units of the total (分), default 0
  std::optional<Severity> severity;      // default hold
  static constexpr auto fields =
      field_list(field("name", &CrossRule::name), field("kind", &CrossRule::kind), field("of", &CrossRule::of),
                 field("tolerance", &CrossRule::tolerance), field("severity", &CrossRule::severity));
};

// Which rows of a database: one table, or one query that stands in the plan for everyone to see. Incremental runs take what lies
// above the last one's end in `by`, a number or a moment that the source sets when it writes a row.
struct Incremental {
  std::string by;                // a column of the source
  std::optional<int64_t> lag_s;  // the newest seconds are left for the next run; default 0
  static constexpr auto fields = field_list(field("by", &Incremental::by), field("lag_s", &Incremental::lag_s));
};
struct Database {
  std::optional<std::string> schema, table, query;  // a table, or a query
  std::map<std::string, std::string> columns;       // field → column of the source, where they differ
  std::optional<Incremental> incremental;           // absent: the whole table each time
  static constexpr auto fields = field_list(field("schema", &Database::schema), field("table", &Database::table), field("query", &Database::query),
                                            field("columns", &Database::columns), field("incremental", &Database::incremental));
};

// Refunds are rows whose `amount` is negative: `origin` names the row taken back by its field `of` (collect/refunds.h). "refund.no_origin",
// "refund.unknown_origin" and "refund.exceeds_origin" hold the row.
struct Refunds {
  std::string amount, origin, of;
  static constexpr auto fields = field_list(field("amount", &Refunds::amount), field("origin", &Refunds::origin), field("of", &Refunds::of));
};

// Where the fields of a row are in a message.
struct Mapping {
  std::optional<std::string> record, resource;
  std::vector<std::string> infno;            // interfaces of the national platform; message only
  std::map<std::string, std::string> paths;  // field → path
  static constexpr auto fields = field_list(field("record", &Mapping::record), field("resource", &Mapping::resource), field("infno", &Mapping::infno),
                                            field("paths", &Mapping::paths));
};

struct Plan {
  std::string format_id;                    // "sluice-plan/1"
  std::string id;                           // [a-z0-9._-], 1–64
  std::string dataset;                      // Chinese name for people
  std::string table;                        // name of the table, [A-Za-z0-9_]
  Organisation source;
  Format format = Format::csv;
  std::optional<Encoding> encoding;         // default auto
  std::optional<bool> header;               // default true
  std::optional<std::string> delimiter;     // one character; default by format
  std::string purpose;
  std::string legal_basis;
  std::string frequency;
  std::optional<UnknownFields> unknown_fields;  // default refuse
  std::vector<PlanField> columns;           // member "fields"
  std::vector<CrossRule> cross_rules;
  std::optional<Database> database;         // where file_format is database
  std::optional<Mapping> mapping;           // where it is message, fhir or hl7
  std::optional<Refunds> refunds{};
  std::vector<std::string> control_totals;  // decimal or int columns whose sums the manifest carries
  static constexpr auto fields = field_list(
      field("format", &Plan::format_id), field("id", &Plan::id), field("dataset", &Plan::dataset),
      field("table", &Plan::table), field("source", &Plan::source), field("file_format", &Plan::format),
      field("encoding", &Plan::encoding), field("header", &Plan::header), field("delimiter", &Plan::delimiter),
      field("purpose", &Plan::purpose), field("legal_basis", &Plan::legal_basis), field("frequency", &Plan::frequency),
      field("unknown_fields", &Plan::unknown_fields), field("fields", &Plan::columns),
      field("cross_rules", &Plan::cross_rules), field("control_totals", &Plan::control_totals),
      field("database", &Plan::database), field("mapping", &Plan::mapping), field("refunds", &Plan::refunds));

  size_t find(std::string_view name) const;  // columns.size() when absent
  CsvDialect dialect() const;
};

Result<Plan> parse_plan(std::string_view yaml_or_json);
Result<Plan> load_plan(const std::string& path);
// What parse_plan checks beyond the form; for plans that were made by a program.
Status check_plan(const Plan& plan);

// The plan of a list of rows that the source takes back: its key fields alone, as CSV. Its id is the plan's with ":deletion" behind it, so that
// no manifest of rows passes for one of a list. "deletion.no_key".
Result<Plan> deletion_plan(const Plan& plan);

// The columns that the accepted rows have, in plan order.
std::vector<table::ColumnSpec> specs_of(const Plan& plan);

// YAML (one document) as Json; scalars become bool, int or string by their plain form, quoted ones strings.
// "yaml.malformed" (detail: line), "yaml.alias", "yaml.too_deep", "yaml.duplicate_key", "yaml.too_large".
Result<Json> yaml_to_json(std::string_view text);

}  // namespace sluice::collect
