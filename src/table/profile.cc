#include "table/profile.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "table/text_hash.h"

namespace sluice::table {

namespace {

constexpr size_t kShapesKept = 512;
constexpr size_t kShapeRunsMax = 32;

size_t character_count(std::string_view text) {
  size_t n = 0;
  for (char c : text) n += (static_cast<uint8_t>(c) & 0xC0) != 0x80;
  return n;
}

// Class of the character that begins at text[i], which is moved behind it.
std::string_view character_class(std::string_view text, size_t& i) {
  char c = text[i++];
  if (c >= '0' && c <= '9') return "9";
  if (c >= 'A' && c <= 'Z') return "A";
  if (c >= 'a' && c <= 'z') return "a";
  if (static_cast<uint8_t>(c) < 0x80) {
    // Punctuation is kept as it is; control characters are not.
    return static_cast<uint8_t>(c) < 0x20 || c == 0x7f ? "?" : text.substr(i - 1, 1);
  }
  while (i < text.size() && (static_cast<uint8_t>(text[i]) & 0xC0) == 0x80) i++;
  return "文";
}

}  // namespace

std::string shape_of(std::string_view text) {
  std::string out;
  size_t runs = 0;
  for (size_t i = 0; i < text.size();) {
    if (runs++ == kShapeRunsMax) return out + "…";
    std::string_view kind = character_class(text, i);
    size_t length = 1;
    for (size_t ahead = i; ahead < text.size() && character_class(text, ahead) == kind; i = ahead) length++;
    out += kind;
    if (length > 1) out += '{' + std::to_string(length) + '}';
  }
  return out;
}

// The k smallest hashes of what was seen: exact below k, else an estimate from the k-th smallest (Bar-Yossef et al.,
// "Counting distinct elements in a data stream", 2002).
class DistinctSketch {
 public:
  void add(uint64_t hash) {
    if (hash >= bound_) return;
    fresh_.push_back(hash);
    if (fresh_.size() >= 2 * kDistinctExact) shrink();
  }
  int64_t count(bool& exact) const {
    DistinctSketch copy = *this;
    copy.shrink();
    exact = copy.bound_ == UINT64_MAX && copy.fresh_.size() <= kDistinctExact;
    if (exact) return static_cast<int64_t>(copy.fresh_.size());
    double kth = static_cast<double>(copy.fresh_.back()) / 18446744073709551616.0;
    return static_cast<int64_t>(static_cast<double>(copy.fresh_.size() - 1) / kth);
  }

 private:
  void shrink() {
    std::sort(fresh_.begin(), fresh_.end());
    fresh_.erase(std::unique(fresh_.begin(), fresh_.end()), fresh_.end());
    if (fresh_.size() <= kDistinctExact) return;
    fresh_.resize(kDistinctExact);
    bound_ = fresh_.back();
  }
  std::vector<uint64_t> fresh_;
  uint64_t bound_ = UINT64_MAX;
};

class ColumnProfiler {
 public:
  explicit ColumnProfiler(const ColumnSpec& spec) {
    profile_.name = spec.name;
    profile_.type = spec.type;
    profile_.scale = spec.scale;
  }

  void add(const Column& column) {
    profile_.rows += static_cast<int64_t>(column.rows());
    if (column.type() != Type::text) return add_numbers(column);
    if (column.is_dictionary()) return add_dictionary(column);
    for (size_t i = 0; i < column.rows(); i++) {
      if (column.is_null(i)) profile_.nulls++;
      else add_text(column.text_at(i), 1);
    }
  }

  ColumnProfile finish() const {
    ColumnProfile out = profile_;
    out.distinct = sketch_.count(out.distinct_exact);
    for (const auto& [form, rows] : shapes_)
      if (rows >= kShapeRowsMin) out.shapes.push_back({form, rows});
    std::sort(out.shapes.begin(), out.shapes.end(), [](const Shape& a, const Shape& b) {
      return a.rows != b.rows ? a.rows > b.rows : a.form < b.form;
    });
    if (out.shapes.size() > kShapesListed) out.shapes.resize(kShapesListed);
    return out;
  }

 private:
  void add_numbers(const Column& column) {
    for (size_t i = 0; i < column.rows(); i++) {
      if (column.is_null(i)) {
        profile_.nulls++;
        continue;
      }
      int64_t v = column.int_at(i);
      sketch_.add(hash_int(static_cast<uint64_t>(v)));
      profile_.min = std::min(profile_.min.value_or(v), v);
      profile_.max = std::max(profile_.max.value_or(v), v);
    }
  }

  // Each entry is looked at once, however many rows have it.
  void add_dictionary(const Column& column) {
    std::vector<int64_t> uses(column.entries());
    for (size_t i = 0; i < column.rows(); i++) {
      if (column.is_null(i)) profile_.nulls++;
      else uses[column.parts().codes[i]]++;
    }
    for (size_t e = 0; e < uses.size(); e++)
      if (uses[e] > 0) add_text(column.entry(e), uses[e]);
  }

  void add_text(std::string_view text, int64_t rows) {
    sketch_.add(hash_text(text));
    auto length = static_cast<int64_t>(character_count(text));
    profile_.length_min = std::min(profile_.length_min.value_or(length), length);
    profile_.length_max = std::max(profile_.length_max.value_or(length), length);
    if (text.empty()) profile_.empty += rows;
    std::string form = shape_of(text);
    auto found = shapes_.find(form);
    if (found != shapes_.end()) found->second += rows;
    else if (shapes_.size() < kShapesKept) shapes_.emplace(std::move(form), rows);
  }

  ColumnProfile profile_;
  DistinctSketch sketch_;
  std::unordered_map<std::string, int64_t> shapes_;
};

Profiler::Profiler(const std::vector<ColumnSpec>& specs) : specs_(specs) {
  for (const ColumnSpec& spec : specs) columns_.push_back(std::make_unique<ColumnProfiler>(spec));
}
Profiler::~Profiler() = default;
Profiler::Profiler(Profiler&&) noexcept = default;
Profiler& Profiler::operator=(Profiler&&) noexcept = default;

Status Profiler::add(const Batch& batch) {
  TRY(check_shape(batch, specs_));
  for (size_t i = 0; i < columns_.size(); i++) columns_[i]->add(batch.columns[i]);
  return {};
}

void Profiler::add_column(size_t column, const Column& values) { columns_[column]->add(values); }

std::vector<ColumnProfile> Profiler::finish() const {
  std::vector<ColumnProfile> out;
  for (const auto& column : columns_) out.push_back(column->finish());
  return out;
}

Result<std::vector<ColumnProfile>> profile(ColumnSource& source, const std::vector<std::string>& columns) {
  std::vector<ColumnProfile> out;
  std::vector<std::string> names = columns;
  if (names.empty())
    for (const ColumnSpec& spec : source.specs()) names.push_back(spec.name);
  for (const std::string& name : names) {
    size_t i = find_column(source.specs(), name);
    if (i == source.specs().size()) return fail(Errc::not_found, "table.unknown_column", name);
    ColumnProfiler profiler(source.specs()[i]);
    for (size_t group = 0; group < source.row_groups(); group++) profiler.add(*TRY(source.read(group, i)));
    out.push_back(profiler.finish());
  }
  return out;
}

}  // namespace sluice::table
