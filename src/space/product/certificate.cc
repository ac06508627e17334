#include "space/product/certificate.h"

#include <set>

#include "ledger/evidence.h"

namespace sluice::space {

namespace {

Json general_information(const ProductForm& form, const std::string& number, int64_t rows) {
  return Json::object({{"authorisation", form.authorisation}, {"columns", encode(form.columns)}, {"forbidden_uses", form.forbidden_uses}, {"keywords", encode(form.keywords)},
                       {"name", form.name}, {"number", number}, {"rows", rows}, {"suited_uses", form.suited_uses}, {"summary", form.summary}, {"time_span", form.time_span}});
}

Json specific_information(const ProductForm& form) {
  Json forms = Json::array();
  for (OpenForm open_form : form.forms) forms.push(name_of(open_form));
  return Json::object({{"applications", encode(form.applications)}, {"flow", name_of(form.flow)}, {"forms", std::move(forms)}, {"interfaces", encode(form.interfaces)},
                       {"price_fen", form.price_fen}, {"related_products", encode(form.related_products)}, {"share", name_of(form.share)}});
}

// One entry about this product, or null.
const ledger::EntryVerdict* entry_of(const ledger::EvidenceVerdict& proven, std::string_view kind, const std::string& product) {
  for (const ledger::EntryVerdict& entry : proven.entries)
    if (entry.entry.kind == kind && entry.revealed.get_string_or("product", "").value_or("") == product) return &entry;
  return nullptr;
}

struct ProvenRegistration {
  const ledger::EntryVerdict *drafted = nullptr, *checked = nullptr, *reviewed = nullptr, *registered = nullptr;
  bool whole() const { return drafted && checked && reviewed && registered; }
};

void check_order(const ProvenRegistration& p, RegistrationVerdict& out) {
  bool in_order = p.drafted->seq < p.checked->seq && p.checked->seq < p.reviewed->seq && p.reviewed->seq < p.registered->seq;
  if (!in_order) out.problems.emplace_back("certificate.order");
  bool agreed = p.checked->revealed.get_bool("passed").value_or(false) && p.reviewed->revealed.get_bool("approved").value_or(false) &&
                p.registered->revealed.get_bool("approved").value_or(false);
  if (!agreed) out.problems.emplace_back("certificate.not_approved");
  std::set<std::string> people{p.drafted->entry.actor, p.reviewed->entry.actor, p.registered->entry.actor};
  if (people.size() != 3 || people.contains("")) out.problems.emplace_back("certificate.same_person");
}

void check_owner(const ledger::EvidenceVerdict& proven, const Json& certificate, const ProvenRegistration& p, RegistrationVerdict& out) {
  const ledger::EntryVerdict* owner = nullptr;
  for (const ledger::EntryVerdict& entry : proven.entries)
    if (entry.entry.kind == PartyRegistered::kind && entry.revealed.get_string_or("party", "").value_or("") == p.drafted->revealed.get_string_or("owner", "").value_or("-")) owner = &entry;
  if (!owner) {
    out.problems.emplace_back("certificate.entry_missing");
    return;
  }
  const Json* said = certificate.find("owner");
  if (!said || !(*said == owner->revealed)) out.problems.emplace_back("certificate.differs owner");
  out.owner_name = owner->revealed.get_string_or("name", "").value_or("");
  out.owner_uscc = owner->revealed.get_string_or("uscc", "").value_or("");
}

// The level at registration, else of the draft (entries of old have no grade at registration).
int proven_level(const ProvenRegistration& p) {
  if (const Json* grade = p.registered->revealed.find("grade"); grade && grade->is_object()) return static_cast<int>(grade->get_int("level").value_or(0));
  return static_cast<int>(p.drafted->revealed.get_int("level").value_or(0));
}

}  // namespace

Result<Json> make_registration_certificate(const State& s, const ledger::Ledger& ledger, const ProductId& id, TimeMs now) {
  const Product* product = find(s.products, id);
  if (!product) return fail(Errc::not_found, "product.not_found");
  if (product->status != ProductStatus::registered) return fail(Errc::conflict, "product.not_registered", std::string(name_of(product->status)));
  const Party& owner = s.parties.at(product->owner.str());
  std::vector<std::string> registered{"product", "approved", "number"};
  if (product->grade) {
    auto entry = TRY(ledger.entry(product->registered_seq));
    if (entry.body.find("grade")) registered.emplace_back("grade");
  }
  std::vector<ledger::Reveal> reveals{{owner.registered_seq, {"party", "name", "uscc"}},
                                      {product->drafted_seq, {"product", "owner", "form", "rows", "level"}},
                                      {product->checked_seq, {"product", "passed", "sample_rows"}},
                                      {product->reviewed_seq, {"product", "approved"}},
                                      {product->registered_seq, registered}};
  TimeMs registered_ms = TRY(ledger.entry(product->registered_seq)).entry.time;
  Json out = Json::object({{"format", kRegistrationFormat},
                           {"general", general_information(product->form, product->number, product->rows)},
                           {"issued_ms", now},
                           {"level", product->level},
                           {"number", product->number},
                           {"owner", Json::object({{"name", owner.name}, {"party", owner.id.str()}, {"uscc", owner.uscc}})},
                           {"product", id.str()},
                           {"registered_ms", registered_ms},
                           {"specific", specific_information(product->form)}});
  return out.set("evidence", TRY(ledger.evidence(reveals)));
}

Result<RegistrationVerdict> verify_registration_certificate(const Json& certificate, const ledger::Trust* trust) {
  if (!certificate.is_object() || certificate.get_string_or("format", "").value_or("") != kRegistrationFormat) return fail(Errc::invalid, "certificate.malformed", "format");
  const Json *bundle = certificate.find("evidence"), *general = certificate.find("general"), *specific = certificate.find("specific");
  if (!bundle || !general || !specific) return fail(Errc::invalid, "certificate.malformed", "evidence");
  auto proven = TRY(ledger::verify_evidence(*bundle, trust));
  RegistrationVerdict out;
  out.origin = proven.origin;
  out.issuer_name = proven.issuer_name;
  out.issuer_uscc = proven.issuer_uscc;
  out.pinned = proven.pinning == ledger::Pinning::pinned;
  out.problems = proven.problems;
  out.checkpoint_size = static_cast<int64_t>(proven.checkpoint.size);
  out.product = TRY(certificate.get_string("product"));
  out.number = TRY(certificate.get_string("number"));
  out.level = static_cast<int>(TRY(certificate.get_int("level")));
  out.registered_ms = TRY(certificate.get_int("registered_ms"));
  out.name = general->get_string_or("name", "").value_or("");
  out.rows = general->get_int_or("rows", 0).value_or(0);

  ProvenRegistration p{entry_of(proven, ProductDrafted::kind, out.product), entry_of(proven, ProductChecked::kind, out.product),
                       entry_of(proven, ProductReviewed::kind, out.product), entry_of(proven, ProductRegistered::kind, out.product)};
  if (!p.whole()) {
    out.problems.emplace_back("certificate.entry_missing");
    return out;
  }
  check_order(p, out);
  check_owner(proven, certificate, p, out);
  std::string number = p.registered->revealed.get_string_or("number", "").value_or("");
  if (number.empty() || number != out.number) out.problems.emplace_back("certificate.differs number");
  if (proven_level(p) != out.level) out.problems.emplace_back("certificate.differs level");
  if (p.registered->entry.time != out.registered_ms) out.problems.emplace_back("certificate.differs registered_ms");
  const Json* revealed = p.drafted->revealed.find("form");
  auto form = revealed ? decode<ProductForm>(*revealed) : Result<ProductForm>(fail(Errc::invalid, "certificate.malformed", "form"));
  if (!form) {  // what was revealed is not what the entry commits to
    out.problems.emplace_back("certificate.differs form");
    return out;
  }
  if (!(general_information(*form, number, p.drafted->revealed.get_int_or("rows", 0).value_or(0)) == *general)) out.problems.emplace_back("certificate.differs general");
  if (!(specific_information(*form) == *specific)) out.problems.emplace_back("certificate.differs specific");
  out.ok = out.problems.empty();
  return out;
}

}  // namespace sluice::space
