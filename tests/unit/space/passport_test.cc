#include "space/passport/passport.h"

#include <filesystem>
#include <fstream>
#include <set>

#include "base/file.h"
#include "tests/unit/space/walk.h"

namespace sluice::space {
namespace {

std::string trust_text(const ledger::Ledger& ledger) {
  std::string out = "# 测试空间\n";
  for (const auto& key : ledger::verifier_keys(ledger.origin(), ledger.keys().current())) out += key.line() + "\n";
  return out;
}

// A whole walk in a ledger, signed, and its passport.
struct PassportCase {
  House house;
  Walk walk{house};
  Json passport;
  ledger::Trust trust;

  PassportCase() : trust(ledger::Trust::of_keys({})) {
    walk.until_contract();
    walk.prepare();
    walk.deliver();
    issue();
    trust = *ledger::Trust::parse(trust_text(*house.ledger));
  }
  void issue() {
    EXPECT_TRUE(house.sign());
    auto made = make_passport(house.state(), *house.ledger, walk.release, house.now());
    if (!made) ADD_FAILURE() << made.error().reason << " " << made.error().detail;
    passport = *made;
  }
  // "verified", "not_pinned", "failed", or the reason why it cannot be read.
  std::string verdict(const Json& bundle) const {
    auto v = verify_passport(bundle, &trust, {}, kTestStart);
    return v ? std::string(name_of(v->verdict)) : std::string(v.error().reason);
  }
};

// The same for a version merged of two batches and the corrected rows of one.
TEST(Passport, OfAMergedVersionNamesEachBatchAndCorrectionAndNoOtherIsAccepted) {
  House house;
  Walk walk(house);
  walk.people();
  walk.collect();
  BatchId batch = house.state().batches.begin()->second.id;
  auto second = walk.made<BatchSealed>(node_for(walk.manager), walk.batch_form(90));
  SettleHeld settle{.batch = batch, .version = VersionId::make(house.random), .version_manifest = test_digest(91), .quality_digest = {}, .accepted = 1,
                    .warned = 0, .accepted_rows = {{5, 5}}, .rejected_rows = {}, .columns = kTestColumns, .corrected_columns = {"fee"}, .reason = {}};
  walk.must(node_for(walk.manager), settle);
  ReportMerge merge{.dataset = walk.dataset, .parts = {walk.version, second.version, settle.version}, .version = VersionId::make(house.random), .rows = 197,
                    .version_manifest = test_digest(92)};
  walk.must(node_for(walk.manager), merge);
  walk.version = merge.version;
  walk.grade();
  walk.mask();
  walk.make_product();
  walk.submit();
  walk.approve();
  walk.draft_contract();
  walk.sign_contract();
  walk.prepare();
  walk.deliver();
  ASSERT_TRUE(house.sign());
  Json passport = *make_passport(house.state(), *house.ledger, walk.release, house.now());
  auto trust = *ledger::Trust::parse(trust_text(*house.ledger));
  auto whole = verify_passport(passport, &trust, {}, kTestStart);
  ASSERT_TRUE(whole);
  EXPECT_EQ(name_of(whole->verdict), "verified") << (whole->problems.empty() ? "" : whole->problems.front());
  Json stations = *passport.find("stations");
  Json seqs = *stations.as_array()[0].find("seqs");
  EXPECT_EQ(seqs.as_array().size(), 5u);
  // A station that leaves one batch out.
  seqs.as_array().erase(seqs.as_array().begin() + 2);
  stations.as_array()[0].set("seqs", seqs);
  passport.set("stations", stations);
  auto bent = verify_passport(passport, &trust, {}, kTestStart);
  ASSERT_TRUE(bent);
  EXPECT_EQ(name_of(bent->verdict), "failed");
}

PassportCase& the_case() {
  static PassportCase c;
  return c;
}

// A member or element reached through a path of names and positions.
using PassportPath = std::vector<std::variant<std::string, size_t>>;

Json changed(const Json& json, const PassportPath& path, const std::function<void(Json& parent, const std::variant<std::string, size_t>& last)>& change,
             size_t depth = 0) {
  Json out = json;
  if (depth + 1 == path.size()) {
    change(out, path[depth]);
  } else if (auto name = std::get_if<std::string>(&path[depth])) {
    out.set(*name, changed(*json.find(*name), path, change, depth + 1));
  } else {
    size_t at = std::get<size_t>(path[depth]);
    out.as_array()[at] = changed(json.as_array()[at], path, change, depth + 1);
  }
  return out;
}

std::string said(const PassportPath& path) {
  std::string out;
  for (const auto& step : path)
    out += "/" + (std::holds_alternative<std::string>(step) ? std::get<std::string>(step) : std::to_string(std::get<size_t>(step)));
  return out;
}

Json another(const Json& v) {
  if (v.is_bool()) return Json(!v.as_bool());
  if (v.is_int()) return Json(v.as_int() + 1);
  if (v.is_string()) {
    std::string t = v.as_string();
    if (t.empty()) return Json("x");
    size_t at = t.size() / 2;
    while (at > 0 && static_cast<unsigned char>(t[at]) >= 0x80) at--;
    t[at] = t[at] == 'a' ? 'b' : 'a';
    return Json(t);
  }
  if (v.is_array()) {
    Json out = v;
    return out.push(Json("more")), out;
  }
  if (v.is_object()) return Json(v).set("more", 1);
  return Json(1);
}

// Every place of the document below `path`, leaves and structures alike.
void every_place(const Json& json, PassportPath path, std::vector<PassportPath>& out) {
  if (!path.empty()) out.push_back(path);
  auto below = [&](auto step, const Json& child) {
    PassportPath next = path;
    next.push_back(step);
    every_place(child, next, out);
  };
  if (json.is_object())
    for (const auto& [name, child] : json.as_object()) below(name, child);
  if (json.is_array())
    for (size_t i = 0; i < json.as_array().size(); i++) below(i, json.as_array()[i]);
}

TEST(Passport, AWholeWalkIsVerifiedAgainstItsAnchorAndOnlyAgainstIt) {
  PassportCase& c = the_case();
  auto v = verify_passport(c.passport, &c.trust, {}, kTestStart);
  ASSERT_TRUE(v);
  EXPECT_EQ(canonical(encode(v->problems)), "[]");
  EXPECT_EQ(v->verdict, Verdict::verified);
  EXPECT_EQ(v->rows, 98);
  EXPECT_EQ(v->k, 7);
  EXPECT_EQ(v->level, 3);
  EXPECT_EQ(v->recipient, "某保险公司");
  EXPECT_EQ(v->columns, (std::vector<std::string>{"age", "fee"}));
  EXPECT_EQ(v->revocation, "unknown");
  EXPECT_EQ(v->stations.size(), kStations.size());
  EXPECT_EQ(verify_passport(c.passport, nullptr, {}, kTestStart)->verdict, Verdict::not_pinned);
  auto stranger = ledger::LocalLogSigner::generate();
  auto other = ledger::Trust::of_keys(ledger::verifier_keys(c.house.ledger->origin(), *stranger.keys()));
  EXPECT_EQ(verify_passport(c.passport, &other, {}, kTestStart)->verdict, Verdict::not_pinned);
  auto seen = ledger::Trust::of_checkpoint(*c.house.ledger->last_checkpoint());
  EXPECT_EQ(verify_passport(c.passport, &seen, {}, kTestStart)->verdict, Verdict::verified);
}

TEST(Passport, AFileMatchesByItsDigestOnly) {
  PassportCase& c = the_case();
  auto with = [&](uint8_t n) { return *verify_passport(c.passport, &c.trust, test_digest(n), kTestStart); };
  EXPECT_EQ(with(21).file, "matches");
  EXPECT_EQ(with(22).verdict, Verdict::verified);
  EXPECT_EQ(with(23).file, "differs");
  EXPECT_EQ(with(23).verdict, Verdict::failed);
}

TEST(Passport, SaysWhenTheContractHasExpired) {
  PassportCase& c = the_case();
  EXPECT_FALSE(verify_passport(c.passport, &c.trust, {}, kTestStart)->expired);
  EXPECT_TRUE(verify_passport(c.passport, &c.trust, {}, kTestStart + 31 * kDayMs)->expired);
}

// `issued_ms` is the issuer's word alone. A note may carry further signatures (witnesses), so of the note only the
// signed text and the two signatures are covered; another_note below changes those.
bool is_uncovered(const PassportPath& path) { return said(path) == "/issued_ms"; }

TEST(Passport, NothingInItCanBeChanged) {
  PassportCase& c = the_case();
  std::vector<PassportPath> places;
  every_place(c.passport, {}, places);
  ASSERT_GT(places.size(), 1000u);
  // Verifying takes milliseconds: proofs are sampled, all else is tried whole.
  for (size_t i = 0; i < places.size(); i++) {
    std::string name = said(places[i]);
    bool path_hash = name.find("_path/") != std::string::npos;
    if (is_uncovered(places[i]) || (path_hash && i % 23 != 0)) continue;
    Json bundle = changed(c.passport, places[i], [](Json& parent, const auto& last) {
      if (auto member = std::get_if<std::string>(&last)) parent.set(*member, another(*parent.find(*member)));
      if (auto at = std::get_if<size_t>(&last)) parent.as_array()[*at] = another(parent.as_array()[*at]);
    });
    EXPECT_NE(c.verdict(bundle), "verified") << "changed " << name;
  }
}

TEST(Passport, NothingInItCanBeDropped) {
  PassportCase& c = the_case();
  std::vector<PassportPath> places;
  every_place(c.passport, {}, places);
  for (size_t i = 0; i < places.size(); i++) {
    std::string name = said(places[i]);
    if (name.find("_path/") != std::string::npos && i % 23 != 0) continue;
    Json bundle = changed(c.passport, places[i], [](Json& parent, const auto& last) {
      if (auto member = std::get_if<std::string>(&last)) parent.erase(*member);
      if (auto at = std::get_if<size_t>(&last)) parent.as_array().erase(parent.as_array().begin() + static_cast<ptrdiff_t>(*at));
    });
    EXPECT_NE(c.verdict(bundle), "verified") << "dropped " << name;
  }
}

TEST(Passport, NothingInTheSignedNoteCanBeChanged) {
  PassportCase& c = the_case();
  const std::string& note = c.passport.find("evidence")->find("checkpoint")->as_string();
  for (size_t at = 0; at < note.size(); at++) {
    std::string other = note;
    other[at] = note[at] == 'A' ? 'B' : 'A';
    Json evidence = *c.passport.find("evidence");
    Json bundle = c.passport;
    bundle.set("evidence", evidence.set("checkpoint", other));
    EXPECT_NE(c.verdict(bundle), "verified") << "at " << at;
  }
}

TEST(Passport, StationsKeepTheirEntries) {
  PassportCase& c = the_case();
  size_t n = kStations.size();
  auto seqs = [](Json& bundle, size_t station) -> Json {
    return *bundle.find("stations")->as_array()[station].find("seqs");
  };
  for (size_t a = 0; a < n; a++) {
    for (size_t b = a + 1; b < n; b++) {
      Json bundle = c.passport, stations = *bundle.find("stations");
      Json of_a = seqs(bundle, a), of_b = seqs(bundle, b);
      Json swapped = stations;
      std::swap(swapped.as_array()[a], swapped.as_array()[b]);
      EXPECT_NE(c.verdict(Json(bundle).set("stations", swapped)), "verified") << kStations[a] << " ⇄ " << kStations[b];
      stations.as_array()[a].set("seqs", of_b);
      stations.as_array()[b].set("seqs", of_a);
      EXPECT_NE(c.verdict(Json(bundle).set("stations", stations)), "verified") << "entries of " << kStations[a] << " ⇄ " << kStations[b];
    }
    for (int64_t surplus : {int64_t{0}, int64_t{1}, int64_t{100000}, int64_t{-1}}) {
      Json stations = *c.passport.find("stations");
      stations.as_array()[a].set("seqs", Json(seqs(c.passport, a)).push(surplus));
      Json list = seqs(c.passport, a);
      list.push(surplus);
      stations.as_array()[a].set("seqs", list);
      EXPECT_NE(c.verdict(Json(c.passport).set("stations", stations)), "verified") << kStations[a] << " names " << surplus;
    }
    Json list = seqs(c.passport, a);
    if (list.as_array().empty()) continue;
    list.push(list.as_array().front());
    Json stations = *c.passport.find("stations");
    stations.as_array()[a].set("seqs", list);
    EXPECT_EQ(c.verdict(Json(c.passport).set("stations", stations)), "failed") << kStations[a] << " names an entry twice";
  }
}

// Bundles made of true entries of the same ledger, put together falsely: every proof holds, the story does not.
struct ForgedBundle {
  const State state;
  const ledger::Ledger& ledger;
  Json passport;

  Json entry_of(uint64_t seq, const std::vector<std::string>& fields) const {
    ledger::Reveal reveal{seq, fields};
    auto bundle = ledger.evidence({&reveal, 1});
    EXPECT_TRUE(bundle);
    return bundle->find("entries")->as_array().front();
  }
  // Puts a true entry in the place of another one.
  Json replaced(uint64_t old_seq, uint64_t new_seq, const std::vector<std::string>& fields) const {
    Json entries = Json::array();
    std::vector<Json> sorted;
    for (const Json& e : passport.find("evidence")->find("entries")->as_array())
      if (*e.get_int("seq") != static_cast<int64_t>(old_seq)) sorted.push_back(e);
    sorted.push_back(entry_of(new_seq, fields));
    std::sort(sorted.begin(), sorted.end(), [](const Json& a, const Json& b) { return *a.get_int("seq") < *b.get_int("seq"); });
    for (const Json& e : sorted) entries.push(e);
    Json stations = Json::array();
    for (const Json& s : passport.find("stations")->as_array()) {
      Json seqs = Json::array();
      for (const Json& seq : s.find("seqs")->as_array())
        seqs.push(seq.as_int() == static_cast<int64_t>(old_seq) ? Json(static_cast<int64_t>(new_seq)) : seq);
      stations.push(Json(s).set("seqs", seqs));
    }
    Json evidence = *passport.find("evidence");
    return Json(passport).set("evidence", evidence.set("entries", entries)).set("stations", stations);
  }
};

std::string problem_of(const Json& bundle, const ledger::Trust& trust) {
  auto v = verify_passport(bundle, &trust, {}, kTestStart);
  if (!v) return std::string(v.error().reason);
  return v->verdict == Verdict::verified ? "verified" : v->problems.empty() ? "not pinned" : v->problems.front();
}

TEST(Passport, TrueEntriesPutTogetherFalselyFail) {
  PassportCase c;
  Walk& w = c.walk;
  ReleaseId first = w.release;
  ContractId contract = w.contract;
  w.prepare();
  w.deliver();
  ReleaseId second = w.release;
  // A second application of the same product, with its own contract, votes and signatures.
  w.submit();
  ApplicationId other_application = w.application;
  w.must(as(w.members[4]), RecuseMember{w.application, "亲属"});
  w.approve();
  w.draft_contract();
  w.sign_contract();
  w.release = first;
  c.issue();
  State s = c.house.state();
  ForgedBundle forge{s, *c.house.ledger, c.passport};
  const Release &a = s.releases.at(first.str()), &b = s.releases.at(second.str());
  const Contract &mine = s.contracts.at(contract.str()), &other = s.contracts.at(w.contract.str());
  const Application& voted = s.applications.at(mine.application.str());
  const Application& elsewhere = s.applications.at(other_application.str());
  std::vector<std::string> delivered{"release", "rows", "bytes", "file_digest", "envelope_digest", "format"};
  std::vector<std::string> prepared{"release", "contract", "dataset", "version", "form", "columns", "purpose", "level", "recipient_key_id", "expires_ms", "grade"};
  std::vector<std::string> vote{"application", "member", "reason", "approve"};
  std::vector<std::string> signature{"contract", "party", "public_key", "signature", "digest", "completes"};
  EXPECT_EQ(c.verdict(c.passport), "verified");
  EXPECT_EQ(problem_of(forge.replaced(a.delivered_seq, b.delivered_seq, delivered), c.trust), "passport.delivery: the delivery is of another release");
  EXPECT_EQ(problem_of(forge.replaced(a.prepared_seq, b.prepared_seq, prepared), c.trust), "passport.delivery: the passport names another release");
  EXPECT_EQ(problem_of(Json(c.passport).set("release", second.str()), c.trust), "passport.delivery: the passport names another release");
  EXPECT_EQ(problem_of(forge.replaced(voted.votes[0].seq, elsewhere.votes[1].seq, vote), c.trust), "passport.approval: a vote is of another application");
  EXPECT_EQ(problem_of(forge.replaced(voted.votes[0].seq, voted.votes[1].seq, vote), c.trust), "evidence.malformed");
  EXPECT_EQ(problem_of(forge.replaced(mine.signatures[0].seq, other.signatures[0].seq, signature), c.trust),
            "passport.contract: a signature is of another contract");
  EXPECT_NE(c.verdict(forge.replaced(mine.signatures[0].seq, mine.signatures[1].seq, signature)), "verified");
  EXPECT_EQ(problem_of(forge.replaced(mine.drafted_seq, other.drafted_seq, {"contract", "application", "terms", "text_zh", "odrl", "digest"}), c.trust),
            "passport.contract: drawn up for another application");
  EXPECT_EQ(problem_of(forge.replaced(voted.decided_seq, elsewhere.decided_seq, {"application", "approved", "votes_for", "votes_against", "recused", "roster"}),
                       c.trust),
            "passport.approval: the decision is of another application");
}

// Removes entries by sequence from the evidence and from the stations.
Json without_entries(const Json& passport, const std::set<int64_t>& gone) {
  Json entries = Json::array(), stations = Json::array();
  for (const Json& e : passport.find("evidence")->find("entries")->as_array())
    if (!gone.contains(*e.get_int("seq"))) entries.push(e);
  for (const Json& s : passport.find("stations")->as_array()) {
    Json seqs = Json::array();
    for (const Json& seq : s.find("seqs")->as_array())
      if (!gone.contains(seq.as_int())) seqs.push(seq);
    stations.push(Json(s).set("seqs", seqs));
  }
  Json evidence = *passport.find("evidence");
  return Json(passport).set("evidence", evidence.set("entries", entries)).set("stations", stations);
}

TEST(Passport, AnyEntryTakenOutWithItsMentionFails) {
  PassportCase& c = the_case();
  for (const Json& e : c.passport.find("evidence")->find("entries")->as_array())
    EXPECT_EQ(c.verdict(without_entries(c.passport, {*e.get_int("seq")})), "failed") << *e.get_int("seq");
}

TEST(Passport, ARevokedReleaseAddedToItFails) {
  PassportCase c;
  c.walk.must(as(c.walk.manager), RevokeRelease{c.walk.release, "撤回"});
  uint64_t seq = c.house.ledger->size() - 1;
  c.issue();
  EXPECT_EQ(c.verdict(c.passport), "verified");  // offline, revocation is unknown
  Json evidence = *c.passport.find("evidence"), entries = *evidence.find("entries");
  ledger::Reveal reveal{seq, {"release"}};
  entries.push(c.house.ledger->evidence({&reveal, 1})->find("entries")->as_array().front());
  EXPECT_EQ(c.verdict(Json(c.passport).set("evidence", Json(evidence).set("entries", entries))), "failed");
}

TEST(Passport, IsMadeOnlyOfWhatWasDeliveredAndSigned) {
  House house;
  Walk walk(house);
  walk.until_contract();
  walk.prepare();
  ASSERT_TRUE(house.sign());
  auto reason = [&] {
    auto made = make_passport(house.state(), *house.ledger, walk.release, house.now());
    return made ? "ok" : std::string(made.error().reason);
  };
  EXPECT_EQ(reason(), "passport.not_delivered");
  walk.deliver();
  EXPECT_EQ(reason(), "ledger.not_yet_signed");
  ASSERT_TRUE(house.sign());
  EXPECT_EQ(reason(), "ok");
  EXPECT_EQ(make_passport(house.state(), *house.ledger, ReleaseId::make(house.random), house.now()).error().reason, "release.not_found");
}

TEST(Passport, OfAnApiNeedsNoDelivery) {
  House house;
  Walk walk(house);
  walk.form = OpenForm::api;
  walk.until_contract();
  walk.open_api();
  ASSERT_TRUE(house.sign());
  Json passport = *make_passport(house.state(), *house.ledger, walk.release, house.now());
  auto trust = *ledger::Trust::parse(trust_text(*house.ledger));
  auto v = *verify_passport(passport, &trust, {}, kTestStart);
  EXPECT_EQ(canonical(encode(v.problems)), "[]");
  EXPECT_EQ(v.verdict, Verdict::verified);
}

std::string golden_passport(const char* name) { return std::string(SLUICE_ROOT) + "/tests/golden/passport/" + name; }

// Written once with SLUICE_WRITE_GOLDEN=1; the web verifier's tests read the same files.
TEST(Passport, TheGoldenOneIsVerified) {
  if (getenv("SLUICE_WRITE_GOLDEN")) {
    std::filesystem::create_directories(golden_passport(""));
    std::ofstream(golden_passport("passport.json")) << pretty(the_case().passport) << "\n";
    std::ofstream(golden_passport("trust.txt")) << trust_text(*the_case().house.ledger);
  }
  Json passport = *parse_json(*read_text_file(golden_passport("passport.json"), 1 << 20));
  auto trust = *ledger::Trust::parse(*read_text_file(golden_passport("trust.txt"), 1 << 16));
  auto v = verify_passport(passport, &trust, test_digest(21), kTestStart);
  ASSERT_TRUE(v) << v.error().reason;
  EXPECT_EQ(canonical(encode(v->problems)), "[]");
  EXPECT_EQ(v->verdict, Verdict::verified);
}

}  // namespace
}  // namespace sluice::space
