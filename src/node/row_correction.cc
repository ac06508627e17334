#include "node/row_correction.h"

#include <algorithm>
#include <set>

#include "crypto/hash.h"
#include "ledger/commitment.h"
#include "node/classify_version.h"
#include "node/code_tables.h"
#include "node/subjects.h"
#include "node/work.h"
#include "space/guard.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr std::string_view kValueKind = "row-correction";
constexpr size_t kCorrectedValueBytesMax = 4096;

struct SealedValue {
  CorrectionValue value;
  Bytes salt;
  std::optional<std::vector<std::string>> seen_by{};  // who looked at it to decide
  static constexpr auto fields = field_list(field("value", &SealedValue::value), field("salt", &SealedValue::salt), field("seen_by", &SealedValue::seen_by));
};

Digest commitment_of_value(const SealedValue& sealed) {
  ledger::Salt salt{};
  std::copy(sealed.salt.begin(), sealed.salt.end(), salt.begin());
  return ledger::commitment(salt, "correction", canonical(encode(sealed.value)));
}

Status check_value(const std::string& text) {
  return text.size() <= kCorrectedValueBytesMax && is_utf8(text) ? Status{} : fail(Errc::invalid, "law.correction_bad_value");
}

Result<RowCorrection> correction_of(Node& node, const Principal& by, const RowCorrectionId& id) {
  return node.space().read([&](const State& s) -> Result<RowCorrection> {
    const RowCorrection* found = find(s.row_corrections, id);
    const Person* person = find(s.persons, by.person);
    if (!found || !person || found->owner != person->party) return fail(Errc::not_found, "law.correction_not_found");
    return *found;
  });
}

Status keep_value(Node& node, const RowCorrectionId& id, const SealedValue& sealed) {
  return node.registry().put(kValueKind, id.str(), SecretBytes(to_bytes(canonical(encode(sealed)))));
}

// Once it is over nobody reads it, whether or not it is gone from the disk yet.
Result<SealedValue> sealed_value_of(Node& node, const RowCorrection& correction) {
  if (!correction.open()) return fail(Errc::not_found, "law.correction_value_gone");
  auto stored = node.registry().get(kValueKind, correction.id.str());
  if (!stored) return stored.error().reason == "registry.not_found" ? fail(Errc::not_found, "law.correction_value_gone") : tl::unexpected(stored.error());
  auto sealed = TRY(decode<SealedValue>(TRY(parse_json(text(stored->reveal("the value of a correction, for who decides about it or carries it out"))))));
  if (sealed.salt.size() != ledger::kSaltBytes || commitment_of_value(sealed) != correction.value) return fail(Errc::corrupt, "registry.tampered");
  return sealed;
}

struct CorrectionWork {
  DatasetVersion version;
  PartyId owner;
  SubjectId subject;
  Digest plan{};
  std::vector<std::string> columns;
};

// Of the dataset that the version is in, or null.
const Plan* plan_of(const State& s, const VersionId& id) {
  const DatasetVersion* version = find(s.versions, id);
  const Dataset* dataset = version ? find(s.datasets, version->dataset) : nullptr;
  return dataset ? find(s.plans, dataset->plan) : nullptr;
}

Result<CorrectionWork> work_of(Node& node, const RowCorrection& correction) {
  return node.space().read([&](const State& s) -> Result<CorrectionWork> {
    const DatasetVersion* version = find(s.versions, correction.version);
    const Plan* plan = plan_of(s, correction.version);
    const SubjectRequest* request = find(s.subject_requests, correction.request);
    if (!plan || !request) return fail(Errc::not_found, "version.not_found");
    return CorrectionWork{*version, plan->owner, request->subject, plan->plan_digest, columns_with_keys(s, *version)};
  });
}

struct PlanOfCell {
  Bytes bytes;
  collect::Plan plan;
};

// The plan by which a column's cells are made right. Its key tells rows apart: a second row with the same key would be taken back, or replaced, with a
// stranger's. Asked when a correction is proposed, and when it is carried out, since the plan may have become another.
Result<PlanOfCell> plan_of_cell(Node& node, const Digest& digest, const std::string& column) {
  PlanOfCell out{TRY(node.ledger().blob(digest)), {}};
  out.plan = TRY(collect::parse_plan(text(out.bytes)));
  bool key = std::any_of(out.plan.columns.begin(), out.plan.columns.end(), [&](const collect::PlanField& f) { return f.name == column && f.key.value_or(false); });
  if (key) return fail(Errc::refused, "law.correction_key_column", column);
  return out;
}

struct Written {
  WorkerAnswer answer;
  DatasetWraps wraps;
};

Result<Written> write_corrected(Node& node, const Principal& by, const RowCorrection& correction, const CorrectionWork& work, const VersionId& fresh, const ProgressFn& progress) {
  SecretText identifier = TRY(identifier_of(node, work.subject));
  CorrectionValue value = TRY(sealed_value_of(node, correction)).value;
  PlanOfCell plan = TRY(plan_of_cell(node, work.plan, correction.column));
  std::vector<OwnedFd> tables;
  Json request = Json::object({{"column", correction.column}, {"columns", encode(work.columns)}, {"dataset", correction.dataset.str()}, {"new_version", fresh.str()},
                               {"person_column", correction.person_column}, {"plan", text(plan.bytes)}, {"today_days", node.clock().now() / kDayMs}});
  request.set("tables", TRY(hand_code_tables(node, work.owner, plan.plan, 1, tables)));  // descriptor 0 is the vault
  SealedWork sealed{.job = "correct-cells", .work = Work::merge, .version = work.version.id, .columns = work.columns, .more_folders = {}, .files = std::move(tables), .request = std::move(request)};
  auto granted = TRY(start_sealed_work(node, by, std::move(sealed)));
  Written out;
  auto worked = [&]() -> Result<WorkerAnswer> {
    OwnedFd key_end = TRY(granted.worker.key_end());
    out.wraps = TRY(node.agent().new_dataset_keys(correction.dataset.str(), fresh.str(), work.columns, std::move(key_end)));
    // Identifier and values come beside the request, which may be logged.
    Json secret = Json::object({{"person", identifier.reveal("the worker that makes the person's cell right")}, {"value", value.value}});
    if (value.was) secret.set("was", *value.was);
    SecretText payload(canonical(secret));
    return granted.worker.run(granted.request, view(payload.reveal("the worker that makes the person's cell right")), progress);
  }();
  end_grant(node, by, granted.grant, worked ? "done" : std::string(worked.error().reason));
  if (!worked) {
    granted.worker.kill();
    drop_version(node, fresh);
    return tl::unexpected(worked.error());
  }
  out.answer = std::move(*worked);
  return out;
}

}  // namespace

Result<RowCorrectionId> propose_correction(Node& node, const Principal& by, CorrectionAsk ask) {
  bool of_office = ask.way == CorrectionWay::office;
  if (!of_office && (ask.value || ask.was)) return fail(Errc::invalid, "law.correction_bad_value");
  if (of_office && !ask.value) return fail(Errc::invalid, "law.correction_value_missing");
  if (ask.value) TRY(check_value(*ask.value));
  if (ask.was) TRY(check_value(*ask.was));
  ProposeRowCorrection command{.correction = RowCorrectionId::make(node.random()), .request = ask.request, .way = ask.way, .version = ask.version,
                               .person_column = ask.person_column, .column = ask.column, .value = {}, .evidence = ask.evidence};
  SealedValue sealed{{ask.value.value_or(""), std::move(ask.was)}, random_bytes(node.random(), ledger::kSaltBytes)};
  if (of_office) {
    auto plan = node.space().read([&](const State& s) {
      const Plan* found = plan_of(s, ask.version);
      return found ? std::optional(found->plan_digest) : std::nullopt;
    });
    if (plan) TRY(plan_of_cell(node, *plan, ask.column));  // what is not there is refused by the state machine, with its reason
    command.value = commitment_of_value(sealed);
    TRY(keep_value(node, command.correction, sealed));
  }
  auto outcome = node.space().execute(as_node(by), command);
  if (!outcome) {
    if (of_office) (void)node.registry().erase(kValueKind, command.correction.str());
    return tl::unexpected(outcome.error());
  }
  return command.correction;
}

Result<CorrectionValue> read_correction(Node& node, const Principal& by, const RowCorrectionId& id) {
  RowCorrection correction = TRY(correction_of(node, by, id));
  TRY(node.space().read([&](const State& s) -> Status {
    Context context{node.clock().now(), node.random(), node.rules(), by};
    TRY(acting_as_any(s, context, {"data_manager", "pi_officer", "security_officer"}));
    return stepped_up(context);
  }));
  SealedValue sealed = TRY(sealed_value_of(node, correction));
  TRY(node.space().record(Json::object({{"at_ms", node.clock().now()}, {"kind", "law.correction_value_read"}, {"object", id.str()}, {"person", by.person.str()}})));
  std::vector<std::string> seen = sealed.seen_by.value_or(std::vector<std::string>());
  if (std::find(seen.begin(), seen.end(), by.person.str()) == seen.end()) {
    seen.push_back(by.person.str());
    sealed.seen_by = std::move(seen);
    TRY(keep_value(node, id, sealed));
  }
  return std::move(sealed.value);
}

Status decide_correction(Node& node, const Principal& by, const DecideRowCorrection& command) {
  if (command.approve) {
    RowCorrection correction = TRY(correction_of(node, by, command.correction));
    if (correction.status == RowCorrectionStatus::proposed && correction.way == CorrectionWay::office) {
      auto seen = TRY(sealed_value_of(node, correction)).seen_by.value_or(std::vector<std::string>());
      // Who may not decide is told that first.
      TRY(would_take(node, by, command));
      if (std::find(seen.begin(), seen.end(), by.person.str()) == seen.end()) return fail(Errc::refused, "law.correction_not_looked_at");
    }
  }
  TRY(node.space().execute(by, command));
  if (!command.approve) (void)node.registry().erase(kValueKind, command.correction.str());
  return {};
}

Result<CorrectionAnswer> carry_out_correction(Node& node, const Principal& by, const RowCorrectionId& id, const ProgressFn& progress) {
  RowCorrection correction = TRY(correction_of(node, by, id));
  CorrectionWork work = TRY(work_of(node, correction));
  ReportRowCorrection report{.correction = id, .new_version = VersionId::make(node.random()), .manifest = {}, .rows = 0, .corrected = 0, .of = work.version.id};
  ReportRowCorrection plausible = report;
  plausible.rows = work.version.rows;
  plausible.corrected = 1;
  TRY(would_take(node, as_node(by), plausible));
  Written written = TRY(write_corrected(node, by, correction, work, report.new_version, progress));
  const Json& result = written.answer.result;
  report.rows = TRY(result.get_int("rows"));
  report.corrected = TRY(result.get_int("corrected"));
  std::string manifest = TRY(result.get_string("manifest"));
  report.manifest = sm3(view(manifest));
  TRY(node.keep_wraps(written.wraps));
  auto outcome = node.space().execute(as_node(by), report);
  if (!outcome) {
    drop_version(node, report.new_version);
    return tl::unexpected(outcome.error());
  }
  (void)node.registry().erase(kValueKind, id.str());
  return CorrectionAnswer{id, report.new_version, report.rows, report.corrected, outcome->first_seq, grade_arrival(node, report.new_version)};
}

Status settle_row_corrections(Node& node) {
  auto open = node.space().read([](const State& s) {
    std::set<std::string> out;
    for (const auto& [id, correction] : s.row_corrections)
      if (correction.open()) out.insert(id);
    return out;
  });
  for (const std::string& id : TRY(node.registry().ids(kValueKind)))
    if (!open.contains(id)) TRY(node.registry().erase(kValueKind, id));
  return {};
}

}  // namespace sluice::node
