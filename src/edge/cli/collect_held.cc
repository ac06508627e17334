// sluice collect batches|held|correct|receipt: what came, what is held and why, and how it is worked off.
#include <cstdio>

#include "base/file.h"
#include "codec/csv.h"
#include "edge/cli/space_call.h"
#include "edge/cli/secret_input.h"

namespace sluice::cli {

namespace {

constexpr std::string_view kRowColumn = "row", kReasonsColumn = "held_reasons";
constexpr std::string_view kNotShown = "[not shown]";  // a cell that the approval or its grade keeps back: sent again as it stood
constexpr size_t kCorrectionBytesMax = 64u << 20;

std::string reasons_text(const Json& row) {
  std::string out;
  if (const Json* reasons = row.find("reasons"); reasons && reasons->is_array())
    for (const Json& one : reasons->as_array())
      out += (out.empty() ? "" : "; ") + one.get_string_or("subject", "").value_or("") + ": " + one.get_string_or("rule", "").value_or("");
  return out;
}

Json strip(Json batch) {
  batch.erase("can");
  batch.erase("names");
  batch.erase("plan_fields");
  return batch;
}

int run_batches(const Args& args) {
  auto list = [&]() -> Result<Json> {
    SpaceSession session = TRY(SpaceSession::open(args));
    std::string target = "/api/v1/batches?limit=200";
    if (auto status = args.value("--status")) target += "&status=" + *status;
    return session.get(target);
  }();
  if (!list) return report(list.error(), args);
  const Json* items = list->find("items");
  Json out = Json::array();
  for (const Json& batch : items->as_array()) {
    if (args.json()) {
      out.push(strip(batch));
      continue;
    }
    auto number = [&](const char* name) { return static_cast<long long>(batch.get_int_or(name, 0).value_or(0)); };
    auto word = [&](const char* name) { return batch.get_string_or(name, "").value_or(""); };
    std::printf("%s  %-9s %s  %s  %lld rows, %lld accepted, %lld with warnings, %lld held (%lld open)%s%s\n", word("id").c_str(), word("status").c_str(),
                rfc3339(number("at_ms")).c_str(), word("plan_name").c_str(), number("rows"), number("accepted"), number("warned"), number("held"),
                number("open_rows"), word("reason").empty() ? "" : " - ", word("reason").c_str());
  }
  if (args.json()) std::printf("%s\n", canonical(out).c_str());
  return 0;
}

// All pages; each page is a reading of its own in the ledger.
Result<Json> all_held(SpaceSession& session, const std::string& batch, const char* detail) {
  Json rows = Json::array();
  Json after = 0;
  while (true) {
    Json page = TRY(session.post("/api/v1/batches/" + batch + "/held", Json::object({{"after", after}, {"detail", detail}, {"limit", 200}})));
    const Json* more = page.find("rows");
    if (!more || !more->is_array()) return fail(Errc::invalid, "http.server_away");
    for (const Json& row : more->as_array()) rows.push(row);
    const Json* next = page.find("next");
    if (!next || !next->is_int()) return rows;
    after = *next;
  }
}

// A file to correct the cells in and to hand to `collect correct`.
Result<std::string> correction_file(SpaceSession& session, const std::string& batch, const Json& rows) {
  Json object = TRY(session.get("/api/v1/batches/" + batch));
  std::vector<std::string> columns;
  const Json* fields = object.find("plan_fields");
  if (fields && fields->is_array())
    for (const Json& f : fields->as_array()) columns.push_back(TRY(f.get_string("name")));
  std::string out;
  CsvWriter writer(out);
  writer.field(kRowColumn);
  writer.field(kReasonsColumn);
  for (const std::string& column : columns) writer.field(column);
  writer.end_record();
  for (const Json& row : rows.as_array()) {
    writer.field(std::to_string(TRY(row.get_int("row"))));
    writer.field(reasons_text(row));
    const Json* cells = row.find("cells");
    for (const std::string& column : columns) writer.field(cells && cells->find(column) ? TRY(cells->get_string(column)) : std::string(kNotShown));
    writer.end_record();
  }
  return out;
}

int run_held(const Args& args) {
  std::string batch = *args.value("BATCH");
  auto rows = [&]() -> Result<Json> {
    SpaceSession session = TRY(SpaceSession::open(args));
    auto out = args.value("--out");
    Json held = TRY(all_held(session, batch, out ? "file" : "reasons"));
    if (out) {
      std::string file = TRY(correction_file(session, batch, held));
      TRY(write_file(*out, view(file), 0600));
      for (Json& row : held.as_array()) row.erase("cells");
    }
    return held;
  }();
  if (!rows) return report(rows.error(), args);
  if (args.json()) {
    std::printf("%s\n", canonical(*rows).c_str());
    return 0;
  }
  for (const Json& row : rows->as_array())
    std::printf("%8lld  %s\n", static_cast<long long>(row.get_int_or("row", 0).value_or(0)), reasons_text(row).c_str());
  if (auto out = args.value("--out"))
    std::fprintf(stderr, "%zu held rows with their values in %s: correct the cells, then run  sluice collect correct %s --file %s\n",
                 rows->as_array().size(), out->c_str(), batch.c_str(), out->c_str());
  return 0;
}

Result<int64_t> row_number(std::string_view text) {
  if (text.empty() || text.size() > 15 || text.find_first_not_of("0123456789") != std::string_view::npos)
    return fail(Errc::invalid, "correction.bad_rows");
  return std::stoll(std::string(text));
}

Result<Json> corrections_of(const std::string& path) {
  std::string content = TRY(read_text_file(path, kCorrectionBytesMax));
  auto source = bytes_of_memory(content);
  CsvDialect dialect;
  auto reader = TRY(CsvReader::open(*source, dialect));
  const auto& header = reader.header();
  if (header.empty() || header.front() != kRowColumn) return fail(Errc::invalid, "correction.no_row_column");
  Json out = Json::array();
  while (const CsvBlock* block = TRY(reader.next()))
    for (size_t r = 0; r < block->rows; r++) {
      Json cells = Json::object();
      for (size_t c = 1; c < block->columns; c++)
        if (header[c] != kReasonsColumn && block->cell(r, c) != kNotShown) cells.set(header[c], block->cell(r, c));
      out.push(Json::object({{"cells", std::move(cells)}, {"row", TRY(row_number(block->cell(r, 0)))}}));
    }
  return out;
}

int run_correct(const Args& args) {
  auto answer = [&]() -> Result<Json> {
    Json ask = Json::object({{"corrections", Json::array()}, {"reason", args.value_or("--reason", "")}, {"rejected", Json::array()}});
    if (auto file = args.value("--file")) ask.set("corrections", TRY(corrections_of(*file)));
    Json rejected = Json::array();
    for (const std::string& row : args.values("--reject")) rejected.push(Json(TRY(row_number(row))));
    ask.set("rejected", std::move(rejected));
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.post("/api/v1/batches/" + *args.value("BATCH") + "/corrections", ask);
  }();
  if (!answer) return report(answer.error(), args);
  const Json* still = answer->find("still_held");
  bool waits = still && still->is_array() && !still->as_array().empty();
  if (args.json()) {
    std::printf("%s\n", canonical(*answer).c_str());
    return waits ? 7 : 0;
  }
  auto number = [&](const char* name) { return static_cast<long long>(answer->get_int_or(name, 0).value_or(0)); };
  std::printf("%lld rows accepted, %lld with warnings, %lld rejected, %zu still held\n", number("accepted"), number("warned"), number("rejected"),
              waits ? still->as_array().size() : size_t{0});
  if (waits)
    for (const Json& row : still->as_array()) {
      std::printf("%8lld ", static_cast<long long>(row.get_int_or("row", 0).value_or(0)));
      if (const Json* reasons = row.find("reasons"); reasons && reasons->is_array())
        for (const Json& reason : reasons->as_array()) std::printf(" %s", reason.is_string() ? reason.as_string().c_str() : "");
      std::printf("\n");
    }
  return waits ? 7 : 0;
}

int run_receipt(const Args& args) {
  auto answer = [&]() -> Result<Json> {
    int64_t rows = TRY(row_number(*args.value("--rows")));
    SpaceSession session = TRY(SpaceSession::open(args));
    Json batch = TRY(session.get("/api/v1/batches/" + *args.value("BATCH")));
    return session.post("/api/v1/collections/receipt",
                        Json::object({{"file_digest", TRY(batch.get_string("file_digest"))}, {"plan", TRY(batch.get_string("plan"))},
                                      {"receipt", *args.value("--receipt")}, {"reconciliation", *args.value("--reconciled")}, {"rows", rows}}));
  }();
  if (!answer) return report(answer.error(), args);
  if (args.json()) {
    std::printf("%s\n", canonical(strip(*answer)).c_str());
  } else {
    std::printf("%s: %s - the file can be collected now, under this receipt\n", args.value("BATCH")->c_str(),
                answer->get_string_or("status", "").value_or("").c_str());
  }
  return 0;
}

const Option kJson{"--json", "", "answer as JSON"};

}  // namespace

Command collect_batches_command() {
  return {.path = "collect batches",
          .summary = "Batches that came: sealed, held with the reason, receipted, replaced",
          .summary_zh = "查看已到批次：已加密存储、待核及原因、已凭据接收、已被替换",
          .options = {edge::kSpaceOption, {"--status", "STATUS", "sealed, held, receipted or replaced"}, kAsOption, kPasswordFileOption,
                      kPassphraseFileOption, kJson},
          .positionals = {},
          .run = run_batches};
}

Command collect_held_command() {
  return {.path = "collect held",
          .summary = "Held rows of a batch with their reasons; with --out also their values, to be corrected, under an approved download_held (each reading is on record)",
          .summary_zh = "查看批次的待核行及原因；--out 须经“下载待核数据”审批，同时导出数值以便更正（每次查看均存证）",
          .options = {edge::kSpaceOption, {"--out", "FILE", "write rows with values as CSV, for `collect correct`"}, kAsOption, kPasswordFileOption,
                      kPassphraseFileOption, kJson},
          .positionals = {{"BATCH", "the batch", Arity::one}},
          .run = run_held};
}

Command collect_correct_command() {
  return {.path = "collect correct",
          .summary = "Send corrected held rows again, or reject rows with a reason (7: some are still held)",
          .summary_zh = "更正待核行并重新提交，或注明理由后剔除（7：仍有待核行）",
          .options = {edge::kSpaceOption,
                      {"--file", "FILE", "corrected rows: CSV with the column `row` first, as `collect held --out` writes it"},
                      {"--reject", "ROW", "a row number that is given up", Arity::many},
                      {"--reason", "TEXT", "why rows are rejected"},
                      kAsOption,
                      kPasswordFileOption,
                      kPassphraseFileOption,
                      kJson},
          .positionals = {{"BATCH", "the batch", Arity::one}},
          .run = run_correct};
}

Command collect_receipt_command() {
  return {.path = "collect receipt",
          .summary = "Where the source cannot sign: a second person's receipt and reconciliation of a held batch",
          .summary_zh = "来源方无法签名时：由第二人出具接收凭据并完成核对",
          .options = {edge::kSpaceOption,
                      {"--rows", "N", "the count that the source stated", Arity::one},
                      {"--receipt", "TEXT", "number of the paper receipt", Arity::one},
                      {"--reconciled", "TEXT", "what was compared, and how", Arity::one},
                      kAsOption,
                      kPasswordFileOption,
                      kPassphraseFileOption,
                      kJson},
          .positionals = {{"BATCH", "the batch", Arity::one}},
          .run = run_receipt};
}

}  // namespace sluice::cli
