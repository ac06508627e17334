#include "node/secret_filter.h"

#include <algorithm>
#include <set>

#include "ledger/commitment.h"
#include "space/application/personal_filter.h"
#include "space/guard.h"
#include "space/mandate/broker.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr std::string_view kFilterKind = "filter";

struct FilterItem {
  std::string column, op;
  std::vector<std::string> values;
  Bytes salt;
  static constexpr auto fields = field_list(field("column", &FilterItem::column), field("op", &FilterItem::op),
                                            field("values", &FilterItem::values), field("salt", &FilterItem::salt));
};

std::string query_kind(const ReleaseId& release) { return "query." + release.str(); }

Result<Digest> commitment_of(const FilterItem& item) {
  ledger::Salt salt{};
  if (item.salt.size() != salt.size()) return fail(Errc::corrupt, "filter.differs", item.column);
  std::copy(item.salt.begin(), item.salt.end(), salt.begin());
  Json value = Json::object({{"column", item.column}, {"op", item.op}, {"values", encode(item.values)}});
  return ledger::commitment(salt, "row_filter", canonical(value));
}

Result<RowCondition> keep(Node& node, std::string_view kind, const RowCondition& plain) {
  FilterItem item{plain.column, plain.op, plain.values, random_bytes(node.random(), ledger::kSaltBytes)};
  RowCondition out{plain.column, plain.op, {}, random_name(node.random(), "sf"), {}, {}};
  out.commitment = TRY(commitment_of(item));
  out.masked.emplace();
  for (const std::string& value : plain.values) out.masked->push_back(masked_value(value));
  TRY(node.registry().put(kind, out.secret_ref, SecretBytes(to_bytes(canonical(encode(item))))));
  return out;
}

Result<FilterItem> item_of(Node& node, const RowCondition& condition, std::string_view kind = kFilterKind) {
  auto bytes = node.registry().get(kind, condition.secret_ref);
  if (!bytes) return fail(Errc::refused, "filter.erased", condition.column);
  Json json = TRY(parse_json(text(bytes->reveal("the values of an agreed filter"))));
  auto item = TRY(decode<FilterItem>(json));
  if (!condition.commitment || TRY(commitment_of(item)) != *condition.commitment || item.column != condition.column || item.op != condition.op)
    return fail(Errc::corrupt, "filter.differs", condition.column);
  return item;
}

Status erase_item(Node& node, std::string_view kind, const std::string& ref) {
  Status erased = node.registry().erase(kind, ref);
  if (!erased && erased.error().reason == "registry.not_found") return {};
  return erased;
}

Status erase_kind(Node& node, const std::string& kind) {
  for (const std::string& ref : TRY(node.registry().ids(kind))) TRY(erase_item(node, kind, ref));
  return {};
}

}  // namespace

bool may_reveal(const State& s, const Person& person, const Application& a, TimeMs now) {
  if (is_broker(s, person)) return false;
  const Product* product = find(s.products, a.product);
  bool of_either_side = a.applicant == person.party || (product && product->owner == person.party);
  for (Duty duty : {Duty::data_manager, Duty::security_officer, Duty::pi_officer, Duty::committee_member, Duty::contract_signer, Duty::data_user})
    if (of_either_side && person.has(duty, now)) return true;
  return false;
}

Result<ApplicationId> submit_application(Node& node, const Principal& by, SubmitApplication command) {
  std::vector<bool> personal = node.space().read([&](const State& s) {
    std::vector<bool> out;
    const Product* product = find(s.products, command.product);
    for (const RowCondition& condition : command.form.row_filter)
      out.push_back(product && is_personal(s, product->dataset, product->version, condition));
    return out;
  });
  for (const RowCondition& condition : command.form.row_filter) {
    if (condition.secret() || condition.commitment || condition.masked) return fail(Errc::invalid, "filter.reference_given", condition.column);
    if (condition.values.size() > 100) return fail(Errc::invalid, "filter.too_long", condition.column);
  }
  if (command.form.row_filter.size() > 20) return fail(Errc::invalid, "filter.too_long");
  std::vector<std::string> kept;
  auto submitted = [&]() -> Result<ApplicationId> {
    for (size_t i = 0; i < personal.size(); i++) {
      if (!personal[i]) continue;
      command.form.row_filter[i] = TRY(keep(node, kFilterKind, command.form.row_filter[i]));
      kept.push_back(command.form.row_filter[i].secret_ref);
    }
    return TRY(node.space().execute(by, command)).get<ApplicationSubmitted>().application;
  }();
  if (!submitted)
    for (const std::string& ref : kept) (void)erase_item(node, kFilterKind, ref);
  return submitted;
}

Result<std::vector<RowCondition>> resolve_filter(Node& node, const std::vector<RowCondition>& filter) { return resolve_kept(node, kFilterKind, filter); }

Result<RowCondition> keep_condition(Node& node, std::string_view kind, const RowCondition& plain) { return keep(node, kind, plain); }

Result<std::vector<RowCondition>> resolve_kept(Node& node, std::string_view kind, const std::vector<RowCondition>& filter) {
  std::vector<RowCondition> out;
  for (const RowCondition& condition : filter) {
    if (!condition.secret()) {
      out.push_back(condition);
      continue;
    }
    FilterItem item = TRY(item_of(node, condition, kind));
    out.push_back(RowCondition{item.column, item.op, std::move(item.values), {}, {}, {}});
  }
  return out;
}

Result<Json> reveal_filter(Node& node, const Principal& by, const ApplicationId& id) {
  TimeMs now = node.clock().now();
  auto filter = TRY(node.space().read([&](const State& s) -> Result<std::vector<RowCondition>> {
    const Person* person = find(s.persons, by.person);
    if (!person) return fail(Errc::unauthenticated, "person.unknown");
    const Application* a = TRY(seen_application(s, *person, id, now));
    if (!may_reveal(s, *person, *a, now)) return fail(Errc::forbidden, "filter.reveal_forbidden");
    if (!by.stepped_up) return fail(Errc::forbidden, "auth.second_factor_needed");
    return a->form.row_filter;
  }));
  Json out = Json::array(), refs = Json::array();
  for (const RowCondition& condition : filter) {
    if (!condition.secret()) {
      out.push(encode(condition));
      continue;
    }
    refs.push(condition.secret_ref);
    FilterItem item = TRY(item_of(node, condition));
    Json one = encode(condition);
    one.set("values", encode(item.values)).set("salt", base64(item.salt));
    out.push(std::move(one));
  }
  // Durable before a value leaves.
  TRY(node.space().record(Json::object({{"application", id.str()}, {"at_ms", now}, {"kind", "filter.revealed"}, {"person", by.person.str()}, {"refs", refs}})));
  return Json::object({{"application", id.str()}, {"row_filter", std::move(out)}});
}

Status erase_filter(Node& node, const Principal& by, const EraseFilter& command) {
  TRY(node.space().execute(by, command));
  return erase_item(node, kFilterKind, command.secret_ref);
}

Status erase_queries(Node& node, const Principal& by, const EraseQueries& command) {
  TRY(node.space().execute(by, command));
  return erase_kind(node, query_kind(command.release));
}

Result<RowCondition> keep_query(Node& node, const ReleaseId& release, const RowCondition& plain) {
  return keep(node, query_kind(release), plain);
}

Result<std::vector<RowCondition>> resolve_queries(Node& node, const ReleaseId& release, const std::vector<RowCondition>& kept) {
  return resolve_kept(node, query_kind(release), kept);
}

Status sweep_filters(Node& node) {
  auto standing = node.space().read([](const State& s) {
    std::set<std::string> out;
    for (const auto& [id, a] : s.applications)
      for (const RowCondition& condition : a.form.row_filter)
        if (condition.secret() && !a.has_erased({condition})) out.insert(condition.secret_ref);
    return out;
  });
  for (const std::string& ref : TRY(node.registry().ids(kFilterKind)))
    if (!standing.contains(ref)) TRY(erase_item(node, kFilterKind, ref));
  return {};
}

}  // namespace sluice::node
