#include <algorithm>
#include <cstdio>
#include <set>

#include "space/decisions.h"
#include "space/deident/use.h"
#include "space/mandate/broker.h"
#include "space/policy_request.h"

namespace sluice::space {

namespace {

Status check_form(const ProductForm& form, const MaskingResult& masking) {
  TRY(need_text("name", form.name, kNameBytesMax));
  TRY(need_text("summary", form.summary, kTextBytesMax));
  TRY(need_text("suited_uses", form.suited_uses, kTextBytesMax));
  TRY(need_text("forbidden_uses", form.forbidden_uses, kTextBytesMax));
  TRY(need_text("authorisation", form.authorisation, kTextBytesMax));
  TRY(need_text("time_span", form.time_span, kNameBytesMax));
  if (form.keywords.empty()) return fail(Errc::invalid, "form.text_missing", "keywords");
  if (form.forms.empty()) return fail(Errc::invalid, "product.no_forms");
  for (OpenForm open_form : form.forms)
    if (!form_serves(open_form, form.share)) return fail(Errc::invalid, "product.form_not_for_share_type", std::string(name_of(open_form)));
  if (form.flow == FlowType::trade && form.price_fen <= 0) return fail(Errc::invalid, "product.price_missing");
  if (form.flow != FlowType::trade && form.price_fen != 0) return fail(Errc::invalid, "product.price_only_for_trade");
  if (form.columns.empty()) return fail(Errc::invalid, "product.no_columns");
  std::set<std::string> names;
  for (const std::string& column : form.columns) {
    if (!masking.column(column)) return fail(Errc::invalid, "product.no_such_column", column);
    if (!names.insert(column).second) return fail(Errc::invalid, "product.column_twice", column);
  }
  return {};
}

// Of an API, inputs are known to who calls and are not handed over; they name one person and one record. Of a file, the one input is the column that
// says whose row it is: rows of those who consented leave, and no others; it may be among what is handed over.
Status check_one_person(const ProductForm& form, const MaskingResult& masking) {
  if (!form.one_person) return {};
  const OnePerson& one = *form.one_person;
  bool file = form.forms.size() == 1 && form.forms.front() == OpenForm::file;
  if (!file && (form.forms.size() != 1 || form.forms.front() != OpenForm::api)) return fail(Errc::invalid, "product.one_person_api_only");
  if ((file ? one.inputs.size() != 1 : one.inputs.size() < 2) || !one.has(one.subject)) return fail(Errc::invalid, "product.one_person_inputs");
  std::set<std::string> names;
  for (const std::string& input : one.inputs) {
    if (!masking.column(input)) return fail(Errc::invalid, "product.no_such_column", input);
    if (!names.insert(input).second) return fail(Errc::invalid, "product.column_twice", input);
    if (!file && std::find(form.columns.begin(), form.columns.end(), input) != form.columns.end())
      return fail(Errc::invalid, "product.column_twice", input);
  }
  return {};
}

std::string registration_number(const State& s, TimeMs now) {
  auto registered = std::count_if(s.products.begin(), s.products.end(), [](const auto& p) { return !p.second.number.empty(); });
  int year = civil_from_days(now / kDayMs).year;
  char out[32];
  std::snprintf(out, sizeof out, "YBSJ-%04d-%06d", year, static_cast<int>(registered + 1));
  return out;
}

}  // namespace

Result<Events> decide_on(const State& s, const Context& c, const DraftProduct& cmd) {
  ActsFor acts = TRY(acts_for(s, c, Duty::data_manager, cmd.mandate, MandateAct::draft_product));
  TRY(covered(acts, cmd.dataset));
  const Dataset* dataset = acts.mandate ? find(s.datasets, cmd.dataset) : TRY(seen_dataset(s, *acts.person, cmd.dataset, c.now));
  if (!dataset || dataset->owner != acts.party->id) return fail(Errc::forbidden, "dataset.not_yours");
  const DatasetVersion* version = find(s.versions, cmd.version);
  if (!version || version->dataset != cmd.dataset) return fail(Errc::not_found, "version.not_found");
  TRY(takes_data(s, cmd.dataset));
  TRY(keys_are_there(s, cmd.version, {}));
  const MaskingResult* masking = find(s.maskings, cmd.version);
  if (!masking) return fail(Errc::refused, "product.raw_data_stay");
  TRY(check_form(cmd.form, *masking));
  TRY(check_one_person(cmd.form, *masking));
  for (OpenForm form : cmd.form.forms)
    TRY(strategy_allows(s, cmd.version, {.share_type = name_of(cmd.form.share), .form = name_of(form), .purpose = {}, .at = c.now}));
  Product draft;
  draft.owner = acts.party->id, draft.dataset = cmd.dataset, draft.version = cmd.version, draft.form = cmd.form;
  auto rules = TRY(grading_rules(s, c, acts.party->id));
  FlowQuestion question{.product = draft, .columns = cmd.form.columns, .purpose = {}, .legal_basis = {}, .now = c.now};
  FlowGrade grade = TRY(flow_grade(s, *rules, question));
  ProductId product = ProductId::make(c.random);
  Events events{ProductDrafted{.product = product, .owner = acts.party->id, .dataset = cmd.dataset, .version = cmd.version, .form = cmd.form,
                               .rows = version->rows, .level = grade.level, .grade = grade}};
  note_act(events, acts, {.act = MandateAct::draft_product, .command = std::string(DraftProduct::kind), .product = product});
  return events;
}

Result<Events> decide_on(const State& s, const Context& c, const ReportProductCheck& cmd) {
  TRY(from_node(c));
  const Product* product = find(s.products, cmd.product);
  if (!product) return fail(Errc::not_found, "product.not_found");
  if (product->status != ProductStatus::drafted) return fail(Errc::conflict, "product.not_awaiting_check");
  bool passed = !cmd.checks.empty() && std::all_of(cmd.checks.begin(), cmd.checks.end(), [](const CheckResult& r) { return r.passed; });
  return Events{ProductChecked{cmd.product, passed, cmd.checks, cmd.sample_rows}};
}

Result<Events> decide_on(const State& s, const Context& c, const ReviewProduct& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::security_officer));
  const Product* product = TRY(seen_product(s, *person, cmd.product, c.now));
  if (product->owner != person->party) return fail(Errc::forbidden, "product.not_yours");
  if (product->status != ProductStatus::checked) return fail(Errc::conflict, "product.not_awaiting_review");
  TRY(second_person(s, c, product->drafted_by));
  TRY(stepped_up(c));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{ProductReviewed{cmd.product, cmd.approve, cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const RegisterProduct& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::registrar));
  const Product* product = TRY(seen_product(s, *person, cmd.product, c.now));
  if (product->status != ProductStatus::reviewed) return fail(Errc::conflict, "product.not_awaiting_registration");
  TRY(second_person(s, c, product->drafted_by));
  TRY(second_person(s, c, product->reviewed_by));
  TRY(stepped_up(c));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  if (!cmd.approve) return Events{ProductRegistered{cmd.product, false, "", cmd.reason}};
  auto rules = TRY(grading_rules(s, c, product->owner));
  Permission best = TRY(ask_policy_at_best(s, *rules, *product, c.now));
  return Events{ProductRegistered{cmd.product, true, registration_number(s, c.now), cmd.reason, best.grade}};
}

Result<Events> decide_on(const State& s, const Context& c, const WithdrawProduct& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::data_manager));
  const Product* product = TRY(seen_product(s, *person, cmd.product, c.now));
  if (product->owner != person->party) return fail(Errc::forbidden, "product.not_yours");
  if (product->status == ProductStatus::withdrawn || product->status == ProductStatus::rejected)
    return fail(Errc::conflict, "product.ended_already");
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{ProductWithdrawn{cmd.product, cmd.reason}};
}

}  // namespace sluice::space
