#include "recheck/aggregate.h"

#include <fcntl.h>

#include <algorithm>
#include <map>

#include "base/file.h"
#include "base/owned_fd.h"
#include "codec/csv.h"

namespace sluice::recheck {

namespace {

__extension__ using Millionths = __int128;

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
  OwnedFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return tl::unexpected(last_os_error(errno == ENOENT ? "file.not_found" : "file.unreadable"));
  auto bytes = bytes_of_fd(fd.get());
  CsvDialect dialect;
  dialect.delimiter = TRY(find_delimiter_of_file(path));
  CsvReader reader = TRY(CsvReader::open(*bytes, dialect));
  AggregateFile out;
  out.header = reader.header();
  auto count = std::find(out.header.begin(), out.header.end(), "count");
  if (count == out.header.begin() || count == out.header.end() || out.header.back() != "suppressed") return fail(Errc::invalid, "recheck.no_such_column", "count, suppressed");
  out.groups = static_cast<size_t>(count - out.header.begin());
  while (const CsvBlock* block = TRY(reader.next()))
    for (size_t r = 0; r < block->rows; r++) {
      Line line;
      for (size_t c = 0; c + 1 < out.header.size(); c++) (c < out.groups ? line.at : line.numbers).emplace_back(block->cell(r, c));
      line.hidden = block->cell(r, out.header.size() - 1) == "1";
      out.lines.push_back(std::move(line));
    }
  return out;
}

// The lines of one relation: equal but in one group column.
struct Relation {
  std::vector<const Line*> cells;
  const Line* total = nullptr;
};

struct RelationTally {
  uint64_t relations = 0, single_hidden = 0, unequal = 0, without_total = 0;
};

void judge_relation(const AggregateFile& file, const Relation& relation, RelationTally& tally) {
  tally.relations++;
  if (!relation.total) {
    tally.without_total++;
    return;
  }
  auto hidden = static_cast<size_t>(std::count_if(relation.cells.begin(), relation.cells.end(), [](const Line* l) { return l->hidden; })) + relation.total->hidden;
  tally.single_hidden += hidden == 1;
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

}  // namespace

Result<Report> check_aggregate(const std::string& path, uint64_t cells, uint64_t hidden) {
  AggregateFile file = TRY(read_aggregate(path));
  uint64_t hidden_lines = 0, shown = 0;
  std::map<std::pair<size_t, std::vector<std::string>>, Relation> relations;
  for (const Line& line : file.lines) {
    hidden_lines += line.hidden;
    bool empty = std::all_of(line.numbers.begin(), line.numbers.end(), [](const std::string& n) { return n.empty(); });
    shown += line.hidden && !empty;
    for (size_t g = 0; g < file.groups; g++) {
      std::vector<std::string> others = line.at;
      others[g].clear();
      Relation& relation = relations[{g, others}];
      if (line.at[g] == kTotal) {
        relation.total = &line;
      } else {
        relation.cells.push_back(&line);
      }
    }
  }
  RelationTally tally;
  for (const auto& [at, relation] : relations) judge_relation(file, relation, tally);
  Report out;
  out.rows = file.lines.size();
  auto add = [&](std::string check, bool fine, uint64_t n, std::string detail) {
    out.add({std::move(check), "", fine ? Outcome::ok : Outcome::broken, n, std::move(detail)});
  };
  add("cells", out.rows == cells, out.rows, "receipt: " + std::to_string(cells));
  add("hidden_cells", hidden_lines == hidden && shown == 0, hidden_lines, "receipt: " + std::to_string(hidden));
  add("sums", tally.unequal == 0 && tally.without_total == 0, tally.unequal + tally.without_total, std::to_string(tally.relations) + " relations");
  add("recomputable", tally.single_hidden == 0, tally.single_hidden, "");
  return out;
}

}  // namespace sluice::recheck
