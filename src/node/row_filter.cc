#include "node/row_filter.h"

#include <algorithm>

#include "collect/value.h"

namespace sluice::node {

namespace {

Result<int64_t> number_of(const table::ColumnSpec& spec, const std::string& value) {
  collect::PlanField field;
  field.name = spec.name;
  switch (spec.type) {
    case table::Type::int64: field.type = collect::FieldType::integer; break;
    case table::Type::decimal:
      field.type = collect::FieldType::decimal;
      field.scale = spec.scale;
      break;
    case table::Type::date: field.type = collect::FieldType::date; break;
    case table::Type::datetime: field.type = collect::FieldType::datetime; break;
    case table::Type::boolean: field.type = collect::FieldType::boolean; break;
    case table::Type::text: break;
  }
  int64_t out;
  if (!collect::parse_value(field, value, out)) return fail(Errc::invalid, "filter.bad_value", spec.name);
  return out;
}

template <class T>
bool compare(std::string_view op, const T& left, const std::vector<T>& right) {
  if (op == "in") return std::find(right.begin(), right.end(), left) != right.end();
  if (op == "eq") return left == right.front();
  if (op == "ne") return left != right.front();
  if (op == "lt") return left < right.front();
  if (op == "le") return left <= right.front();
  if (op == "gt") return left > right.front();
  return left >= right.front();
}

// Both symbols of every token among the values.
void with_other_symbols(const deident::TokenForm& form, std::string& op, std::vector<std::string>& values) {
  if (op != "eq" && op != "in" && op != "ne") return;
  const size_t given = values.size();
  for (size_t i = 0; i < given; i++)
    if (deident::token_symbol(form, values[i]) >= 0) values.push_back(deident::other_token(form, values[i]));
  if (values.size() > given) op = op == "ne" ? "not_in" : "in";
}

}  // namespace

Result<RowFilter> RowFilter::create(const std::vector<space::RowCondition>& conditions, std::span<const table::ColumnSpec> specs,
                                    const std::vector<deident::TokenForm>& tokens) {
  RowFilter out;
  for (const auto& condition : conditions) {
    size_t column = table::find_column(specs, condition.column);
    if (column == specs.size()) return fail(Errc::invalid, "filter.no_such_column", condition.column);
    if (condition.values.empty()) return fail(Errc::invalid, "filter.values_missing", condition.column);
    Term term;
    auto known = std::find(out.columns_.begin(), out.columns_.end(), column);
    term.at = static_cast<size_t>(known - out.columns_.begin());
    if (known == out.columns_.end()) out.columns_.push_back(column);
    term.op = condition.op;
    if (specs[column].type == table::Type::text) {
      term.texts = condition.values;
      if (const deident::TokenForm* form = deident::token_form_of(tokens, condition.column)) with_other_symbols(*form, term.op, term.texts);
      if (term.op == "in") std::sort(term.texts.begin(), term.texts.end());  // it may name thousands
    } else {
      if (condition.op == "prefix") return fail(Errc::invalid, "filter.bad_value", condition.column);
      for (const std::string& value : condition.values) term.numbers.push_back(TRY(number_of(specs[column], value)));
    }
    out.terms_.push_back(std::move(term));
  }
  return out;
}

bool RowFilter::holds(const Term& term, const table::Column& column, size_t row) {
  if (column.is_null(row)) return term.op == "ne" || term.op == "not_in";
  if (column.type() != table::Type::text) return compare(term.op, column.int_at(row), term.numbers);
  std::string_view text = column.text_at(row);
  if (term.op == "prefix") return text.starts_with(term.texts.front());
  if (term.op == "in") return std::binary_search(term.texts.begin(), term.texts.end(), text);
  if (term.op == "not_in") return std::find(term.texts.begin(), term.texts.end(), text) == term.texts.end();
  return compare<std::string_view>(term.op, text, {std::string_view(term.texts.front())});
}

bool RowFilter::matches(std::span<const table::ColumnRef> read, size_t row) const {
  return std::all_of(terms_.begin(), terms_.end(), [&](const Term& term) { return holds(term, *read[term.at], row); });
}

}  // namespace sluice::node
