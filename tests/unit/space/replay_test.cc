#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "ledger/verifier.h"
#include "tests/unit/space/fill.h"
#include "tests/unit/space/walk.h"

namespace sluice::space {
namespace {

std::string state_of(House& house) { return canonical(encode(house.state())); }

std::string folded_anew(House& house, const std::string& snapshot = {}) {
  SeededRandom random(1);
  auto space = Space::open(*house.ledger, house.clock, random, rules::RuleSet::built_in(), snapshot);
  if (!space) return std::string(space.error().reason);
  return (*space)->read([](const State& s) { return canonical(encode(s)); });
}

std::string temporary_snapshot(const char* name) {
  return testing::TempDir() + "/sluice_" + std::to_string(getpid()) + "_" + name + ".json";
}

// Commands that somebody might send: ids mostly of what exists, words mostly of those that mean something.
class Crowd {
 public:
  Crowd(const State& state, SeededRandom& random) : s_(state), random_(random) {}

  Principal someone() {
    Principal who;
    if (random_.below(20) != 0) pick(who.person, s_.persons);
    if (random_.below(60) == 0) who.person = PersonId::make(random_);
    // Most commands are a data manager's, few people are.
    if (random_.below(3) == 0) {
      std::vector<PersonId> managers;
      for (const auto& [id, person] : s_.persons)
        if (person.has(Duty::data_manager, 0)) managers.push_back(person.id);
      if (!managers.empty()) who.person = managers[random_.below(managers.size())];
    }
    who.system = random_.below(3) == 0;
    who.stepped_up = random_.below(4) != 0;
    return who;
  }
  // What ends or multiplies people, parties and objects comes seldom, else soon nothing is left to act on.
  size_t some_kind(const std::map<std::string, int>& accepted) {
    // Now and then one that nobody succeeded with yet, so that the crowd goes everywhere.
    if (size_t fresh = random_.below(Command::kinds); random_.below(3) == 0 && !is_rare(fresh) && !accepted_before(fresh, accepted)) return fresh;
    size_t kind = random_.below(Command::kinds);
    while (is_rare(kind) && random_.below(12) != 0) kind = random_.below(Command::kinds);
    return kind;
  }
  Command something(size_t wanted, const Principal& who) {
    std::optional<Command> out;
    size_t at = 0;
    Command::each_kind([&](auto command) {
      if (at++ != wanted) return;
      Filler(random_, [this](auto& v, std::string_view name) { return plausible(v, name); }).fill(command);
      finish(command, who);
      out = std::move(command);
    });
    return *out;
  }

 private:
  static bool accepted_before(size_t kind, const std::map<std::string, int>& accepted) {
    size_t at = 0;
    bool before = false;
    Command::each_kind([&](auto c) {
      if (at++ == kind) before = accepted.contains(std::string(decltype(c)::kind));
    });
    return before;
  }
  static bool is_rare(size_t kind) {
    size_t at = 0;
    bool rare = false;
    Command::each_kind([&](auto c) {
      using C = decltype(c);
      if (at++ == kind)
        rare = std::is_same_v<C, SuspendParty> || std::is_same_v<C, SuspendPerson> || std::is_same_v<C, RevokeDuty> || std::is_same_v<C, WithdrawProduct> ||
                 std::is_same_v<C, WithdrawApplication> || std::is_same_v<C, TerminateContract> || std::is_same_v<C, RevokeRelease> ||
                 std::is_same_v<C, RecuseMember> || std::is_same_v<C, RegisterParty> || std::is_same_v<C, EnrolPerson> || std::is_same_v<C, GrantDuty> ||
                 std::is_same_v<C, AdoptPlan> || std::is_same_v<C, SubmitApplication> || std::is_same_v<C, CloseVote> || std::is_same_v<C, DraftProduct> ||
                 std::is_same_v<C, ReportMasking> || std::is_same_v<C, AdoptStrategy> || std::is_same_v<C, OpenBackupEpoch> || std::is_same_v<C, ReportRootChanged> ||
                 std::is_same_v<C, ReportBackup> || std::is_same_v<C, ReportRestore> || std::is_same_v<C, ProposeKeyWork> ||
                 std::is_same_v<C, WitnessKeyWork> || std::is_same_v<C, DestroyKeys> || std::is_same_v<C, ReportRowsDestroyed> ||
                 std::is_same_v<C, ReportEpochDestroyed> || std::is_same_v<C, ReportKeysRotated> || std::is_same_v<C, CloseKeyWork> ||
                 std::is_same_v<C, EraseFilter> || std::is_same_v<C, EraseQueries> || std::is_same_v<C, EngageOutsider> ||
                 std::is_same_v<C, CertifyDestruction> || std::is_same_v<C, EnterPaper> || std::is_same_v<C, CheckPaper> || std::is_same_v<C, EndPaper> ||
                 std::is_same_v<C, DraftAssessment> || std::is_same_v<C, DecideAssessment> || std::is_same_v<C, RecordConsent> ||
                 std::is_same_v<C, WithdrawConsent> || std::is_same_v<C, TakeSubjectRequest> || std::is_same_v<C, VerifySubject> ||
                 std::is_same_v<C, DecideSubjectRequest> || std::is_same_v<C, AnswerSubjectRequest> || std::is_same_v<C, RequestProvision> ||
                 std::is_same_v<C, ApproveProvision> || std::is_same_v<C, StartProvision> || std::is_same_v<C, ReportProvision> ||
                 std::is_same_v<C, ReportProvisionFailure> || std::is_same_v<C, NoteProvision> || std::is_same_v<C, KeepLonger> || std::is_same_v<C, EndHold> ||
                 std::is_same_v<C, ProposeRowCorrection> || std::is_same_v<C, DecideRowCorrection> || std::is_same_v<C, ReportRowCorrection> ||
                 std::is_same_v<C, ReportRefusedFile> || std::is_same_v<C, ReportSameRows> ||
                 std::is_same_v<C, ChaseRecipient> || std::is_same_v<C, AdoptCodeTable> || std::is_same_v<C, AdoptStoragePolicy> ||
                 std::is_same_v<C, ReportTier> || std::is_same_v<C, ReportInventory> || std::is_same_v<C, ReportRehearsal> ||
                 std::is_same_v<C, ReportStorageFailure> ||
                 std::is_same_v<C, CertifyDestruction> || std::is_same_v<C, ReportMarks> || std::is_same_v<C, StartTrace> ||
                 std::is_same_v<C, ReportTrace> || std::is_same_v<C, ReportTraceFailure> || std::is_same_v<C, RequestReversal> ||
                 std::is_same_v<C, DecideReversal> || std::is_same_v<C, WithdrawReversal> || std::is_same_v<C, StartReversal> ||
                 std::is_same_v<C, ReportReversal> || std::is_same_v<C, ReportReversalFailure>;
    });
    return rare;
  }

  static Bytes client_file(const std::string& name) { return *read_file(std::string(SLUICE_ROOT) + "/tests/golden/clients/" + name, 1 << 20); }

  template <class T, class Tag>
  void pick(Id<Tag>& id, const std::map<std::string, T>& from) {
    if (from.empty()) return;
    auto it = from.begin();
    // The newest objects are no more likely than old ones; ids are random.
    std::advance(it, static_cast<ptrdiff_t>(random_.below(from.size())));
    id = *Id<Tag>::parse(it->first);
  }

  template <class T>
  bool plausible(T& v, std::string_view name) {
    auto one_in = [&](uint64_t n) { return random_.below(n) == 0; };
    if constexpr (std::is_same_v<T, PartyId>) return one_in(40) ? false : (pick(v, s_.parties), true);
    else if constexpr (std::is_same_v<T, PersonId>) return one_in(6) ? false : (pick(v, s_.persons), true);
    else if constexpr (std::is_same_v<T, PlanId>) return pick(v, s_.plans), true;
    else if constexpr (std::is_same_v<T, BatchId>) return pick(v, s_.batches), true;
    else if constexpr (std::is_same_v<T, std::optional<SourceId>>) return v.reset(), true;
    else if constexpr (std::is_same_v<T, RowCorrectionId>) return one_in(2) ? false : (pick(v, s_.row_corrections), true);
    else if constexpr (std::is_same_v<T, std::optional<std::string>>) return v.reset(), one_in(2) || (v = "号" + std::to_string(random_.below(9)), true);
    else if constexpr (std::is_same_v<T, DatasetId>) return pick(v, s_.datasets), true;
    else if constexpr (std::is_same_v<T, VersionId>) return name == "held_version" || (name == "version" && one_in(2)) ? false : (pick(v, s_.versions), true);
    else if constexpr (std::is_same_v<T, GrantId>) return pick(v, s_.grants), true;
    else if constexpr (std::is_same_v<T, StrategyId>) return pick(v, s_.strategies), true;
    else if constexpr (std::is_same_v<T, ProductId>) return pick(v, s_.products), true;
    else if constexpr (std::is_same_v<T, ApplicationId>) return pick(v, s_.applications), true;
    else if constexpr (std::is_same_v<T, ContractId>) return pick(v, s_.contracts), true;
    else if constexpr (std::is_same_v<T, ReleaseId>) return pick(v, s_.releases), true;
    else if constexpr (std::is_same_v<T, LeaseId>) return pick(v, s_.leases), true;
    else if constexpr (std::is_same_v<T, KeyWorkId>) return pick(v, s_.key_works), true;
    else if constexpr (std::is_same_v<T, EpochId>) return one_in(2) ? false : (pick(v, s_.epochs), true);
    else if constexpr (std::is_same_v<T, OperationId>) return pick(v, s_.operations), true;
    else if constexpr (std::is_same_v<T, ExceptionId>) return pick(v, s_.exceptions), true;
    else if constexpr (std::is_same_v<T, RightId>) return pick(v, s_.rights), true;
    else if constexpr (std::is_same_v<T, UnitId>) return one_in(2) ? true : (pick(v, s_.units), true);
    else if constexpr (std::is_same_v<T, DeputyshipId>) return pick(v, s_.deputyships), true;
    else if constexpr (std::is_same_v<T, PaperId>) return one_in(2) ? true : (pick(v, s_.papers), true);
    else if constexpr (std::is_same_v<T, AssessmentId>) return pick(v, s_.assessments), true;
    else if constexpr (std::is_same_v<T, ConsentId>) return one_in(2) ? true : (pick(v, s_.consents), true);
    else if constexpr (std::is_same_v<T, SubjectRequestId>) return pick(v, s_.subject_requests), true;
    else if constexpr (std::is_same_v<T, ProvisionId>) return pick(v, s_.provisions), true;
    else if constexpr (std::is_same_v<T, std::optional<OnePerson>>) return v.reset(), true;
    else if constexpr (std::is_same_v<T, MandateId>) return pick(v, s_.mandates), true;
    else if constexpr (std::is_same_v<T, std::optional<MandateId>>) return one_in(4) && !s_.mandates.empty() ? (pick(v.emplace(), s_.mandates), true) : (v.reset(), true);
    else if constexpr (std::is_same_v<T, TraceId>) return pick(v, s_.traces), true;
    else if constexpr (std::is_same_v<T, ReversalId>) return pick(v, s_.reversals), true;
    else if constexpr (std::is_same_v<T, std::string>) return word(v, name);
    else if constexpr (std::is_same_v<T, std::vector<std::string>>) return words(v, name);
    else if constexpr (std::is_same_v<T, Digest>) return v = test_digest(static_cast<uint8_t>(random_.below(200))), true;
    else if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) return number(v, name);
    else if constexpr (std::is_same_v<T, OpenForm>) return v = one_in(2) ? OpenForm::file : OpenForm::api, true;
    else if constexpr (std::is_same_v<T, ShareType>) return v = ShareType::controlled, true;
    else if constexpr (std::is_same_v<T, FlowType>) return v = FlowType::share, true;
    else if constexpr (std::is_same_v<T, Scenario>) return v = one_in(9) ? Scenario::within_controller : Scenario::controller_to_user, true;
    else if constexpr (std::is_same_v<T, std::vector<RowCondition>>) return v.clear(), true;
    else if constexpr (std::is_same_v<T, bool>) return v = name == "cross_border" ? one_in(20) : !one_in(5), true;
    else return false;
  }
  bool word(std::string& v, std::string_view name) {
    if (name == "uscc" || name == "source_uscc") v = test_uscc(static_cast<int>(random_.below(100000)));
    else if (name == "purpose") v = random_.below(8) ? "insurance_product_design" : "statistics";
    else if (name == "legal_basis") v = "consent";
    else if (name == "what") v = random_.below(2) ? "password" : random_.below(2) ? "list_values" : "download";
    else if (name == "region") v = random_.below(2) ? "3301" : "";
    else if (name == "column") v = kTestColumns[random_.below(kTestColumns.size())];
    else v = random_.below(30) ? "词" + std::to_string(random_.below(1000)) : "";
    return true;
  }
  bool words(std::vector<std::string>& v, std::string_view name) {
    if (name.find("columns") == std::string_view::npos) return v = {"词"}, true;
    v.assign(kTestColumns.begin() + 1, kTestColumns.end() - static_cast<ptrdiff_t>(random_.below(3)));
    return true;
  }
  template <class T>
  bool number(T& v, std::string_view name) {
    int64_t n = static_cast<int64_t>(random_.below(8));
    if (name == "level") n = 1 + n % 3;
    if (name == "k") n += 5;
    if (name == "max_risk_ppm") n *= 20000;
    if (name == "expires_ms" || name == "price_fen" || (name == "residual_identifiers" && n > 0)) n = 0;
    if (name == "deliveries_max" || name == "rate_per_minute" || name == "valid_days") n += 1;
    v = static_cast<T>(n);
    return true;
  }

  template <class C>
  void finish(C& command, const Principal& who) {
    if constexpr (std::is_same_v<C, SignContract>) {
      const Contract* contract = find(s_.contracts, command.contract);
      const Person* person = find(s_.persons, who.person);
      if (!contract || !person) return;
      std::string document = canonical(contract_document(contract->id, contract->terms, contract->text_zh, contract->odrl));
      const Party& party = s_.parties.at(person->party.str());
      for (uint8_t key : {11, 12, 13})
        if (test_key(key).public_key().bytes() == party.public_key) command.signature = test_key(key).sign(view(document));
    }
    if constexpr (std::is_same_v<C, RegisterPartyKey>) {
      command.public_key = test_key(13).public_key().bytes();
      command.proof = test_key(13).sign(view(key_proof_text(command.party, command.public_key)));
    }
    if constexpr (std::is_same_v<C, SettleHeld>) {
      int64_t row = 1 + static_cast<int64_t>(random_.below(8));
      command.accepted_rows = {{row, row}};
      command.rejected_rows.clear();
      command.accepted = 1, command.warned = 0;
    }
    if constexpr (std::is_same_v<C, ReportMerge>) {
      command.rows = 0;
      for (const VersionId& part : command.parts)
        if (const DatasetVersion* version = find(s_.versions, part)) command.rows += version->rows;
    }
    if constexpr (std::is_same_v<C, ChangeSourceKey>) command.source_key = test_key(static_cast<uint8_t>(1 + random_.below(200))).public_key().bytes();
    if constexpr (std::is_same_v<C, SuspendParty> || std::is_same_v<C, SuspendPerson>) {
      if (random_.below(12) != 0) command.reason.clear();  // else everybody is soon suspended
    }
    TimeMs later = kTestStart + static_cast<TimeMs>(random_.below(90)) * kDayMs;
    if constexpr (std::is_same_v<C, GrantAccess>) {
      command.scope = {{}, {}, {}, {}, 1 + static_cast<int>(random_.below(5))};
      command.expires_ms = later;
      (random_.below(2) ? command.unit = {}, true : (command.person = {}, true));
    }
    if constexpr (std::is_same_v<C, RequestOperation>) command.batch = {}, command.first_row = static_cast<int64_t>(random_.below(90));
    if constexpr (std::is_same_v<C, RequestException>) command.columns = {"person_name"}, command.what = "download";
    if constexpr (std::is_same_v<C, AppointDeputy>) command.from_ms = 0, command.until_ms = later;
    if constexpr (std::is_same_v<C, EngageOutsider>) command.until_ms = later;
    if constexpr (std::is_same_v<C, AdoptAccessRules>) {
      command.rules.clear();
      if (random_.below(2)) command.rules.push_back({.id = "r", .effect = policy::AccessEffect::permit, .duties = {"data_manager"}, .units = {}, .regions = {},
                                                     .actions = {}, .datasets = {}, .categories = {}, .purposes = {}, .level_min = 1, .level_max = 4, .zh = "x", .en = "x"});
    }
    if constexpr (std::is_same_v<C, ProposeMandate>) {
      command.form.acts = {MandateAct::draft_application, MandateAct::chase};
      command.form.products.clear(), command.form.datasets.clear();
      command.form.purposes = {"insurance_product_design", "statistics"};
      command.form.from_ms = 0, command.form.until_ms = later;
    }
    if constexpr (std::is_same_v<C, DecideDraftedApplication> || std::is_same_v<C, WithdrawDraftedApplication>) {
      for (const auto& [id, m] : s_.mandates)
        for (const DraftedApplication& draft : m.drafts)
          if (random_.below(2)) command.mandate = m.id, command.draft = draft.id;
    }
    if constexpr (std::is_same_v<C, ProposeClient>) {
      command.by = random_.below(2) ? ClientBy::authority : ClientBy::certificate;
      command.certificate = client_file(command.by == ClientBy::authority ? "authority.pem" : random_.below(2) ? "pinned.pem" : "client.pem");
      command.name = command.by == ClientBy::authority && random_.below(2) ? "claims.insurer.test" : "";
    }
    if constexpr (std::is_same_v<C, TakeClientRevocations>) command.list = client_file("list.pem");
    if constexpr (std::is_same_v<C, DecideClient> || std::is_same_v<C, EndClient> || std::is_same_v<C, TakeClientRevocations>) {
      for (const auto& [id, party] : s_.parties)
        for (const PartyClient& client : party.clients)
          if (random_.below(2)) command.party = party.id, command.client = client.id;
    }
    if constexpr (std::is_same_v<C, ReportProductCheck>) {
      for (auto& check : command.checks) check.passed = random_.below(10) != 0;
    }
  }

  const State& s_;
  SeededRandom& random_;
};

size_t kind_at(const std::string& name) {
  size_t at = 0, found = 0;
  Command::each_kind([&](auto command) {
    if (decltype(command)::kind == name) found = at;
    at++;
  });
  return found;
}

// One crowd in one house: after every quarter the ledger, folded anew, must give the live state.
// `wanted`: kinds that come more often than by chance.
void let_loose(House& house, uint64_t seed, std::map<std::string, int>& accepted, const std::vector<std::string>& wanted = {}) {
  SeededRandom random(seed);
  std::string snapshot = temporary_snapshot("crowd"), at_snapshot;
  for (int step = 1; step <= 1000; step++) {
    State state = house.state();
    Crowd crowd(state, random);
    Principal who = crowd.someone();
    size_t kind = crowd.some_kind(accepted);
    if (!wanted.empty() && random.below(4) == 0) kind = kind_at(wanted[random.below(wanted.size())]);
    Command command = crowd.something(kind, who);
    // Mostly something that will be accepted, so that it goes deep.
    SeededRandom scratch(1);
    for (int tries = 0; tries < 60 && random.below(100) != 0; tries++) {
      if (decide(state, Context{house.now(), scratch, rules::RuleSet::built_in(), who}, command)) break;
      who = crowd.someone();
      command = crowd.something(kind, who);
    }
    if (house.space->execute(who, command)) accepted[std::string(kind_of(command))]++;
    house.clock.advance(static_cast<TimeMs>(random.below(20 * kMinuteMs)));
    if (random.below(50) == 0) house.clock.advance(-kDayMs);  // a clock that steps back
    if (random.below(900) == 0) house.clock.advance(8 * kDayMs);
    if (step == 300) {
      // A Space that closes leaves its snapshot; later folds begin there and read the tail.
      std::filesystem::remove(snapshot);
      SeededRandom r(1);
      ASSERT_TRUE(Space::open(*house.ledger, house.clock, r, rules::RuleSet::built_in(), snapshot));
      at_snapshot = *read_text_file(snapshot, 1 << 30);
    }
    if (step % 200 == 0) {
      std::string live = state_of(house);
      ASSERT_EQ(folded_anew(house), live) << "seed " << seed << ", after step " << step;
      if (at_snapshot.empty()) continue;
      std::ofstream(snapshot, std::ios::trunc) << at_snapshot;
      ASSERT_EQ(folded_anew(house, snapshot), live) << "with a snapshot; seed " << seed << ", after step " << step;
    }
  }
  std::filesystem::remove(snapshot);
  EXPECT_TRUE(ledger::verify_store(*house.store)->ok());
}

TEST(SpaceReplay, FoldingTheLedgerGivesTheLiveStateAfterThousandsOfCommands) {
  std::map<std::string, int> accepted;
  void (Walk::*starts[])() = {&Walk::people, &Walk::until_product, &Walk::until_vote, &Walk::until_drafted, &Walk::until_contract};
  uint64_t seed = 20261122;
  for (auto start : starts) {
    House house;
    Walk walk(house);
    walk.form = seed % 2 ? OpenForm::api : OpenForm::file;
    (walk.*start)();
    let_loose(house, seed++, accepted);
    if (HasFatalFailure()) return;
  }
  // The simulation is worth its name only when it went everywhere; each new command thins the crowd, so some more houses may follow.
  const std::vector<std::string> must_go{"collection.report_batch", "collection.settle_held", "collection.change_source_key", "masking.report",
                                         "product.draft", "product.report_check", "product.review", "product.register",
                                         "application.cast_vote", "contract.sign", "contract.suspend", "keys.grant",
                                         "release.prepare", "release.report_delivery", "release.revoke"};
  // Each with the one before it, which makes what it is about: what is delivered was prepared.
  auto missing = [&] {
    std::vector<std::string> out;
    for (size_t i = 0; i < must_go.size(); i++)
      if (accepted[must_go[i]] == 0) {
        if (i > 0) out.push_back(must_go[i - 1]);
        out.push_back(must_go[i]);
      }
    return out;
  };
  for (size_t more = 0; more < 40 && !missing().empty(); more++) {
    House house;
    Walk walk(house);
    walk.form = more % 2 ? OpenForm::api : OpenForm::file;
    (walk.*starts[4 - more % 4])();
    let_loose(house, seed++, accepted, missing());
    if (HasFatalFailure()) return;
  }
  EXPECT_GE(accepted.size(), 30u);
  for (const std::string& kind : must_go)
    EXPECT_GT(accepted[kind], 0) << kind;
}

TEST(SpaceReplay, ASnapshotOfAnotherHistoryOrAheadOfTheLedgerIsNotUsed) {
  std::string snapshot = temporary_snapshot("other");
  std::filesystem::remove(snapshot);
  {
    House other(snapshot);
    Walk(other).until_product();
  }
  House house;
  Walk walk(house);
  walk.found();
  EXPECT_EQ(folded_anew(house, snapshot), state_of(house));
  std::filesystem::remove(snapshot);
  walk.agency = house.state().parties.begin()->second.id;
  for (const char* broken : {"", "{", "[]", "{\"format\":\"sluice-state/1\"}", "{\"format\":\"sluice-state/7\",\"seq\":0}"}) {
    std::ofstream(snapshot, std::ios::trunc) << broken;
    EXPECT_EQ(folded_anew(house, snapshot), state_of(house)) << broken;
  }
  std::filesystem::remove(snapshot);
}

TEST(SpaceReplay, ASnapshotOfAnotherFoldIsFoldedAnew) {
  std::string snapshot = temporary_snapshot("older");
  std::filesystem::remove(snapshot);
  House house(snapshot);
  Walk(house).until_product();
  ASSERT_EQ(folded_anew(house, snapshot), state_of(house));
  std::string written = *read_text_file(snapshot, 1 << 30);
  // The same entries, of which another fold made something else. Under this fold's number it is believed, so that the number alone decides.
  auto put = [](std::string& text, const std::string& before, const std::string& after) {
    size_t at = text.find(before);
    ASSERT_NE(at, std::string::npos) << before;
    text.replace(at, before.size(), after);
  };
  put(written, "data_manager", "system_admin");
  std::ofstream(snapshot, std::ios::trunc) << written;
  EXPECT_NE(folded_anew(house, snapshot), state_of(house));
  put(written, "\"sluice-state/7\"", "\"sluice-state/2\"");
  std::ofstream(snapshot, std::ios::trunc) << written;
  EXPECT_EQ(folded_anew(house, snapshot), state_of(house));
  std::filesystem::remove(snapshot);
}

TEST(SpaceReplay, ASnapshotThatSomebodyElseWroteIsNotBelieved) {
  std::string snapshot = temporary_snapshot("sealed");
  std::filesystem::remove(snapshot);
  House house;
  Walk walk(house);
  walk.people();
  SecretBytes key(Bytes(32, 7)), strange(Bytes(32, 8));
  SeededRandom random(1);
  auto open = [&](const SecretBytes& with) { return Space::open(*house.ledger, house.clock, random, rules::RuleSet::built_in(), snapshot, [&with]() -> Result<SecretBytes> { return with; }); };
  auto duties = [](const Result<std::unique_ptr<Space>>& space) {
    return (*space)->read([](const State& s) { return canonical(encode(s)); });
  };
  ASSERT_TRUE(open(key));  // written as it closes
  std::string written = *read_text_file(snapshot, 1 << 30);
  ASSERT_NE(written.find("\"mac\""), std::string::npos);
  ASSERT_NE(written.find("data_manager"), std::string::npos);
  std::string more = written;
  more.replace(more.find("data_manager"), std::string("data_manager").size(), "system_admin");
  std::string bare = written.substr(0, written.rfind("{\"mac\""));
  for (const std::string& forged : {more, bare, bare + "{}\n", std::string("\n"), std::string()}) {
    std::ofstream(snapshot, std::ios::trunc) << forged;
    EXPECT_EQ(duties(open(key)), state_of(house));
  }
  std::ofstream(snapshot, std::ios::trunc) << written;
  EXPECT_EQ(duties(open(strange)), state_of(house));
  auto locked = Space::open(*house.ledger, house.clock, random, rules::RuleSet::built_in(), snapshot,
                            []() -> Result<SecretBytes> { return fail(Errc::unauthenticated, "custody.wrong_passphrase"); });
  ASSERT_FALSE(locked);
  EXPECT_EQ(locked.error().reason, "custody.wrong_passphrase");
  // It is believed where it is ours: a change below it goes unread.
  ASSERT_TRUE(open(key));
  uint64_t granted = 0;
  for (const auto& [seq, row] : house.durable->entries)
    if (row.body.find("\"data_manager\"") != std::string::npos) granted = seq;
  ASSERT_NE(granted, 0u);
  std::string& body = house.durable->entries.at(granted).body;
  body.replace(body.find("data_manager"), std::string("data_manager").size(), "system_admin");
  EXPECT_TRUE(open(key));
  std::filesystem::remove(snapshot);
  auto refused = open(key);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "ledger.entry_changed");
  EXPECT_FALSE(std::filesystem::exists(snapshot)) << "what was refused leaves no snapshot to be believed next time";
  // A grant written over the newest entry: whole in itself, and not where it belongs.
  body.replace(body.find("system_admin"), std::string("system_admin").size(), "data_manager");
  auto& last = house.durable->entries.rbegin()->second;
  uint64_t seq = last.seq;
  last = house.durable->entries.at(granted);
  last.seq = seq;
  EXPECT_FALSE(open(key));
  EXPECT_FALSE(std::filesystem::exists(snapshot));
}

TEST(SpaceReplay, WorkOnTheLedgerBetweenCommandsKeepsTimeAndPlace) {
  House house;
  Walk walk(house);
  walk.people();
  ASSERT_TRUE(house.space->record(Json::object({{"call", 1}})));
  house.clock.advance(kHourMs);
  ASSERT_TRUE(house.space->on_writer([&](ledger::Ledger& ledger) -> Status {
    TRY(ledger.close_segment(house.now()));
    return {};
  }));
  house.clock.advance(-2 * kHourMs);
  walk.collect();
  EXPECT_EQ(folded_anew(house), state_of(house));
}

TEST(SpaceReplay, WhatIsErasedLeavesStateAndSnapshotToo) {
  std::string snapshot = temporary_snapshot("erased");
  std::filesystem::remove(snapshot);
  House house(snapshot);
  Walk walk(house);
  walk.until_vote();
  walk.must(as(walk.members[0]), CastVote{walk.application, false, "不该写在这里的话"});
  uint64_t seq = house.ledger->size() - 1;
  house.reopen(snapshot);  // the closing Space wrote its snapshot
  std::string before = *read_text_file(snapshot, 1 << 30);
  ASSERT_NE(before.find("不该写在这里的话"), std::string::npos);
  std::vector<std::string> fields{"reason"};
  ASSERT_TRUE(house.space->on_writer([&](ledger::Ledger& ledger) -> Status {
    TRY(ledger.erase(seq, fields, walk.system_admin.str(), house.now()));
    return {};
  }));
  std::string live = state_of(house);
  EXPECT_EQ(live.find("不该写在这里的话"), std::string::npos);
  EXPECT_EQ(read_text_file(snapshot, 1 << 30)->find("不该写在这里的话"), std::string::npos);
  EXPECT_EQ(folded_anew(house), live);
  // An older snapshot, put back, does not bring the words back.
  std::ofstream(snapshot, std::ios::trunc) << before;
  EXPECT_EQ(folded_anew(house, snapshot), live);
  EXPECT_EQ(house.state().applications.at(walk.application.str()).votes.size(), 1u);
  EXPECT_TRUE(ledger::verify_store(*house.store)->ok());
  house.space.reset();
  std::filesystem::remove(snapshot);
}

TEST(SpaceRefusal, OfAKnownPersonIsOneEntryAndNothingElse) {
  House house;
  Walk walk(house);
  walk.people();
  State before = house.state();
  uint64_t size = house.ledger->size();
  EXPECT_EQ(walk.why(as(walk.user), EnrolPerson{PersonId::make(house.random), walk.agency}), "duty.missing");
  ASSERT_EQ(house.ledger->size(), size + 1);
  auto entry = *house.ledger->entry(size);
  EXPECT_EQ(entry.entry.kind, CommandRefused::kind);
  EXPECT_EQ(entry.entry.actor, walk.user.str());
  EXPECT_EQ(canonical(entry.body), R"({"command":"person.enrol","reason":"duty.missing"})");
  State after = house.state();
  EXPECT_EQ(after.refusals, before.refusals + 1);
  after.refusals = before.refusals;
  EXPECT_EQ(canonical(encode(after)), canonical(encode(before)));
}

TEST(SpaceRefusal, OfAStrangerOrTheNodeLeavesNothing) {
  House house;
  Walk walk(house);
  walk.people();
  std::string before = state_of(house);
  uint64_t size = house.ledger->size();
  EXPECT_EQ(walk.why(as(PersonId::make(house.random)), EnrolPerson{PersonId::make(house.random), walk.agency}), "person.unknown");
  EXPECT_EQ(walk.why(the_node(), EndGrant{GrantId::make(house.random), "done"}), "keys.grant_ended_already");
  EXPECT_EQ(walk.why(node_for(walk.manager), EndGrant{GrantId::make(house.random), "done"}), "keys.grant_ended_already");
  EXPECT_EQ(house.ledger->size(), size);
  EXPECT_EQ(state_of(house), before);
}

}  // namespace
}  // namespace sluice::space
