#include "classify/company.h"

#include <algorithm>
#include <cmath>

#include "classify/tokens.h"

namespace sluice::classify {

namespace {

constexpr float kLeastOwn = 1e-4f, kLeastAround = 0.05f;
constexpr size_t kNear = 3, kNameMax = 96;
// Logarithms are taken this much smaller, so that their weights fill the signed bytes in which the model is kept.
constexpr float kLogScale = 0.25f;

float scaled_log(float share, float least) { return kLogScale * std::log(share + least); }

}  // namespace

Places::Places(std::span<const rules::TypeRule* const> types) {
  for (const rules::TypeRule* type : types) {
    std::string key = type ? type->category + std::to_string(type->level) : std::string();
    auto at = std::find(keys_.begin(), keys_.end(), key);
    of_type_.push_back(static_cast<size_t>(at - keys_.begin()));
    if (at != keys_.end()) continue;
    keys_.push_back(std::move(key));
    types_.push_back(of_type_.size() - 1);
  }
}

void Places::shares_of(std::span<const float> scores, std::vector<float>& out) const {
  out.assign(size(), 0);
  float most = *std::max_element(scores.begin(), scores.end()), total = 0;
  for (size_t t = 0; t < scores.size(); t++) {
    float share = std::exp(scores[t] - most);
    out[of_type_[t]] += share;
    total += share;
  }
  for (float& share : out) share /= total;
}

uint32_t place_mark(size_t k) { return mark_of('@', "log", std::to_string(k)); }

std::vector<uint32_t> around_marks(const Places& places) {
  std::vector<uint32_t> out;
  for (std::string_view of : {"table", "near", "own", "schema", "namesakes", "kin"})
    for (size_t p = 0; p < places.size(); p++) out.push_back(mark_of('@', of, places.key(p)));
  for (std::string_view feature : kFeatureNames) out.push_back(mark_of('@', "trait", feature));
  return out;
}

std::string stem_of(std::string_view name) {
  auto words = tokens_of(name.substr(0, kNameMax));
  // Of Chinese the last two characters go: 编码, 名称, 时间.
  bool wide = !words.empty() && static_cast<uint8_t>(words.back()[0]) >= 0x80;
  size_t last = wide ? 2 : 1;
  return words.size() < 2 * last ? std::string() : phrase_key(words, 0, words.size() - last);
}

void SharesSum::add(std::span<const float> more) {
  shares.resize(more.size(), 0);
  for (size_t p = 0; p < more.size(); p++) shares[p] += more[p];
  columns++;
}

void SharesSum::mean_without(std::span<const float> one, float otherwise, std::vector<float>& out) const {
  out.assign(one.size(), otherwise);
  for (size_t p = 0; p < one.size() && columns > 1; p++) out[p] = std::max(shares[p] - one[p], 0.0f) / static_cast<float>(columns - 1);
}

TableShares::TableShares(const Places& places, std::span<const std::vector<float>> scores, std::span<const std::string_view> names) : columns(scores.size()) {
  for (size_t k = 0; k < scores.size(); k++) {
    places.shares_of(scores[k], columns[k]);
    sum.add(columns[k]);
    auto stem = stem_of(names[k]);
    SharesSum* of_stem = stem.empty() ? nullptr : &stems[stem];
    if (of_stem) of_stem->add(columns[k]);
    kin.push_back(of_stem);
  }
}

void SchemaShares::add(std::string_view column, std::span<const float> shares) {
  all_.add(shares);
  by_name_[std::string(column.substr(0, kNameMax))].add(shares);
}

const SharesSum* SchemaShares::named(std::string_view column) const {
  auto at = by_name_.find(std::string(column.substr(0, kNameMax)));
  return at == by_name_.end() ? nullptr : &at->second;
}

void look_around(const Surroundings& surroundings, size_t k, std::string_view name, const Traits& traits, Around& out) {
  const auto& shares = surroundings.table.columns;
  const std::vector<float>& own = shares[k];
  size_t places = own.size(), columns = shares.size();
  auto even = 1 / static_cast<float>(places);
  std::vector<float> near(places, columns == 1 ? even : 0);
  size_t from = k > kNear ? k - kNear : 0, to = std::min(columns, k + kNear + 1);
  for (size_t i = from; i < to; i++)
    for (size_t p = 0; p < places && i != k; p++) near[p] += shares[i][p] / static_cast<float>(to - from - 1);
  std::vector<float> table, schema, namesakes(places, even), kin(places, even);
  surroundings.table.sum.mean_without(own, even, table);
  surroundings.schema.all().mean_without(own, even, schema);
  if (const SharesSum* same = surroundings.schema.named(name)) same->mean_without(own, even, namesakes);
  if (const SharesSum* same = surroundings.table.kin[k]) same->mean_without(own, even, kin);
  out.to_place.resize(places * Around::kToPlace);
  for (size_t p = 0; p < places; p++) {
    float* to_place = &out.to_place[p * Around::kToPlace];
    to_place[0] = scaled_log(own[p], kLeastOwn);
    to_place[1] = scaled_log(table[p], kLeastAround);
    to_place[2] = scaled_log(k > 0 ? shares[k - 1][p] : even, kLeastAround);
    to_place[3] = scaled_log(k + 1 < columns ? shares[k + 1][p] : even, kLeastAround);
    to_place[4] = scaled_log(near[p], kLeastAround);
    to_place[5] = scaled_log(schema[p], kLeastAround);
    to_place[6] = scaled_log(namesakes[p], kLeastAround);
    to_place[7] = scaled_log(kin[p], kLeastAround);
  }
  out.to_all.clear();
  std::array<std::span<const float>, 6> companies{table, near, own, schema, namesakes, kin};
  for (auto company : companies) out.to_all.insert(out.to_all.end(), company.begin(), company.end());
  for (double trait : features_of(traits)) out.to_all.push_back(static_cast<float>(trait));
}

void CompanyWeights::score(const Around& around, std::vector<float>& out) const {
  size_t places = out.size();
  for (size_t p = 0; p < places; p++) {
    out[p] = 0;
    for (size_t i = 0; i < to_place.size(); i++) out[p] += to_place[i] * around.to_place[p * to_place.size() + i];
  }
  for (size_t i = 0; i < around.to_all.size(); i++)
    if (float share = around.to_all[i]; share != 0)
      for (size_t p = 0; p < places; p++) out[p] += share * to_all[i * places + p];
}

Company::Company(const Resemblance& resemblance) : places_(resemblance.types()) {
  if (resemblance.empty()) return;
  for (size_t k = 0; k < weights_.to_place.size(); k++) {
    weights_.to_place[k] = resemblance.says(place_mark(k), 0);
    empty_ = empty_ && weights_.to_place[k] == 0;
  }
  auto marks = around_marks(places_);
  weights_.to_all.assign(marks.size() * places_.size(), 0);
  for (size_t i = 0; i < marks.size(); i++)
    for (size_t p = 0; p < places_.size(); p++) weights_.to_all[i * places_.size() + p] = resemblance.says(marks[i], places_.type_of(p));
}

void Company::look_again(std::span<std::vector<float>> scores, std::span<const Traits> traits, std::span<const std::string_view> names, const SchemaShares& schema) const {
  if (empty_) return;
  TableShares shares(places_, scores, names);
  Around around;
  std::vector<float> moved(places_.size());
  for (size_t k = 0; k < scores.size(); k++) {
    look_around({shares, schema}, k, names[k], traits[k], around);
    weights_.score(around, moved);
    for (size_t p = 0; p < places_.size(); p++) moved[p] -= std::log(std::max(shares.columns[k][p], kLeastOwn));
    // The best stays as far above nothing as it was: what values say is added to the same scale.
    float before = *std::max_element(scores[k].begin(), scores[k].end());
    for (size_t t = 0; t < scores[k].size(); t++) scores[k][t] += moved[places_.of(t)];
    float after = *std::max_element(scores[k].begin(), scores[k].end());
    for (float& score : scores[k]) score += before - after;
  }
}

}  // namespace sluice::classify
