// One person's rows in all versions that a search found, as one work on keys: what it covers, what stays, and that nothing is added to it.
#include "space/custody/one_person.h"

#include <functional>

#include "tests/unit/space/walk.h"

namespace sluice::space {
namespace {

SubjectId asker(int n) { return *SubjectId::parse("sb_" + std::to_string(1000 + n)); }

struct PersonWalk : DeskWalk {
  PersonWalk() : DeskWalk(&Walk::until_graded) {
    request = walk.made<SubjectRequestTaken>(node_for(walk.pi), TakeSubjectRequest{asker(1), test_digest(1), "delete", "窗口", {}, {}}).request;
    walk.must(node_for(walk.manager), VerifySubject{request, VerifiedBy::in_person, "身份证", test_digest(2)});
    walk.must(as(walk.pi), DecideSubjectRequest{request, true, "同意"});
  }
  const State& state() { return desk.state_; }
  void found(std::vector<FoundRows> rows) {
    walk.must(node_for(walk.manager), StartSubjectSearch{request});
    walk.must(node_for(walk.manager), ReportSubjectSearch{request, 1, std::move(rows), 0, 0, {}});
  }
  FoundRows in(const VersionId& version) { return {.dataset = walk.dataset, .version = version, .column = "person_name", .rows = 1}; }
  ProposeKeyWork wish(const std::function<void(ProposeKeyWork&)>& change = {}) {
    ProposeKeyWork out{.work = KeyWork::destroy_person, .version = {}, .columns = {}, .epoch = {}, .reason = "本人要求删除", .request = request};
    if (change) change(out);
    return out;
  }
  void witness(const KeyWorkId& id) {
    for (const PersonId& who : {walk.security_admin, walk.system_admin}) walk.must(as(who), WitnessKeyWork{id, WitnessWord::agree, ""});
  }
  ReportRowsDestroyed rewritten(const KeyWorkId& id, const VersionId& version) {
    ReportRowsDestroyed out{id, VersionId::make(desk.random), test_digest(9), 97, 1};
    out.version = version;
    return out;
  }
  SubjectRequestId request;
};

TEST(OnePerson, NamesTheRequestAloneAndOnlyWhatASearchFound) {
  PersonWalk w;
  EXPECT_EQ(w->why(as(w->manager), w.wish()), "law.not_searched");
  w.found({});
  EXPECT_EQ(w->why(as(w->manager), w.wish()), "law.nothing_found");
  w.found({w.in(w->version)});
  EXPECT_EQ(w->why(as(w->manager), w.wish([&](auto& c) { c.version = w->version; })), "keys.person_alone");
  EXPECT_EQ(w->why(as(w->manager), w.wish([](auto& c) { c.columns = {"person_name"}; })), "keys.person_alone");
  EXPECT_EQ(w->why(as(w->manager), w.wish([](auto& c) { c.request.reset(); })), "keys.no_granted_request");
  EXPECT_EQ(w->why(as(w->rival_manager), w.wish()), "keys.no_granted_request") << "another organisation's";
  EXPECT_EQ(w->why(as(w->registrar), w.wish()), "duty.missing");
  auto proposed = w->made<KeyWorkProposed>(as(w->manager), w.wish());
  ASSERT_TRUE(proposed.person);
  EXPECT_EQ(proposed.person->versions, 1);
  EXPECT_EQ(proposed.person->list, digest_of_found({{w->version, "person_name", {}}}));
  EXPECT_EQ(proposed.witnesses_needed, 2);
  EXPECT_FALSE(proposed.decision_needed) << "the person's request was decided";
  EXPECT_EQ(w->why(as(w->manager), w.wish()), "keys.person_in_hand");
}

TEST(OnePerson, NobodyWitnessesMoreThanWasFoundAndNothingIsLookedForAfterwards) {
  PersonWalk w;
  w.found({w.in(w->version)});
  auto first = w->made<KeyWorkProposed>(as(w->manager), w.wish()).key_work;
  FoundRows other = w.in(w->version);
  other.rows = 2;
  other.column = "id_number";
  w.found({w.in(w->version), other});
  EXPECT_EQ(w->why(as(w->security_admin), WitnessKeyWork{first, WitnessWord::agree, ""}), "keys.person_changed");
  w->must(as(w->security_admin), WitnessKeyWork{first, WitnessWord::refuse, "又查到其他记录"});
  w.found({w.in(w->version)});
  auto second = w->made<KeyWorkProposed>(as(w->manager), w.wish()).key_work;
  w->must(node_for(w->manager), StartSubjectSearch{w.request});
  w.witness(second);
  EXPECT_EQ(w->why(node_for(w->manager), ReportSubjectSearch{w.request, 1, {}, 0, 0, {}}), "law.deletion_in_hand") << "a search that was under way";
  EXPECT_EQ(w->why(node_for(w->manager), StartSubjectSearch{w.request}), "law.deletion_in_hand");
}

TEST(OnePerson, EachVersionIsWrittenAgainOnceAndTheWorkEndsWhenNoneIsLeft) {
  PersonWalk w;
  w.found({w.in(w->version)});
  auto id = w->made<KeyWorkProposed>(as(w->manager), w.wish()).key_work;
  EXPECT_EQ(w->why(the_node(), w.rewritten(id, w->version)), "keys.work_not_approved");
  w.witness(id);
  EXPECT_EQ(w->why(the_node(), ReportPersonDestroyed{id}), "law.request_rows_left");
  EXPECT_EQ(w->why(the_node(), w.rewritten(id, VersionId::make(w.desk.random))), "version.not_found");
  auto written = w.rewritten(id, w->version);
  w->must(the_node(), written);
  const KeyWorkItem& item = w.state().key_works.at(id.str());
  EXPECT_EQ(item.versions_done, 1);
  EXPECT_FALSE(item.carried_out) << "not before the last entry";
  EXPECT_EQ(w->why(the_node(), CloseKeyWork{id, {}, {}}), "keys.work_not_done");
  EXPECT_EQ(w->why(the_node(), w.rewritten(id, written.new_version)), "law.nothing_found") << "nor is what was written";
  EXPECT_TRUE(w.state().destroyed.at(w->version.str()).whole);
  EXPECT_EQ(w.state().rewritten_from.at(written.new_version.str()), w->version);
  auto done = w->made<PersonRowsDestroyed>(the_node(), ReportPersonDestroyed{id});
  EXPECT_EQ((std::array{done.versions, done.rows_removed, done.kept}), (std::array<int64_t, 3>{1, 1, 0}));
  EXPECT_EQ(w->why(the_node(), ReportPersonDestroyed{id}), "keys.work_done");
  EXPECT_EQ(w->why(node_for(w->manager), AnswerSubjectRequest{w.request, test_digest(4), "已删", {}}), "law.request_needs_destruction");
  w->must(the_node(), CloseKeyWork{id, test_digest(5), {}});
  w->must(node_for(w->manager), AnswerSubjectRequest{w.request, test_digest(4), "已删", id});
}

TEST(OnePerson, WhatCannotBeWrittenAgainIsCountedAsLeftAndTheRequestStaysOpen) {
  PersonWalk w;
  DatasetVersion second = w.state().versions.at(w->version.str());
  second.id = VersionId::make(w.desk.random);
  w.desk.state_.versions[second.id.str()] = second;
  w.desk.state_.datasets.at(w->dataset.str()).versions.push_back(second.id);
  w.found({w.in(w->version), w.in(second.id)});
  auto id = w->made<KeyWorkProposed>(as(w->manager), w.wish()).key_work;
  w.witness(id);
  EXPECT_EQ(w->why(the_node(), ReportPersonDestroyed{id, 2}), "keys.work_not_done") << "nothing went: that work has failed";
  w->must(the_node(), w.rewritten(id, w->version));
  EXPECT_EQ(w->why(the_node(), ReportPersonDestroyed{id}), "law.request_rows_left");
  EXPECT_EQ(w->why(the_node(), ReportPersonDestroyed{id, 2}), "law.request_rows_left") << "no more than there are";
  auto done = w->made<PersonRowsDestroyed>(the_node(), ReportPersonDestroyed{id, 1});
  EXPECT_EQ((std::array{done.versions, done.kept, done.left.value_or(0)}), (std::array<int64_t, 3>{1, 0, 1}));
  EXPECT_EQ(w.state().key_works.at(id.str()).versions_left, 1);
  w->must(the_node(), CloseKeyWork{id, test_digest(5), {}});
  EXPECT_EQ(w->why(node_for(w->manager), AnswerSubjectRequest{w.request, test_digest(4), "已删", id}), "law.request_rows_left");
  EXPECT_EQ(w->made<KeyWorkProposed>(as(w->manager), w.wish()).person->versions, 1) << "a later work tries it again";
}

TEST(OnePerson, WhatSomebodyKeepsLongerStaysAndIsTakenByALaterWork) {
  PersonWalk w;
  w.found({w.in(w->version)});
  auto id = w->made<KeyWorkProposed>(as(w->manager), w.wish()).key_work;
  w.witness(id);
  TimeMs until = retention_end(w.state(), rules::RuleSet::built_in().law, w->version).at_ms + kDayMs;
  w->must(as(w->officer), KeepLonger{w->version, until, "诉讼未结"});
  EXPECT_EQ(w->why(the_node(), w.rewritten(id, w->version)), "keys.kept_longer");
  auto done = w->made<PersonRowsDestroyed>(the_node(), ReportPersonDestroyed{id});
  EXPECT_EQ((std::array{done.versions, done.kept}), (std::array<int64_t, 2>{0, 1})) << "decided to be kept after it was witnessed";
  w->must(the_node(), CloseKeyWork{id, test_digest(5), {}});
  EXPECT_EQ(w->why(as(w->manager), w.wish()), "keys.kept_longer");
  EXPECT_EQ(w->why(node_for(w->manager), AnswerSubjectRequest{w.request, test_digest(4), "已删", id}), "law.request_rows_left");
  w.desk.state_.retention_terms.at(w->version.str()).until_ms = w.desk.now_;
  auto later = w->made<KeyWorkProposed>(as(w->manager), w.wish());
  EXPECT_EQ((std::array{later.person->versions, later.person->kept}), (std::array<int64_t, 2>{1, 0}));
}

TEST(OnePerson, AVersionMadeOfOneThatWasFoundIsLookedIntoBeforeTheAnswer) {
  PersonWalk w;
  w.found({w.in(w->version)});
  auto id = w->made<KeyWorkProposed>(as(w->manager), w.wish()).key_work;
  // As a merge leaves it: made later, of the one that was found.
  w.desk.now_ += kHourMs;
  DatasetVersion merged = w.state().versions.at(w->version.str());
  merged.id = VersionId::make(w.desk.random);
  merged.parts = {w->version};
  merged.at_ms = w.desk.now_;
  w.desk.state_.versions[merged.id.str()] = merged;
  w.desk.state_.datasets.at(w->dataset.str()).versions.push_back(merged.id);
  EXPECT_EQ(w->why(as(w->security_admin), WitnessKeyWork{id, WitnessWord::agree, ""}), "law.search_outdated");
  w.desk.state_.versions.erase(merged.id.str());
  w.witness(id);
  w->must(the_node(), w.rewritten(id, w->version));
  w->must(the_node(), ReportPersonDestroyed{id});
  w->must(the_node(), CloseKeyWork{id, test_digest(5), {}});
  w.desk.state_.versions[merged.id.str()] = merged;
  EXPECT_EQ(w->why(node_for(w->manager), AnswerSubjectRequest{w.request, test_digest(4), "已删", id}), "law.search_outdated");
  w.desk.now_ += kHourMs;
  w.found({w.in(merged.id)});
  EXPECT_EQ(w->why(node_for(w->manager), AnswerSubjectRequest{w.request, test_digest(4), "已删", id}), "law.request_rows_left");
  EXPECT_EQ(w->made<KeyWorkProposed>(as(w->manager), w.wish()).person->versions, 1);
}

TEST(OnePerson, ASearchThatWasOvertakenByTheDeletionIsNotTold) {
  PersonWalk w;
  w.found({w.in(w->version)});
  w->must(node_for(w->manager), StartSubjectSearch{w.request});
  auto id = w->made<KeyWorkProposed>(as(w->manager), w.wish()).key_work;
  w.witness(id);
  w->must(the_node(), w.rewritten(id, w->version));
  w->must(the_node(), ReportPersonDestroyed{id});
  w->must(the_node(), CloseKeyWork{id, test_digest(5), {}});
  EXPECT_EQ(w->why(node_for(w->manager), ReportSubjectSearch{w.request, 1, {w.in(w->version)}, 0, 0, {}}), "law.search_overtaken");
}

TEST(OnePerson, AWitnessSignsWhoseRequestAndHowMuch) {
  SeededRandom random(1);
  KeyWorkItem item;
  item.work = KeyWork::destroy_person;
  item.request = SubjectRequestId::make(random);
  item.person = PersonRows{.versions = 2, .kept = 1, .list = test_digest(7)};
  std::string text = witness_text(item, {}, WitnessWord::agree, "");
  item.person->kept = 0;
  EXPECT_NE(text, witness_text(item, {}, WitnessWord::agree, ""));
  item.person->kept = 1;
  item.request = SubjectRequestId::make(random);
  EXPECT_NE(text, witness_text(item, {}, WitnessWord::agree, ""));
}

}  // namespace
}  // namespace sluice::space
