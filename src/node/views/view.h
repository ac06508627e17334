// View: what one person sees of a space at one moment, as the JSON objects of the API (web/openapi.yaml).
//
// Everything goes through the guards of space/guard.h: an object that its person may not see is "NAME.not_found", in lists
// it is neither shown nor counted, and no name of it appears. An object is its state struct as encoded, with members beside
// it: `can` (what this person may do now: decide() of the state machine is asked in a dry run, with a command that is
// plausible in all but what the person would type) and `names` (of every id inside that the person may know).
//
// People's names lie in the registry: a view leaves them empty and fill_names() adds them, outside the state's lock.
// A View is used inside Space::read and holds references into the state. Not thread-safe; cheap to make.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>

#include "deident/strategy.h"
#include "node/node.h"
#include "space/guard.h"

namespace sluice::node {

constexpr TimeMs kStepDays = 5;  // for a step of a product, and the review of a strategy draft

struct StorageMeasured;
class AlarmTries;
struct CeremonySeen;

// Lists leave out what only a page of its own shows (a contract's document, a release's stations).
enum class Detail { listed, whole };

// `after`: the position that the last page handed out; empty: from the start.
struct ListAsk {
  size_t limit = 50;
  std::string after{};
  std::string status{};  // the published name; empty: all
};

class View {
 public:
  View(const space::State& state, const space::Person& person, TimeMs now, const rules::RuleSet& rules);

  // Whether decide() would say yes, or no only because of what is to be typed, signed or shown (a second factor).
  bool may(const space::Command& command) const { return dry_run(command, false); }
  // The same for work that the node does for this person.
  bool may_have_done(const space::Command& command) const { return dry_run(command, true); }

  bool sees_all() const { return sees_all_; }
  bool administers() const;  // system or security administrator: sees all parties and people
  bool owns(const space::PartyId& party) const { return party == person.party; }
  bool knows(const space::Party& party) const;
  bool knows(const space::Person& other) const;

  // "NAME.not_found" for what may not be seen.
  Result<Json> dataset(const std::string& id) const;
  Result<Json> batch(const std::string& id) const;
  Result<Json> plan(const std::string& id) const;
  Result<Json> product(const std::string& id) const;
  Result<Json> application(const std::string& id) const;
  Result<Json> contract(const std::string& id) const;
  Result<Json> release(const std::string& id) const;
  Result<Json> party(const std::string& id) const;
  Result<Json> one_person(const std::string& id) const;

  // The whole flow through a batch, dataset, version, product, release, provision or operation, both ways (flow_view.cc): {root, nodes, edges,
  // hidden, left_out}. `hidden` says that it goes on where this person may not look: "flow.not_found" of the start.
  Result<Json> flow(const std::string& id) const;

  // {items, next: position or null, total}; newest first.
  Json datasets(const ListAsk& ask) const;
  Json plans(const ListAsk& ask) const;
  Json batches(const ListAsk& ask) const;
  Json products(const ListAsk& ask) const;
  Json applications(const ListAsk& ask) const;
  Json contracts(const ListAsk& ask) const;
  Json releases(const ListAsk& ask) const;
  Json parties(const ListAsk& ask) const;
  Json people(const ListAsk& ask) const;

  // Alarms (alarm_view.cc): all for administrators and who sees all; for security officers, data managers and officers for personal information what is about their own party.
  // `tries`: what the post has under way; may be null.
  Json alarms(const ListAsk& ask, const AlarmTries* tries) const;
  Result<Json> alarm(const std::string& id, const AlarmTries* tries) const;  // "alarm.not_found"
  Result<Json> alarm_settings() const;  // {on, settings, rules, channels, …}; channels for administrators and who sees all

  // Registered sources of the own party: what came, what is late, what is held and why (source_view.cc); late ones first.
  Json sources(const ListAsk& ask) const;
  Result<Json> source(const std::string& id) const;
  // Files that came and are no batch, lists of deletions among them ("rows", "deletion"), with what became of them since.
  Json refused_files(const ListAsk& ask) const;
  // Versions whose rows are not those of their parts as they were, each with its effect: "merge", "deletion", "correction".
  Json version_changes(const ListAsk& ask) const;

  // Access inside the agency (access_view.cc): of the own party, and for whoever sees all.
  Json operations(const ListAsk& ask) const;
  Result<Json> operation(const std::string& id) const;
  Json exceptions(const ListAsk& ask) const;
  Result<Json> exception(const std::string& id) const;
  // The rights that this person holds, or with access_office() all of the party; newest first.
  Json rights(const ListAsk& ask) const;
  Json access_rules() const;  // of the own party: {rules, adopted_by, at_ms}
  // Units, who is in them, deputyships and outside staff of the own party.
  Json organisation() const;
  // Figures of the departments of the own party over so many days, with the rules and procedures they work by (space/organisation/figures.h): for
  // access_office(), data managers, and heads. "duty.missing".
  Result<Json> department_figures(int64_t days) const;
  // Who could do this to a column, and why: {column, grade, people, recipients}. "dataset.not_found", "catalog.no_such_column".
  struct WhoAsk {
    std::string dataset, version, column, action, purpose;
  };
  Result<Json> who_could(const WhoAsk& ask) const;
  // Rights and duties that nobody used for `days`: {items}; `used` are the duties that the ledger shows used since then, as
  // "person:duty".
  Json unused(int64_t days, const std::set<std::string>& used) const;
  // What is linked and asked for, as the ledger says, and what this person may do about it: {linked?, asked?, can}.
  Json identity_of(const space::Person& person) const;
  // Duties whose holders look at all rights of their party: administrators, officers, auditors.
  bool access_office() const;
  // The protection measures of the levels (rules/protection.yaml).
  static Json protection(const rules::RuleSet& rules);

  // The legal registers (law_view.cc) of the own party, and for whoever sees all: "papers", "assessments", "consents", "requests",
  // "provisions".
  Json law_register(std::string_view name, const ListAsk& ask) const;
  Result<Json> law_entry(std::string_view name, const std::string& id) const;  // "law.…_not_found"
  // What the case of a contract demands and what is there, for both sides: {complete, level, demands, …}.
  Result<Json> law_case(const std::string& contract) const;
  // Each version with the end of its period and how near that is: {items: [{version, title, ends_ms, state, …}]}; states kept, ending, over, destroyed.
  Json retention() const;
  // For supervision: statutory provisions, recipients who owe certificates, requests of persons that are late.
  Json law_report() const;
  // De-identification (deident_view.cc, deident_audit.cc; docs/formats/deident-api.md). Marks are for the owner's security officers and
  // who sees all, never for recipients; reversals for who asked, who may decide, and the offices of the party.
  Result<Json> deident_overview(const std::string& dataset, const std::string& version) const;
  Json receipts(const ListAsk& ask) const;
  Json marked_releases(const ListAsk& ask) const;
  Json traces(const ListAsk& ask) const;
  Json reversals(const ListAsk& ask) const;
  Result<Json> reversal(const std::string& id) const;
  // Mandates of brokers (mandate_view.cc): for the principal's people, the broker's once they were confirmed, and who sees all. With what was done under
  // each, and for the broker the versions that products may be drafted on: names of fields and figures, no value.
  Json mandates(const ListAsk& ask) const;
  Result<Json> mandate(const std::string& id) const;  // "mandate.not_found"
  bool broker() const { return broker_; }
  // Strategies that wait for review (draft_view.cc): for who submitted them, who may decide, and the offices of the party.
  Json strategy_drafts(const ListAsk& ask) const;
  Result<Json> strategy_draft(const std::string& id) const;
  // No later version of the same strategy was adopted for its dataset.
  bool is_current(const space::Strategy& strategy) const;
  const space::Strategy& newest_of(const space::Strategy& strategy) const;
  // A later version of the strategy that this one extends, adopted since; null: none.
  const space::Strategy* later_base(const space::Strategy& strategy) const;
  // Findings about the own party's outputs, or of all for who sees all; `dataset` may be empty.
  using StrategyDocument = std::function<std::optional<deident::Strategy>(const Digest& content)>;
  Json deident_audit(const std::string& dataset, const StrategyDocument& document, const std::function<bool(const Digest&)>& receipt_there) const;

  // What waits for this person, with due times: {items, total}. Beside the state: how much room there is (absent: storage that runs full is not told), and
  // the ceremony of the root key as it stands.
  struct AtTheDesk {
    const StorageMeasured* storage = nullptr;
    const CeremonySeen* ceremony = nullptr;
  };
  Json inbox(const AtTheDesk& desk) const;
  // At most 20 objects whose title holds `text`, or whose id it is: {items}.
  Json search(std::string_view text) const;

  // The datasets, batches and plans of this person's own party, for work on them: "NAME.not_found" for all others.
  Result<const space::Dataset*> own_dataset(const std::string& id) const;
  Result<const space::Plan*> own_plan(const std::string& id) const;

  // An object with what this person may do to it and the names of the ids inside that the person may know.
  Json shown(Json object, Json can) const;
  // Own duties, and those exercised for somebody absent.
  bool holds(space::Duty duty) const;

  // Ids that this person may know, for entries of the ledger; and the names of all such ids inside a value.
  bool may_know(std::string_view id) const;
  Json names_of(const Json& part) const {
    Json names = Json::object();
    name_ids(part, names);
    return names;
  }

  const space::State& state;
  const space::Person& person;
  const TimeMs now;
  const rules::RuleSet& rules;

 private:
  bool dry_run(const space::Command& command, bool by_node) const;
  void name_ids(const Json& part, Json& names) const;
  std::string party_name(const space::PartyId& id) const;
  std::string signer(const space::PersonId& id) const;
  void set_person(Json& details, std::string_view member, const space::PersonId& id) const;

  Json show(const space::Dataset& d, Detail detail) const;
  Json show(const space::Plan& p, Detail detail) const;
  Json show(const space::Batch& b) const;
  Json show(const space::Operation& o) const;
  Json show(const space::PrivilegeException& e) const;
  Json show(const space::Right& r) const;
  bool of_own_party(const space::PartyId& party) const { return owns(party) || sees_all(); }
  Json field_protection(const space::Dataset& d) const;
  Json show(const space::Source& s) const;
  Json show(const space::RefusedFile& f) const;
  Json show_change(const space::DatasetVersion& v) const;
  Json corrections_of(const space::SubjectRequest& r) const;
  void tasks_of_sources(Json& items) const;
  void tasks_of_changed_rows(Json& items) const;  // contracts on a version that a later deletion or correction changed
  void tasks_of_access(Json& items) const;
  void tasks_of_grading(Json& items) const;
  void tasks_of_law(Json& items) const;
  void tasks_of_custody(Json& items) const;
  void tasks_of_drafts(Json& items) const;
  void tasks_of_mandates(Json& items) const;
  bool sees_mandate(const space::Mandate& m) const;
  Json show(const space::Mandate& m, Detail detail) const;
  Json offers_of(const space::Mandate& m) const;
  void tasks_of_storage(Json& items, const StorageMeasured* measured) const;
  void tasks_of_ceremony(Json& items, const CeremonySeen& ceremony) const;
  void tasks_of_certificates(Json& items) const;
  void tasks_of_clients(Json& items) const;    // what programs of a party are known by ends
  void tasks_of_same_rows(Json& items) const;  // findings that nobody decided on
  void tasks_of_alarms(Json& items) const;
  bool sees_alarm(const space::Alarm& a) const;
  Json show(const space::Alarm& a, const AlarmTries* tries) const;
  Json show(const space::Paper& p) const;
  Json show(const space::Assessment& a) const;
  Json show(const space::Consent& c) const;
  Json show(const space::SubjectRequest& r) const;
  Json show(const space::Provision& p) const;
  void escalated_to_me(Json& items) const;
  Json masking_item(const space::MaskingResult& m) const;
  Json show(const space::Reversal& r) const;
  bool sees_reversal(const space::Reversal& r) const;
  Json show(const space::StrategyDraft& d) const;
  bool sees_draft(const space::StrategyDraft& d) const;
  bool may_decide(const space::StrategyDraft& d) const;
  bool may_adopt(const space::StrategyDraft& d) const;
  Json show(const space::Product& p, Detail detail) const;
  Json show(const space::Application& a, Detail detail) const;
  Json show(const space::Contract& c, Detail detail) const;
  Json show(const space::Release& r, Detail detail) const;
  Json show(const space::Party& p, Detail detail) const;
  Json clients_of(const space::Party& p) const;
  Json show(const space::Person& p, Detail detail) const;
  Json stations(const space::Release& r) const;
  std::string_view destruction_state(const space::Release& r) const;
  Json flow_object(const std::string& id) const;
  std::string name_of_product(const space::ProductId& id) const;
  Json product_fields(const space::Product& p) const;

  bool sees_all_ = false;
  bool broker_ = false;  // of a broker organisation (space/mandate/broker.h)
  std::set<std::string> known_parties_;
};

// Adds people's names to `names`, `signer`, `display_name` and `account` of an object, or of the items of a list.
void fill_names(Node& node, Json& answer);

}  // namespace sluice::node
