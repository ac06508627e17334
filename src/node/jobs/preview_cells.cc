#include "node/jobs/preview_cells.h"

#include <algorithm>
#include <array>

#include "deident/column_mask.h"
#include "table/profile.h"

namespace sluice::node {

namespace {

constexpr uint64_t kFixedCellsMin = 10;
constexpr size_t kFormRunsMax = 6, kShapesMax = 4096, kExampleRunMax = 64;

constexpr std::string_view kHan = "文", kAny = "*", kCut = "…";

// One run of a form: its class, and how many there are (0: not said).
struct Run {
  std::string_view kind;
  size_t count = 0;
};

size_t step(std::string_view text) {
  auto first = static_cast<unsigned char>(text.front());
  size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  return std::min(size, text.size());
}

Run take_run(std::string_view& form) {
  Run out{form.substr(0, step(form)), 1};
  form.remove_prefix(out.kind.size());
  if (form.starts_with('+')) {
    form.remove_prefix(1);
    out.count = 0;
  } else if (size_t end = form.find('}'); form.starts_with('{') && end != std::string_view::npos && end > 1 && end < 8) {
    size_t count = 0;
    for (char c : form.substr(1, end - 1)) {
      if (c < '0' || c > '9') return out;
      count = count * 10 + static_cast<size_t>(c - '0');
    }
    form.remove_prefix(end + 1);
    out.count = count;
  }
  return out;
}

bool lettered(std::string_view kind) { return kind == "9" || kind == "A" || kind == "a" || kind == kHan; }

std::string without_lengths(std::string_view shape) {
  std::string out;
  for (size_t runs = 0; !shape.empty(); runs++) {
    if (runs == kFormRunsMax) return out + std::string(kCut);
    Run run = take_run(shape);
    out += run.kind;
    if (lettered(run.kind)) out += '+';
  }
  return out;
}

// Forms whose texts are checked by techniques: no person, number or place has these.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kWellFormed{{
    {"9{18}", "110105198001010008"}, {"9{11}", "13800000000"}, {"9{4}-9{2}-9{2}", "2000-01-31"}, {"9{4}-9{2}-9{2} 9{2}:9{2}:9{2}", "2000-01-31 08:30:00"},
    {"9{8}", "20000131"}, {"9{6}", "110105"}}};

table::ColumnRef one_text(const std::string& text) {
  table::ColumnBuilder builder(table::Type::text);
  builder.append_text(text);
  return std::make_shared<const table::Column>(builder.finish());
}

const GradedColumn* grade_of(const std::string& name, const PreviewJob& job) {
  auto it = std::find_if(job.graded.begin(), job.graded.end(), [&](const GradedColumn& g) { return g.column == name; });
  return it == job.graded.end() ? nullptr : &*it;
}

}  // namespace

bool column_open(const std::string& name, const PreviewJob& job) {
  if (job.before && std::find(job.before->columns.begin(), job.before->columns.end(), name) != job.before->columns.end()) return true;
  const GradedColumn* grade = grade_of(name, job);
  return grade && grade->confirmed && !grade->identifying && grade->level >= 1 && grade->level <= kPreviewOpenLevel;
}

void CellForms::add(const std::string& cell) {
  if (cell.empty() || level_ >= 5) return;
  cells_++;
  std::string shape = table::shape_of(cell);
  auto found = shapes_.find(shape);
  if (found != shapes_.end()) found->second++;
  else if (shapes_.size() < kShapesMax) shapes_.emplace(std::move(shape), 1);
}

const std::string* CellForms::fixed() const {
  for (const auto& [shape, cells] : shapes_)
    if (cells >= kFixedCellsMin && cells * 10 >= cells_ * 9) return &shape;
  return nullptr;
}

std::string CellForms::form(const std::string& cell) const {
  if (level_ >= 5) return std::string(kAny);
  if (cell.empty()) return {};
  std::string shape = table::shape_of(cell);
  const std::string* common = fixed();
  return common && *common == shape ? shape : without_lengths(shape);
}

std::string example_of(std::string_view form) {
  if (form == kAny) return {};
  for (const auto& [known, text] : kWellFormed)
    if (form == known) return std::string(text);
  std::string out;
  while (!form.empty()) {
    Run run = take_run(form);
    size_t count = std::min(run.count == 0 ? 3 : run.count, kExampleRunMax);
    for (size_t i = 0; i < count && run.kind != kCut; i++) {
      if (run.kind == "9") out += static_cast<char>('0' + (i + 1) % 10);
      else if (run.kind == "A") out += static_cast<char>('A' + i % 26);
      else if (run.kind == "a") out += static_cast<char>('a' + i % 26);
      else out += run.kind == kHan ? std::string_view("某") : run.kind;
    }
  }
  return out;
}

std::string shown_form(const std::string& form) { return form.empty() ? form : "⟨" + form + "⟩"; }

Result<std::optional<std::string>> masked_example(const deident::Masker& masker, size_t column, const std::string& example) {
  if (example.empty() || masker.learns(column)) return std::optional<std::string>();
  if (masker.technique(column) == deident::Technique::keep && !masker.in_batches(column)) return std::optional(example);
  std::vector<table::ColumnRef> group(masker.columns());
  group[column] = one_text(example);
  if (auto beside = masker.beside(column); beside && *beside != column) {
    const auto& when = masker.rule(column).when;
    std::string other = !when ? "1" : when->is.empty() ? "" : when->is.front();
    for (const std::string& taken : when ? when->is_not : std::vector<std::string>()) other += taken + "-";
    group[*beside] = one_text(other);
  }
  table::ColumnBuilder builder(table::Type::text);
  deident::CellTally tally;
  deident::ResidualTally residual;
  if (Status done = deident::mask_column(masker, column, group, 0, builder, tally, residual); !done) {
    if (done.error().reason == "deident.value_refused") return std::optional<std::string>();
    return tl::unexpected(done.error());
  }
  return std::optional(preview_cell(builder.finish(), 0));
}

ClosedCells::ClosedCells(const deident::Masker& masker, const std::vector<table::ColumnSpec>& specs, const std::vector<size_t>& kept, const PreviewJob& job, const std::vector<Stretch>& sample)
    : masker_(masker), specs_(specs) {
  for (size_t c : kept) {
    auto beside = masker.beside(c);
    if (column_open(specs[c].name, job) && (!beside || column_open(specs[*beside].name, job))) continue;
    const GradedColumn* grade = grade_of(specs[c].name, job);
    CellForms& forms = forms_.emplace(c, CellForms(!grade || grade->level == 0 ? 5 : grade->level)).first->second;
    for (const Stretch& stretch : sample)
      for (size_t row = 0; row < stretch.rows; row++) forms.add(preview_cell(*stretch.columns[c], row));
  }
}

Result<std::string> ClosedCells::shown(size_t column, const std::string& cell) {
  std::string form = forms_.at(column).form(cell);
  if (!form.empty() && told_.emplace(column, form).second) {
    std::string example = example_of(form);
    auto masked = TRY(masked_example(masker_, column, example));
    examples_.push(Json::object({{"column", specs_[column].name}, {"example", example}, {"form", form}, {"masked", masked ? Json(*masked) : Json()}}));
  }
  return shown_form(form);
}

}  // namespace sluice::node
