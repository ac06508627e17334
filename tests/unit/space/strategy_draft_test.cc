// Laws of strategy drafts: a second person signs exactly the text or says why not, once; adoption of that text closes the draft.
#include "tests/unit/space/walk.h"

namespace sluice::space {
namespace {

struct DraftWalk {
  DraftWalk() : walk(house) {
    walk.until_graded();
    reviewer = walk.enrol(walk.agency, {Duty::pi_officer});
  }
  SubmitStrategyDraft form() const { return {.dataset = walk.dataset, .name = "脱敏 2", .document = test_digest(50), .note = "请审核"}; }
  StrategyDraftId submitted() { return walk.made<StrategyDraftSubmitted>(as(walk.officer), form()).draft; }
  StrategyReview review(const PersonId& of, const Digest& document) const { return {.reviewer = of, .key_id = "k", .document = document, .signature = test_digest(51)}; }
  StrategyDraft draft(const StrategyDraftId& id) {
    return house.state().strategy_drafts.at(id.str());
  }
  House house;
  Walk walk;
  PersonId reviewer;
};

TEST(StrategyDraft, IsSubmittedByTheOwnersOfficersAndManagersOnceForEachText) {
  DraftWalk w;
  EXPECT_EQ(w.walk.why(as(w.reviewer), w.form()), "duty.missing");
  EXPECT_EQ(w.walk.why(as(w.walk.rival_officer), w.form()), "dataset.not_found");
  SubmitStrategyDraft nameless = w.form();
  nameless.name.clear();
  EXPECT_EQ(w.walk.why(as(w.walk.officer), nameless), "form.text_missing");
  w.submitted();
  EXPECT_EQ(w.walk.why(as(w.walk.manager), w.form()), "draft.known");
}

TEST(StrategyDraft, IsSignedByASecondPersonWithTheirOwnSignatureOverExactlyThisText) {
  DraftWalk w;
  StrategyDraftId id = w.submitted();
  DecideStrategyDraft word{id, {}, w.review(w.reviewer, test_digest(50))};
  EXPECT_EQ(w.walk.why(as(w.walk.officer), word), "duty.second_person_needed");
  EXPECT_EQ(w.walk.why(as(w.walk.manager), word), "duty.missing");
  EXPECT_EQ(w.walk.why(as(w.walk.rival_officer), word), "draft.not_found");
  EXPECT_EQ(w.walk.why(as(w.reviewer), DecideStrategyDraft{id, {}, w.review(w.walk.officer, test_digest(50))}), "draft.signed_by_another");
  EXPECT_EQ(w.walk.why(as(w.reviewer), DecideStrategyDraft{id, {}, w.review(w.reviewer, test_digest(52))}), "signature.wrong_document");
  w.walk.must(as(w.reviewer), word);
  EXPECT_EQ(w.draft(id).status, StrategyDraftStatus::signed_);
  EXPECT_EQ(w.walk.why(as(w.reviewer), word), "draft.decided_already");
}

TEST(StrategyDraft, IsRefusedWithAReasonAndMayThenBeSubmittedAnew) {
  DraftWalk w;
  StrategyDraftId id = w.submitted();
  EXPECT_EQ(w.walk.why(as(w.reviewer), DecideStrategyDraft{id, {}, std::nullopt}), "form.text_missing");
  w.walk.must(as(w.reviewer), DecideStrategyDraft{id, "粒度过细", std::nullopt});
  EXPECT_EQ(w.draft(id).status, StrategyDraftStatus::refused);
  EXPECT_EQ(w.walk.why(as(w.walk.officer), WithdrawStrategyDraft{id}), "draft.decided_already");
  StrategyDraftId again = w.submitted();
  EXPECT_EQ(w.walk.why(as(w.walk.manager), WithdrawStrategyDraft{again}), "draft.not_yours");
  w.walk.must(as(w.walk.officer), WithdrawStrategyDraft{again});
  EXPECT_EQ(w.draft(again).status, StrategyDraftStatus::withdrawn);
}

TEST(StrategyDraft, IsClosedByTheAdoptionOfExactlyItsText) {
  DraftWalk w;
  StrategyDraftId id = w.submitted();
  AdoptStrategy form = w.walk.strategy_form();
  form.summary = StrategySummary{.id = "s", .version = "2", .review = w.review(w.reviewer, test_digest(52))};
  w.walk.must(as(w.walk.officer), form);
  EXPECT_EQ(w.draft(id).status, StrategyDraftStatus::submitted) << "another text was adopted";
  form.summary->review = w.review(w.reviewer, test_digest(50));
  StrategyId adopted = w.walk.made<StrategyAdopted>(as(w.walk.officer), form).strategy;
  EXPECT_EQ(w.draft(id).status, StrategyDraftStatus::adopted);
  EXPECT_EQ(w.draft(id).strategy, adopted);
}

}  // namespace
}  // namespace sluice::space
