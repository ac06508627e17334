// Laws of a strategy's use limits: where its output may go, asked at every station, and until when.
#include "space/deident/use.h"

#include "tests/unit/space/walk.h"

namespace sluice::space {
namespace {

struct LimitedWalk {
  explicit LimitedWalk(StrategyUse use) : walk(&Walk::until_graded) {
    AdoptStrategy form = walk->strategy_form();
    form.summary = StrategySummary{.id = "limited", .version = "1"};
    form.summary->use = std::move(use);
    walk->strategy = walk->made<StrategyAdopted>(as(walk->officer), form).strategy;
    walk->masked = walk->made<VersionMasked>(node_for(walk->officer), walk->masking_form()).version;
  }
  std::string drafting(ShareType share, std::vector<OpenForm> forms) {
    ProductForm form = walk->product_form();
    form.share = share;
    form.forms = std::move(forms);
    return walk->why(as(walk->manager), DraftProduct{walk->dataset, walk->masked, form});
  }
  void file_product() {
    ProductForm form = walk->product_form();
    form.forms = {OpenForm::file};
    walk->product = walk->made<ProductDrafted>(as(walk->manager), DraftProduct{walk->dataset, walk->masked, form}).product;
    walk->check_product();
    walk->review_product();
    walk->register_product();
    walk->assess();
  }
  DeskWalk walk;
};

TEST(StrategyUse, AProductStaysWithinItsShareTypesAndForms) {
  LimitedWalk w({.share_types = {"controlled"}, .forms = {"file"}, .purposes = {}, .not_after = {}});
  EXPECT_EQ(w.drafting(ShareType::controlled, {OpenForm::file}), "ok");
  EXPECT_EQ(w.drafting(ShareType::controlled, {OpenForm::file, OpenForm::api}), "strategy.not_for_this_use") << "every form of the product";
  EXPECT_EQ(w.drafting(ShareType::full, {OpenForm::website}), "strategy.not_for_this_use");
}

TEST(StrategyUse, AnApplicationForAnotherPurposeIsRefused) {
  LimitedWalk other({.share_types = {}, .forms = {}, .purposes = {"fund_supervision"}, .not_after = {}});
  other.file_product();
  EXPECT_EQ(other.walk->why(as(other.walk->user), SubmitApplication{other.walk->product, other.walk->application_form()}), "strategy.not_for_this_use");
  LimitedWalk same({.share_types = {}, .forms = {}, .purposes = {"insurance_product_design"}, .not_after = {}});
  same.file_product();
  EXPECT_EQ(same.walk->why(as(same.walk->user), SubmitApplication{same.walk->product, same.walk->application_form()}), "ok");
}

TEST(StrategyUse, AfterItsLastDayNothingMoreIsReleased) {
  LimitedWalk w({.share_types = {}, .forms = {}, .purposes = {}, .not_after = rfc3339(kTestStart + 2 * kDayMs).substr(0, 10)});
  w.file_product();
  w.walk->submit();
  w.walk->approve();
  w.walk->draft_contract();
  w.walk->sign_contract();
  PrepareRelease release{w.walk->contract, {}, w.walk->purpose};
  w.walk.desk.now_ += 3 * kDayMs;
  EXPECT_EQ(w.walk->why(as(w.walk->manager), release), "strategy.expired");
  w.walk.desk.now_ -= 3 * kDayMs;
  EXPECT_EQ(w.walk->why(as(w.walk->manager), release), "ok") << "on its days it is";
}

TEST(StrategyUse, WhatIsNotSaidIsNotJudgedAndAnEmptyListAllowsEverything) {
  StrategyUse use{.share_types = {"enclave"}, .forms = {}, .purposes = {"a"}, .not_after = "2026-06-30"};
  TimeMs day = *from_rfc3339("2026-06-30T23:59:59Z");
  EXPECT_TRUE(within_use(use, {.share_type = {}, .form = "api", .purpose = {}, .at = day}));
  EXPECT_EQ(within_use(use, {.share_type = "full", .form = {}, .purpose = {}, .at = day}).error().detail, "share_types");
  EXPECT_EQ(within_use(use, {.share_type = "enclave", .form = {}, .purpose = "b", .at = day}).error().detail, "purposes");
  EXPECT_EQ(within_use(use, {.share_type = {}, .form = {}, .purpose = {}, .at = day + 1000}).error().reason, "strategy.expired");
}

// An aggregate's columns are fields of the catalog, which nobody has graded yet.
TEST(StrategyUse, WhatMaskingAddsJoinsTheCatalogUngraded) {
  DeskWalk w(&Walk::until_graded);
  w->strategy = w->made<StrategyAdopted>(as(w->officer), w->strategy_form()).strategy;
  ReportMasking form = w->masking_form();
  form.columns = {{"city", "keep", 2, false}, {"count", "aggregate", 2, false}};
  form.run = MaskingRun{};
  form.run->rows_level5 = 4;
  auto masked = w->made<VersionMasked>(node_for(w->officer), form);
  EXPECT_EQ(masked.level5_rows_left_out, 4);
  const CatalogField* count = w.desk.state_.datasets.at(w->dataset.str()).column("count");
  ASSERT_TRUE(count);
  EXPECT_FALSE(count->confirmed);
  EXPECT_EQ(w->why(as(w->manager), ConfirmFields{w->dataset, {{"count", "amount", Category::payment, 3, false, false, "统计数"}}}), "ok");
}

}  // namespace
}  // namespace sluice::space
