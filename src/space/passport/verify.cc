// The checks of docs/formats/passport.md, in its order. The web page makes the same ones (web/src/verify).
#include <algorithm>
#include <map>
#include <set>

#include "crypto/hash.h"
#include "crypto/sign.h"
#include "space/passport/passport.h"

namespace sluice::space {

namespace {

// An entry of the evidence with its revealed fields; the fields have matched their commitments or the evidence failed.
struct Shown {
  const ledger::EntryVerdict* entry = nullptr;
  const Json* operator[](std::string_view name) const { return entry->revealed.find(name); }
  std::string text(std::string_view name) const {
    const Json* v = (*this)[name];
    return v && v->is_string() ? v->as_string() : std::string();
  }
  int64_t number(std::string_view name) const {
    const Json* v = (*this)[name];
    return v && v->is_int() ? v->as_int() : -1;
  }
  bool yes(std::string_view name) const {
    const Json* v = (*this)[name];
    return v && v->is_bool() && v->as_bool();
  }
  std::vector<std::string> texts(std::string_view name) const {
    std::vector<std::string> out;
    const Json* v = (*this)[name];
    if (v && v->is_array())
      for (const Json& item : v->as_array())
        if (item.is_string()) out.push_back(item.as_string());
    return out;
  }
  uint64_t seq() const { return entry->seq; }
};

bool contains(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

class Checker {
 public:
  Checker(const ledger::EvidenceVerdict& evidence, const std::map<std::string, std::vector<uint64_t>>& stations, PassportVerdict& out)
      : stations_(stations), out_(out) {
    for (const auto& entry : evidence.entries) entries_[entry.seq] = &entry;
  }

  void run() {
    begin("source"), source();
    begin("delivery"), find_delivery();
    begin("grading"), grading();
    begin("deidentification"), deidentification();
    begin("product"), product();
    begin("approval"), approval();
    begin("contract"), contract();
    begin("delivery"), delivery();
    every_named_entry_was_used();
    begin("ledger");
    for (const auto& [seq, entry] : entries_) {
      if (entry->entry.kind == ReleaseRevoked::kind) problem("release was revoked");
      bool named = std::any_of(used_.begin(), used_.end(), [s = seq](const auto& use) { return use.second == s; });
      if (!named) problem("an entry stands for no station");
    }
    for (std::string_view station : kStations) {
      auto& problems = problems_[std::string(station)];
      out_.stations.push_back({std::string(station), problems.empty(), problems});
      for (const std::string& p : problems) out_.problems.push_back("passport." + std::string(station) + ": " + p);
    }
  }

 private:
  void begin(std::string_view station) { station_ = station; }
  // Whatever a station names is there, and some check of that station has asked for its kind.
  void every_named_entry_was_used() {
    for (const auto& [station, seqs] : stations_) {
      begin(station);
      for (uint64_t seq : seqs) demand(used_.contains({station, seq}), "a named entry is missing or of another kind");
      demand(std::set(seqs.begin(), seqs.end()).size() == seqs.size(), "an entry is named twice");
    }
  }
  void problem(std::string what) { problems_[station_].push_back(std::move(what)); }
  void demand(bool holds, const char* what) {
    if (!holds) problem(what);
  }

  // The station's entries of a kind, each with the fields that must be revealed.
  std::vector<Shown> all(std::string_view kind, std::initializer_list<std::string_view> fields) {
    std::vector<Shown> out;
    for (uint64_t seq : stations_.at(station_)) {
      auto it = entries_.find(seq);
      if (it == entries_.end() || it->second->entry.kind != kind) continue;
      used_.insert({station_, seq});
      bool complete = true;
      for (std::string_view f : fields)
        if (!it->second->revealed.find(f)) complete = false;
      // Entries of old have no grade; where one was committed to, it is not held back.
      bool wants_grade = kind == ReleasePrepared::kind || kind == ProductRegistered::kind;
      for (const auto& committed : it->second->entry.fields)
        if (wants_grade && committed.name == "grade" && !it->second->revealed.find("grade")) complete = false;
      if (complete) {
        out.push_back({it->second});
      } else {
        problem(std::string(kind) + " does not reveal what it must");
      }
    }
    return out;
  }
  std::optional<Shown> one(std::string_view kind, std::initializer_list<std::string_view> fields) {
    auto list = all(kind, fields);
    if (list.size() == 1) return list.front();
    problem(std::string(kind) + (list.empty() ? " is missing" : " occurs more than once"));
    return std::nullopt;
  }

  void source() {
    auto plan = one(PlanAdopted::kind, {"plan", "dataset", "source_name", "source_uscc", "purpose", "legal_basis"});
    auto batches = all(BatchSealed::kind, {"batch", "plan", "dataset", "version", "file_digest", "manifest", "rows", "accepted", "warned", "held", "version_manifest"});
    auto settled = all(HeldSettled::kind, {"batch", "plan", "dataset", "version", "accepted", "warned", "rejected", "version_manifest"});
    auto merged = all(VersionsMerged::kind, {"dataset", "parts", "version", "rows", "version_manifest"});
    if (batches.empty()) problem(std::string(BatchSealed::kind) + " is missing");
    if (!plan) return;
    for (const Shown& b : batches) {
      demand(plan->text("plan") == b.text("plan") && plan->text("dataset") == b.text("dataset"), "batch and plan do not belong together");
      demand(b.text("manifest") == "verified" || b.text("manifest") == "receipt", "the source did not answer for the batch");
      demand(plan->seq() < b.seq(), "the batch is older than its plan");
      demand(collected_.emplace(b.text("version"), Collected{b.seq(), {}}).second, "a version is collected twice");
    }
    for (const Shown& h : settled) {
      auto of = std::find_if(batches.begin(), batches.end(), [&](const Shown& b) { return b.text("batch") == h.text("batch"); });
      demand(of != batches.end() && of->seq() < h.seq() && of->text("plan") == h.text("plan"), "corrected rows of another batch");
      demand(collected_.emplace(h.text("version"), Collected{h.seq(), {}}).second, "a version is collected twice");
    }
    for (const Shown& m : merged) {
      demand(plan->text("dataset") == m.text("dataset"), "a merge of another dataset");
      demand(collected_.emplace(m.text("version"), Collected{m.seq(), m.texts("parts")}).second, "a version is collected twice");
    }
  }
  // Every part is older than what was made of it, and its rows are in once.
  void reach(const std::string& version, uint64_t before, std::set<std::string>& reached) {
    auto it = collected_.find(version);
    if (it == collected_.end() || it->second.seq >= before || !reached.insert(version).second) return problem("masked from another version");
    for (const std::string& part : it->second.parts) reach(part, it->second.seq, reached);
  }

  void find_delivery() {
    prepared_ = one(ReleasePrepared::kind, {"release", "contract", "dataset", "version", "form", "columns", "purpose", "level", "recipient_key_id", "expires_ms"});
    if (!prepared_) return;
    out_.columns = prepared_->texts("columns");
    out_.level = static_cast<int>(prepared_->number("level"));
    if (const Json* told = (*prepared_)["grade"]) {
      auto grade = decode<FlowGrade>(*told);
      demand(grade && grade->level == out_.level && grade->level >= grade->columns_level, "the level and its reasons do not agree");
      if (grade) out_.grade = *grade;
    }
    out_.expires_ms = prepared_->number("expires_ms");
  }

  void grading() {
    std::set<std::string> graded;
    for (const Shown& f : all(FieldConfirmed::kind, {"dataset", "column", "type", "category", "level"}))
      if (prepared_ && f.text("dataset") == prepared_->text("dataset")) graded.insert(f.text("column"));
    for (const std::string& column : out_.columns)
      if (!graded.contains(column)) problem("no confirmed grade for a released column");
  }

  void deidentification() {
    auto strategy = one(StrategyAdopted::kind, {"strategy", "dataset", "content"});
    masked_ = one(VersionMasked::kind, {"dataset", "strategy", "from_version", "version", "rows", "residual_identifiers", "k", "max_risk_ppm", "columns",
                                        "techniques", "quasi_identifiers", "receipt", "version_manifest"});
    if (!strategy || !masked_) return;
    out_.k = masked_->number("k");
    if ((*masked_)["level5_rows_left_out"]) out_.level5_rows_left_out = masked_->number("level5_rows_left_out");
    demand(strategy->text("strategy") == masked_->text("strategy"), "the strategy is not the adopted one");
    demand(strategy->seq() < masked_->seq(), "the strategy was adopted afterwards");
    demand(masked_->number("residual_identifiers") == 0, "identifiers were left");
    std::set<std::string> reached;
    reach(masked_->text("from_version"), masked_->seq(), reached);
    demand(reached.size() == collected_.size(), "a collected version is no part of the masked one");
    if (!prepared_) return;
    demand(masked_->text("version") == prepared_->text("version"), "another version was released");
    std::vector<std::string> names;
    if (const Json* columns = (*masked_)["columns"]; columns && columns->is_array())
      for (const Json& column : columns->as_array()) names.push_back(column.get_string_or("column", "").value_or(""));
    for (const std::string& column : out_.columns) demand(contains(names, column), "a released column is not of the masked version");
  }

  void product() {
    auto drafted = one(ProductDrafted::kind, {"product", "owner", "dataset", "version", "level"});
    auto checked = one(ProductChecked::kind, {"product", "passed"});
    auto reviewed = one(ProductReviewed::kind, {"product", "approved"});
    registered_ = one(ProductRegistered::kind, {"product", "approved", "number"});
    if (!drafted || !checked || !reviewed || !registered_) return;
    out_.product_number = registered_->text("number");
    std::string id = drafted->text("product");
    demand(checked->text("product") == id && reviewed->text("product") == id && registered_->text("product") == id, "the entries are of different products");
    demand(checked->yes("passed"), "the product's check did not pass");
    demand(reviewed->yes("approved") && registered_->yes("approved"), "the product was not approved");
    std::set<std::string> people{drafted->entry->entry.actor, reviewed->entry->entry.actor, registered_->entry->entry.actor};
    demand(people.size() == 3 && !people.contains(""), "draft, review and registration were not by three people");
    demand(drafted->seq() < checked->seq() && checked->seq() < reviewed->seq() && reviewed->seq() < registered_->seq(), "steps out of order");
    if (masked_) demand(drafted->text("version") == masked_->text("version") && masked_->seq() < drafted->seq(), "the product offers another version");
  }

  void approval() {
    auto submitted = one(ApplicationSubmitted::kind, {"application", "product", "applicant", "policy", "roster", "rule"});
    decided_ = one(ApplicationDecided::kind, {"application", "approved", "votes_for", "votes_against", "recused", "roster"});
    auto votes = all(VoteCast::kind, {"application", "member", "approve", "reason"});
    auto recusals = all(MemberRecused::kind, {"application", "member", "reason"});
    if (!submitted || !decided_) return;
    applicant_ = submitted->text("applicant");
    std::string id = submitted->text("application");
    if (registered_) demand(submitted->text("product") == registered_->text("product") && registered_->seq() < submitted->seq(), "applied for another product");
    demand(decided_->text("application") == id, "the decision is of another application");
    std::vector<std::string> roster = submitted->texts("roster");
    std::set<std::string> voters;
    int64_t in_favour = 0, against = 0;
    auto count_member = [&](const Shown& v) {
      demand(v.text("application") == id, "a vote is of another application");
      demand(v.text("member") == v.entry->entry.actor, "a vote was not cast by its member");
      demand(contains(roster, v.text("member")), "a vote is by someone who is not on the roster");
      demand(voters.insert(v.text("member")).second, "a member voted twice");
      demand(submitted->seq() < v.seq() && v.seq() < decided_->seq(), "a vote was cast out of time");
    };
    for (const Shown& v : votes) {
      count_member(v);
      (v.yes("approve") ? in_favour : against)++;
    }
    for (const Shown& v : recusals) count_member(v);
    demand(in_favour == decided_->number("votes_for") && against == decided_->number("votes_against") &&
               static_cast<int64_t>(recusals.size()) == decided_->number("recused") && static_cast<int64_t>(roster.size()) == decided_->number("roster"),
           "the decision counts other votes");
    const Json* rule = (*submitted)["rule"];
    int64_t quorum = rule->get_int_or("quorum", INT64_MAX).value_or(INT64_MAX);
    int64_t percent = rule->get_int_or("approve_percent", INT64_MAX).value_or(INT64_MAX);
    int64_t cast = in_favour + against;
    demand(percent >= 1 && percent <= 100 && quorum >= 1, "the voting rule is not one");
    demand(cast >= quorum && percent <= 100 && in_favour * 100 >= cast * percent, "the votes do not meet the rule");
    demand(decided_->yes("approved"), "the application was not approved");
  }

  void contract() {
    drafted_ = one(ContractDrafted::kind, {"contract", "application", "terms", "text_zh", "odrl", "digest"});
    auto parties = all(PartyRegistered::kind, {"party", "name", "uscc"});
    auto keys = all(PartyKeyRegistered::kind, {"party", "public_key", "key_id"});
    auto signatures = all(ContractSigned::kind, {"contract", "party", "public_key", "signature", "digest", "completes"});
    if (!drafted_) return;
    const Json& terms = *(*drafted_)["terms"];
    std::string provider = terms.get_string_or("provider", "").value_or(""), recipient = terms.get_string_or("recipient", "").value_or("");
    if (decided_) demand(drafted_->text("application") == decided_->text("application") && decided_->seq() < drafted_->seq(), "drawn up for another application");
    demand(recipient == applicant_, "the recipient is not the applicant");
    std::string document = canonical(Json::object({{"contract", drafted_->text("contract")}, {"format", "sluice-contract/1"}, {"odrl", *(*drafted_)["odrl"]},
                                                   {"terms", terms}, {"text_zh", drafted_->text("text_zh")}}));
    demand(hex(sm3(view(document))) == drafted_->text("digest"), "the digest is not of this document");
    for (const Shown& p : parties) {
      if (p.text("party") == provider) out_.provider = p.text("name");
      if (p.text("party") == recipient) out_.recipient = p.text("name");
    }
    demand(!out_.provider.empty() && !out_.recipient.empty(), "a party's registration is missing");
    demand(signatures.size() == 2, "two signatures are needed");
    std::set<std::string> signers;
    for (const Shown& s : signatures) {
      demand(s.text("contract") == drafted_->text("contract") && s.text("digest") == drafted_->text("digest"), "a signature is of another contract");
      demand(drafted_->seq() < s.seq(), "a signature is older than the contract");
      signers.insert(s.text("party"));
      bool registered = false;
      for (const Shown& k : keys)
        if (k.text("party") == s.text("party") && k.text("public_key") == s.text("public_key") && k.seq() < s.seq()) registered = true;
      demand(registered, "a signature's key was not registered for its party");
      demand(signature_verifies(s, document), "a signature does not verify");
      if (s.yes("completes")) complete_seq_ = s.seq();
    }
    demand(signers == std::set<std::string>{provider, recipient}, "provider and recipient have not both signed");
    demand(complete_seq_ > 0, "the contract is not complete");
    for (const Shown& k : keys)
      if (k.text("party") == recipient) recipient_keys_.push_back(k.text("key_id"));
  }

  static bool signature_verifies(const Shown& s, const std::string& document) {
    auto point = from_base64(s.text("public_key"));
    auto signature = from_base64(s.text("signature"));
    if (!point || !signature) return false;
    auto key = Sm2PublicKey::from_bytes(*point);
    return key && key->verify(view(document), *signature);
  }

  void delivery() {
    if (!prepared_ || !drafted_) return;
    const Json& terms = *(*drafted_)["terms"];
    auto term = [&](std::string_view name) { return terms.get_string_or(name, "").value_or(""); };
    demand(prepared_->text("release") == out_.release, "the passport names another release");
    demand(prepared_->text("contract") == drafted_->text("contract"), "released under another contract");
    demand(prepared_->text("purpose") == term("purpose") && prepared_->text("dataset") == term("dataset") && prepared_->text("version") == term("version") &&
               prepared_->text("form") == term("form"),
           "purpose, dataset, version or form is not the contract's");
    std::vector<std::string> agreed;
    if (const Json* columns = terms.find("columns"); columns && columns->is_array())
      for (const Json& column : columns->as_array())
        if (column.is_string()) agreed.push_back(column.as_string());
    for (const std::string& column : out_.columns) demand(contains(agreed, column), "a released column is not in the contract");
    demand(!out_.columns.empty(), "no column was released");
    int64_t expires = terms.get_int_or("expires_ms", 0).value_or(0);
    demand(prepared_->entry->entry.time < expires && out_.expires_ms <= expires, "released after the contract's end");
    demand(complete_seq_ > 0 && complete_seq_ < prepared_->seq(), "released before the contract was complete");
    demand(contains(recipient_keys_, prepared_->text("recipient_key_id")), "sealed for a key that is not the recipient's");
    for (const Shown& m : all(ReleaseMarked::kind, {"release", "marks"})) {
      demand(m.text("release") == out_.release && prepared_->seq() < m.seq(), "marks of another release");
      out_.unmarked = m["marks"] ? m["marks"]->get_string_or("unmarked", "").value_or("") : "";
      demand(!out_.unmarked->empty(), "a passport does not say how a copy is marked");
    }
    if (prepared_->text("form") == "file") {
      auto delivered = one(ReleaseDelivered::kind, {"release", "rows", "bytes", "file_digest", "envelope_digest", "format"});
      if (!delivered) return;
      demand(delivered->text("release") == out_.release && prepared_->seq() < delivered->seq(), "the delivery is of another release");
      out_.rows = delivered->number("rows");
      if ((*delivered)["level5_rows_left_out"]) out_.level5_rows_left_out = out_.level5_rows_left_out.value_or(0) + delivered->number("level5_rows_left_out");
      file_digests = {delivered->text("file_digest"), delivered->text("envelope_digest")};
    }
  }

 public:
  std::vector<std::string> file_digests;

 private:
  const std::map<std::string, std::vector<uint64_t>>& stations_;
  PassportVerdict& out_;
  std::map<uint64_t, const ledger::EntryVerdict*> entries_;
  std::set<std::pair<std::string, uint64_t>> used_;  // station, entry
  std::string station_;
  std::map<std::string, std::vector<std::string>> problems_;
  struct Collected {
    uint64_t seq = 0;
    std::vector<std::string> parts;
  };
  std::map<std::string, Collected> collected_;  // by version
  std::optional<Shown> prepared_, masked_, registered_, decided_, drafted_;
  std::string applicant_;
  uint64_t complete_seq_ = 0;
  std::vector<std::string> recipient_keys_;
};

tl::unexpected<Error> malformed(const char* what) { return fail(Errc::invalid, "passport.malformed", what); }

Result<std::map<std::string, std::vector<uint64_t>>> read_stations(const Json& bundle) {
  const Json* list = bundle.find("stations");
  if (!list || !list->is_array() || list->as_array().size() != kStations.size()) return malformed("stations");
  std::map<std::string, std::vector<uint64_t>> out;
  for (size_t i = 0; i < kStations.size(); i++) {
    const Json& station = list->as_array()[i];
    auto name = station.get_string("station");
    const Json* seqs = station.find("seqs");
    if (!name || *name != kStations[i] || !seqs || !seqs->is_array() || station.as_object().size() != 2) return malformed("stations");
    auto& numbers = out[*name];
    for (const Json& seq : seqs->as_array()) {
      if (!seq.is_int() || seq.as_int() < 0) return malformed("stations");
      numbers.push_back(static_cast<uint64_t>(seq.as_int()));
    }
  }
  return out;
}

}  // namespace

Result<PassportVerdict> verify_passport(const Json& bundle, const ledger::Trust* trust, const std::optional<Digest>& file_digest, TimeMs now) {
  if (!bundle.is_object() || bundle.as_object().size() != 5) return malformed("members");
  if (bundle.get_string_or("format", "").value_or("") != kPassportFormat) return malformed("format");
  auto release = bundle.get_string("release");
  auto issued = bundle.get_int("issued_ms");
  const Json* evidence_json = bundle.find("evidence");
  if (!release || !issued || !evidence_json) return malformed("members");
  auto stations = TRY(read_stations(bundle));
  ledger::EvidenceVerdict evidence = TRY(ledger::verify_evidence(*evidence_json, trust));
  PassportVerdict out;
  out.origin = evidence.origin;
  out.issuer_name = evidence.issuer_name;
  out.issuer_uscc = evidence.issuer_uscc;
  out.release = *release;
  out.checkpoint_size = static_cast<int64_t>(evidence.checkpoint.size);
  out.pinned = evidence.pinning == ledger::Pinning::pinned;
  out.problems = evidence.problems;
  Checker checker(evidence, stations, out);
  checker.run();
  if (!evidence.problems.empty()) {
    out.stations.back().ok = false;
    out.stations.back().problems = evidence.problems;
  }
  out.expired = out.expires_ms != 0 && now >= out.expires_ms;
  out.file = "not_given";
  if (file_digest) {
    bool matches = contains(checker.file_digests, hex(*file_digest));
    out.file = matches ? "matches" : "differs";
    if (!matches) out.problems.push_back("passport.file_differs");
  }
  out.verdict = !out.problems.empty() ? Verdict::failed : out.pinned ? Verdict::verified : Verdict::not_pinned;
  return out;
}

}  // namespace sluice::space
