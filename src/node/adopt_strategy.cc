#include "node/adopt_strategy.h"

#include "crypto/hash.h"
#include "crypto/keyfile.h"
#include "deident/mark.h"
#include "deident/strategy_use.h"
#include "node/sign_in_key.h"
#include "space/guard.h"

namespace sluice::node {

using namespace space;

namespace {

struct Reviewer {
  PersonId person;
  Sm2PublicKey key;
};

// People of the party with an office that reviews, and the key they sign in with.
Result<std::vector<Reviewer>> reviewers_of(Node& node, const PartyId& party) {
  std::vector<Reviewer> out;
  for (const std::string& id : TRY(node.registry().ids(kSignInKeyItem))) {
    PersonId person = TRY(PersonId::parse(id));
    bool reviews = node.space().read([&](const State& s) {
      const Person* p = find(s.persons, person);
      TimeMs now = node.space().now();
      bool office = p && (p->has(Duty::security_officer, now) || p->has(Duty::pi_officer, now) || p->has(Duty::committee_member, now));
      return office && p->party == party && active(s, *p, now).has_value();
    });
    auto item = reviews ? node.registry().get(kSignInKeyItem, id) : Result<SecretBytes>(fail(Errc::not_found, "registry.not_found"));
    if (!item) continue;
    if (auto key = Sm2PublicKey::from_bytes(item->reveal("a public key"))) out.push_back({person, *key});
  }
  return out;
}

std::string base_name(std::string name) {
  for (std::string_view ending : {".yaml", ".yml", ".json"})
    if (name.ends_with(ending)) return name.substr(0, name.size() - ending.size());
  return name;
}

struct Base {
  StrategySummary summary;
  deident::Strategy strategy;
};

Result<Base> base_of(Node& node, const PartyId& owner, const std::string& name) {
  std::string id = base_name(name);
  auto found = node.space().read([&](const State& s) -> Result<std::pair<StrategySummary, Digest>> {
    const Strategy* newest = nullptr;
    for (const auto& [key, strategy] : s.strategies) {
      const Dataset* dataset = find(s.datasets, strategy.dataset);
      if (!dataset || dataset->owner != owner || !strategy.summary || strategy.summary->id != id) continue;
      if (!newest || strategy.seq > newest->seq) newest = &strategy;
    }
    if (!newest) return fail(Errc::not_found, "strategy.base_not_found", id.substr(0, kNameBytesMax));
    return std::pair(*newest->summary, newest->content);
  });
  if (!found) return tl::unexpected(found.error());
  return Base{found->first, TRY(strategy_of(node, found->second))};
}

}  // namespace

Result<std::optional<StrategyReview>> review_by(Node& node, const PersonId& author, const PartyId& party, const deident::Strategy& strategy, std::string_view text,
                                                const std::optional<Json>& signature) {
  deident::ReviewEvidence evidence{.signature = signature, .reviewers = {}};
  auto reviewers = TRY(reviewers_of(node, party));
  for (const Reviewer& r : reviewers) evidence.reviewers.push_back(r.key);
  auto key_id = TRY(deident::check_review(strategy, view(text), evidence));
  if (!key_id) return std::optional<StrategyReview>();
  for (const Reviewer& r : reviewers) {
    if (sm2_key_id(r.key) != *key_id) continue;
    if (r.person == author) return fail(Errc::forbidden, "strategy.own_review");
    return std::optional(StrategyReview{r.person, *key_id, sm3(view(text)), TRY(node.space().put_blob(view(canonical(*signature))))});
  }
  return fail(Errc::refused, "strategy.unknown_reviewer", *key_id);
}

Result<deident::Strategy> strategy_of(Node& node, const Digest& content) {
  Bytes blob = TRY(node.ledger().blob(content));
  return deident::read_strategy(text(blob));
}

Digest applied_document(const MaskingResult& masking, const Strategy& strategy) {
  return masking.run && masking.run->applied ? *masking.run->applied : strategy.content;
}

StrategyUse use_of(const deident::Strategy& strategy) {
  if (!strategy.use) return {};
  return {strategy.use->share_types, strategy.use->forms, strategy.use->purposes, strategy.use->not_after};
}

Result<deident::Strategy> with_base(Node& node, const PartyId& owner, deident::Strategy strategy) {
  if (!strategy.extends) return strategy;
  deident::Strategy whole = deident::extend(TRY(base_of(node, owner, *strategy.extends)).strategy, strategy);
  TRY(deident::check(whole));
  return whole;
}

std::string adopted_name(const deident::Strategy& strategy) { return strategy.title.value_or(strategy.id) + " " + strategy.version; }

deident::KnownTypes known_types(const Dataset& dataset) {
  deident::KnownTypes out;
  for (const CatalogField& field : dataset.columns) {
    const bool proposed = field.proposal && !field.proposal->review;
    const std::string type = field.confirmed ? field.type : proposed ? field.proposal->type : "";
    if (!type.empty() && type != "unknown") out[field.column] = type;
  }
  return out;
}

Status fit_to_adopt(Node& node, const DatasetId& dataset, const deident::Strategy& whole) {
  if (!whole.marks || deident::has_classes(whole)) return {};
  return deident::check_marks(whole, node.space().read([&](const State& s) {
    const Dataset* d = find(s.datasets, dataset);
    return d ? known_types(*d) : deident::KnownTypes();
  }));
}

Result<StrategyId> adopt_strategy(Node& node, const Principal& by, const DatasetId& dataset, std::string_view text, const std::optional<Json>& signature) {
  deident::Strategy own = TRY(deident::read_strategy(text));
  PartyId owner = node.space().read([&](const State& s) {
    const Dataset* d = find(s.datasets, dataset);
    return d ? d->owner : PartyId();
  });
  StrategySummary summary;
  summary.review = TRY(review_by(node, by.person, owner, own, text, signature));
  if (own.extends) {
    StrategySummary base = TRY(base_of(node, owner, *own.extends)).summary;
    summary.base = base.id;
    summary.base_version = base.version;
  }
  deident::Strategy strategy = TRY(with_base(node, owner, own));
  // What a base demands its children cannot sign for: their text is not the whole.
  if (strategy.review == deident::Review::required && !summary.review) return fail(Errc::refused, "strategy.review_of_parts");
  TRY(fit_to_adopt(node, dataset, strategy));
  summary.id = strategy.id;
  summary.version = strategy.version;
  summary.marks = strategy.marks.has_value();
  if (strategy.use) summary.use = use_of(strategy);
  if (strategy.review == deident::Review::required) summary.review_required = true;
  if (strategy.aggregate) summary.aggregate = true;
  std::string content = canonical(encode(strategy));
  AdoptStrategy command{.dataset = dataset, .name = adopted_name(strategy), .content = sm3(view(content)), .techniques = {},
                        .summary = std::move(summary)};
  for (const auto& rule : strategy.rules) {
    Json parameters = encode(rule);
    parameters.erase("column");
    parameters.erase("technique");
    command.techniques.push_back({rule.column, std::string(name_of(rule.technique)), canonical(parameters)});
  }
  TRY(node.space().put_blob(view(content)));
  return TRY(node.space().execute(by, command)).get<StrategyAdopted>().strategy;
}

}  // namespace sluice::node
