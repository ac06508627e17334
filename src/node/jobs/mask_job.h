// What the server asks the masking worker for, and where the masked rows go. Internal to node.
#pragma once

#include "deident/receipt.h"
#include "node/process/worker.h"
#include "table/column.h"

namespace sluice::node {

struct MaskOrder {
  std::string dataset, new_version, strategy;  // the strategy whole, its classes resolved to columns
  std::vector<std::string> level5;             // columns looked at for level-5 content; rows with some are left out
  bool leave_out_level5 = false;
  std::optional<Json> packs{};                 // texts of the classification rules, where they are not the built-in ones
  std::optional<Json> population{};            // {manifest, manifest_digest, version}: its keys follow those of the version
  static constexpr auto fields = field_list(field("dataset", &MaskOrder::dataset), field("new_version", &MaskOrder::new_version), field("strategy", &MaskOrder::strategy),
                                            field("level5", &MaskOrder::level5), field("leave_out_level5", &MaskOrder::leave_out_level5), field("packs", &MaskOrder::packs), field("population", &MaskOrder::population));
};

// Of an aggregate, the masked rows go into a file of the folder in memory (descriptor 1), and what leaves is their aggregate.
class MaskedRowsFile {
 public:
  // The columns of `rule` among `specs`.
  static Result<MaskedRowsFile> create(int folder, const deident::AggregateRule& rule, std::span<const table::ColumnSpec> specs);
  MaskedRowsFile(MaskedRowsFile&&) noexcept = default;
  ~MaskedRowsFile();
  Status append(const table::Batch& batch);
  struct Aggregated {
    std::vector<table::ColumnSpec> specs;
    table::Batch lines;
    uint64_t cells = 0, hidden = 0;
  };
  // Errors of deident::aggregate_file.
  Result<Aggregated> aggregate();

 private:
  MaskedRowsFile(int folder, deident::AggregateRule rule) : folder_(folder), rule_(std::move(rule)) {}
  Status write(std::string_view text);
  int folder_;
  deident::AggregateRule rule_;
  std::vector<size_t> columns_;
  OwnedFd file_;
};

}  // namespace sluice::node
