#include <algorithm>
#include <set>

#include "space/passport/passport.h"

namespace sluice::space {

namespace {

// Collects reveals (one an entry, fields joined) and the stations that name them.
class Collector {
 public:
  void at(std::string_view station, uint64_t seq, std::vector<std::string> reveal) {
    if (names_.empty() || names_.back().first != station) names_.emplace_back(station, std::vector<uint64_t>{});
    names_.back().second.push_back(seq);
    reveals_.push_back({seq, std::move(reveal)});
  }
  std::vector<ledger::Reveal> reveals() {
    std::sort(reveals_.begin(), reveals_.end(), [](const auto& a, const auto& b) { return a.seq < b.seq; });
    return reveals_;
  }
  Json stations() const {
    Json out = Json::array();
    for (std::string_view station : kStations) {
      Json seqs = Json::array();
      for (const auto& [name, list] : names_)
        if (name == station)
          for (uint64_t seq : list) seqs.push(static_cast<int64_t>(seq));
      out.push(Json::object({{"seqs", seqs}, {"station", station}}));
    }
    return out;
  }

 private:
  std::vector<std::pair<std::string, std::vector<uint64_t>>> names_;
  std::vector<ledger::Reveal> reveals_;
};

// Where the rows of a collected version come from: the batches, what was corrected of them, and the merges.
void add_source(const State& s, const DatasetVersion& version, Collector& c, std::set<uint64_t>& named) {
  if (!version.parts.empty()) {
    if (named.insert(version.seq).second) c.at("source", version.seq, {"dataset", "parts", "version", "rows", "version_manifest"});
    for (const VersionId& part : version.parts) add_source(s, s.versions.at(part.str()), c, named);
    return;
  }
  const Batch& batch = s.batches.at(version.batch.str());
  if (named.insert(batch.seq).second)
    c.at("source", batch.seq, {"batch", "plan", "dataset", "version", "file_digest", "manifest", "rows", "accepted", "warned", "held", "version_manifest"});
  if (version.id != batch.version && named.insert(version.seq).second)
    c.at("source", version.seq, {"batch", "plan", "dataset", "version", "accepted", "warned", "rejected", "version_manifest"});
}

}  // namespace

Result<Json> make_passport(const State& s, const ledger::Ledger& ledger, const ReleaseId& id, TimeMs now) {
  const Release* release = find(s.releases, id);
  if (!release) return fail(Errc::not_found, "release.not_found");
  if (release->form == OpenForm::file && release->delivered_seq == 0) return fail(Errc::conflict, "passport.not_delivered");
  const Contract& contract = s.contracts.at(release->contract.str());
  const Application& application = s.applications.at(contract.application.str());
  const Product& product = s.products.at(contract.terms.product.str());
  const MaskingResult& masking = s.maskings.at(release->version.str());
  const Strategy& strategy = s.strategies.at(masking.strategy.str());
  const DatasetVersion& raw = s.versions.at(masking.from_version.str());
  const Dataset& dataset = s.datasets.at(release->dataset.str());

  Collector c;
  c.at("source", s.plans.at(dataset.plan.str()).seq, {"plan", "dataset", "source_name", "source_uscc", "purpose", "legal_basis"});
  std::set<uint64_t> named;
  add_source(s, raw, c, named);
  for (const std::string& name : release->columns) {
    const CatalogField* column = dataset.column(name);
    if (!column || !column->confirmed) return fail(Errc::conflict, "passport.column_not_graded", name);
    c.at("grading", column->seq, {"dataset", "column", "type", "category", "level"});
  }
  c.at("deidentification", strategy.seq, {"strategy", "dataset", "content"});
  std::vector<std::string> of_masking{"dataset", "strategy", "from_version", "version", "rows", "residual_identifiers", "k", "max_risk_ppm",
                                      "columns", "techniques", "quasi_identifiers", "receipt", "version_manifest"};
  if (masking.run && masking.run->rows_level5) of_masking.emplace_back("level5_rows_left_out");
  c.at("deidentification", masking.seq, std::move(of_masking));
  c.at("product", product.drafted_seq, {"product", "owner", "dataset", "version", "level"});
  c.at("product", product.checked_seq, {"product", "passed"});
  c.at("product", product.reviewed_seq, {"product", "approved"});
  std::vector<std::string> registered{"product", "approved", "number"};
  if (product.grade) registered.push_back("grade");
  c.at("product", product.registered_seq, std::move(registered));
  c.at("approval", application.submitted_seq, {"application", "product", "applicant", "policy", "roster", "rule"});
  for (const Vote& vote : application.votes) {
    std::vector<std::string> fields{"application", "member", "reason"};
    if (!vote.recused) fields.push_back("approve");
    c.at("approval", vote.seq, std::move(fields));
  }
  c.at("approval", application.decided_seq, {"application", "approved", "votes_for", "votes_against", "recused", "roster"});
  for (const PartyId* party : {&contract.terms.provider, &contract.terms.recipient}) {
    const Party& who = s.parties.at(party->str());
    c.at("contract", who.registered_seq, {"party", "name", "uscc"});
  }
  c.at("contract", contract.drafted_seq, {"contract", "application", "terms", "text_zh", "odrl", "digest"});
  std::set<uint64_t> keys{release->recipient_key_seq};
  for (const Signature& signature : contract.signatures) keys.insert(signature.key_seq);
  for (uint64_t seq : keys) c.at("contract", seq, {"party", "public_key", "key_id"});
  for (const Signature& signature : contract.signatures)
    c.at("contract", signature.seq, {"contract", "party", "public_key", "signature", "digest", "completes"});
  std::vector<std::string> prepared{"release", "contract", "dataset", "version", "form", "columns", "purpose", "level", "recipient_key_id", "expires_ms"};
  if (release->grade) prepared.push_back("grade");
  c.at("delivery", release->prepared_seq, std::move(prepared));
  // That a copy bears none of the marks which its strategy asks for, and why. Of one that bears marks nothing is said.
  if (release->marks && release->marks->unmarked) c.at("delivery", release->marks->seq, {"release", "marks"});
  std::vector<std::string> delivered{"release", "rows", "bytes", "file_digest", "envelope_digest", "format"};
  if (contract.terms.leaves_out_level5()) delivered.emplace_back("level5_rows_left_out");
  if (release->delivered_seq != 0) c.at("delivery", release->delivered_seq, std::move(delivered));
  Json evidence = TRY(ledger.evidence(c.reveals()));
  return Json::object({{"evidence", std::move(evidence)}, {"format", kPassportFormat}, {"issued_ms", now}, {"release", id.str()}, {"stations", c.stations()}});
}

}  // namespace sluice::space
