// A search for a person's rows, whatever there is to search: thousands of versions portion by portion, and nothing at all.
#include <set>

#include "tests/unit/space/walk.h"

namespace sluice::space {
namespace {

SubjectId searched_for() { return *SubjectId::parse("sb_1001"); }

SubjectRequestId request_to_search(DeskWalk& w, std::string what, DatasetId dataset = {}) {
  auto request = w->made<SubjectRequestTaken>(node_for(w->pi), TakeSubjectRequest{searched_for(), test_digest(1), std::move(what), "窗口", dataset, {}}).request;
  w->must(node_for(w->manager), VerifySubject{request, VerifiedBy::in_person, "身份证", test_digest(2)});
  w->must(as(w->pi), DecideSubjectRequest{request, true, "同意"});
  return request;
}

TEST(SubjectSearch, LooksThroughAnyNumberOfVersionsPortionByPortion) {
  DeskWalk w(&Walk::until_graded);
  SeededRandom random(7);
  DatasetVersion one = w.desk.state_.versions.at(w->version.str());
  std::set<std::string> all{w->version.str()}, gone;
  for (int i = 0; i < 1000; i++) {
    one.id = VersionId::make(random);
    w.desk.state_.versions[one.id.str()] = one;
    if (i % 4 == 0) {
      w.desk.state_.destroyed[one.id.str()].whole = true;
      gone.insert(one.id.str());
    } else {
      all.insert(one.id.str());
    }
  }
  auto request = request_to_search(w, "delete");
  std::set<std::string> granted, places, told;
  std::optional<std::string> after;
  int portions = 0;
  do {
    auto events = w->must(node_for(w->manager), StartSubjectSearch{request, after});
    const auto* started = events.at(0).get_if<SubjectSearchStarted>();
    EXPECT_EQ(started->after, after);
    EXPECT_LE(events.size(), 160u);
    for (const Event& event : events) {
      const auto* keys = event.get_if<KeysGranted>();
      if (keys) {
        EXPECT_TRUE(places.insert(keys->version.str() + keys->columns.front()).second) << "each once";
        granted.insert(keys->version.str());
      }
    }
    for (const NotSearched& n : started->not_searched.value_or(std::vector<NotSearched>()))
      if (n.reason == "law.search_destroyed") told.insert(n.version.str());
    after = started->rest;
    portions++;
  } while (after && portions < 50);
  EXPECT_GT(portions, 4);
  for (const std::string& id : all) EXPECT_TRUE(granted.contains(id)) << id;
  EXPECT_EQ(told, gone);
}

TEST(SubjectSearch, IsReportedInSeveralEntriesAndCountsWhenTheLastOneIsThere) {
  DeskWalk w(&Walk::until_graded);
  auto request = request_to_search(w, "held");
  auto places = [&](size_t n) { return std::vector<FoundRows>(n, FoundRows{w->dataset, w->version, "person_name", 1}); };
  auto shown = [&]() -> const SubjectRequest& { return w.desk.state_.subject_requests.at(request.str()); };
  ReportSubjectSearch part{request, 500, places(kSearchReportMax), 0, 0, {{w->dataset, w->version, SearchedIn::masked, "law.search_masked"}}};
  part.more = true;
  w->must(node_for(w->manager), part);
  EXPECT_FALSE(shown().searched_ms) << "more comes";
  EXPECT_EQ(reported_places(shown()), static_cast<int64_t>(kSearchReportMax) + 1);
  ReportSubjectSearch rest{request, 500, places(3), 0, 0, {}};
  rest.follows = 5;
  EXPECT_EQ(w->why(node_for(w->manager), rest), "law.search_overtaken") << "another search came between";
  rest.follows = reported_places(shown());
  w->must(node_for(w->manager), rest);
  EXPECT_TRUE(shown().searched_ms);
  EXPECT_EQ(shown().found.size(), kSearchReportMax + 3);
  EXPECT_EQ(shown().not_searched->size(), 1u);
  EXPECT_EQ(w->why(node_for(w->manager), rest), "law.search_overtaken") << "it is whole";
  EXPECT_EQ(w->why(node_for(w->manager), ReportSubjectSearch{request, 1, places(kSearchReportMax + 1), 0, 0, {}}), "law.too_many_versions");
  w->must(node_for(w->manager), ReportSubjectSearch{request, 1, places(1), 0, 0, {}});
  EXPECT_EQ(shown().found.size(), 1u) << "a search anew begins anew";
}

TEST(SubjectSearch, WhereNothingNamesPeopleTheRequestIsAnsweredAllTheSame) {
  DeskWalk w(&Walk::until_graded);
  auto request = request_to_search(w, "delete", w->dataset);
  Dataset& dataset = w.desk.state_.datasets.at(w->dataset.str());
  dataset.columns.front().confirmed = false;
  for (CatalogField& field : dataset.columns) field.identifying = false;
  EXPECT_EQ(w->why(node_for(w->manager), StartSubjectSearch{request}), "law.nothing_to_search") << "somebody has to say first what the columns are";
  dataset.columns.front().confirmed = true;
  auto events = w->must(node_for(w->manager), StartSubjectSearch{request});
  ASSERT_EQ(events.size(), 1u) << "no key is granted";
  w->must(node_for(w->manager), ReportSubjectSearch{request, 0, {}, 0, 0, *events.at(0).get_if<SubjectSearchStarted>()->not_searched});
  w->must(node_for(w->manager), AnswerSubjectRequest{request, test_digest(5), "未持有", {}});
}

}  // namespace
}  // namespace sluice::space
