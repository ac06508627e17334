#include "recheck/aggregate.h"

#include <algorithm>
#include <map>
#include <set>

#include "recheck/rows.h"

namespace sluice::recheck {

namespace {

__extension__ using Millionths = __int128;

constexpr Millionths kOne = 1'000'000;
constexpr std::string_view kTotal = "(total)";

struct Line {
  std::vector<std::string> at, numbers;
  bool hidden = false;
};

struct AggregateFile {
  std::vector<std::string> header;
  size_t groups = 0;  // columns before `count`
  std::vector<Line> lines;
};

// A decimal in millionths; false when it is none.
bool read_sum(const std::string& text, Millionths& value) {
  bool negative = text.starts_with('-');
  size_t digits_after = 0, digits = 0;
  bool point = false;
  value = 0;
  for (char c : std::string_view(text).substr(negative)) {
    if (c == '.' && !point) {
      point = true;
    } else if (c >= '0' && c <= '9' && digits < 30) {
      value = value * 10 + (c - '0');
      digits++;
      digits_after += point;
    } else {
      return false;
    }
  }
  for (; digits_after < 6; digits_after++) value *= 10;
  if (negative) value = -value;
  return digits > 0;
}

Result<AggregateFile> read_aggregate(const std::string& path) {
  AggregateFile out;
  auto begin = [&](const std::vector<std::string>& header) -> Status {
    out.header = header;
    auto count = std::find(header.begin(), header.end(), "count");
    if (count == header.begin() || count == header.end() || header.back() != "suppressed") return fail(Errc::invalid, "recheck.no_such_column", "count, suppressed");
    out.groups = static_cast<size_t>(count - header.begin());
    return {};
  };
  TRY(read_written_rows(path, begin, [&](std::span<const std::string_view> cells) {
    Line line;
    for (size_t c = 0; c + 1 < cells.size(); c++) (c < out.groups ? line.at : line.numbers).emplace_back(cells[c]);
    line.hidden = cells.back() == "1";
    out.lines.push_back(std::move(line));
  }));
  return out;
}

// The lines of one relation: equal but in one group column.
struct Relation {
  std::vector<const Line*> cells;
  const Line* total = nullptr;
  uint64_t twice = 0;  // lines of a cell that has one already
};

struct RelationTally {
  uint64_t relations = 0, single_hidden = 0, narrow = 0, unequal = 0, without_total = 0, cells_twice = 0;
};

// By the column's total alone the hidden counts, each 1 or more, have so much to share between them; less than the threshold bounds them too narrowly.
bool bounds_narrowly(const Relation& relation, Millionths threshold) {
  Millionths left = 0, one = 0;
  if (!read_sum(relation.total->numbers[0], left)) return true;
  for (const Line* l : relation.cells) {
    if (!l->hidden && !read_sum(l->numbers[0], one)) return true;
    left -= l->hidden ? kOne : one;
  }
  return left < threshold * kOne;
}

void judge_relation(const AggregateFile& file, const Relation& relation, uint64_t threshold, RelationTally& tally) {
  tally.relations++;
  tally.cells_twice += relation.twice;
  if (!relation.total) {
    tally.without_total++;
    return;
  }
  auto hidden = static_cast<size_t>(std::count_if(relation.cells.begin(), relation.cells.end(), [](const Line* l) { return l->hidden; })) + relation.total->hidden;
  tally.single_hidden += hidden == 1;
  tally.narrow += hidden > 1 && !relation.total->hidden && bounds_narrowly(relation, threshold);
  if (hidden > 0) return;
  for (size_t n = 0; n < relation.total->numbers.size(); n++) {
    if (file.header[file.groups + n].starts_with("mean_")) continue;
    Millionths total = 0, sum = 0, one = 0;
    bool fine = read_sum(relation.total->numbers[n], total);
    for (const Line* l : relation.cells) {
      fine = fine && read_sum(l->numbers[n], one);
      sum += one;
    }
    if (!fine || sum != total) {
      tally.unequal++;
      return;
    }
  }
}

std::vector<std::string> columns_of_rule(const ClaimedAggregate& rule) {
  std::vector<std::string> out = rule.by;
  out.emplace_back("count");
  for (const auto& name : rule.sums) out.push_back("sum_" + name);
  for (const auto& name : rule.means) out.push_back("mean_" + name);
  out.emplace_back("suppressed");
  return out;
}

// Sum and mean beside each other tell how many rows have a value: certainly fewer than the threshold? The mean is rounded to its sixth place.
bool tells_too_few(const std::string& sum, const std::string& mean, uint64_t threshold) {
  Millionths total = 0, middle = 0;
  if (!read_sum(sum, total) || !read_sum(mean, middle)) return false;
  const Millionths least = (middle < 0 ? -middle : middle) * 2 - 1;  // twice the smallest that the mean can be
  return least > 0 && (total < 0 ? -total : total) * 2 < least * static_cast<Millionths>(threshold);
}

void judge_threshold(const AggregateFile& file, const ClaimedAggregate& rule, Report& out) {
  const std::string wanted = "threshold " + std::to_string(rule.threshold);
  uint64_t small = 0;
  Millionths count = 0;
  for (const Line& line : file.lines)
    small += !line.hidden && (!read_sum(line.numbers[0], count) || count < static_cast<Millionths>(rule.threshold) * kOne);
  out.add({"threshold", "", small ? Outcome::broken : Outcome::ok, small, small ? "cells of fewer rows stand open; " + wanted : wanted});
  if (rule.contributor) out.add({"threshold", "", Outcome::not_checkable, 0, "whose rows they are is not in the file"});
  if (rule.dominance) out.add({"dominance", "", Outcome::not_checkable, 0, "what each gave is not in the file"});
  for (size_t s = 0; s < rule.sums.size(); s++) {
    auto mean = std::find(rule.means.begin(), rule.means.end(), rule.sums[s]);
    if (mean == rule.means.end()) continue;
    const size_t at_sum = 1 + s, at_mean = 1 + rule.sums.size() + static_cast<size_t>(mean - rule.means.begin());
    auto few = static_cast<uint64_t>(
        std::count_if(file.lines.begin(), file.lines.end(), [&](const Line& l) { return !l.hidden && tells_too_few(l.numbers[at_sum], l.numbers[at_mean], rule.threshold); }));
    out.add({"threshold", rule.sums[s], few ? Outcome::broken : Outcome::ok, few, few ? "cells in which fewer have a value stand open" : "values by sum and mean"});
  }
  for (const auto* list : {&rule.sums, &rule.means})
    for (const auto& name : *list) {
      const auto& other = list == &rule.sums ? rule.means : rule.sums;
      if (std::find(other.begin(), other.end(), name) == other.end()) out.add({"threshold", name, Outcome::not_checkable, 0, "how many rows have a value is not in the file"});
    }
}

RelationTally judge_relations(const AggregateFile& file, uint64_t threshold) {
  std::map<std::pair<size_t, std::vector<std::string>>, Relation> relations;
  std::set<std::vector<std::string>> places;
  for (const Line& line : file.lines) {
    const bool again = !places.insert(line.at).second;
    for (size_t g = 0; g < file.groups; g++) {
      std::vector<std::string> others = line.at;
      others[g].clear();
      Relation& relation = relations[{g, others}];
      relation.twice += again;
      if (line.at[g] == kTotal) {
        relation.total = &line;
      } else {
        relation.cells.push_back(&line);
      }
    }
  }
  RelationTally tally;
  for (const auto& [at, relation] : relations) judge_relation(file, relation, threshold, tally);
  return tally;
}

}  // namespace

Result<Report> check_aggregate(const std::string& path, const ReceiptView& receipt) {
  AggregateFile file = TRY(read_aggregate(path));
  Report out;
  out.rows = file.lines.size();
  auto add = [&](std::string check, bool fine, uint64_t n, std::string detail) {
    out.add({std::move(check), "", fine ? Outcome::ok : Outcome::broken, n, std::move(detail)});
  };
  if (receipt.aggregate) {
    const bool same = file.header == columns_of_rule(*receipt.aggregate);
    add("columns", same, file.header.size(), "");
    if (!same) return out;  // which column is which?
    judge_threshold(file, *receipt.aggregate, out);
  } else {
    out.add({"threshold", "", Outcome::not_checkable, 0, "the receipt does not name the rule"});
  }
  uint64_t hidden_lines = 0, shown = 0;
  for (const Line& line : file.lines) {
    hidden_lines += line.hidden;
    shown += line.hidden && !std::all_of(line.numbers.begin(), line.numbers.end(), [](const std::string& n) { return n.empty(); });
  }
  const RelationTally tally = judge_relations(file, receipt.aggregate ? receipt.aggregate->threshold : 1);
  add("cells", out.rows == *receipt.cells && tally.cells_twice == 0, out.rows, "receipt: " + std::to_string(*receipt.cells));
  add("hidden_cells", hidden_lines == *receipt.cells_hidden && shown == 0, hidden_lines, "receipt: " + std::to_string(*receipt.cells_hidden));
  add("sums", tally.unequal == 0 && tally.without_total == 0, tally.unequal + tally.without_total, std::to_string(tally.relations) + " relations");
  add("recomputable", tally.single_hidden == 0 && tally.narrow == 0, tally.single_hidden + tally.narrow, tally.narrow ? "hidden cells that a total bounds too narrowly" : "");
  return out;
}

}  // namespace sluice::recheck
