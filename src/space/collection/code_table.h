// Code tables 参考数据 (C6.1, C6.5.4): drugs, services, divisions …, as reference data with periods of validity.
//
// A table of an organisation has versions; each holds from `from_day` on, to `to_day` where it names one, and its content is a blob of the
// ledger (docs/formats/code-table.md). On a day the version counts that began last on or before it; of two that began on one day the later
// adopted. A row of a batch is checked against the version of its own date (collect/code_table.h), not against today's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "codec/record.h"
#include "space/ids.h"

namespace sluice::space {

constexpr size_t kCodeTableVersionsMax = 500;
constexpr int64_t kCodeTableRowsMax = 2'000'000;

// A data manager. Days count from 1970-01-01.
struct AdoptCodeTable {
  static constexpr std::string_view kind = "collection.adopt_code_table";
  std::string name, title;
  int64_t from_day = 0;
  std::optional<int64_t> to_day;
  Digest content{};
  int64_t rows = 0;
  static constexpr auto fields = field_list(field("name", &AdoptCodeTable::name), field("title", &AdoptCodeTable::title), field("from_day", &AdoptCodeTable::from_day),
                                            field("to_day", &AdoptCodeTable::to_day), field("content", &AdoptCodeTable::content), field("rows", &AdoptCodeTable::rows));
};
struct CodeTableAdopted {
  static constexpr std::string_view kind = "collection.code_table_adopted";
  PartyId owner;
  std::string name, title;
  int64_t number = 0, from_day = 0;
  std::optional<int64_t> to_day;
  Digest content{};
  int64_t rows = 0;
  static constexpr auto fields = field_list(
      field("owner", &CodeTableAdopted::owner), field("name", &CodeTableAdopted::name), field("title", &CodeTableAdopted::title), field("number", &CodeTableAdopted::number),
      field("from_day", &CodeTableAdopted::from_day), field("to_day", &CodeTableAdopted::to_day), field("content", &CodeTableAdopted::content), field("rows", &CodeTableAdopted::rows));
};

struct CodeTableVersion {
  int64_t number = 0, from_day = 0;
  std::optional<int64_t> to_day;
  Digest content{};
  int64_t rows = 0;
  PersonId adopted_by;
  TimeMs at_ms = 0;
  uint64_t seq = 0;
  static constexpr auto fields = field_list(
      field("number", &CodeTableVersion::number), field("from_day", &CodeTableVersion::from_day), field("to_day", &CodeTableVersion::to_day),
      field("content", &CodeTableVersion::content), field("rows", &CodeTableVersion::rows), field("adopted_by", &CodeTableVersion::adopted_by),
      field("at_ms", &CodeTableVersion::at_ms), field("seq", &CodeTableVersion::seq));
};
struct CodeTable {
  PartyId owner;
  std::string name, title;
  std::vector<CodeTableVersion> versions;  // as adopted
  static constexpr auto fields = field_list(field("owner", &CodeTable::owner), field("name", &CodeTable::name), field("title", &CodeTable::title), field("versions", &CodeTable::versions));
};

}  // namespace sluice::space
