#include <algorithm>
#include <set>

#include "space/decisions.h"
#include "space/collection/held_columns.h"
#include "space/fold.h"
#include "standard/codes.h"

namespace sluice::space {

namespace {

constexpr size_t kMarkBytesMax = 64;

// The sealed batch of another file under the same number of the source.
const Batch* sealed_under(const State& s, const ReportBatch& cmd) {
  if (!cmd.number || cmd.number->empty()) return nullptr;
  for (const auto& [id, batch] : s.batches)
    if (batch.plan == cmd.plan && batch.number == cmd.number && batch.status == BatchStatus::sealed && batch.file_digest != cmd.file_digest) return &batch;
  return nullptr;
}

Status of_source(const State& s, const std::optional<SourceId>& id, const PlanId& plan) {
  const Source* source = id ? find(s.sources, *id) : nullptr;
  return !id || (source && source->plan == plan) ? Status{} : fail(Errc::not_found, "source.not_found");
}

std::string refused_key(const PlanId& plan, const Digest& file) { return plan.str() + ":" + hex(file); }

}  // namespace

Result<Events> decide_on(const State& s, const Context& c, const ReportRefusedFile& cmd) {
  TRY(from_node(c));
  const Person* person = TRY(acting_as(s, c, Duty::data_manager));
  const Plan* plan = find(s.plans, cmd.plan);
  if (!plan || plan->owner != person->party) return fail(Errc::not_found, "plan.not_found");
  TRY(of_source(s, cmd.source, cmd.plan));
  TRY(need_text("reason", cmd.reason, kNameBytesMax));
  if (cmd.file_digest == Digest{} || cmd.bytes < 0) return fail(Errc::invalid, "collection.bad_refusal");
  bool list = cmd.deletion.value_or(false);
  if (const Batch* batch = list ? nullptr : batch_of(s, cmd.plan, cmd.file_digest)) return fail(Errc::conflict, "collection.batch_known", batch->id.str());
  auto known = s.refused_files.find(refused_key(cmd.plan, cmd.file_digest));
  FileRefused event{.plan = cmd.plan, .file_digest = cmd.file_digest, .bytes = cmd.bytes, .reason = cmd.reason, .file_problem = cmd.file_problem,
                    .source = cmd.source, .deletion = cmd.deletion};
  if (known != s.refused_files.end()) {
    // A file stays its first source's, whoever hands it in again; what was found wrong in it stays too.
    const RefusedFile& before = known->second;
    if (before.source) event.source = before.source;
    if (!event.file_problem) event.file_problem = before.file_problem;
    if (before.reason == event.reason && before.file_problem == event.file_problem && before.source == event.source) return fail(Errc::conflict, "collection.refusal_known");
  }
  auto of_plan = std::count_if(s.refused_files.begin(), s.refused_files.end(), [&](const auto& one) { return one.second.plan == cmd.plan && refusal_is_open(s, one.second); });
  if (known == s.refused_files.end() && static_cast<size_t>(of_plan) >= kRefusedFilesMax) return fail(Errc::exhausted, "collection.too_many_refused", std::to_string(kRefusedFilesMax));
  return Events{std::move(event)};
}

void fold(State& s, const FileRefused& e, const EventPlace& at) {
  RefusedFile file{.plan = e.plan, .owner = {}, .file_digest = e.file_digest, .bytes = e.bytes, .reason = e.reason, .file_problem = e.file_problem,
                   .source = e.source, .deletion = e.deletion, .by = at.actor, .at_ms = at.time, .seq = at.seq};
  if (const Plan* plan = find(s.plans, e.plan)) file.owner = plan->owner;
  s.refused_files[refused_key(e.plan, e.file_digest)] = std::move(file);
}

Result<Events> decide_on(const State& s, const Context& c, const AdoptPlan& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::data_manager));
  const Party* party = TRY(verified_party(s, person->party));
  if (party->role != PartyRole::agency) return fail(Errc::forbidden, "plan.agency_only");
  TRY(need_text("name", cmd.name, kNameBytesMax));
  TRY(need_text("title", cmd.title, kNameBytesMax));
  TRY(need_text("purpose", cmd.purpose, kTextBytesMax));
  TRY(need_text("legal_basis", cmd.legal_basis, kTextBytesMax));
  TRY(need_text("source_name", cmd.source_name, kNameBytesMax));
  if (!check_uscc(cmd.source_uscc).valid) return fail(Errc::invalid, "plan.bad_source_uscc");
  if (cmd.plan_fields.empty()) return fail(Errc::invalid, "plan.no_fields");
  std::set<std::string> names;
  for (const PlanField& f : cmd.plan_fields) {
    if (!names.insert(f.name).second) return fail(Errc::invalid, "plan.field_twice", f.name);
    if (f.necessity.empty()) return fail(Errc::invalid, "plan.necessity_missing", f.name);
  }
  for (const auto& [id, plan] : s.plans)
    if (plan.name == cmd.name && plan.owner == person->party) return fail(Errc::conflict, "plan.name_known");
  return Events{PlanAdopted{.plan = PlanId::make(c.random), .dataset = DatasetId::make(c.random), .name = cmd.name, .title = cmd.title,
                            .source_name = cmd.source_name, .source_uscc = cmd.source_uscc, .purpose = cmd.purpose,
                            .legal_basis = cmd.legal_basis, .frequency = cmd.frequency, .source_key = cmd.source_key,
                            .plan_digest = cmd.plan_digest, .plan_fields = cmd.plan_fields}};
}

Result<Events> decide_on(const State& s, const Context& c, const ReportBatch& cmd) {
  TRY(from_node(c));
  const Person* person = TRY(acting_as(s, c, Duty::data_manager));
  const Plan* plan = find(s.plans, cmd.plan);
  if (!plan || plan->owner != person->party) return fail(Errc::not_found, "plan.not_found");
  TRY(takes_data(s, plan->dataset));
  TRY(of_source(s, cmd.source, cmd.plan));
  for (const VersionId& version : {cmd.version, cmd.held_version})
    if (find(s.versions, version)) return fail(Errc::conflict, "version.known");
  const Batch* known = batch_of(s, cmd.plan, cmd.file_digest);
  if (known && known->status == BatchStatus::sealed) return fail(Errc::conflict, "collection.batch_known", known->id.str());
  bool receipted = known && known->status == BatchStatus::receipted;
  bool trusted = cmd.manifest == ManifestCheck::verified || cmd.manifest == ManifestCheck::measured || (cmd.manifest == ManifestCheck::receipt && receipted);
  BatchId batch = known ? known->id : BatchId::make(c.random);
  // Two runs at a time would take the same rows twice: the one that comes second is refused.
  if (cmd.mark_after && cmd.mark_before != plan->mark) return fail(Errc::conflict, "collection.mark_moved");
  if (cmd.mark_after) TRY(need_text("mark_after", *cmd.mark_after, kMarkBytesMax));
  if (cmd.number) TRY(need_text("number", *cmd.number, kNameBytesMax));
  BatchHeld held{.batch = batch, .plan = cmd.plan, .dataset = plan->dataset, .file_digest = cmd.file_digest, .manifest = cmd.manifest,
                 .reason = cmd.manifest_problem, .rows = cmd.rows, .number = cmd.number, .file_problem = cmd.file_problem, .source = cmd.source};
  if (held.reason.empty()) held.reason = cmd.file_problem.value_or("collection.nothing_sealed");
  if (!trusted || cmd.version.empty()) return Events{held};
  if (sealed_under(s, cmd)) {
    held.reason = "collection.number_known";
    return Events{held};
  }
  return Events{BatchSealed{.batch = batch, .plan = cmd.plan, .dataset = plan->dataset, .version = cmd.version, .file_digest = cmd.file_digest,
                            .manifest = cmd.manifest, .rows = cmd.rows, .accepted = cmd.accepted, .warned = cmd.warned, .held = cmd.held,
                            .bytes = cmd.bytes, .quality_digest = cmd.quality_digest, .version_manifest = cmd.version_manifest,
                            .held_version = cmd.held_version, .held_manifest = cmd.held_manifest,
                            .columns = cmd.columns, .dropped_columns = cmd.dropped_columns, .number = cmd.number,
                            .mark_after = cmd.mark_after, .source = cmd.source}};
}

Result<Events> decide_on(const State& s, const Context& c, const ReceiptBatch& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::security_officer));
  const Plan* plan = find(s.plans, cmd.plan);
  const Batch* batch = batch_of(s, cmd.plan, cmd.file_digest);
  if (!batch || !plan || plan->owner != person->party) return fail(Errc::not_found, "batch.not_found");
  if (batch->status != BatchStatus::held) return fail(Errc::conflict, "batch.not_held");
  if (batch->manifest != ManifestCheck::missing) return fail(Errc::conflict, "batch.manifest_not_missing");
  TRY(second_person(s, c, batch->reported_by));
  TRY(need_text("receipt", cmd.receipt, kTextBytesMax));
  TRY(need_text("reconciliation", cmd.reconciliation, kTextBytesMax));
  if (cmd.rows != batch->rows) return fail(Errc::conflict, "batch.receipt_differs");
  return Events{BatchReceipted{batch->id, cmd.file_digest, cmd.rows, cmd.receipt, cmd.reconciliation}};
}

}  // namespace sluice::space
