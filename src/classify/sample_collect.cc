#include "classify/sample_collect.h"

#include "codec/json.h"

namespace sluice::classify {

namespace {

constexpr size_t kColumnNameMax = 512;
constexpr size_t kSampledBytesMax = 4096;

}  // namespace

void SpreadSample::add(std::string_view value) {
  if (seen_++ % stride_) return;
  kept_.emplace_back(value.substr(0, kSampledBytesMax));
  if (kept_.size() < max_) return;
  for (size_t i = 0; 2 * i < kept_.size(); i++) kept_[i] = std::move(kept_[2 * i]);
  kept_.resize((kept_.size() + 1) / 2);
  stride_ *= 2;
}

void FieldCollector::add(const std::string& table, std::string_view column, std::string_view value, std::string_view comment) {
  std::string name(column.substr(0, kColumnNameMax));
  while (!name.empty() && !is_utf8(name)) name.pop_back();
  auto found = index_.find({table, name});
  if (found == index_.end()) {
    if (fields_.size() == kColumnsMax) {
      truncated_ = true;
      return;
    }
    found = index_.emplace(std::pair(table, name), fields_.size()).first;
    FieldInput f;
    f.table = table;
    f.column = std::move(name);
    f.comment = std::string(comment);
    fields_.push_back(std::move(f));
    samples_.emplace_back(values_max_);
  }
  FieldInput& field = fields_[found->second];
  if (value.empty()) {
    field.nulls++;
  } else {
    samples_[found->second].add(value);
  }
}

std::vector<FieldInput> FieldCollector::finish() {
  for (size_t i = 0; i < fields_.size(); i++) {
    fields_[i].values = samples_[i].take();
    fields_[i].rows = rows_[fields_[i].table];
  }
  return std::move(fields_);
}

}  // namespace sluice::classify
