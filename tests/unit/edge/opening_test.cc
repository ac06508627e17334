// What a node puts in order when it opens.
#include "tests/unit/edge/api_house.h"

namespace sluice::api {
namespace {

using namespace space;

// A correction that waits for the second person, of a person whose rows were found.
RowCorrectionId open_correction(Walk& w) {
  w.until_graded();
  SubjectId subject = *SubjectId::parse("sb_1001");
  auto request = w.made<SubjectRequestTaken>(node_for(w.pi), TakeSubjectRequest{subject, test_digest(1), "correct", "窗口", {}, {}}).request;
  w.must(node_for(w.manager), VerifySubject{request, VerifiedBy::in_person, "身份证", test_digest(2)});
  w.must(as(w.pi), DecideSubjectRequest{request, true, "同意"});
  w.must(node_for(w.manager), ReportSubjectSearch{request, 1, {{w.dataset, w.version, "person_name", 1}}, 0, 0, {}});
  RowCorrectionId id = RowCorrectionId::make(w.ground.random);
  w.must(node_for(w.manager), ProposeRowCorrection{.correction = id, .request = request, .way = CorrectionWay::office, .version = w.version, .person_column = "person_name",
                                                   .column = "city", .value = test_digest(7), .evidence = "户口簿 3301"});
  return id;
}

TEST(Opening, TheValueOfACorrectionThatIsOverIsErasedAndThatOfAnOpenOneStays) {
  ApiHouse house;
  std::string open = open_correction(*house.walk).str(), over = RowCorrectionId::make(house.ground->random).str();
  auto kept = [&](const std::string& id) { return house.node->registry().get("row-correction", id).has_value(); };
  // A value is kept before its proposal is on record, and erased after its end is: the program may stop in between.
  for (const std::string& id : {open, over}) ASSERT_TRUE(house.node->registry().put("row-correction", id, SecretBytes(to_bytes("欧阳正名氏"))));
  ASSERT_TRUE(kept(over));
  house.open_again();
  EXPECT_FALSE(kept(over));
  EXPECT_TRUE(kept(open));
}

}  // namespace
}  // namespace sluice::api
