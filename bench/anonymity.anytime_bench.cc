// 50 M rows × 10 quasi-identifiers, k = 5, 5 % suppression, in anytime mode on one machine: what is found after a minute of search, with
// a proven bound of what is missed, in bounded memory.
//
// The rows are fee lines of 500,000 people: birth, region, insurance, sex, occupation, education, urban and marital status are a
// person's, the diagnosis is one of his three, the kind of visit is mostly the usual one. They are drawn piece by piece and kept as distinct
// tuples with their numbers only, as the search works on them. Without SLUICE_BENCH_LARGE=1 (bench/run.py --large) a tenth of the rows are drawn.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "anonymity/search.h"
#include "anonymity_claims.h"

namespace {

using namespace sluice;
using anonymity::CsvTable;
using table::KeyColumn;

constexpr size_t kWidth = 10;
constexpr size_t kDiagnosis = 2, kVisit = 5;
constexpr uint64_t kPeople = 500'000, kPieceRows = 2'000'000;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

class FeeLines {
 public:
  FeeLines() : people_(bench::Claims::table(kPeople, kWidth)), other_(bench::Claims::table(kPeople, kDiagnosis + 1, 43)), random_(44) {
    auto& diagnoses = people_.columns[kDiagnosis];
    for (uint32_t& code : other_.columns[kDiagnosis].keys.codes) code = diagnoses.texts.code_of(other_.columns[kDiagnosis].texts.text_of(code));
    diagnoses.keys.cardinality = diagnoses.texts.size();
  }

  std::vector<KeyColumn> piece(uint64_t rows) {
    std::vector<KeyColumn> out(kWidth);
    for (size_t c = 0; c < kWidth; c++) {
      out[c].cardinality = people_.columns[c].keys.cardinality;
      out[c].codes.resize(rows);
    }
    for (uint64_t r = 0; r < rows; r++) {
      const uint64_t drawn = random_.next();
      const size_t who = drawn % kPeople, other = (who + drawn % 7 * 71'429) % kPeople;
      for (size_t c = 0; c < kWidth; c++) out[c].codes[r] = people_.columns[c].keys.codes[who];
      if (drawn >> 40 & 3) continue;  // his usual complaint and visit
      if (drawn >> 42 & 1) out[kDiagnosis].codes[r] = other_.columns[kDiagnosis].keys.codes[(who + (drawn >> 43 & 1)) % kPeople];
      if (drawn >> 44 & 1) out[kVisit].codes[r] = people_.columns[kVisit].keys.codes[other];
    }
    return out;
  }
  // The columns without rows.
  CsvTable names() && {
    for (auto& column : people_.columns) column.keys.codes = {};
    people_.rows = 0;
    return std::move(people_);
  }

 private:
  CsvTable people_, other_;
  SeededRandom random_;
};

// Pieces as distinct tuples; never many more in memory than two times the tuples and one piece.
class DistinctTuples {
 public:
  Status add(const std::vector<KeyColumn>& piece) {
    anonymity::Tuples one = TRY(collapsed(piece));
    for (size_t c = 0; c < kWidth; c++) {
      columns_[c].cardinality = one.columns[c].cardinality;
      columns_[c].codes.insert(columns_[c].codes.end(), one.columns[c].codes.begin(), one.columns[c].codes.end());
    }
    weights_.insert(weights_.end(), one.weights.begin(), one.weights.end());
    rows_ += one.rows;
    return weights_.size() > 2 * settled_ + kPieceRows ? settle() : Status{};
  }
  Status settle() {
    anonymity::Tuples all = TRY(collapsed(columns_));
    std::vector<uint32_t> weights(all.size());
    for (size_t t = 0; t < weights_.size(); t++) weights[all.tuple_of_row[t]] += weights_[t];
    columns_ = std::move(all.columns);
    weights_ = std::move(weights);
    settled_ = weights_.size();
    return {};
  }
  Result<anonymity::Problem> problem(CsvTable table) && {
    TRY(settle());
    anonymity::ProblemInput input;
    input.hierarchies = bench::Claims::hierarchies();
    table.rows = weights_.size();
    for (size_t c = 0; c < kWidth; c++) {
      table.columns[c].keys = std::move(columns_[c]);
      input.quasi.push_back(table.columns[c].name);
    }
    anonymity::Problem out = TRY(make_problem(table, input));
    out.tuples.tuple_of_row = {};
    out.tuples.weights = std::move(weights_);  // the tuples are distinct and in their order
    out.tuples.rows = rows_;
    return out;
  }

 private:
  static Result<anonymity::Tuples> collapsed(const std::vector<KeyColumn>& columns) {
    std::vector<const KeyColumn*> keys;
    for (const auto& c : columns) keys.push_back(&c);
    return anonymity::collapse(keys);
  }
  std::vector<KeyColumn> columns_ = std::vector<KeyColumn>(kWidth);
  std::vector<uint32_t> weights_;
  size_t settled_ = 0;
  uint64_t rows_ = 0;
};

int fail_with(const Error& error) {
  std::fprintf(stderr, "%s\n", std::string(error.reason).c_str());
  return 1;
}

}  // namespace

int main() {
  const char* large = std::getenv("SLUICE_BENCH_LARGE");
  const uint64_t rows = large && *large == '1' ? 50'000'000 : 5'000'000;
  FeeLines lines;
  DistinctTuples tuples;
  auto start = std::chrono::steady_clock::now();
  for (uint64_t done = 0; done < rows; done += kPieceRows)
    if (auto added = tuples.add(lines.piece(std::min(kPieceRows, rows - done))); !added) return fail_with(added.error());
  auto problem = std::move(tuples).problem(std::move(lines).names());
  if (!problem) return fail_with(problem.error());
  const double prepared = seconds_since(start);
  anonymity::SearchOptions options;
  options.suppression = 0.05;
  options.seconds_max = 60;
  options.bytes_max = size_t{4} << 30;
  start = std::chrono::steady_clock::now();
  auto found = search(*problem, options);
  const double took = seconds_since(start);
  if (!found) return fail_with(found.error());
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  std::printf("{\"name\":\"anytime search %lluM x 10, 5 %%\",\"ours\":%.1f,\"peer\":0,\"unit\":\"s\",\"ratio\":0,\"goal\":\"ends\",\"floor\":\"ends\",\"note\":\"score %.6f, "
              "bound %.6f, %s, %llu partitions for %llu nodes, %llu distinct tuples (drawn and collapsed in %.1f s), %.1f GiB at most\"}\n",
              static_cast<unsigned long long>(rows / 1'000'000), took, found->score, found->lower_bound, found->optimal ? "optimal" : "not proven",
              static_cast<unsigned long long>(found->nodes), static_cast<unsigned long long>(found->lattice),
              static_cast<unsigned long long>(problem->tuples.size()), prepared, static_cast<double>(usage.ru_maxrss) / (1 << 20));
  return 0;
}
