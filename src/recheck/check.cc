#include "recheck/check.h"

#include <fcntl.h>

#include <algorithm>
#include <memory>
#include <set>

#include "base/file.h"
#include "base/owned_fd.h"
#include "codec/csv.h"
#include "recheck/aggregate.h"
#include "recheck/claim.h"
#include "recheck/file_digest.h"
#include "recheck/identifiers.h"

namespace sluice::recheck {

namespace {

struct ClaimedField {
  std::string column, technique;
  Json parameters = Json::object();
  uint64_t nulls = 0, failed = 0, masked = 0;
};

struct ReceiptView {
  uint64_t rows_out = 0;
  bool rows_left_out = false;
  std::string digest_kind = "sm3";
  std::optional<std::string> output_digest;  // of that kind
  std::vector<ClaimedField> fields;
  std::set<std::pair<std::string, std::string>> declared;  // column, type
  std::vector<std::string> quasi_identifiers;
  std::optional<uint64_t> k_min;
  std::optional<uint64_t> cells, cells_hidden;  // the output is an aggregate
};

uint64_t count_of(const Json& json, std::string_view name) {
  const Json* v = json.find(name);
  return v && v->is_int() && v->as_int() >= 0 ? static_cast<uint64_t>(v->as_int()) : 0;
}

Result<ReceiptView> read_receipt(std::string_view text) {
  Json json = TRY(parse_json(text, 4u << 20));
  if (!json.is_object()) return fail(Errc::invalid, "recheck.malformed_receipt");
  auto format = json.get_string("format");
  const bool second = format && *format == "sluice-deident-receipt/2";
  if (!format || (!second && *format != "sluice-deident-receipt/1")) return fail(Errc::invalid, "recheck.unsupported_format");
  ReceiptView out;
  const Json* fields = json.find("fields");
  const Json* rows = json.find("rows_out");
  if (!fields || !fields->is_array() || !rows || !rows->is_int()) return fail(Errc::invalid, "recheck.malformed_receipt");
  out.rows_out = count_of(json, "rows_out");
  if (json.find("aggregated_cells")) {
    out.cells = count_of(json, "aggregated_cells");
    out.cells_hidden = count_of(json, "aggregated_hidden");
  }
  out.rows_left_out = count_of(json, "rows_out") != count_of(json, "rows_in");
  if (second) out.digest_kind = TRY(json.get_string("digest_kind"));
  if (auto digest = json.get_string(second ? "output_digest" : "output_sm3")) out.output_digest = *digest;
  for (const Json& f : fields->as_array()) {
    if (!f.is_object()) return fail(Errc::invalid, "recheck.malformed_receipt");
    ClaimedField field;
    field.column = TRY(f.get_string("column"));
    field.technique = TRY(f.get_string("technique"));
    if (const Json* p = f.find("parameters"); p && p->is_object()) field.parameters = *p;
    field.nulls = count_of(f, "nulls");
    field.failed = count_of(f, "failed");
    field.masked = count_of(f, "masked");
    out.fields.push_back(std::move(field));
  }
  if (const Json* residual = json.find("residual"); residual && residual->is_array())
    for (const Json& r : residual->as_array())
      if (r.is_object()) out.declared.emplace(r.get_string("column").value_or(""), r.get_string("type").value_or(""));
  if (const Json* risk = json.find("risk_after"); risk && risk->is_object()) {
    out.k_min = count_of(*risk, "k_min");
    if (const Json* columns = risk->find("columns"); columns && columns->is_array())
      for (const Json& c : columns->as_array())
        if (c.is_string()) out.quasi_identifiers.push_back(c.as_string());
  }
  return out;
}

// One column of the output while it is read.
struct WatchedColumn {
  const ClaimedField* field = nullptr;
  std::unique_ptr<Claim> claim{};
  IdentifierScan scan{};
  uint64_t broken = 0, empty = 0;
};

class OutputCheck {
 public:
  OutputCheck(const ReceiptView& receipt, const Demands& demands) : receipt_(receipt), demands_(demands) {}

  Status read(const std::string& path) {
    OwnedFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return tl::unexpected(last_os_error(errno == ENOENT ? "file.not_found" : "file.unreadable"));
    auto bytes = bytes_of_fd(fd.get());
    CsvDialect dialect;
    dialect.delimiter = TRY(find_delimiter_of_file(path));
    CsvReader reader = TRY(CsvReader::open(*bytes, dialect));
    TRY(begin(reader.header()));
    while (const CsvBlock* block = TRY(reader.next())) rows(*block);
    return {};
  }

  Report report() {
    Report out;
    out.rows = rows_;
    auto add = [&](std::string check, std::string column, Outcome outcome, uint64_t cells, std::string detail) {
      out.findings.push_back({std::move(check), std::move(column), outcome, cells, std::move(detail)});
    };
    add("rows", "", rows_ == receipt_.rows_out ? Outcome::ok : Outcome::broken, rows_, "receipt: " + std::to_string(receipt_.rows_out));
    add("columns", "", columns_as_claimed_ ? Outcome::ok : Outcome::broken, columns_.size(), "");
    for (WatchedColumn& c : columns_) {
      if (!c.field) continue;
      const ClaimedField& f = *c.field;
      if (c.claim) c.broken += c.claim->broken_at_end();
      if (f.technique != "keep") add("claim", f.column, !c.claim ? Outcome::not_checkable : c.broken ? Outcome::broken : Outcome::ok, c.broken, f.technique);
      bool blanks = f.technique == "blank" || f.technique == "rare" || f.technique == "redact" || f.technique == "permute" || f.parameters.find("when");
      if (f.technique != "keep" && c.empty > f.nulls + f.failed + (blanks ? f.masked : 0)) add("empty_cells", f.column, Outcome::broken, c.empty, "receipt: " + std::to_string(f.nulls + f.failed));
      judge_identifiers(c, add);
    }
    judge_k(add);
    out.holds = std::none_of(out.findings.begin(), out.findings.end(), [](const Finding& f) { return f.outcome == Outcome::broken; });
    return out;
  }

 private:
  Status begin(const std::vector<std::string>& header) {
    std::vector<const ClaimedField*> expected;
    for (const ClaimedField& f : receipt_.fields)
      if (f.technique != "suppress") expected.push_back(&f);
    columns_as_claimed_ = header.size() == expected.size();
    columns_.resize(header.size());
    for (size_t c = 0; c < header.size(); c++) {
      auto field = std::find_if(expected.begin(), expected.end(), [&](const ClaimedField* f) { return f->column == header[c]; });
      columns_as_claimed_ = columns_as_claimed_ && c < expected.size() && expected[c]->column == header[c];
      if (field == expected.end()) continue;
      columns_[c].field = *field;
      columns_[c].claim = claim_of((*field)->technique, (*field)->parameters);
    }
    for (const std::string& name : demands_.quasi_identifiers.empty() ? receipt_.quasi_identifiers : demands_.quasi_identifiers) {
      auto at = std::find(header.begin(), header.end(), name);
      if (at == header.end()) return fail(Errc::invalid, "recheck.no_such_column", name);
      quasi_.push_back(static_cast<size_t>(at - header.begin()));
    }
    return {};
  }

  void rows(const CsvBlock& block) {
    std::string key;
    for (size_t r = 0; r < block.rows; r++) {
      rows_++;
      for (size_t c = 0; c < columns_.size(); c++) {
        std::string_view cell = block.cell(r, c);
        WatchedColumn& column = columns_[c];
        column.empty += cell.empty();
        if (cell.empty()) continue;
        if (column.claim && !column.claim->holds(cell)) column.broken++;
        column.scan.cell(cell);
      }
      if (quasi_.empty()) continue;
      key.clear();
      for (size_t q : quasi_) {
        std::string_view cell = block.cell(r, q);
        key += std::to_string(cell.size()) + ":";
        key += cell;
      }
      classes_[key]++;
    }
  }

  template <class Add>
  void judge_identifiers(const WatchedColumn& c, Add add) {
    std::string kind = c.field->technique == "format_preserving" ? c.field->parameters.get_string("kind").value_or("") : "";
    for (const auto& [type, cells] : c.scan.found()) {
      bool made = (kind == "phone" && type == "phone") || (kind == "card" && type == "bank_card") || ((kind == "digits" || kind == "code") && type != "email");
      bool declared = made || receipt_.declared.contains({c.field->column, type});
      add("residual", c.field->column, declared ? Outcome::note : Outcome::broken, cells, type);
    }
    bool plain = c.field->technique == "keep" || c.field->technique == "permute";
    if (plain && c.scan.name_shaped() >= 10 && c.scan.name_shaped() * 10 > c.scan.cells() * 8) add("possible_names", c.field->column, Outcome::note, c.scan.name_shaped(), "");
  }

  template <class Add>
  void judge_k(Add add) {
    if (quasi_.empty()) {
      if (demands_.k) add("k", "", Outcome::broken, 0, "no quasi-identifiers named");
      return;
    }
    uint64_t smallest = 0;
    for (const auto& [key, n] : classes_) smallest = smallest == 0 ? n : std::min(smallest, n);
    bool fine = (!demands_.k || rows_ == 0 || smallest >= *demands_.k);
    if (demands_.quasi_identifiers.empty() && receipt_.k_min) fine = fine && smallest == *receipt_.k_min;
    add("k", "", fine ? Outcome::ok : Outcome::broken, smallest, std::to_string(classes_.size()) + " classes");
  }

  const ReceiptView& receipt_;
  const Demands& demands_;
  bool columns_as_claimed_ = false;
  uint64_t rows_ = 0;
  std::vector<WatchedColumn> columns_;
  std::vector<size_t> quasi_;
  std::unordered_map<std::string, uint64_t> classes_;
};

Result<Report> check_rows(const std::string& path, const ReceiptView& receipt, const Demands& demands) {
  OutputCheck check(receipt, demands);
  TRY(check.read(path));
  return check.report();
}

}  // namespace

Result<Report> check_output(const std::string& path, std::string_view receipt_json, const Demands& demands) {
  ReceiptView receipt = TRY(read_receipt(receipt_json));
  Report report = receipt.cells ? TRY(check_aggregate(path, *receipt.cells, *receipt.cells_hidden)) : TRY(check_rows(path, receipt, demands));
  Finding digest{"digest", "", Outcome::not_checkable, 0, "the receipt names none"};
  if (receipt.output_digest) {
    bool same = hex(TRY(digest_of_file(receipt.digest_kind, path))) == *receipt.output_digest;
    digest = {"digest", "", same ? Outcome::ok : Outcome::broken, 0, receipt.digest_kind == "sm3" ? "SM3" : receipt.digest_kind};
    report.holds = report.holds && same;
  }
  report.findings.insert(report.findings.begin(), digest);
  return report;
}

}  // namespace sluice::recheck
