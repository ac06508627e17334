// A second look at the columns of one table: what the model makes of the others (all of them, the three on either side, the next
// ones, those whose names begin alike) moves what it makes of each, and so does what it makes of the whole schema and of the
// columns that have the same name in other tables. A note among orders is an order's, a number among prices a price.
//
// The first answers are summed up by place: a category with a level. The new log-odds of a place are a few weights, the same
// for all places, on the logarithms of what the column itself and its company say for that place, plus a weight for every
// share that any place has. The weights are rows of the model (resemblance.h, kind '@'), fitted on first answers for schemas
// that the model had not seen. A place that the model does not have, and a model without such rows, move nothing.
//
// Thread rule: immutable after construction. Deterministic.
#pragma once

#include <array>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "classify/resemblance.h"

namespace sluice::classify {

// The places of a list of types, in the order in which they appear.
class Places {
 public:
  explicit Places(std::span<const rules::TypeRule* const> types);
  size_t size() const { return keys_.size(); }
  size_t of(size_t type) const { return of_type_[type]; }
  const std::string& key(size_t place) const { return keys_[place]; }  // "payment3"
  size_t type_of(size_t place) const { return types_[place]; }  // the first of its types: the rows of the model stand there
  // Log-odds by type → chances by place.
  void shares_of(std::span<const float> scores, std::vector<float>& out) const;

 private:
  std::vector<size_t> of_type_, types_;
  std::vector<std::string> keys_;
};

// What a column and its company say: for each place kToPlace logarithms, and shares and traits that speak to all places.
struct Around {
  static constexpr size_t kToPlace = 8;
  std::vector<float> to_place, to_all;
};
// The marks of the rows: of logarithm `k`, and of each member of `to_all`.
uint32_t place_mark(size_t k);
std::vector<uint32_t> around_marks(const Places& places);
// What a name is without its last word: exec of exec_id and exec_name, 审核人 of 审核人编码; empty when it is one word.
std::string stem_of(std::string_view name);

// Chances by place, summed over some columns.
struct SharesSum {
  std::vector<float> shares;
  size_t columns = 0;
  void add(std::span<const float> more);
  // The mean without one of the columns; `otherwise` where there is no other.
  void mean_without(std::span<const float> one, float otherwise, std::vector<float>& out) const;
};
// Those of a table: each column's, in its order, their sum, and the sums over columns of the same stem.
struct TableShares {
  TableShares(const Places& places, std::span<const std::vector<float>> scores, std::span<const std::string_view> names);
  TableShares(const TableShares&) = delete;
  std::vector<std::vector<float>> columns;
  SharesSum sum;
  std::map<std::string, SharesSum> stems;
  std::vector<const SharesSum*> kin;  // into `stems`, by column; null where the name is one word
};
// Those of a schema: over all its columns, and over those of each name.
class SchemaShares {
 public:
  // Once for every column, the one that is looked at too: look_around takes it out again.
  void add(std::string_view column, std::span<const float> shares);
  const SharesSum& all() const { return all_; }
  const SharesSum* named(std::string_view column) const;

 private:
  SharesSum all_;
  std::unordered_map<std::string, SharesSum> by_name_;
};
struct Surroundings {
  const TableShares& table;
  const SchemaShares& schema;
};
// `k` is the column looked at, `name` its name.
void look_around(const Surroundings& surroundings, size_t k, std::string_view name, const Traits& traits, Around& out);

struct CompanyWeights {
  std::array<float, Around::kToPlace> to_place{};
  std::vector<float> to_all;  // by member of Around::to_all and place
  // Log-odds by place.
  void score(const Around& around, std::vector<float>& out) const;
};

class Company {
 public:
  explicit Company(const Resemblance& resemblance);
  Company(Places places, CompanyWeights weights) : places_(std::move(places)), weights_(std::move(weights)), empty_(false) {}
  bool empty() const { return empty_; }
  const Places& places() const { return places_; }
  // `scores`: the log-odds by type of all columns of a table, in its order, moved in place; `traits` of its readings, `names` of
  // its columns; `schema` has them all.
  void look_again(std::span<std::vector<float>> scores, std::span<const Traits> traits, std::span<const std::string_view> names, const SchemaShares& schema) const;

 private:
  Places places_;
  CompanyWeights weights_;
  bool empty_ = true;
};

}  // namespace sluice::classify
