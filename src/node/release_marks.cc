#include "node/release_marks.h"

#include <algorithm>
#include <mutex>

#include "crypto/hash.h"
#include "deident/mark.h"
#include "node/adopt_strategy.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr std::string_view kMarkCodeItem = "mark_codes";

Digest mark_commitment(const std::string& record) { return sm3(view("sluice-mark-code/1\n" + record)); }

struct RecipientCode {
  std::string code;
  Digest commitment{};
};

Result<RecipientCode> code_in(const SecretBytes& item) {
  std::string record(text(item.reveal("the recipient's code, for a worker that marks or traces")));
  Json json = TRY(parse_json(record));
  return RecipientCode{TRY(json.get_string("code")), mark_commitment(record)};
}

// Made at the first marked release to the recipient.
Result<RecipientCode> code_for(Node& node, const PartyId& recipient) {
  static std::mutex one_at_a_time;
  std::lock_guard lock(one_at_a_time);
  if (auto known = node.registry().get(kMarkCodeItem, recipient.str())) return code_in(*known);
  Json fresh = Json::object({{"code", base64url(random_bytes(node.random(), 16))}, {"party", recipient.str()}, {"salt", base64url(random_bytes(node.random(), 16))}});
  SecretBytes item(to_bytes(canonical(fresh)));
  TRY(node.registry().put(kMarkCodeItem, recipient.str(), item));
  return code_in(item);
}

bool is_among(const std::vector<std::string>& list, const std::string& name) { return std::find(list.begin(), list.end(), name) != list.end(); }

}  // namespace

std::string mark_key_name(const DatasetId& dataset, const PartyId& owner, const deident::Strategy& strategy) {
  const bool of_project = strategy.scope && strategy.marks && strategy.marks->tokens.value_or(false);
  return "marks/" + (of_project ? owner.str() : dataset.str()) + "/" + strategy.scope.value_or(strategy.id);
}

namespace {

struct Markable {
  MarkOrder order;
  deident::Unmarkable unmarkable = deident::Unmarkable::release;
};

// The marks of a release but for the recipient's code; nothing where the strategy asks for none.
Result<std::optional<Markable>> markable(Node& node, const VersionId& version, const std::vector<std::string>& columns) {
  struct Found {
    DatasetId dataset;
    PartyId owner;
    Digest content{};
    int64_t rows = 0;
    deident::KnownTypes known{};
  };
  auto found = node.space().read([&](const State& s) -> std::optional<Found> {
    const MaskingResult* masking = find(s.maskings, version);
    const Strategy* strategy = masking ? find(s.strategies, masking->strategy) : nullptr;
    const Dataset* dataset = strategy ? find(s.datasets, strategy->dataset) : nullptr;
    return dataset ? std::optional(Found{dataset->id, dataset->owner, applied_document(*masking, *strategy), masking->rows, known_types(*dataset)}) : std::nullopt;
  });
  if (!found) return std::optional<Markable>();
  deident::Strategy strategy = TRY(strategy_of(node, found->content));
  if (!strategy.marks) return std::optional<Markable>();
  MarkOrder order{.strategy = found->content, .strategy_text = canonical(encode(strategy)), .key_name = mark_key_name(found->dataset, found->owner, strategy), .code = {},
                  .carriers = {}, .known = std::move(found->known)};
  auto may_bear = [&](const std::string& column) { return is_among(columns, column) && !is_among(strategy.quasi_identifiers, column); };
  for (const auto& carrier : strategy.marks->carriers)
    if (strategy.marks->row_key && is_among(columns, *strategy.marks->row_key) && may_bear(carrier.column)) order.carriers.push_back(carrier.column);
  const size_t keyed = order.carriers.size();
  order.tokens = deident::token_forms(strategy);
  for (const auto& form : order.tokens)
    if (may_bear(form.column)) order.carriers.push_back(form.column);
  const size_t tokens = order.carriers.size() - keyed;
  const auto rows = static_cast<uint64_t>(found->rows);
  const bool few = !deident::enough_to_mark(*strategy.marks, rows, keyed, tokens), must_name = strategy.marks->unmarkable == deident::Unmarkable::refuse;
  if (order.carriers.empty()) {
    order.unmarked = "no_carrier";
  } else if (few && (tokens == 0 || must_name)) {
    order.unmarked = "too_few_rows";
  } else {
    order.cells_expected = static_cast<int64_t>(deident::symbols_expected(*strategy.marks, rows, keyed, tokens));
  }
  if (order.unmarked) order.carriers.clear();
  return std::optional(Markable{std::move(order), strategy.marks->unmarkable.value_or(deident::Unmarkable::release)});
}

Status refuse_unmarked(const Markable& m) {
  if (!m.order.unmarked || m.unmarkable == deident::Unmarkable::release) return {};
  return fail(Errc::refused, *m.order.unmarked == "no_carrier" ? std::string_view("mark.no_carrier") : std::string_view("mark.too_few_rows"), std::to_string(deident::kMarkRowsMin));
}

}  // namespace

Status may_release_unmarked(Node& node, const VersionId& version, const std::vector<std::string>& columns) {
  auto m = TRY(markable(node, version, columns));
  return m ? refuse_unmarked(*m) : Status();
}

Result<std::optional<MarkOrder>> marks_of_release(Node& node, const VersionId& version, const PartyId& recipient, const std::vector<std::string>& columns) {
  auto m = TRY(markable(node, version, columns));
  if (!m) return std::optional<MarkOrder>();
  TRY(refuse_unmarked(*m));
  MarkOrder order = std::move(m->order);
  if (order.unmarked) return std::optional(std::move(order));
  RecipientCode code = TRY(code_for(node, recipient));
  order.code = code.code;
  order.commitment = code.commitment;
  return std::optional(std::move(order));
}

Result<std::string> recipient_code(Node& node, const PartyId& recipient, const Digest& commitment) {
  auto item = node.registry().get(kMarkCodeItem, recipient.str());
  if (!item) return fail(Errc::corrupt, "trace.code_changed", recipient.str());
  RecipientCode code = TRY(code_in(*item));
  if (code.commitment != commitment) return fail(Errc::corrupt, "trace.code_changed", recipient.str());
  return code.code;
}

}  // namespace sluice::node
