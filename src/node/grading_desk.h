// The grading desk: what people who grade fields look at and do (docs/formats/grading-api.md): review queue, list, worksheet, levels,
// rule changes. Answers are the API's JSON. It keeps the classification reports that it read last, which never change, and the list that was asked for
// last, so that turning its pages does not make it again.
// Thread-safe.
#pragma once

#include <list>

#include "node/classification_report.h"
#include "node/graded_rows.h"
#include "node/inventory_view.h"

namespace sluice::node {

struct ReviewAsk {
  std::string dataset, why;
  size_t limit = 50, after = 0;
};

namespace grading_detail {
template <class T>
struct Flat {
  using type = Result<T>;
};
template <class T>
struct Flat<Result<T>> {
  using type = Result<T>;
};
}  // namespace grading_detail

class GradingDesk {
 public:
  explicit GradingDesk(Node& node) : node_(node) {}

  // {items, next (position or null), total, counts}
  Result<Json> review(const space::Principal& by, const ReviewAsk& ask);
  Result<Json> suggestions(const space::Principal& by);

  Result<std::vector<GradedRow>> rows(const space::Principal& by, const ListFilter& filter);
  // Rows `from` on, at most `limit`; the rest of the answer is of all rows that pass.
  struct ListPage {
    std::vector<GradedRow> items;
    size_t total = 0;
    Completeness completeness;
  };
  Result<ListPage> page(const space::Principal& by, const ListFilter& filter, size_t from, size_t limit);
  Result<Json> worksheet(const space::Principal& by);
  Result<Json> profile(const space::Principal& by, const std::string& dataset);
  Result<Json> level(const space::Principal& by, const Json& ask);
  Result<Json> lineage(const space::Principal& by, const std::string& version);

  // Issues the list as it is now; {list object}.
  Result<Json> issue_list(const space::Principal& by, const std::string& note);
  Result<Json> lists(const space::Principal& by);
  Result<Json> one_list(const space::Principal& by, const std::string& id);
  Result<std::vector<GradedRow>> rows_of_list(const space::Principal& by, const std::string& id);
  Result<Json> difference(const space::Principal& by, const std::string& id, const std::string& against);

  Result<Json> changes(const space::Principal& by);
  Result<Json> one_change(const space::Principal& by, const std::string& id);
  // "rules.*" of loading when the packs do not make a whole set.
  Result<space::RuleChangeId> propose_rules(const space::Principal& by, const std::string& title, const std::string& reason, const Json& packs);
  // Every classified dataset of the party with both packs; for the party's data managers and security officers.
  Result<Json> assess_rules(const space::Principal& by, const std::string& id, const ProgressFn& progress);
  Result<Json> lowerings(const space::Principal& by);

  // Business processes with the level of each node, as JSON and as SVG; the catalog by Chinese, pinyin and English (inventory_view.h).
  Result<Json> process(const space::Principal& by, const std::string& id);
  Result<std::string> process_picture(const space::Principal& by, const std::string& id, policy::Language language);
  Result<Json> search(const space::Principal& by, const std::string& text, size_t limit);

  // Measures combinations of quasi-identifiers on a version; `quasi` empty: those that the catalog knows.
  Result<Json> associate(const space::Principal& by, const space::VersionId& version, std::vector<std::string> quasi, int64_t size, const ProgressFn& progress);

 private:
  // The whole list that a viewer sees; made anew when the state, the rules or the minute have moved on.
  struct KeptList {
    space::PartyId party;
    bool all = false;
    uint64_t published = 0;  // Space::published()
    Digest rules{};
    TimeMs minute = 0;
    std::shared_ptr<const std::vector<GradedRow>> rows;
  };
  Result<std::shared_ptr<const std::vector<GradedRow>>> whole_list(const space::Principal& by);
  std::shared_ptr<const ClassificationReport> report(const std::optional<Digest>& digest);
  Result<std::shared_ptr<const rules::RuleSet>> rules_for(const space::Principal& by);
  template <class F>
  auto viewed(const space::Principal& by, F&& f) -> typename grading_detail::Flat<decltype(f(std::declval<const View&>()))>::type;

  Node& node_;
  std::mutex mutex_;
  std::list<std::pair<Digest, std::shared_ptr<const ClassificationReport>>> reports_;
  KeptList list_;
  std::pair<Digest, std::shared_ptr<const classify::Pinyin>> pinyin_{};  // of the rules that were asked for last
};

}  // namespace sluice::node
