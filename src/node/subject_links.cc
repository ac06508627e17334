#include "node/subject_links.h"

#include <algorithm>
#include <set>

#include "node/work.h"
#include "space/guard.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr std::string_view kLinksKind = "subject-links";

struct KeptNumber {
  SubjectId subject;
  std::string kind, number;
  static constexpr auto fields = field_list(field("subject", &KeptNumber::subject), field("kind", &KeptNumber::kind), field("number", &KeptNumber::number));
};
struct KeptNumbers {
  std::vector<KeptNumber> numbers;
  static constexpr auto fields = field_list(field("numbers", &KeptNumbers::numbers));
};

Result<KeptNumbers> kept_of(Node& node, const SubjectRequestId& request) {
  auto stored = node.registry().get(kLinksKind, request.str());
  if (!stored) return stored.error().reason == "registry.not_found" ? Result<KeptNumbers>(KeptNumbers()) : tl::unexpected(stored.error());
  return decode<KeptNumbers>(TRY(parse_json(text(stored->reveal("a person's other numbers, for who confirms them or to find the rows")))));
}

// Enough to tell one number from another at the desk, never half of it.
std::string partly(const std::string& number) {
  size_t tail = number.size() >= 12 ? 4 : number.size() >= 6 ? 2 : 0;
  bool plain = std::all_of(number.begin(), number.end(), [](unsigned char c) { return c > 0x20 && c < 0x7f; });
  if (!plain) tail = 0;
  return std::string(number.size() - tail, '*') + number.substr(number.size() - tail);
}

}  // namespace

Status keep_linked_numbers(Node& node, const SubjectRequestId& request, const std::vector<LinkedNumber>& found) {
  KeptNumbers kept = TRY(kept_of(node, request));
  for (const LinkedNumber& one : found) {
    bool known = std::any_of(kept.numbers.begin(), kept.numbers.end(), [&](const KeptNumber& k) { return k.subject == one.subject; });
    if (!known) kept.numbers.push_back({one.subject, one.kind, one.number.reveal("sealed in the registry while the request is open")});
  }
  return node.registry().put(kLinksKind, request.str(), SecretBytes(to_bytes(canonical(encode(kept)))));
}

Result<std::vector<LinkedNumber>> confirmed_numbers(Node& node, const SubjectRequest& request) {
  std::vector<LinkedNumber> out;
  std::vector<SubjectId> confirmed = request.confirmed_links();
  if (confirmed.empty()) return out;
  KeptNumbers kept = TRY(kept_of(node, request.id));
  for (const SubjectId& subject : confirmed) {
    auto one = std::find_if(kept.numbers.begin(), kept.numbers.end(), [&](const KeptNumber& k) { return k.subject == subject; });
    if (one == kept.numbers.end()) return fail(Errc::not_found, "law.identifier_erased");
    out.push_back({subject, one->kind, SecretText(one->number)});
  }
  return out;
}

Result<SecretText> confirmed_number(Node& node, const SubjectRequestId& id, const SubjectId& number) {
  auto request = node.space().read([&](const State& s) -> std::optional<SubjectRequest> {
    const SubjectRequest* r = find(s.subject_requests, id);
    return r ? std::optional(*r) : std::nullopt;
  });
  if (!request) return fail(Errc::not_found, "law.request_not_found");
  for (LinkedNumber& one : TRY(confirmed_numbers(node, *request)))
    if (one.subject == number) return std::move(one.number);
  return fail(Errc::refused, "law.link_not_confirmed");
}

Result<Json> linked_numbers_shown(Node& node, const Principal& by, const SubjectRequestId& id) {
  KeptNumbers kept = TRY(kept_of(node, id));
  Json items = TRY(node.space().read([&](const State& s) -> Result<Json> {
    SeededRandom random(0);
    const Person* person = TRY(acting_as_any(s, Context{node.clock().now(), random, node.rules(), by}, {"data_manager", "pi_officer"}));
    const SubjectRequest* r = find(s.subject_requests, id);
    if (!r || r->owner != person->party) return fail(Errc::not_found, "law.request_not_found");
    Json out = Json::array();
    for (const SubjectLink& one : r->links) {
      const Dataset* dataset = find(s.datasets, one.link.dataset);
      const CatalogField* field = dataset ? dataset->column(one.link.column) : nullptr;
      const rules::LawPersonNumber* kind = node.rules().law.number(one.link.kind);
      auto number = std::find_if(kept.numbers.begin(), kept.numbers.end(), [&](const KeptNumber& k) { return k.subject == one.link.subject; });
      out.push(Json::object({{"column", one.link.column}, {"column_title", field && !field->title.empty() ? field->title : one.link.column}, {"dataset", one.link.dataset.str()},
                             {"kind", one.link.kind}, {"kind_en", kind ? kind->en : one.link.kind}, {"kind_zh", kind ? kind->zh : one.link.kind},
                             {"masked", number == kept.numbers.end() ? "" : partly(number->number)}, {"rows", one.link.rows}, {"status", name_of(one.status)},
                             {"subject", one.link.subject.str()}, {"title", !dataset ? "" : dataset->title.empty() ? dataset->name : dataset->title}}));
    }
    return out;
  }));
  TRY(node.space().record(Json::object({{"at_ms", node.clock().now()}, {"kind", "law.subject_links_read"}, {"object", id.str()}, {"person", by.person.str()}})));
  return Json::object({{"items", std::move(items)}});
}

Status decide_subject_request(Node& node, const Principal& by, const DecideSubjectRequest& command) {
  TRY(node.space().execute(by, command));
  if (!command.grant) forget_linked_numbers(node, command.request);
  return {};
}

void forget_linked_numbers(Node& node, const SubjectRequestId& request) { (void)node.registry().erase(kLinksKind, request.str()); }

Status settle_linked_numbers(Node& node) {
  auto open = node.space().read([](const State& s) {
    std::set<std::string> out;
    for (const auto& [id, request] : s.subject_requests)
      if (request.open()) out.insert(id);
    return out;
  });
  for (const std::string& id : TRY(node.registry().ids(kLinksKind)))
    if (!open.contains(id)) TRY(node.registry().erase(kLinksKind, id));
  return {};
}

}  // namespace sluice::node
