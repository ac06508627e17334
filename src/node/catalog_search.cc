// Search over the catalog in the three ways that people type: 出生日期, chushengriqi or csrq, birth or brdy.
#include <algorithm>

#include "node/inventory_view.h"
#include "space/catalog/protection.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr size_t kQueryBytesMax = 200;

// Lower case, without what people put between words.
std::string folded(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == ' ' || c == '_' || c == '-' || c == '\'' || c == '.' || c == '\t') continue;
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  return out;
}

// Single characters that the pack does not know are left out, so that the rest can still be found.
std::vector<std::vector<std::string>> readings_of(const classify::Pinyin& pinyin, const std::string& text) {
  auto whole = pinyin.readings(text);
  if (!whole.empty()) return whole;
  std::vector<std::string> rest;
  for (size_t i = 0; i < text.size();) {
    auto lead = static_cast<unsigned char>(text[i]);
    size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    auto one = pinyin.readings(std::string_view(text).substr(i, length));
    if (!one.empty()) rest.insert(rest.end(), one.front().begin(), one.front().end());
    i += length;
  }
  return rest.empty() ? std::vector<std::vector<std::string>>{} : std::vector<std::vector<std::string>>{rest};
}

struct Match {
  int score = 0;  // 0: none
  const char* by = "";
};

int place_score(std::string_view text, std::string_view query, int most) {
  size_t at = text.find(query);
  if (at == std::string_view::npos) return 0;
  return text.size() == query.size() ? most : at == 0 ? most - 10 : most - 20;
}

class Query {
 public:
  Query(const classify::Pinyin& pinyin, std::string_view text) : pinyin_(pinyin), text_(folded(text.substr(0, kQueryBytesMax))) {
    latin_ = std::all_of(text_.begin(), text_.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  }
  bool empty() const { return text_.empty(); }

  Match name(std::string_view text) const { return {place_score(folded(text), text_, 100), "name"}; }
  Match title(const std::string& text) const {
    if (text.empty()) return {};
    Match best{place_score(folded(text), text_, 95), latin_ ? "en" : "zh"};
    if (!latin_ || text_.size() < 2) return best;
    for (const auto& syllables : readings_of(pinyin_, text)) better(best, spelled(syllables));
    return best;
  }
  static void better(Match& best, const Match& other) {
    if (other.score > best.score) best = other;
  }

 private:
  // From the beginning of a syllable on; initials are taken only where they are at least two.
  Match spelled(const std::vector<std::string>& syllables) const {
    std::string initials;
    for (const std::string& s : syllables) initials += s.substr(0, 1);
    Match best;
    std::string rest;
    for (size_t i = syllables.size(); i-- > 0;) {
      rest = folded(syllables[i]) + rest;
      if (rest.starts_with(text_)) better(best, {i == 0 ? (rest.size() == text_.size() ? 85 : 75) : 65, "pinyin"});
    }
    better(best, {place_score(folded(initials), text_, 70), "initials"});
    return best;
  }

  const classify::Pinyin& pinyin_;
  std::string text_;
  bool latin_ = false;
};

struct Found {
  Json json;
  int score = 0;
  int64_t uses = 0;
  std::string order;
};

std::map<std::string, int64_t> uses_of(const State& s) {
  std::map<std::string, int64_t> out;
  for (const auto& [id, r] : s.releases) {
    if (r.status == ReleaseStatus::failed || r.status == ReleaseStatus::prepared) continue;
    out[r.dataset.str()]++;
    for (const std::string& column : r.columns) out[r.dataset.str() + ":" + column]++;
  }
  for (const auto& [id, o] : s.operations) {
    if (o.status != OperationStatus::done) continue;
    out[o.dataset.str()]++;
    for (const std::string& column : o.columns) out[o.dataset.str() + ":" + column]++;
  }
  return out;
}

}  // namespace

Json search_catalog(const View& view, const rules::RuleSet& rules, const classify::Pinyin& pinyin, std::string_view text, size_t limit) {
  Query query(pinyin, text);
  std::vector<Found> found;
  auto uses = uses_of(view.state);
  auto keep = [&](Match match, int64_t used, std::string order, Json json) {
    json.set("matched", match.by).set("score", match.score).set("uses", used);
    found.push_back({std::move(json), match.score, used, std::move(order)});
  };
  for (const auto& [id, d] : view.state.datasets) {
    if (query.empty() || !(view.owns(d.owner) || view.sees_all())) continue;
    std::string dataset_title = d.title.empty() ? d.name : d.title;
    Match whole = query.name(d.name);
    Query::better(whole, query.title(d.title));
    if (whole.score > 0)
      keep(whole, uses[id], id, Json::object({{"kind", "dataset"}, {"id", id}, {"dataset", id}, {"column", ""}, {"title", dataset_title}, {"dataset_title", dataset_title},
                                              {"type_zh", ""}, {"category", "none"}, {"level", 0}}));
    for (const CatalogField& f : d.columns) {
      const rules::TypeRule* type = rules.type(f.confirmed ? f.type : f.proposal ? f.proposal->type : "");
      Match match = query.name(f.column);
      Query::better(match, query.title(f.title));
      if (type) {
        for (const std::string* words : {&type->zh, &type->en}) {
          Match by_type = query.title(*words);
          by_type.score -= by_type.score > 0 ? 30 : 0;
          Query::better(match, by_type);
        }
      }
      if (match.score <= 0) continue;
      FieldGrade grade = grade_of(f, view.now);
      keep(match, uses[id + ":" + f.column], id + f.column,
           Json::object({{"kind", "field"}, {"id", id + ":" + f.column}, {"dataset", id}, {"column", f.column}, {"title", f.title.empty() ? f.column : f.title},
                         {"dataset_title", dataset_title}, {"type_zh", type ? type->zh : ""}, {"category", name_of(grade.category)}, {"level", grade.level}}));
    }
  }
  for (const auto& [id, item] : view.state.items) {
    if (query.empty() || item.ended_ms > 0 || !(view.owns(item.party) || view.sees_all())) continue;
    Match match = query.title(item.facts.title);
    if (match.score <= 0) continue;
    const rules::TypeRule* type = rules.type(item.grade ? item.grade->type : "");
    keep(match, 0, id, Json::object({{"kind", "item"}, {"id", id}, {"dataset", ""}, {"column", ""}, {"title", item.facts.title}, {"dataset_title", item.facts.place},
                                     {"type_zh", type ? type->zh : ""}, {"category", name_of(item.grade ? item.grade->category : Category::none)},
                                     {"level", item.grade ? item.grade->level : 5}}));
  }
  std::sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
    return a.score != b.score ? a.score > b.score : a.uses != b.uses ? a.uses > b.uses : a.order < b.order;
  });
  Json items = Json::array();
  for (size_t i = 0; i < found.size() && i < limit; i++) items.push(std::move(found[i].json));
  return Json::object({{"items", std::move(items)}, {"total", found.size()}});
}

}  // namespace sluice::node
