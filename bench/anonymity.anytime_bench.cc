// 50 M rows × 10 quasi-identifiers, k = 5, 5 % suppression, in anytime mode: what is found after two minutes of search, with a proven
// bound of what is missed, in bounded memory. ROWS in the environment takes another number of rows. Needs about 16 GiB.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "anonymity/search.h"
#include "anonymity_claims.h"

int main() {
  using namespace sluice;
  using namespace sluice::anonymity;
  const char* asked = std::getenv("ROWS");
  uint64_t rows = asked ? std::strtoull(asked, nullptr, 10) : 50'000'000;
  CsvTable table = bench::Claims::table(rows, 10);
  ProblemInput input;
  input.quasi = table.header;
  input.hierarchies = bench::Claims::hierarchies();
  auto start = std::chrono::steady_clock::now();
  auto problem = make_problem(table, input);
  if (!problem) return 1;
  for (auto& column : table.columns) column.keys.codes = {};
  SearchOptions options;
  options.suppression = 0.05;
  options.seconds_max = 120;
  auto found = search(*problem, options);
  double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (!found) {
    std::fprintf(stderr, "%s\n", std::string(found.error().reason).c_str());
    return 1;
  }
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  std::printf("{\"name\":\"anytime search %lluM x 10, 5 %%\",\"ours\":%.1f,\"peer\":0,\"unit\":\"s\",\"ratio\":0,\"goal\":\"ends\",\"floor\":\"ends\",\"note\":\"score %.6f, bound %.6f, %s, "
              "%llu partitions for %llu nodes, %llu distinct tuples, %.1f GiB\"}\n",
              static_cast<unsigned long long>(rows / 1'000'000), took, found->score, found->lower_bound, found->optimal ? "optimal" : "not proven",
              static_cast<unsigned long long>(found->nodes), static_cast<unsigned long long>(found->lattice),
              static_cast<unsigned long long>(problem->tuples.size()), static_cast<double>(usage.ru_maxrss) / (1 << 20));
  return 0;
}
