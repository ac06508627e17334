#include <algorithm>
#include <set>

#include "space/catalog/protection.h"
#include "space/catalog/taken_back.h"
#include "space/collection/held_columns.h"
#include "space/decisions.h"
#include "space/deident/use.h"
#include "space/law/legal_case.h"
#include "space/operation/windows.h"
#include "space/policy_request.h"

namespace sluice::space {

namespace {

constexpr TimeMs kGrantMsMax = 24 * kHourMs;
constexpr TimeMs kReleaseWorkMs = kHourMs;

Duty duty_for(Work work) {
  switch (work) {
    case Work::collect:
    case Work::classify:
    case Work::check:
    case Work::operate:
    case Work::correct:
    case Work::merge:
    case Work::find_person:
    case Work::release: return Duty::data_manager;
    case Work::mask:
    case Work::trace:
    case Work::reverse: return Duty::security_officer;
  }
  return Duty::data_manager;
}

// Each term of the contract, with the refusal that names it.
Status contract_in_force(const State& s, const Context& c, const Contract& contract) {
  switch (contract.status) {
    case ContractStatus::drafted: return fail(Errc::refused, "contract.not_signed");
    case ContractStatus::suspended: return fail(Errc::refused, "contract.suspended");
    case ContractStatus::terminated: return fail(Errc::refused, "contract.terminated");
    case ContractStatus::active: break;
  }
  if (c.now < contract.terms.starts_ms) return fail(Errc::refused, "contract.not_begun");
  if (c.now >= contract.terms.expires_ms) return fail(Errc::refused, "contract.expired", rfc3339(contract.terms.expires_ms));
  const Product* product = find(s.products, contract.terms.product);
  if (!product || product->status != ProductStatus::registered) return fail(Errc::refused, "product.not_registered");
  TRY(verified_party(s, contract.terms.provider));
  TRY(verified_party(s, contract.terms.recipient));
  return not_taken_back(s, contract.terms.version);
}

Status check_scope(const Contract& contract, const std::vector<std::string>& columns, std::string_view purpose) {
  if (purpose != contract.terms.purpose) return fail(Errc::refused, "contract.purpose_not_agreed");
  std::set<std::string> names;
  for (const std::string& column : columns) {
    if (std::find(contract.terms.columns.begin(), contract.terms.columns.end(), column) == contract.terms.columns.end())
      return fail(Errc::refused, "contract.column_not_agreed", column);
    if (!names.insert(column).second) return fail(Errc::invalid, "product.column_twice", column);
  }
  return {};
}

Status count_left(const Contract& contract, int64_t wanted) {
  if (contract.delivered + contract.leased + wanted > contract.terms.deliveries_max)
    return fail(Errc::refused, "contract.count_used_up", std::to_string(contract.terms.deliveries_max));
  return {};
}

struct Opening {
  const Contract& contract;
  std::vector<std::string> columns;
  Digest token_digest{};
  TimeMs work_until = 0;
};

// Policy is asked again at every release: grades, risk and rules may have changed since the application.
Result<Events> open_release(const State& s, const Context& c, Opening o) {
  const ContractTerms& terms = o.contract.terms;
  const Application* application = find(s.applications, o.contract.application);
  if (application && application->has_erased(terms.row_filter)) return fail(Errc::refused, "filter.erased");
  const Product* product = find(s.products, terms.product);
  const Party* recipient = find(s.parties, terms.recipient);
  TRY(strategy_allows(s, terms.version, {.share_type = name_of(product->form.share), .form = name_of(terms.form), .purpose = terms.purpose, .at = c.now}));
  auto rules = TRY(grading_rules(s, c, terms.provider));
  auto permission = TRY(ask_policy(s, *rules, {.product = *product, .columns = o.columns, .form = terms.form, .scenario = terms.scenario,
                                            .recipient = recipient->role, .purpose = terms.purpose, .legal_basis = terms.legal_basis,
                                            .cross_border = crosses_border(s, terms.recipient, application && application->form.cross_border),
                                            .recipient_party = terms.recipient, .now = c.now}));
  if (!find(s.maskings, terms.version)) return fail(Errc::refused, "product.raw_data_stay");
  TRY(legal_station(s, c.rules, o.contract, c.now));
  ReleaseId release = ReleaseId::make(c.random);
  std::vector<std::string> keys = o.columns;
  if (terms.one_person)
    for (const std::string& input : terms.one_person->inputs)
      if (std::find(keys.begin(), keys.end(), input) == keys.end()) keys.push_back(input);
  for (const RowCondition& condition : terms.row_filter)
    if (std::find(keys.begin(), keys.end(), condition.column) == keys.end()) keys.push_back(condition.column);
  TRY(keys_are_there(s, terms.version, keys));
  return Events{ReleasePrepared{.release = release, .contract = o.contract.id, .dataset = terms.dataset, .version = terms.version,
                                .form = terms.form, .columns = std::move(o.columns), .row_filter = terms.row_filter, .purpose = terms.purpose,
                                .recipient_key_id = recipient->key_id, .recipient_key = recipient->public_key, .policy = std::move(permission.reasons),
                                .level = permission.grade.level, .token_digest = o.token_digest, .expires_ms = terms.expires_ms, .grade = permission.grade},
                KeysGranted{.grant = GrantId::make(c.random), .dataset = terms.dataset, .version = terms.version, .columns = std::move(keys),
                            .work = Work::release, .release = release, .expires_ms = o.work_until}};
}

void end_grant_of(const State& s, const Release& release, std::string outcome, Events& events) {
  if (find(s.grants, release.grant)) events.push_back(KeysGrantEnded{release.grant, std::move(outcome)});
}

bool is_held_cell(const std::string& name) { return name != kHeldRowNumber && name != kHeldReasons; }

bool want_second_factor(const State& s, const Context& c, const Batch& batch, const std::vector<std::string>& cells) {
  const Dataset* dataset = find(s.datasets, batch.dataset);
  return std::any_of(cells.begin(), cells.end(), [&](const std::string& cell) {
    std::string name = cell.substr(std::min(cell.size(), kHeldCellPrefix.size()));
    const CatalogField* field = dataset ? dataset->column(name) : nullptr;
    return !field || !field->confirmed || grade_in(s, *dataset, {}, name, c.now).level >= c.rules.operations.second_factor_from_level;
  });
}

// Values of held rows that somebody will see: under an approved download of exactly these, else as a reading under its windows.
Result<Events> account_held(const State& s, const Context& c, const GrantKeys& cmd, const Person& person, const Batch& batch, const GrantId& grant) {
  HeldColumns may = held_columns(s, person, batch, c.now);
  std::vector<std::string> shown = may.shown(), cells;
  std::copy_if(cmd.columns.begin(), cmd.columns.end(), std::back_inserter(cells), is_held_cell);
  for (const std::string& column : cells)
    if (std::find(shown.begin(), shown.end(), column) == shown.end()) return fail(Errc::forbidden, "access.no_right", column);
  // As showing values of the dataset: from a level on with a second factor. What nobody confirmed yet may be of any level.
  if (want_second_factor(s, c, batch, cells)) TRY(stepped_up(c));
  const Operation* approval = held_approval(s, person, batch, c.now);
  bool covers = approval && std::all_of(cells.begin(), cells.end(), [&](const std::string& one) {
    return std::find(approval->columns.begin(), approval->columns.end(), one) != approval->columns.end();
  });
  if (covers) return approval->status == OperationStatus::approved ? Events{OperationStarted{approval->id, grant}} : Events{};
  if (cmd.download.value_or(false)) return fail(Errc::refused, "operation.needs_person", "download_held");
  return account_reading(s, c, {"read", person.id, person.party, cmd.dataset, cmd.version, cmd.first_row.value_or(0), *cmd.rows, 0, std::move(cells)}, may.level, "held rows");
}

// Held rows: row numbers and reasons are for those who work the batch off and for the security officer; cells are values of
// people and for the data manager alone, as far as the own rights reach where they are shown.
Result<Events> grant_held(const State& s, const Context& c, const GrantKeys& cmd) {
  bool values = std::any_of(cmd.columns.begin(), cmd.columns.end(), is_held_cell);
  const Person* person = TRY(values ? acting_as(s, c, Duty::data_manager) : acting_as_any(s, c, {"data_manager", "security_officer"}));
  auto batch = std::find_if(s.batches.begin(), s.batches.end(), [&](const auto& b) { return b.second.held_version == cmd.version; });
  const Plan* plan = cmd.version.empty() || batch == s.batches.end() ? nullptr : find(s.plans, batch->second.plan);
  if (!plan || plan->owner != person->party || plan->dataset != cmd.dataset) return fail(Errc::not_found, "version.not_found");
  if (cmd.columns.empty()) return fail(Errc::invalid, "keys.no_columns");
  for (const std::string& column : cmd.columns) {
    bool known = !is_held_cell(column) || std::any_of(plan->plan_fields.begin(), plan->plan_fields.end(),
                                                      [&](const PlanField& f) { return column == std::string(kHeldCellPrefix) + f.name; });
    if (!known) return fail(Errc::invalid, "catalog.no_such_column", column);
  }
  TRY(keys_are_there(s, cmd.version, cmd.columns));
  TimeMs valid = std::clamp<TimeMs>(cmd.valid_ms, kMinuteMs, kGrantMsMax);
  GrantId grant = GrantId::make(c.random);
  Events events;
  if (values && cmd.rows) events = TRY(account_held(s, c, cmd, *person, batch->second, grant));
  events.push_back(KeysGranted{.grant = grant, .dataset = cmd.dataset, .version = cmd.version, .columns = cmd.columns,
                               .work = cmd.work, .release = {}, .expires_ms = c.now + valid});
  return events;
}

}  // namespace

Result<Events> decide_on(const State& s, const Context& c, const GrantKeys& cmd) {
  TRY(from_node(c));
  if (cmd.work == Work::correct) return grant_held(s, c, cmd);
  if (cmd.work == Work::release) return fail(Errc::forbidden, "keys.release_needs_contract");
  if (cmd.work == Work::operate || cmd.work == Work::trace || cmd.work == Work::reverse || cmd.work == Work::find_person) return fail(Errc::forbidden, "keys.operation_needs_request");
  const DatasetVersion* version = find(s.versions, cmd.version);
  const Dataset* dataset = find(s.datasets, cmd.dataset);
  // Nobody is asked to have the rows looked at that arrive in a dataset which people had classified: drift must not wait for them.
  bool arrival = cmd.work == Work::classify && c.principal.person.empty() && dataset && dataset->proposed_version;
  const Person* person = arrival ? nullptr : TRY(acting_as(s, c, duty_for(cmd.work)));
  if (!version || version->dataset != cmd.dataset || !dataset || (person && dataset->owner != person->party)) return fail(Errc::not_found, "version.not_found");
  if (cmd.columns.empty()) return fail(Errc::invalid, "keys.no_columns");
  for (const std::string& column : cmd.columns)
    if (std::find(version->columns.begin(), version->columns.end(), column) == version->columns.end())
      return fail(Errc::invalid, "catalog.no_such_column", column);
  TRY(keys_are_there(s, cmd.version, cmd.columns));
  TimeMs valid = std::clamp<TimeMs>(cmd.valid_ms, kMinuteMs, kGrantMsMax);
  return Events{KeysGranted{.grant = GrantId::make(c.random), .dataset = cmd.dataset, .version = cmd.version, .columns = cmd.columns,
                            .work = cmd.work, .release = {}, .expires_ms = c.now + valid}};
}

Result<Events> decide_on(const State& s, const Context& c, const EndGrant& cmd) {
  TRY(from_node(c));
  if (!find(s.grants, cmd.grant)) return fail(Errc::conflict, "keys.grant_ended_already");
  return Events{KeysGrantEnded{cmd.grant, cmd.outcome}};
}

Result<Events> decide_on(const State& s, const Context& c, const PrepareRelease& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::data_manager));
  const Contract* contract = TRY(seen_contract(s, *person, cmd.contract, c.now));
  if (contract->terms.provider != person->party) return fail(Errc::forbidden, "contract.not_yours");
  if (contract->terms.form != OpenForm::file) return fail(Errc::refused, "contract.form_not_agreed");
  TRY(contract_in_force(s, c, *contract));
  TRY(check_scope(*contract, cmd.columns, cmd.purpose));
  TRY(count_left(*contract, 1));
  const Party* recipient = find(s.parties, contract->terms.recipient);
  if (recipient->public_key.empty()) return fail(Errc::conflict, "party.no_key");
  return open_release(s, c, Opening{*contract, cmd.columns.empty() ? contract->terms.columns : cmd.columns, {}, c.now + kReleaseWorkMs});
}

Result<Events> decide_on(const State& s, const Context& c, const OpenApi& cmd) {
  const Person* person = TRY(acting(s, c));
  const Contract* contract = TRY(seen_contract(s, *person, cmd.contract, c.now));
  if (contract->terms.recipient != person->party || !person->has(Duty::data_user, c.now)) return fail(Errc::forbidden, "duty.missing", "data_user");
  if (contract->terms.form != OpenForm::api) return fail(Errc::refused, "contract.form_not_agreed");
  TRY(contract_in_force(s, c, *contract));
  TRY(check_scope(*contract, {}, cmd.purpose));
  TRY(count_left(*contract, 1));
  for (const auto& [id, release] : s.releases)
    if (release.contract == contract->id && release.status == ReleaseStatus::open) return fail(Errc::conflict, "release.api_open_already", id);
  return open_release(s, c, Opening{*contract, contract->terms.columns, cmd.token_digest, contract->terms.expires_ms});
}

Result<Events> decide_on(const State& s, const Context& c, const ReportDelivery& cmd) {
  TRY(from_node(c));
  const Release* release = find(s.releases, cmd.release);
  if (!release) return fail(Errc::not_found, "release.not_found");
  if (release->status != ReleaseStatus::prepared) return fail(Errc::conflict, "release.not_prepared");
  if (s.contracts.at(release->contract.str()).terms.leaves_out_level5() != cmd.level5_rows_left_out.has_value()) return fail(Errc::refused, "release.level5_not_counted");
  Events events{ReleaseDelivered{cmd.release, cmd.rows, cmd.bytes, cmd.file_digest, cmd.envelope_digest, cmd.format, cmd.content_digest, cmd.level5_rows_left_out}};
  end_grant_of(s, *release, "delivered", events);
  return events;
}

Result<Events> decide_on(const State& s, const Context& c, const ReportReleaseFailure& cmd) {
  TRY(from_node(c));
  const Release* release = find(s.releases, cmd.release);
  if (!release) return fail(Errc::not_found, "release.not_found");
  if (release->status != ReleaseStatus::prepared) return fail(Errc::conflict, "release.not_prepared");
  Events events{ReleaseFailed{cmd.release, cmd.reason}};
  end_grant_of(s, *release, "failed", events);
  return events;
}

Result<Events> decide_on(const State& s, const Context& c, const LeaseQuota& cmd) {
  TRY(from_node(c));
  const Release* release = find(s.releases, cmd.release);
  if (!release) return fail(Errc::not_found, "release.not_found");
  if (release->status == ReleaseStatus::revoked) return fail(Errc::refused, "release.revoked");
  if (release->status != ReleaseStatus::open) return fail(Errc::conflict, "release.not_open");
  const Contract* contract = find(s.contracts, release->contract);
  TRY(contract_in_force(s, c, *contract));
  int64_t left = contract->terms.deliveries_max - contract->delivered - contract->leased;
  if (left < 1) return fail(Errc::refused, "contract.count_used_up", std::to_string(contract->terms.deliveries_max));
  return Events{QuotaLeased{LeaseId::make(c.random), cmd.release, std::clamp<int64_t>(cmd.calls, 1, left)}};
}

Result<Events> decide_on(const State& s, const Context& c, const SettleLease& cmd) {
  TRY(from_node(c));
  const Lease* lease = find(s.leases, cmd.lease);
  if (!lease) return fail(Errc::conflict, "release.lease_settled_already");
  if (cmd.used_calls < 0 || cmd.used_calls > lease->calls) return fail(Errc::internal, "release.lease_overdrawn");
  return Events{LeaseSettled{cmd.lease, lease->release, cmd.used_calls, cmd.rows}};
}

Result<Events> decide_on(const State& s, const Context& c, const EraseQueries& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::pi_officer));
  TRY(seen_release(s, *person, cmd.release, c.now));
  TRY(stepped_up(c));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{QueriesErased{cmd.release, cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const RevokeRelease& cmd) {
  const Person* person = TRY(acting(s, c));
  const Release* release = TRY(seen_release(s, *person, cmd.release, c.now));
  const Contract* contract = find(s.contracts, release->contract);
  if (contract->terms.provider != person->party ||
      !(person->has(Duty::data_manager, c.now) || person->has(Duty::security_officer, c.now)))
    return fail(Errc::forbidden, "duty.missing", "data_manager or security_officer");
  if (release->status == ReleaseStatus::revoked) return fail(Errc::conflict, "release.revoked");
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  Events events{ReleaseRevoked{cmd.release, cmd.reason}};
  end_grant_of(s, *release, "revoked", events);
  return events;
}

}  // namespace sluice::space
